//! The body of a request: chunks that were handed in, kept as they are, sent as often as needed.

use std::sync::Arc;

use bytes::Bytes;

/// Bytes to send. Cloning copies no data, so a retry sends the same bytes again.
#[derive(Clone, Debug, Default)]
pub struct Payload {
    chunks: Arc<[Bytes]>,
    len: u64,
}

impl Payload {
    /// Joins the chunks in their order, without copying them.
    #[must_use]
    pub fn new(chunks: Vec<Bytes>) -> Self {
        let len = chunks.iter().map(|chunk| chunk.len() as u64).sum();
        Self {
            chunks: chunks.into(),
            len,
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

/// Collects written bytes until a part is full. Chunks are split, never copied.
#[derive(Debug, Default)]
pub(crate) struct Filling {
    chunks: std::collections::VecDeque<Bytes>,
    len: u64,
}

impl Filling {
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn push(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.len += bytes.len() as u64;
            self.chunks.push_back(bytes);
        }
    }

    /// Takes the first `size` bytes, or all if there are fewer.
    pub(crate) fn take(&mut self, size: u64) -> Payload {
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
        let data: Vec<u8> = (0..=255).collect();
        let mut filling = Filling::default();
        for chunk in data.chunks(7) {
            filling.push(Bytes::copy_from_slice(chunk));
        }
        let mut seen = Vec::new();
        while filling.len() > 0 {
            let part = filling.take(50);
            assert!(part.len() == 50 || filling.len() == 0);
            seen.extend(part.chunks().iter().flatten().copied());
        }
        assert_eq!(seen, data);
    }

    #[test]
    fn a_full_chunk_is_not_copied() {
        let bytes = Bytes::from(vec![1; 100]);
        let mut filling = Filling::default();
        filling.push(bytes.clone());
        assert_eq!(filling.take(60).chunks()[0].as_ptr(), bytes.as_ptr());
    }
}
