//! Options of the file, as a user gives them, and the command that makes a file again.

use std::collections::BTreeMap;

use blockwrite::{FileReport, read_footer};
use expect_test::{Expect, expect};

use crate::support::program::Program;

fn report(program: &Program, name: &str) -> FileReport {
    read_footer(program.path(name)).unwrap().report().unwrap()
}

/// Encodings of columns, by name.
fn encodings(report: &FileReport) -> BTreeMap<&str, String> {
    let columns = report.column_reports.iter();
    columns
        .map(|column| (column.path.as_str(), column.encodings.join("+")))
        .collect()
}

const OPTIONS: &str = "\
statistics = 'page'
sorting = [{ column = 'id' }]

[columns.id]
encoding = 'delta_binary_packed'
bloom_filter = { distinct = 2000 }

[key_value_metadata]
owner = 'tests'
";

#[test]
fn a_file_of_options_is_followed() {
    let program = Program::new().with_file("w.toml", OPTIONS);
    let args = [
        "--rows",
        "2000",
        "--to",
        "p.parquet",
        "--write-options",
        "w.toml",
    ];
    program.run(args).ok();
    let report = report(&program, "p.parquet");
    assert!(encodings(&report)["id"].contains("DELTA_BINARY_PACKED"));
    assert_eq!(report.key_value_metadata["owner"], "tests");
    assert!(
        report
            .key_value_metadata
            .contains_key("pipeline.content-id")
    );

    // Flags win, what is only built in does not.
    let program = program.with_file("z.toml", "compression = 'zstd:3'");
    let codec = |args: &[&str]| {
        let always = [
            "--rows",
            "100",
            "--to",
            "c.parquet",
            "--write-options",
            "z.toml",
        ];
        program.run(always.iter().chain(args)).ok();
        super::write_options::report(&program, "c.parquet").column_reports[0]
            .codecs
            .clone()
    };
    let (file, flag) = (codec(&[]), codec(&["--compression", "gzip"]));
    assert!(file[0].starts_with("ZSTD"), "{file:?}");
    assert!(flag[0].starts_with("GZIP"), "{flag:?}");
}

#[test]
fn the_example_of_the_documents_works() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/write-options.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, toml) = page.split_once("```toml\n").unwrap();
    let (toml, rest) = toml.split_once("```").unwrap();
    let (_, command) = rest.split_once("```sh\npipeline-cli ").unwrap();
    let (command, _) = command.split_once('\n').unwrap();
    let program = Program::new().with_file("write-options.toml", toml);
    program.run(command.split(' ')).ok();
    let report = report(&program, "people.parquet");
    let id = &report.column_reports[0];
    assert!(id.bloom_filter && id.column_index, "{id:?}");
    assert!(id.codecs[0].starts_with("ZSTD"), "{id:?}");
    assert_eq!(report.key_value_metadata["owner"], "data platform");
}

#[test]
fn options_that_can_t_be_followed_are_a_usage_error() {
    let program = Program::new()
        .with_file("typo.toml", "statistics = 'page'\ncompresion = 'none'\n")
        .with_file("column.toml", "[columns.idd]\nencoding = 'plain'\n")
        .with_file("order.toml", "sorting = [{ column = 'email' }]\n");
    let case = |args: &[&str], code: i32, expect: Expect| {
        let always = ["--rows", "100", "--to", "p.parquet"];
        let ran = program.run(always.iter().chain(args)).failed(code);
        expect.assert_eq(ran.error());
        assert!(!program.path("p.parquet").exists());
    };
    case(
        &["--write-options", "typo.toml"],
        2,
        expect!["typo.toml, line 2: there is no option `compresion`; did you mean `compression`?"],
    );
    case(
        &["--write-options", "column.toml"],
        2,
        expect![
            "`columns` names the column `idd`, which the schema does not have: did you mean `id`? (columns: id, uuid, name, email, phone, street, city, country, company, job, salary, age, is_active, created_at, notes). Options come from --write-options, --compression and --compatibility."
        ],
    );
    case(
        &["--write-options", "order.toml"],
        3,
        expect![
            "row 1 of the block is out of order: `email` is cordie.schultz8091@example.com after cristal.kuhn1485@example.net, and the file is declared to be sorted by email"
        ],
    );
    case(
        &["--write-options", "none.toml"],
        2,
        expect![
            "--write-options: could not read `none.toml`: No such file or directory (os error 2)"
        ],
    );
    case(
        &["--compatibility", "old"],
        2,
        expect!["--compatibility: `old` is not a kind of readers: write standard or legacy"],
    );
    case(
        &["--compatibility", "legacy", "--compression", "lz4"],
        2,
        expect![
            "`compression` is lz4, and allowed is none, snappy, gzip or zstd, because compatibility is legacy. Options come from --write-options, --compression and --compatibility."
        ],
    );
}

#[test]
fn a_plan_says_how_columns_are_encoded() {
    let program = Program::new();
    let args = ["--rows", "5000", "--to", "p.parquet", "--dry-run"];
    let event = &program.run(args.iter().chain(&["--json"])).ok().events()[0];
    let id = &event["encodings"][0];
    assert_eq!(
        (&id["column"], &id["encoding"]),
        (&"id".into(), &"plain".into())
    );
    let ran = program.run(args.iter().chain(&["-v"])).ok();
    let said = ran.stderr.lines().find(|line| line.contains("`id` is "));
    let said = said.map(|line| &line[line.find("people: ").unwrap()..]);
    expect!["people: `id` is plain, as all 5000 values differ"]
        .assert_eq(said.unwrap_or("nothing"));
}

/// The command in a file, carried out, gives the same bytes.
#[cfg(unix)]
#[test]
fn a_file_says_how_to_make_it_again() {
    let program = Program::new().with_file("w.toml", OPTIONS).with_file(
        "my shop.toml",
        "[[tables]]\nname = 'goods'\n[[tables.columns]]\nname = 'id'\nkind = 'integer'\nmin = 1\nmax = 9\n",
    );
    let case = |args: &[&str], expect: Expect| {
        program
            .run(args.iter().chain(&["--to", "one.parquet"]))
            .ok();
        let inspected = program.run(["inspect", "--json", "one.parquet"]).ok();
        let command = inspected.events()[0]["made_by"]
            .as_str()
            .unwrap()
            .to_owned();
        expect.assert_eq(&command);
        let shown = program
            .run(["inspect", "--wide", "one.parquet"])
            .ok()
            .stdout;
        let shown = String::from_utf8(shown).unwrap();
        assert!(
            shown.contains(&format!("  made by       {command}\n")),
            "{shown}"
        );

        let words = in_words(&program, &command);
        let narrow = program.run(["inspect", "one.parquet"]).ok().stdout;
        let narrow = String::from_utf8(narrow).unwrap();
        let (_, pasted) = narrow.split_once("  made by       ").unwrap();
        let (pasted, _) = pasted.split_once("\nRow groups").unwrap();
        assert_eq!(in_words(&program, pasted.trim_end()), words, "{pasted}");
        let (first, rest) = words.split_first().unwrap();
        assert_eq!(first, "pipeline-cli");
        let to = ["--to".to_owned(), "two.parquet".to_owned()];
        program.run(rest.iter().chain(&to)).ok();
        let read = |name| std::fs::read(program.path(name)).unwrap();
        assert!(read("one.parquet") == read("two.parquet"), "{command}");
    };
    case(
        &["--rows", "3000"],
        expect![
            "pipeline-cli run people --seed 42 --rows 3000 --block-size 1MiB --compression snappy"
        ],
    );
    case(
        &[
            "--rows-range",
            "500..1500",
            "--seed",
            "7",
            "--compression",
            "zstd:3",
        ],
        expect![
            "pipeline-cli run people --seed 7 --rows-range 500..1500 --block-size 1MiB --compression zstd:3"
        ],
    );
    case(
        &["--size", "100kB", "--block-size", "1000000"],
        expect![
            "pipeline-cli run people --seed 42 --size 100kB --block-size 1.00MB --compression snappy"
        ],
    );
    case(
        &["--rows", "2000", "--compatibility", "legacy"],
        expect![
            "pipeline-cli run people --seed 42 --rows 2000 --block-size 1MiB --compression snappy --compatibility legacy"
        ],
    );
    case(
        &["--rows", "2000", "--write-options", "w.toml"],
        expect![[
            r#"pipeline-cli run people --seed 42 --rows 2000 --block-size 1MiB --compression snappy --write-options '{"columns":{"id":{"bloom_filter":{"distinct":2000,"false_positives":0.05},"encoding":"delta_binary_packed"}},"key_value_metadata":{"owner":"tests"},"sorting":[{"column":"id","descending":false,"nulls_first":false}],"statistics":"page"}'"#
        ]],
    );
    case(
        &["run", "shop", "--table", "orders", "--scale", "0.01"],
        expect![
            "pipeline-cli run shop --table orders --seed 42 --scale 0.01 --block-size 1MiB --compression snappy"
        ],
    );
    case(
        &[
            "run",
            "shop",
            "--table",
            "orders",
            "--rows",
            "orders=500,customers=50",
        ],
        expect![
            "pipeline-cli run shop --table orders --seed 42 --rows orders=500,customers=50 --block-size 1MiB --compression snappy"
        ],
    );
    case(
        &["run", "./my shop.toml", "--rows", "10"],
        expect![
            "pipeline-cli run 'my shop.toml' --table goods --seed 42 --rows 10 --block-size 1MiB --compression snappy"
        ],
    );
}

/// The words of a command, parted by a shell.
#[cfg(unix)]
fn in_words(program: &Program, command: &str) -> Vec<String> {
    let script = format!("printf '%s\\n' {command}");
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(program.path("."))
        .output()
        .unwrap();
    let words = String::from_utf8(output.stdout).unwrap();
    words.lines().map(str::to_owned).collect()
}
