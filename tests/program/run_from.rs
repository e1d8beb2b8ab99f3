//! Runs that read their rows: CSV, JSON and Parquet in, Parquet out.

use std::io::Write as _;
use std::sync::Arc;

use arrow::array::{Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::csv::Writer;
use expect_test::{Expect, expect};
use parquet::basic::Compression;
use parquet::file::metadata::ParquetMetaData;

use crate::support::program::{Program, Ran};
use crate::support::rows::{assert_same, read, write_parquet};
use crate::support::s3::S3;

/// Rows of an order book, from a number on.
fn orders(first: i64, rows: i64) -> RecordBatch {
    let numbers = first..first + rows;
    let names = numbers
        .clone()
        .map(|number| format!("customer {}", number * 7_919 % 1_000));
    let prices = numbers.clone().map(|number| (number % 977) as f64 / 8.0);
    RecordBatch::try_from_iter_with_nullable([
        (
            "id",
            Arc::new(Int64Array::from_iter_values(numbers)) as _,
            true,
        ),
        (
            "name",
            Arc::new(StringArray::from_iter_values(names)) as _,
            true,
        ),
        (
            "price",
            Arc::new(Float64Array::from_iter_values(prices)) as _,
            true,
        ),
    ])
    .unwrap()
}

fn csv(batch: &RecordBatch) -> String {
    let mut text = Vec::new();
    Writer::new(&mut text).write(batch).unwrap();
    String::from_utf8(text).unwrap()
}

fn found(program: &Program, name: &str) -> (RecordBatch, ParquetMetaData) {
    read(std::fs::read(program.path(name)).unwrap())
}

fn mark(footer: &ParquetMetaData, key: &str) -> Option<String> {
    let marks = footer.file_metadata().key_value_metadata().unwrap();
    let mark = marks.iter().find(|mark| mark.key == key)?;
    mark.value.clone()
}

/// Packs a file as people do.
fn gzip(program: &Program, name: &str) {
    let packed = std::process::Command::new("gzip")
        .arg(program.path(name))
        .status()
        .unwrap();
    assert!(packed.success());
}

/// Runs with a text on standard input.
fn fed(program: &Program, args: &[&str], text: &str) -> Ran {
    let mut child = program.start_fed(args);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap().into()
}

#[test]
fn a_packed_csv_goes_to_s3_and_says_where_it_comes_from() {
    let s3 = S3::embedded();
    let program = s3
        .program()
        .with_file("orders.csv", &csv(&orders(0, 20_000)));
    gzip(&program, "orders.csv");
    let ran = program
        .run(["run", "--from", "orders.csv.gz", "--block-size", "64KiB"])
        .ok();
    let (rows, footer) = read(s3.get("orders.parquet"));
    assert_same(&rows, &orders(0, 20_000));
    assert!(footer.num_row_groups() > 1, "{}", footer.num_row_groups());
    let said = |key| mark(&footer, key);
    assert_eq!(said("pipeline.source").unwrap(), "orders.csv.gz");
    assert_eq!(said("pipeline.rows").unwrap(), "0..20000");
    assert_eq!(said("pipeline.seed"), None);
    assert_eq!(said("pipeline.content-id"), None);
    let head = s3.head("orders.parquet").unwrap();
    assert!(!head.metadata.contains_key("pipeline-content-id"));
    assert!(
        ran.stderr.contains("  from        orders.csv.gz (CSV, "),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_stream_of_json_becomes_a_file() {
    let program = Program::new();
    let lines = "{\"a\":1,\"b\":[\"x\"]}\n{\"a\":2,\"b\":[]}\n";
    let args = ["run", "--from", "-", "--to", "out/"];
    fed(&program, &args, lines).ok();
    let (rows, _) = found(&program, "out/stdin.parquet");
    assert_eq!((rows.num_rows(), rows.num_columns()), (2, 2));
    let csv = fed(&program, &args, "a;b\n1;NA\n").failed(3);
    assert!(
        csv.error().starts_with("cannot tell the format of `stdin`"),
        "{}",
        csv.stderr
    );
    let more = ["--from-format", "csv", "--delimiter", ";"];
    let args = [&args[..], &more, &["--null-word", "NA"]].concat();
    fed(&program, &args, "a;b\n1;NA\n").ok();
    let (rows, _) = found(&program, "out/stdin.parquet");
    assert_eq!(rows.column(1).logical_null_count(), 1);
}

#[test]
fn parquet_is_written_anew_with_other_options() {
    let program = Program::new();
    write_parquet(&program.path("old.parquet"), &orders(0, 30_000));
    let args = ["run", "--from", "old.parquet", "--to", "new.parquet"];
    let more = ["--compression", "zstd:3", "--block-size", "10kB"];
    program.run(args.iter().chain(&more)).ok();
    let (rows, footer) = found(&program, "new.parquet");
    assert_same(&rows, &orders(0, 30_000));
    let codec = footer.row_group(0).column(0).compression();
    assert!(matches!(codec, Compression::ZSTD(_)), "{codec:?}");
    assert!(footer.num_row_groups() > 1);
}

#[test]
fn several_files_are_one_table_and_threads_decide_nothing() {
    let program = Program::new()
        .with_file("part-1.csv", &csv(&orders(9_000, 9_000)))
        .with_file("part-0.csv", &csv(&orders(0, 9_000)))
        .with_file("other.csv", "x\n1\n");
    for threads in ["1", "4"] {
        let args = ["run", "--from", "part-*.csv", "--to", threads];
        let more = ["--threads", threads, "--block-size", "20KiB"];
        program.run(args.iter().chain(&more)).ok();
    }
    let (rows, footer) = found(&program, "1");
    assert_same(&rows, &orders(0, 18_000));
    assert_eq!(
        mark(&footer, "pipeline.source").unwrap(),
        "part-0.csv, part-1.csv"
    );
    let bytes = |name| std::fs::read(program.path(name)).unwrap();
    assert!(bytes("1") == bytes("4"));
}

#[test]
fn rows_are_limited_by_the_flag_alone() {
    let program = Program::new()
        .with_file("orders.csv", &csv(&orders(0, 20_000)))
        .with("NUM_RECORDS", "7");
    let args = ["run", "--from", "orders.csv", "--to", "x.parquet"];
    program.run(args).ok();
    assert_eq!(found(&program, "x.parquet").0.num_rows(), 20_000);
    for rows in ["10000", "1", "0"] {
        program.run(args.iter().chain(&["--rows", rows])).ok();
        let (found, footer) = found(&program, "x.parquet");
        assert_same(&found, &orders(0, rows.parse().unwrap()));
        assert_eq!(
            mark(&footer, "pipeline.rows").unwrap(),
            format!("0..{rows}")
        );
    }
}

#[test]
fn types_and_names_are_given() {
    let program = Program::new().with_file("codes.csv", "01,1.5\n02,2\n");
    let args = ["run", "--from", "codes.csv", "--no-header"];
    let types = "column_1=text,column_2=decimal(9,2)";
    let more = ["--types", types, "--to", "x"];
    program.run(args.iter().chain(&more)).ok();
    let (rows, _) = found(&program, "x");
    let types: Vec<_> = rows
        .schema()
        .fields()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(types[0].contains("Utf8"), "{types:?}");
    assert!(types[1].contains("Decimal128(9, 2)"), "{types:?}");
}

#[track_caller]
fn refused(program: &Program, args: &[&str], code: i32, error: Expect) {
    let before = program.names();
    let ran = program.run(args).failed(code);
    error.assert_eq(ran.error());
    assert_eq!(program.names(), before, "something was left behind");
}

#[test]
fn a_bad_line_leaves_nothing() {
    // More than the sample of the plan: the upload has begun when the line comes.
    let text = csv(&orders(0, 250_000)) + "many,x,1\n";
    let s3 = S3::embedded();
    let program = s3.program().with_file("bad.csv", &text);
    let args = ["run", "--from", "bad.csv", "--block-size", "8KiB"];
    refused(
        &program,
        &[&args[..], &["--to", "x.parquet", "--quiet"]].concat(),
        3,
        expect![
            "`bad.csv`, line 250002, column `id`: found `many`, expected int64, as the first 10000 rows suggest. --types 'id=text' takes every value as it is. 245,760 rows were read before that; nothing was committed."
        ],
    );
    let ran = program.run(args.iter().chain(&["--json"])).failed(3);
    let events = ran.events();
    let last = events.last().unwrap();
    assert_eq!(last["outcome"], "not_committed");
    assert_eq!(last["rows_read"], 245_760);
    assert!(events.iter().any(|event| event["event"] == "block"));
    assert!(s3.head("bad.parquet").is_none());
    assert!(s3.open_uploads().is_empty());
}

/// A block holds at most 4 MiB of text, and lines are counted over all of them.
#[test]
fn a_torn_line_is_told_by_its_number_however_far_down_it_is() {
    let rows = "1,2\n".repeat(3 << 20);
    let program = Program::new().with_file("torn.csv", &format!("a,b\n{rows}1,2,3\n"));
    refused(
        &program,
        &["run", "--from", "torn.csv", "--to", "x.parquet", "-q"],
        3,
        expect![
            "`torn.csv`, line 3145730: found 3 fields, expected 2, one for each column. 3,145,728 rows were read before that; nothing was committed."
        ],
    );
}

#[test]
fn a_value_that_would_be_changed_is_told_with_the_way_out() {
    let program = Program::new()
        .with_file("codes.csv", "zip,price\n1,5.0\n007,5.05\n")
        .with_file("codes.json", "{\"a\":{\"b\":0.5}}\n{\"a\":{\"b\":1e999}}\n");
    let from = |file: &'static str, more: &[&'static str]| {
        [
            &["run", "--from", file, "--to", "x", "--infer-rows", "1"],
            more,
        ]
        .concat()
    };
    refused(
        &program,
        &from("codes.csv", &[]),
        3,
        expect![
            "`codes.csv`, line 3, column `zip`: found `007`, expected int64, as the first 1 row suggests: its leading zero would be lost. --types 'zip=text' takes every value as it is."
        ],
    );
    let types = ["--types", "zip=text,price=decimal(9,1)"];
    refused(
        &program,
        &from("codes.csv", &types),
        3,
        expect![
            "`codes.csv`, line 3, column `price`: found `5.05`, expected decimal(9,1): it has more digits behind the point than that holds. Give a type that holds it; --types 'price=text' takes every value as it is."
        ],
    );
    refused(
        &program,
        &from("codes.json", &[]),
        3,
        expect![
            "`codes.json`, line 2, column `a.b`: found `1e999`, expected float64, as the first 1 row suggests: it is larger than that holds. Look at more rows for types with --infer-rows."
        ],
    );
}

#[test]
fn what_makes_rows_has_no_say_where_they_are_read() {
    let program = Program::new().with_file("a.csv", "id\n1\n");
    let from = ["run", "--from", "a.csv"];
    let with = |more: &[&'static str]| [&from[..], more].concat();
    refused(
        &program,
        &["run", "shop", "--from", "a.csv"],
        2,
        expect!["the spec `shop` can't stand beside --from: a spec says how rows are made"],
    );
    refused(
        &program,
        &with(&["--seed", "7"]),
        2,
        expect!["--seed can't stand beside --from: rows that are read have no seed"],
    );
    refused(
        &program,
        &with(&["--scale", "2"]),
        2,
        expect!["--scale can't stand beside --from: rows that are read are as many as they are"],
    );
    refused(
        &program,
        &with(&["--size", "2MB"]),
        2,
        expect![
            "--size can't stand beside --from: how large the file becomes is not known before all is read"
        ],
    );
    refused(
        &program,
        &with(&["--rows-range", "0..5"]),
        2,
        expect![
            "--rows-range can't stand beside --from: a source is read from its beginning. --rows N takes the first N rows."
        ],
    );
    refused(
        &program,
        &with(&["--table", "a"]),
        2,
        expect!["--table can't stand beside --from: a source is one table"],
    );
    refused(
        &program,
        &with(&["--rows", "a=5"]),
        2,
        expect![
            "--rows TABLE=N can't stand beside --from: a source is one table. --rows N takes the first N rows."
        ],
    );
    refused(
        &program,
        &with(&["--from", "-"]),
        2,
        expect![
            "--from: standard input (`-`) can't be read together with other files. Put all into one stream, or name files only."
        ],
    );
    refused(
        &program,
        &with(&["--types", "ids=text"]),
        2,
        expect![
            "`a.csv` has no column `ids`, for which a type is given; did you mean `id`? known: `id`"
        ],
    );
    let json = ["--from-format", "json", "--delimiter", ";"];
    refused(
        &program,
        &with(&json),
        3,
        expect!["`a.csv`, line 1: no JSON: expected value"],
    );
    refused(
        &program,
        &["run", "--from", "none.csv"],
        3,
        expect!["--from: there is no file `none.csv`"],
    );
    refused(
        &program,
        &["run", "--from", "n*.csv"],
        3,
        expect![
            "--from: no file matches `n*.csv`. A star stays within a name; `**` stands for folders."
        ],
    );
    let ran = program.run(["run", "--delimiter", ";"]).failed(2);
    assert!(
        ran.error().contains("--from <FILE|GLOB|->"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_flag_that_the_format_has_no_use_for_is_told() {
    let program = Program::new().with_file("a.json", "{\"id\":1}\n");
    refused(
        &program,
        &["run", "--from", "a.json", "--no-header"],
        2,
        expect![
            "--no-header: `a.json` is JSON, which has no use for it. Leave it out, or name another format with --from-format."
        ],
    );
}

#[test]
fn the_plan_and_the_events_tell_of_the_source() {
    let program = Program::new().with_file("orders.csv", &csv(&orders(0, 20_000)));
    let args = ["run", "--from", "orders.csv", "--threads", "2"];
    let ran = program.run(args.iter().chain(&["--dry-run"])).ok();
    expect![[r#"
        Plan
          data        orders.csv (CSV, 494 kB)
          rows        all there are, 3 columns
          row groups  of about 233,688 rows, about 1.05 MB each (1 MiB wanted)
          file        compression snappy
          threads     2
          memory      at most about 109 MB in buffers
          target      s3://parquet-data-bucket/orders.parquet
          S3          embedded (data/s3)
          upload      parts of 5 MiB
    "#]]
    .assert_eq(&ran.stderr);
    assert_eq!(program.names(), ["orders.csv"]);

    let ran = program.run(args.iter().chain(&["--json"])).ok();
    let events = ran.events();
    let plan = &events[0]["plan"];
    assert_eq!(plan["source"]["files"][0], "orders.csv");
    assert_eq!(plan["source"]["format"], "csv");
    assert!(plan.get("seed").is_none() && plan.get("rows").is_none());
    let blocks = events.iter().filter(|event| event["event"] == "block");
    let summary = events.last().unwrap();
    assert_eq!(summary["row_groups"], blocks.count());
    assert_eq!(summary["rows"], 20_000);
    assert_eq!(summary["source"]["bytes"], plan["source"]["bytes"]);
    assert!(summary.get("content_id").is_none());
}
