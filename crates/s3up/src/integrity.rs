//! Checksums of bodies, off the threads that drive the network.

use md5::{Digest, Md5};

use crate::options::Integrity;
use crate::payload::Payload;

/// Below this, moving the work to another thread costs more than the work.
const INLINE: u64 = 64 * 1024;

/// The MD5 of a body, if one is wanted.
pub(crate) async fn md5_of(integrity: Integrity, body: &Payload) -> Option<[u8; 16]> {
    if integrity == Integrity::Off {
        return None;
    }
    if body.len() <= INLINE {
        return Some(md5(body));
    }
    let moved = body.clone();
    match tokio::task::spawn_blocking(move || md5(&moved)).await {
        Ok(md5) => Some(md5),
        // The runtime is ending: whoever still asks gets the answer here.
        Err(_) => Some(md5(body)),
    }
}

fn md5(body: &Payload) -> [u8; 16] {
    let mut md5 = Md5::new();
    for chunk in body.chunks() {
        md5.update(chunk);
    }
    md5.finalize().into()
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
        assert_eq!(
            md5_of(Integrity::Md5, &whole).await,
            md5_of(Integrity::Md5, &cut).await
        );
        assert_eq!(md5_of(Integrity::Off, &whole).await, None);
        let empty = md5_of(Integrity::Md5, &Payload::default()).await.unwrap();
        assert_eq!(empty[..4], [0xd4, 0x1d, 0x8c, 0xd9]);
    }
}
