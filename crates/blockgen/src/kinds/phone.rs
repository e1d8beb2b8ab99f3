//! `phone`: numbers after the locale's patterns.

use std::sync::LazyLock;

use fake::locales::{Data, EN};

use crate::random::{Key, Lane};
use crate::text::{Lengths, Text, TextBuffer};

/// Room for the longest pattern.
const WIDTH: usize = 24;

/// One spelling: `#` stands for a digit, `^` for one that is not 0.
#[derive(Debug)]
struct Pattern {
    text: [u8; WIDTH],
    len: usize,
    /// Where the `^` is; every pattern has exactly one.
    leading: usize,
    /// Where the `#` are.
    digits: Vec<u8>,
}

impl Pattern {
    /// `None` if the pattern is longer than [`WIDTH`] or has no `^`.
    fn parse(pattern: &str) -> Option<Self> {
        let bytes = pattern.as_bytes();
        let mut text = [0; WIDTH];
        text.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(Self {
            text,
            len: bytes.len(),
            leading: pattern.find('^')?,
            digits: (0u8..)
                .zip(bytes)
                .filter(|(_, byte)| **byte == b'#')
                .map(|(position, _)| position)
                .collect(),
        })
    }
}

/// The locale's patterns. A test holds that none is left out.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    EN::PHONE_NUMBER_FORMATS
        .iter()
        .filter_map(|pattern| Pattern::parse(pattern))
        .collect()
});

#[derive(Debug)]
pub(super) struct Phone {
    /// Which pattern, and its first digit.
    shape: Lane,
    /// All other digits: at most 15, which 64 bits hold with 14 to spare.
    digits: Lane,
    patterns: &'static [Pattern],
}

impl Phone {
    pub(super) fn new(key: Key) -> Self {
        Self {
            shape: key.lane(0),
            digits: key.lane(1),
            patterns: &PATTERNS,
        }
    }
}

impl Text for Phone {
    fn lengths(&self) -> Lengths {
        let lengths = self.patterns.iter().map(|pattern| pattern.len);
        let total: usize = lengths.clone().sum();
        Lengths {
            min: lengths.clone().min().unwrap_or(0),
            mean: total as f64 / self.patterns.len() as f64,
            // A whole pattern is copied, whatever its length.
            max: WIDTH,
        }
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut shape = self.shape.draws(row);
        let mut digits = self.digits.draws(row);
        let pattern = &self.patterns[shape.below(self.patterns.len() as u64) as usize];
        let mut text = pattern.text;
        text[pattern.leading] = b'1' + shape.below(9) as u8;
        for &position in &pattern.digits {
            text[usize::from(position)] = b'0' + digits.below(10) as u8;
        }
        out.push_bytes(&text, pattern.len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_the_locale_is_used_and_its_digits_fit_one_draw() {
        assert_eq!(PATTERNS.len(), EN::PHONE_NUMBER_FORMATS.len());
        for (pattern, source) in PATTERNS.iter().zip(EN::PHONE_NUMBER_FORMATS) {
            assert_eq!(source.matches('^').count(), 1, "{source}");
            assert!(pattern.digits.len() <= 15, "{source}");
        }
    }
}
