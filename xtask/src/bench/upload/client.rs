//! Who uploads, and how each is called.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::server::{BUCKET, KEY, Server};
use crate::bench::peers;
use crate::e2e::without_settings;
use crate::python;

/// Somebody who uploads.
#[derive(Debug, PartialEq)]
pub enum Client {
    /// The program: an S3 client, and a checksum.
    Ours {
        s3_client: &'static str,
        integrity: &'static str,
    },
    /// The example of `s3up` that uploads standard input.
    Stream,
    S5cmd,
    AwsCli,
    /// Bodies signed by their SHA-256, or not.
    Obstore {
        signed: bool,
    },
    Rclone,
}

/// Where the programs lie.
pub struct Programs {
    pub program: PathBuf,
    pub stream: PathBuf,
    pub server: PathBuf,
    /// The interpreter of the peers.
    pub python: Option<PathBuf>,
}

/// What is uploaded, and to whom.
pub struct Place<'a> {
    pub server: &'a Server,
    /// None for a stream, of which `bytes` are made.
    pub file: Option<&'a Path>,
    pub bytes: u64,
    /// For what a client keeps.
    pub folder: &'a Path,
}

impl Client {
    /// Whether it is ours.
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Ours { .. } | Self::Stream)
    }

    /// For people: with the checksums that it sends.
    pub fn name(&self) -> String {
        match self {
            Self::Ours {
                s3_client,
                integrity: "off",
            } => format!("pipeline-cli {s3_client}, none"),
            Self::Ours {
                s3_client,
                integrity,
            } => format!("pipeline-cli {s3_client}, {}", integrity.to_uppercase()),
            Self::Stream => "s3up rusoto, MD5".to_owned(),
            Self::S5cmd => "s5cmd, MD5 and SHA-256".to_owned(),
            Self::AwsCli => "aws s3 cp, CRC32 and SHA-256".to_owned(),
            Self::Obstore { signed: true } => "obstore, SHA-256".to_owned(),
            Self::Obstore { signed: false } => "obstore, none".to_owned(),
            Self::Rclone => "rclone, MD5 twice and SHA-256".to_owned(),
        }
    }

    /// The command that uploads.
    ///
    /// # Errors
    ///
    /// A peer that is not installed.
    pub fn command(&self, programs: &Programs, place: &Place<'_>) -> Result<Command> {
        let file = || place.file.context("only a file can be uploaded by name");
        let endpoint = place.server.endpoint();
        let target = format!("s3://{BUCKET}/{KEY}");
        let python = || {
            let python = programs.python.as_deref();
            python.context("the peers are not installed")
        };
        let mut command = match self {
            Self::Ours {
                s3_client,
                integrity,
            } => {
                let mut command = Command::new(&programs.program);
                command.args(["upload", "-q"]).arg(file()?).arg(&target);
                command.args(["--endpoint", endpoint, "--s3-client", s3_client]);
                command.args(["--integrity", integrity, "--state-dir"]);
                command.arg(place.folder.join("state"));
                command
            }
            Self::Stream => {
                let mut command = Command::new("sh");
                command.args(["-c", "head -c \"$1\" /dev/zero | \"$0\" \"$2\" \"$3\""]);
                command.arg(&programs.stream);
                command.args([&place.bytes.to_string(), &target, endpoint]);
                command
            }
            Self::S5cmd => {
                let mut command = Command::new(s5cmd(python()?)?);
                command.args(["--endpoint-url", endpoint, "cp"]);
                command.arg(file()?).arg(&target);
                command
            }
            Self::AwsCli => {
                let mut command = python::python_command(python()?);
                command.args(["-m", "awscli", "s3", "cp", "--no-progress"]);
                command.args(["--endpoint-url", endpoint]);
                command.arg(file()?).arg(&target);
                command
            }
            Self::Obstore { signed } => {
                let payload = if *signed { "signed" } else { "unsigned" };
                let mut command = python::python_command(python()?);
                command.args(["-c", peers::OBSTORE]).arg(file()?);
                command.args([BUCKET, KEY, payload]);
                command
            }
            Self::Rclone => {
                let bin = python()?.parent();
                let bin = bin.context("an interpreter is in a folder")?;
                let mut command = Command::new(bin.join("rclone"));
                command.args(["copyto", "-q", "--s3-provider", "Other", "--s3-env-auth"]);
                command.args(["--s3-endpoint", endpoint, "--s3-force-path-style"]);
                command.arg("--s3-no-check-bucket").arg(file()?);
                command.arg(format!(":s3:{BUCKET}/{KEY}"));
                command
            }
        };
        reach(&mut command, place);
        Ok(command)
    }
}

/// Endpoint and keys of the server, and nothing of the machine's own settings.
fn reach(command: &mut Command, place: &Place<'_>) {
    without_settings(command);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    for (name, value) in &place.server.variables {
        command.env(name, value);
        if name == "AWS_REGION" {
            command.env("AWS_DEFAULT_REGION", value);
        }
    }
    // No files of a person's, and no question to a cloud that this may be.
    command
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("RCLONE_CONFIG", "/dev/null")
        .current_dir(place.folder);
}

/// The program itself: its package has a script in Python in front of it, which would be measured.
fn s5cmd(python: &Path) -> Result<PathBuf> {
    let environment = python.ancestors().nth(2);
    let folders = environment.and_then(|environment| environment.join("lib").read_dir().ok());
    let mut programs = folders
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("site-packages/s5cmd/bin/s5cmd"));
    programs
        .find(|program| program.is_file())
        .context("s5cmd is not installed where it was looked for")
}
