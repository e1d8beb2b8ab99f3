//! Every example of every crate, run as a newcomer would run it: without arguments.
//!
//! Each must do its whole job so, in a folder of its own, and end well; what it makes is gone at
//! the end.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::built;
use crate::e2e::without_settings;
use crate::process::{self, Interrupt};
use crate::report::say;
use crate::run_folder::RunFolder;
use crate::workspace::Workspace;

const RUN_LIMIT: Duration = Duration::from_secs(300);

/// Builds and runs all examples; stops at the first that fails and shows what it said.
pub fn run(workspace: &Workspace, interrupt: &Interrupt) -> Result<()> {
    let mut examples = built::programs(workspace, interrupt)?;
    examples.retain(|program| program.kind == "example");
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
