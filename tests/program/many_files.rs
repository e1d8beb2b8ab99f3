//! A table that becomes several files: their rows, names and sizes, and what is told of them.

use std::collections::BTreeMap;

use arrow::array::{Array as _, RecordBatch};
use arrow::compute::concat_batches;
use embedded_s3::{Fault, FaultPlan, Operation, Rule};
#[cfg(unix)]
use embedded_s3::{Gate, Stall};
use expect_test::{Expect, expect};

use crate::support::program::Program;
#[cfg(unix)]
use crate::support::program::{ended, stopped, terminate, until};
use crate::support::rows::{assert_same, people, read};
use crate::support::s3::S3;

pub fn bytes(program: &Program, name: &str) -> Vec<u8> {
    std::fs::read(program.path(name)).unwrap()
}

pub fn names(program: &Program, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(program.path(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

pub fn parts(count: usize) -> Vec<String> {
    (0..count)
        .map(|part| format!("part-{part:05}.parquet"))
        .collect()
}

pub fn all_rows(files: &[Vec<u8>]) -> RecordBatch {
    let batches: Vec<_> = files.iter().map(|file| read(file.clone()).0).collect();
    concat_batches(&batches[0].schema(), &batches).unwrap()
}

pub fn marks(bytes: &[u8]) -> BTreeMap<String, String> {
    let (_, footer) = read(bytes.to_vec());
    let marks = footer.file_metadata().key_value_metadata().unwrap();
    let marks = marks.iter();
    marks
        .map(|mark| (mark.key.clone(), mark.value.clone().unwrap_or_default()))
        .collect()
}

#[test]
fn files_hold_the_rows_of_the_table_in_order_and_evenly() {
    let program = Program::new();
    let args = ["--rows", "10007", "--block-size", "64KiB", "--threads", "3"];
    let more = ["--files", "4", "--to", "out/people/"];
    let ran = program.run(args.iter().chain(&more)).ok();
    assert_eq!(names(&program, "out/people"), parts(4));
    let files: Vec<_> = parts(4)
        .iter()
        .map(|part| bytes(&program, &format!("out/people/{part}")))
        .collect();
    assert_same(&all_rows(&files), &people(42, 0..10_007));
    let rows: Vec<_> = files
        .iter()
        .map(|file| read(file.clone()).1.file_metadata().num_rows())
        .collect();
    assert_eq!(rows, [2501, 2502, 2502, 2502]);
    let of_second = marks(&files[1]);
    assert_eq!(of_second["pipeline.rows"], "2501..5003");

    let (_, done) = ran.stderr.split_once("Done\n").unwrap();
    assert!(done.contains("  files       4 of "), "{done}");
    assert!(
        done.contains("  first file  out/people/part-00000.parquet")
            && done.contains("  last file   out/people/part-00003.parquet"),
        "{done}"
    );
}

/// With any number of threads, and in whichever run: some files of all, by the command that stands
/// in the file.
#[test]
fn a_file_is_the_same_whatever_is_made_beside_it() {
    let program = Program::new();
    let asked = ["--rows", "6000", "--files", "5", "--block-size", "32KiB"];
    for (to, threads) in [("one/", "1"), ("three/", "3")] {
        let more = ["--to", to, "--threads", threads];
        program.run(asked.iter().chain(&more)).ok();
    }
    let more = ["--to", "some/", "--only-files", "1..4"];
    program.run(asked.iter().chain(&more)).ok();
    assert_eq!(names(&program, "some"), parts(5)[1..4]);
    for part in parts(5) {
        let first = bytes(&program, &format!("one/{part}"));
        assert!(first == bytes(&program, &format!("three/{part}")), "{part}");
        if names(&program, "some").contains(&part) {
            assert!(first == bytes(&program, &format!("some/{part}")), "{part}");
        }
        let command = marks(&first)["pipeline.made-by"].clone();
        let words = command.split(' ').skip(1).chain(["--to", "again/"]);
        program.run(words).ok();
        assert!(first == bytes(&program, &format!("again/{part}")), "{part}");
    }
    assert_eq!(names(&program, "again"), parts(5));
}

#[test]
fn files_of_a_size_are_within_two_in_a_hundred_of_each_other() {
    let program = Program::new();
    let check = |amount: [&str; 2], files: [&str; 2], to: &str, count: usize, wanted: f64| {
        let args = [amount, files, ["--to", to], ["--block-size", "128KiB"]];
        program.run(args.concat()).ok();
        assert_eq!(names(&program, to), parts(count));
        let sizes: Vec<_> = parts(count)
            .iter()
            .map(|part| bytes(&program, &format!("{to}{part}")).len() as f64)
            .collect();
        let mean = sizes.iter().sum::<f64>() / count as f64;
        for size in &sizes {
            assert!((size / mean - 1.0).abs() < 0.02, "{size} of {mean}");
        }
        assert!((mean / wanted - 1.0).abs() < 0.02, "{mean} of {wanted}");
    };
    check(["--size", "4MB"], ["--file-size", "1MB"], "a/", 4, 1e6);
    check(["--size", "3MB"], ["--files", "5"], "b/", 5, 6e5);
}

#[test]
fn names_are_those_of_a_folder_or_of_a_pattern() {
    let program = Program::new();
    let run = |args: &[&str]| program.run(args).ok();
    let small = ["--rows", "10", "--files", "2", "--to"];
    run(&[&small[..], &["x/{table}-{part}.pq"]].concat());
    assert_eq!(names(&program, "x"), ["people-00000.pq", "people-00001.pq"]);
    run(&["--rows", "10", "--files", "1", "--to", "one/"]);
    assert_eq!(names(&program, "one"), parts(1));
    run(&["--rows", "10", "--files", "1", "--to", "one.parquet"]);
    assert!(program.path("one.parquet").is_file());
    // A file a row, and none that is empty.
    run(&["--rows", "3", "--files", "9", "--to", "few/"]);
    assert_eq!(names(&program, "few"), parts(3));

    let shop = ["run", "shop", "--scale", "0.01", "--files", "2"];
    run(&[&shop[..], &["--to", "shop/"]].concat());
    let tables = ["customers", "order_lines", "orders", "products"];
    assert_eq!(names(&program, "shop"), tables);
    for table in tables {
        assert_eq!(names(&program, &format!("shop/{table}")), parts(2));
    }
    // The same names, whichever of its tables are made.
    run(&[&shop[..], &["--table", "orders", "--to", "again/"]].concat());
    assert_eq!(names(&program, "again/orders"), parts(2));
}

#[test]
fn objects_are_put_whole_and_each_is_known_by_its_content() {
    let s3 = S3::embedded();
    let program = s3.program();
    let args = ["--rows", "900", "--files", "3", "--json"];
    let ran = program.run(args).ok();
    let files: Vec<_> = parts(3)
        .iter()
        .map(|part| s3.get(&format!("people/{part}")).to_vec())
        .collect();
    assert_same(&all_rows(&files), &people(42, 0..900));
    let events = ran.events();
    let of_files: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "file")
        .collect();
    assert_eq!(of_files.len(), 3);
    for (at, event) in of_files.iter().enumerate() {
        let id = marks(&files[at])["pipeline.content-id"].clone();
        assert_eq!(event["content_id"], id.as_str());
        assert_eq!(event["receipt"]["size"], files[at].len());
        let head = s3.head(&format!("people/part-{at:05}.parquet")).unwrap();
        assert_eq!(head.metadata["pipeline-content-id"], id);
    }
    let summary = events.last().unwrap();
    assert_eq!(summary["outcome"], "committed");
    assert_eq!(summary["rows"], 900);
    assert_eq!(summary["landed"]["files"], 3);
    assert!(s3.open_uploads().is_empty());
}

/// What is in place stays there, and the command that is offered makes the rest.
#[test]
fn a_failure_tells_which_files_are_in_place() {
    let puts = Rule::on(Operation::PutObject)
        .key("people/part-00002.parquet")
        .first(1);
    let s3 = S3::embedded_with(FaultPlan::new().with(puts, Fault::error(403, "AccessDenied")));
    let program = s3.program();
    let ran = program
        .run(["--rows", "900", "--files", "4", "--json"])
        .failed(5);
    assert!(
        ran.error().ends_with(
            "Files 0 to 1 of 4 of table `people` are in place; the same command with `--only-files 2..4` makes the rest."
        ),
        "{}",
        ran.error()
    );
    let events = ran.events();
    let summary = events.last().unwrap();
    assert_eq!(summary["outcome"], "partly_committed");
    assert_eq!(summary["files"], 4);
    assert_eq!(summary["files_committed"]["end"], 2);
    assert!(s3.head("people/part-00001.parquet").is_some());
    assert!(s3.head("people/part-00002.parquet").is_none());
    assert!(s3.head("people/part-00003.parquet").is_none());

    // As the sentence says.
    let asked = ["--rows", "900", "--files", "4", "--only-files", "2..4"];
    program.run(asked).ok();
    let files: Vec<_> = parts(4)
        .iter()
        .map(|part| s3.get(&format!("people/{part}")).to_vec())
        .collect();
    assert_same(&all_rows(&files), &people(42, 0..900));
}

/// What the server has begun to put in place is waited for; the next file is not begun.
#[cfg(unix)]
#[test]
fn an_interrupt_between_two_files_leaves_whole_ones() {
    let gate = Gate::closed();
    let slow = Rule::on(Operation::PutObject).key("people/part-00001.parquet");
    let stall = Fault::StallReply(Stall::Until(gate.clone()));
    let s3 = S3::embedded_with(FaultPlan::new().with(slow, stall));
    let args = ["--rows", "900", "--files", "4", "--json"];
    let mut child = s3.program().start(args);
    s3.arrived(&gate, 1);
    terminate(&child);
    let said = until(&mut child, "stopping");
    gate.open();
    let ran = ended(child, said).failed(130);
    expect!["interrupted: 2 of 4 files are made. Files 0 to 1 of 4 of table `people` are in place; the same command with `--only-files 2..4` makes the rest."].assert_eq(ran.error());
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["outcome"], "partly_committed");
    assert!(s3.head("people/part-00001.parquet").is_some());
    assert!(s3.head("people/part-00002.parquet").is_none());
    assert!(s3.open_uploads().is_empty());
}

/// Local files go the same way: those in place stay, of the one under way nothing is left.
#[cfg(unix)]
#[test]
fn an_interrupt_within_a_file_leaves_nothing_of_it() {
    let program = Program::new();
    let args = ["--rows", "50_000_000", "--files", "500", "--to", "out/"];
    let mut child = program.start(args);
    let said = until(&mut child, "file 2/500 is in place");
    let ran = stopped(child, said, 130);
    let there = names(&program, "out");
    assert_eq!(there, parts(there.len()));
    let rest = format!("`--only-files {}..500` makes the rest.", there.len());
    assert!(ran.error().ends_with(&rest), "{}", ran.error());
}

#[test]
fn a_dry_run_tells_of_the_files_and_makes_none() {
    let program = Program::new();
    let args = ["--rows", "1000", "--files", "4", "--only-files", "1..3"];
    let more = ["--to", "out/", "--dry-run", "--threads", "1"];
    let ran = program.run(args.iter().chain(&more)).ok();
    let files = ran.stderr.lines().find(|line| line.contains("files "));
    let files = files.unwrap();
    assert!(files.contains("2 (1..3 of 4) of about "), "{files}");
    assert!(ran.stderr.contains("500 (250..750)"), "{}", ran.stderr);
    assert!(ran.stderr.contains("out/part-{part}.parquet"));
    assert!(program.names().is_empty());
}

#[test]
fn what_contradicts_itself_is_refused() {
    let program = Program::new();
    let check = |args: &[&str], error: Expect| {
        let ran = program.run(args).failed(2);
        error.assert_eq(ran.error());
        assert!(program.names().is_empty());
    };
    check(
        &["--files", "2", "--to", "out/people.parquet"],
        expect![
            "`out/people.parquet` is one file, and several are asked for. Name a folder, `out/people/`, or write {part} into the name, `out/people-{part}.parquet`."
        ],
    );
    check(
        &["--files", "2", "--to", "s3://lake/p.parquet"],
        expect![
            "`s3://lake/p.parquet` is one file, and several are asked for. Name a folder, `s3://lake/p/`, or write {part} into the name, `s3://lake/p-{part}.parquet`."
        ],
    );
    check(
        &["--files", "2", "--to", "-"],
        expect![
            "standard output takes one file a table. Name a folder, `out/`, or leave out what makes several files."
        ],
    );
    check(
        &["--to", "x-{part}.parquet"],
        expect![
            "`x-{part}.parquet` has {part} in it, which numbers files, and each table becomes one. Say how many with --files N or --file-size SIZE, or leave it out."
        ],
    );
    check(
        &["--files", "2", "--to", "{part}/x.parquet"],
        expect![
            "`{part}/x.parquet` has {part} in the name of a folder, and it numbers files. Write it behind the last `/`."
        ],
    );
    check(
        &["--only-files", "0..2"],
        expect![
            "--only-files takes some of several files, and one is made. Say how many there are with --files N or --file-size SIZE."
        ],
    );
    check(
        &["--files", "2", "--only-files", "1..3"],
        expect!["--only-files 1..3: there are 2 files, counted from 0"],
    );
    check(
        &["run", "shop", "--files", "2", "--only-files", "0..1"],
        expect!["--only-files: that is for one table, and there are 4. Pick one with --table."],
    );
    check(
        &["--file-size", "1kB", "--size", "1GB"],
        expect![
            "table `people` would become 1,000,000 files, and 10,000 at most are made. Ask for larger files with --file-size."
        ],
    );
    check(
        &["--files", "2", "--keep-local", "x.parquet"],
        expect![
            "`x.parquet` is one file, and several are asked for. Name a folder, `x/`, or write {part} into the name, `x-{part}.parquet`."
        ],
    );
}

/// The highest layer that names a number or a size decides; what a variable says is as good as a
/// flag.
#[test]
fn how_many_files_there_are_is_a_setting() {
    let program = Program::new()
        .with("PIPELINE_FILES", "3")
        .with("PIPELINE_ONLY_FILES", "1..3")
        .with_file("pipeline.toml", "file_size = \"1kB\"\n");
    let args = ["--rows", "30", "--to", "out/", "--config", "pipeline.toml"];
    program.run(args).ok();
    assert_eq!(names(&program, "out"), parts(3)[1..]);
    let args = ["config", "--config", "pipeline.toml"];
    let said = String::from_utf8(program.run(args).ok().stdout).unwrap();
    let line = |key: &str| {
        let mut lines = said
            .lines()
            .filter(|line| line.split_whitespace().next() == Some(key));
        let line = lines.next().unwrap_or_default();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    expect!["files 3 environment variable PIPELINE_FILES"].assert_eq(&line("files"));
    expect!["file_size 1kB pipeline.toml, line 1, file_size"].assert_eq(&line("file_size"));

    let program = Program::new().with("PIPELINE_FILES", "many");
    let ran = program.run(["--dry-run"]).failed(2);
    expect!["environment variable PIPELINE_FILES: `many` is not a number of files: write a whole number from 1 to 10000"].assert_eq(ran.error());
}

/// The bytes are those of the objects, and whole before anything is sent.
#[test]
fn copies_of_several_files_are_kept_and_their_damage_is_listed() {
    let spec = "[[tables]]\nname = \"t\"\nrows = 500\n\
        [[tables.columns]]\nname = \"id\"\nkind = \"sequence\"\n\
        [[tables.damage]]\nkind = \"null\"\ncolumns = [\"id\"]\nshare = 0.1\n";
    let s3 = S3::embedded();
    let program = s3.program().with_file("damaged.toml", spec);
    let args = ["run", "./damaged.toml", "--files", "3"];
    let more = ["--keep-local", "kept/", "--ledger", "damage.csv"];
    let ran = program.run(args.iter().chain(&more)).ok();
    assert_eq!(names(&program, "kept"), parts(3));
    let files: Vec<_> = parts(3)
        .iter()
        .map(|part| bytes(&program, &format!("kept/{part}")))
        .collect();
    for (part, file) in parts(3).iter().zip(&files) {
        assert!(s3.get(&format!("t/{part}")) == file, "{part}");
    }
    let nulls = all_rows(&files).column(0).null_count();
    let ledger = std::fs::read_to_string(program.path("damage.csv")).unwrap();
    assert_eq!(ledger.lines().count(), nulls + 1);
    assert!(ran.stderr.contains("damage.csv"), "{}", ran.stderr);

    // The lines of the rows that are made, and no others.
    let more = [
        "--to",
        "some/",
        "--only-files",
        "1..2",
        "--ledger",
        "some.csv",
    ];
    program.run(args.iter().chain(&more)).ok();
    let some = all_rows(&[bytes(&program, "some/part-00001.parquet")]);
    let ledger = std::fs::read_to_string(program.path("some.csv")).unwrap();
    assert_eq!(ledger.lines().count(), some.column(0).null_count() + 1);
}

#[test]
fn flags_say_what_they_take() {
    let program = Program::new();
    for (args, says) in [
        (
            &["--files", "0"][..],
            "write a whole number from 1 to 10000",
        ),
        (
            &["--files", "2", "--file-size", "1MB"],
            "cannot be used with",
        ),
        (&["--file-size", "0"], "it must be above zero"),
        (&["--files", "2", "--only-files", "3"], "write A..B"),
    ] {
        let ran = program.run(args).failed(2);
        assert!(ran.stderr.contains(says), "{says}: {}", ran.stderr);
    }
}
