//! Damage that cannot be: what is said about it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use blockgen::{DamageKind, DamageSpec, DatasetSpec, Generator};
use expect_test::{Expect, expect};

const COLUMNS: &str = r#"
[[tables]]
name = "parents"
rows = 10
columns = [{ name = "id", kind = "sequence" }, { name = "name", kind = "city" }]

[[tables]]
name = "t"
columns = [
    { name = "id", kind = "sequence" },
    { name = "age", kind = "integer", min = 0, max = 120 },
    { name = "any", kind = "integer", type = "int8" },
    { name = "name", kind = "person_name" },
    { name = "city", kind = "reference", to = "parents.name" },
]
"#;

#[track_caller]
fn refused(damage: &str, expected: &Expect) {
    refused_in(COLUMNS, damage, expected);
}

#[track_caller]
fn refused_in(columns: &str, damage: &str, expected: &Expect) {
    let spec = DatasetSpec::from_toml(&format!("{columns}{damage}"));
    let errors = spec.and_then(|spec| Generator::compile(&spec, "t", 1));
    expected.assert_eq(&format!("{}\n", errors.unwrap_err()));
}

/// All of them at once, each with the line that is wrong.
#[test]
fn damage_that_fits_nothing() {
    refused(
        r#"
[[tables.damage]]
kind = "null"
share = 1.5

[[tables.damage]]
kind = "duplicate"
share = nan
columns = ["ix"]

[[tables.damage]]
kind = "out_of_range"
share = 0.1
columns = ["age", "any", "id", "name"]

[[tables.damage]]
kind = "malformed"
share = 0.1
columns = ["nam", "age"]

[[tables.damage]]
kind = "wrong_reference"
share = 0.1

[[tables.damage]]
kind = "malformed"
share = 0.1
how = ["empty", "swapped", "empty"]
columns = []

[[tables.damage]]
kind = "malformed"
share = 0.1
how = []
columns = ["name", "name"]
"#,
        &expect![[r#"
            13 things are wrong with the spec:
              line 19: option `share` of damage 1 of table `t` is 1.5; allowed is a share, 0 to 1
              line 23: option `share` of damage 2 of table `t` is NaN; allowed is a share, 0 to 1
              line 24: option `columns` of damage 2 of table `t` is `ix`; allowed is names of columns; did you mean `id`? known: `id`, `age`, `any`, `name`, `city`
              line 29: option `columns` of damage 3 of table `t` is `id` (Int64); allowed is a column of numbers or times whose range leaves room for other values of its type
              line 29: option `columns` of damage 3 of table `t` is `any` (Int8); allowed is a column of numbers or times whose range leaves room for other values of its type
              line 29: option `columns` of damage 3 of table `t` is `name` (Utf8); allowed is a column of numbers or times whose range leaves room for other values of its type
              line 34: option `columns` of damage 4 of table `t` is `nam`; allowed is names of columns; did you mean `name`? known: `id`, `age`, `any`, `name`, `city`
              line 34: option `columns` of damage 4 of table `t` is `age` (Int64); allowed is a column of texts (Utf8)
              line 36: option `columns` of damage 5 of table `t` is not given; allowed is a `reference` to a `sequence` or a `uuid` with room behind its last row, of which the table has none
              line 43: option `how` of damage 6 of table `t` is `empty` twice; allowed is each way once
              line 44: option `columns` of damage 6 of table `t` is empty; allowed is names of columns, or not given for all that it fits
              line 49: option `how` of damage 7 of table `t` is empty; allowed is one way at least, or not given for all of them
              line 50: option `columns` of damage 7 of table `t` is `name` twice; allowed is each column once
        "#]],
    );
}

#[test]
fn damage_that_cannot_be_read() {
    refused(
        r#"
[[tables.damage]]
kind = "nul"
share = 0.1

[[tables.damage]]
kind = "null"
shar = 0.1

[[tables.damage]]
kind = "null"
share = "all"
how = ["empty"]

[[tables.damage]]
share = 0.1

[[tables.damage]]
kind = "malformed"
share = 2
how = ["emty"]
columns = "name"

[[tables.damage]]
kind = "out_of_range"
share = 2
columns = ["nmae"]
"#,
        &expect![[r#"
            10 things are wrong with the spec:
              line 18: damage 1 of table `t` is of kind `nul`, which does not exist; did you mean `null`? known: `null`, `duplicate`, `out_of_range`, `malformed`, `wrong_reference`
              line 21: damage 2 of table `t` lacks option `share`, which kind `null` needs
              line 23: damage 2 of table `t` has option `shar`, which kind `null` does not have; did you mean `share`? known: `columns`, `kind`, `share`
              line 27: option `share` of damage 3 of table `t` is a text; a number is expected
              line 28: damage 3 of table `t` has option `how`, which kind `null` does not have; known: `columns`, `kind`, `share`
              line 30: damage 4 of table `t` lacks option `kind`, which a damage needs
              line 36: option `how` of damage 5 of table `t` is `emty`, which is not one of its words; did you mean `empty`? known: `truncated`, `swapped`, `doubled_blank`, `leading_blank`, `trailing_blank`, `wrong_case`, `control_character`, `mojibake`, `empty`
              line 37: option `columns` of damage 5 of table `t` is a text; a list is expected
              line 41: option `share` of damage 6 of table `t` is 2; allowed is a share, 0 to 1
              line 42: option `columns` of damage 6 of table `t` is `nmae`; allowed is names of columns; did you mean `name`? known: `id`, `age`, `any`, `name`, `city`
        "#]],
    );
    refused(
        "damage = 3\n",
        &expect![[r#"
        line 16: option `damage` of table `t` is a whole number; a list is expected
    "#]],
    );
}

/// What is wrong with a column is said once, and not again of its damage.
#[test]
fn damage_of_columns_that_are_wrong() {
    refused_in(
        r#"
[[tables]]
name = "t"
columns = [
    { name = "unread", kind = "bool", probability = "x" },
    { name = "b", kind = "bool", probability = 2 },
    { name = "c", kind = "bool" },
]
"#,
        r#"
[[tables.damage]]
kind = "malformed"
share = 0.1
columns = ["unread"]

[[tables.damage]]
kind = "malformed"
share = 0.1

[[tables.damage]]
kind = "null"
share = -1
columns = ["b"]
"#,
        &expect![[r#"
            3 things are wrong with the spec:
              line 5: option `probability` of column `t.unread` is a text; a number is expected
              line 6: option `probability` of column `t.b` is 2; allowed is 0 to 1
              line 21: option `share` of damage 3 of table `t` is -1; allowed is a share, 0 to 1
        "#]],
    );
}

#[test]
fn not_too_many() {
    let mut spec = DatasetSpec::from_toml(COLUMNS).unwrap();
    spec.tables[1].damage = vec![DamageSpec::new(DamageKind::Null {}, 0.1); 101];
    let errors = Generator::compile(&spec, "t", 1).unwrap_err();
    expect!["line 8: the number of damages of table `t` is 101; allowed is 100 at most"]
        .assert_eq(&errors.to_string());
}
