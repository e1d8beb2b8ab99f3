//! Where in the text an error is.

use blockgen::DatasetSpec;
use expect_test::expect;

use super::toml;

#[test]
fn names_have_their_lines() {
    let uuid = "{ name = \"a\", kind = \"uuid\" }";
    let tables = [
        format!("[[tables]]\nname = \"t\"\ncolumns = [\n{uuid},\n{uuid}]"),
        format!("[[tables]]\nname = \"t\"\ncolumns = [{uuid}]"),
    ];
    toml(
        &tables.join("\n"),
        &expect![[r#"
            2 things are wrong with the spec:
              line 5: table `t` names column `a` twice; each column needs a name of its own
              line 7: the spec names table `t` twice; each table needs a name of its own
        "#]],
    );
    toml(
        "[[tables]]\nname = \"t\"\ncolumns = [\n{ name = \"\", kind = \"uuid\" }]\n\
         [[tables]]\nname = \"\"\ncolumns = []",
        &expect![[r#"
            2 things are wrong with the spec:
              line 4: column 1 of table `t` has an empty name; names are what values are derived from, so give it one
              line 6: table 2 has an empty name; names are what values are derived from, so give it one
        "#]],
    );
    toml(
        &format!("[[tables]]\nname = \"a,b\"\ncolumns = [{uuid}]"),
        &expect![[r#"
            line 2: the name of table `a,b` holds a comma, which parts names of tables; take another
        "#]],
    );
    let long = "n".repeat(300);
    toml(
        &format!("[[tables]]\nname = \"{long}\"\ncolumns = [{uuid}]"),
        &expect![[r#"
            line 2: the number of bytes of the name of table 1 is 300; allowed is 255 at most
        "#]],
    );
}

#[test]
fn lines_take_no_part_in_what_a_spec_says() {
    let people = DatasetSpec::builtin("people").unwrap();
    let json = serde_json::to_string_pretty(&people).unwrap();
    let read = DatasetSpec::from_json(&json).unwrap();
    assert_eq!(read, people);
    let plain: DatasetSpec = serde_json::from_str(&json).unwrap();
    assert_eq!(plain, people);
    assert!(!json.contains("lines"));
}

#[test]
fn errors_of_changed_specs_point_at_what_has_not_changed() {
    let text = "[[tables]]\nname = \"t\"\n\
                [[tables.columns]]\nname = \"a\"\nkind = \"uuid\"\nnulls = 0.5\n";
    let mut spec = DatasetSpec::from_toml(text).unwrap();
    spec.tables[0].columns[0].nulls = Some(2.0);
    expect!["line 6: option `nulls` of column `t.a` is 2; allowed is a share, 0 to 1"]
        .assert_eq(&spec.check().unwrap_err().to_string());
    spec.tables[0].name = "renamed".to_owned();
    expect!["option `nulls` of column `renamed.a` is 2; allowed is a share, 0 to 1"]
        .assert_eq(&spec.check().unwrap_err().to_string());
}

/// Numbers and lines are those of the text, whatever before them cannot be read.
#[test]
fn what_has_no_name_is_counted_in_the_text() {
    toml(
        r#"
[[tables]]
name = "s"
columns = [{ name = "a", kind = "cty" }]

[[tables]]
name = "t"
columns = [
    { name = "a", kind = "cty" },
    { name = "b", kind = "cty" },
    { name = "", kind = "city" },
    { name = "c", kind = "city" },
]

[[tables]]
name = ""
columns = [{ name = "a", kind = "city" }]
"#,
        &expect![[r#"
            5 things are wrong with the spec:
              line 4: column `s.a` is of kind `cty`, which does not exist; did you mean `city`, of 102 known?
              line 9: column `t.a` is of kind `cty`, which does not exist; did you mean `city`, of 102 known?
              line 10: column `t.b` is of kind `cty`, which does not exist; did you mean `city`, of 102 known?
              line 11: column 3 of table `t` has an empty name; names are what values are derived from, so give it one
              line 16: table 3 has an empty name; names are what values are derived from, so give it one
        "#]],
    );
}
