//! A sink from which finished bytes are taken while the file goes on: the way to S3 parts.

use std::io;

use bytes::{Bytes, BytesMut};

/// Collects written bytes until they are [taken](ByteDrain::take). Holds no more than what was
/// written since the last `take`.
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
    pending: BytesMut,
}

impl ByteDrain {
    /// All bytes written since the last call, without a copy.
    pub fn take(&mut self) -> Bytes {
        self.pending.split().freeze()
    }

    /// Makes room for `bytes` more in one allocation.
    pub fn reserve(&mut self, bytes: usize) {
        self.pending.reserve(bytes);
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
