//! A sink from which finished bytes are taken while the file goes on: the way to S3 parts.

use std::io;

use bytes::{Bytes, BytesMut};

/// Collects written bytes until they are [taken](ByteDrain::take). Holds no more than what was
/// written since the last time.
///
/// ```
/// use std::io::Write;
/// let mut drain = blockwrite::ByteDrain::default();
/// drain.write_all(b"PAR1")?;
/// assert_eq!(drain.take().as_ref(), b"PAR1");
/// assert!(drain.take().is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct ByteDrain {
    /// Before what is pending.
    pieces: Vec<Bytes>,
    pending: BytesMut,
}

impl ByteDrain {
    /// All bytes written since the last call, in one piece. Copied where they are several
    /// ([`take_pieces`](Self::take_pieces)).
    pub fn take(&mut self) -> Bytes {
        let mut pieces = self.take_pieces();
        match pieces.len() {
            0 | 1 => pieces.pop().unwrap_or_default(),
            _ => pieces.concat().into(),
        }
    }

    /// All bytes written since the last call, as they lie: whole row groups, and what is between
    /// them.
    pub fn take_pieces(&mut self) -> Vec<Bytes> {
        self.end_pending();
        std::mem::take(&mut self.pieces)
    }

    /// Adds bytes without a copy.
    pub(crate) fn push(&mut self, bytes: Bytes) {
        self.end_pending();
        self.pieces.push(bytes);
    }

    /// Makes room for so many bytes that are written in small pieces.
    pub(crate) fn reserve(&mut self, bytes: u64) {
        self.pending.reserve(usize::try_from(bytes).unwrap_or(0));
    }

    fn end_pending(&mut self) {
        if !self.pending.is_empty() {
            self.pieces.push(self.pending.split().freeze());
        }
    }
}

impl io::Write for ByteDrain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
