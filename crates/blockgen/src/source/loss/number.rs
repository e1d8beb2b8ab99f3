//! Texts of numbers.

use super::Loss;

/// Digits that every number of a type keeps (`DBL_DIG` and `FLT_DIG` of C), unless it is so near to
/// zero that it has fewer.
const FLOAT64_DIGITS: u64 = f64::DIGITS as u64;
const FLOAT32_DIGITS: u64 = f32::DIGITS as u64;

/// Most digits that a float's exact value has: 767 for 64 bits.
const MOST_DIGITS: u64 = 767;

/// A number as it is written, without zeros that say nothing: `digits` of them, of which the last
/// stands for units of ten to the power of `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Number {
    negative: bool,
    /// None for zero.
    digits: u64,
    last: i64,
    /// The digits, if there are not more than 38.
    value: Option<u128>,
}

impl Number {
    /// Reads `-12.50e3`; none for what is no number of digits.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_ascii().as_bytes();
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let mut number = Self {
            negative,
            digits: 0,
            last: 0,
            value: Some(0),
        };
        let (mut any, mut point, mut zeros) = (false, false, 0);
        for (at, byte) in text.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    number.last -= i64::from(point);
                    if *byte == b'0' {
                        zeros += 1;
                    } else {
                        number.push(*byte - b'0', zeros);
                        zeros = 0;
                    }
                }
                b'.' if !point => point = true,
                b'e' | b'E' if any => {
                    number.last = number.last.saturating_add(exponent(&text[at + 1..])?);
                    break;
                }
                _ => return None,
            }
        }
        if number.digits == 0 {
            number.last = 0;
        } else {
            number.last = number.last.saturating_add_unsigned(zeros);
        }
        any.then_some(number)
    }

    /// A digit behind zeros, which count only if there was one before them.
    fn push(&mut self, digit: u8, zeros: u64) {
        let behind = if self.digits == 0 { 0 } else { zeros };
        self.digits += behind + 1;
        self.value = self.value.filter(|_| self.digits <= 38).map(|value| {
            // No more than 38 digits: neither is too large.
            let shift = 10_u128.pow(u32::try_from(behind + 1).unwrap_or(0));
            value * shift + u128::from(digit)
        });
    }

    /// In units of ten to the power of `-scale`; none if that has no room for it.
    pub fn decimal(self, precision: u8, scale: i8) -> Option<i128> {
        if self.digits == 0 {
            return Some(0);
        }
        if self.of_decimal(precision, scale).is_some() {
            return None;
        }
        let zeros = u32::try_from(self.last.checked_add(i64::from(scale))?).ok()?;
        let value = self.value?.checked_mul(10_u128.checked_pow(zeros)?)?;
        let value = i128::try_from(value).ok()?;
        Some(if self.negative { -value } else { value })
    }

    fn of_decimal(self, precision: u8, scale: i8) -> Option<Loss> {
        if self.digits == 0 {
            return None;
        }
        let (precision, scale) = (i64::from(precision), i64::from(scale));
        if self.last < -scale {
            return Some(Loss::Fraction);
        }
        let before_point = self.last.saturating_add_unsigned(self.digits);
        (before_point > precision - scale).then_some(Loss::TooLarge)
    }
}

/// The number behind an `e`, cut to what no number needs more of.
fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0_i64, |value, digit| {
        (value * 10 + i64::from(digit - b'0')).min(1 << 40)
    });
    Some(if negative { -value } else { value })
}

/// What a text says that a number would not say, though it has the same value.
#[inline]
pub(super) fn form(text: &[u8]) -> Option<Loss> {
    let digits = match text {
        [b'-', rest @ ..] => rest,
        _ => text,
    };
    match digits {
        [b'0', b'0'..=b'9', ..] => return Some(Loss::LeadingZero),
        [b'+', ..] => return Some(Loss::Plus),
        [first, .., last] if first.is_ascii_whitespace() || last.is_ascii_whitespace() => {
            return Some(Loss::Spaces);
        }
        _ => {}
    }
    // No program that writes numbers writes `12e4`: it has a point, or a sign behind the `e`.
    let mantissa = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    let bare = matches!(digits[mantissa..], [b'e' | b'E', b'0'..=b'9', ..]);
    bare.then_some(Loss::Exponent)
}

pub(super) fn of_decimal(text: &str, precision: u8, scale: i8) -> Option<Loss> {
    Number::parse(text)?.of_decimal(precision, scale)
}

#[inline]
pub(super) fn of_float64(text: &str) -> Option<Loss> {
    if is_short(text, FLOAT64_DIGITS) || is_plainly_rounded(text) {
        return None;
    }
    let number = Number::parse(text)?;
    let value: f64 = text.trim_ascii().parse().ok()?;
    let few = number.digits <= FLOAT64_DIGITS && value.is_normal();
    of_float(text, number, value, few, || format!("{value:e}"))
}

pub(super) fn of_float32(text: &str) -> Option<Loss> {
    if is_short(text, FLOAT32_DIGITS) {
        return None;
    }
    let number = Number::parse(text)?;
    let value: f32 = text.trim_ascii().parse().ok()?;
    let few = number.digits <= FLOAT32_DIGITS && value.is_normal();
    of_float(text, number, value.into(), few, || format!("{value:e}"))
}

/// Digits that any float has, and no exponent: seen without knowing the number.
#[inline]
fn is_short(text: &str, digits: u64) -> bool {
    let exponent = |byte: &u8| matches!(byte, b'e' | b'E');
    text.len() as u64 <= digits && !text.as_bytes().iter().any(exponent)
}

/// A float says what its text says if it is that text when written with as many digits, or if the
/// text is the shortest that is read as that float.
fn of_float(
    text: &str,
    number: Number,
    value: f64,
    few: bool,
    shortest: impl Fn() -> String,
) -> Option<Loss> {
    if number.digits == 0 || few {
        return None;
    }
    if !value.is_finite() {
        return Some(Loss::TooLarge);
    }
    if value == 0.0 {
        return Some(Loss::TooSmall);
    }
    let kept = is_rounded(number, value)
        || are_same(text, &shortest())
        || number.digits <= MOST_DIGITS && are_same(text, &written(number, value));
    (!kept).then_some(Loss::Digits)
}

/// The same as [`is_rounded`] for a text of 16 to 19 digits and a point, as most programs write
/// floats; false for all others, which are looked at more closely.
fn is_plainly_rounded(text: &str) -> bool {
    let digits = text.as_bytes();
    let digits = digits.strip_prefix(b"-").unwrap_or(digits);
    let (mut value, mut behind, mut point) = (0_u64, 0, false);
    if digits.len() > "1.234567890123456789".len() {
        return false;
    }
    for byte in digits {
        match byte {
            // With a point there are at most 19 digits, which fit; without one, nobody asks.
            b'0'..=b'9' => {
                let digit = u64::from(byte - b'0');
                value = value.wrapping_mul(10).wrapping_add(digit);
            }
            b'.' if !point => point = true,
            _ => return false,
        }
        behind += i64::from(point);
    }
    // The point counts itself.
    let number = Number {
        negative: false,
        digits: 0,
        last: 1 - behind,
        value: Some(u128::from(value)),
    };
    point && text.parse().is_ok_and(|value| is_rounded(number, value))
}

/// Whether a number lies at most half a unit of its last digit from a float, in whole numbers: most
/// texts of 16 and 17 digits are told by this.
///
/// The float is `mantissa · 2^exponent`, the number `n · 10^last`. Both are multiplied by the powers
/// of ten and two that make them whole. False also where 128 bits have no room.
fn is_rounded(number: Number, value: f64) -> bool {
    let (mantissa, exponent) = parts(value);
    let ten = |power: i64| {
        let power = u32::try_from(power.max(0)).ok()?;
        10_u128.checked_pow(power)
    };
    let two = |power: i64| {
        let power = u32::try_from(power.max(0)).ok()?;
        1_u128.checked_shl(power)
    };
    let whole = || {
        let float = mantissa
            .checked_mul(two(exponent)?)?
            .checked_mul(ten(-number.last)?)?;
        let unit = ten(number.last)?.checked_mul(two(-exponent)?)?;
        let distance = float.abs_diff(number.value?.checked_mul(unit)?);
        Some(distance.checked_mul(2)? <= unit)
    };
    whole().unwrap_or(false)
}

/// A finite float's mantissa and its power of two (IEEE 754: 52 bits of mantissa, with a one before
/// them unless the 11 bits of the exponent are zero; these count from -1075).
fn parts(value: f64) -> (u128, i64) {
    let bits = value.to_bits();
    let mantissa = u128::from(bits & ((1 << 52) - 1));
    match i64::from((bits >> 52) as u16 & 0x7FF) {
        0 => (mantissa, -1074),
        exponent => (mantissa | 1 << 52, exponent - 1075),
    }
}

/// The float with as many digits as the number has, rounded from its exact value.
fn written(number: Number, value: f64) -> String {
    // At most `MOST_DIGITS`.
    let behind_first = usize::try_from(number.digits - 1).unwrap_or(0);
    format!("{value:.behind_first$e}")
}

/// Whether two texts say the same number.
fn are_same(one: &str, other: &str) -> bool {
    let numbers = Number::parse(one).zip(Number::parse(other));
    numbers.is_some_and(|(number, same)| {
        (number.digits, number.last) == (same.digits, same.last)
            && significant(one, number).eq(significant(other, same))
    })
}

/// The digits of a number from the first that is no zero, without zeros at the end.
fn significant(text: &str, number: Number) -> impl Iterator<Item = u8> {
    let digits = text.bytes().filter(u8::is_ascii_digit);
    let digits = digits.skip_while(|digit| *digit == b'0');
    digits.take(usize::try_from(number.digits).unwrap_or(usize::MAX))
}
