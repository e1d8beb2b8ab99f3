//! The two ways out: JSON lines on standard output, text for people on standard error.

use std::io::{self, Write as _};
use std::sync::OnceLock;

use serde_json::Value;

use crate::failure::{ExitCode, Failure};
use crate::text_table::printable_lines;

/// The events of a run.
pub(super) struct Events {
    wanted: bool,
    /// Why an event could not be written; the first time counts.
    unsaid: OnceLock<io::Error>,
}

impl Events {
    /// Events, if somebody wants them.
    pub(super) fn new(wanted: bool) -> Self {
        Self {
            wanted,
            unsaid: OnceLock::new(),
        }
    }

    /// Whether they are written at all.
    pub(super) fn are_wanted(&self) -> bool {
        self.wanted
    }

    /// Writes an event if events are wanted, or remembers that it could not be written.
    pub(super) fn emit(&self, event: &Value) {
        if self.wanted
            && let Err(error) = emit(event)
        {
            let _ = self.unsaid.set(error);
        }
    }

    /// What kept an event from being written.
    pub(super) fn all_said(&self) -> Result<(), Failure> {
        match self.unsaid.get() {
            None => Ok(()),
            Some(error) => Err(Failure::say(
                ExitCode::LocalWrite,
                format!("could not write the events to standard output: {error}"),
            )),
        }
    }
}

/// One event, one line, at once.
///
/// # Errors
///
/// Standard output refuses. A reader that has gone away is no error: it has stopped listening,
/// and the run does not depend on it.
pub(super) fn emit(event: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{event}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// A text on standard error. What can't be said there can't be said anywhere.
pub fn say(text: &str) {
    // Names of files, tables and keys are others' words.
    let _ = writeln!(io::stderr().lock(), "{}", printable_lines(text));
}
