use std::fs;
use std::path::PathBuf;

use arrow::array::Int64Array;
use blockgen::source::Source;
use expect_test::{Expect, expect};
use tempfile::TempDir;

use super::binary::{ipc_stream, parquet, table};
use super::support::{options, read, told};

struct Files(TempDir, Vec<PathBuf>);

fn files(contents: &[(&str, &[u8])]) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let paths = contents.iter().map(|(name, bytes)| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    });
    let paths = paths.collect();
    Files(folder, paths)
}

impl Files {
    fn told(&self) -> String {
        let told = told(Source::open_all(self.1.clone(), &options()));
        told.replace(&format!("{}/", self.0.path().display()), "")
    }
}

#[test]
fn files_are_read_one_after_the_other() {
    let rows = files(&[
        ("a.csv", b"a,b\n1,x\n2,y"),
        ("b.csv", b"a,b\n"),
        ("c.csv", b""),
        ("d.csv", b"a,b\r\n3,z\r\n"),
    ]);
    expect![[r#"
        a: Int64
        b: Utf8
        +---+---+
        | a | b |
        +---+---+
        | 1 | x |
        | 2 | y |
        | 3 | z |
        +---+---+
    "#]]
    .assert_eq(&rows.told());
    let rows = files(&[
        ("a.json", b"[{\"a\":1}]"),
        ("b.ndjson", b"{\"a\":2}\n"),
        ("c.json", b""),
    ]);
    expect![[r#"
        a: Int64
        +---+
        | a |
        +---+
        | 1 |
        | 2 |
        +---+
    "#]]
    .assert_eq(&rows.told());
    let mixed = files(&[
        ("a.parquet", &parquet(&table(3))),
        ("b.arrows", &ipc_stream(&table(2))),
    ]);
    let rows = read(Source::open_all(mixed.1.clone(), &options()).unwrap()).unwrap();
    let ids = rows
        .column(0)
        .as_any()
        .downcast_ref::<Int64Array>()
        .unwrap();
    assert_eq!(ids.values(), &[0, 1, 2, 0, 1]);
}

#[test]
fn a_file_with_other_columns_is_told() {
    let check = |second: &[u8], expected: Expect| {
        expected.assert_eq(&files(&[("a.csv", b"a,b\n1,x\n"), ("b.csv", second)]).told());
    };
    check(
        b"a\n2\n",
        expect![[r#"
            `b.csv`: column `b` is missing, but in `a.csv` it is there
        "#]],
    );
    check(
        b"a,b,c\n2,y,z\n",
        expect![[r#"
            `b.csv`: column `c` is there, but in `a.csv` it is missing
        "#]],
    );
    check(
        b"b,a\ny,2\n",
        expect![[r#"
        `b.csv`: column `a` is number 2, but in `a.csv` it is number 1
    "#]],
    );
    check(
        b"a,B\n2,y\n",
        expect![[r#"
            `b.csv`: column `b` is missing, but in `a.csv` it is there
        "#]],
    );
    check(
        b"a,b\n2,y\nz,y\n",
        expect![[r#"
            `b.csv`, line 3, column `a`: found `z`, expected int64, as the first 1 row suggests
        "#]],
    );
    let json = files(&[
        ("a.json", b"{\"a\":1}\n"),
        ("b.json", b"{\"a\":1}\n{\"b\":1}\n"),
    ]);
    expect![[r#"
        `b.json`, line 2, column `b`: a new field, which is not in the first 1 row
    "#]]
    .assert_eq(&json.told());
    let types = files(&[
        ("a.csv", b"id,name\n1,x\n"),
        ("b.parquet", &parquet(&table(1).project(&[1, 0]).unwrap())),
    ]);
    expect![[r#"
        `b.parquet`: column `id` is number 2, but in `a.csv` it is number 1
    "#]]
    .assert_eq(&types.told());
}

/// Before the first is read: of many files a wrong one is found before much is done.
#[test]
fn later_files_are_looked_at_at_once() {
    let first: &[u8] = b"a,b\n1,x\n";
    for (name, third) in [
        ("c.csv", &b"a,c\n1,x\n"[..]),
        ("c.csv", b"a,b\nx,x\n"),
        ("c.json", b"{\"a\":1,\"c\":2}\n"),
        ("c.parquet", &parquet(&table(1))),
        ("c.parquet", b"PAR1"),
        ("c.arrow", &ipc_stream(&table(1))),
    ] {
        let files = files(&[("a.csv", first), ("b.csv", first), (name, third)]);
        let error = Source::open_all(files.1.clone(), &options()).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
    // Beyond the first hundred when it is their turn; and what was looked at is counted once.
    let folder = files(&[("a.csv", first), ("z.csv", b"c\n")]);
    let mut paths = vec![folder.1[0].clone(); 101];
    paths.push(folder.1[1].clone());
    let mut source = Source::open_all(paths, &options()).unwrap();
    for _ in 0..101 {
        assert_eq!(source.next_block().unwrap().unwrap().num_rows(), 1);
    }
    assert_eq!(source.bytes_read().get(), 101 * first.len() as u64);
    assert!(source.next_block().is_err());
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let Files(folder, mut paths) = files(&[("a.csv", b"a\n1\n")]);
    paths.push(folder.path().join("b.csv"));
    let files = Files(folder, paths);
    expect![[r#"
        could not open `b.csv`: No such file or directory (os error 2)
    "#]]
    .assert_eq(&files.told());
    let none = Source::open_all([], &options());
    expect![[r#"
        there is no file to read
    "#]]
    .assert_eq(&told(none));
}
