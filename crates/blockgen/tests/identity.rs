//! What columns hold by which rows are told apart, and random bytes.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use std::collections::BTreeSet;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Int32Type, Int64Type, UInt64Type};
use sha2::{Digest, Sha256};

use support::generator;

const ROWS: u64 = 20_000;

fn column(options: &str) -> ArrayRef {
    let generator = generator(&[&format!("name = \"a\"; {options}")]);
    generator.block(0..ROWS).unwrap().column(0).clone()
}

fn texts(array: &ArrayRef) -> Vec<String> {
    let texts = array.as_string::<i32>().iter().flatten();
    texts.map(str::to_owned).collect()
}

#[test]
fn sequences_rise_and_fall_in_their_types() {
    let rising = column(r#"kind = "sequence"; start = -2147483648; step = 7; type = "int32""#);
    let rising = rising.as_primitive::<Int32Type>().values().iter();
    assert!(
        rising
            .zip(0..)
            .all(|(value, row)| *value == i32::MIN + row * 7)
    );
    let falling = column(r#"kind = "sequence"; start = 5; step = -3"#);
    let falling = falling.as_primitive::<Int64Type>().values().iter();
    assert!(falling.zip(0..).all(|(value, row)| *value == 5 - row * 3));

    let high =
        r#"name = "a"; kind = "sequence"; start = 9223372036854775807; step = 3; type = "uint64""#;
    let last = u64::MAX / 2 / 3;
    let high = generator(&[high]).block(last - 1..last + 1).unwrap();
    let start = i64::MAX as u64;
    let expected = [start + (last - 1) * 3, start + last * 3];
    assert_eq!(
        high.column(0).as_primitive::<UInt64Type>().values(),
        &expected
    );
}

#[test]
fn uuids_of_version_7_grow_and_carry_their_time() {
    let uuids = texts(&column(
        r#"kind = "uuid"; version = 7; from = 2024-05-01T00:00:00Z; every = "300us""#,
    ));
    assert!(uuids.windows(2).all(|pair| pair[0] < pair[1]));
    for (row, uuid) in (0..).zip(&uuids) {
        let bits = u128::from_str_radix(&uuid.replace('-', ""), 16).unwrap();
        assert_eq!(uuid.len(), 36);
        assert_eq!((bits >> 76 & 15, bits >> 62 & 3), (7, 2), "{uuid}");
        let micros = row * 300;
        assert_eq!(bits >> 80, 1_714_521_600_000 + micros / 1_000, "{uuid}");
        // RFC 9562, section 6.2, method 3: twelve bits of the fraction of the millisecond.
        assert_eq!(bits >> 64 & 0xfff, micros % 1_000 * 4_096 / 1_000, "{uuid}");
    }
    // What follows the time is random: no two rows have the same.
    let tails: BTreeSet<_> = uuids.iter().map(|uuid| &uuid[24..]).collect();
    assert_eq!(tails.len(), uuids.len());
    // The defaults, at the first millisecond of 2020.
    assert!(texts(&column("kind = \"uuid\"; version = 7"))[0].starts_with("016f5e66-e800-7"));
}

#[test]
fn uuids_of_version_4_are_what_they_were_and_differ() {
    let plain = column("kind = \"uuid\"");
    assert_eq!(
        plain.as_ref(),
        column("kind = \"uuid\"; version = 4").as_ref()
    );
    let different: BTreeSet<_> = texts(&plain).into_iter().collect();
    assert_eq!(different.len(), ROWS as usize);
}

#[test]
fn bytes_are_of_every_length_and_of_every_value() {
    let array = column(r#"kind = "binary"; min_bytes = 3; max_bytes = 18"#);
    let values: Vec<_> = array.as_binary::<i32>().iter().flatten().collect();
    let mut lengths = [0u32; 19];
    let mut first = [0u32; 256];
    let mut last = [0u32; 256];
    for value in &values {
        lengths[value.len()] += 1;
        first[usize::from(value[0])] += 1;
        last[usize::from(value[value.len() - 1])] += 1;
    }
    assert_eq!(lengths[..3], [0; 3]);
    // Each length comes 1,250 times and each byte 78 times, within six standard deviations.
    assert!(
        lengths[3..].iter().all(|count| count.abs_diff(1_250) < 206),
        "{lengths:?}"
    );
    for counts in [first, last] {
        assert!(
            counts.iter().all(|count| count.abs_diff(78) < 54),
            "{counts:?}"
        );
    }
    let different: BTreeSet<_> = values.iter().map(|value| &value[..3]).collect();
    assert!(different.len() > values.len() - 40);
}

#[test]
fn bytes_of_one_length() {
    let array = column("kind = \"binary\"");
    assert!(
        array
            .as_binary::<i32>()
            .iter()
            .flatten()
            .all(|value| value.len() == 16)
    );
    let fixed = column("kind = \"binary\"; bytes = 16; fixed = true");
    assert_eq!(fixed.data_type(), &DataType::FixedSizeBinary(16));
    // The type changes no value.
    assert!(
        fixed
            .as_fixed_size_binary()
            .iter()
            .eq(array.as_binary::<i32>().iter())
    );
    let different: BTreeSet<_> = array.as_binary::<i32>().iter().collect();
    assert_eq!(different.len(), ROWS as usize);
    let empty = column("kind = \"binary\"; bytes = 0");
    assert!(
        empty
            .as_binary::<i32>()
            .iter()
            .flatten()
            .all(<[u8]>::is_empty)
    );
}

fn sha256(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One value of each type, written down by hand as the documentation says.
#[test]
fn a_row_hash_can_be_made_again_by_hand() {
    let columns = [
        (r#"kind = "sequence"; start = -7"#, "2:-7,"),
        (r#"kind = "float"; min = 2.0; max = 2.0"#, "1:2,"),
        (
            r#"kind = "float"; min = 1e21; max = 1e21"#,
            "22:1000000000000000000000,",
        ),
        (r#"kind = "float"; min = 0.1; max = 0.1"#, "3:0.1,"),
        (r#"kind = "bool"; probability = 1.0"#, "4:true,"),
        (r#"kind = "bool"; probability = 0.0"#, "5:false,"),
        (r#"kind = "uuid"; nulls = 1.0"#, "-,"),
        (r#"kind = "binary"; bytes = 0"#, "0:,"),
        (
            r#"kind = "date"; from = 2024-02-29; to = 2024-03-01"#,
            "10:2024-02-29,",
        ),
        (
            r#"kind = "date"; from = 0044-03-15; to = 0044-03-16"#,
            "10:0044-03-15,",
        ),
        (
            r#"kind = "time"; unit = "s"; from = "08:30:01"; to = "08:30:02""#,
            "8:08:30:01,",
        ),
        (
            r#"kind = "time"; from = "08:30:01.25"; to = "08:30:01.250001""#,
            "15:08:30:01.250000,",
        ),
        (
            r#"kind = "timestamp"; unit = "s"; from = 1969-12-31T23:59:59Z; to = 1970-01-01"#,
            "20:1969-12-31T23:59:59Z,",
        ),
        (
            r#"kind = "timestamp"; unit = "ms"; from = 2024-05-01T08:30:00.007Z; to = 2024-05-01T08:30:00.008Z; timezone = "none""#,
            "23:2024-05-01T08:30:00.007,",
        ),
        (
            r#"kind = "timestamp"; unit = "ns"; step = "1s"; from = 2024-05-01; to = 2024-05-01T00:00:01Z; timezone = "Asia/Tokyo""#,
            "30:2024-05-01T00:00:00.000000000Z,",
        ),
        (
            r#"kind = "duration"; min = "-1h30m"; max = "-1h30m"; unit = "s""#,
            "5:-5400,",
        ),
    ];
    let mut lines: Vec<_> = columns
        .iter()
        .enumerate()
        .map(|(i, (column, _))| format!("name = \"c{i}\"; {column}"))
        .collect();
    lines.push("name = \"hash\"; kind = \"row_hash\"".to_owned());
    lines.push("name = \"short\"; kind = \"row_hash\"; algorithm = \"sha256_int64\"; of = [\"c9\", \"c0\"]".to_owned());
    lines.last_mut().unwrap().push_str("; nulls = 0.0");
    // `hash` takes all other columns, `short` among them, which comes last.
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let block = generator(&lines).block(0..1).unwrap();

    let short = Sha256::digest(b"10:0044-03-15,2:-7,");
    let short = i64::from_be_bytes(short[..8].try_into().unwrap());
    let found = block
        .column_by_name("short")
        .unwrap()
        .as_primitive::<Int64Type>()
        .value(0);
    assert_eq!(found, short);
    let mut text: String = columns.iter().map(|(_, text)| *text).collect();
    let short = short.to_string();
    text += &format!("{}:{short},", short.len());
    assert_eq!(
        texts(block.column_by_name("hash").unwrap()),
        [sha256(&text)]
    );
}

#[test]
fn a_row_hash_tells_rows_apart_and_the_order_of_columns() {
    let hashes = generator(&[
        r#"name = "a"; kind = "sequence""#,
        r#"name = "b"; kind = "sequence"; start = 100_000; nulls = 0.5"#,
        r#"name = "ab"; kind = "row_hash"; of = ["a", "b"]"#,
        r#"name = "ba"; kind = "row_hash"; of = ["b", "a"]; nulls = 0.25"#,
    ]);
    let block = hashes.block(0..ROWS).unwrap();
    let (ab, ba) = (texts(block.column(2)), block.column(3));
    assert_eq!(ab.iter().collect::<BTreeSet<_>>().len(), ROWS as usize);
    assert!((4_500..5_500).contains(&ba.null_count()));
    // Where `b` is null too: `1:5,-,` is not `-,1:5,`.
    let ba = ba.as_string::<i32>().iter();
    assert!(ab.iter().zip(ba).all(|(ab, ba)| ba != Some(ab.as_str())));
    // A block from the middle has the same.
    let part = hashes.block(700..1_000).unwrap();
    assert_eq!(texts(part.column(2)), ab[700..1_000]);
}

/// In a branch of a `case` all others are all but the column of that `case`.
#[test]
fn a_row_hash_in_a_branch_covers_the_other_columns() {
    let branch = r#"name = "h"; kind = "case"; when = [{ if = "a > 4", kind = "row_hash" }]; else = { kind = "row_hash", of = ["a", "b"] }"#;
    let columns = [
        r#"name = "a"; kind = "integer"; min = 0; max = 9"#,
        r#"name = "b"; kind = "uuid""#,
        branch,
    ];
    let rows = generator(&columns).block(0..100).unwrap();
    let alone = [columns[0], columns[1], r#"name = "h"; kind = "row_hash""#];
    let expected = generator(&alone).block(0..100).unwrap();
    assert_eq!(texts(rows.column(2)), texts(expected.column(2)));
}
