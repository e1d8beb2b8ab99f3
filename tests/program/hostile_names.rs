//! Names that others chose do not draw on a terminal.

use crate::support::program::Program;

/// Changes colours, turns the direction of writing, and ends a line.
const TABLE: &str = r"red\u001B[31m\u202Ewriting";

fn spec(more: &str) -> String {
    let column = format!("[[tables.columns]]\nname = \"{TABLE}\"\nkind = \"integer\"\n{more}");
    format!("[[tables]]\nname = \"{TABLE}\"\nrows = 10\n\n{column}")
}

#[test]
fn no_command_shows_them_as_they_are() {
    let program = Program::new()
        .with_file("good.toml", &spec(""))
        .with_file("bad.toml", &spec("\nmin = 2\nmax = 1\n"))
        .with_file("slash.toml", &spec("").replacen("red", "red/\\n", 1))
        .with_file(
            "a.csv",
            "id,\u{202e}name\u{1b}[31m\n1,x\u{1b}[31m\n2,\u{202e}\n",
        )
        .with_file("torn.csv", "a,\u{202e}b\u{1b}\n1,2\n3\u{1b},4\u{202e},5\n")
        .with_file(
            "late\u{1b}\u{202e}.csv",
            "\u{202e}a\u{1b}\n1\n\u{1b}\u{202e}\n",
        );
    let commands: &[&[&str]] = &[
        &["spec", "check", "good.toml"],
        &["spec", "check", "bad.toml"],
        &["run", "good.toml", "--dry-run"],
        &["run", "good.toml", "--to", "out/"],
        &["run", "good.toml", "--to", "one.parquet", "-v"],
        &["run", "good.toml", "--table", "\u{1b}\u{202e}"],
        &["run", "good.toml", "--rows", "\u{1b}\u{202e}=1"],
        &["run", "bad.toml", "--to", "x.parquet"],
        &["run", "slash.toml", "--to", "out/"],
        &["run", "--from", "a.csv", "--to", "a.parquet", "-v"],
        &["run", "--from", "torn.csv", "--to", "x.parquet"],
        &[
            "run",
            "--from",
            "late\u{1b}\u{202e}.csv",
            "--infer-rows",
            "1",
            "--to",
            "x",
        ],
        &["run", "\u{1b}\u{202e}", "--to", "x"],
        &["head", "one.parquet"],
        &["head", "a.parquet"],
        &["head", "\u{1b}\u{202e}.parquet"],
        &["inspect", "one.parquet"],
        &["inspect", "a.parquet", "--verbose"],
        &["spec", "from", "\u{1b}\u{202e}.csv"],
        &["upload", "\u{1b}\u{202e}.parquet"],
    ];
    let mut drawn = Vec::new();
    for command in commands {
        let ran = program.run(*command);
        assert_ne!(ran.code, 1, "{command:?}: {}", ran.stderr);
        let said = String::from_utf8(ran.stdout).unwrap() + &ran.stderr;
        assert!(!said.is_empty(), "{command:?}");
        if said.contains(['\u{1b}', '\u{202e}']) {
            drawn.push(format!("{command:?}: {said:?}"));
        }
    }
    assert!(drawn.is_empty(), "{}", drawn.join("\n"));
}
