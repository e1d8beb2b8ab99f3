//! Texts of another shape: formats, misspelt words, values beyond their limits.

use blockgen::SpecFormat;
use expect_test::expect;

use super::{json, toml};

#[test]
fn misspelt_words() {
    toml(
        r#"[[tables]]
name = "t"
columns = [
    { name = "a", kind = "emial" },
    { name = "b", kind = "lorem", words = 3, word = 4 },
    { name = "c", kind = "lorem", probability = 0.5 },
    { name = "d", kind = "integer", min = 0, max = 9, type = "int23" },
    { name = "e", kind = "city", null = 0.5 },
]
"#,
        &expect![[r#"
            6 things are wrong with the spec:
              line 4: column `t.a` is of kind `emial`, which does not exist; did you mean `email`, of 102 known?
              line 5: column `t.b` has option `word`, which kind `lorem` does not have; did you mean `words`?
              line 6: column `t.c` has option `probability`, which kind `lorem` does not have (kind `bool` has it);
              line 6: column `t.c` lacks option `words`, which kind `lorem` needs
              line 7: option `type` of column `t.d` is `int23`, which is not one of its words; did you mean `int32`?
              line 8: column `t.e` has option `null`, which kind `city` does not have; did you mean `nulls`?
        "#]],
    );
}

#[test]
fn json_is_read_by_the_same_rules() {
    json(
        r#"{
  "seed": 1.5,
  "tables": [
    {
      "name": "t",
      "columns": [
        {
          "name": "b",
          "kind": "lorem",
          "words": 18446744073709551616
        },
        {
          "name": "c",
          "kind": "bool",
          "probability": -0.5
        },
        { "name": "d", "kind": "timestamp",
          "from": "2024-01-01",
          "to": "2024" }
      ]
    }
  ]
}"#,
        &expect![[r#"
            4 things are wrong with the spec:
              line 2: option `seed` of the spec is a number; a whole number is expected
              line 10: option `words` of column `t.b` is a number; a whole number is expected
              line 15: option `probability` of column `t.c` is -0.5; allowed is 0 to 1
              line 19: option `to` of column `t.d` cannot be read: `2024` is not a date-time such as 2020-01-01T00:00:00Z
        "#]],
    );
}

#[test]
fn a_text_that_is_neither() {
    toml(
        "# a\n[[tables]\n",
        &expect![[r#"
        line 2: cannot read the spec; correct it where the parser points
        TOML parse error at line 2, column 10
          |
        2 | [[tables]
          |          ^
        unclosed array table, expected `]`
    "#]],
    );
    json(
        "{\"tables\":\n [}",
        &expect![[r#"
        line 2: cannot read the spec; correct it where the parser points
        expected value at line 2 column 3
    "#]],
    );
    json(
        "{\"tables\": [],\n \"tables\": []}",
        &expect![[r#"
        line 1: option `tables` is given twice in one object; take one of them out
    "#]],
    );
    toml(
        "[[tables]]\nname = \"t\"\nrows = 99999999999999999999999999999999999999999\n",
        &expect![[r#"
            line 3: `9999999999999999999999999999999999999999` is no number that fits 128 bits; write a smaller one
        "#]],
    );
    toml(
        "x = 1e999",
        &expect![[r#"
        line 1: `1e999` is no number that fits a float of 64 bits; write a smaller one
    "#]],
    );
    json(
        "{\n\"x\": 1e999}",
        &expect![[r#"
        line 2: cannot read the spec; correct it where the parser points
        number out of range at line 1 column 5
    "#]],
    );
    json(
        "{\n\"x\": \"\\ud800\"}",
        &expect![[r#"
        line 2: cannot read the spec; correct it where the parser points
        unexpected end of hex escape at line 1 column 8
    "#]],
    );
}

#[test]
fn parts_of_another_shape() {
    toml(
        "",
        &expect![[r#"
        line 1: the spec lacks option `tables`, which a data set needs
    "#]],
    );
    toml(
        "tables = []",
        &expect![[r#"
        the spec has no tables; give it at least one `[[tables]]`
    "#]],
    );
    toml(
        "[tables]\nname = \"t\"",
        &expect![[r#"
        line 1: option `tables` of the spec is a map; a list is expected
    "#]],
    );
    json(
        "[]",
        &expect![[r#"
        line 1: the spec is a list; a map is expected
    "#]],
    );
    json(
        "{\"tables\": [7, {}]}",
        &expect![[r#"
        3 things are wrong with the spec:
          line 1: table 1 is a whole number; a map is expected
          line 1: table 2 lacks option `name`, which a table needs
          line 1: table 2 lacks option `columns`, which a table needs
    "#]],
    );
    json(
        "{\"tables\": [{\"name\": \"t\",\n\"columns\": 8}]}",
        &expect![[r#"
            line 2: option `columns` of table `t` is a whole number; a list is expected
        "#]],
    );
}

#[test]
fn limits() {
    let deep = |format: &str| {
        let (open, close) = ("[".repeat(65), "]".repeat(65));
        format.replace('#', &format!("{open}{close}"))
    };
    toml(
        &deep("x = #"),
        &expect![[r#"
        line 1: the number of lists and maps inside of one another is 65; allowed is 64 at most
    "#]],
    );
    json(
        &deep("{\"x\": #}"),
        &expect![[r#"
        line 1: the number of lists and maps inside of one another is 65; allowed is 64 at most
    "#]],
    );
    // Deeper than any stack is.
    json(
        &"[".repeat(10 << 20),
        &expect![[r#"
        line 1: cannot read the spec; correct it where the parser points
        EOF while parsing a list at line 1 column 10485760
    "#]],
    );
    json(
        &("[".repeat(1 << 20) + &"]".repeat(1 << 20)),
        &expect![[r#"
            line 1: the number of lists and maps inside of one another is 65; allowed is 64 at most
        "#]],
    );
    toml(
        &" ".repeat((16 << 20) + 1),
        &expect![[r#"
        the number of bytes of the spec is 16777217; allowed is 16777216 at most
    "#]],
    );
    let table = "[[tables]]\nname = \"t\"\ncolumns = [{ name = \"a\", kind = \"uuid\" }]\n";
    toml(
        &table.repeat(1_001),
        &expect![[r#"
        the number of tables is 1001; allowed is 1000 at most
    "#]],
    );
}

#[test]
fn formats_are_told_by_file_names() {
    let of = SpecFormat::of_file_name;
    assert_eq!(of("people.toml").unwrap(), SpecFormat::Toml);
    assert_eq!(of("a.b/People.JSON").unwrap(), SpecFormat::Json);
    expect!["`people.yaml` is no name of a spec; name it `.toml` or `.json`, after what it holds"]
        .assert_eq(&of("people.yaml").unwrap_err().to_string());
    assert!(of("toml").is_err());
}
