//! Footers and first rows, read as a caller reads them: range by range.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use blockwrite::{
    BlockWriter, ByteDrain, Error, Footer, FooterReader, HEAD_BATCH_ROWS, HeadReader, HeadStep,
    ParquetBlockWriter, Result, RowGroupEncoder, WriteOptions, read_footer,
};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

fn block(rows: Range<i64>) -> RecordBatch {
    let columns: [(&str, ArrayRef); 2] = [
        ("id", Arc::new(Int64Array::from_iter_values(rows.clone()))),
        (
            "word",
            Arc::new(StringArray::from_iter_values(
                rows.map(|row| format!("word {}", row * 7919 % 10_007)),
            )),
        ),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn written(blocks: &[RecordBatch], options: WriteOptions) -> Bytes {
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), options);
    for block in blocks {
        writer.write_block(block).unwrap();
    }
    writer.finish().unwrap();
    writer.into_sink().unwrap().take()
}

fn cut(file: &Bytes, range: &Range<u64>) -> Bytes {
    file.slice(range.start as usize..range.end as usize)
}

fn footer_of(file: &Bytes) -> Result<(Footer, Vec<Range<u64>>)> {
    let mut fetched = Vec::new();
    let mut reader = FooterReader::new(file.len() as u64)?;
    loop {
        fetched.push(reader.wants());
        if let Some(footer) = reader.push(cut(file, &reader.wants()))? {
            return Ok((footer, fetched));
        }
    }
}

struct Head {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    fetched: Vec<Range<u64>>,
}

impl Head {
    fn rows(&self) -> RecordBatch {
        concat_batches(&self.schema, &self.batches).unwrap()
    }

    fn fetched_bytes(&self) -> u64 {
        self.fetched
            .iter()
            .map(|range| range.end - range.start)
            .sum()
    }
}

fn head(file: &Bytes, rows: u64) -> Result<Head> {
    let mut reader = HeadReader::new(&footer_of(file)?.0, rows)?;
    let mut head = Head {
        schema: reader.schema().clone(),
        batches: Vec::new(),
        fetched: Vec::new(),
    };
    loop {
        match reader.step()? {
            HeadStep::Fetch(ranges) => {
                reader.push(ranges.iter().map(|range| cut(file, range)).collect())?;
                head.fetched.extend(ranges);
            }
            HeadStep::Rows(batch) => head.batches.push(batch),
            HeadStep::Done => return Ok(head),
        }
    }
}

#[test]
fn any_number_of_first_rows() {
    let blocks = [block(0..3000), block(3000..3001), block(3001..8000)];
    let file = written(&blocks, WriteOptions::default());
    for rows in [0, 1, 10, 2999, 3000, 3001, 3002, 7999, 8000, 8001, u64::MAX] {
        let head = head(&file, rows).unwrap();
        let expected = block(0..rows.min(8000) as i64);
        assert_eq!(head.rows(), expected, "{rows}");
        for batch in &head.batches {
            assert!((1..=HEAD_BATCH_ROWS).contains(&batch.num_rows()));
        }
    }
}

#[test]
fn few_rows_of_a_large_row_group_take_few_bytes() {
    let options = WriteOptions {
        page_bytes: 64 * 1024,
        ..WriteOptions::default()
    };
    let file = written(&[block(0..1_000_000)], options);
    let whole = file.len() as u64;
    assert!(whole > 4_000_000);
    let few = head(&file, 10).unwrap();
    assert_eq!(few.rows(), block(0..10));
    assert!(few.fetched_bytes() < whole / 10, "{:?}", few.fetched);
    let all = head(&file, 1_000_000).unwrap();
    assert!(all.fetched_bytes() < whole);
    assert!(all.fetched_bytes() > whole * 9 / 10);
}

#[test]
fn a_file_without_an_offset_index_is_read_one_row_group_after_another() {
    let properties = WriterProperties::builder()
        .set_offset_index_disabled(true)
        .set_statistics_enabled(parquet::file::properties::EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(100_000))
        .build();
    let mut writer =
        ArrowWriter::try_new(Vec::new(), block(0..0).schema(), Some(properties)).unwrap();
    writer.write(&block(0..300_000)).unwrap();
    let file = Bytes::from(writer.into_inner().unwrap());
    let (footer, _) = footer_of(&file).unwrap();
    assert!(!footer.report().unwrap().column_reports[0].offset_index);
    let first_group = footer.report().unwrap().row_groups[0].compressed_bytes;
    let few = head(&file, 10).unwrap();
    assert_eq!(few.rows(), block(0..10));
    assert_eq!(few.fetched_bytes(), first_group);
    let more = head(&file, 100_001).unwrap();
    assert_eq!(more.rows(), block(0..100_001));
    assert_eq!(more.fetched.len(), 2);
}

#[test]
fn a_footer_takes_two_fetches_at_most() {
    let small = written(&[block(0..10)], WriteOptions::default());
    let (_, fetched) = footer_of(&small).unwrap();
    assert_eq!(
        fetched.as_slice(),
        std::slice::from_ref(&(0..small.len() as u64))
    );

    let blocks: Vec<_> = (0..800).map(|k| block(k * 10..k * 10 + 10)).collect();
    let long = written(&blocks, WriteOptions::default());
    let (footer, fetched) = footer_of(&long).unwrap();
    assert!(footer.footer_bytes() > 64 * 1024);
    assert_eq!(footer.rows(), 8000);
    let [last, before] = &fetched[..] else {
        panic!("{fetched:?}")
    };
    assert_eq!(before.end, last.start);
    assert_eq!(last.end, long.len() as u64);
    assert_eq!(last.end - before.start, footer.footer_bytes());
}

#[test]
fn a_file_without_rows_has_a_footer_and_no_head() {
    let encoder = RowGroupEncoder::new(block(0..0).schema(), &WriteOptions::default()).unwrap();
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder).unwrap();
    writer.finish().unwrap();
    let file = writer.into_sink().unwrap().take();
    let head = head(&file, 10).unwrap();
    assert_eq!(head.rows(), block(0..0));
    assert!(head.fetched.is_empty());
}

#[test]
fn a_local_file_is_read_the_same_way() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("words.parquet");
    let file = written(&[block(0..100)], WriteOptions::default());
    fs::write(&path, &file).unwrap();
    assert_eq!(
        read_footer(&path).unwrap().report().unwrap(),
        footer_of(&file).unwrap().0.report().unwrap()
    );
    let error = read_footer(dir.path().join("none")).unwrap_err();
    assert!(
        matches!(error, Error::File { action: "open", .. }),
        "{error:?}"
    );
    let error = read_footer(dir.path()).unwrap_err();
    assert!(
        matches!(error, Error::File { action: "read", .. }),
        "{error:?}"
    );
}

#[test]
fn other_bytes_than_were_asked_for_are_refused() {
    let file = written(&[block(0..100)], WriteOptions::default());
    let mut reader = FooterReader::new(file.len() as u64).unwrap();
    let error = reader.push(file.slice(1..)).unwrap_err();
    assert!(matches!(error, Error::WrongBytes { .. }), "{error:?}");

    let footer = footer_of(&file).unwrap().0;
    for wrong in [0, 2] {
        let mut head = HeadReader::new(&footer, 10).unwrap();
        let HeadStep::Fetch(ranges) = head.step().unwrap() else {
            panic!("it has no bytes yet")
        };
        assert_eq!(ranges.len(), 1);
        let right = cut(&file, &ranges[0]);
        let error = head.push(vec![right; wrong]).unwrap_err();
        assert!(matches!(error, Error::WrongBytes { .. }), "{error:?}");
        assert!(matches!(head.step().unwrap(), HeadStep::Done));
    }
}
