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
        let port = port.map_or_else(free_port, Ok)?;
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
            .env("TMPDIR", at("tmp")?)
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

    /// The end of its log; the folder stays until the next run, so that the rest can be read.
    pub fn log(&mut self, lines: usize) -> Result<Log> {
        self.folder.keep();
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
