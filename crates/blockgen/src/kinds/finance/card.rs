//! `credit_card`: numbers in the ranges of three networks, with a valid check digit.

use std::sync::Arc;

use super::luhn;
use crate::column::Column;
use crate::random::Lane;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer, TextColumn};

const LONGEST: usize = 16;

/// What a network's numbers start with, and how many digits they have, the check digit counted:
/// Visa, Mastercard and American Express.
const NETWORKS: [(&[&[u8]], usize); 3] = [
    (&[b"4"], 16),
    (&[b"51", b"52", b"53", b"54", b"55"], 16),
    (&[b"34", b"37"], 15),
];

#[derive(Debug)]
struct CreditCard {
    start: Lane,
    digits: Lane,
}

pub(in crate::kinds) fn credit_card(scope: &Scope<'_>) -> Arc<dyn Column> {
    Arc::new(TextColumn::new(CreditCard {
        start: scope.key().lane(0),
        digits: scope.key().lane(1),
    }))
}

impl Text for CreditCard {
    fn lengths(&self) -> Lengths {
        Lengths {
            min: 15,
            mean: (16.0 + 16.0 + 15.0) / 3.0,
            max: LONGEST,
        }
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut start = self.start.draws(row);
        let mut digits = self.digits.draws(row);
        let (prefixes, len) = NETWORKS[start.below(NETWORKS.len() as u64) as usize];
        let prefix = prefixes[start.below(prefixes.len() as u64) as usize];
        let mut text = [b'0'; LONGEST];
        text[..prefix.len()].copy_from_slice(prefix);
        for place in &mut text[prefix.len()..len - 1] {
            *place = b'0' + digits.below(10) as u8;
        }
        text[len - 1] = b'0' + luhn(text[..len - 1].iter().map(|byte| byte - b'0'));
        out.push_bytes(&text, len);
    }
}
