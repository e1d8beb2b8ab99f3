//! Options of the text kinds that are refused, and what is said about them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use blockgen::{DatasetSpec, Generator};
use expect_test::{Expect, expect};

use support::spec;

fn refused(columns: &[&str], expected: &Expect) {
    let spec = DatasetSpec::from_toml(&spec(columns)).unwrap();
    let error = Generator::compile(&spec, "t", 1).unwrap_err();
    expected.assert_eq(&format!("{error}\n"));
}

#[test]
fn ranges() {
    for (options, expected) in [
        (
            r#"kind = "password"; min = 0"#,
            expect![[r#"
                line 7: option `min` of column `t.a` is 0; allowed is 1 to 128
            "#]],
        ),
        (
            r#"kind = "password"; min = 9; max = 8"#,
            expect![[r#"
                line 8: option `max` of column `t.a` is 8; allowed is min (9) to 128
            "#]],
        ),
        (
            r#"kind = "password"; max = 129"#,
            expect![[r#"
                line 7: option `max` of column `t.a` is 129; allowed is min (8) to 128
            "#]],
        ),
        (
            r#"kind = "words"; min = 0"#,
            expect![[r#"
                line 7: option `min` of column `t.a` is 0; allowed is 1 to 1000
            "#]],
        ),
        (
            r#"kind = "words"; max = 1001"#,
            expect![[r#"
                line 7: option `max` of column `t.a` is 1001; allowed is min (3) to 1000
            "#]],
        ),
        (
            r#"kind = "paragraph"; min = 7"#,
            expect![[r#"
                line 5: option `max` of column `t.a` is 5; allowed is min (7) to 100
            "#]],
        ),
        (
            r#"kind = "paragraph"; max = 101"#,
            expect![[r#"
                line 7: option `max` of column `t.a` is 101; allowed is min (2) to 100
            "#]],
        ),
        (
            r#"kind = "geohash"; precision = 0"#,
            expect![[r#"
                line 7: option `precision` of column `t.a` is 0; allowed is 1 to 12
            "#]],
        ),
        (
            r#"kind = "geohash"; precision = 13"#,
            expect![[r#"
                line 7: option `precision` of column `t.a` is 13; allowed is 1 to 12
            "#]],
        ),
    ] {
        refused(&[&format!("name = \"a\"; {options}")], &expected);
    }
}

#[test]
fn locales() {
    for (options, expected) in [
        (
            r#"kind = "city"; locale = {}"#,
            expect![[r#"
                line 7: option `locale` of column `t.a` is without weights; allowed is at least one locale
            "#]],
        ),
        (
            r#"kind = "city"; locale = { en = 0 }"#,
            expect![[r#"
                line 7: option `locale` of column `t.a` is weights whose sum is 0; allowed is weights whose sum is finite and more than 0
            "#]],
        ),
        (
            r#"kind = "city"; locale = { en = -1, fr_fr = 2 }"#,
            expect![[r#"
                line 7: option `locale` of column `t.a` is en = -1; allowed is weights of 0 or more
            "#]],
        ),
        (
            r#"kind = "city"; locale = { en = nan }"#,
            expect![[r#"
                line 7: option `locale` of column `t.a` is en = NaN; allowed is weights of 0 or more
            "#]],
        ),
        (
            r#"kind = "city"; locale = { en = 1e308, fr_fr = 1e308 }"#,
            expect![[r#"
                line 7: option `locale` of column `t.a` is weights whose sum is inf; allowed is weights whose sum is finite and more than 0
            "#]],
        ),
        (
            r#"kind = "license_plate""#,
            expect![[r#"
                line 5: option `locale` of column `t.a` is en; allowed is one of fa_ir, fr_fr, it_it, nl_nl, pt_pt, tr_tr, or a mixture of them
            "#]],
        ),
        (
            r#"kind = "license_plate"; locale = { fr_fr = 1, de_de = 1 }"#,
            expect![[r#"
                line 7: option `locale` of column `t.a` is de_de; allowed is one of fa_ir, fr_fr, it_it, nl_nl, pt_pt, tr_tr, or a mixture of them
            "#]],
        ),
    ] {
        refused(&[&format!("name = \"a\"; {options}")], &expected);
    }
}

#[test]
fn persons_of_other_columns() {
    // A column that itself tells of another's persons has none of its own.
    refused(
        &[
            r#"name = "name"; kind = "person_name""#,
            r#"name = "first"; kind = "first_name"; of = "name""#,
            r#"name = "title"; kind = "title"; of = "first""#,
        ],
        &expect![[r#"
            line 16: option `of` of column `t.title` names `first`, which is no column of kind `person_name`, or `first_name`, `last_name` or `name_with_title` without `of`, in this table; known: `name`
        "#]],
    );
    refused(
        &[
            r#"name = "city"; kind = "city""#,
            r#"name = "user"; kind = "username"; of = "city""#,
        ],
        &expect![[r#"
            line 11: option `of` of column `t.user` names `city`, which is no column of kind `person_name`, or `first_name`, `last_name` or `name_with_title` without `of`, in this table; there is none to name
        "#]],
    );
    // Nor does it tell of itself.
    refused(
        &[r#"name = "last"; kind = "last_name"; of = "last""#],
        &expect![[r#"
            line 7: option `of` of column `t.last` names `last`, which is no column of kind `person_name`, or `first_name`, `last_name` or `name_with_title` without `of`, in this table; there is none to name
        "#]],
    );
}
