//! The workshop of this repository: `cargo xtask COMMAND`.
//!
//! ```text
//! ci ──▶ formatting, one-way dependencies, clippy, docs ──▶ e2e
//! e2e ─▶ Python environment ─▶ LocalStack ─▶ all tests ─▶ examples ─▶ tests against LocalStack
//! measure ─▶ files of a run, or those that are named ─▶ one table of their figures
//! bench ─▶ benches of the crates, and their peers from PyPI ─▶ one table of rates
//! faults ─▶ uploads under random faults, or killed at random moments ─▶ what came of them
//! dist ─▶ release binary ─▶ its manual pages and completions ─▶ target/dist
//! localstack ─▶ one LocalStack for a person, until Ctrl-C
//! ```
//!
//! It knows nothing of the library crates' insides: it builds and runs what they are made of.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a panic is how a test fails")
)]

mod bench;
mod built;
mod ci;
mod columns;
mod dist;
mod e2e;
mod examples;
mod faults;
mod localstack;
mod measure;
mod one_way;
mod process;
mod python;
mod report;
mod run_folder;
mod workspace;

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use crate::localstack::{LocalStack, Via};
use crate::process::{Interrupt, Interrupted};
use crate::report::{Stages, say};
use crate::workspace::Workspace;

/// Starts LocalStack, runs the tests, checks the house.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every check and all tests, as before a change lands
    #[command(after_help = "\
Formatting, one-way dependencies, clippy and docs with warnings denied, then e2e.
The first stage that fails ends the run with exit status 1; Ctrl-C ends it with 130.")]
    Ci,
    /// Run all tests, with LocalStack for those that need S3
    #[command(after_help = "\
LocalStack is the endpoint in S3_ENDPOINT_URL if that is set (never stopped); else a container
where a Docker engine answers; else a process in a Python environment under the build folder,
which is installed the first time (about a minute and 800 MB).

Examples:
  cargo xtask e2e                          all tests
  cargo xtask e2e -- upload                those whose name contains `upload`
  cargo xtask e2e --via host               without Docker, though it is there
  S3_ENDPOINT_URL=http://127.0.0.1:4566 cargo xtask e2e
                                           against a LocalStack that runs already")]
    E2e {
        /// Where LocalStack comes from
        #[arg(long, value_enum, default_value_t)]
        via: Via,
        /// Handed to each test program, as after `cargo test --`
        #[arg(last = true)]
        filter: Vec<String>,
    },
    /// Build the program for release, with its manual pages and completions, into target/dist
    #[command(after_help = "\
The folder is laid out as /usr/local is, and made anew each time.

Examples:
  cargo xtask dist
  cp -r target/dist/bin target/dist/share ~/.local/
                                           installs it for one user")]
    Dist,
    /// Measure output files: rows, sizes of row groups, encodings
    #[command(after_help = "\
Without files, a release build makes some in target/measure: a million people, in row groups of
1 MiB and of 16 MiB, with snappy and with zstd:3; or one file, from the arguments after `--`.
Those are checked, too: nine of ten row groups must be within 10 % of the wanted size, the last one
excepted, and PyArrow must find the same rows. Files that are named are only measured.

Examples:
  cargo xtask measure                      the set
  cargo xtask measure -- --rows 5_000_000 --block-size 4MiB
                                           one file, made by these arguments of the program
  cargo xtask measure target/measure/*.parquet
                                           files that are there
  cargo xtask measure --sizes              whether sizes come out as asked: people, lineitem,
                                           events and a growing table, 10 MB to 1 GB, in several
                                           codecs (some minutes and 1 GB on disk)
  cargo xtask measure --sizes --only people --only none
                                           of these only people, not compressed
  cargo xtask measure --json               one JSON object a line for each file")]
    Measure {
        /// Files, or objects as s3://bucket/key, as `pipeline-cli inspect` takes them
        #[arg(value_name = "FILE|s3://…", conflicts_with = "run_args")]
        files: Vec<String>,
        /// Make files of many sizes, and hold them against what was asked for
        #[arg(long, conflicts_with_all = ["files", "run_args"])]
        sizes: bool,
        /// Of those, only the ones whose line in the table has this word; of several words all
        #[arg(long, value_name = "WORD", requires = "sizes")]
        only: Vec<String>,
        /// Print JSON in place of the table
        #[arg(long)]
        json: bool,
        /// Arguments of the run that makes the file
        #[arg(last = true, value_name = "RUN ARGS")]
        run_args: Vec<String>,
    },
    /// Measure speed, beside peers; alone, list what there is
    Bench {
        #[command(subcommand)]
        bench: Option<bench::Bench>,
    },
    /// Upload under random faults, or kill uploads: what is there has to be what was said
    #[command(after_help = "\
Each schedule is an upload to the embedded S3 (a stream, a file, a batch that is stopped, one that
is gone on with) under faults drawn from the seed. The last line counts schedules, outcomes and
violations; any violation is an error, and names the schedule to play again.

Examples:
  cargo xtask faults                       10,000 schedules, some minutes
  cargo xtask faults --client aws-sdk      the same with the other S3 client
  cargo xtask faults --schedules 500 --seed 3
  cargo xtask faults --seed 3 --only 217   one of them again, with all that is known of it
  cargo xtask faults --kills 200           kill -9 of processes at random moments
  cargo xtask faults --write-docs          each fault by itself, as docs/upload-outcomes.md")]
    Faults(faults::Request),
    /// Keep one LocalStack up until Ctrl-C, and print how to reach it
    #[command(after_help = "\
Standard output is the environment to use it with, for a shell or an .env file.

Examples:
  cargo xtask localstack                   on a free port
  cargo xtask localstack --port 4566       on the port that everybody expects
  cargo xtask localstack | tee local.env   then `. ./local.env` in another terminal")]
    Localstack {
        /// The port to serve on, on the loopback address; a free one if not given
        #[arg(long)]
        port: Option<u16>,
        /// Where LocalStack comes from; `auto` here takes no notice of S3_ENDPOINT_URL
        #[arg(long, value_enum, default_value_t)]
        via: Via,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Interrupted>() => {
            say("interrupted; what was started is stopped");
            ExitCode::from(130)
        }
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let interrupt = Interrupt::listen()?;
    let workspace = Workspace::find(&interrupt)?;
    match task {
        Task::Ci => in_stages(|stages| ci::run(&workspace, stages, &interrupt)),
        Task::E2e { via, filter } => {
            in_stages(|stages| e2e::run(&workspace, via, &filter, stages, &interrupt))
        }
        Task::Dist => {
            let folder = dist::run(&workspace, &interrupt)?;
            writeln!(io::stdout().lock(), "{}", folder.display()).context("cannot print the folder")
        }
        Task::Measure {
            sizes: true,
            only,
            json,
            ..
        } => measure::sizes::run(&workspace, &only, json, &interrupt),
        Task::Measure {
            files,
            json,
            run_args,
            ..
        } => {
            let request = measure::Request {
                files,
                run_args,
                json,
            };
            measure::run(&workspace, &request, &interrupt)
        }
        Task::Bench { bench } => bench::run(&workspace, bench, &interrupt),
        Task::Faults(request) => faults::run(&workspace, &request, &interrupt),
        Task::Localstack { port, via } => keep_localstack(&workspace, port, via, &interrupt),
    }
}

fn in_stages(work: impl FnOnce(&mut Stages) -> Result<()>) -> Result<()> {
    let mut stages = Stages::new();
    let result = work(&mut stages);
    stages.close();
    result
}

fn keep_localstack(
    workspace: &Workspace,
    port: Option<u16>,
    via: Via,
    interrupt: &Interrupt,
) -> Result<()> {
    let python = || python::environment(workspace, interrupt);
    say("==> LocalStack");
    let mut localstack = LocalStack::start(via, port, workspace, python, interrupt)?;
    say("    stays until Ctrl-C; reach it with:");
    writeln!(
        io::stdout().lock(),
        "{}",
        environment_lines(localstack.endpoint())
    )
    .context("cannot print the environment")?;
    localstack.stay(interrupt)?;
    say("==> stopping LocalStack");
    drop(localstack);
    Ok(())
}

/// Lines that a shell and a reader of `.env` files both understand.
fn environment_lines(endpoint: &str) -> String {
    [
        ("S3_ENDPOINT_URL", endpoint),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("S3_BUCKET_NAME", "parquet-data-bucket"),
    ]
    .map(|(name, value)| format!("export {name}={value}"))
    .join("\n")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_filter_follows_two_dashes() {
        let cli = Cli::parse_from(["xtask", "e2e", "--via", "host", "--", "upload", "--exact"]);
        let Task::E2e { via, filter } = cli.command else {
            panic!("another command")
        };
        assert_eq!(
            (via, filter),
            (Via::Host, vec!["upload".to_owned(), "--exact".to_owned()])
        );
    }

    #[test]
    fn the_environment_names_all_that_the_program_reads() {
        let lines = environment_lines("http://127.0.0.1:4566");
        assert!(lines.starts_with("export S3_ENDPOINT_URL=http://127.0.0.1:4566\n"));
        assert_eq!(lines.lines().count(), 5);
    }
}
