//! `isin`: a country, nine characters and a check digit, after ISO 6166.

use std::sync::Arc;

use super::bank::ALPHANUMERIC;
use super::luhn;
use crate::column::Column;
use crate::locale::Locale;
use crate::random::Lane;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer, TextColumn};

const LENGTH: usize = 12;

#[derive(Debug)]
struct Isin {
    country: Lane,
    /// 36⁹ outcomes leave 17 bits of evenness.
    characters: Lane,
    /// Two letters each.
    countries: &'static [&'static str],
}

pub(in crate::kinds) fn isin(scope: &Scope<'_>) -> Arc<dyn Column> {
    Arc::new(TextColumn::new(Isin {
        country: scope.key().lane(0),
        characters: scope.key().lane(1),
        countries: Locale::En.tables().country_codes,
    }))
}

impl Text for Isin {
    fn lengths(&self) -> Lengths {
        Lengths::exact(LENGTH)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let country = self.country.draws(row).below(self.countries.len() as u64);
        let mut text = [0; LENGTH];
        text[..2].copy_from_slice(&self.countries[country as usize].as_bytes()[..2]);
        let mut draws = self.characters.draws(row);
        for character in &mut text[2..LENGTH - 1] {
            *character = ALPHANUMERIC[draws.below(36) as usize];
        }
        // Letters count as two digits: 10 for A to 35 for Z.
        let mut digits = [0; 2 * LENGTH];
        let mut count = 0;
        for character in &text[..LENGTH - 1] {
            if character.is_ascii_digit() {
                digits[count] = character - b'0';
                count += 1;
            } else {
                let value = character - b'A' + 10;
                digits[count] = value / 10;
                digits[count + 1] = value % 10;
                count += 2;
            }
        }
        text[LENGTH - 1] = b'0' + luhn(digits[..count].iter().copied());
        out.push_bytes(&text, LENGTH);
    }
}
