//! `bench gen`: the generator beside `fake` alone, Faker and mimesis.

use anyhow::{Context as _, Result};

use super::measurement::Measurement;
use super::peers::Peers;
use super::{Request, program};
use crate::process::Interrupt;
use crate::report::say;
use crate::workspace::Workspace;

/// Each makes the columns of `people` into a table of PyArrow.
const PEERS: Peers = Peers {
    names: &["faker", "mimesis"],
    script: include_str!("peers/people.py"),
};

/// The table that the peers make, too.
const TABLE: &str = "people";

/// Measures what is asked for, then the peers if they are asked for.
pub fn run(
    workspace: &Workspace,
    request: &Request,
    interrupt: &Interrupt,
) -> Result<Vec<Measurement>> {
    say("==> building the bench of blockgen");
    let bench = program::build(workspace, "blockgen", "throughput", interrupt)?;
    say("==> measuring");
    let mut measurements = program::measure(&bench, request, interrupt)?;
    if !request.peers {
        return Ok(measurements);
    }
    let made = |all: &[Measurement]| {
        let mut tables = all.iter().filter(|one| one.group == "tables");
        tables.find(|one| one.name == TABLE).cloned()
    };
    let ours = match made(&measurements) {
        Some(ours) => ours,
        None => {
            let found = program::measure(&bench, &request.only(TABLE), interrupt)?;
            let ours = made(&found).context("the bench did not measure `people`")?;
            measurements.push(ours.clone());
            ours
        }
    };
    for theirs in PEERS.measure(workspace, request, interrupt)? {
        measurements.push(theirs.beside_ours(&ours));
    }
    Ok(measurements)
}
