//! Checksums of bodies, off the threads that drive the network.

use std::sync::Arc;
use std::thread::available_parallelism;

use bytes::Buf;
use paired_md5::{Message, Pairs};
use tokio::sync::oneshot;

use crate::checksum::{Checksum, Digest};
use crate::options::Integrity;
use crate::payload::Payload;

/// Below this, moving the work to another thread costs more than the work.
const INLINE: u64 = 64 * 1024;

/// Makes checksums. Two MD5s that are wanted at the same time are made together, in the time of
/// one. Clones share them.
#[derive(Clone)]
pub(crate) struct Digests(Arc<Pairs>);

impl Digests {
    pub fn new() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Pairs::new(cores)))
    }

    /// The checksum of a body, if one is wanted.
    pub async fn checksum_of(&self, integrity: Integrity, body: &Payload) -> Option<Checksum> {
        if integrity == Integrity::Off {
            return None;
        }
        if body.len() <= INLINE {
            return digest(integrity, body);
        }
        let moved = body.clone();
        let made = match integrity {
            Integrity::Md5 => {
                let (to, md5) = oneshot::channel();
                self.make(Box::new(Body::new(moved, to)));
                md5.await.ok().map(Checksum::Md5)
            }
            _ => tokio::task::spawn_blocking(move || digest(integrity, &moved))
                .await
                .ok()
                .flatten(),
        };
        // Where the runtime is ending, whoever still asks gets the answer here.
        made.or_else(|| digest(integrity, body))
    }

    /// Makes the MD5 of a message, which is handed it.
    pub fn make(&self, message: Box<dyn Message>) {
        if let Some(worker) = self.0.add(message) {
            tokio::task::spawn_blocking(|| worker.run());
        }
    }
}

/// A body, and who waits for its MD5.
struct Body {
    payload: Payload,
    /// How many chunks have been begun.
    chunks: usize,
    current: bytes::Bytes,
    to: oneshot::Sender<[u8; 16]>,
}

impl Body {
    fn new(payload: Payload, to: oneshot::Sender<[u8; 16]>) -> Self {
        Self {
            payload,
            chunks: 0,
            current: bytes::Bytes::new(),
            to,
        }
    }
}

impl Message for Body {
    fn bytes(&mut self) -> &[u8] {
        while self.current.is_empty()
            && let Some(next) = self.payload.chunks().get(self.chunks)
        {
            self.current = next.clone();
            self.chunks += 1;
        }
        &self.current
    }

    fn consume(&mut self, len: usize) {
        self.current.advance(len);
    }

    fn done(self: Box<Self>, md5: [u8; 16]) {
        // Nobody may wait for it any more.
        let _sent = self.to.send(md5);
    }
}

fn digest(integrity: Integrity, body: &Payload) -> Option<Checksum> {
    let mut digest = Digest::new(integrity);
    for chunk in body.chunks() {
        digest.update(chunk);
    }
    digest.finish()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use md5::{Digest as _, Md5};

    use super::*;

    #[tokio::test]
    async fn chunks_do_not_change_the_sum() {
        let digests = Digests::new();
        let data = vec![7; 200_000];
        let whole = Payload::from(Bytes::from(data.clone()));
        let cut = Payload::new(data.chunks(999).map(Bytes::copy_from_slice).collect());
        for integrity in [Integrity::Md5, Integrity::Crc64Nvme] {
            let sum = digests.checksum_of(integrity, &whole).await;
            assert!(sum.is_some());
            assert_eq!(sum, digests.checksum_of(integrity, &cut).await);
        }
        assert_eq!(digests.checksum_of(Integrity::Off, &whole).await, None);
        let empty = digests
            .checksum_of(Integrity::Md5, &Payload::default())
            .await;
        let md5 = empty.and_then(Checksum::md5).unwrap();
        assert_eq!(md5[..4], [0xd4, 0x1d, 0x8c, 0xd9]);
    }

    #[tokio::test]
    async fn bodies_that_are_digested_at_once_get_each_its_own() {
        let digests = Digests::new();
        let bodies: Vec<_> = (0..20)
            .map(|at| vec![at; 100_000 + 7 * usize::from(at)])
            .collect();
        let sums = bodies.iter().map(|body| {
            let (digests, body) = (digests.clone(), Payload::from(Bytes::from(body.clone())));
            async move { digests.checksum_of(Integrity::Md5, &body).await }
        });
        let sums = futures::future::join_all(sums).await;
        for (body, sum) in bodies.iter().zip(sums) {
            assert_eq!(sum, Some(Checksum::Md5(Md5::digest(body).into())));
        }
    }
}
