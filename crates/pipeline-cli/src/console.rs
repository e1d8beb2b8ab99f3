//! Where a command speaks: log lines and bars on standard error, events on standard output.

use std::io::IsTerminal as _;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};

use crate::cli::OutputArgs;
use crate::failure::Failure;
use crate::logging::{self, Loudness};
use crate::report::{self, Progress, Screen};
use crate::settings::variable;

/// Whether what goes to a stream may have colours. The same answer as for the help: NO_COLOR,
/// CLICOLOR, CLICOLOR_FORCE, TERM, in their usual order.
pub fn has_colours(stream: &impl RawStream) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}

/// What a command puts on standard output where programs read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stdout {
    /// It does something, and tells of that in events, the last of them `summary`.
    Events,
    /// It was asked for data, and gives those and nothing else: what goes wrong is told on
    /// standard error and by the exit code.
    Data,
}

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
    pub bars: Screen,
}

impl Console {
    /// Sets up the log of the process.
    pub fn open(output: &OutputArgs) -> Self {
        let stderr = std::io::stderr();
        let terminal = stderr.is_terminal() && !console::is_dumb();
        let bar = terminal && !output.json && !output.quiet;
        let colours = has_colours(&stderr);
        let bars = Screen::stderr(colours);
        let loudness = Loudness {
            verbose: output.verbose,
            quiet: output.quiet,
            bar,
            colours,
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

    /// Progress for a command that has some: bars on a terminal, elsewhere a log line now and then.
    pub fn progress(&self) -> Progress {
        Progress::new(self.bar, self.json, &self.bars)
    }

    /// Says what went wrong, if anything did, and gives the exit code.
    pub fn close(&self, outcome: Result<(), Failure>, stdout: Stdout) -> i32 {
        match outcome {
            Ok(()) => 0,
            Err(failure) => {
                // Bars that are still up would tear the paragraph.
                self.bars.clear();
                report::failed(&failure, self.json && stdout == Stdout::Events);
                failure.code as i32
            }
        }
    }
}
