//! MD5s of files, two by two: what a server does with a body takes less time than its MD5.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::sync::Arc;
use std::thread::available_parallelism;

use paired_md5::{Message, Pairs};
use tokio::sync::oneshot;

/// Read at once: well within a cache.
const CHUNK_BYTES: usize = 64 << 10;

/// Makes MD5s on threads that may be busy.
pub(crate) struct Digests(Arc<Pairs>);

impl Digests {
    pub(crate) fn new() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Pairs::new(cores)))
    }

    /// The MD5 of the next `len` bytes of a file, and the file.
    ///
    /// # Errors
    ///
    /// It can't be read, or ends before.
    pub(crate) async fn md5_of(&self, file: File, len: u64) -> io::Result<(File, [u8; 16])> {
        let (to, md5) = oneshot::channel();
        let written = Written {
            file,
            left: len,
            chunk: Vec::new(),
            consumed: 0,
            error: None,
            to,
        };
        if let Some(worker) = self.0.add(Box::new(written)) {
            tokio::task::spawn_blocking(|| worker.run());
        }
        // Nobody answers where the runtime is ending.
        md5.await
            .unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}

/// A file that is read back, and who waits for its MD5.
struct Written {
    file: File,
    left: u64,
    chunk: Vec<u8>,
    consumed: usize,
    error: Option<io::Error>,
    to: oneshot::Sender<io::Result<(File, [u8; 16])>>,
}

impl Written {
    fn next_chunk(&mut self) {
        let len = self.left.min(CHUNK_BYTES as u64);
        self.consumed = 0;
        self.chunk.resize(len as usize, 0);
        match self.file.read_exact(&mut self.chunk) {
            Ok(()) => self.left -= len,
            Err(error) => {
                self.error = Some(error);
                self.chunk.clear();
            }
        }
    }
}

impl Message for Written {
    fn bytes(&mut self) -> &[u8] {
        if self.consumed == self.chunk.len() && self.left > 0 && self.error.is_none() {
            self.next_chunk();
        }
        &self.chunk[self.consumed..]
    }

    fn consume(&mut self, len: usize) {
        self.consumed += len;
    }

    fn done(self: Box<Self>, md5: [u8; 16]) {
        let made = match self.error {
            None => Ok((self.file, md5)),
            Some(error) if error.kind() == ErrorKind::UnexpectedEof => Err(io::Error::other(
                "it is shorter than what was written to it",
            )),
            Some(error) => Err(error),
        };
        // The client may have gone.
        let _sent = self.to.send(made);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek as _, Write as _};

    use md5::{Digest as _, Md5};

    use super::*;

    #[tokio::test]
    async fn a_range_of_a_file_is_digested_and_a_short_file_told() {
        let digests = Digests::new();
        let bytes: Vec<u8> = (0..=250).cycle().take(3 * CHUNK_BYTES + 17).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        for (from, len) in [(0, bytes.len()), (5, 2 * CHUNK_BYTES), (9, 0)] {
            file.seek(io::SeekFrom::Start(from as u64)).unwrap();
            let md5;
            (file, md5) = digests.md5_of(file, len as u64).await.unwrap();
            let expected = Md5::digest(&bytes[from..from + len]);
            assert_eq!(md5, <[u8; 16]>::from(expected), "{from} {len}");
        }
        file.seek(io::SeekFrom::Start(1)).unwrap();
        let error = digests.md5_of(file, bytes.len() as u64).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "it is shorter than what was written to it"
        );
    }
}
