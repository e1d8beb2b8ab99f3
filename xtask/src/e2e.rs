//! All tests, with a LocalStack for those that need one.
//!
//! ```text
//! Python environment ─▶ LocalStack ─▶ cargo test --workspace ─▶ examples ─▶ measure ─▶ cargo test --test services
//!   readers of files     started or      every test once           each run      few rows    against LocalStack
//!                        given           (`services` is left       once                      and PyArrow
//!                                         out of it by name)
//! ```
//!
//! The first stage that fails ends the run; LocalStack is stopped in any case.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::examples;
use crate::localstack::{LocalStack, Via};
use crate::measure;
use crate::process::{self, Interrupt};
use crate::python;
use crate::report::Stages;
use crate::workspace::Workspace;

/// A stage that takes longer hangs: the whole takes a quarter of it on two cores.
const STAGE_LIMIT: Duration = Duration::from_secs(60 * 60);

/// What cargo builds in every stage, so that nothing is built twice: the whole workspace, with the
/// second S3 client, which has to pass the same cases as the first.
pub const EVERYTHING: [&str; 3] = ["--workspace", "--features", "pipeline-cli/aws-sdk"];

/// Runs all tests. `filter` goes to each test program, as after `cargo test --`.
pub fn run(
    workspace: &Workspace,
    via: Via,
    filter: &[String],
    stages: &mut Stages,
    interrupt: &Interrupt,
) -> Result<()> {
    let python = stages.run("Python environment", || {
        python::environment(workspace, interrupt)
    })?;
    let mut localstack = stages.run("LocalStack", || {
        LocalStack::obtain(via, workspace, || Ok(python.clone()), interrupt)
    })?;
    stages.run("all tests of the workspace", || {
        let mut command = cargo_test(workspace, &EVERYTHING, &python, filter);
        process::run("cargo test", &mut command, interrupt, STAGE_LIMIT)
    })?;
    // A filter asks for some tests and for nothing else.
    if filter.is_empty() {
        stages.run("examples of the crates", || {
            examples::run(workspace, interrupt)
        })?;
        stages.run("measuring output files", || {
            measure::stage(workspace, &python, interrupt)
        })?;
    }
    stages.run("tests against LocalStack", || {
        let services = [&EVERYTHING[..], &["--test", "services"]].concat();
        let mut command = cargo_test(workspace, &services, &python, filter);
        let (key_id, secret) = localstack.credentials();
        command
            .env("PIPELINE_TEST_S3_ENDPOINT", localstack.endpoint())
            .env("PIPELINE_TEST_S3_KEY_ID", key_id)
            .env("PIPELINE_TEST_S3_SECRET", secret);
        let result = process::run(
            "cargo test --test services",
            &mut command,
            interrupt,
            STAGE_LIMIT,
        );
        if result.is_err() && !interrupt.came() {
            localstack.show_log();
        }
        result
    })?;
    if localstack.is_ours() {
        stages.run("stopping LocalStack", || {
            drop(localstack);
            Ok(())
        })?;
    }
    Ok(())
}

/// A `cargo test` that a person's own settings do not reach: the tests drive a program that
/// reads the environment.
fn cargo_test(workspace: &Workspace, which: &[&str], python: &Path, filter: &[String]) -> Command {
    let mut command = workspace.cargo(&["test", "--locked"]);
    command.args(which);
    without_settings(&mut command);
    command.env("PIPELINE_TEST_PYTHON", python);
    if !filter.is_empty() {
        command.arg("--").args(filter);
    }
    command
}

/// Takes the settings of whoever runs this from a command's environment.
pub fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if configures_the_program(&name.to_string_lossy()) {
            command.env_remove(&name);
        }
    }
}

fn configures_the_program(variable: &str) -> bool {
    ["AWS_", "PIPELINE_", "S3_"]
        .iter()
        .any(|prefix| variable.starts_with(prefix))
        || ["TARGET_DATA_SIZE_MB", "BLOCK_SIZE_MB", "NUM_RECORDS"].contains(&variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> Workspace {
        Workspace {
            root: "/repo".into(),
            target: "/repo/target".into(),
            members: Vec::new(),
        }
    }

    fn args(command: &Command) -> Vec<&str> {
        command.get_args().filter_map(|arg| arg.to_str()).collect()
    }

    #[test]
    fn a_filter_stands_after_two_dashes() {
        let filter = ["upload".to_owned(), "--nocapture".to_owned()];
        let command = cargo_test(
            &workspace(),
            &["--workspace"],
            Path::new("/python"),
            &filter,
        );
        assert_eq!(
            args(&command),
            [
                "test",
                "--locked",
                "--workspace",
                "--",
                "upload",
                "--nocapture"
            ]
        );
        let command = cargo_test(&workspace(), &["--workspace"], Path::new("/python"), &[]);
        assert_eq!(args(&command), ["test", "--locked", "--workspace"]);
    }

    #[test]
    fn the_tests_get_the_interpreter() {
        let command = cargo_test(&workspace(), &[], Path::new("/python"), &[]);
        let found = command
            .get_envs()
            .find(|(name, _)| *name == "PIPELINE_TEST_PYTHON");
        assert_eq!(found.and_then(|(_, value)| value), Some("/python".as_ref()));
    }

    #[test]
    fn the_settings_of_a_person_are_kept_from_the_tests() {
        for name in [
            "S3_ENDPOINT_URL",
            "AWS_SECRET_ACCESS_KEY",
            "NUM_RECORDS",
            "PIPELINE_SEED",
        ] {
            assert!(configures_the_program(name), "{name}");
        }
        for name in ["PATH", "HOME", "CARGO_TARGET_DIR", "RUST_BACKTRACE"] {
            assert!(!configures_the_program(name), "{name}");
        }
    }
}
