//! A LocalStack for the tests or for a person, from whichever source this machine has.
//!
//! ```text
//! S3_ENDPOINT_URL set? ──yes──▶ that endpoint: checked, never stopped
//!        │ no
//! Docker engine answers? ─yes─▶ a container of the pinned image     ─┐ polled for health,
//!        │ no                                                        ├ ended by Drop
//!        └────────────────────▶ a process of the Python environment ─┘
//! ```

mod docker;
mod health;
mod host;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::process::{Interrupt, POLL};
use crate::report::say;
use crate::run_folder::RunFolder;
use crate::workspace::Workspace;

/// How long LocalStack may take to come up: seconds on a free machine, more on a busy one.
const START_LIMIT: Duration = Duration::from_secs(120);
/// How much of its log is shown when something fails.
const TAIL_LINES: usize = 60;

/// Where LocalStack comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Via {
    /// S3_ENDPOINT_URL if it is set, else Docker if an engine answers, else this machine
    #[default]
    Auto,
    /// A container of the pinned image
    Docker,
    /// A process of the Python environment under the build folder
    Host,
}

/// An S3 endpoint that answers, and what must be stopped at the end.
pub struct LocalStack {
    endpoint: String,
    server: Server,
}

enum Server {
    /// Somebody else's: never stopped.
    Given,
    Container(docker::Container),
    Host(host::Process),
}

impl LocalStack {
    /// The one in `S3_ENDPOINT_URL`, or one that is started as [`LocalStack::start`] does.
    pub fn obtain(
        via: Via,
        workspace: &Workspace,
        python: impl FnOnce() -> Result<PathBuf>,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        if via == Via::Auto
            && let Some(endpoint) = given_endpoint()
        {
            health::check_endpoint(&endpoint)?;
            say(&format!(
                "    using the endpoint in S3_ENDPOINT_URL, {endpoint}"
            ));
            return Ok(Self {
                endpoint,
                server: Server::Given,
            });
        }
        Self::start(via, None, workspace, python, interrupt)
    }

    /// Starts one on `port`, or on a free one, and waits until its S3 serves. `python` is
    /// asked for only when this machine must run it without Docker.
    pub fn start(
        via: Via,
        port: Option<u16>,
        workspace: &Workspace,
        python: impl FnOnce() -> Result<PathBuf>,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let docker = docker::Engine::default();
        if via == Via::Docker || (via == Via::Auto && docker.answers(interrupt)?) {
            let container = docker.start(port, interrupt)?;
            say(&format!("    in the container {}", container.name()));
            return Self::when_ready(container.port(), Server::Container(container), interrupt);
        }
        let python = python()?;
        let folder = RunFolder::create(&workspace.own_folder().join("runs"))?;
        let process = host::Process::start(&python, port, workspace, folder)?;
        Self::when_ready(process.port(), Server::Host(process), interrupt)
    }

    fn when_ready(port: u16, mut server: Server, interrupt: &Interrupt) -> Result<Self> {
        if let Err(error) = wait(port, &mut server, interrupt) {
            if !interrupt.came() {
                show_log(&mut server);
            }
            return Err(error);
        }
        let endpoint = format!("http://127.0.0.1:{port}");
        say(&format!("    LocalStack serves S3 at {endpoint}"));
        Ok(Self { endpoint, server })
    }

    /// Where it is, as S3 clients take it.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Whether it was started here, and so ends with this value.
    pub fn is_ours(&self) -> bool {
        !matches!(self.server, Server::Given)
    }

    /// The key id and the secret it takes: LocalStack accepts any, other servers what the
    /// environment says.
    pub fn credentials(&self) -> (String, String) {
        let given = |name| match self.server {
            Server::Given => std::env::var(name).ok(),
            Server::Container(_) | Server::Host(_) => None,
        };
        let or_test = |value: Option<String>| value.unwrap_or_else(|| "test".to_owned());
        (
            or_test(given("AWS_ACCESS_KEY_ID")),
            or_test(given("AWS_SECRET_ACCESS_KEY")),
        )
    }

    /// Prints the end of its log, and leaves the whole log where it can be read.
    pub fn show_log(&mut self) {
        show_log(&mut self.server);
    }

    /// Waits until a signal comes, or LocalStack ends by itself, which is an error.
    pub fn stay(&mut self, interrupt: &Interrupt) -> Result<()> {
        while !interrupt.came() {
            if let Some(how) = self.server.ended(interrupt)? {
                show_log(&mut self.server);
                bail!("LocalStack ended by itself ({how})");
            }
            thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}

impl Server {
    /// Whether what answers at the port is the one that was started.
    fn serves(&self) -> Result<bool> {
        match self {
            // The engine itself holds a container's port.
            Self::Given | Self::Container(_) => Ok(true),
            Self::Host(process) => process.serves(),
        }
    }

    fn ended(&mut self, interrupt: &Interrupt) -> Result<Option<String>> {
        match self {
            Self::Given => Ok(None),
            Self::Container(container) => container.ended(interrupt),
            Self::Host(process) => process.ended(),
        }
    }
}

fn given_endpoint() -> Option<String> {
    std::env::var("S3_ENDPOINT_URL")
        .ok()
        .filter(|url| !url.is_empty())
}

fn wait(port: u16, server: &mut Server, interrupt: &Interrupt) -> Result<()> {
    let begun = Instant::now();
    loop {
        interrupt.check()?;
        let health = health::ask(port);
        // Asked after the health: what answers on the port of a dead child is somebody else.
        if let Some(how) = server.ended(interrupt)? {
            bail!("LocalStack ended while it started ({how}); its log is above");
        }
        let serves = server.serves()?;
        match health {
            health::Health::Ready if serves => return Ok(()),
            health::Health::Failed(why) => bail!("LocalStack cannot serve S3: {why}"),
            _ if begun.elapsed() <= START_LIMIT => thread::sleep(POLL * 4),
            health::Health::Starting(why) => bail!(
                "LocalStack is not ready after {} s: {why}; its log is above",
                START_LIMIT.as_secs()
            ),
            health::Health::Ready => bail!(
                "LocalStack is not ready after {} s, by its own log, which is above",
                START_LIMIT.as_secs()
            ),
        }
    }
}

fn show_log(server: &mut Server) {
    let log = match server {
        Server::Given => return say("    (the endpoint was given, so its log is not at hand)"),
        Server::Container(container) => container.log(TAIL_LINES),
        Server::Host(process) => process.log(TAIL_LINES),
    };
    match log {
        Ok(log) => {
            say(&format!(
                "--- the last lines of LocalStack's log ({})",
                log.whole
            ));
            say(if log.tail.is_empty() {
                "(empty)"
            } else {
                &log.tail
            });
            say("---");
        }
        Err(error) => say(&format!("    (LocalStack's log cannot be read: {error:#})")),
    }
}

/// The end of a log, and where the whole of it is.
struct Log {
    tail: String,
    whole: String,
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn read_tail(path: &Path, count: usize) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(last_lines(&String::from_utf8_lossy(&bytes), count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_end() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("a\n", 2), "a");
        assert_eq!(last_lines("", 2), "");
    }
}
