//! LocalStack as a process of this machine, for where no Docker engine is.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Stdio};

use anyhow::{Context as _, Result};

use super::{Log, read_tail};
use crate::process::Group;
use crate::python::python_command;
use crate::run_folder::RunFolder;
use crate::workspace::Workspace;

/// A running LocalStack. Its fields are dropped in order: the process first, then its folder.
pub struct Process {
    group: Group,
    /// Never written to. The launcher reads it: when this program ends in a way that runs no
    /// destructor (SIGKILL), the pipe closes and LocalStack ends too.
    _lifeline: Option<ChildStdin>,
    port: u16,
    log: PathBuf,
    folder: RunFolder,
}

impl Process {
    /// Starts it on `port`, or on a free one. It is not ready yet when this returns.
    pub fn start(
        python: &Path,
        port: Option<u16>,
        workspace: &Workspace,
        folder: RunFolder,
    ) -> Result<Self> {
        let port = match port {
            Some(port) => port,
            None => free_port()?,
        };
        check_free(port)?;
        let at = |name: &str| -> Result<PathBuf> {
            let path = folder.path().join(name);
            fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
            Ok(path)
        };
        let log = folder.path().join("localstack.log");
        let sink = File::create(&log).with_context(|| format!("cannot make {}", log.display()))?;
        let mut command = python_command(python);
        for (name, _) in std::env::vars_os() {
            // A person's settings for another LocalStack or for AWS must not alter this one.
            let text = name.to_string_lossy();
            if ["AWS_", "LOCALSTACK_", "S3_"]
                .iter()
                .any(|prefix| text.starts_with(prefix))
            {
                command.env_remove(&name);
            }
        }
        command
            .arg(workspace.root.join("tests/env/localstack_host.py"))
            .current_dir(folder.path())
            .env("SERVICES", "s3")
            .env("EAGER_SERVICE_LOADING", "1")
            .env("SKIP_SSL_CERT_DOWNLOAD", "1")
            .env("DISABLE_EVENTS", "1")
            .env("DNS_ADDRESS", "0")
            .env("GATEWAY_LISTEN", format!("127.0.0.1:{port}"))
            .env("LOCALSTACK_VOLUME_DIR", at("volume")?)
            .env("FILESYSTEM_ROOT", at("root")?)
            // Python's second name for it: LocalStack has another meaning for TMPDIR.
            .env_remove("TMPDIR")
            .env("TEMP", at("tmp")?)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(sink.try_clone().context("cannot share the log")?)
            .stderr(sink);
        let mut group = Group::spawn("LocalStack", &mut command)?;
        let lifeline = group.take_stdin();
        Ok(Self {
            group,
            _lifeline: lifeline,
            port,
            log,
            folder,
        })
    }

    /// The port it serves on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<String>> {
        Ok(self.group.ended()?.map(|status| status.to_string()))
    }

    /// Whether this very process serves. The health report alone does not tell: if somebody
    /// took the port meanwhile, LocalStack logs that and lives on, and the other one answers.
    ///
    /// # Errors
    /// The port was taken.
    pub fn serves(&self) -> Result<bool> {
        let log =
            fs::read(&self.log).with_context(|| format!("cannot read {}", self.log.display()))?;
        says_ready(&String::from_utf8_lossy(&log)).with_context(|| {
            format!(
                "port {} was taken while LocalStack started: run it again",
                self.port
            )
        })
    }

    /// The end of its log; the whole of it stays until the next run begins.
    pub fn log(&mut self, lines: usize) -> Result<Log> {
        self.folder.keep(&self.log);
        Ok(Log {
            tail: read_tail(&self.log, lines)?,
            whole: self.log.display().to_string(),
        })
    }
}

/// A port that nobody listens on at this moment.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port is free")?;
    Ok(listener.local_addr().context("no port is free")?.port())
}

fn check_free(port: u16) -> Result<()> {
    TcpListener::bind(("127.0.0.1", port))
        .map(drop)
        .with_context(|| format!("LocalStack cannot have port {port}: choose another by --port"))
}

/// Whether a log tells that LocalStack is up, or `None` if it could not have its port.
fn says_ready(log: &str) -> Option<bool> {
    if log.contains("Address already in use") {
        return None;
    }
    Some(log.lines().any(|line| line.trim() == "Ready."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_refused() {
        let holder = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = holder.local_addr().unwrap().port();
        let error = check_free(port).unwrap_err();
        assert!(error.to_string().contains(&port.to_string()), "{error}");
        drop(holder);
        check_free(port).unwrap();
    }

    #[test]
    fn the_log_tells_ready_from_a_taken_port() {
        let taken = "CannotListenError: Couldn't listen on any:4566: [Errno 98] Address already in use.\n\nReady.\n";
        assert_eq!(says_ready(taken), None);
        assert_eq!(says_ready("LocalStack version: 4.9.2\n"), Some(false));
        assert_eq!(
            says_ready("LocalStack version: 4.9.2\n\nReady.\n"),
            Some(true)
        );
    }
}
