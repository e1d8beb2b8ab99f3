//! The two ways out: JSON lines on standard output, text for people on standard error.

#![expect(
    clippy::print_stderr,
    reason = "the one place where the program speaks to people besides its logger"
)]

use std::io::Write as _;

use serde_json::Value;

/// One event, one line, at once.
pub(super) fn emit(event: &Value) {
    let mut out = std::io::stdout().lock();
    // A reader that has gone away has stopped listening; the run does not depend on it.
    let _ = writeln!(out, "{event}").and_then(|()| out.flush());
}

/// A text on standard error.
pub(super) fn say(text: &str) {
    eprintln!("{text}");
}
