//! Snappy, by an encoder of our own: most of the time of a row group goes there.
//!
//! The format is the one that all readers know (google/snappy, `format_description.txt`): a length,
//! then literals and copies of at most 64 bytes from at most 65,535 bytes before. What is chosen
//! here is where to look for copies, with pages of tables in mind, which are text in short pieces,
//! numbers, and keys that nothing compresses:
//!
//! * The window slides over the whole page, where other encoders begin anew every 64 KiB. A slot of
//!   the table holds the low 16 bits of a position, which is all that a distance within the window
//!   needs; an entry from further back shows by its bytes, which are compared in any case.
//! * A copy has at least five bytes. One of four costs three, and splits the literal around it.
//! * Where little matched lately, fewer places are looked at, and a match makes up for half of that
//!   only: keys and numbers are passed over soon, text is read closely throughout.
//! * What is unpredictable, such as the length of a match, is computed without branches.

use super::scratch::PageBuffer;

/// An encoder with its table, which is used again for each page.
pub(super) struct Snappy {
    /// By the hash of the bytes there: the low 16 bits of the last position.
    table: Box<[u16; SLOTS]>,
}

/// 32 KiB of table, which leaves a first-level cache some room for the page.
const SLOTS: usize = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 14;

/// Bytes that have to match before they are looked at as a copy.
const LEAST_MATCH: u32 = 5;

/// How far the next look is, in 32nds of a byte. Each look without a match adds a share of it: an
/// eighth, or a 32nd in a small page, where most looks find nothing because little was seen yet.
///
/// The longest step is odd so that a page of equally wide values is not looked at in the same place
/// of each of them.
const HASTE_BITS: u32 = 5;
const LEAST_HASTE: u32 = 1 << HASTE_BITS;
const MOST_HASTE: u32 = 7 << HASTE_BITS;
const SMALL_PAGE: usize = 64 * 1024;

/// No match begins in the last bytes of a page, so that a look may read so far unasked.
const TAIL: usize = 24;

/// The longest literal that is written in one piece with the copy behind it.
const SHORT_LITERAL: usize = 16;

/// A short literal with its tag, a copy, and what the copy's last byte is written beside.
const SHORT_PIECE: usize = 24;

impl Snappy {
    pub(super) fn new() -> Self {
        Self {
            table: Box::new([0; SLOTS]),
        }
    }

    /// Compresses `page` behind what is in `packed`.
    pub(super) fn compress(&mut self, page: &[u8], packed: &mut PageBuffer) {
        let mut out = Output {
            room: packed.room(most_bytes(page.len())),
            at: 0,
        };
        out.length(page.len());
        self.table.fill(0);
        let rest = self.matches(page, &mut out);
        if rest < page.len() {
            out.literal(&page[rest..]);
        }
        let written = out.at;
        packed.advance(written);
    }

    /// Writes the page up to its last match, and returns where that ends.
    fn matches(&mut self, page: &[u8], out: &mut Output) -> usize {
        let table = &mut *self.table;
        let mut written = 0;
        let Some(end) = page.len().checked_sub(TAIL) else {
            return written;
        };
        let mut haste = LEAST_HASTE;
        let growth = if page.len() < SMALL_PAGE { 0 } else { 2 };
        // A slot that was never written says position 0, so the first look is at 1.
        let mut here = 1;
        while here < end {
            let bytes = eight(page, here);
            let slot = &mut table[hash(bytes)];
            let distance = usize::from((here as u16).wrapping_sub(*slot));
            *slot = here as u16;
            let distance = if distance > here { 0 } else { distance };
            let differ = bytes ^ eight(page, here - distance);
            if differ << (64 - 8 * LEAST_MATCH) != 0 || distance == 0 {
                let step = haste >> HASTE_BITS;
                haste = (haste + (step << growth)).min(MOST_HASTE);
                here += step as usize;
                continue;
            }
            haste = (haste >> 1).max(LEAST_HASTE);

            let length = match_length(page, here, here - distance, differ);
            if here - written > SHORT_LITERAL {
                out.literal(&page[written..here]);
                written = here;
            }
            if length <= LONGEST_COPY {
                out.short_literal_and_copy(page, written, here - written, distance, length);
            } else {
                if written < here {
                    out.literal(&page[written..here]);
                }
                out.long_copy(distance, length);
            }
            here += length;
            written = here;
            if here < end {
                table[hash(eight(page, here - 1))] = (here - 1) as u16;
            }
        }
        written
    }
}

/// Room for so many bytes, compressed: the bound of the reference implementation, and more than is
/// needed here. A match of 5 bytes costs 3, its literal's tag 1, or 3 if the literal has 257 bytes,
/// so a page grows by one byte in 262 at the most; the fixed part holds the length (5 bytes at the
/// most) and what a piece writes beyond its end, which is less than the page's last 24 bytes.
fn most_bytes(bytes: usize) -> usize {
    32 + bytes + bytes / 6
}

/// The eight bytes from there.
#[inline(always)]
fn eight(page: &[u8], at: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&page[at..at + 8]);
    u64::from_le_bytes(bytes)
}

/// The slot of bytes that begin so: Fibonacci hashing (Knuth, volume 3, section 6.4) of the bytes
/// that have to match.
#[inline(always)]
fn hash(bytes: u64) -> usize {
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    ((bytes << (64 - 8 * LEAST_MATCH)).wrapping_mul(GOLDEN) >> (64 - SLOT_BITS)) as usize
}

/// How many bytes match, where the first eight differ as said: without a branch up to sixteen, since
/// nothing foretells it.
#[inline(always)]
fn match_length(page: &[u8], here: usize, before: usize, differ: u64) -> usize {
    let second = eight(page, here + 8) ^ eight(page, before + 8);
    let whole_first = u32::from(differ == 0).wrapping_neg();
    // 64 zeros where nothing differs: 8 bytes.
    let (first, second) = (differ.trailing_zeros() / 8, second.trailing_zeros() / 8);
    let length = first + (second & whole_first);
    if length < 16 {
        length as usize
    } else {
        long_match(page, here, before)
    }
}

/// How many bytes match, of which the first sixteen are known to.
#[inline(never)]
fn long_match(page: &[u8], here: usize, before: usize) -> usize {
    let mut length = 16;
    while here + length + 8 <= page.len() {
        let differ = eight(page, here + length) ^ eight(page, before + length);
        length += differ.trailing_zeros() as usize / 8;
        if differ != 0 {
            return length;
        }
    }
    let rest = page[here + length..].iter().zip(&page[before + length..]);
    length + rest.take_while(|(a, b)| a == b).count()
}

/// The longest copy that the format has.
const LONGEST_COPY: usize = 64;

/// Where the compressed page is written.
struct Output<'a> {
    room: &'a mut [u8],
    at: usize,
}

impl Output<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.room[self.at..][..bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
    }

    /// The length of the page, seven bits a byte.
    fn length(&mut self, mut length: usize) {
        while length >= 0x80 {
            self.put(&[length as u8 | 0x80]);
            length >>= 7;
        }
        self.put(&[length as u8]);
    }

    /// Bytes as they are.
    #[inline(never)]
    fn literal(&mut self, bytes: &[u8]) {
        let [a, b, c, d, ..] = (bytes.len() - 1).to_le_bytes();
        match bytes.len() - 1 {
            0..60 => self.put(&[a << 2]),
            60..0x100 => self.put(&[60 << 2, a]),
            0x100..0x1_0000 => self.put(&[61 << 2, a, b]),
            _ => self.put(&[63 << 2, a, b, c, d]),
        }
        self.put(bytes);
    }

    /// Up to 16 bytes as they are, perhaps none, then a copy of 5 to 64: always as many bytes are
    /// moved, and only those that are meant are kept.
    #[inline(always)]
    fn short_literal_and_copy(
        &mut self,
        page: &[u8],
        from: usize,
        literal: usize,
        distance: usize,
        length: usize,
    ) {
        let Some(piece) = self.room[self.at..].first_chunk_mut::<SHORT_PIECE>() else {
            unreachable!("most_bytes() counts it");
        };
        piece[0] = (literal.wrapping_sub(1) << 2) as u8;
        piece[1..=SHORT_LITERAL].copy_from_slice(&page[from..from + SHORT_LITERAL]);
        let copy_at = if literal == 0 { 0 } else { literal + 1 };
        let (copy, bytes) = copy(distance, length);
        piece[copy_at..copy_at + 4].copy_from_slice(&copy.to_le_bytes());
        self.at += copy_at + bytes;
    }

    /// More than 64 bytes from before: as many copies as it takes, none of which has less than four
    /// bytes, since a short form begins there.
    #[inline(never)]
    fn long_copy(&mut self, distance: usize, mut length: usize) {
        while length > 0 {
            let part = match length {
                ..=LONGEST_COPY => length,
                65..68 => 60,
                _ => LONGEST_COPY,
            };
            let (copy, bytes) = copy(distance, part);
            self.put(&copy.to_le_bytes()[..bytes]);
            length -= part;
        }
    }
}

/// A copy of 4 to 64 bytes, and its own length: two bytes where both numbers are small, else three.
#[inline(always)]
fn copy(distance: usize, length: usize) -> (u32, usize) {
    let (distance, length) = (distance as u32, length as u32);
    let short = (distance >> 8) << 5 | length.wrapping_sub(4) << 2 | 1;
    let short = (short & 0xFF) | (distance & 0xFF) << 8;
    let long = (length - 1) << 2 | 2 | distance << 8;
    let is_short = u32::from((length < 12) & (distance < 2048));
    // Without a branch: half of the copies of text are of either kind.
    (
        long ^ ((long ^ short) & is_short.wrapping_neg()),
        3 - is_short as usize,
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compressed(page: &[u8], encoder: &mut Snappy) -> Vec<u8> {
        let mut packed = PageBuffer::default();
        encoder.compress(page, &mut packed);
        packed.filled().to_vec()
    }

    /// Compresses by ours and unpacks by the crate that other people read with.
    fn round_trip(page: &[u8], encoder: &mut Snappy) -> usize {
        let packed = compressed(page, encoder);
        let back = snap::raw::Decoder::new()
            .decompress_vec(&packed)
            .expect("valid");
        assert!(
            back == page,
            "{} bytes came back as {} others",
            page.len(),
            back.len()
        );
        packed.len()
    }

    /// Bytes of a small alphabet, in runs and repetitions from near and far.
    fn pages() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            4 => proptest::collection::vec(any::<u8>(), 0..70).prop_map(Piece::New),
            2 => proptest::collection::vec(0..3_u8, 0..300).prop_map(Piece::New),
            2 => (any::<u8>(), 0..3000_usize).prop_map(|(byte, count)| Piece::New(vec![byte; count])),
            1 => (0..70_000_usize).prop_map(|count| {
                Piece::New((0..count).map(|at| (at as u32).wrapping_mul(0x9E37_79B1).to_be_bytes()[0]).collect())
            }),
            6 => (0..140_000_usize, 0..200_usize).prop_map(|(back, count)| Piece::Again { back, count }),
        ];
        proptest::collection::vec(piece, 0..60).prop_map(|pieces| {
            let mut page: Vec<u8> = Vec::new();
            for piece in pieces {
                match piece {
                    Piece::New(bytes) => page.extend(bytes),
                    Piece::Again { back, count } => {
                        for _ in 0..count {
                            let from = page.len().saturating_sub(back);
                            page.push(page.get(from).copied().unwrap_or(7));
                        }
                    }
                }
            }
            page
        })
    }

    #[derive(Clone, Debug)]
    enum Piece {
        New(Vec<u8>),
        Again { back: usize, count: usize },
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn whatever_is_compressed_comes_back(pages in proptest::collection::vec(pages(), 1..3)) {
            // One encoder for all: nothing is left over from the page before.
            let mut encoder = Snappy::new();
            for page in &pages {
                let first = compressed(page, &mut encoder);
                round_trip(page, &mut encoder);
                prop_assert_eq!(first, compressed(page, &mut Snappy::new()));
            }
        }
    }

    #[test]
    fn short_pages_come_back() {
        let mut encoder = Snappy::new();
        for length in 0..200 {
            round_trip(&vec![1; length], &mut encoder);
            round_trip(
                &(0..length).map(|at| at as u8).collect::<Vec<_>>(),
                &mut encoder,
            );
            round_trip(&b"abcdefg".repeat(length), &mut encoder);
        }
    }

    #[test]
    fn copies_of_every_length_and_distance_come_back() {
        let mut encoder = Snappy::new();
        let noise: Vec<u8> = noise().take(200_000).collect();
        for length in (1..150).chain([1000, 70_000]) {
            for distance in [1, 2, 7, 8, 9, 2047, 2048, 65_535, 65_536, 65_537, 100_000] {
                let mut page = noise[..distance].to_vec();
                for _ in 0..length {
                    page.push(page[page.len() - distance]);
                }
                page.extend(&noise[150_000..150_040]);
                round_trip(&page, &mut encoder);
            }
        }
    }

    #[test]
    fn what_does_not_compress_hardly_grows() {
        let mut encoder = Snappy::new();
        let noise: Vec<u8> = noise().take(3_000_000).collect();
        let packed = round_trip(&noise, &mut encoder);
        assert!(packed <= noise.len() + 16, "{packed}");
        // Matches of the least length, each behind a literal that needs a longer tag.
        let mut page = Vec::new();
        for piece in noise.chunks_exact(300) {
            page.extend(piece);
            page.extend(&noise[..5]);
        }
        let packed = round_trip(&page, &mut encoder);
        assert!(
            packed <= page.len() + page.len() / 262 + 16,
            "{packed} of {}",
            page.len()
        );
    }

    #[test]
    fn what_is_alike_in_one_place_of_each_value_is_found() {
        // Random numbers of 16 bits in 64: the zeros are all there is, behind much noise.
        let mut page: Vec<u8> = noise().take(100_000).collect();
        let mut random = noise();
        for _ in 0..100_000 {
            page.extend([
                random.next().unwrap(),
                random.next().unwrap(),
                0,
                0,
                0,
                0,
                0,
                0,
            ]);
        }
        let packed = round_trip(&page, &mut Snappy::new());
        assert!(packed < 100_000 + 800_000 * 7 / 10, "{packed}");
    }

    #[test]
    fn what_repeats_within_the_window_is_found() {
        let mut encoder = Snappy::new();
        let noise: Vec<u8> = noise().take(60_000).collect();
        let page = noise.repeat(10);
        let packed = round_trip(&page, &mut encoder);
        assert!(packed < 60_000 + 540_000 / 15, "{packed}");
    }

    #[test]
    fn small_pages_take_little_more_than_by_the_reference() {
        // Words of which most are met for the first time.
        let mut text = Vec::new();
        let mut random = noise();
        while text.len() < 20_000 {
            let word = random.next().unwrap();
            text.extend(
                [4, 0, 0, 0]
                    .iter()
                    .chain(format!("word-{word:03}-of-many").as_bytes()),
            );
            text.extend([random.next().unwrap(), random.next().unwrap(), b' ']);
        }
        let ours = round_trip(&text, &mut Snappy::new());
        let theirs = snap::raw::Encoder::new().compress_vec(&text).unwrap().len();
        assert!(ours * 100 <= theirs * 104, "{ours} against {theirs}");
    }

    #[test]
    fn text_takes_no_more_than_by_the_reference() {
        let words = [
            "lorem",
            "ipsum",
            "dolor",
            "sit",
            "amet",
            "consectetur",
            "adipiscing",
            "elit",
        ];
        let mut text = Vec::new();
        for byte in noise().take(300_000) {
            text.extend(words[usize::from(byte) % words.len()].bytes());
            text.push(if byte < 16 { b'\n' } else { b' ' });
        }
        let ours = round_trip(&text, &mut Snappy::new());
        let theirs = snap::raw::Encoder::new().compress_vec(&text).unwrap().len();
        assert!(ours * 100 <= theirs * 102, "{ours} against {theirs}");
    }

    /// Bytes without a pattern that a compressor would find.
    fn noise() -> impl Iterator<Item = u8> {
        let mut state = 42_u64;
        std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
    }
}
