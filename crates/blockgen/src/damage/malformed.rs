//! Texts that were typed, cut or decoded wrongly.

use std::sync::Arc;

use arrow::array::{Array, StringArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};

use super::mojibake::misread;
use super::{Detail, Patch};
use crate::column::FillError;
use crate::random::{Key, Lane, RowRng};
use crate::spec::Malformation;

/// Characters that no one sees and many programs stumble over: a start of heading, a bell, a
/// backspace, a vertical tab, an escape, a delete.
const CONTROL_CHARACTERS: [char; 6] = ['\u{1}', '\u{7}', '\u{8}', '\u{b}', '\u{1b}', '\u{7f}'];

/// Texts, each malformed in one of several ways.
#[derive(Debug)]
pub(super) struct Malformed {
    ways: Arc<[Malformation]>,
    lane: Lane,
}

impl Malformed {
    pub(super) fn new(ways: Arc<[Malformation]>, key: Key) -> Self {
        let lane = key.lane(1);
        Self { ways, lane }
    }

    /// The texts of these rows, malformed.
    pub(super) fn patch(&self, rows: &[u64], texts: &StringArray) -> Result<Patch, FillError> {
        let mut bytes = Vec::with_capacity(texts.value_data().len());
        let mut offsets = Vec::with_capacity(rows.len() + 1);
        offsets.push(0i32);
        let mut details = Vec::with_capacity(rows.len());
        for (row, text) in rows.iter().zip(texts) {
            let changed = text.and_then(|text| self.malform(*row, text));
            let (text, detail) = match &changed {
                Some((text, how)) => (text.as_str(), Detail::How(*how)),
                None => (text.unwrap_or_default(), Detail::Nothing),
            };
            bytes.extend_from_slice(text.as_bytes());
            let end = i32::try_from(bytes.len()).map_err(|_| FillError::TextTooLong {
                max_bytes: i32::MAX as usize,
            })?;
            offsets.push(end);
            details.push(detail);
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        let nulls = texts.logical_nulls();
        Ok(Patch {
            values: Arc::new(StringArray::try_new(offsets, bytes.into(), nulls)?),
            details,
        })
    }

    /// Another text, made of this one in the first of the ways, from the one that is drawn on,
    /// that can change it.
    fn malform(&self, row: u64, text: &str) -> Option<(String, Malformation)> {
        let mut rng = self.lane.rng(row);
        let first = below(&mut rng, self.ways.len());
        let ways = self.ways[first..].iter().chain(&self.ways[..first]);
        ways.copied().find_map(|how| {
            let malformed = malform(text, how, &mut rng)?;
            Some((malformed, how))
        })
    }
}

/// A number below a bound, which is 1 or more.
fn below(rng: &mut RowRng, bound: usize) -> usize {
    // The upper half of the product, as `Draws` does.
    ((u128::from(rng.bits()) * bound as u128) >> 64) as usize
}

/// One of several.
fn pick<'a, T>(rng: &mut RowRng, from: &'a [T]) -> Option<&'a T> {
    (!from.is_empty()).then(|| &from[below(rng, from.len())])
}

/// A text other than this one; none if that is no way to change it.
fn malform(text: &str, how: Malformation, rng: &mut RowRng) -> Option<String> {
    let malformed = match how {
        Malformation::Truncated => {
            let characters = characters(text);
            let (start, _) = *pick(rng, characters.get(1..)?)?;
            text[..start].to_owned()
        }
        Malformation::Swapped => swapped(text, rng)?,
        Malformation::DoubledBlank => {
            let blanks: Vec<_> = text.match_indices(' ').map(|(at, _)| at).collect();
            inserted(text, *pick(rng, &blanks)?, ' ')
        }
        Malformation::LeadingBlank => inserted(text, 0, ' '),
        Malformation::TrailingBlank => inserted(text, text.len(), ' '),
        Malformation::WrongCase => match text.to_uppercase() {
            upper if upper == text => text.to_lowercase(),
            upper => upper,
        },
        Malformation::ControlCharacter => {
            let characters = characters(text);
            let at = pick(rng, &characters).map_or(0, |(at, _)| *at);
            inserted(text, at, *pick(rng, &CONTROL_CHARACTERS)?)
        }
        Malformation::Mojibake if text.is_ascii() => {
            let (at, character) = *pick(rng, &characters(text))?;
            let (before, after) = (&text[..at], &text[at + character.len_utf8()..]);
            format!("{before}{}{after}", char::REPLACEMENT_CHARACTER)
        }
        Malformation::Mojibake => misread(text),
        Malformation::Empty => String::new(),
    };
    (malformed != text).then_some(malformed)
}

fn characters(text: &str) -> Vec<(usize, char)> {
    text.char_indices().collect()
}

fn inserted(text: &str, at: usize, character: char) -> String {
    let (before, after) = text.split_at(at);
    format!("{before}{character}{after}")
}

/// Two neighbours that differ, the other way round.
fn swapped(text: &str, rng: &mut RowRng) -> Option<String> {
    let characters = characters(text);
    let pairs = characters.windows(2).filter(|pair| pair[0].1 != pair[1].1);
    let pairs: Vec<_> = pairs.collect();
    let pair = pick(rng, &pairs)?;
    let ((start, first), (_, second)) = (pair[0], pair[1]);
    let end = start + first.len_utf8() + second.len_utf8();
    let (before, after) = (&text[..start], &text[end..]);
    Some(format!("{before}{second}{first}{after}"))
}
