//! The body of a request: chunks that were handed in, kept as they are, sent as often as needed.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use crate::progress::UploadProgress;

/// Bytes to send. Cloning copies no data, so a retry sends the same bytes again.
#[derive(Clone, Debug, Default)]
pub struct Payload {
    chunks: Arc<[Bytes]>,
    len: u64,
    /// Counts what of it goes out, each time it does.
    watcher: Option<Arc<UploadProgress>>,
}

impl Payload {
    /// Joins the chunks in their order, without copying them.
    #[must_use]
    pub fn new(chunks: Vec<Bytes>) -> Self {
        let len = chunks.iter().map(|chunk| chunk.len() as u64).sum();
        Self {
            chunks: chunks.into(),
            len,
            watcher: None,
        }
    }

    pub(crate) fn watched(self, progress: &Arc<UploadProgress>) -> Self {
        Self {
            watcher: Some(Arc::clone(progress)),
            ..self
        }
    }

    /// Tells the upload that this many of its bytes went out. An [`S3Client`](crate::S3Client)
    /// calls it as it sends, for repeated bytes again; nothing but the count depends on it.
    pub fn note_sent(&self, bytes: u64) {
        if let Some(progress) = &self.watcher {
            progress.send(bytes);
        }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is no byte in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The chunks in their order.
    #[must_use]
    pub fn chunks(&self) -> &[Bytes] {
        &self.chunks
    }
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        Self::new(vec![bytes])
    }
}

/// Chunks below this are copied together: as chunks of their own they would cost more in
/// bookkeeping and in writes to the socket than the copy.
const SMALL: usize = 16 * 1024;

/// Collects written bytes until a part is full. Large chunks are split, never copied.
#[derive(Debug, Default)]
pub(crate) struct Filling {
    chunks: VecDeque<Bytes>,
    /// Small chunks behind `chunks`.
    tail: BytesMut,
    len: u64,
}

impl Filling {
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn push(&mut self, bytes: Bytes) {
        self.len += bytes.len() as u64;
        if bytes.len() >= SMALL {
            self.close_tail();
            self.chunks.push_back(bytes);
        } else {
            self.tail.extend_from_slice(&bytes);
            if self.tail.len() >= 4 * SMALL {
                self.close_tail();
            }
        }
    }

    fn close_tail(&mut self) {
        if !self.tail.is_empty() {
            self.chunks.push_back(self.tail.split().freeze());
        }
    }

    /// Takes the first `size` bytes, or all if there are fewer.
    pub(crate) fn take(&mut self, size: u64) -> Payload {
        self.close_tail();
        let mut taken = Vec::new();
        let mut wanted = size.min(self.len);
        self.len -= wanted;
        while wanted > 0 {
            let Some(mut chunk) = self.chunks.pop_front() else {
                break;
            };
            let here = usize::try_from(wanted)
                .unwrap_or(usize::MAX)
                .min(chunk.len());
            let head = chunk.split_to(here);
            wanted -= head.len() as u64;
            taken.push(head);
            if !chunk.is_empty() {
                self.chunks.push_front(chunk);
            }
        }
        Payload::new(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_the_same_bytes_in_the_same_order() {
        for chunk in [7, SMALL - 1, SMALL, SMALL + 3, 5 * SMALL] {
            let data: Vec<u8> = (0..u8::MAX).cycle().take(300_000).collect();
            let mut filling = Filling::default();
            for (index, chunk) in data.chunks(chunk).enumerate() {
                // Small and large chunks by turns.
                let (head, tail) = chunk.split_at(if index % 2 == 0 { 0 } else { chunk.len() / 3 });
                filling.push(Bytes::copy_from_slice(head));
                filling.push(Bytes::copy_from_slice(tail));
            }
            let mut seen = Vec::new();
            while filling.len() > 0 {
                let part = filling.take(70_000);
                assert!(part.len() == 70_000 || filling.len() == 0);
                seen.extend(part.chunks().iter().flatten().copied());
            }
            assert!(seen == data);
        }
    }

    #[test]
    fn a_large_chunk_is_not_copied() {
        let bytes = Bytes::from(vec![1; SMALL]);
        let mut filling = Filling::default();
        filling.push(bytes.clone());
        assert_eq!(filling.take(60).chunks()[0].as_ptr(), bytes.as_ptr());
    }
}
