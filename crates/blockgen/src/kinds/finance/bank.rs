//! `iban` and `bic`.

use std::sync::Arc;

use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::kinds::phrase::{around, everywhere};
use crate::locale::{Locale, Tables};
use crate::pool::Pool;
use crate::random::{Draws, Key, Lane};
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

pub(super) const ALPHANUMERIC: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Country and number of account, as the registry of ISO 13616 has them: `n` stands for a digit,
/// `a` for a capital letter, `c` for either.
const FORMATS: [(Locale, &[u8; 2], &str); 9] = [
    (Locale::DeDe, b"DE", "nnnnnnnnnnnnnnnnnn"),
    (Locale::FrFr, b"FR", "nnnnnnnnnncccccccccccnn"),
    (Locale::ItIt, b"IT", "annnnnnnnnncccccccccccc"),
    (Locale::NlNl, b"NL", "aaaannnnnnnnnn"),
    (Locale::PtPt, b"PT", "nnnnnnnnnnnnnnnnnnnnn"),
    (Locale::PtBr, b"BR", "nnnnnnnnnnnnnnnnnnnnnnnac"),
    (Locale::TrTr, b"TR", "nnnnnncccccccccccccccc"),
    (Locale::CyGb, b"GB", "aaaannnnnnnnnnnnnn"),
    (Locale::ArSa, b"SA", "nncccccccccccccccccc"),
];

const LONGEST: usize = 29;

/// Characters drawn from one lane: 36¹⁰ outcomes in 64 bits leave 12 bits of evenness.
const PER_LANE: usize = 10;
const LANES: usize = 3;

#[derive(Debug)]
struct Iban {
    which: Lane,
    lanes: [Lane; LANES],
    formats: Box<[Format]>,
}

#[derive(Debug)]
struct Format {
    country: [u8; 2],
    account: &'static [u8],
}

/// Of the locale's country; of any that is known where there is none.
pub(in crate::kinds) fn iban(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let key = scope.key();
    localised::compile(scope, |tables| Iban::new(key, tables))
}

impl Iban {
    fn new(key: Key, tables: &Tables) -> Self {
        let known = FORMATS.iter().any(|(of, ..)| *of == tables.locale);
        let fitting = |of: Locale| !known || of == tables.locale;
        let formats = FORMATS.iter().filter(|(of, ..)| fitting(*of));
        let formats = formats.map(|(_, country, account)| Format {
            country: **country,
            account: account.as_bytes(),
        });
        Self {
            which: key.lane(0),
            lanes: [key.lane(1), key.lane(2), key.lane(3)],
            formats: formats.collect(),
        }
    }
}

/// A character of a format.
#[inline]
fn character(symbol: u8, draws: &mut Draws) -> u8 {
    match symbol {
        b'n' => b'0' + draws.below(10) as u8,
        // Letters come first.
        b'a' => ALPHANUMERIC[draws.below(26) as usize],
        _ => ALPHANUMERIC[draws.below(36) as usize],
    }
}

/// The remainder by 97 of a number of which `remainder` is what the part before leaves, and
/// `character` the next: a digit, or a letter, which counts as two, 10 for A to 35 for Z.
#[inline]
fn remainder_97(remainder: u32, character: u8) -> u32 {
    match character {
        b'0'..=b'9' => (remainder * 10 + u32::from(character - b'0')) % 97,
        letter => (remainder * 100 + u32::from(letter - b'A' + 10)) % 97,
    }
}

impl Text for Iban {
    fn lengths(&self) -> Lengths {
        let share = 1.0 / self.formats.len() as f64;
        let lengths = self.formats.iter().map(|f| f.account.len() + 4);
        Lengths {
            // All of the room is copied.
            max: LONGEST,
            ..Lengths::weighted(lengths.map(|len| (Lengths::exact(len), share)))
        }
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let which = self.which.draws(row).below(self.formats.len() as u64);
        let Format { country, account } = &self.formats[which as usize];
        let mut text = [b'0'; LONGEST];
        text[..2].copy_from_slice(country);
        let places = text[4..].chunks_mut(PER_LANE);
        for ((places, symbols), lane) in places.zip(account.chunks(PER_LANE)).zip(self.lanes) {
            let mut draws = lane.draws(row);
            for (place, symbol) in places.iter_mut().zip(symbols) {
                *place = character(*symbol, &mut draws);
            }
        }
        // ISO 7064, MOD 97-10: with the country and the check digits moved behind the account, the
        // whole number leaves 1.
        let len = 4 + account.len();
        let moved = text[4..len].iter().chain(&text[..4]);
        let check = 98 - moved.fold(0, |remainder, c| remainder_97(remainder, *c));
        text[2] = b'0' + (check / 10) as u8;
        text[3] = b'0' + (check % 10) as u8;
        out.push_bytes(&text, len);
    }
}

/// `bic`: four letters of a bank, two of a country, a place and perhaps a branch, after ISO 9362.
/// The place ends in 1, which stands for a member that is not connected.
pub(in crate::kinds) fn bic(scope: &Scope<'_>) -> Arc<dyn Column> {
    let letters: Vec<String> = ('A'..='Z').map(String::from).collect();
    let letter = around("", &letters, "");
    let vowel = Arc::new(Pool::new(["A", "E", "I", "O", "U"]));
    let country = around("", Locale::En.tables().country_codes, "");
    let three: Vec<String> = (0..1_000).map(|number| format!("{number:03}")).collect();
    let place = around("", &letters, "1");
    let member = [&letter, &letter, &letter, &vowel, &country, &place].map(Arc::clone);
    let with = |branch: &[Arc<Pool>]| [&member[..], branch].concat();
    // Half of them name no branch, four in ten one by number, one in ten one by letters.
    let none = std::iter::repeat_n(with(&[]), 5);
    let number = std::iter::repeat_n(with(&[around("", &three, "")]), 4);
    let name = with(&[&letter, &vowel, &letter].map(Arc::clone));
    everywhere(scope, none.chain(number).chain([name]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_leave_one() {
        // The examples of the registry.
        for iban in [
            "DE89370400440532013000",
            "FR1420041010050500013M02606",
            "IT60X0542811101000000123456",
            "NL91ABNA0417164300",
            "PT50000201231234567890154",
            "BR1800360305000010009795493C1",
            "TR330006100519786457841326",
            "GB29NWBK60161331926819",
            "SA0380000000608010167519",
        ] {
            let moved = iban[4..].bytes().chain(iban[..4].bytes());
            assert_eq!(moved.fold(0, remainder_97), 1, "{iban}");
            let country = iban.as_bytes();
            let format = FORMATS
                .iter()
                .find(|(_, code, _)| country.starts_with(*code));
            let (_, _, account) = format.unwrap();
            assert_eq!(account.len(), iban.len() - 4, "{iban}");
            for (symbol, character) in account.bytes().zip(iban[4..].bytes()) {
                let (digit, capital) = (character.is_ascii_digit(), character.is_ascii_uppercase());
                let fits = match symbol {
                    b'n' => digit,
                    b'a' => capital,
                    _ => digit || capital,
                };
                assert!(fits, "{iban}");
            }
        }
    }
}
