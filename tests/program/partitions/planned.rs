//! What the plan says of partitions, and how many there may be.

use expect_test::{Expect, expect};

use super::files;
use crate::support::program::Program;
use crate::support::rows::{people, write_parquet};

#[test]
fn a_dry_run_tells_of_partitions_and_makes_none() {
    let program = Program::new();
    let args = [
        "--rows",
        "100000",
        "--partition-by",
        "country",
        "--to",
        "out/",
    ];
    let ran = program
        .run(args.iter().chain(&["--dry-run", "--threads", "1"]))
        .ok();
    let line = |name: &str| {
        let lines = ran.stderr.lines();
        let mut lines = lines.filter_map(|line| line.strip_prefix(&format!("  {name:<12}")));
        lines.next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        line("partitions"),
        "by country, 244 at most, 268 MB of rows may wait"
    );
    assert!(
        line("files").starts_with("one a partition, about "),
        "{}",
        ran.stderr
    );
    assert!(line("row groups").starts_with("of "), "{}", ran.stderr);
    assert_eq!(line("target"), "out/country={country}/part-{part}.parquet");
    assert!(program.names().is_empty());
}

#[test]
fn too_many_partitions_are_refused_before_or_when_they_are_met() {
    let program = Program::new();
    let check = |args: &[&str], error: Expect| {
        let ran = program.run(args).failed(2);
        error.assert_eq(ran.error());
        assert!(!program.path("out").exists());
    };
    check(
        &[
            "--partition-by",
            "country",
            "--max-partitions",
            "100",
            "--to",
            "out/",
        ],
        expect![
            "`country` can have 244 values in these rows, and 100 partitions at most may be open at once. Raise --max-partitions, or partition by a column of fewer values."
        ],
    );
    check(
        &[
            "--partition-by",
            "age,is_active",
            "--max-partitions",
            "99",
            "--to",
            "out/",
        ],
        expect![
            "`age` and `is_active` can have 126 values in these rows, and 99 partitions at most may be open at once. Raise --max-partitions, or partition by a column of fewer values."
        ],
    );
    // As many as there are rows.
    program
        .run([
            "--rows",
            "9",
            "--partition-by",
            "id",
            "--max-partitions",
            "9",
            "--to",
            "few/",
        ])
        .ok();
    assert_eq!(files(&program.path("few")).len(), 9);
    check(
        &["--rows", "20000", "--partition-by", "name", "--to", "out/"],
        expect![
            "there are more than 256 partitions by `name`: the row that would open another one belongs to `name=Bernhard Williamson`. Raise --max-partitions, or partition by a column of fewer values."
        ],
    );
    write_parquet(&program.path("all.parquet"), &people(42, 0..2000));
    check(
        &[
            "run",
            "--from",
            "all.parquet",
            "--partition-by",
            "country",
            "--max-partitions",
            "9",
            "--to",
            "out/",
        ],
        expect![
            "there are more than 9 partitions by `country`: the row that would open another one belongs to `country=Lithuania`. Raise --max-partitions, or partition by a column of fewer values."
        ],
    );
}

/// The soft limit of a shell is raised as far as the hard one lets it.
#[cfg(target_os = "linux")]
#[test]
fn open_files_are_counted_against_what_the_system_allows() {
    let program = Program::new();
    let args = "--rows 3000 --partition-by country --to out/";
    let ran = program.run_under("ulimit -n 200", args).failed(2);
    expect!["244 partitions need 552 open files, and the system allows this program 200. Raise the limit (`ulimit -Hn` shows it), or partition by a column of fewer values."].assert_eq(ran.error());
    assert!(program.names().is_empty());
    program
        .run_under("ulimit -Hn 600; ulimit -Sn 200", args)
        .ok();
    assert_eq!(files(&program.path("out")).len(), 244);

    // How many values a column has that is read nobody knows.
    write_parquet(&program.path("all.parquet"), &people(42, 0..300));
    let args = "run --from all.parquet --partition-by is_active --to few/";
    let ran = program.run_under("ulimit -n 200", args).ok();
    assert!(
        ran.stderr.contains(
            "up to 256 partitions need 576 open files, and the system allows this program 200; \
             --max-partitions says how many there may be"
        ),
        "{}",
        ran.stderr
    );
}
