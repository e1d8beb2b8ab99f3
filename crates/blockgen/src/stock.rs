//! Running text that excerpts are taken from, one for each table of words: a spec may have many
//! columns of excerpts.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::random::{Key, Lane};

/// Characters at which an excerpt may start: so many that excerpts differ, few enough for a core's
/// own cache. TPC-H takes its comments from a text of 300 MB in the same way (clause 4.2.2.14).
pub(crate) const STARTS: u64 = 1 << 17;

/// Characters that an excerpt may have.
pub(crate) const MAX_CHARS: u32 = 4_096;

/// The stocks of a compiler, each made once.
#[derive(Default)]
pub(crate) struct Stocks(RefCell<BTreeMap<usize, Arc<Stock>>>);

impl Stocks {
    /// The stock of a table of words.
    pub(crate) fn of(&self, words: &'static [&'static str]) -> Arc<Stock> {
        let mut stocks = self.0.borrow_mut();
        // Never followed: a table that lives for ever has an address of its own.
        let stock = stocks.entry(words.as_ptr().addr());
        Arc::clone(stock.or_insert_with(|| Arc::new(Stock::new(words))))
    }
}

#[derive(Debug)]
pub(crate) struct Stock {
    text: Box<str>,
    /// Where its characters start, and where the last one ends; none where each is one byte.
    offsets: Option<Box<[u32]>>,
    mean_width: f64,
}

impl Stock {
    fn new(words: &[&str]) -> Self {
        // The same for every seed: where excerpts start is what differs.
        let lane = Key::of_seed(0).child("stock").lane(0);
        let text = running_text(words, lane, STARTS as usize + MAX_CHARS as usize);
        let starts = text.char_indices().map(|(at, _)| at as u32);
        let offsets = (!text.is_ascii()).then(|| starts.chain([text.len() as u32]).collect());
        let mean_width = text.len() as f64 / text.chars().count() as f64;
        Self {
            text,
            offsets,
            mean_width,
        }
    }

    pub(crate) fn text(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Bytes of a character, on average.
    pub(crate) fn mean_width(&self) -> f64 {
        self.mean_width
    }

    /// Bytes that a character has at most.
    pub(crate) fn widest(&self) -> usize {
        match self.offsets {
            // RFC 3629.
            Some(_) => 4,
            None => 1,
        }
    }

    /// Where characters start, as bytes.
    #[inline]
    pub(crate) fn bytes(&self, start: usize, end: usize) -> (usize, usize) {
        match &self.offsets {
            None => (start, end),
            Some(offsets) => (offsets[start] as usize, offsets[end] as usize),
        }
    }
}

/// Sentences of four to eleven words, at least so many characters of them.
fn running_text(words: &[&str], lane: Lane, chars: usize) -> Box<str> {
    // Of empty words there would never be enough.
    let words = if words.iter().all(|word| word.is_empty()) {
        &["text"]
    } else {
        words
    };
    let mut text = String::with_capacity(2 * chars);
    let (mut row, mut left, mut written) = (0, 0, 0);
    while written < chars {
        let mut draws = lane.draws(row);
        let word = words[draws.below(words.len() as u64) as usize];
        if left == 0 {
            left = 4 + draws.below(8);
            text.push_str(if row == 0 { "" } else { ". " });
        } else {
            text.push(' ');
        }
        text.push_str(word);
        written += word.chars().count() + 1;
        left -= 1;
        row += 1;
    }
    text.push('.');
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_excerpt_ends_within_its_stock() {
        for words in [&["a"][..], &["été", "é"], &["", "b"], &[""], &[]] {
            let stock = Stock::new(words);
            let end = STARTS as usize - 1 + MAX_CHARS as usize;
            let (start, end) = stock.bytes(STARTS as usize - 1, end);
            let excerpt = std::str::from_utf8(&stock.text()[start..end]).unwrap();
            assert_eq!(excerpt.chars().count(), MAX_CHARS as usize, "{words:?}");
        }
    }
}
