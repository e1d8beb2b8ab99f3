//! Every example of every crate, run as a newcomer would run it: without arguments.
//!
//! Each must do its whole job so, in a folder of its own, and end well; what it makes is gone at
//! the end.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::e2e::without_settings;
use crate::process::{self, Interrupt};
use crate::report::say;
use crate::run_folder::RunFolder;
use crate::workspace::Workspace;

/// All examples are built by the tests before; what is left takes seconds.
const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
const RUN_LIMIT: Duration = Duration::from_secs(300);

/// An example as cargo built it.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    name: String,
    program: PathBuf,
}

/// Builds and runs all examples; stops at the first that fails and shows what it said.
pub fn run(workspace: &Workspace, interrupt: &Interrupt) -> Result<()> {
    let examples = build(workspace, interrupt)?;
    if examples.is_empty() {
        bail!("the workspace has no examples, though its pages name some");
    }
    let folder = RunFolder::create(&workspace.own_folder().join("examples"))?;
    for example in &examples {
        let mut command = Command::new(&example.program);
        without_settings(command.current_dir(folder.path()));
        let printed = process::capture(&example.name, &mut command, interrupt, RUN_LIMIT)?;
        if !printed.status.success() {
            bail!(
                "the example {} failed ({}):\n{}{}",
                example.name,
                printed.status,
                printed.out,
                printed.err
            );
        }
        if printed.out.is_empty() {
            bail!("the example {} shows nothing", example.name);
        }
        say(&format!("example {} ran", example.name));
    }
    Ok(())
}

fn build(workspace: &Workspace, interrupt: &Interrupt) -> Result<Vec<Example>> {
    let mut command = workspace.cargo(&[
        "build",
        "--workspace",
        "--examples",
        "--locked",
        "--message-format",
        "json-render-diagnostics",
    ]);
    let printed = process::capture("cargo build", &mut command, interrupt, BUILD_LIMIT)?;
    if !printed.status.success() {
        bail!("the examples can't be built:\n{}", printed.err);
    }
    built(&printed.out)
}

/// The examples among cargo's messages, one JSON value a line.
fn built(messages: &str) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).context("cargo printed no JSON")?;
        let target = &message["target"];
        let kind = target["kind"][0].as_str();
        if message["reason"] != "compiler-artifact" || kind != Some("example") {
            continue;
        }
        let name = target["name"].as_str().context("an example has a name")?;
        let program = message["executable"].as_str();
        examples.push(Example {
            name: name.to_owned(),
            program: program.context("an example has a program")?.into(),
        });
    }
    examples.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(examples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_told_from_other_artifacts() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"blockgen","kind":["lib"]},"executable":null}
{"reason":"compiler-artifact","target":{"name":"z","kind":["example"]},"executable":"/t/examples/z"}
{"reason":"compiler-artifact","target":{"name":"a","kind":["example"]},"executable":"/t/examples/a"}
{"reason":"build-finished","success":true}"#;
        let names: Vec<_> = built(messages)
            .unwrap()
            .into_iter()
            .map(|example| (example.name, example.program))
            .collect();
        let expected = [("a", "/t/examples/a"), ("z", "/t/examples/z")];
        assert_eq!(names, expected.map(|(n, p)| (n.to_owned(), p.into())));
    }
}
