//! Benches: how fast the parts are, and their peers beside them.
//!
//! ```text
//! cargo bench --no-run ─▶ a crate's bench ──JSON lines──┐
//!                                                       ├─▶ Measurement ─▶ one table, or JSON
//! pinned environment ─▶ a script a peer ────JSON lines──┘
//! ```
//!
//! A new bench is an entry of [`Bench`] and a room like [`generator`], [`encode`],
//! [`run`](mod@run) or [`upload`]; a new peer is a line of its requirements and a name that its script knows.

mod encode;
mod generator;
mod machine;
mod measurement;
mod peers;
mod program;
mod run;
mod stopwatch;
mod table;
mod upload;

use std::io::{self, Write as _};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::process::Interrupt;
use crate::report::say;
use crate::workspace::Workspace;
use machine::{Machine, Measured};

/// What can be measured.
#[derive(Subcommand)]
pub enum Bench {
    /// The generator: tables, every kind of columns, and `fake` alone
    #[command(after_help = "\
Rows a second on one core, by the processor time of one thread: the median of the blocks, the
slowest and the fastest. `wanted` is what the project holds itself to. Columns that are made from
others are measured with them.

Examples:
  cargo xtask bench gen                    everything, about two minutes
  cargo xtask bench gen --quick            the same, less exactly
  cargo xtask bench gen tables naive       groups: naive, tables, damage, columns,
                                           fixed, pools, kinds
  cargo xtask bench gen email phone        kinds of columns
  cargo xtask bench gen people --peers     Faker and mimesis beside ours
  cargo xtask bench gen --json > now.jsonl one JSON object a line")]
    Gen(Request),
    /// The encoder: `people` as Parquet, by ours and by `ArrowWriter`
    #[command(after_help = "\
Seconds of one core for a million rows of blocks that are there already, the system's calls
included: the median of the turns, the least and the most; and the size of the file, because small
files take time. In each turn everybody writes once with each codec, the same row groups; `of ours`
is the median of the ratios within a turn. `picky` has dictionaries only where they pay.

Examples:
  cargo xtask bench encode                 none, snappy, lz4 and zstd:1
  cargo xtask bench encode snappy --peers  PyArrow, Polars and DuckDB beside ours
  cargo xtask bench encode --quick         two turns
  cargo xtask bench encode --json > now.jsonl
                                           one JSON object a line")]
    Encode(encode::Request),
    /// Whole files: made, encoded and written, by the program and by its peers
    #[command(after_help = "\
Rows a second by the clock, with two threads, snappy and row groups of 16 MiB: the median of the
turns, the least and the most; seconds of cores for a million rows; the most memory; the size of
the file. In each turn everybody makes one file; `ours is` is the median of the ratios within a
turn. Files are written to memory where there is /dev/shm. The time of the program is that of its
whole process; DuckDB's is that of its COPY alone. `memory` is 1 and 20 million rows of people.

Examples:
  cargo xtask bench run                    all: people, six, lineitem, memory
  cargo xtask bench run people --peers     DuckDB's COPY of SQL beside ours
  cargo xtask bench run lineitem --peers   tpchgen-cli beside ours
  cargo xtask bench run six --fakelake ~/bin/fakelake
                                           Fakelake, if you have it
  cargo xtask bench run --quick            two turns, a fifth of the rows
  cargo xtask bench run --json > now.jsonl
                                           one JSON object a line")]
    Run(run::Request),
    /// Uploads of one file to one server, by the program and by its peers
    #[command(after_help = "\
Seconds by the clock, the median of the turns, the least and the most; seconds of cores of the client
for a GiB; its most memory; requests, as the server counts them. The server is the embedded S3, a
process of its own in the same memory, which takes its share of the cores. In each turn everybody
uploads once, as he is installed: part sizes and parts at once are his own. `ours is` is the median
of the ratios within a turn. What checksums a client sends stands behind its name: over plain http
most peers sign each body by its SHA-256. The start of Python is part of the time of those that
need it.

Contests:
  speed      1 GiB that can't be compressed, with checksums and without
  memory     a stream of 0.1, 1 and 10 GiB, by an example of s3up; needs 10 GiB of memory, or
             --folder on a disk
  failures   1 GiB to a server that fails 0, 1 and 10 % of the part requests

Examples:
  cargo xtask bench upload                 all contests, ours alone
  cargo xtask bench upload speed --peers   s5cmd, aws s3 cp, obstore and rclone beside ours
  cargo xtask bench upload --quick         two turns, and streams up to 1 GiB
  cargo xtask bench upload --json > now.jsonl
                                           one JSON object a line")]
    Upload(upload::Request),
}

/// What is asked of the bench of the generator.
#[derive(Args, Clone)]
pub struct Request {
    /// Groups, tables or kinds; all if none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Time for each measurement, in seconds, up to 600
    #[arg(long, value_name = "S", default_value = "0.5", value_parser = seconds)]
    seconds: f64,
    /// A tenth of a second for each measurement
    #[arg(long, conflicts_with = "seconds")]
    quick: bool,
    /// Measure peers from PyPI, too; they are installed the first time
    #[arg(long)]
    peers: bool,
    /// Print JSON in place of the table
    #[arg(long)]
    json: bool,
}

impl Request {
    /// Time for each measurement.
    fn seconds(&self) -> f64 {
        if self.quick { 0.1 } else { self.seconds }
    }

    /// The same for one name.
    fn only(&self, name: &str) -> Self {
        Self {
            names: vec![name.to_owned()],
            ..self.clone()
        }
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if seconds > 0.0 && seconds <= 600.0 {
        Ok(seconds)
    } else {
        Err("more than 0 and at most 600".to_owned())
    }
}

/// Measures what is asked for; tells what there is if nothing is.
///
/// # Errors
///
/// A bench that can't be built or fails, a peer that can't be installed.
pub fn run(workspace: &Workspace, bench: Option<Bench>, interrupt: &Interrupt) -> Result<()> {
    let Some(bench) = bench else {
        return print(&list());
    };
    let machine = Machine::look();
    let measured = match &bench {
        Bench::Run(_) => Measured::Threads(run::THREADS),
        Bench::Upload(_) => Measured::WithServer,
        _ => Measured::OneCore,
    };
    let (json, lines, table) = match &bench {
        Bench::Gen(request) => {
            let all = generator::run(workspace, request, interrupt)?;
            let lines = all.iter().map(|one| one.json().to_string());
            (request.json, lines.collect::<Vec<_>>(), table::of(&all))
        }
        Bench::Encode(request) => {
            let all = encode::run(workspace, request, interrupt)?;
            let lines = all.iter().map(|one| one.json().to_string());
            (request.json, lines.collect(), encode::table(&all))
        }
        Bench::Run(request) => {
            let all = run::run(workspace, request, interrupt)?;
            let lines = all.iter().map(|one| one.json().to_string());
            (request.json, lines.collect(), run::table(&all))
        }
        Bench::Upload(request) => {
            let all = upload::run(workspace, request, interrupt)?;
            let lines = all.iter().map(|one| one.json().to_string());
            (request.json, lines.collect(), upload::table(&all))
        }
    };
    if json {
        print(&json!({ "bench": "machine", "machine": machine.json() }).to_string())?;
        return print(&lines.join("\n"));
    }
    print(&table)?;
    say(&format!("\n{}", machine.text(measured)));
    Ok(())
}

/// The benches, a line each.
fn list() -> String {
    let mut lines = vec!["Benches, each with examples in its help:".to_owned()];
    let benches = Bench::augment_subcommands(clap::Command::new("bench"));
    let width = benches
        .get_subcommands()
        .map(|bench| bench.get_name().len());
    let width = width.max().unwrap_or(0);
    for bench in benches.get_subcommands() {
        let about = bench.get_about().map(ToString::to_string);
        lines.push(format!(
            "  cargo xtask bench {:width$}    {}",
            bench.get_name(),
            about.unwrap_or_default()
        ));
    }
    lines.join("\n")
}

fn print(text: &str) -> Result<()> {
    writeln!(io::stdout().lock(), "{text}").context("cannot print the figures")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bench_is_listed() {
        assert_eq!(
            list(),
            "Benches, each with examples in its help:\n  \
             cargo xtask bench gen       The generator: tables, every kind of columns, and `fake` alone\n  \
             cargo xtask bench encode    The encoder: `people` as Parquet, by ours and by `ArrowWriter`\n  \
             cargo xtask bench run       Whole files: made, encoded and written, by the program and by its peers\n  \
             cargo xtask bench upload    Uploads of one file to one server, by the program and by its peers"
        );
    }

    #[test]
    fn a_measurement_takes_some_time_and_not_for_ever() {
        assert_eq!(seconds("0.5"), Ok(0.5));
        for wrong in ["0", "-1", "601", "NaN", "inf", "soon"] {
            seconds(wrong).unwrap_err();
        }
    }
}
