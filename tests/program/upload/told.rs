//! What is said: plans, tables, help.

use std::fs;

use expect_test::expect;

use super::{files, said};
use crate::support::program::{Program, Ran};
use crate::support::s3::S3;

#[test]
fn a_dry_run_sends_nothing() {
    let s3 = S3::embedded();
    let program = s3.program();
    files(&program, &["d/a b.csv", "d/e/c.csv"]);
    fs::write(program.path("d/large.bin"), vec![7; 20_000_000]).unwrap();
    let target = format!("s3://{}/k/", s3.bucket);
    let args = ["upload", "d", target.as_str(), "--dry-run"];
    let ran = program.run(args).ok();
    expect![[r#"
        d/a b.csv
            to s3://BUCKET/k/a b.csv, 9 B in one request
        d/e/c.csv
            to s3://BUCKET/k/e/c.csv, 9 B in one request
        d/large.bin
            to s3://BUCKET/k/large.bin, 20.0 MB in 4 parts
        3 files, 20.0 MB, 8 requests to ENDPOINT; nothing was sent
    "#]]
    .assert_eq(&said(&ran.stderr, &s3));
    assert!(ran.stdout.is_empty());
    assert!(!s3.bucket_exists());

    let ran = program.run(args.into_iter().chain(["--json"])).ok();
    let events = ran.events();
    assert_eq!(events.len(), 4);
    assert_eq!(events[0]["event"], "plan");
    assert_eq!(events[0]["target"], format!("{target}a b.csv"));
    assert_eq!(events[0]["content_type"], "text/csv");
    assert_eq!(events[3]["event"], "summary");
    assert_eq!(events[3]["files"], 3);
    assert!(!s3.bucket_exists());
}

/// The table for few files, without what a clock decides.
#[test]
fn few_files_have_a_line_each_at_the_end() {
    let s3 = S3::embedded();
    let program = s3.program();
    files(&program, &["d/a b.csv", "d/e/c.csv"]);
    fs::write(program.path("d/large.bin"), vec![7; 20_000_000]).unwrap();
    let target = format!("s3://{}/k/", s3.bucket);
    let ran = program.run(["upload", "d", target.as_str()]).ok();
    expect![[r#"
        file | object | size | sent in | rate
        d/a b.csv | a b.csv | 9 B | one request | N B/s
        d/e/c.csv | e/c.csv | 9 B | one request | N B/s
        d/large.bin | large.bin | 20.0 MB | 4 parts | N B/s

        uploaded | 3 files, 20.0 MB in N s, N B/s
        requests | 8, none repeated
        target | s3://BUCKET/k/
        S3 | ENDPOINT"#]]
    .assert_eq(&timeless(&ran, &s3));

    // Many are counted.
    let names: Vec<_> = (0..200)
        .map(|number| format!("many/{number:03}.csv"))
        .collect();
    files(
        &program,
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let ran = program.run(["upload", "many", target.as_str()]).ok();
    expect![[r#"
        uploaded | 200 files, 2.40 kB in N s, N B/s N files/s
        requests | 200, none repeated
        target | s3://BUCKET/k/
        S3 | ENDPOINT"#]]
    .assert_eq(&timeless(&ran, &s3));
}

/// The closing table; numbers before a unit of time or of pace become `N`.
fn timeless(ran: &Ran, s3: &S3) -> String {
    let (_, table) = ran.stderr.split_once("Done\n").expect("it ended well");
    let mut text = String::new();
    for line in table.lines() {
        let mut words: Vec<&str> = line.split(' ').collect();
        for at in 1..words.len() {
            let unit = words[at].trim_end_matches(',');
            if unit == "s" || unit.ends_with("/s") {
                words[at - 1] = "N";
                if unit.ends_with("B/s") {
                    words[at] = "B/s";
                }
            }
        }
        text += &words.join(" ");
        text.push('\n');
    }
    // Numbers stand on the right of their column: how wide it is depends on them.
    let lines: Vec<_> = text
        .lines()
        .map(|line| {
            line.split("  ")
                .filter(|cell| !cell.is_empty())
                .map(str::trim)
        })
        .map(|cells| cells.collect::<Vec<_>>().join(" | "))
        .collect();
    said(&lines.join("\n"), s3)
}

/// Every command of the help does what stands below it.
#[test]
fn the_examples_of_the_help_work_when_pasted() {
    let program = Program::new();
    let help = program.run(["upload", "--help"]).ok();
    let help = String::from_utf8(help.stdout).unwrap();
    let examples = help.split("Examples:").nth(1).unwrap();
    let lines = examples.split("\n\n").next().unwrap().lines();
    let mut ran = 0;
    for line in lines.filter(|line| !line.starts_with("      ")) {
        for command in line
            .trim()
            .split(" && ")
            .filter(|command| !command.is_empty())
        {
            // Only quotes have to be taken off, as a shell does.
            let words: Vec<_> = command
                .split(' ')
                .map(|word| word.trim_matches('\''))
                .collect();
            match words.as_slice() {
                ["mkdir", "-p", folder] => fs::create_dir_all(program.path(folder)).unwrap(),
                ["pipeline-cli", args @ ..] => {
                    program.run(args).ok();
                    ran += 1;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(ran, 5, "{help}");
    assert!(program.path("data/s3/lake/raw/people.parquet").is_file());
    assert!(program.path("data/s3/lake/a.parquet").is_file());
    assert!(program.path("data/s3/lake/all/people.parquet").is_file());
}
