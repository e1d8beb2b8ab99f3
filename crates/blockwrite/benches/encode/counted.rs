//! Where everybody's bytes go: they are counted, and no disk is measured.

use std::io::{self, Write};

/// Counts what is written to it, and keeps nothing.
#[derive(Default)]
pub struct Counted {
    /// Bytes so far.
    pub bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
