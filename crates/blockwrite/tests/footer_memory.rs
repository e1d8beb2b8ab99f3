//! What a file holds in memory until its footer is written, chunk by chunk.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use blockwrite::{
    BlockWriter as _, FOOTER_CHUNK_BYTES, ParquetBlockWriter, RowGroupEncoder, WriteOptions,
};

/// Texts with a dictionary, texts without, and numbers; all may be null, as that adds histograms.
fn block(group: u64) -> RecordBatch {
    let text = |row: u64| format!("a text of about twenty {row:08}");
    let rows = group * 100..group * 100 + 100;
    let columns = (0..5).flat_map(|_| {
        let few = StringArray::from_iter_values(rows.clone().map(|row| text(row % 7)));
        let many = StringArray::from_iter_values(rows.clone().map(text));
        let numbers = Int64Array::from_iter_values(rows.clone().map(|row| row as i64));
        [Arc::new(few) as ArrayRef, Arc::new(many), Arc::new(numbers)]
    });
    let named = columns
        .enumerate()
        .map(|(at, array)| (format!("column_{at}"), array, true));
    RecordBatch::try_from_iter_with_nullable(named).unwrap()
}

/// Bytes a chunk while the file is open, and at most while the footer is written.
fn footer_memory(options: &WriteOptions, groups: u64) -> (u64, u64) {
    let encoder = RowGroupEncoder::tuned(&block(0), options).unwrap();
    let mut writer = None;
    let open = allocation_counter::measure(|| {
        let mut file = ParquetBlockWriter::with_encoder(std::io::sink(), &encoder).unwrap();
        for group in 0..groups {
            file.append(encoder.encode(&block(group)).unwrap()).unwrap();
        }
        writer = Some(file);
    });
    let mut writer = writer.unwrap();
    let finish = allocation_counter::measure(|| {
        writer.finish().unwrap();
    });
    let chunks = groups * 15;
    let held = open.bytes_current as u64;
    (held / chunks, (held + finish.bytes_max) / chunks)
}

#[test]
fn a_chunk_takes_no_more_than_is_planned_for() {
    // Some of what is held grows by doubling: before that it is full, and behind it half empty.
    for groups in [1_000, 1_030] {
        let (held, most) = footer_memory(&WriteOptions::default(), groups);
        assert!(
            held * 2 > FOOTER_CHUNK_BYTES && most <= FOOTER_CHUNK_BYTES,
            "a chunk holds {held} bytes, and {most} while the footer is written"
        );
    }
}
