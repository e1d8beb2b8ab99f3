//! What the README shows is what the program prints, but for times and rates.

use crate::support::program::Program;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");

/// What stands below a command in a block of the README.
fn shown(command: &str) -> String {
    let readme = std::fs::read_to_string(README).unwrap();
    let (_, below) = readme
        .split_once(&format!("$ {command}\n"))
        .unwrap_or_else(|| panic!("the README does not show `{command}`"));
    let (shown, _) = below.split_once("```").unwrap();
    shown.to_owned()
}

/// The text with `…` for what depends on the machine: stamps of log lines, seconds, rates.
fn timeless(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.split_once("s] ").map_or(line, |(_, said)| said);
        let words: Vec<_> = line.split(' ').collect();
        let measured = |at: usize| {
            let next = words.get(at + 1).copied().unwrap_or_default();
            let unit = next.trim_end_matches(',');
            unit == "s" || unit.ends_with("/s")
        };
        let told = words.iter().enumerate().map(|(at, word)| match word {
            _ if measured(at) => "…",
            // Kilobytes or megabytes, as it happens.
            word if word.ends_with("B/s") => "…/s",
            word => word,
        });
        told.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_first_command_prints_what_the_readme_shows() {
    let program = Program::new();
    let ran = program.run(std::iter::empty::<&str>()).ok();
    // A terminal has bars in place of these.
    let said: Vec<_> = ran
        .stderr
        .lines()
        .filter(|line| !line.contains("] block ") && !line.contains("%: "))
        .collect();
    let shown = shown("cargo run --release -p pipeline-cli");
    assert_eq!(timeless(&said.join("\n")), timeless(shown.trim_end()));

    let object = "data/s3/parquet-data-bucket/people.parquet";
    let head = program.run(["head", "-n", "3", object]).ok();
    let command = format!("cargo run --release -p pipeline-cli -- head -n 3 {object}");
    let said = String::from_utf8(head.stdout).unwrap();
    let said: Vec<_> = said.lines().map(str::trim_end).collect();
    assert_eq!(said.join("\n"), self::shown(&command).trim_end());
}

#[test]
fn what_a_clock_says_is_masked_and_nothing_else() {
    assert_eq!(
        timeless(
            "[   0.08s] S3 is x\n  rows        1,000 in 0.17 s, 5,796 rows/s, 3 parts, 103 MB/s"
        ),
        "S3 is x\n  rows        1,000 in … s, … rows/s, 3 parts, … …/s"
    );
}
