//! `bench run`: whole files, made and written by the program and by its peers.
//!
//! ```text
//! contests ─▶ a turn: everybody once, each a process that is timed ─▶ file ─inspect─▶ rows, bytes
//!             several times over, so that all meet the same machine ─▶ medians, ratios by turns
//! ```

mod contest;
mod made;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::Value;

use super::{peers, stopwatch};
use crate::e2e::without_settings;
use crate::process::{self, Interrupt};
use crate::python::{self, Wanted};
use crate::report::say;
use crate::run_folder::RunFolder;
use crate::workspace::Workspace;
use contest::{CONTESTS, Contest, Contestant};
use made::{File, Turn};

pub use contest::THREADS;
pub use made::Made;
pub use table::of as table;

const PROGRAM: &str = "pipeline-cli";

/// What the writers are.
const ENVIRONMENT: Wanted = Wanted {
    what: "the peers that make whole files under the build folder (once, about 120 MB on disk)",
    requirements: &[peers::PROGRAMS],
};

const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
const INSPECT_LIMIT: Duration = Duration::from_secs(60);

/// Memory for files, so that no disk is measured; where there is none, they go to the build folder.
const IN_MEMORY: &str = "/dev/shm";

/// What is asked of the bench.
#[derive(Args, Clone)]
pub struct Request {
    /// Contests: people, six, lineitem, memory; all if none is named
    #[arg(value_name = "NAME", value_parser = contest::names())]
    names: Vec<String>,
    /// How often each is measured, from 1 to 100
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u8).range(1..=100))]
    turns: u8,
    /// Two turns, with a fifth of the rows where they can be chosen
    #[arg(long, conflicts_with = "turns")]
    quick: bool,
    /// Measure peers from PyPI, too; they are installed the first time
    #[arg(long)]
    peers: bool,
    /// A Fakelake that is installed here: no package index has it
    #[arg(long, value_name = "PROGRAM")]
    fakelake: Option<PathBuf>,
    /// Where files are written, and removed [default: /dev/shm if it is there]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Print JSON in place of the table
    #[arg(long)]
    pub json: bool,
}

impl Request {
    fn contests(&self) -> impl Iterator<Item = &'static Contest> {
        let asked = |contest: &&Contest| {
            self.names.is_empty() || self.names.iter().any(|name| name == contest.name)
        };
        CONTESTS.iter().filter(asked)
    }

    /// Whether a contestant is there to be measured.
    fn takes_part(&self, contestant: &Contestant) -> bool {
        match contestant {
            Contestant::Ours { .. } => true,
            Contestant::DuckDb | Contestant::Tpchgen => self.peers,
            Contestant::Fakelake => self.fakelake.is_some(),
        }
    }
}

/// Measures what is asked for, turn by turn.
///
/// # Errors
///
/// The program can't be built or fails, a peer that can't be installed.
pub fn run(workspace: &Workspace, request: &Request, interrupt: &Interrupt) -> Result<Vec<Made>> {
    say("==> building");
    let mut build = workspace.cargo(&["build", "--release", "--locked", "-p", PROGRAM]);
    process::run("cargo build", &mut build, interrupt, BUILD_LIMIT)?;
    let python = if request.peers {
        say("==> Python environment of the peers");
        Some(python::environment_for(&ENVIRONMENT, workspace, interrupt)?)
    } else {
        None
    };
    let parent = match &request.folder {
        Some(folder) => folder.join("bench-run"),
        None if Path::new(IN_MEMORY).is_dir() => Path::new(IN_MEMORY).join("bench-run"),
        None => workspace.own_folder().join("bench"),
    };
    let folder = RunFolder::create(&parent)?;
    let arena = Arena {
        program: workspace.target.join("release").join(PROGRAM),
        python,
        fakelake: request.fakelake.clone(),
        folder: folder.path(),
        interrupt,
    };
    let spec = arena.folder.join(contest::SIX_FILE);
    fs::write(&spec, contest::SIX).with_context(|| format!("cannot write {}", spec.display()))?;
    let turns = if request.quick { 2 } else { request.turns };
    let mut all = Vec::new();
    for contest in request.contests() {
        let mut measured = Vec::new();
        for turn in 1..=turns {
            say(&format!("==> {}, turn {turn} of {turns}", contest.name));
            measured.push(arena.turn(contest, request)?);
        }
        all.extend(made::merge(contest, &measured)?);
    }
    Ok(all)
}

/// With what files are made, and where.
struct Arena<'a> {
    program: PathBuf,
    /// The interpreter of the peers.
    python: Option<PathBuf>,
    fakelake: Option<PathBuf>,
    folder: &'a Path,
    interrupt: &'a Interrupt,
}

impl Arena<'_> {
    /// Everybody once.
    fn turn(&self, contest: &Contest, request: &Request) -> Result<Turn> {
        let contestants = contest.contestants.iter();
        let contestants = contestants.filter(|one| request.takes_part(one));
        contestants
            .map(|one| Ok((one.name(), self.file(contest, one, request.quick)?)))
            .collect()
    }

    /// A file by one of them, measured and removed.
    fn file(&self, contest: &Contest, contestant: &Contestant, quick: bool) -> Result<File> {
        let path = self.folder.join(contestant.file());
        let mut command = self.command(contest, contestant, quick, &path)?;
        let took = stopwatch::time(&contestant.name(), &mut command, self.interrupt)?;
        let (rows, file_bytes) = self.inspect(&path)?;
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        Ok(File {
            rows,
            file_bytes,
            took,
        })
    }

    fn command(
        &self,
        contest: &Contest,
        contestant: &Contestant,
        quick: bool,
        path: &Path,
    ) -> Result<Command> {
        let rows = contest.rows(contestant, quick).to_string();
        let threads = THREADS.to_string();
        let python = || {
            self.python
                .as_deref()
                .context("the peers are not installed")
        };
        let mut command = match contestant {
            Contestant::Ours { .. } => {
                let mut command = Command::new(&self.program);
                command.args(["run", "-q", contest.spec, "--threads", &threads]);
                command.args(["--block-size", "16MiB", "--compression", "snappy"]);
                // A table of children has the rows that its spec gives it.
                if contest.chooses_rows {
                    command.args(["--rows", &rows]);
                }
                command.arg("--to").arg(path);
                without_settings(&mut command);
                command
            }
            Contestant::DuckDb => {
                let mut command = python::python_command(python()?);
                command.args(["-c", peers::PEOPLE_BY_SQL]).arg(path);
                command.args([rows, threads]);
                command
            }
            Contestant::Tpchgen => {
                let bin = python()?
                    .parent()
                    .context("an interpreter is in a folder")?;
                let mut command = Command::new(bin.join("tpchgen-cli"));
                // Its row groups are counted before compression: these come to 17.8 MB.
                command.args(["parquet", "--quiet", "--row-group-bytes", "32MiB"]);
                command.args(["--compression", "SNAPPY", "--num-threads", &threads]);
                command.args(["--tables", "lineitem", "--scale-factor", "1"]);
                command.arg("--output-dir").arg(self.folder);
                command
            }
            Contestant::Fakelake => {
                let config = self.folder.join("fakelake.yaml");
                fs::write(&config, contest::fakelake_config(path, &rows))
                    .with_context(|| format!("cannot write {}", config.display()))?;
                let program = self.fakelake.as_ref().context("no Fakelake was named")?;
                let mut command = Command::new(program);
                command.arg("generate").arg(config);
                command
            }
        };
        command.current_dir(self.folder);
        Ok(command)
    }

    /// Rows and bytes, as `inspect` finds them, whoever wrote the file.
    fn inspect(&self, path: &Path) -> Result<(u64, u64)> {
        let mut command = Command::new(&self.program);
        command.args(["inspect", "--json"]).arg(path);
        without_settings(&mut command);
        let printed = process::capture("inspect", &mut command, self.interrupt, INSPECT_LIMIT)?;
        if !printed.status.success() {
            bail!("what was made can't be read: {}", printed.err.trim());
        }
        let line: Value = serde_json::from_str(&printed.out).context("`inspect` gives no JSON")?;
        let number = |name: &str| {
            let number = line[name].as_u64();
            number.with_context(|| format!("`inspect --json` gives no number `{name}`"))
        };
        Ok((number("rows")?, number("file_bytes")?))
    }
}
