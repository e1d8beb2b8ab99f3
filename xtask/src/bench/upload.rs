//! `bench upload`: one file, sent to one server by the program and by its peers.
//!
//! ```text
//! contests ─▶ a turn: everybody once ─▶ a server of its own ─▶ requests that it counted ─┐
//!                                   └─▶ a client that is timed ─▶ time, cores, memory ───┤
//!             several times over, so that all meet the same machine                      ▼
//!                                                   medians, ratios by turns, what was wanted
//! ```

mod client;
mod contest;
mod sent;
mod server;
mod table;
mod target;

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use super::{peers, program, stopwatch};
use crate::process::{self, Interrupt};
use crate::python::{self, Wanted};
use crate::report::say;
use crate::run_folder::RunFolder;
use crate::workspace::Workspace;
use client::{Client, Place, Programs};
use contest::{CONTESTS, Contest, Entry};
use sent::{Transfer, Turn};
use server::Server;

pub use sent::Sent;
pub use table::of as table;

/// What the uploaders are.
const ENVIRONMENT: Wanted = Wanted {
    what: "the peers that upload under the build folder (once, about 310 MB on disk)",
    requirements: &[peers::UPLOADERS],
};

const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);

/// Memory for the file and the objects, so that no disk is measured.
const IN_MEMORY: &str = "/dev/shm";

/// What is asked of the bench.
#[derive(Args, Clone)]
pub struct Request {
    /// Contests: speed, memory, failures; all if none is named
    #[arg(value_name = "NAME", value_parser = contest::names())]
    names: Vec<String>,
    /// How often each is measured, from 1 to 100
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u8).range(1..=100))]
    turns: u8,
    /// Two turns, and no stream of more than 1 GiB
    #[arg(long, conflicts_with = "turns")]
    quick: bool,
    /// Measure peers from PyPI, too; they are installed the first time
    #[arg(long)]
    peers: bool,
    /// Where file and objects lie, and are removed [default: /dev/shm if it is there]
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

    fn entries<'a>(
        &'a self,
        contest: &'static Contest,
    ) -> impl Iterator<Item = &'static Entry> + 'a {
        contest.entries.iter().filter(|entry| {
            (self.peers || entry.client.is_ours()) && !(self.quick && entry.is_long())
        })
    }
}

/// Measures what is asked for, turn by turn.
///
/// # Errors
///
/// A program can't be built or fails, a peer that can't be installed, an object that is not the
/// file.
pub fn run(workspace: &Workspace, request: &Request, interrupt: &Interrupt) -> Result<Vec<Sent>> {
    say("==> building");
    let programs = build(workspace, request, interrupt)?;
    let parent = match &request.folder {
        Some(folder) => folder.join("bench-upload"),
        None if Path::new(IN_MEMORY).is_dir() => Path::new(IN_MEMORY).join("bench-upload"),
        None => workspace.own_folder().join("bench"),
    };
    let folder = RunFolder::create(&parent)?;
    let mut arena = Arena {
        programs,
        folder: folder.path(),
        file: None,
        interrupt,
    };
    let turns = if request.quick { 2 } else { request.turns };
    let mut all = Vec::new();
    for contest in request.contests() {
        let mut measured = Vec::new();
        for turn in 1..=turns {
            say(&format!("==> {}, turn {turn} of {turns}", contest.title()));
            measured.push(arena.turn(contest, request, turn)?);
        }
        all.extend(sent::merge(contest, &measured)?);
    }
    Ok(all)
}

fn build(workspace: &Workspace, request: &Request, interrupt: &Interrupt) -> Result<Programs> {
    let release = |name: &str, args: &[&str]| {
        let mut build = workspace.cargo(&["build", "--release", "--locked", "-p", name]);
        build.args(args);
        process::run("cargo build", &mut build, interrupt, BUILD_LIMIT)?;
        Ok::<_, anyhow::Error>(workspace.target.join("release").join(name))
    };
    let program = release("pipeline-cli", &["--features", "aws-sdk"])?;
    let server = release("embedded-s3", &[])?;
    let stream = program::example(workspace, "s3up", "upload_stream", interrupt)?;
    let python = if request.peers {
        say("==> Python environment of the peers");
        Some(python::environment_for(&ENVIRONMENT, workspace, interrupt)?)
    } else {
        None
    };
    Ok(Programs {
        program,
        stream,
        server,
        python,
    })
}

/// With what is uploaded, and where.
struct Arena<'a> {
    programs: Programs,
    folder: &'a Path,
    /// What is uploaded, once somebody has asked for it.
    file: Option<PathBuf>,
    interrupt: &'a Interrupt,
}

impl Arena<'_> {
    /// Everybody once.
    fn turn(&mut self, contest: &'static Contest, request: &Request, turn: u8) -> Result<Turn> {
        let entries = request.entries(contest);
        entries
            .map(|entry| Ok((entry.name(), self.transfer(entry, turn)?)))
            .collect()
    }

    /// An upload by one of them, measured, looked at and removed.
    fn transfer(&mut self, entry: &Entry, turn: u8) -> Result<Transfer> {
        let file = match entry.client {
            Client::Stream => None,
            _ => Some(self.file(entry.bytes)?),
        };
        let folder = self.folder.join("server");
        let server = Server::start(
            &self.programs.server,
            &folder,
            entry.fail_percent,
            turn,
            self.interrupt,
        )?;
        let place = Place {
            server: &server,
            file: file.as_deref(),
            bytes: entry.bytes,
            folder: self.folder,
        };
        let mut command = entry.client.command(&self.programs, &place)?;
        let took = stopwatch::time(&entry.name(), &mut command, self.interrupt)?;
        check(&server.object(), file.as_deref(), entry.bytes)
            .with_context(|| format!("what {} has uploaded", entry.name()))?;
        let requests = server.stop()?;
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
        Ok(Transfer {
            bytes: entry.bytes,
            requests,
            took,
        })
    }

    /// The file that is uploaded, made once.
    fn file(&mut self, bytes: u64) -> Result<PathBuf> {
        if let Some(file) = &self.file {
            return Ok(file.clone());
        }
        let path = self.folder.join("file");
        let failed = || format!("cannot write {}", path.display());
        let mut random = File::open("/dev/urandom")
            .context("cannot draw bytes that can't be compressed")?
            .take(bytes);
        let mut file = File::create(&path).with_context(failed)?;
        io::copy(&mut random, &mut file).with_context(failed)?;
        self.file = Some(path.clone());
        Ok(path)
    }
}

/// Whether an object is the file, or at least as long as the stream was.
fn check(object: &Path, file: Option<&Path>, bytes: u64) -> Result<()> {
    let found = fs::metadata(object)
        .with_context(|| format!("{} is not there", object.display()))?
        .len();
    ensure!(found == bytes, "is {found} bytes long in place of {bytes}");
    if let Some(file) = file {
        ensure!(same(object, file)?, "differs from the file");
    }
    Ok(())
}

/// Whether two files of the same length hold the same bytes.
fn same(one: &Path, other: &Path) -> Result<bool> {
    let open = |path: &Path| {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok::<_, anyhow::Error>(BufReader::with_capacity(1 << 20, file))
    };
    let (mut one, mut other) = (open(one)?, open(other)?);
    let mut chunks = [vec![0; 1 << 20], vec![0; 1 << 20]];
    loop {
        let [ours, theirs] = &mut chunks;
        let read = one.read(ours).context("cannot read the object")?;
        if read == 0 {
            return Ok(true);
        }
        other
            .read_exact(&mut theirs[..read])
            .context("cannot read the file")?;
        if ours[..read] != theirs[..read] {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_the_file_or_the_bench_fails() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        let file = write("file", &[7; 3_000_000]);
        let said = |object: &Path| {
            check(object, Some(&file), 3_000_000)
                .unwrap_err()
                .to_string()
        };
        check(&write("same", &[7; 3_000_000]), Some(&file), 3_000_000).unwrap();
        assert_eq!(
            said(&write("short", &[7; 5])),
            "is 5 bytes long in place of 3000000"
        );
        let mut other = vec![7; 3_000_000];
        other[2_999_999] = 8;
        assert_eq!(said(&write("other", &other)), "differs from the file");
        assert!(said(&folder.path().join("none")).ends_with("is not there"));
    }
}
