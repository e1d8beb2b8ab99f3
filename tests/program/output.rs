//! What people and machines are told when all goes well.

use expect_test::expect;

use crate::support::program::Program;
use crate::support::rows::{assert_same, people, read};
use crate::support::s3::S3;

#[test]
fn the_plan_reads_well() {
    let ran = Program::new().run(["--dry-run", "--threads", "2"]).ok();
    expect![[r#"
        Plan
          data        people, seed 42
          rows        100,000 (0..100000), 15 columns
          row groups  18 of 5,860 rows, about 1.05 MB each (1 MiB wanted)
          file        about 17.9 MB, compression snappy
          threads     2
          memory      at most about 56.6 MB in buffers
          target      s3://parquet-data-bucket/people.parquet
          S3          embedded (data/s3)
          upload      4 parts of 5 MiB
    "#]]
    .assert_eq(&ran.stderr);
    let args = [
        "--dry-run",
        "--threads",
        "2",
        "--size",
        "1GB",
        "--block-size",
        "16MiB",
        "--to",
        "s3://lake/raw/",
    ];
    expect![[r#"
        Plan
          data        people, seed 42
          rows        5,845,539 (0..5845539), 15 columns
          row groups  60 of 98,086 rows, about 16.8 MB each (16 MiB wanted)
          file        about 1.00 GB, compression snappy
          threads     2
          memory      at most about 197 MB in buffers
          target      s3://lake/raw/people.parquet
          S3          AWS
          upload      191 parts of 5 MiB
    "#]]
    .assert_eq(&Program::new().run(args).ok().stderr);
}

#[test]
fn json_is_one_event_a_line_and_ends_with_the_summary() {
    let program = Program::new();
    let ran = program
        .run([
            "--rows",
            "3000",
            "--block-size",
            "100KiB",
            "--json",
            "--to",
            "p.parquet",
        ])
        .ok();
    let events = ran.events();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(kinds[0], "plan");
    assert_eq!(kinds[kinds.len() - 1], "summary");
    assert!(
        kinds[1..kinds.len() - 1]
            .iter()
            .all(|kind| *kind == "block"),
        "{kinds:?}"
    );
    let summary = &events[events.len() - 1];
    assert_eq!(summary["rows"], 3000);
    assert_eq!(summary["row_groups"], kinds.len() - 2);
    assert_eq!(
        summary["file_bytes"],
        std::fs::metadata(program.path("p.parquet")).unwrap().len()
    );
    assert_eq!(
        summary["landed"]["path"]
            .as_str()
            .map(|p| p.ends_with("p.parquet")),
        Some(true)
    );
}

#[test]
fn each_block_has_a_line_and_quiet_has_none() {
    let program = Program::new();
    let args = [
        "--rows",
        "3000",
        "--block-size",
        "100KiB",
        "--to",
        "p.parquet",
    ];
    let ran = program.run(args).ok();
    let blocks = ran
        .stderr
        .lines()
        .filter(|line| line.contains("] block "))
        .count();
    assert!(
        blocks > 2 && ran.stderr.contains("total 3,000 of 3,000 rows"),
        "{}",
        ran.stderr
    );
    assert!(
        !ran.stderr.contains('\u{1b}'),
        "no colours where there is no terminal"
    );
    let quiet = program.run(args.into_iter().chain(["-q"])).ok();
    assert_eq!((quiet.stderr.as_str(), quiet.stdout.len()), ("", 0));
}

#[test]
fn standard_output_carries_the_file_and_nothing_else() {
    let ran = Program::new().run(["--rows", "1500", "--to", "-"]).ok();
    assert_same(&read(ran.stdout).0, &people(42, 0..1500));
}

#[test]
fn json_ends_with_a_summary_whatever_goes_wrong() {
    for (args, code) in [
        (&["--json", "--bogus"][..], 2),
        (&["--json", "--rows", "x"], 2),
        (&["--json", "--to", "."], 4),
    ] {
        let ran = Program::new().run(args).failed(code);
        let summary = ran.events().pop().expect("an event");
        assert_eq!(summary["event"], "summary");
        assert_eq!(summary["exit_code"], code);
        assert!(
            summary["error"]["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
    }
}

#[test]
fn a_limit_that_cuts_row_groups_is_named() {
    let args = ["--dry-run", "--rows", "5000000", "--block-size", "1GiB"];
    let ran = Program::new().run(args).ok();
    assert!(
        ran.stderr
            .contains("(1 GiB wanted, ended at 64 MiB of Arrow data)"),
        "{}",
        ran.stderr
    );
}

/// Secrets are looked for wherever the program speaks, at the highest level of every logger.
#[test]
fn a_secret_is_never_said() {
    let s3 = S3::embedded();
    let (secret, token) = ("canary-secret-4711", "canary-token-4712");
    for (endpoint, level) in [
        (s3.endpoint.as_str(), "trace"),
        ("aws", "trace"),
        ("http://127.0.0.1:9", "debug"),
    ] {
        let program = Program::new()
            .with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .with("AWS_SECRET_ACCESS_KEY", secret)
            .with("AWS_SESSION_TOKEN", token)
            .with("RUST_LOG", level)
            .with("RUST_BACKTRACE", "1");
        for more in [&["--json"][..], &["-vv"], &["--dry-run"], &["--help"]] {
            let args = ["--endpoint", endpoint, "--rows", "10"];
            // AWS itself can't be had here; asking it for nothing but a plan is enough.
            if endpoint == "aws" && !matches!(more, ["--dry-run" | "--help"]) {
                continue;
            }
            let ran = program.run(args.iter().chain(more));
            let said = format!("{}{}", ran.stderr, String::from_utf8_lossy(&ran.stdout));
            assert!(!said.is_empty());
            assert!(!said.contains("canary"), "{said}");
        }
        assert!(program.names().is_empty());
    }
}
