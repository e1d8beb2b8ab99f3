//! Where a command speaks: log lines and bars on standard error, events on standard output.

use std::io::IsTerminal as _;

use indicatif::MultiProgress;

use crate::cli::OutputArgs;
use crate::failure::Failure;
use crate::logging::{self, Loudness};
use crate::report;
use crate::settings::variable;

/// The voice of a command.
#[derive(Debug)]
pub struct Console {
    /// One JSON event a line on standard output.
    pub json: bool,
    /// Only what went wrong.
    pub quiet: bool,
    /// Whether bars are drawn: on a terminal, for people.
    pub bar: bool,
    /// The screen that bars and log lines share.
    pub bars: MultiProgress,
}

impl Console {
    /// Sets up the log of the process.
    pub fn open(output: &OutputArgs) -> Self {
        let bar = std::io::stderr().is_terminal() && !output.json && !output.quiet;
        let bars = MultiProgress::new();
        let loudness = Loudness {
            verbose: output.verbose,
            quiet: output.quiet,
            bar,
        };
        let filters = variable("RUST_LOG").filter(|filters| !filters.is_empty());
        logging::install(loudness, filters.as_deref(), &bars);
        Self {
            json: output.json,
            quiet: output.quiet,
            bar,
            bars,
        }
    }

    /// Says what went wrong, if anything did, and gives the exit code.
    pub fn close(&self, outcome: Result<(), Failure>) -> i32 {
        match outcome {
            Ok(()) => 0,
            Err(failure) => {
                // Bars that are still up would tear the paragraph.
                let _ = self.bars.clear();
                report::failed(&failure, self.json);
                failure.code as i32
            }
        }
    }
}
