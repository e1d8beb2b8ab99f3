//! Standard output, where what was asked for goes.

use std::io::{self, Write as _};

use terminal_size::terminal_size_of;

use crate::failure::{ExitCode, Failure};

/// What a table may take where no terminal says how wide it is.
const COLUMNS: usize = 80;
/// A narrower terminal is not served: nothing would be left of a table.
const FEWEST: usize = 40;

/// Whether somebody still reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// As far as can be told.
    There,
    /// The pipe is closed, as by `| head -1`: there is no use in going on, and no error.
    Gone,
}

/// Writes to standard output, at once.
///
/// # Errors
///
/// Standard output refuses, for example because a disk is full.
pub fn print(bytes: impl AsRef<[u8]>) -> Result<Reader, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes.as_ref()).and_then(|()| out.flush()) {
        Ok(()) => Ok(Reader::There),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(Failure::new(
            ExitCode::LocalWrite,
            anyhow::Error::new(error).context("could not write to standard output"),
        )),
    }
}

/// How many columns a line may take: those of the terminal, else 80.
pub fn columns() -> usize {
    terminal_size_of(io::stdout()).map_or(COLUMNS, |(width, _)| usize::from(width.0).max(FEWEST))
}
