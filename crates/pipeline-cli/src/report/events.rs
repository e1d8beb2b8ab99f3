//! The two ways out: JSON lines on standard output, text for people on standard error.

use std::io::{self, Write as _};

use serde_json::Value;

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
    let _ = writeln!(io::stderr().lock(), "{text}");
}
