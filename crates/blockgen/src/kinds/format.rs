//! Numbers written in formats of a locale: telephones, postcodes, house numbers, licence plates.

use std::sync::Arc;

use super::localised;
use crate::column::Column;
use crate::compile::Rejected;
use crate::locale::Tables;
use crate::random::{Key, Lane};
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// Room for the longest format.
const WIDTH: usize = 24;

/// Digits of one format, as many as 64 bits hold with 14 to spare.
const MAX_DIGITS: usize = 15;

/// What `$` stands for: capitals without those that are mistaken for a digit or another letter, as
/// the `fake` crate has them.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRSTVWXYZ";

/// One spelling: `#` stands for a digit, `^` for one that is not 0, `$` for a letter.
#[derive(Debug)]
struct Format {
    text: [u8; WIDTH],
    len: usize,
    leading: Places,
    digits: Places,
    letters: Places,
}

/// Where one of the symbols is.
#[derive(Debug)]
struct Places {
    places: [u8; MAX_DIGITS],
    count: usize,
}

impl Places {
    /// `None` if there are too many.
    fn of(symbol: u8, format: &str) -> Option<Self> {
        let mut places = [0; MAX_DIGITS];
        let mut count = 0;
        for (place, byte) in (0u8..).zip(format.bytes()) {
            if byte == symbol {
                *places.get_mut(count)? = place;
                count += 1;
            }
        }
        Some(Self { places, count })
    }

    #[inline]
    fn each(&self) -> impl Iterator<Item = usize> {
        self.places[..self.count].iter().copied().map(usize::from)
    }
}

impl Format {
    /// `None` if the format is longer than [`WIDTH`] or has too many digits. A test holds that no
    /// locale has such a one.
    fn parse(format: &str) -> Option<Self> {
        let mut text = [0; WIDTH];
        text.get_mut(..format.len())?
            .copy_from_slice(format.as_bytes());
        Some(Self {
            text,
            len: format.len(),
            leading: Places::of(b'^', format)?,
            digits: Places::of(b'#', format)?,
            letters: Places::of(b'$', format)?,
        })
    }
}

/// A column of numbers in the formats that `table` has.
pub(super) fn compile(
    scope: &Scope<'_>,
    table: impl Fn(&Tables) -> &'static [&'static str],
) -> Result<Arc<dyn Column>, Rejected> {
    let key = scope.key();
    localised::compile(scope, |tables| Formatted::new(key, table(tables)))
}

/// A number in one of several formats, each drawn equally often.
#[derive(Debug)]
pub(super) struct Formatted {
    /// Which format, its first digit and its letters.
    shape: Lane,
    /// All other digits.
    digits: Lane,
    formats: Box<[Format]>,
}

impl Formatted {
    pub(super) fn new(key: Key, formats: &[&str]) -> Self {
        let formats = formats.iter().filter_map(|format| Format::parse(format));
        Self {
            shape: key.lane(0),
            digits: key.lane(1),
            formats: formats.collect(),
        }
    }
}

impl Text for Formatted {
    fn lengths(&self) -> Lengths {
        let lengths = self.formats.iter().map(|format| format.len);
        let total: usize = lengths.clone().sum();
        Lengths {
            min: lengths.clone().min().unwrap_or(0),
            mean: total as f64 / self.formats.len() as f64,
            // A whole format is copied, whatever its length.
            max: WIDTH,
        }
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut shape = self.shape.draws(row);
        let mut digits = self.digits.draws(row);
        let format = &self.formats[shape.below(self.formats.len() as u64) as usize];
        let mut text = format.text;
        for place in format.leading.each() {
            text[place] = b'1' + shape.below(9) as u8;
        }
        for place in format.letters.each() {
            text[place] = LETTERS[shape.below(LETTERS.len() as u64) as usize];
        }
        for place in format.digits.each() {
            text[place] = b'0' + digits.below(10) as u8;
        }
        out.push_bytes(&text, format.len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[test]
    fn every_format_of_every_locale_is_used() {
        for locale in Locale::ALL {
            let tables = locale.tables();
            for formats in [
                tables.phones,
                tables.cell_phones,
                tables.building_numbers,
                tables.zip_codes,
                tables.postcodes,
            ] {
                assert!(!formats.is_empty(), "{locale:?}");
                for format in formats {
                    assert!(Format::parse(format).is_some(), "{locale:?}: {format}");
                }
            }
        }
    }
}
