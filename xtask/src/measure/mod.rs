//! Output files in figures: what a run makes, or what is there.
//!
//! ```text
//! cargo build ─▶ program ──run──▶ files ──inspect --json──▶ Figures ─▶ table or JSON
//!                                   └────PyArrow, all values────▶ check: sizes as asked, readable
//! ```
//!
//! Only files that were made here are checked: of others it is not known what was wanted.

mod figures;
pub mod sizes;
mod table;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::built;
use crate::e2e::without_settings;
use crate::process::{self, Interrupt};
use crate::python;
use crate::report::say;
use crate::run_folder::RunFolder;
use crate::workspace::Workspace;
use figures::Figures;

const PROGRAM: &str = "pipeline-cli";
const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
/// A million rows take seconds; what somebody asks for himself may take long.
const RUN_LIMIT: Duration = Duration::from_secs(12 * 60 * 60);
const READ_LIMIT: Duration = Duration::from_secs(60 * 60);
const READ_ALL: &str = include_str!("read_all.py");

/// Sizes of row groups and codecs that show what a change does, each with each.
const BLOCK_SIZES: &[&str] = &["1MiB", "16MiB"];
const CODECS: &[&str] = &["snappy", "zstd:3"];
const ROWS: u64 = 1_000_000;

/// What is asked for on the command line.
pub struct Request {
    /// Files and objects to measure; without any, some are made.
    pub files: Vec<String>,
    /// Arguments of the run that makes one; without any, the set is made.
    pub run_args: Vec<String>,
    /// One JSON object a line for each file, in place of the table.
    pub json: bool,
}

/// A file to make.
struct Order {
    name: String,
    args: Vec<String>,
    /// How many rows it must have, where that was said here.
    rows: Option<u64>,
}

/// Measures the files that were named, or those that a run makes in `target/measure`.
///
/// # Errors
///
/// A file that can't be read; a file made here whose row groups are not of the size that was asked
/// for, or which PyArrow does not read.
pub fn run(workspace: &Workspace, request: &Request, interrupt: &Interrupt) -> Result<()> {
    let program = release_program(workspace, interrupt)?;
    if !request.files.is_empty() {
        let mut command = Command::new(program);
        command.args(["inspect", "--json"]).args(&request.files);
        let (figures, outcome) = inspect(&mut command, interrupt)?;
        show(&figures, request.json)?;
        return outcome;
    }
    let orders = if request.run_args.is_empty() {
        orders(BLOCK_SIZES, ROWS)
    } else {
        vec![Order {
            name: "as-asked.parquet".to_owned(),
            args: request.run_args.clone(),
            rows: None,
        }]
    };
    let python = python::environment(workspace, interrupt)?;
    let folder = workspace.target.join("measure");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let workshop = Workshop {
        program: &program,
        python: &python,
        folder: &folder,
        interrupt,
    };
    let figures = workshop.make(&orders)?;
    show(&figures, request.json)?;
    workshop.check(&orders, &figures)?;
    say(&format!("the files are in {}", folder.display()));
    Ok(())
}

/// The same with few rows and the program as the tests use it, as one of their stages.
///
/// # Errors
///
/// As [`run`].
pub fn stage(workspace: &Workspace, python: &Path, interrupt: &Interrupt) -> Result<()> {
    let program = program_of_the_tests(workspace, interrupt)?;
    let folder = RunFolder::create(&workspace.own_folder().join("measure"))?;
    let orders = orders(&["256KiB"], 20_000);
    let workshop = Workshop {
        program: &program,
        python,
        folder: folder.path(),
        interrupt,
    };
    let figures = workshop.make(&orders)?;
    say(&table::of(&figures));
    workshop.check(&orders, &figures)
}

/// The program, built for release.
fn release_program(workspace: &Workspace, interrupt: &Interrupt) -> Result<PathBuf> {
    say("==> building");
    let mut build = workspace.cargo(&["build", "--release", "--locked", "-p", PROGRAM]);
    process::run("cargo build", &mut build, interrupt, BUILD_LIMIT)?;
    Ok(workspace.target.join("release").join(PROGRAM))
}

fn orders(block_sizes: &[&str], rows: u64) -> Vec<Order> {
    let mut orders = Vec::new();
    for block_size in block_sizes {
        for codec in CODECS {
            let rows_arg = rows.to_string();
            let args = [
                "--rows",
                &rows_arg,
                "--block-size",
                block_size,
                "--compression",
                codec,
            ];
            orders.push(Order {
                name: format!("people-{block_size}-{}.parquet", codec.replace(':', "-")),
                args: args.map(str::to_owned).to_vec(),
                rows: Some(rows),
            });
        }
    }
    orders
}

/// With what files are made and judged, and where.
struct Workshop<'a> {
    program: &'a Path,
    python: &'a Path,
    folder: &'a Path,
    interrupt: &'a Interrupt,
}

impl Workshop<'_> {
    /// Makes the files, and inspects them.
    fn make(&self, orders: &[Order]) -> Result<Vec<Figures>> {
        for order in orders {
            say(&format!("==> making {}", order.name));
            let mut command = self.command(&["run", "-q", "--to", &order.name]);
            command.args(&order.args);
            let printed = process::capture(PROGRAM, &mut command, self.interrupt, RUN_LIMIT)?;
            if !printed.status.success() {
                bail!("{} was not made: {}", order.name, printed.err.trim());
            }
        }
        let names: Vec<&str> = orders.iter().map(|order| order.name.as_str()).collect();
        let mut command = self.command(&["inspect", "--json"]);
        let (figures, outcome) = inspect(command.args(names), self.interrupt)?;
        outcome.map(|()| figures)
    }

    /// The program in the folder of the files, which no settings of a person reach.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command.args(args).current_dir(self.folder);
        without_settings(&mut command);
        command
    }

    /// Judges the files: the sizes of their row groups, and whether PyArrow finds the same rows.
    fn check(&self, orders: &[Order], figures: &[Figures]) -> Result<()> {
        say("==> reading with PyArrow");
        let mut command = python::python_command(self.python);
        command.args(["-c", READ_ALL]).current_dir(self.folder);
        command.args(orders.iter().map(|order| &order.name));
        let printed = process::capture("PyArrow", &mut command, self.interrupt, READ_LIMIT)?;
        if !printed.status.success() {
            bail!(
                "PyArrow does not read what was made: {}",
                printed.err.trim()
            );
        }
        let found = json_lines(&printed.out)?;
        let faults = faults(orders, figures, &found);
        if !faults.is_empty() {
            bail!("{}", faults.join("\n       "));
        }
        Ok(())
    }
}

/// What is wrong with files that were made, by what they say and what PyArrow found in them.
fn faults(orders: &[Order], figures: &[Figures], found: &[Value]) -> Vec<String> {
    let mut faults = Vec::new();
    if figures.len() != orders.len() || found.len() != orders.len() {
        faults.push(format!(
            "{} files were made, {} inspected and {} read by PyArrow",
            orders.len(),
            figures.len(),
            found.len()
        ));
    }
    for ((order, figures), found) in orders.iter().zip(figures).zip(found) {
        let name = &order.name;
        if found["rows"] != figures.rows {
            faults.push(format!(
                "{name}: PyArrow finds {} rows, and the file says {}",
                found["rows"], figures.rows
            ));
        }
        if let Some(asked) = order.rows
            && asked != figures.rows
        {
            faults.push(format!(
                "{name}: {asked} rows were asked for, and it has {}",
                figures.rows
            ));
        }
        match figures.fault_in_sizes() {
            Some(fault) => faults.push(format!("{name}: {fault}")),
            // A set that leaves nothing to judge would be a check that can't fail.
            None if order.rows.is_some() && figures.judged == 0 => {
                faults.push(format!("{name}: it has too few row groups to judge any"));
            }
            None => {}
        }
    }
    faults
}

/// Runs `inspect --json`: the figures of the files that can be read, and whether all could.
fn inspect(command: &mut Command, interrupt: &Interrupt) -> Result<(Vec<Figures>, Result<()>)> {
    let printed = process::capture("inspect", command, interrupt, READ_LIMIT)?;
    let lines = json_lines(&printed.out)?;
    // A line without row groups is that of a file that can't be read, of which the words beside it
    // tell, too.
    let of_files = lines.iter().filter(|line| line["row_groups"].is_array());
    let figures = of_files.map(Figures::of).collect::<Result<_>>()?;
    let outcome = if printed.status.success() {
        Ok(())
    } else {
        let said = printed.err.trim();
        Err(anyhow::anyhow!(
            "{}",
            said.strip_prefix("error: ").unwrap_or(said)
        ))
    };
    Ok((figures, outcome))
}

fn json_lines(text: &str) -> Result<Vec<Value>> {
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("this is no JSON: {line}")))
        .collect()
}

fn show(figures: &[Figures], json: bool) -> Result<()> {
    let text = if json {
        figures
            .iter()
            .map(|of| format!("{}\n", of.json()))
            .collect()
    } else if figures.is_empty() {
        String::new()
    } else {
        table::of(figures) + "\n"
    };
    io::stdout()
        .lock()
        .write_all(text.as_bytes())
        .context("cannot print the figures")
}

/// The program as `cargo test` has built it.
fn program_of_the_tests(workspace: &Workspace, interrupt: &Interrupt) -> Result<PathBuf> {
    let programs = built::programs(workspace, interrupt)?;
    let ours = |program: &built::Built| program.kind == "bin" && program.name == PROGRAM;
    let program = programs.into_iter().find(ours);
    Ok(program.context("cargo built no program")?.program)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn order(rows: Option<u64>) -> Order {
        Order {
            name: "p.parquet".to_owned(),
            args: Vec::new(),
            rows,
        }
    }

    #[test]
    fn the_set_is_every_size_with_every_codec() {
        let orders = orders(BLOCK_SIZES, ROWS);
        let names: Vec<_> = orders.iter().map(|order| order.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "people-1MiB-snappy.parquet",
                "people-1MiB-zstd-3.parquet",
                "people-16MiB-snappy.parquet",
                "people-16MiB-zstd-3.parquet",
            ]
        );
        assert_eq!(
            orders[3].args.join(" "),
            "--rows 1000000 --block-size 16MiB --compression zstd:3"
        );
    }

    #[test]
    fn every_check_can_fail() {
        let faults_of = |asked, sizes: &[u64], found| {
            let figures = Figures::of(&figures::inspected(sizes, Some(1000))).unwrap();
            faults(&[order(asked)], &[figures], &[json!({ "rows": found })]).join("; ")
        };
        assert_eq!(faults_of(Some(30), &[1000, 1100, 5], 30), "");
        assert_eq!(
            faults_of(Some(30), &[1000, 1100, 5], 29),
            "p.parquet: PyArrow finds 29 rows, and the file says 30"
        );
        assert_eq!(
            faults_of(Some(31), &[1000, 1100, 5], 30),
            "p.parquet: 31 rows were asked for, and it has 30"
        );
        assert_eq!(
            faults_of(Some(30), &[1000, 1101, 5], 30),
            "p.parquet: 1 of 2 row groups are within 10 % of the 1000 bytes that were wanted, and \
             nine of ten must be"
        );
        assert_eq!(
            faults_of(Some(10), &[5], 10),
            "p.parquet: it has too few row groups to judge any"
        );
        assert_eq!(faults_of(None, &[5], 10), "");
        let one = Figures::of(&figures::inspected(&[5], None)).unwrap();
        assert_eq!(
            faults(&[order(None)], &[one], &[json!({ "rows": 10 })]),
            ["p.parquet: it does not say what size its row groups were wanted in"]
        );
        assert_eq!(
            faults(&[order(None)], &[], &[]),
            ["1 files were made, 0 inspected and 0 read by PyArrow"]
        );
    }
}
