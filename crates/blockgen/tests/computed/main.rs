//! Columns made from others: `derived`, `case`, `offset`, and what is hidden.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "../support/mod.rs"]
mod support;

mod cases_and_offsets;
mod expressions;
mod laws;

use arrow::array::{Array, AsArray};
use arrow::datatypes::TimestampMicrosecondType;
use arrow::util::display::array_value_to_string;
use blockgen::{DatasetSpec, Generator};
use expect_test::Expect;

/// What an expression makes of a row with these columns: its type and its value.
fn derived(expression: &str, options: &str) -> String {
    let toml = format!(
        r#"
        [[tables]]
        name = "t"
        rows = 7
        columns = [
            {{ name = "five", kind = "constant", value = 5 }},
            {{ name = "minus", kind = "constant", value = -7 }},
            {{ name = "price", kind = "decimal", precision = 9, min = "19.99", max = "19.99" }},
            {{ name = "half", kind = "constant", value = 0.5 }},
            {{ name = "city", kind = "constant", value = "Köln" }},
            {{ name = "yes", kind = "constant", value = true }},
            {{ name = "nothing", kind = "constant", value = 3, nulls = 1.0 }},
            {{ name = "day", kind = "date", from = 2024-02-28, to = 2024-02-29 }},
            {{ name = "at", kind = "timestamp", from = 2024-05-01T00:00:00Z, to = 2024-05-01T00:00:01Z, unit = "s" }},
            {{ name = "two words", kind = "constant", value = 2 }},
            {{ name = "a", kind = "derived", expression = {expression:?}{options} }},
        ]
        "#
    );
    let spec = DatasetSpec::from_toml(&toml).unwrap();
    match Generator::compile(&spec, "t", 1) {
        Ok(generator) => {
            let rows = match generator.block(0..3) {
                Ok(rows) => rows,
                Err(error) => return error.to_string(),
            };
            let column = rows.column_by_name("a").unwrap();
            let value = match column.is_null(0) {
                true => "null".to_owned(),
                // Arrow shows moments of an offset alone.
                false => match column.as_primitive_opt::<TimestampMicrosecondType>() {
                    Some(moments) => moments.value_as_datetime(0).unwrap().to_string(),
                    None => array_value_to_string(column, 0).unwrap(),
                },
            };
            format!("{value} {}", column.data_type())
        }
        Err(error) => {
            let error = error.to_string();
            let (_, error) = error.split_once("column `t.a` ").unwrap();
            error.to_owned()
        }
    }
}

fn check(cases: &[&str], expected: &Expect) {
    let found = cases.iter().map(|case| {
        let (expression, options) = case.split_once(" | ").unwrap_or((case, ""));
        let options = match options {
            "" => String::new(),
            options => format!(", {options}"),
        };
        format!("{case} ▸ {}\n", derived(expression, &options))
    });
    expected.assert_eq(&found.collect::<String>());
}
