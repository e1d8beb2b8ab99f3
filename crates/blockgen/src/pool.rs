//! Tables of short texts, laid out once for fast copying.

use crate::random::Draws;
use crate::text::Lengths;

/// Texts are copied in steps of this many bytes, past their end: one load and one store for
/// nearly every word and name, where a copy of the exact length is a call.
pub(crate) const STEP_BYTES: usize = 16;

/// Texts end to end in one string, drawn with equal probability. A text that stands twice in
/// its table is drawn twice as often.
#[derive(Debug)]
pub(crate) struct Pool {
    /// All texts, then `STEP_BYTES` zeros, so that a step that starts in a text stays inside.
    bytes: Box<[u8]>,
    /// Where each text starts, and where the last one ends.
    offsets: Box<[u32]>,
    lengths: Lengths,
}

impl Pool {
    /// A pool of no texts holds an empty one, so that there is always something to draw.
    pub(crate) fn new<I>(texts: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut bytes = Vec::new();
        let mut offsets = vec![0];
        let mut lengths: Option<Lengths> = None;
        for text in texts {
            let text = text.as_ref();
            bytes.extend_from_slice(text.as_bytes());
            let end = u32::try_from(bytes.len()).expect("a locale's table is far below 4 GiB");
            offsets.push(end);
            let length = Lengths::exact(text.len());
            lengths = Some(lengths.map_or(length, |seen| seen.or(length)));
        }
        if offsets.len() == 1 {
            offsets.push(0);
        }
        let texts = offsets.len() - 1;
        let mut lengths = lengths.unwrap_or(Lengths::exact(0));
        lengths.mean = bytes.len() as f64 / texts as f64;
        bytes.resize(bytes.len() + STEP_BYTES, 0);
        Self {
            bytes: bytes.into(),
            offsets: offsets.into(),
            lengths,
        }
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub(crate) fn lengths(&self) -> Lengths {
        self.lengths
    }

    /// The number of a text, drawn with equal probability.
    #[inline]
    pub(crate) fn draw(&self, draws: &mut Draws) -> usize {
        draws.below(self.len() as u64) as usize
    }

    /// The text of this number and everything behind it, and the text's length in bytes.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> (&[u8], usize) {
        let start = self.offsets[index] as usize;
        let end = self.offsets[index + 1] as usize;
        (&self.bytes[start..], end - start)
    }
}
