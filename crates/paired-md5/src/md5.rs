//! Digests in the making, one by one or two together.

use crate::compress::{Block, START, State, compress};

/// The bytes of a block.
const BLOCK: usize = 64;

/// The MD5 of a message that is handed in piece by piece.
#[derive(Clone, Debug)]
pub struct Md5 {
    state: State,
    /// Bytes so far.
    len: u64,
    /// The last `len % 64` of them.
    pending: Block,
}

impl Default for Md5 {
    fn default() -> Self {
        Self::new()
    }
}

impl Md5 {
    /// The digest of a message that is there as a whole.
    #[must_use]
    pub fn of(bytes: impl AsRef<[u8]>) -> [u8; 16] {
        let mut md5 = Self::new();
        md5.update(bytes.as_ref());
        md5.finish()
    }

    /// Of no byte yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            state: START,
            len: 0,
            pending: [0; BLOCK],
        }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let (blocks, rest) = self.complete_block(bytes).as_chunks();
        self.compress(blocks);
        self.keep(rest);
    }

    /// The digest of all bytes.
    #[must_use]
    pub fn finish(mut self) -> [u8; 16] {
        // RFC 1321, 3.1 and 3.2: a bit, zeros, and the length in bits, modulo 2^64, at the end of a
        // block.
        let bits = self.len.wrapping_mul(8).to_le_bytes();
        let used = self.pending_len();
        let mut padding = [0; 2 * BLOCK];
        padding[0] = 0x80;
        let len = if used < BLOCK - 8 { BLOCK } else { 2 * BLOCK } - used;
        padding[len - 8..len].copy_from_slice(&bits);
        self.update(&padding[..len]);
        let mut digest = [0; 16];
        for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(self.state) {
            *bytes = word.to_le_bytes();
        }
        digest
    }

    fn pending_len(&self) -> usize {
        (self.len % BLOCK as u64) as usize
    }

    /// Fills a block that has been begun, and hands back what it has no room for.
    fn complete_block<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let begun = self.pending_len();
        if begun == 0 {
            return bytes;
        }
        let (head, rest) = bytes.split_at(bytes.len().min(BLOCK - begun));
        self.pending[begun..begun + head.len()].copy_from_slice(head);
        self.len += head.len() as u64;
        if begun + head.len() == BLOCK {
            let mut state = [self.state];
            compress(&mut state, [&self.pending]);
            [self.state] = state;
        }
        rest
    }

    fn compress(&mut self, blocks: &[Block]) {
        let mut state = [self.state];
        for block in blocks {
            compress(&mut state, [block]);
        }
        [self.state] = state;
        self.len += (blocks.len() * BLOCK) as u64;
    }

    /// Keeps what does not fill a block.
    fn keep(&mut self, rest: &[u8]) {
        if !rest.is_empty() {
            self.pending[..rest.len()].copy_from_slice(rest);
            self.len += rest.len() as u64;
        }
    }
}

/// Takes the next bytes of two messages, in the time of the longer ones.
pub fn update_both((a, a_bytes): (&mut Md5, &[u8]), (b, b_bytes): (&mut Md5, &[u8])) {
    let (a_blocks, a_rest) = a.complete_block(a_bytes).as_chunks();
    let (b_blocks, b_rest) = b.complete_block(b_bytes).as_chunks();
    let both = a_blocks.len().min(b_blocks.len());
    let ((a_blocks, a_more), (b_blocks, b_more)) =
        (a_blocks.split_at(both), b_blocks.split_at(both));
    let mut states = [a.state, b.state];
    for blocks in a_blocks.iter().zip(b_blocks) {
        compress(&mut states, blocks.into());
    }
    [a.state, b.state] = states;
    for (md5, more, rest) in [(a, a_more, a_rest), (b, b_more, b_rest)] {
        md5.len += (both * BLOCK) as u64;
        md5.compress(more);
        md5.keep(rest);
    }
}

#[cfg(test)]
mod tests {
    use md5::Digest as _;
    use proptest::prelude::*;

    use super::*;

    fn known(bytes: &[u8]) -> [u8; 16] {
        md5::Md5::digest(bytes).into()
    }

    #[test]
    fn the_digests_of_the_rfc() {
        // RFC 1321, A.5.
        for (message, digest) in [
            ("", 0xd41d_8cd9_8f00_b204_e980_0998_ecf8_427e_u128),
            ("abc", 0x9001_5098_3cd2_4fb0_d696_3f7d_28e1_7f72),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                0x57ed_f4a2_2be3_c955_ac49_da2e_2107_b67a,
            ),
        ] {
            assert_eq!(Md5::of(message), digest.to_be_bytes());
        }
    }

    #[test]
    fn every_length_around_a_block() {
        let bytes: Vec<u8> = (0..200).collect();
        for len in 0..bytes.len() {
            assert_eq!(Md5::of(&bytes[..len]), known(&bytes[..len]), "{len}");
        }
    }

    proptest! {
        #[test]
        fn pieces_and_company_change_nothing(
            a in proptest::collection::vec(any::<u8>(), 0..1_000),
            b in proptest::collection::vec(any::<u8>(), 0..1_000),
            cuts in proptest::collection::vec((0_usize..300, 0_usize..300, any::<bool>()), 0..8),
        ) {
            let (mut one, mut two) = (Md5::new(), Md5::new());
            let (mut left_a, mut left_b) = (&a[..], &b[..]);
            for (cut_a, cut_b, together) in cuts {
                let (head_a, tail_a) = left_a.split_at(cut_a.min(left_a.len()));
                let (head_b, tail_b) = left_b.split_at(cut_b.min(left_b.len()));
                if together {
                    update_both((&mut one, head_a), (&mut two, head_b));
                } else {
                    one.update(head_a);
                    two.update(head_b);
                }
                (left_a, left_b) = (tail_a, tail_b);
            }
            update_both((&mut one, left_a), (&mut two, left_b));
            prop_assert_eq!(one.finish(), known(&a));
            prop_assert_eq!(two.finish(), known(&b));
        }
    }
}
