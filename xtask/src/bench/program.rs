//! The bench of a crate, built and run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::Request;
use super::measurement::Measurement;
use crate::built;
use crate::process::{self, Interrupt};
use crate::workspace::Workspace;

/// A first build of everything, on a slow machine.
const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
/// Whoever asks for minutes a measurement gets them.
const RUN_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Builds a bench as cargo builds it for `cargo bench`.
///
/// # Errors
///
/// It does not build, or is not there.
pub fn build(
    workspace: &Workspace,
    package: &str,
    bench: &str,
    interrupt: &Interrupt,
) -> Result<PathBuf> {
    let mut command = workspace.cargo(&["bench", "--locked", "--no-run", "-p", package]);
    command.args(["--bench", bench]);
    built_by(command, "bench", bench, interrupt)
}

/// Builds an example for release.
///
/// # Errors
///
/// It does not build, or is not there.
pub fn example(
    workspace: &Workspace,
    package: &str,
    example: &str,
    interrupt: &Interrupt,
) -> Result<PathBuf> {
    let mut command = workspace.cargo(&["build", "--release", "--locked", "-p", package]);
    command.args(["--example", example]);
    built_by(command, "example", example, interrupt)
}

fn built_by(
    mut command: Command,
    kind: &str,
    name: &str,
    interrupt: &Interrupt,
) -> Result<PathBuf> {
    command.args(["--message-format", "json-render-diagnostics"]);
    let printed = process::capture("cargo", &mut command, interrupt, BUILD_LIMIT)?;
    if !printed.status.success() {
        bail!("the {kind} {name} can't be built:\n{}", printed.err);
    }
    let mut built = built::built(&printed.out)?.into_iter();
    let found = built.find(|built| built.kind == kind && built.name == name);
    Ok(found
        .with_context(|| format!("cargo built no {kind} `{name}`"))?
        .program)
}

/// Runs a bench.
///
/// # Errors
///
/// It fails, or prints something else than measurements.
pub fn measure(
    program: &Path,
    request: &Request,
    interrupt: &Interrupt,
) -> Result<Vec<Measurement>> {
    let mut command = Command::new(program);
    command.args(["--json", "--seconds", &request.seconds().to_string()]);
    command.args(&request.names);
    let printed = process::capture("the bench", &mut command, interrupt, RUN_LIMIT)?;
    if !printed.status.success() {
        bail!("the bench failed: {}", printed.err.trim());
    }
    Measurement::all(&printed.out)
}
