//! Uploads under faults: builds the test programs of `s3up` and runs them with other numbers than
//! the ordinary tests do.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::built;
use crate::process::{self, Group, Interrupt};
use crate::workspace::Workspace;

const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
/// 10,000 schedules take some minutes; a million may be asked for.
const RUN_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// What is to be played.
#[derive(Args)]
pub struct Request {
    /// How many schedules
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    schedules: u64,
    /// What all is drawn from
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Only the schedule of this number
    #[arg(long, value_name = "K")]
    only: Option<u64>,
    /// The S3 client under test
    #[arg(long, value_enum, default_value_t = Client::Rusoto)]
    client: Client,
    /// Kill so many processes in place of schedules
    #[arg(long, value_name = "N", conflicts_with_all = ["schedules", "only"])]
    kills: Option<u64>,
    /// Play each fault by itself, too, and write docs/upload-outcomes.md
    #[arg(long, conflicts_with_all = ["kills", "only", "client"])]
    write_docs: bool,
}

/// The clients that s3up has.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Client {
    Rusoto,
    AwsSdk,
}

impl Client {
    fn name(self) -> &'static str {
        match self {
            Self::Rusoto => "rusoto",
            Self::AwsSdk => "aws-sdk",
        }
    }
}

impl Request {
    /// The test of `s3up` that does it.
    fn test(&self) -> &'static str {
        match self.kills {
            Some(_) => "killed",
            None => "schedules",
        }
    }

    fn arguments(&self) -> Vec<String> {
        let (what, number) = match self.kills {
            Some(kills) => ("--kills", kills),
            None => ("--schedules", self.schedules),
        };
        let mut arguments = vec![
            what.to_owned(),
            number.to_string(),
            "--seed".to_owned(),
            self.seed.to_string(),
            "--client".to_owned(),
            self.client.name().to_owned(),
        ];
        if let Some(only) = self.only {
            arguments.extend(["--only".to_owned(), only.to_string()]);
        }
        if self.write_docs {
            arguments.push("--write-docs".to_owned());
        }
        arguments
    }
}

/// Builds the test, and runs it as asked for.
///
/// # Errors
///
/// It can't be built; something was found that must not be.
pub fn run(workspace: &Workspace, request: &Request, interrupt: &Interrupt) -> Result<()> {
    let test = request.test();
    let mut build = workspace.cargo(&[
        "test",
        "--package",
        "s3up",
        "--test",
        test,
        "--no-run",
        "--locked",
        "--message-format",
        "json-render-diagnostics",
    ]);
    if let Client::AwsSdk = request.client {
        build.args(["--features", "aws-sdk"]);
    }
    let printed = process::capture("cargo test", &mut build, interrupt, BUILD_LIMIT)?;
    if !printed.status.success() {
        bail!("the test `{test}` can't be built:\n{}", printed.err);
    }
    let built = built::built(&printed.out)?;
    let found = built.into_iter().find(|built| built.name == test);
    let program = found.context("cargo built no such test")?.program;
    let mut command = Command::new(program);
    let mut running = Group::spawn(test, command.args(request.arguments()))?;
    let ended = running.wait(interrupt, RUN_LIMIT)?;
    if !ended.success() {
        bail!("what must not be was found ({ended})");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        request: Request,
    }

    fn told(words: &str) -> (&'static str, String) {
        let words = std::iter::once("x").chain(words.split_whitespace());
        let request = Cli::parse_from(words).request;
        (request.test(), request.arguments().join(" "))
    }

    #[test]
    fn each_request_has_its_test() {
        assert_eq!(
            told("--seed 3 --only 7"),
            (
                "schedules",
                "--schedules 10000 --seed 3 --client rusoto --only 7".to_owned()
            )
        );
        assert_eq!(
            told("--kills 200"),
            ("killed", "--kills 200 --seed 1 --client rusoto".to_owned())
        );
        assert_eq!(
            told("--kills 20 --client aws-sdk --seed 2"),
            ("killed", "--kills 20 --seed 2 --client aws-sdk".to_owned())
        );
        assert!(told("--write-docs").1.ends_with("--write-docs"));
    }
}
