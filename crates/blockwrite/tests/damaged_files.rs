//! Files that are cut, flipped, made to harm, or no Parquet at all: errors, and never a panic.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use arrow::array::{
    ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::Int32Type;
use blockwrite::{
    BlockWriter, ByteDrain, Compression, Error, FooterReader, HeadReader, HeadStep,
    ParquetBlockWriter, Result, StatisticsLevel, WriteOptions, read_footer,
};
use bytes::Bytes;
use expect_test::{Expect, expect};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::{ParquetMetaDataReader, ParquetMetaDataWriter};
use parquet::file::properties::{WriterProperties, WriterVersion};
use proptest::prelude::*;

fn block(rows: Range<i64>) -> RecordBatch {
    let columns: [(&str, ArrayRef); 5] = [
        ("id", Arc::new(Int64Array::from_iter_values(rows.clone()))),
        (
            "word",
            Arc::new(StringArray::from_iter(
                rows.clone()
                    .map(|row| (row % 5 != 0).then(|| format!("word {}", row % 7))),
            )),
        ),
        (
            "share",
            Arc::new(Float64Array::from_iter_values(
                rows.clone().map(|row| row as f64 / 3.0),
            )),
        ),
        (
            "at",
            Arc::new(
                TimestampMicrosecondArray::from_iter_values(rows.clone()).with_timezone("UTC"),
            ),
        ),
        (
            "list",
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(rows.map(
                |row| (row % 3 != 0).then(|| (0..row % 4).map(|k| Some(k as i32))),
            ))),
        ),
    ];
    let columns = columns.map(|(name, values)| (name, values, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn ours(compression: &str) -> Bytes {
    let options = WriteOptions {
        compression: compression.parse::<Compression>().unwrap(),
        statistics: StatisticsLevel::Page,
        page_bytes: 1024,
        ..WriteOptions::default()
    };
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), options);
    for start in [0, 200] {
        writer.write_block(&block(start..start + 200)).unwrap();
    }
    writer.finish().unwrap();
    writer.into_sink().unwrap().take()
}

/// Pages of the second version, without offset indexes: other code reads them.
fn of_another_writer() -> Bytes {
    let properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_offset_index_disabled(true)
        .set_data_page_size_limit(1024)
        .build();
    let mut writer =
        ArrowWriter::try_new(Vec::new(), block(0..0).schema(), Some(properties)).unwrap();
    writer.write(&block(0..400)).unwrap();
    writer.into_inner().unwrap().into()
}

static FILES: LazyLock<Vec<Bytes>> = LazyLock::new(|| {
    ["none", "snappy", "lz4", "gzip", "zstd", "brotli"]
        .map(ours)
        .into_iter()
        .chain([of_another_writer()])
        .collect()
});

/// Where the footer proper begins.
fn footer_start(file: &[u8]) -> usize {
    let (_, tail) = file.split_last_chunk::<8>().unwrap();
    let length = u32::from_le_bytes(tail[..4].try_into().unwrap());
    file.len() - 8 - length as usize
}

/// Reads all that can be read: the rows that came, up to `rows`.
fn read(file: &Bytes, rows: u64) -> Result<usize> {
    let fetch = |range: &Range<u64>| {
        assert!(
            range.start < range.end && range.end <= file.len() as u64,
            "{range:?}"
        );
        file.slice(range.start as usize..range.end as usize)
    };
    let mut reader = FooterReader::new(file.len() as u64)?;
    let footer = loop {
        if let Some(footer) = reader.push(fetch(&reader.wants()))? {
            break footer;
        }
    };
    footer.report()?;
    let mut head = HeadReader::new(&footer, rows)?;
    let mut came = 0;
    loop {
        match head.step()? {
            HeadStep::Fetch(ranges) => head.push(ranges.iter().map(fetch).collect())?,
            HeadStep::Rows(batch) => came += batch.num_rows(),
            HeadStep::Done => return Ok(came),
        }
    }
}

#[test]
fn whole_files_are_read() {
    for file in FILES.iter() {
        for rows in [10, 250, u64::MAX] {
            assert_eq!(read(file, rows).unwrap(), rows.min(400) as usize);
        }
    }
}

#[test]
fn a_file_that_is_cut_is_no_parquet_file() {
    let file = &FILES[1];
    for length in 0..file.len() {
        let error = read(&file.slice(..length), 10).unwrap_err();
        assert!(
            matches!(error, Error::NotParquet { .. }),
            "{length}: {error:?}"
        );
    }
}

/// What a cut leaves may end as a Parquet file does: behind a wrong beginning or a missing middle.
#[test]
fn a_file_that_misses_bytes_is_an_error() {
    let file = &FILES[1];
    let start = footer_start(file);
    for missing in [1, 100, start / 2, start - 4] {
        for at in [0, 4, start / 3] {
            let end = (at + missing).min(start);
            let holed = Bytes::from([&file[..at], &file[end..]].concat());
            assert!(read(&holed, u64::MAX).is_err(), "{at}..{end} are missing");
        }
    }
    for missing in [1, 10, 200] {
        let holed = Bytes::from([&file[..start + 20], &file[start + 20 + missing..]].concat());
        assert!(
            read(&holed, u64::MAX).is_err(),
            "{missing} bytes of the footer"
        );
    }
}

fn says(bytes: &[u8], expected: Expect) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, bytes).unwrap();
    let error = read_footer(&path).unwrap_err();
    let Error::Unreadable { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        error.to_string(),
        format!("could not read `{}`", path.display())
    );
    let cause = std::error::Error::source(&**source).map(|cause| format!(": {cause}"));
    expected.assert_eq(&(source.to_string() + &cause.unwrap_or_default()));
}

#[test]
fn errors_say_what_a_file_is_not() {
    let file = &FILES[1];
    let start = footer_start(file);
    let with_tail =
        |length: u32, magic: &[u8; 4]| [&file[..start + 40], &length.to_le_bytes(), magic].concat();
    says(b"", expect!["it is no Parquet file: it is empty"]);
    says(
        b"id\n1\n",
        expect!["it is no Parquet file: it has 5 bytes, and the shortest possible has 12"],
    );
    says(
        b"id,name\n1,somebody\n2,nobody\n",
        expect![[
            r#"it is no Parquet file: it ends with `ody\n` and not with `PAR1`: it is something else, or was cut"#
        ]],
    );
    says(
        &file[..start],
        expect![[
            r#"it is no Parquet file: it ends with `\x16\x00\x00\x00` and not with `PAR1`: it begins as one and was cut"#
        ]],
    );
    says(
        &with_tail(40, b"PARE"),
        expect!["it is an encrypted Parquet file, and this program has no keys: decrypt it first"],
    );
    says(
        &with_tail(u32::MAX, b"PAR1"),
        expect![
            "the Parquet file is damaged: its footer is said to have 4294967295 bytes, and the file has 7187 in all"
        ],
    );
    says(
        &with_tail(0, b"PAR1"),
        expect!["the Parquet file is damaged: its footer is not what a footer is"],
    );
    says(
        &with_tail(1, b"PAR1"),
        expect!["the Parquet file is damaged: its footer is not what a footer is"],
    );
    says(
        &with_tail(40, b"PAR1"),
        expect!["the Parquet file is damaged: its footer is not what a footer is"],
    );
    // A footer whose columns lie where the footer is.
    says(
        &[b"PAR1", &file[start..]].concat(),
        expect![
            "the Parquet file is damaged: column `id` of row group 0 does not lie in the 4 bytes before the footer"
        ],
    );
    // The least footer of an encrypted file says so in a field of its own.
    says(
        b"PAR1\x15\x02\x7c\x00\x00\x05\x00\x00\x00PAR1",
        expect!["it is an encrypted Parquet file, and this program has no keys: decrypt it first"],
    );
    // A list of row groups that would take 200 GB.
    says(
        b"PAR1\x15\x02\x39\xfc\xff\xff\xff\xff\x07\x00\x0a\x00\x00\x00PAR1",
        expect!["the Parquet file is damaged: its footer is not what a footer is"],
    );
}

/// The header of the first page: field 2, its size when it is decompressed, claims 2 GiB.
#[test]
fn a_page_that_claims_2_gib_is_refused() {
    for file in FILES.iter() {
        // Field 1 is the page's type in two bytes, and then comes field 2.
        let mut bytes = file.to_vec();
        assert_eq!((bytes[4], bytes[6]), (0x15, 0x15));
        let end = 7 + bytes[7..].iter().position(|byte| *byte < 0x80).unwrap() + 1;
        bytes.splice(7..end, [0xfe, 0xff, 0xff, 0xff, 0x0f]);
        // The footer stays where it was; what lies between has moved, but is not reached.
        let moved = bytes.len() - file.len();
        let start = footer_start(&bytes);
        bytes.drain(start - moved..start);
        let error = read(&Bytes::from(bytes), u64::MAX).unwrap_err();
        assert!(
            error.to_string().starts_with(
                "the Parquet file is damaged: a page of column `id` claims to hold 2147483647 bytes"
            ),
            "{error}"
        );
    }
}

/// Not even where the file is as long as that: a footer of gigabytes is nobody's.
#[test]
fn a_footer_of_a_gibibyte_is_refused_before_it_is_fetched() {
    let mut reader = FooterReader::new(3 << 30).unwrap();
    let wanted = reader.wants();
    let mut tail = vec![0; (wanted.end - wanted.start) as usize];
    let end = tail.len() - 8;
    tail[end..end + 4].copy_from_slice(&(1_u32 << 30).to_le_bytes());
    tail[end + 4..].copy_from_slice(b"PAR1");
    let error = reader.push(tail.into()).unwrap_err();
    expect![
        "the Parquet file is damaged: its footer is said to have 1073741824 bytes, and 268435456 is the most that is read"
    ]
    .assert_eq(&error.to_string());
}

/// Each page alone may be as large as that, and all columns together may not.
#[test]
fn pages_that_are_large_together_are_refused() {
    let value: ArrayRef = Arc::new(StringArray::from(vec!["a".repeat(200_000_000)]));
    let columns = ["a", "b", "c"].map(|name| (name, Arc::clone(&value)));
    let block = RecordBatch::try_from_iter(columns).unwrap();
    let options = WriteOptions {
        compression: "zstd:1".parse().unwrap(),
        statistics: StatisticsLevel::None,
        ..WriteOptions::default()
    };
    let mut writer = ParquetBlockWriter::new(ByteDrain::default(), options);
    writer.write_block(&block).unwrap();
    writer.finish().unwrap();
    let file = writer.into_sink().unwrap().take();
    assert!(file.len() < 1_000_000, "{}", file.len());
    let error = read(&file, 1).unwrap_err();
    assert!(
        error.to_string().starts_with(
            "the Parquet file is damaged: a page of each column together claim to hold"
        ),
        "{error}"
    );
}

/// An offset index is a shortcut: without it the rows are the same, and take more bytes.
#[test]
fn an_offset_index_that_is_nonsense_is_passed_over() {
    let file = &FILES[1];
    let metadata = ParquetMetaDataReader::new().parse_and_finish(file).unwrap();
    let chunks = metadata
        .row_groups()
        .iter()
        .flat_map(|group| group.columns());
    let starts = chunks.map(|chunk| chunk.offset_index_offset().unwrap() as usize);
    let starts: Vec<_> = starts.collect();
    assert_eq!(starts.len(), 10);
    // The second claims a list of two thousand million pages.
    for nonsense in [
        &[0xff; 8][..],
        &[0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07],
        &[0; 8],
    ] {
        for start in &starts {
            let mut bytes = file.to_vec();
            bytes[*start..start + nonsense.len()].copy_from_slice(nonsense);
            assert_eq!(read(&bytes.into(), 10).unwrap(), 10);
        }
    }
}

/// A loop of fetching and reading must end also where there is nothing to fetch.
#[test]
fn a_column_without_bytes_is_refused() {
    let file = &FILES[1];
    let metadata = ParquetMetaDataReader::new().parse_and_finish(file).unwrap();
    let group = metadata.row_group(0).clone().into_builder();
    let columns = metadata.row_group(0).columns().iter().map(|chunk| {
        let emptied = chunk.clone().into_builder().set_total_compressed_size(0);
        emptied.set_offset_index_length(None).build().unwrap()
    });
    let group = group
        .set_column_metadata(columns.collect())
        .build()
        .unwrap();
    let metadata = metadata.into_builder().set_row_groups(vec![group]).build();
    let mut bytes = file[..footer_start(file)].to_vec();
    ParquetMetaDataWriter::new(&mut bytes, &metadata)
        .finish()
        .unwrap();
    let error = read(&bytes.into(), 10).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the Parquet file is damaged: a column has rows and no bytes"
    );
}

#[derive(Debug, Clone)]
enum Harm {
    Flip { bit: usize },
    Set { at: usize, to: u8 },
}

fn harms() -> impl Strategy<Value = Vec<Harm>> {
    // Large bytes are lengths and varints that go on.
    let to = prop_oneof![any::<u8>(), Just(0xff), Just(0x7f), Just(0)];
    let harm = prop_oneof![
        any::<usize>().prop_map(|bit| Harm::Flip { bit }),
        (any::<usize>(), to).prop_map(|(at, to)| Harm::Set { at, to }),
    ];
    prop::collection::vec(harm, 1..4)
}

fn harmed(file: &Bytes, part: Range<usize>, harms: &[Harm]) -> Bytes {
    let mut bytes = file.to_vec();
    let whole = &mut bytes[part];
    for harm in harms {
        let len = whole.len();
        match *harm {
            Harm::Flip { bit } => whole[bit / 8 % len] ^= 1 << (bit % 8),
            Harm::Set { at, to } => whole[at % len] = to,
        }
    }
    bytes.into()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_harm_to_the_footer_is_a_panic(which in 0..7_usize, harms in harms(), few in any::<bool>()) {
        let file = &FILES[which];
        let bytes = harmed(file, footer_start(file)..file.len(), &harms);
        let _ = read(&bytes, if few { 10 } else { u64::MAX });
    }

    /// Pages, and the indexes behind them.
    #[test]
    fn no_harm_to_the_pages_is_a_panic(which in 0..7_usize, harms in harms(), few in any::<bool>()) {
        let file = &FILES[which];
        let bytes = harmed(file, 4..footer_start(file), &harms);
        let _ = read(&bytes, if few { 10 } else { u64::MAX });
    }

    #[test]
    fn no_bytes_are_a_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let length = body.len() as u32;
        let file = [b"PAR1", &body[..], &length.to_le_bytes(), b"PAR1"].concat();
        let _ = read(&file.into(), 10);
    }
}
