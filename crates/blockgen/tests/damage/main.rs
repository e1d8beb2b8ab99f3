//! Deliberate damage: done to what the spec says and to nothing else, and told of in a ledger.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod kinds;
mod ledger;
mod shares;

use std::num::NonZeroU64;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use blockgen::{DatasetSpec, Generator};

/// Columns of all sorts, parents, and children.
const SPEC: &str = r#"
[[tables]]
name = "parents"
rows = 50
columns = [
    { name = "id", kind = "sequence" },
    { name = "key", kind = "uuid" },
    { name = "country", kind = "country" },
]

[[tables]]
name = "t"
rows = 4_000
columns = [
    { name = "id", kind = "sequence" },
    { name = "name", kind = "person_name" },
    { name = "email", kind = "email", of = "name" },
    { name = "note", kind = "lorem", words = 3, nulls = 0.3 },
    { name = "age", kind = "integer", type = "int32", min = 18, max = 65 },
    { name = "byte", kind = "integer", type = "uint8", min = 10, nulls = 0.2 },
    { name = "score", kind = "float", min = 0.0, max = 1.0 },
    { name = "narrow", kind = "float", type = "float32", min = -1.0, max = 1.0 },
    { name = "price", kind = "decimal", min = 1, max = 99.99 },
    { name = "cents", kind = "float", min = 0.99, max = 9.99, decimals = 2 },
    { name = "day", kind = "date", from = 2020-01-01, to = 2021-01-01 },
    { name = "at", kind = "timestamp", from = 2020-01-01, to = 2021-01-01 },
    { name = "berlin", kind = "timestamp", from = 2020-01-01, to = 2021-01-01, unit = "ms", timezone = "Europe/Berlin" },
    { name = "opens", kind = "time", from = "08:00:00", to = "18:00:00", unit = "s" },
    { name = "took", kind = "duration", min = 0, max = "1h" },
    { name = "lat", kind = "latitude" },
    { name = "is_new", kind = "bool" },
    { name = "one", kind = "constant", value = 7 },
    { name = "tags", kind = "list", max = 3, item = { kind = "word" } },
    { name = "place", kind = "struct", fields = [
        { name = "lat", kind = "latitude" },
        { name = "seen", kind = "timestamp", from = 2020-01-01, to = 2021-01-01 },
    ] },
    { name = "by_key", kind = "map", max = 2, key = { kind = "word" }, value = { kind = "bool" } },
    { name = "bytes", kind = "binary", max_bytes = 4 },
    { name = "parent", kind = "reference", to = "parents.id", nulls = 0.1 },
    { name = "parent_key", kind = "reference", to = "parents.key" },
    { name = "country", kind = "pull", of = "parent", column = "country" },
    { name = "hash", kind = "row_hash" },
]

[[tables]]
name = "children"
children = { of = "t", max = 3 }
columns = [
    { name = "id", kind = "parent", column = "id" },
    { name = "name", kind = "parent", column = "name" },
]
"#;

fn spec(damage: &str) -> DatasetSpec {
    let mut spec = DatasetSpec::from_toml(SPEC).unwrap();
    if !damage.is_empty() {
        let text = format!(
            "[[tables]]\nname = \"t\"\ncolumns = [{{ name = \"id\", kind = \"uuid\" }}]\n{damage}"
        );
        spec.tables[1].damage = DatasetSpec::from_toml(&text).unwrap().tables[0]
            .damage
            .clone();
    }
    spec
}

fn table(spec: &DatasetSpec, name: &str, seed: u64) -> Generator {
    Generator::compile(spec, name, seed).unwrap_or_else(|errors| panic!("{errors}"))
}

fn block_rows(rows: u64) -> NonZeroU64 {
    NonZeroU64::new(rows).unwrap()
}

/// The values of a ledger's column of texts.
fn texts(ledger: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column: &ArrayRef = ledger.column_by_name(name).unwrap();
    let texts = column.as_string::<i32>().iter();
    texts.map(|text| text.map(str::to_owned)).collect()
}

/// Row and column of each line of a ledger.
fn cells(ledger: &RecordBatch) -> Vec<(u64, String)> {
    let rows = ledger.column(0).as_primitive::<Int64Type>();
    let columns = ledger.column(1).as_string::<i32>();
    let rows = rows.values().iter().map(|row| *row as u64);
    rows.zip(columns.iter().map(|name| name.unwrap().to_owned()))
        .collect()
}
