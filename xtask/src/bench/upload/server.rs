//! The server of one upload: the embedded S3, a process of its own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::process::{Group, Interrupt};

/// The bucket, which is a folder.
pub const BUCKET: &str = "lake";
/// The key of the object.
pub const KEY: &str = "object";

/// The lines in which a server says how to reach it.
const LINES: usize = 4;

/// A request is told of once its reply has gone, which its client may have read before.
const SETTLE: Duration = Duration::from_millis(100);

/// A server that runs.
pub struct Server {
    /// Endpoint, keys and region, as every client takes them from its environment.
    pub variables: Vec<(String, String)>,
    folder: PathBuf,
    requests: PathBuf,
    /// Ends it when it is dropped.
    process: Group,
}

impl Server {
    /// Starts one over a new folder, with an empty bucket.
    ///
    /// # Errors
    ///
    /// It does not start, or says something else than how to reach it.
    pub fn start(
        program: &Path,
        folder: &Path,
        fail_percent: u8,
        seed: u8,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        interrupt.check()?;
        let bucket = folder.join(BUCKET);
        fs::create_dir_all(&bucket).with_context(|| format!("cannot make {}", bucket.display()))?;
        let requests = folder.with_extension("requests");
        let log = fs::File::create(&requests)
            .with_context(|| format!("cannot write {}", requests.display()))?;
        let mut command = Command::new(program);
        command.arg(folder).arg("--requests");
        command.args(["--fail-parts", &fail_percent.to_string()]);
        command.args(["--seed", &seed.to_string()]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut process = Group::spawn("the server", &mut command)?;
        let out = process.take_stdout().context("the server says nothing")?;
        let lines = BufReader::new(out).lines().take(LINES);
        let variables = lines
            .map(|line| variable(&line.context("the server can't be heard")?))
            .collect::<Result<Vec<_>>>()?;
        if variables.len() < LINES {
            let said = fs::read_to_string(&requests).unwrap_or_default();
            anyhow::bail!("the server does not start: {}", said.trim());
        }
        Ok(Self {
            variables,
            folder: folder.to_owned(),
            requests,
            process,
        })
    }

    /// Its address.
    pub fn endpoint(&self) -> &str {
        let found = self
            .variables
            .iter()
            .find(|(name, _)| name == "AWS_ENDPOINT_URL_S3");
        found.map_or("", |(_, value)| value)
    }

    /// Where the object lies.
    pub fn object(&self) -> PathBuf {
        self.folder.join(BUCKET).join(KEY)
    }

    /// Ends it, and counts the requests that it has answered.
    ///
    /// # Errors
    ///
    /// What it has written down can't be read.
    pub fn stop(self) -> Result<u64> {
        thread::sleep(SETTLE);
        drop(self.process);
        let told = fs::read_to_string(&self.requests)
            .with_context(|| format!("cannot read {}", self.requests.display()))?;
        Ok(told.lines().count() as u64)
    }
}

/// The name and the value of a line for a shell.
fn variable(line: &str) -> Result<(String, String)> {
    line.strip_prefix("export ")
        .and_then(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .with_context(|| format!("the server says something unexpected: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_read_and_its_failure_told() {
        let line = variable("export AWS_REGION=us-east-1").unwrap();
        assert_eq!(line, ("AWS_REGION".to_owned(), "us-east-1".to_owned()));
        variable("error: no").unwrap_err();

        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("server");
        let failed = Server::start(
            Path::new("/bin/false"),
            &folder,
            0,
            1,
            &Interrupt::default(),
        );
        let error = failed.err().unwrap().to_string();
        assert!(error.starts_with("the server does not start"), "{error}");
    }
}
