//! Whatever the bytes are: no panic, no endless loop, an error or rows.

use std::io::Write as _;

use arrow::ipc::CompressionType;
use blockgen::source::{CsvOptions, Source, SourceError, SourceFormat, SourceOptions};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::binary::{ipc_file, ipc_stream, parquet, table};
use super::support::{number, source};

/// Reads all that can be read; what is said must be sayable.
fn exercise(source: Result<Source, SourceError>) {
    let mut rows = 0;
    let read = || -> Result<(), SourceError> {
        let mut source = source?;
        while let Some(block) = source.next_block()? {
            rows += block.num_rows();
            // Columns of nulls take no bytes; nobody waits for all that are claimed.
            if rows > 100_000 {
                break;
            }
        }
        Ok(())
    };
    if let Err(error) = read() {
        assert!(!error.to_string().is_empty());
    }
}

fn options(format: Option<SourceFormat>) -> SourceOptions {
    SourceOptions {
        format,
        block_rows: number(2),
        block_bytes: number(16),
        infer_rows: number(2),
        ..SourceOptions::default()
    }
}

/// What means something in one of the formats, and what means nothing.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known: [&[u8]; 28] = [
        b"a,b\n",
        b"1,2\n",
        b"\"",
        b"\"\"",
        b",",
        b"\n",
        b"\r",
        b"\r\n",
        b"#",
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"{\"a\":1}",
        b"{\"a\":[1.5]}",
        b"\"a\"",
        b"null",
        b"1e400",
        b"-",
        b"\\u12",
        b"\\ud800",
        b"\xEF\xBB\xBF",
        b"\xE9",
        b"\xFF\xFE",
        b" ",
        b"ARROW1\0\0",
    ];
    let piece = prop_oneof![
        8 => select(known.to_vec()).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..8),
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn changed(bytes: &[u8], changes: &[(usize, u8)], cut: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, byte) in changes {
        let at = at % bytes.len();
        bytes[at] = *byte;
    }
    bytes.truncate(bytes.len().saturating_sub(cut % 16));
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(usize, u8)>> {
    let byte = prop_oneof![any::<u8>(), select(vec![0, 1, 0x7F, 0x80, 0xFF])];
    vec((any::<usize>(), byte), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_text(bytes in pieces(), header: bool, odd: bool) {
        for format in [None, Some(SourceFormat::Csv), Some(SourceFormat::Json), Some(SourceFormat::Ipc)] {
            let mut options = options(format);
            options.csv.header = header;
            if odd {
                options.csv = CsvOptions { escape: Some(b'\\'), comment: Some(b'#'), ..options.csv };
            }
            exercise(source("a", &bytes, &options));
        }
    }

    #[test]
    fn any_packed_bytes(bytes in vec(any::<u8>(), 0..64), changes in changes(), cut: usize) {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&bytes).unwrap();
        let gzip = gzip.finish().unwrap();
        let zstd = zstd::encode_all(&*bytes, 0).unwrap();
        for packed in [gzip, zstd] {
            exercise(source("a.csv", &changed(&packed, &changes, cut), &options(None)));
        }
    }

    #[test]
    fn any_arrow_stream(changes in changes(), cut: usize) {
        let table = table(8);
        for whole in [
            ipc_stream(&table),
            ipc_file(&table, None),
            ipc_file(&table, Some(CompressionType::LZ4_FRAME)),
            ipc_file(&table, Some(CompressionType::ZSTD)),
        ] {
            exercise(source("a.arrow", &changed(&whole, &changes, cut), &options(None)));
        }
    }

    #[test]
    fn any_parquet_file(changes in changes(), cut: usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        std::fs::write(&path, changed(&parquet(&table(8)), &changes, cut)).unwrap();
        exercise(Source::open(&path, &options(None)));
    }
}

/// The blocks that a text is cut into are nobody's business.
#[test]
fn any_size_of_blocks_gives_the_same_rows() {
    let text = "a,b\r\n1,\"x\r\ny\"\r\n\r\n2,\"\"\r\n3,zzzzzzzzzzzzzzzzzzzzzzzzzzzz\r\n4,a\r\n";
    let rows = |options: &SourceOptions| {
        super::support::read(source("a.csv", text.as_bytes(), options).unwrap()).unwrap()
    };
    let whole = rows(&SourceOptions::default());
    assert_eq!(whole.num_rows(), 4);
    for block_rows in 1..5 {
        for block_bytes in [1, 2, 5, 11, 40] {
            let options = SourceOptions {
                block_rows: number(block_rows),
                block_bytes: number(block_bytes),
                ..SourceOptions::default()
            };
            assert_eq!(
                rows(&options),
                whole,
                "{block_rows} rows, {block_bytes} bytes"
            );
        }
    }
}
