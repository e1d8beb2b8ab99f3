//! Where the repository and its build folder are, and how cargo is called in it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process::{self, Interrupt};

/// The repository this program was built for.
#[derive(Clone)]
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Where cargo builds; everything that this program leaves lies under it, in `xtask/`.
    pub target: PathBuf,
    /// The crates of the workspace.
    pub members: Vec<Member>,
}

/// One crate of the workspace.
#[derive(Clone)]
pub struct Member {
    /// Its name as a package.
    pub name: String,
    /// Its `Cargo.toml`.
    pub manifest: PathBuf,
}

impl Workspace {
    /// Asks cargo, which also knows of `CARGO_TARGET_DIR` and configuration files.
    pub fn find(interrupt: &Interrupt) -> Result<Self> {
        let mut command = Command::new(cargo_program());
        command
            .args([
                "metadata",
                "--format-version",
                "1",
                "--no-deps",
                "--manifest-path",
            ])
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let printed = process::capture(
            "cargo metadata",
            &mut command,
            interrupt,
            Duration::from_secs(120),
        )?;
        if !printed.status.success() {
            bail!("cargo metadata failed: {}", printed.err.trim());
        }
        Self::from_metadata(&printed.out)
    }

    fn from_metadata(json: &str) -> Result<Self> {
        let metadata: Value = serde_json::from_str(json).context("cargo metadata is no JSON")?;
        let path = |field: &str| -> Result<PathBuf> {
            let path = metadata[field].as_str();
            Ok(path
                .with_context(|| format!("cargo metadata names no {field}"))?
                .into())
        };
        let members = metadata["packages"]
            .as_array()
            .context("cargo metadata names no packages")?
            .iter()
            .map(|package| {
                Some(Member {
                    name: package["name"].as_str()?.to_owned(),
                    manifest: package["manifest_path"].as_str()?.into(),
                })
            })
            .collect::<Option<_>>()
            .context("cargo metadata names a package without a name or a manifest")?;
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
            members,
        })
    }

    /// A cargo command that runs in the root of the repository.
    pub fn cargo(&self, args: &[&str]) -> Command {
        let mut command = Command::new(cargo_program());
        command.args(args).current_dir(&self.root);
        command
    }

    /// The folder under the build folder for what this program makes.
    pub fn own_folder(&self) -> PathBuf {
        self.target.join("xtask")
    }
}

/// The cargo that started this program, so that `cargo +toolchain xtask` stays with one toolchain.
fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_found() {
        let workspace = Workspace::find(&Interrupt::default()).unwrap();
        assert!(workspace.root.join("xtask/src/workspace.rs").is_file());
        assert!(
            workspace
                .members
                .iter()
                .any(|member| member.name == "xtask")
        );
    }

    #[test]
    fn metadata_without_a_root_is_an_error() {
        let error = Workspace::from_metadata(r#"{"packages": []}"#)
            .err()
            .unwrap();
        assert_eq!(error.to_string(), "cargo metadata names no workspace_root");
    }
}
