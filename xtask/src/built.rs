//! Programs that cargo builds, and where they lie.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::e2e::EVERYTHING;
use crate::process::{self, Interrupt};
use crate::workspace::Workspace;

/// The tests have built most of it before; what is left takes seconds.
const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);

/// A program as cargo built it.
#[derive(Debug, PartialEq, Eq)]
pub struct Built {
    /// Its kind of target: `bin`, `example`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Where it lies.
    pub program: PathBuf,
}

/// Builds all programs and examples of the workspace, as the tests build them: dependencies are
/// built with other features where nothing of the tests is asked for.
pub fn programs(workspace: &Workspace, interrupt: &Interrupt) -> Result<Vec<Built>> {
    let mut command = workspace.cargo(&[
        "build",
        "--bins",
        "--examples",
        "--locked",
        "--message-format",
        "json-render-diagnostics",
    ]);
    command.args(EVERYTHING);
    let printed = process::capture("cargo build", &mut command, interrupt, BUILD_LIMIT)?;
    if !printed.status.success() {
        bail!("the programs can't be built:\n{}", printed.err);
    }
    built(&printed.out)
}

/// The programs among cargo's messages, one JSON value a line, by name.
pub fn built(messages: &str) -> Result<Vec<Built>> {
    let mut all = Vec::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).context("cargo printed no JSON")?;
        let Some(program) = message["executable"].as_str() else {
            continue;
        };
        let target = &message["target"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        all.push(Built {
            kind: text(&target["kind"][0]).context("a program has a kind")?,
            name: text(&target["name"]).context("a program has a name")?,
            program: program.into(),
        });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_from_other_artifacts() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"blockgen","kind":["lib"]},"executable":null}
{"reason":"compiler-artifact","target":{"name":"z","kind":["example"]},"executable":"/t/examples/z"}
{"reason":"compiler-artifact","target":{"name":"a","kind":["bin"]},"executable":"/t/a"}
{"reason":"build-finished","success":true}"#;
        let found: Vec<_> = built(messages)
            .unwrap()
            .into_iter()
            .map(|built| (built.kind, built.name, built.program))
            .collect();
        let expected = [("bin", "a", "/t/a"), ("example", "z", "/t/examples/z")];
        let expected = expected.map(|(k, n, p)| (k.to_owned(), n.to_owned(), p.into()));
        assert_eq!(found, expected);
    }
}
