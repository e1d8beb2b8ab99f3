//! Tables that refer to one another.

use blockgen::DatasetSpec;
use expect_test::expect;

use super::golden;

/// Every way in which a table refers to another, with parents enough for all rows.
const RELATIONS: &str = r#"
[[tables]]
name = "parents"
rows = 2_000_000_000_000
columns = [
    { name = "id", kind = "sequence" },
    { name = "uuid", kind = "uuid" },
    { name = "price", kind = "float", min = 0.0, max = 10.0, decimals = 2 },
]

[[tables]]
name = "few"
rows = 1_000
columns = [{ name = "id", kind = "sequence" }]

[[tables]]
name = "children"
children = { of = "parents", max = 7 }
columns = [
    { name = "parent_id", kind = "parent", column = "id" },
    { name = "line_number", kind = "line_number" },
    { name = "parent_price", kind = "parent", column = "price" },
    { name = "uniform", kind = "reference", to = "parents.id" },
    { name = "zipf", kind = "reference", to = "parents.id", distribution = { zipf = { exponent = 1.0 } } },
    { name = "steep", kind = "reference", to = "few.id", distribution = { zipf = { exponent = 1.7 } } },
    { name = "missing", kind = "reference", to = "parents.uuid", missing = 0.5 },
    { name = "price", kind = "pull", of = "zipf", column = "price" },
    { name = "amount", kind = "product", of = ["price", "line_number"], factor = 0.81, decimals = 3 },
]

[[tables]]
name = "once"
columns = [{ name = "id", kind = "reference", to = "parents.id", unique = true }]

[[tables]]
name = "falling"
children = { of = "parents", min = 0, max = 10, mean = 1.3 }
columns = [
    { name = "parent_id", kind = "parent", column = "id" },
    { name = "line_number", kind = "line_number", start = -1 },
]

[[tables]]
name = "rising"
children = { of = "parents", min = 2, max = 9, mean = 8.25 }
columns = [{ name = "parent_id", kind = "parent", column = "id" }]
"#;

#[test]
fn relations() {
    let spec = DatasetSpec::from_toml(RELATIONS).unwrap();
    let golden = ["children", "once", "falling", "rising"].map(|table| golden(&spec, table));
    expect![[r#"
        algorithm 2
        parent_id 5e21a791c47e3c97
        line_number 7fc6fd8c463178b7
        parent_price f5946f86aa8df215
        uniform fc4e78eb0f29048a
        zipf 947bd7c84067acb6
        steep badb4cbb7bbaa94e
        missing 78b64c8dcbca448f
        price 82daef8f3461f122
        amount 43f8bf34e7dcb479
        spec 98e31491bd1b482943518b8a9c8ed3efab53f9e257796cad4641031bd8c192f3
        algorithm 2
        id c30204f5ef668dda
        spec 0ae561b8070081dd7f2c102b1da4b172940a0217274dda83a06d14de451616d8
        algorithm 2
        parent_id 10abc5eec65ad5ac
        line_number 32ef72e43667837e
        spec ef8eb716c22e67ca23663341d4bc2d3c6614186c1c76f68b0fe7c3d3ef8ce896
        algorithm 2
        parent_id 7902cc0cd8f7e629
        spec fd4a4b59f1848e8b2eb49b159c08c0ab3d73cffde41750c5ea304780237c9ef4
    "#]]
    .assert_eq(&golden.concat());
}
