//! How many different values a column may hold: never fewer than it does.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeSet;

use arrow::array::ArrayRef;
use arrow::row::{RowConverter, SortField};
use blockgen::{DatasetSpec, Generator};

fn found(column: &ArrayRef) -> u64 {
    let fields = vec![SortField::new(column.data_type().clone())];
    let rows = RowConverter::new(fields).unwrap();
    let rows = rows.convert_columns(&[ArrayRef::clone(column)]).unwrap();
    rows.iter().collect::<BTreeSet<_>>().len() as u64
}

#[test]
fn what_is_told_is_never_exceeded() {
    let mut told = 0;
    for name in ["people", "shop", "events", "lineitem", "everything"] {
        let spec = DatasetSpec::builtin(name).unwrap();
        for table in spec.written_tables() {
            let generator = Generator::compile(&spec, &table.name, 7).unwrap();
            let rows = generator.rows().unwrap_or(20_000).min(20_000);
            let block = generator.block(0..rows).unwrap();
            for (at, field) in block.schema().fields().iter().enumerate() {
                if let Some(most) = generator.distinct(field.name()) {
                    let found = found(block.column(at));
                    let (table, column) = (&table.name, field.name());
                    assert!(found <= most, "{table}.{column}: {found} of {most}");
                    told += 1;
                }
            }
        }
    }
    assert!(told > 50, "{told}");
}

#[test]
fn kinds_of_few_values_say_how_many() {
    let check = |spec: &str, table: &str, column: &str, most: Option<u64>| {
        let spec = DatasetSpec::builtin(spec).unwrap();
        let generator = Generator::compile(&spec, table, 7).unwrap();
        assert_eq!(generator.distinct(column), most, "{column}");
    };
    check("people", "people", "is_active", Some(2));
    check("people", "people", "age", Some(63));
    check("people", "people", "country", Some(244));
    check("people", "people", "name", None);
    check("people", "people", "nothing", None);
    check("shop", "orders", "status", Some(5));
}
