//! Rows that are read and become several files.

use expect_test::{Expect, expect};

use super::many_files::{all_rows, bytes, marks, names, parts};
use crate::support::program::Program;
use crate::support::rows::{assert_same, people, read, write_parquet};

#[test]
fn rows_that_are_read_become_files_of_a_size() {
    let program = Program::new();
    let all = people(42, 0..20_000);
    write_parquet(&program.path("all.parquet"), &all);
    let args = ["run", "--from", "all.parquet", "--block-size", "64KiB"];
    for (to, threads) in [("one/", "1"), ("three/", "3")] {
        let more = ["--file-size", "1MB", "--to", to, "--threads", threads];
        let ran = program.run(args.iter().chain(&more)).ok();
        assert!(
            ran.stderr.contains("file 1 is in place: "),
            "{}",
            ran.stderr
        );
    }
    let made = names(&program, "one");
    assert_eq!(made, parts(made.len()));
    let files: Vec<_> = made
        .iter()
        .map(|part| bytes(&program, &format!("one/{part}")))
        .collect();
    assert_same(&all_rows(&files), &all);
    let (last, others) = files.split_last().unwrap();
    assert!(others.len() > 2);
    for file in others {
        assert!(
            (0.95e6..1.05e6).contains(&(file.len() as f64)),
            "{}",
            file.len()
        );
    }
    assert!(last.len() < 1_050_000);
    let second = marks(&files[1]);
    let rows = read(files[0].clone()).0.num_rows();
    assert!(second["pipeline.rows"].starts_with(&format!("{rows}..")));
    for (part, file) in made.iter().zip(&files) {
        assert!(*file == bytes(&program, &format!("three/{part}")), "{part}");
    }
}

/// Where footers say how many rows there are, files are cut as those of rows that are made.
#[test]
fn rows_that_are_read_become_so_many_files_where_they_are_counted() {
    let program = Program::new();
    let all = people(42, 0..2000);
    write_parquet(&program.path("a.parquet"), &all.slice(0, 700));
    write_parquet(&program.path("b.parquet"), &all.slice(700, 1300));
    let args = ["run", "--from", "a.parquet", "--from", "b.parquet"];
    let more = ["--files", "3", "--to", "out/", "--block-size", "32KiB"];
    program.run(args.iter().chain(&more)).ok();
    let files: Vec<_> = parts(3)
        .iter()
        .map(|part| bytes(&program, &format!("out/{part}")))
        .collect();
    assert_same(&all_rows(&files), &all);
    let rows = files.iter().map(|file| read(file.clone()).0.num_rows());
    assert_eq!(rows.collect::<Vec<_>>(), [666, 667, 667]);
    assert_eq!(marks(&files[2])["pipeline.rows"], "1333..2000");
    let more = ["--rows", "10", "--files", "4", "--to", "few/"];
    program.run(args.iter().chain(&more)).ok();
    assert_eq!(names(&program, "few"), parts(4));

    let program = program
        .with_file("none.csv", "id\n")
        .with_file("x.csv", "id\n1\n");
    let args = ["run", "--from", "none.csv", "--file-size", "1MB"];
    program.run(args.iter().chain(&["--to", "none/"])).ok();
    assert_eq!(names(&program, "none"), parts(1));
    let check = |args: &[&str], error: Expect| {
        let asked = ["run", "--from", "x.csv", "--to", "bad/"];
        let ran = program.run(asked.iter().chain(args)).failed(2);
        error.assert_eq(ran.error());
        assert!(!program.path("bad").exists());
    };
    check(
        &["--files", "2"],
        expect![
            "--files can't stand beside --from here: how many rows there are is known before they are read of Parquet files only. Say with --file-size how large a file may become."
        ],
    );
    check(
        &["--file-size", "1MB", "--only-files", "0..1"],
        expect!["--only-files can't stand beside --from: a source is read from its beginning"],
    );
}

/// Before a row is written, where the first rows tell it.
#[test]
fn a_source_that_becomes_too_many_files_is_refused() {
    let rows: String = (0..300_000).map(|row| format!("{row},a\n")).collect();
    let program = Program::new().with_file("rows.csv", &format!("id,text\n{rows}"));
    let args = ["run", "--from", "rows.csv", "--to", "out/"];
    let ran = program
        .run(args.iter().chain(&["--file-size", "30"]))
        .failed(2);
    expect!["by its first rows the source becomes more than 10,000 files of 30 B, and no more are made. Ask for larger files with --file-size."].assert_eq(ran.error());
    assert_eq!(program.names(), ["rows.csv"]);
    // Of fewer rows there are fewer files.
    let more = ["--file-size", "1kB", "--rows", "500", "--block-size", "1kB"];
    program.run(args.iter().chain(&more)).ok();
}
