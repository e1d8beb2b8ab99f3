//! Numbers and codes of banks, cards and securities. All have the check digits that they must
//! have; none is meant to be anybody's.

mod bank;
mod card;
mod security;

pub(super) use self::bank::{bic, iban};
pub(super) use self::card::credit_card;
pub(super) use self::security::isin;

/// Luhn's sum of decimal digits, of which the last is the one before the check digit: every second
/// one doubled, from that one on, and the digits of what comes out added. The check digit is what
/// is missing to a multiple of ten (ISO/IEC 7812-1, annex B).
fn luhn(digits: impl DoubleEndedIterator<Item = u8>) -> u8 {
    let mut sum = 0;
    for (i, digit) in digits.rev().enumerate() {
        let doubled = u32::from(digit) * 2;
        sum += match i % 2 {
            0 => doubled / 10 + doubled % 10,
            _ => u32::from(digit),
        };
    }
    ((10 - sum % 10) % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_of_published_numbers() {
        // The example of Luhn's patent family, and test cards that networks publish.
        for number in ["79927398713", "4111111111111111", "378282246310005"] {
            let digits: Vec<u8> = number.bytes().map(|byte| byte - b'0').collect();
            let (check, digits) = digits.split_last().unwrap();
            assert_eq!(luhn(digits.iter().copied()), *check, "{number}");
        }
    }
}
