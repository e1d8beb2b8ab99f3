//! Checksums of bodies, off the threads that drive the network.

use crate::checksum::{Checksum, Digest};
use crate::options::Integrity;
use crate::payload::Payload;

/// Below this, moving the work to another thread costs more than the work.
const INLINE: u64 = 64 * 1024;

/// The checksum of a body, if one is wanted.
pub(crate) async fn checksum_of(integrity: Integrity, body: &Payload) -> Option<Checksum> {
    if integrity == Integrity::Off {
        return None;
    }
    if body.len() <= INLINE {
        return digest(integrity, body);
    }
    let moved = body.clone();
    match tokio::task::spawn_blocking(move || digest(integrity, &moved)).await {
        Ok(checksum) => checksum,
        // The runtime is ending: whoever still asks gets the answer here.
        Err(_) => digest(integrity, body),
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

    use super::*;

    #[tokio::test]
    async fn chunks_do_not_change_the_sum() {
        let data = vec![7; 200_000];
        let whole = Payload::from(Bytes::from(data.clone()));
        let cut = Payload::new(data.chunks(999).map(Bytes::copy_from_slice).collect());
        for integrity in [Integrity::Md5, Integrity::Crc64Nvme] {
            let sum = checksum_of(integrity, &whole).await;
            assert!(sum.is_some());
            assert_eq!(sum, checksum_of(integrity, &cut).await);
        }
        assert_eq!(checksum_of(Integrity::Off, &whole).await, None);
        let empty = checksum_of(Integrity::Md5, &Payload::default()).await;
        let md5 = empty.and_then(Checksum::md5).unwrap();
        assert_eq!(md5[..4], [0xd4, 0x1d, 0x8c, 0xd9]);
    }
}
