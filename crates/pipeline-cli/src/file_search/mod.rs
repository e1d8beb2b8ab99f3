//! Files by folder and by pattern, for commands that are told where to look.

mod pattern;
mod walk;

pub use self::pattern::Pattern;
pub use self::walk::{Finds, Found, walk};

use std::fs::FileType;
use std::io;
use std::path::Path;

use crate::failure::{ExitCode, Failure};

/// What is there and can't be looked at.
pub fn unreadable(path: &Path, error: io::Error) -> Failure {
    let shown = path.display();
    if error.kind() == io::ErrorKind::NotFound && path.is_symlink() {
        let sentence = format!("`{shown}` is a link to something that is not there");
        return Failure::say(ExitCode::Source, sentence).advise("Mend the link, or remove it.");
    }
    let error = anyhow::Error::new(error).context(format!("cannot read `{shown}`"));
    Failure::new(ExitCode::Source, error)
}

/// A word for what is neither file nor folder.
#[cfg(unix)]
pub fn name_of(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

/// A word for what is neither file nor folder.
#[cfg(not(unix))]
pub fn name_of(_: FileType) -> &'static str {
    "no file"
}
