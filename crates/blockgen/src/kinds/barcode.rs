//! `isbn10` and `isbn13`: numbers of English books, with hyphens and a valid check digit.

use std::sync::Arc;

use fake::locales::{Data, EN};

use crate::column::Column;
use crate::random::Lane;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer, TextColumn};

/// The prefix of books.
const PREFIX: &[u8; 3] = b"978";

/// The digits between the group and the check digit: publisher and title.
const DIGITS: usize = 8;

/// With four hyphens.
const LONGEST: usize = 17;

/// A part of a group's numbers, of seven digits: up to `last`, publishers have so many digits.
#[derive(Clone, Copy, Debug)]
struct Publishers {
    last: u64,
    digits: usize,
}

#[derive(Debug)]
struct Isbn {
    lane: Lane,
    thirteen: bool,
    /// The groups of English, with the digit of each.
    groups: Box<[(u8, Box<[Publishers]>)]>,
}

pub(super) fn isbn(scope: &Scope<'_>, thirteen: bool) -> Arc<dyn Column> {
    let groups = EN::isbn_rules().into_iter().map(|(group, rules)| {
        // Where the table of the `fake` crate says from where a part goes, it has a slip of the
        // pen (`20100000000000`); where it goes to is right, and enough, as the parts are in order.
        let publishers = rules.iter().map(|rule| Publishers {
            last: rule.max.parse().unwrap_or(0),
            digits: usize::from(rule.registrant_len.unsigned_abs()),
        });
        (group.as_bytes()[0], publishers.collect())
    });
    Arc::new(TextColumn::new(Isbn {
        lane: scope.key().lane(0),
        thirteen,
        groups: groups.collect(),
    }))
}

impl Text for Isbn {
    fn lengths(&self) -> Lengths {
        Lengths {
            max: LONGEST,
            ..Lengths::exact(if self.thirteen { LONGEST } else { 13 })
        }
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut draws = self.lane.draws(row);
        let group = draws.below(self.groups.len() as u64) as usize;
        let (group, publishers) = &self.groups[group];
        let mut number = draws.below(10u64.pow(DIGITS as u32));
        let publisher = publishers.iter().find(|part| number / 10 <= part.last);
        let publisher = publisher.map_or(DIGITS - 1, |part| part.digits);
        let mut digits = [b'0'; DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        let mut text = [b'-'; LONGEST];
        let mut len = 0;
        let mut put = |part: &[u8]| {
            text[len..len + part.len()].copy_from_slice(part);
            // The hyphen stands there already.
            len += part.len() + 1;
        };
        if self.thirteen {
            put(PREFIX);
        }
        put(&[*group]);
        put(&digits[..publisher]);
        put(&digits[publisher..]);
        put(&[if self.thirteen {
            check_13(*group, &digits)
        } else {
            check_10(*group, &digits)
        }]);
        out.push_bytes(&text, len - 1);
    }
}

/// Digits weighted 1, 2, … 9, modulo 11; ten is written X.
fn check_10(group: u8, digits: &[u8; DIGITS]) -> u8 {
    let all = [group].into_iter().chain(*digits);
    let sum: u32 = (1..).zip(all).map(|(i, d)| i * u32::from(d - b'0')).sum();
    match sum % 11 {
        10 => b'X',
        digit => b'0' + digit as u8,
    }
}

/// Digits weighted 1, 3, 1, 3, …: what is missing to a multiple of ten.
fn check_13(group: u8, digits: &[u8; DIGITS]) -> u8 {
    let all = PREFIX.iter().copied().chain([group]).chain(*digits);
    let weights = [1, 3].into_iter().cycle();
    let sum: u32 = weights.zip(all).map(|(w, d)| w * u32::from(d - b'0')).sum();
    b'0' + ((10 - sum % 10) % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_of_published_books() {
        // The examples of the ISBN Users' Manual and of the standard's Wikipedia article.
        assert_eq!(check_10(b'0', b"30640615"), b'2');
        assert_eq!(check_13(b'0', b"30640615"), b'7');
        assert_eq!(check_10(b'0', b"80442957"), b'X');
    }
}
