//! A declared order is held against the rows: within blocks, across them, across threads.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use blockwrite::{
    BlockWriter, ByteDrain, Error, ParquetBlockWriter, RowGroupEncoder, SortingColumn, WriteOptions,
};
use expect_test::{Expect, expect};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;

fn by(columns: &[(&str, bool, bool)]) -> WriteOptions {
    let column = |(column, descending, nulls_first): &(&str, bool, bool)| SortingColumn {
        column: (*column).to_owned(),
        descending: *descending,
        nulls_first: *nulls_first,
    };
    WriteOptions {
        sorting: columns.iter().map(column).collect(),
        ..WriteOptions::default()
    }
}

fn block(days: &[Option<&str>], ids: &[i64]) -> RecordBatch {
    let days: ArrayRef = Arc::new(StringArray::from(days.to_vec()));
    let ids: ArrayRef = Arc::new(Int64Array::from(ids.to_vec()));
    RecordBatch::try_from_iter_with_nullable([("day", days, true), ("id", ids, false)]).unwrap()
}

/// What becomes of blocks one after the other.
fn outcome(options: &WriteOptions, blocks: &[RecordBatch]) -> String {
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), options.clone());
    let said = blocks.iter().map(|block| match writer.write_block(block) {
        Ok(_) => "written".to_owned(),
        Err(error) => error.to_string(),
    });
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn rows_out_of_order_are_named_with_both_values() {
    let order = by(&[("day", false, true), ("id", true, false)]);
    let case = |blocks: &[RecordBatch], expect: Expect| {
        expect.assert_eq(&outcome(&order, blocks));
    };
    let sorted = block(&[None, None, Some("Monday"), Some("Monday")], &[9, 3, 7, 7]);
    case(
        &[
            sorted.clone(),
            block(&[Some("Monday")], &[7]),
            block(&[Some("Tuesday")], &[8]),
        ],
        expect![[r#"
            written
            written
            written"#]],
    );
    case(
        &[block(&[Some("Monday"), Some("Monday"), None], &[7, 6, 5])],
        expect![
            "row 2 of row group 0 is out of order: `day` is null after Monday, and the file is declared to be sorted by day nulls first, id descending"
        ],
    );
    // The writer goes on, and the refused block has left nothing.
    case(
        &[
            sorted,
            block(&[Some("Monday")], &[8]),
            block(&[Some("Monday")], &[7]),
        ],
        expect![[r#"
            written
            row 0 of row group 1 is out of order: `id` is 8 after 7, and the file is declared to be sorted by day nulls first, id descending
            written"#]],
    );
}

#[test]
fn groups_of_other_threads_are_held_against_the_last_one() {
    let options = by(&[("id", false, false)]);
    let rows = |ids: &[i64]| block(&vec![None; ids.len()], ids);
    let encoder = RowGroupEncoder::new(rows(&[]).schema(), &options).unwrap();
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder).unwrap();
    writer
        .append(encoder.encode(&rows(&[1, 2, 5])).unwrap())
        .unwrap();
    writer.append(encoder.encode(&rows(&[])).unwrap()).unwrap();
    let error = writer
        .append(encoder.encode(&rows(&[4, 9])).unwrap())
        .unwrap_err();
    expect!["row 0 of row group 1 is out of order: `id` is 4 after 5, and the file is declared to be sorted by id"]
        .assert_eq(&error.to_string());
    let error = encoder.encode(&rows(&[6, 5])).unwrap_err();
    expect!["row 1 of the block is out of order: `id` is 5 after 6, and the file is declared to be sorted by id"]
        .assert_eq(&error.to_string());

    // Of what was encoded without the order, or with another one, nothing is known.
    for other in [WriteOptions::default(), by(&[("id", true, false)])] {
        let other = RowGroupEncoder::new(rows(&[]).schema(), &other).unwrap();
        let error = writer
            .append(other.encode(&rows(&[7])).unwrap())
            .unwrap_err();
        assert!(matches!(error, Error::OrderUnknown { .. }), "{error:?}");
    }
    writer
        .append(encoder.encode(&rows(&[5, 9])).unwrap())
        .unwrap();
    writer.finish().unwrap();

    let file = writer.into_sink().unwrap().take();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    for group in reader.metadata().row_groups() {
        let sorted = &group.sorting_columns().unwrap()[0];
        assert_eq!((sorted.column_idx, sorted.descending), (1, false));
    }
}

#[test]
fn columns_that_no_rows_can_be_sorted_by_are_refused() {
    let numbers = Float64Array::from(vec![1.0]);
    let structs = arrow::array::StructArray::from(vec![(
        Arc::new(arrow::datatypes::Field::new(
            "lat",
            arrow::datatypes::DataType::Float64,
            false,
        )),
        Arc::new(numbers) as ArrayRef,
    )]);
    let block = RecordBatch::try_from_iter([("place", Arc::new(structs) as ArrayRef)]).unwrap();
    let case = |options: &WriteOptions, expect: Expect| {
        let error = RowGroupEncoder::new(block.schema(), options).unwrap_err();
        expect.assert_eq(&error.to_string());
    };
    case(
        &by(&[("place", false, false)]),
        expect![[
            r#"`sorting` is `place`, which is Struct("lat": non-null Float64), and allowed is columns without others within"#
        ]],
    );
    case(
        &by(&[("plase", false, false)]),
        expect![
            "`sorting` names the column `plase`, which the schema does not have: did you mean `place`? (columns: place, place.lat)"
        ],
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the cuts, sorted rows are written, and rows with one pair swapped are not.
    #[test]
    fn what_is_written_is_sorted(
        mut values in prop::collection::vec(prop::option::of(-3_i64..4), 1..40),
        cut in 0_usize..40,
        descending: bool,
        nulls_first: bool,
        swap in 0_usize..40,
    ) {
        values.sort_by(|a, b| match (a, b) {
            (None, None) => std::cmp::Ordering::Equal,
            (None, _) if nulls_first => std::cmp::Ordering::Less,
            (None, _) => std::cmp::Ordering::Greater,
            (_, None) if nulls_first => std::cmp::Ordering::Greater,
            (_, None) => std::cmp::Ordering::Less,
            (a, b) if descending => b.cmp(a),
            (a, b) => a.cmp(b),
        });
        let options = by(&[("n", descending, nulls_first)]);
        let write = |values: &[Option<i64>]| {
            let array: ArrayRef = Arc::new(Int64Array::from(values.to_vec()));
            let rows = RecordBatch::try_from_iter_with_nullable([("n", array, true)]).unwrap();
            let cut = cut.min(values.len());
            let mut writer = ParquetBlockWriter::new(Vec::new(), options.clone());
            writer.write_block(&rows.slice(0, cut))?;
            writer.write_block(&rows.slice(cut, values.len() - cut))?;
            writer.finish()
        };
        prop_assert!(write(&values).is_ok());
        let swap = swap % values.len();
        if swap > 0 && values[swap] != values[swap - 1] {
            values.swap(swap, swap - 1);
            let refused = matches!(write(&values), Err(Error::NotSorted { .. }));
            prop_assert!(refused);
        }
    }
}
