//! Columns that are chosen by conditions, lie beside others, or are hidden.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use blockgen::{DatasetSpec, Generator};
use expect_test::{Expect, expect};

use crate::support::{generator, spec};

#[test]
fn cases_are_taken_in_order() {
    let rows = generator(&[
        r#"name = "n"; kind = "sequence"; start = 0"#,
        r#"name = "a"; kind = "case"; when = [{ if = "n < 2", kind = "constant", value = "low" }, { if = "n < 4", kind = "template", template = "n{n}" }, { if = "n = 5", kind = "constant", value = "x", nulls = 1.0 }]; else = { kind = "constant", value = "high" }"#,
        r#"name = "b"; kind = "case"; when = [{ if = "n % 2 = 1", kind = "list", item = { kind = "constant", value = 7 }, min = 1, max = 1 }]"#,
    ]);
    let rows = rows.block(0..6).unwrap();
    let texts = rows.column(1).as_string::<i32>().iter();
    assert_eq!(
        texts.collect::<Vec<_>>(),
        [
            Some("low"),
            Some("low"),
            Some("n2"),
            Some("n3"),
            Some("high"),
            None
        ]
    );
    let lists: Vec<_> = (0..6).map(|row| rows.column(2).is_valid(row)).collect();
    assert_eq!(lists, [false, true, false, true, false, true]);
}

#[test]
fn offsets_lie_between_their_ends_and_reach_both() {
    let rows = generator(&[
        r#"name = "day"; kind = "date"; from = 2024-01-01; to = 2025-01-01; nulls = 0.1"#,
        r#"name = "a"; kind = "offset"; of = "day"; min = "-1d"; max = "1w""#,
        r#"name = "at"; kind = "timestamp"; from = 2024-01-01; to = 2025-01-01; timezone = "Europe/Berlin""#,
        r#"name = "b"; kind = "offset"; of = "at"; min = 0; max = 3"#,
    ]);
    let rows = rows.block(0..5_000).unwrap();
    let days = rows.column(0).as_primitive::<Date32Type>();
    let later = rows.column(1).as_primitive::<Date32Type>();
    assert_eq!(days.nulls(), later.nulls());
    let mut seen = [0; 9];
    for (day, later) in days.iter().zip(later).filter_map(|(a, b)| a.zip(b)) {
        seen[usize::try_from(later - day + 1).unwrap()] += 1;
    }
    assert!(
        seen.iter().all(|count| (400..600).contains(count)),
        "{seen:?}"
    );
    assert_eq!(rows.column(2).data_type(), rows.column(3).data_type());
    let times = |i: usize| rows.column(i).as_primitive::<TimestampMicrosecondType>();
    let pairs = times(2).values().iter().zip(times(3).values());
    assert!(
        pairs
            .clone()
            .all(|(at, later)| (0..=3).contains(&(later - at)))
    );
}

#[test]
fn options_that_are_refused() {
    let check = |column: &str, expected: Expect| {
        let day = r#"name = "day"; kind = "date"; from = 2024-01-01; to = 2025-01-01"#;
        let n = r#"name = "n"; kind = "integer""#;
        let toml = spec(&[day, n, &format!("name = \"a\"; {column}")]);
        let error = DatasetSpec::from_toml(&toml).and_then(|spec| spec.check());
        expected.assert_eq(&error.unwrap_err().to_string());
    };
    check(
        r#"kind = "offset"; of = "n"; min = 0; max = 1"#,
        expect![
            "line 17: option `of` of column `t.a` is `n`, which is of type Int64; allowed is a column of dates or timestamps"
        ],
    );
    check(
        r#"kind = "offset"; of = "day"; min = "1h"; max = "-2d""#,
        expect![
            "line 18: option `min` of column `t.a` is 1h; allowed is whole days, of 10,000 years at most"
        ],
    );
    check(
        r#"kind = "offset"; of = "day"; min = 2; max = 1"#,
        expect!["line 19: option `max` of column `t.a` is 1; allowed is min (2) or more"],
    );
    check(
        r#"kind = "offset"; of = "day"; min = 0; max = 99_999_999"#,
        expect![
            "line 19: option `max` of column `t.a` is 99999999; allowed is whole days, of 10,000 years at most"
        ],
    );
    check(
        r#"kind = "case"; when = []"#,
        expect!["line 17: option `when` of column `t.a` is a list of 0; allowed is 1 to 64 cases"],
    );
    check(
        r#"kind = "case"; when = [{ if = "n", kind = "city" }, { if = "n > 1", kind = "integer" }, { if = "n >", kind = "lorem", words = 0 }]"#,
        expect![[r#"
            3 things are wrong with the spec:
              line 17: option `if` of column `t.a.when.1` is `n`, which is a number; allowed is a condition, such as `quantity >= 10 and country = 'France'`
              line 17: option `if` of column `t.a.when.3` is `n >`, which at character 4 has its end; allowed is a number, a text in single quotes, the name of a column, or `(`
              line 17: option `words` of column `t.a.when.3` is 0; allowed is 1 to 1000"#]],
    );
    check(
        r#"kind = "case"; when = [{ if = "n = 1", kind = "city" }, { if = "n > 1", kind = "integer" }]"#,
        expect![
            "line 17: option `when` of column `t.a` is cases of types Utf8 and Int64; allowed is kinds that make values of one type"
        ],
    );
    check(
        r#"kind = "case"; when = [{ kind = "city" }, { if = "n = 1", kind = "ctiy" }, { if = "n = 1", kind = "integer", mim = 1 }]"#,
        expect![[r#"
            3 things are wrong with the spec:
              line 17: column `t.a.when.1` lacks option `if`, which a case needs
              line 17: column `t.a.when.2` is of kind `ctiy`, which does not exist; did you mean `city`, of 102 known?
              line 17: column `t.a.when.3` has option `mim`, which kind `integer` does not have; did you mean `min`? known: `distribution`, `if`, `kind`, `locale`, `max`, `min`, `nulls`, `type`, `unique`"#]],
    );
    check(
        r#"kind = "excerpt"; min = 9; max = 5_000"#,
        expect!["line 18: option `max` of column `t.a` is 5000; allowed is min (9) to 4096"],
    );
    check(
        r#"kind = "excerpt"; min = 9"#,
        expect!["line 15: column `t.a` lacks option `max`, which kind `excerpt` needs"],
    );
    check(
        r#"kind = "struct"; fields = [{ name = "x", kind = "city", hidden = true }]"#,
        expect![
            "line 17: option `fields` of column `t.a` is a list of hidden fields; allowed is one that is not hidden"
        ],
    );
}

#[test]
fn hidden_columns_and_tables_are_there_for_others_alone() {
    let spec = DatasetSpec::from_toml(
        r#"
        [[tables]]
        name = "parents"
        hidden = true
        rows = 10
        columns = [
            { name = "id", kind = "sequence" },
            { name = "secret", kind = "city", hidden = true },
        ]

        [[tables]]
        name = "t"
        columns = [
            { name = "parent", kind = "reference", to = "parents.id", hidden = true },
            { name = "city", kind = "pull", of = "parent", column = "secret" },
            { name = "hash", kind = "row_hash" },
            { name = "place", kind = "struct", fields = [
                { name = "x", kind = "integer", min = 1, max = 1, hidden = true },
                { name = "y", kind = "derived", expression = "x + 1" },
            ] },
        ]
        "#,
    )
    .unwrap();
    let written = spec.written_tables().map(|table| table.name.as_str());
    assert_eq!(written.collect::<Vec<_>>(), ["t"]);
    let rows = Generator::compile(&spec, "t", 1).unwrap();
    let schema = rows.schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name()).collect();
    assert_eq!(names, ["city", "hash", "place"]);
    assert_eq!(
        rows.block(0..5)
            .unwrap()
            .column(2)
            .as_struct()
            .num_columns(),
        1
    );

    // Shown, they have the values that the others were made from, which do not change.
    let mut shown = spec.clone();
    shown.tables[0].hidden = false;
    let same = Generator::compile(&shown, "t", 1).unwrap();
    assert_eq!(same.provenance(), rows.provenance());
    shown.tables[1].columns[0].hidden = false;
    let shown = Generator::compile(&shown, "t", 1)
        .unwrap()
        .block(0..5)
        .unwrap();
    let rows = rows.block(0..5).unwrap();
    assert_eq!(shown.column_by_name("city"), rows.column_by_name("city"));

    for (toml, expected) in [
        (
            "[[tables]]\nname = \"t\"\ncolumns = [{ name = \"a\", kind = \"city\", hidden = true }]",
            expect![
                "line 2: table `t` has no columns but hidden ones; take `hidden` from one that is to be written"
            ],
        ),
        (
            "[[tables]]\nname = \"t\"\nhidden = true\ncolumns = [{ name = \"a\", kind = \"city\" }]",
            expect![
                "the spec has no tables but hidden ones; take `hidden` from one that is to be written"
            ],
        ),
    ] {
        expected.assert_eq(&DatasetSpec::from_toml(toml).unwrap_err().to_string());
    }
}
