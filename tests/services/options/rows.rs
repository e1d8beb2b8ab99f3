//! Rows of every type that the readers share, with nulls, with extremes, and nested.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, DictionaryArray, FixedSizeBinaryArray, Float32Array,
    Float64Array, Int32Builder, Int64Array, LargeStringArray, ListArray, MapBuilder, RecordBatch,
    StringArray, StringBuilder, StructArray, UInt64Array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int32Type, TimeUnit};

/// Rows of a block.
pub const ROWS: usize = 1_500;

/// Two blocks.
pub fn blocks() -> Vec<RecordBatch> {
    vec![block(0), block(ROWS)]
}

/// A number that tells nothing of its row: the finaliser of SplitMix64.
fn mixed(row: usize, salt: u64) -> u64 {
    let mut z = (row as u64).wrapping_add(salt.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn block(first: usize) -> RecordBatch {
    let rows = first..first + ROWS;
    // Every fifth value is null, and about as many are extreme.
    let some = |row: usize, value: i64| (mixed(row, 1) % 5 != 0).then_some(value);
    let between = |least: i64, most: i64, salt: u64| -> ArrayRef {
        Arc::new(Int64Array::from_iter(rows.clone().map(|row| {
            let span = (i128::from(most) - i128::from(least) + 1) as u128;
            let value = match mixed(row, salt + 100) % 20 {
                0 => least,
                1 => most,
                _ => (i128::from(least) + (u128::from(mixed(row, salt)) % span) as i128) as i64,
            };
            some(row, value)
        })))
    };
    let as_type = |array: &ArrayRef, data_type: &DataType| cast(array, data_type).unwrap();
    let word = |row: usize| match mixed(row, 3) % 4 {
        0 => String::new(),
        1 => format!("wörter {}", mixed(row, 4) % 50),
        _ => format!("https://example.org/{:08}", mixed(row, 5) % 100_000),
    };
    let words = || {
        rows.clone()
            .map(|row| (mixed(row, 6) % 7 != 0).then(|| word(row)))
    };
    let year_2100 = 4_102_444_800;
    let stamp = |unit, scale: i64, zone: Option<&str>| {
        let numbers = between(-year_2100 * scale, year_2100 * scale, 7);
        as_type(&numbers, &DataType::Timestamp(unit, zone.map(Into::into)))
    };
    let decimal = |digits: u8, behind: i8, most: i64| {
        let whole = between(-most, most, 8);
        let unscaled = as_type(&whole, &DataType::Decimal128(38, 0));
        // The same digits, with a point among them.
        let values = unscaled.to_data().into_builder();
        let data = values
            .data_type(DataType::Decimal128(digits, behind))
            .build();
        arrow::array::make_array(data.unwrap())
    };
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(rows.clone().map(|row| {
        let element = |k| (mixed(row + k, 9) % 3 != 0).then_some(row as i32 + k as i32);
        (mixed(row, 10) % 4 != 0).then(|| (0..row % 4).map(element).collect::<Vec<_>>())
    }));
    let structs = StructArray::from(vec![
        (
            Arc::new(Field::new("a", DataType::Int64, true)),
            between(-1000, 1000, 11),
        ),
        (
            Arc::new(Field::new("b", DataType::Utf8, true)),
            Arc::new(StringArray::from_iter(words())) as ArrayRef,
        ),
    ]);
    let packed: DictionaryArray<Int32Type> = rows
        .clone()
        .map(|row| some(row, 0).map(|_| ["river", "lake", "sea"][row % 3]))
        .collect();
    let ordered: DictionaryArray<Int32Type> = rows
        .clone()
        .map(|row| Some(["a", "b", "c"][row / ROWS]))
        .collect();

    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        (
            "row",
            Arc::new(Int64Array::from_iter_values(
                rows.clone().map(|row| row as i64),
            )),
            false,
        ),
        ("ordered", Arc::new(ordered), false),
        (
            "boolean",
            Arc::new(BooleanArray::from_iter(
                rows.clone().map(|row| some(row, 0).map(|_| row % 3 == 0)),
            )),
            true,
        ),
        (
            "int8",
            as_type(&between(-128, 127, 12), &DataType::Int8),
            true,
        ),
        (
            "int16",
            as_type(&between(-32_768, 32_767, 13), &DataType::Int16),
            true,
        ),
        (
            "int32",
            as_type(
                &between(i32::MIN.into(), i32::MAX.into(), 14),
                &DataType::Int32,
            ),
            true,
        ),
        ("int64", between(i64::MIN, i64::MAX, 15), true),
        (
            "uint8",
            as_type(&between(0, 255, 16), &DataType::UInt8),
            true,
        ),
        (
            "uint16",
            as_type(&between(0, 65_535, 17), &DataType::UInt16),
            true,
        ),
        (
            "uint32",
            as_type(&between(0, u32::MAX.into(), 18), &DataType::UInt32),
            true,
        ),
        (
            "uint64",
            Arc::new(UInt64Array::from_iter(
                rows.clone()
                    .map(|row| some(row, 0).map(|_| mixed(row, 19) >> 1)),
            )),
            true,
        ),
        (
            "float32",
            Arc::new(Float32Array::from_iter(rows.clone().map(|row| {
                some(row, 0).map(|_| mixed(row, 20) as f32 / 1e9 - 7e9)
            }))),
            true,
        ),
        (
            "float64",
            Arc::new(Float64Array::from_iter(rows.clone().map(|row| {
                some(row, 0).map(|_| mixed(row, 21) as f64 / 3.0 - 1e18)
            }))),
            true,
        ),
        ("decimal_9", decimal(9, 2, 999_999_999), true),
        ("decimal_18", decimal(18, 4, 999_999_999_999_999_999), true),
        ("decimal_38", decimal(38, 10, i64::MAX), true),
        (
            "date",
            as_type(
                &as_type(&between(-10_000, 40_000, 22), &DataType::Int32),
                &DataType::Date32,
            ),
            true,
        ),
        (
            "time_ms",
            as_type(
                &as_type(&between(0, 86_399_999, 23), &DataType::Int32),
                &DataType::Time32(TimeUnit::Millisecond),
            ),
            true,
        ),
        (
            "time_us",
            as_type(
                &between(0, 86_399_999_999, 24),
                &DataType::Time64(TimeUnit::Microsecond),
            ),
            true,
        ),
        (
            "utc_ms",
            stamp(TimeUnit::Millisecond, 1_000, Some("UTC")),
            true,
        ),
        (
            "utc_us",
            stamp(TimeUnit::Microsecond, 1_000_000, Some("UTC")),
            true,
        ),
        (
            "local_us",
            stamp(TimeUnit::Microsecond, 1_000_000, None),
            true,
        ),
        // Whole microseconds, so that older readers can have them.
        (
            "local_ns",
            as_type(
                &stamp(TimeUnit::Microsecond, 1_000_000, None),
                &DataType::Timestamp(TimeUnit::Nanosecond, None),
            ),
            true,
        ),
        ("text", Arc::new(StringArray::from_iter(words())), true),
        (
            "large_text",
            Arc::new(LargeStringArray::from_iter(words())),
            true,
        ),
        ("bytes", Arc::new(BinaryArray::from_iter(words())), true),
        ("packed", Arc::new(packed), true),
        (
            "fixed",
            Arc::new(
                FixedSizeBinaryArray::try_from_sparse_iter_with_size(
                    rows.clone().map(|row| {
                        some(row, 0).map(|_| mixed(row, 25).to_be_bytes()[..5].to_vec())
                    }),
                    5,
                )
                .unwrap(),
            ),
            true,
        ),
        ("list", Arc::new(list), true),
        ("structs", Arc::new(structs), false),
        ("map", map(rows), true),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn map(rows: std::ops::Range<usize>) -> ArrayRef {
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    for row in rows {
        for key in 0..row % 3 {
            maps.keys().append_value(format!("key {key}"));
            maps.values()
                .append_option((mixed(row, 26) % 3 != 0).then_some(row as i32));
        }
        maps.append(mixed(row, 27) % 5 != 0 || row % 3 != 0)
            .unwrap();
    }
    Arc::new(maps.finish())
}
