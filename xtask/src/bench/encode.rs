//! `bench encode`: blocks that are there already, encoded by ours, `ArrowWriter` and peers.
//!
//! ```text
//! save_blocks (blockgen) ─▶ Arrow IPC file ─▶ bench of blockwrite ─┐ a turn, several times over,
//!                                         └─▶ peers of PyPI ───────┘ so that all meet the same machine
//!                                                                    ─▶ medians, and ratios by turns
//! ```

mod table;
mod turns;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use serde_json::Value;

use super::{peers, program};
use crate::process::{self, Interrupt};
use crate::python::{self, Wanted};
use crate::report::say;
use crate::run_folder::RunFolder;
use crate::workspace::Workspace;

pub use table::of as table;
pub use turns::{Encoded, spread};

/// What the writers are.
const ENVIRONMENT: Wanted = Wanted {
    what: "the peers that write Parquet under the build folder (once, about 500 MB on disk)",
    requirements: &[peers::ENCODERS],
};

/// Writes the same blocks with each of them, once a codec.
const PEERS: &str = include_str!("peers/encode.py");

/// The table whose blocks are encoded.
const TABLE: &str = "people";

/// Rows of a block and of a row group, for everybody: what DuckDB can do, too, which takes
/// multiples of 2,048 alone.
const BLOCK_ROWS: u32 = 128 * 1024;

/// What is compared if no codec is named.
const CODECS: [&str; 4] = ["none", "snappy", "lz4", "zstd:1"];

/// A turn takes seconds, and minutes where a slow codec was asked for.
const TURN_LIMIT: Duration = Duration::from_secs(60 * 60);

/// What is asked of the bench.
#[derive(Args, Clone)]
pub struct Request {
    /// Codecs: none, snappy, lz4, zstd:1 to zstd:22; none, snappy, lz4 and zstd:1 if
    /// none is named
    #[arg(value_name = "CODEC", value_parser = codec)]
    codecs: Vec<String>,
    /// How often each is measured, from 1 to 100
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u8).range(1..=100))]
    turns: u8,
    /// Two turns
    #[arg(long, conflicts_with = "turns")]
    quick: bool,
    /// Rows, from 1 to 10 million
    #[arg(long, value_name = "N", default_value = "1000000", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    rows: u32,
    /// Measure peers from PyPI, too; they are installed the first time
    #[arg(long)]
    peers: bool,
    /// Print JSON in place of the table
    #[arg(long)]
    pub json: bool,
}

/// What all contestants have, by the name that all of them know.
fn codec(text: &str) -> Result<String, String> {
    let (name, level) = text.split_once(':').unwrap_or((text, ""));
    let level_fits = match name {
        "none" | "snappy" | "lz4" => !text.contains(':'),
        "zstd" => level
            .parse::<u8>()
            .is_ok_and(|level| (1..=22).contains(&level)),
        _ => false,
    };
    if level_fits {
        Ok(text.to_owned())
    } else {
        Err("none, snappy, lz4 or zstd:1 to zstd:22".to_owned())
    }
}

/// Measures what is asked for, turn by turn.
///
/// # Errors
///
/// The bench can't be built or fails, a peer that can't be installed.
pub fn run(
    workspace: &Workspace,
    request: &Request,
    interrupt: &Interrupt,
) -> Result<Vec<Encoded>> {
    say("==> building the bench of blockwrite");
    let bench = program::build(workspace, "blockwrite", "encode", interrupt)?;
    let python = if request.peers {
        say("==> Python environment of the peers");
        Some(python::environment_for(&ENVIRONMENT, workspace, interrupt)?)
    } else {
        None
    };
    say(&format!("==> making {} rows of {TABLE}", request.rows));
    let folder = RunFolder::create(&workspace.own_folder().join("bench"))?;
    let blocks = folder.path().join("blocks.arrow");
    save_blocks(workspace, request.rows, &blocks, interrupt)?;

    let mut codecs: Vec<_> = request.codecs.iter().map(String::as_str).collect();
    if codecs.is_empty() {
        codecs = CODECS.to_vec();
    }
    let turns = if request.quick { 2 } else { request.turns };
    let mut lines = Vec::new();
    for turn in 1..=turns {
        say(&format!("==> measuring, turn {turn} of {turns}"));
        let mut ours = Command::new(&bench);
        ours.arg(&blocks).args(&codecs);
        let told = lines_of("the bench", &mut ours, interrupt)?;
        if let Some(python) = &python {
            let mut theirs = python::python_command(python);
            theirs.args(["-c", PEERS]).arg(&blocks);
            theirs.arg(dictionaries(&told)).args(&codecs);
            lines.push([told, lines_of("a peer", &mut theirs, interrupt)?].concat());
        } else {
            lines.push(told);
        }
    }
    turns::merge(&lines)
}

/// Makes the blocks that all encode.
fn save_blocks(workspace: &Workspace, rows: u32, file: &Path, interrupt: &Interrupt) -> Result<()> {
    let saver = program::example(workspace, "blockgen", "save_blocks", interrupt)?;
    let mut command = Command::new(saver);
    command.args([TABLE, &rows.to_string(), &BLOCK_ROWS.to_string()]);
    let printed = process::capture("save_blocks", command.arg(file), interrupt, TURN_LIMIT)?;
    if !printed.status.success() {
        bail!("the blocks can't be made: {}", printed.err.trim());
    }
    Ok(())
}

fn lines_of(name: &str, command: &mut Command, interrupt: &Interrupt) -> Result<Vec<Value>> {
    let printed = process::capture(name, command, interrupt, TURN_LIMIT)?;
    if !printed.status.success() {
        bail!("{name} failed: {}", printed.err.trim());
    }
    turns::lines(&printed.out)
}

/// The columns whose dictionaries pay in any codec, with commas.
fn dictionaries(lines: &[Value]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for line in lines {
        let found = line["dictionaries"].as_array().into_iter().flatten();
        for name in found.filter_map(Value::as_str) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecs_are_those_that_everybody_has() {
        for good in ["none", "snappy", "lz4", "zstd:1", "zstd:22"] {
            assert_eq!(codec(good), Ok(good.to_owned()));
        }
        for bad in [
            "", "zstd", "zstd:0", "zstd:23", "snappy:1", "gzip:6", "none:",
        ] {
            codec(bad).unwrap_err();
        }
    }

    #[test]
    fn a_peer_is_told_each_column_once() {
        let lines = turns::lines(concat!(
            r#"{"dictionaries":["a","b"]}"#,
            "\n",
            r#"{"dictionaries":null}"#,
            "\n",
            r#"{"dictionaries":["b","c"]}"#,
        ));
        assert_eq!(dictionaries(&lines.unwrap()), "a,b,c");
    }
}
