//! What must hold before anything lands, in the order in which it fails cheapest.

use std::time::Duration;

use anyhow::Result;

use crate::localstack::Via;
use crate::process::{self, Interrupt};
use crate::report::Stages;
use crate::workspace::Workspace;
use crate::{e2e, one_way};

/// A stage that takes longer hangs.
const STAGE_LIMIT: Duration = Duration::from_secs(60 * 60);

/// One call of cargo.
struct Check {
    name: &'static str,
    args: &'static [&'static str],
    /// Whether a warning of the compiler fails it.
    strict: bool,
    env: &'static [(&'static str, &'static str)],
}

const BEFORE_TESTS: &[Check] = &[
    Check {
        name: "clippy",
        args: &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            "pipeline-cli/aws-sdk",
            "--locked",
        ],
        strict: true,
        env: &[],
    },
    // Whoever depends on the uploader alone gets other features than the workspace as a whole.
    Check {
        name: "s3up by itself",
        args: &["clippy", "--package", "s3up", "--locked"],
        strict: true,
        env: &[],
    },
    // What has a test of its own only without the workspace's features.
    Check {
        name: "tests of s3up by itself",
        args: &["test", "--package", "s3up", "--lib", "--locked"],
        strict: false,
        env: &[],
    },
    Check {
        name: "s3up without rusoto",
        args: &[
            "clippy",
            "--package",
            "s3up",
            "--no-default-features",
            "--features",
            "aws-sdk",
            "--locked",
        ],
        strict: true,
        env: &[],
    },
    Check {
        name: "docs",
        args: &["doc", "--workspace", "--no-deps", "--locked"],
        strict: false,
        env: &[("RUSTDOCFLAGS", "-D warnings")],
    },
];

const FORMATTING: Check = Check {
    name: "formatting",
    args: &["fmt", "--all", "--check"],
    strict: false,
    env: &[],
};

/// Runs every check, then all tests; stops at the first that fails.
pub fn run(workspace: &Workspace, stages: &mut Stages, interrupt: &Interrupt) -> Result<()> {
    cargo(&FORMATTING, workspace, stages, interrupt)?;
    stages.run("one-way dependencies", || {
        one_way::check(workspace, interrupt)
    })?;
    for check in BEFORE_TESTS {
        cargo(check, workspace, stages, interrupt)?;
    }
    e2e::run(workspace, Via::Auto, &[], stages, interrupt)
}

fn cargo(
    check: &Check,
    workspace: &Workspace,
    stages: &mut Stages,
    interrupt: &Interrupt,
) -> Result<()> {
    stages.run(check.name, || {
        let mut command = workspace.cargo(check.args);
        if check.strict {
            command.args(["--", "-D", "warnings"]);
        }
        command.envs(check.env.iter().copied());
        process::run(
            &format!("cargo {}", check.args[0]),
            &mut command,
            interrupt,
            STAGE_LIMIT,
        )
    })
}
