//! What people use today, from PyPI, in an environment of its own.

use std::time::Duration;

use anyhow::{Result, bail};

use super::Request;
use super::measurement::Measurement;
use crate::process::{self, Interrupt};
use crate::python::{self, Wanted};
use crate::report::say;
use crate::workspace::Workspace;

/// Packages of the peers that make rows.
const GENERATORS: &str = "xtask/src/bench/peers/requirements.txt";
/// Packages of the peers that write Parquet.
pub const ENCODERS: &str = "xtask/src/bench/peers/encoders.txt";
/// Packages of the peers that make whole files.
pub const PROGRAMS: &str = "xtask/src/bench/peers/programs.txt";
/// Packages of the peers that upload.
pub const UPLOADERS: &str = "xtask/src/bench/peers/uploaders.txt";
/// Uploads a file with obstore.
pub const OBSTORE: &str = include_str!("peers/obstore_put.py");
/// Makes the columns of `people` into a file, with DuckDB.
pub const PEOPLE_BY_SQL: &str = include_str!("peers/people_by_sql.py");

const ENVIRONMENT: Wanted = Wanted {
    what: "the peers under the build folder (once, about 200 MB on disk)",
    requirements: &[GENERATORS],
};

/// A peer may be slow to start, and makes no less than a few blocks.
const RUN_LIMIT: Duration = Duration::from_secs(60 * 60);

/// Those who do the work of one bench.
pub struct Peers {
    /// As the script knows them.
    pub names: &'static [&'static str],
    /// Python that is called with a name and a time in seconds, makes blocks for so long, and
    /// prints a line as the benches of the crates do.
    pub script: &'static str,
}

impl Peers {
    /// Measures each of them, one after the other.
    ///
    /// # Errors
    ///
    /// The environment can't be installed, or a peer fails.
    pub fn measure(
        &self,
        workspace: &Workspace,
        request: &Request,
        interrupt: &Interrupt,
    ) -> Result<Vec<Measurement>> {
        say("==> Python environment of the peers");
        let python = python::environment_for(&ENVIRONMENT, workspace, interrupt)?;
        let mut measurements = Vec::new();
        for name in self.names {
            say(&format!("==> measuring {name}"));
            let mut command = python::python_command(&python);
            command.args(["-c", self.script, name, &request.seconds().to_string()]);
            let printed = process::capture(name, &mut command, interrupt, RUN_LIMIT)?;
            if !printed.status.success() {
                bail!("{name} failed: {}", printed.err.trim());
            }
            measurements.extend(Measurement::all(&printed.out)?);
        }
        Ok(measurements)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_requirement_is_pinned_and_hashed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let files = [GENERATORS, ENCODERS, PROGRAMS, UPLOADERS];
        let files = files.map(|file| std::fs::read_to_string(root.join(file)).unwrap());
        let text = files.concat().replace("\\\n", "");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for line in lines {
            let [package, hashes @ ..] = &line.split_whitespace().collect::<Vec<_>>()[..] else {
                panic!("an empty line")
            };
            assert!(package.contains("=="), "{package} is not pinned");
            let hashed = hashes.iter().all(|hash| hash.starts_with("--hash=sha256:"));
            assert!(hashed && !hashes.is_empty(), "{package} has no hash");
        }
    }
}
