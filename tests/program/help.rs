//! What the program says of itself: help, examples, completions, manual pages.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::program::Program;

fn help(args: &[&str]) -> String {
    let ran = Program::new().run(args).ok();
    assert_eq!(ran.stderr, "");
    String::from_utf8(ran.stdout).unwrap()
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = help(&["-h"]);
    let list = help.split_once("Commands:\n").unwrap().1;
    list.lines()
        .take_while(|line| !line.is_empty())
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .filter(|name| name != "help")
        .collect()
}

/// The examples of a help text: lines below `Examples:` that begin with the program's name.
fn examples(help: &str) -> Vec<String> {
    let (_, below) = help.split_once("\nExamples:\n").unwrap();
    let lines = below.lines().map(str::trim_start);
    lines
        .filter(|line| *line == "pipeline-cli" || line.starts_with("pipeline-cli "))
        .map(str::to_owned)
        .collect()
}

/// Whether an example can be pasted on any machine, without a network and within a moment.
fn runs_anywhere(example: &str) -> bool {
    let wants = [
        "s3://",
        "duckdb",
        "man -l",
        "5_000_000",
        "--from",
        "--ledger",
    ];
    !wants.iter().any(|want| example.contains(want))
}

#[test]
fn examples_work_when_they_are_pasted() {
    let all = [
        examples(&help(&["--help"])),
        examples(&help(&["run", "--help"])),
        examples(&help(&["config", "--help"])),
        examples(&help(&["completions", "--help"])),
        examples(&help(&["man", "--help"])),
    ]
    .concat();
    let chosen: Vec<_> = all.iter().filter(|line| runs_anywhere(line)).collect();
    assert!(chosen.len() >= 10, "{all:?}");
    let binaries = Path::new(env!("CARGO_BIN_EXE_pipeline-cli"))
        .parent()
        .unwrap();
    let path = format!("{}:/usr/bin:/bin", binaries.display());
    let home = tempfile::tempdir().unwrap();
    // Where shells look; people have these folders, or make them as the help says.
    for folder in [
        ".local/share/bash-completion/completions",
        ".zfunc",
        ".config/fish/completions",
    ] {
        std::fs::create_dir_all(home.path().join(folder)).unwrap();
    }
    for line in chosen {
        let ran = Command::new("sh")
            .args(["-c", line])
            .env_clear()
            .env("PATH", &path)
            .env("HOME", home.path())
            .current_dir(home.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{line}: {said}");
    }
    for made in [
        "people.parquet",
        "my.toml",
        ".zfunc/_pipeline-cli",
        ".local/share/man/man1/pipeline-cli-config.1",
    ] {
        let size = std::fs::metadata(home.path().join(made)).unwrap().len();
        assert!(size > 0, "{made}");
    }
}

#[test]
fn help_is_grouped_and_the_long_one_says_more() {
    let (short, long) = (help(&["-h"]), help(&["--help"]));
    let headings = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| line.ends_with(':') && !line.starts_with(' '))
            .map(str::to_owned)
            .collect()
    };
    let first = [
        "Commands:",
        "Options:",
        "Data:",
        "File:",
        "Target:",
        "Object:",
        "Credentials:",
        "Run:",
        "Source:",
        "Output:",
        "Examples:",
    ];
    assert_eq!(headings(&short), first);
    let more = [
        "Settings:",
        "Settings without a flag:",
        "Exit codes:",
        "Files:",
    ];
    assert_eq!(headings(&long), [&first[..], &more].concat());
    assert!(!short.contains("PIPELINE_SEED") && long.contains("PIPELINE_SEED"));
}

#[test]
fn no_line_of_the_short_help_is_wider_than_a_hundred_columns() {
    for command in commands() {
        let help = help(&[&command, "-h"]);
        let widest = help
            .lines()
            .max_by_key(|line| line.chars().count())
            .unwrap();
        assert!(widest.chars().count() <= 100, "{command}: {widest}");
    }
}

#[test]
fn there_is_a_manual_page_a_command() {
    let program = Program::new();
    let ran = program.run(["man", "--dir", "pages/man1"]).ok();
    let below_spec = ["kinds", "example", "check", "from", "schema"];
    let mut expected: Vec<_> = commands()
        .iter()
        .map(|command| format!("pipeline-cli-{command}.1"))
        .chain(below_spec.map(|command| format!("pipeline-cli-spec-{command}.1")))
        .chain(["pipeline-cli.1".to_owned()])
        .collect();
    expected.sort();
    let folder = program.path("pages/man1");
    let mut made: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    made.sort();
    assert_eq!(made, expected);
    let told = format!("{} manual pages in `pages/man1`", made.len());
    assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    for page in made {
        let text = std::fs::read_to_string(folder.join(&page)).unwrap();
        assert!(text.is_ascii(), "{page}");
        assert!(
            text.contains(".SH NAME\n") && text.contains(".SH SYNOPSIS\n"),
            "{page}"
        );
        assert!(
            page == "pipeline-cli.1" || text.contains(".SH \"SEE ALSO\"\n"),
            "{page}"
        );
    }
}

#[test]
fn the_page_of_the_program_has_what_the_help_has() {
    let printed = Program::new().run(["man"]).ok().stdout;
    let page = String::from_utf8(printed).unwrap();
    let sections: Vec<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix(".SH "))
        .map(|name| name.trim_matches('"'))
        .collect();
    assert_eq!(
        sections,
        [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "DATA",
            "FILE",
            "TARGET",
            "OBJECT",
            "CREDENTIALS",
            "RUN",
            "SOURCE",
            "OUTPUT",
            "COMMANDS",
            "EXAMPLES",
            "SETTINGS",
            "SETTINGS WITHOUT A FLAG",
            "EXIT CODES",
            "FILES",
            "ENVIRONMENT",
        ]
    );
    let help = help(&["--help"]);
    let flags: Vec<_> = help
        .split_whitespace()
        .filter(|word| word.starts_with("--") && word.len() > 2)
        .collect();
    assert!(flags.len() > 15);
    let plain = page.replace('\\', "");
    for flag in flags {
        let flag = flag.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        assert!(plain.contains(flag), "{flag}");
    }
    assert!(page.contains("\nAWS_SECRET_ACCESS_KEY\n") || page.contains("fBAWS_SECRET_ACCESS_KEY"));
}

#[test]
fn a_manual_page_that_can_t_be_written_is_a_local_failure() {
    let ran = Program::new()
        .with_file("taken", "")
        .run(["man", "--dir", "taken"])
        .failed(4);
    let error = "could not write manual pages into `taken`: ";
    assert!(ran.error().starts_with(error), "{}", ran.stderr);
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    for args in [&["man"][..], &["completions", "zsh"], &["config", "--json"]] {
        let mut child = Program::new().start(args);
        drop(child.stdout.take());
        let ran = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success() && said.is_empty(), "{args:?}: {said}");
    }
}

/// Where nothing says which S3 is meant, each command tells what it asks itself.
#[test]
fn the_endpoint_without_a_word_is_told_as_it_is() {
    let words = |args: &[&str]| {
        let help = help(args);
        help.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let run = words(&["-h"]);
    assert!(run.contains("[default: embedded, or aws where"), "{run}");
    for command in ["upload", "verify", "inspect", "head"] {
        let said = words(&[command, "-h"]);
        assert!(said.contains("over data/s3) [default: aws]"), "{said}");
    }
}
