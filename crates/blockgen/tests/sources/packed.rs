use std::io::Write as _;

use blockgen::source::{Source, SourceFormat, SourceOptions};
use expect_test::expect;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::support::{options, source, told};

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

fn zstd(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 0).unwrap()
}

const ROWS: &str = "a,b\n1,x\n2,y\n";

#[test]
fn packed_files_are_unpacked_whatever_their_names() {
    let expected = told(source("a.csv", ROWS.as_bytes(), &options()));
    let check = |name: &str, packed: &[u8]| {
        assert_eq!(told(source(name, packed, &options())), expected, "{name}");
    };
    check("a.csv.gz", &gzip(ROWS));
    check("a.csv.zst", &zstd(ROWS));
    check("a.csv", &gzip(ROWS));
    check("a.csv.gz", ROWS.as_bytes());
    let (start, end) = ROWS.split_at(6);
    check("members.csv.gz", &[gzip(start), gzip(end)].concat());
    check("frames.csv.zst", &[zstd(start), zstd(end)].concat());
}

#[test]
fn a_file_that_is_cut_off_is_told() {
    let many = format!("a\n{}", "123456\n".repeat(100_000));
    for packed in [gzip(&many), zstd(&many)] {
        let cut = &packed[..packed.len() / 2];
        let said = told(source("a.csv.gz", cut, &options()));
        assert!(said.starts_with("could not read `a.csv.gz`: "), "{said}");
    }
}

#[test]
fn standard_input_is_told_by_its_first_bytes_or_not_at_all() {
    let check = |bytes: &[u8], options: &SourceOptions| told(source("-", bytes, options));
    let json = check(&gzip("{\"a\":1}\n"), &options());
    expect![[r#"
        a: Int64
        +---+
        | a |
        +---+
        | 1 |
        +---+
    "#]]
    .assert_eq(&json);
    let csv = SourceOptions {
        format: Some(SourceFormat::Csv),
        ..options()
    };
    assert_eq!(
        check(ROWS.as_bytes(), &csv),
        told(source("a.csv", ROWS.as_bytes(), &options()))
    );
    expect![[r#"
        cannot tell the format of `-`, neither from its name nor from its first bytes; name one of csv, json, parquet, ipc
    "#]].assert_eq(&check(ROWS.as_bytes(), &options()));
    expect![[r#"
        cannot read `-` as a stream: Parquet is read from its end; save it as a file that is not packed
    "#]].assert_eq(&check(b"PAR1", &options()));
}

#[test]
fn bytes_read_are_those_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv.gz");
    let packed = gzip(ROWS);
    std::fs::write(&path, &packed).unwrap();
    let mut source = Source::open(&path, &options()).unwrap();
    let read = source.bytes_read();
    while source.next_block().unwrap().is_some() {}
    assert_eq!(read.get(), packed.len() as u64);
}
