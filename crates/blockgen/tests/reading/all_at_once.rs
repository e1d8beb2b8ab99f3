//! All that is wrong is said at once, and nothing that only follows from it.

use blockgen::DatasetSpec;
use expect_test::expect;

use super::toml;

/// As many different errors as fit into two tables.
const ALL_WRONG: &str = r#"seed = -1
sed = 2

[[tables]]
name = "t"
row = 5

[[tables.columns]]
name = "option_of_others"
kind = "uuid"
sides = 0.5
nulls = "many"

[[tables.columns]]
name = "two_wrong_types"
kind = "float"
min = "a"
max = [2]

[[tables.columns]]
name = "no_kind"

[[tables.columns]]
name = "too_large"
kind = "float"
min = 0
max = 1
decimals = 256

[[tables.columns]]
name = "not_a_moment"
kind = "timestamp"
from = "yesterday"
to = "tomorrow"

[[tables.columns]]
name = "found_by_the_compiler"
kind = "bool"
probability = 7

[[tables.columns]]
name = "needs_one_left_out"
kind = "email"
of = "no_kind"

[[tables.columns]]
kind = "uuid"

[[tables]]
name = "u"
columns = [
    { name = "a", kind = "city" },
    "b",
    { name = 3, kind = "city" },
]
"#;

#[test]
fn all_that_is_wrong_with_toml_is_said_at_once() {
    toml(
        ALL_WRONG,
        &expect![[r#"
            15 things are wrong with the spec:
              line 1: option `seed` of the spec is -1; a whole number of 0 to 18446744073709551615 is expected
              line 2: the spec has option `sed`, which a data set does not have; did you mean `seed`?
              line 6: table `t` has option `row`, which a table does not have; did you mean `rows`?
              line 11: column `t.option_of_others` has option `sides`, which kind `uuid` does not have;
              line 12: option `nulls` of column `t.option_of_others` is a text; a number is expected
              line 17: option `min` of column `t.two_wrong_types` is a text; a number is expected
              line 18: option `max` of column `t.two_wrong_types` is a list; a number is expected
              line 21: column `t.no_kind` lacks option `kind`, which a column needs
              line 28: option `decimals` of column `t.too_large` is 256; a whole number of 0 to 255 is expected
              line 33: option `from` of column `t.not_a_moment` cannot be read: `yesterday` is not a date-time such as 2020-01-01T00:00:00Z
              line 34: option `to` of column `t.not_a_moment` cannot be read: `tomorrow` is not a date-time such as 2020-01-01T00:00:00Z
              line 39: option `probability` of column `t.found_by_the_compiler` is 7; allowed is 0 to 1
              line 46: column 8 of table `t` lacks option `name`, which a column needs
              line 53: column 2 of table `u` is a text; a map is expected
              line 54: option `name` of column 3 of table `u` is a whole number; a text is expected
        "#]],
    );
}

/// An error that only says that something is missing which could not be read is none; but names
/// are compared whole, and with those of their table.
#[test]
fn what_follows_from_another_error_is_not_said() {
    toml(
        r#"[[tables]]
name = "t"
rows = 10
columns = [
    { name = "a", kind = "uiud" },
    { name = "m", kind = "username", of = "a" },
    { name = "n", kind = "username", of = "ab" },
    { name = "o", kind = "bool", probability = 7 },
    { name = "p", kind = "reference", to = "t.a" },
    { name = "q", kind = "reference", to = "t.ab" },
    { name = "r", kind = "derived", expression = "rows(a)" },
]
damage = [
    { kind = "null", share = 0.1, columns = ["a"] },
    { kind = "null", share = 0.1, columns = ["a b"] },
]

[[tables]]
name = "u"
columns = [
    { name = "id", kind = "sequence" },
    { name = "a2", kind = "username", of = "a" },
]
"#,
        &expect![[r#"
            7 things are wrong with the spec:
              line 5: column `t.a` is of kind `uiud`, which does not exist; did you mean `uuid`, of 102 known?
              line 7: option `of` of column `t.n` names `ab`, which is no column of kind `person_name`, or `first_name`, `last_name` or `name_with_title` without `of`, in this table; there is none to name
              line 8: option `probability` of column `t.o` is 7; allowed is 0 to 1
              line 10: option `to` of column `t.q` is `t.ab`; allowed is a column of a table, as `table.column`;
              line 11: option `expression` of column `t.r` is `rows(a)`, which at character 1 has `rows(a)`; allowed is the name of a table;
              line 15: option `columns` of damage 2 of table `t` is `a b`; allowed is names of columns;
              line 22: option `of` of column `u.a2` names `a`, which is no column of kind `person_name`, or `first_name`, `last_name` or `name_with_title` without `of`, in this table; there is none to name
        "#]],
    );
    toml(
        r#"[[tables]]
name = "a"
columns = [{ name = "id", kind = "uiud" }]

[[tables]]
name = "t"
columns = [
    { name = "p", kind = "reference", to = "a.id" },
    { name = "q", kind = "reference", to = "b.id" },
    { name = "r", kind = "derived", expression = "rows(a) + 1" },
    { name = "s", kind = "derived", expression = "rows(b) + 1" },
]

[[tables]]
name = "c"
children = { of = "a", max = 2 }
columns = [{ name = "n", kind = "line_number" }]
"#,
        &expect![[r#"
            3 things are wrong with the spec:
              line 3: column `a.id` is of kind `uiud`, which does not exist; did you mean `uuid`, of 102 known?
              line 9: option `to` of column `t.q` is `b.id`; allowed is a column of a table, as `table.column`;
              line 11: option `expression` of column `t.s` is `rows(b) + 1`, which at character 1 has `rows(b)`; allowed is the name of a table;
        "#]],
    );
}

/// Faults beside a column that cannot be read are told, whatever words they share with its name;
/// only what needs that column is not.
#[test]
fn what_cannot_be_read_hides_nothing_else() {
    toml(
        r#"
[[tables]]
name = "t"
columns = [
    { name = "option", kind = "intger" },
    { name = "column", kind = "intger" },
    { name = "a", kind = "integer", min = 5, max = 1 },
    { name = "b", kind = "city", nulls = 7 },
    { name = "of_option", kind = "email", of = "option" },
    { name = "of_nothing", kind = "email", of = "options" },
    { name = "sum", kind = "derived", expression = "option + a_" },
    { name = "line", kind = "template", template = "{column}" },
    { name = "hash", kind = "row_hash", of = ["column", "b", "c"] },
]
damage = [
    { kind = "null", share = 2, columns = ["option"] },
    { kind = "out_of_range", share = 3 },
    { kind = "null", share = 0.5, columns = ["column", "none"] },
]

[[tables]]
name = "u"
children = { of = "t", max = 0 }
columns = [
    { name = "a", kind = "reference", to = "t.option" },
    { name = "b", kind = "reference", to = "t.optio" },
    { name = "c", kind = "parent", column = "column" },
    { name = "d", kind = "reference", to = "gone.id" },
    { name = "e", kind = "derived", expression = "rows(gone)" },
]

[[tables]]
name = "gone"
columns = [{ name = "id", kind = "sequense" }]
"#,
        &expect![[r#"
            14 things are wrong with the spec:
              line 3: option `rows` of table `t` is not given; allowed is 0 to 9223372036854775807, because table `u` is counted by its rows
              line 5: column `t.option` is of kind `intger`, which does not exist; did you mean `integer`, of 102 known?
              line 6: column `t.column` is of kind `intger`, which does not exist; did you mean `integer`, of 102 known?
              line 7: option `max` of column `t.a` is 1; allowed is min (5) or more
              line 8: option `nulls` of column `t.b` is 7; allowed is a share, 0 to 1
              line 10: option `of` of column `t.of_nothing` names `options`, which is no column of kind `person_name`, or `first_name`, `last_name` or `name_with_title` without `of`, in this table; there is none to name
              line 11: option `expression` of column `t.sum` names `a_`, which is no column in this table;
              line 13: option `of` of column `t.hash` names `c`, which is no column in this table;
              line 16: option `share` of damage 1 of table `t` is 2; allowed is a share, 0 to 1
              line 17: option `share` of damage 2 of table `t` is 3; allowed is a share, 0 to 1
              line 18: option `columns` of damage 3 of table `t` is `none`; allowed is names of columns; did you mean `line`?
              line 23: option `children.max` of table `u` is 0; allowed is min (1) to 1000000000
              line 26: option `to` of column `u.b` is `t.optio`; allowed is a column of a table, as `table.column`; did you mean `t.of_option`?
              line 34: column `gone.id` is of kind `sequense`, which does not exist; did you mean `sequence`, of 102 known?
        "#]],
    );
}

/// A name that is missing or stands twice is told with all the rest.
#[test]
fn names_that_are_wrong_hide_nothing_else() {
    toml(
        r#"
[[tables]]
name = "t"
columns = [
    { name = "a", kind = "city" },
    { name = "a", kind = "integer", min = 5, max = 1 },
    { name = "", kind = "city", nulls = 3 },
    { name = "b", kind = "bool", probability = 7 },
]

[[tables]]
name = "t"
columns = [{ name = "c", kind = "bool", probability = 8 }]

[[tables]]
name = ""
columns = [{ name = "c", kind = "city" }]

[[tables]]
name = "v"
hidden = true
columns = [{ name = "c", kind = "city", hidden = true, nulls = 9 }]
"#,
        &expect![[r#"
            9 things are wrong with the spec:
              line 6: table `t` names column `a` twice; each column needs a name of its own
              line 6: option `max` of column `t.a` is 1; allowed is min (5) or more
              line 7: column 3 of table `t` has an empty name; names are what values are derived from, so give it one
              line 8: option `probability` of column `t.b` is 7; allowed is 0 to 1
              line 12: the spec names table `t` twice; each table needs a name of its own
              line 13: option `probability` of column `t.c` is 8; allowed is 0 to 1
              line 16: table 3 has an empty name; names are what values are derived from, so give it one
              line 20: table `v` has no columns but hidden ones; take `hidden` from one that is to be written
              line 22: option `nulls` of column `v.c` is 9; allowed is a share, 0 to 1
        "#]],
    );
    toml(
        r#"
[[tables]]
name = "t"
hidden = true
columns = [{ name = "b", kind = "bool", probability = 7 }]
"#,
        &expect![[r#"
            2 things are wrong with the spec:
              the spec has no tables but hidden ones; take `hidden` from one that is to be written
              line 5: option `probability` of column `t.b` is 7; allowed is 0 to 1
        "#]],
    );
}

/// However long what was found is, the message is short.
#[test]
fn messages_have_a_bound() {
    let weights = vec!["0"; 100_000].join(", ");
    let values = vec!["1"; 100_000].join(", ");
    let long = "x".repeat(1_000_000);
    for column in [
        format!(r#"kind = "choice", values = [{values}], weights = [{weights}]"#),
        format!(r#"kind = "reference", to = "{long}""#),
        format!(r#"kind = "email", of = "{long}""#),
        format!(r#"kind = "row_hash", of = ["{long}"]"#),
        format!(r#"kind = "template", template = "{{{long}}}""#),
        format!(r#"kind = "timestamp", from = 2020-01-01, to = 2021-01-01, timezone = "{long}""#),
        format!(r#"kind = "choice", values = [1, "{long}"]"#),
    ] {
        let text = format!("[[tables]]\nname = \"t\"\ncolumns = [{{ name = \"a\", {column} }}]");
        let spec = DatasetSpec::from_toml(&text).and_then(|spec| spec.check());
        let said = spec.unwrap_err().to_string();
        assert!(
            said.len() < 2_000,
            "{} bytes: {}…",
            said.len(),
            &said[..200]
        );
    }
}
