//! Lists, structs and maps.

use blockgen::DatasetSpec;
use expect_test::expect;

use super::golden;

/// Texts that are put together, and values within values.
const COMPOSED: &str = r##"
[[tables]]
name = "composed"
columns = [
    { name = "digits", kind = "pattern", pattern = "^##-####" },
    { name = "mixed", kind = "pattern", pattern = "(SKU|Ref)-??[A-F0-9_]{40}é(x|(y|z)#)?" },
    { name = "serial", kind = "pattern", pattern = "?{5}-#{7}", unique = true },
    { name = "long_serial", kind = "pattern", pattern = "(A#|B[xyz])[a-z0-9]{30}", unique = true },
    { name = "score", kind = "float", min = -10.0, max = 10.0, nulls = 0.2 },
    { name = "many", kind = "integer", min = -99_999, max = 99_999 },
    { name = "at", kind = "timestamp", from = 1969-01-01, to = 2030-01-01 },
    { name = "who", kind = "person_name" },
    { name = "label", kind = "template", template = "{who}: {score:.3} {many:08} {{{at}}}" },
    { name = "plain", kind = "template", template = "{who:word}@{many}", case = "lower", ascii = true },
    { name = "filled", kind = "template", template = "É {score}", null_text = "keine", ascii = true, case = "upper" },
    { name = "list", kind = "list", item = { kind = "integer", min = 0, max = 9, nulls = 0.3 } },
    { name = "full_list", kind = "list", min = 3, max = 3, item = { kind = "uuid" } },
    { name = "lists", kind = "list", min = 1, max = 4, nulls = 0.1, item = { kind = "list", max = 3, item = { kind = "city" } } },
    { name = "struct", kind = "struct", fields = [
        { name = "who", kind = "person_name" },
        { name = "mail", kind = "email", of = "who" },
        { name = "nulls", kind = "float", min = 0.0, max = 1.0 },
    ] },
    { name = "map", kind = "map", key = { kind = "pattern", pattern = "[a-h]" }, value = { kind = "float", min = 0.0, max = 1.0 } },
]
"##;

#[test]
fn composed() {
    let spec = DatasetSpec::from_toml(COMPOSED).unwrap();
    expect![[r#"
        algorithm 2
        digits 9bc0226e546cd18e
        mixed 6dfc3297c3963f3c
        serial ddc3c4941fed5bdd
        long_serial e0474cc0e4a31842
        score 98b12b23ce42e018
        many d79ebe0b65521b15
        at e6c1413be05e7894
        who 42cf782c9109c0c1
        label d2b434b5e6e7af6c
        plain e4e37df9a9d33783
        filled 8b370b455be6d2ef
        list dea5d0e228708e42
        full_list 6c25b37e110c1af1
        lists e649453582e01097
        struct e3231ba87b01ff83
        map df6752ed9725e6a3
        spec cd20c8bd81c6984978c8d9ab5ea737cd612b7fa6747bbcc0f9aeabb6c7a606ea
    "#]]
    .assert_eq(&golden(&spec, "composed"));
}
