//! Numbers as they stand in a spec: exact, also where TOML has none large or fine enough.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// A number in a spec, taken exactly as it is written.
///
/// Whole numbers that TOML cannot hold (above 9223372036854775807) and decimals that a float would
/// round stand in quotes: `"18446744073709551615"`, `"0.10000000000000000001"`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Number {
    /// A whole number.
    Whole(i128),
    /// A float.
    Float(f64),
    /// Digits with a point among them, and perhaps a sign.
    Decimal(String),
}

impl Number {
    /// Its value as a whole number, if it is one; a float counts if it tells each whole number from
    /// the next, up to 2^53.
    pub(crate) fn whole(&self) -> Option<i128> {
        const EXACT: f64 = (1u64 << f64::MANTISSA_DIGITS) as f64;
        match self {
            Self::Whole(whole) => Some(*whole),
            Self::Float(float) => {
                (float.abs() <= EXACT && libm::trunc(*float) == *float).then_some(*float as i128)
            }
            Self::Decimal(_) => None,
        }
    }

    /// The float nearest to it.
    pub(crate) fn float(&self) -> f64 {
        match self {
            Self::Whole(whole) => *whole as f64,
            Self::Float(float) => *float,
            // Reading was checked when the spec was read; a spec made in code may hold anything.
            Self::Decimal(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// How many units of 10^-`scale` it is, if that is a whole number which fits. A float stands for
    /// the shortest decimal number that reads as it.
    pub(crate) fn units(&self, scale: u8) -> Option<i128> {
        match self {
            Self::Whole(whole) => whole.checked_mul(10i128.checked_pow(scale.into())?),
            Self::Float(float) => units(&float.to_string(), scale),
            Self::Decimal(text) => units(text, scale),
        }
    }
}

/// Reads digits and at most one point, with a sign or none, as units of 10^-`scale`.
fn units(text: &str, scale: u8) -> Option<i128> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let scale = usize::from(scale);
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > scale {
        return None;
    }
    let zeros = std::iter::repeat_n('0', scale - fraction.len());
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let mut digits = whole.chars().chain(fraction.chars()).chain(zeros);
    digits.try_fold(0i128, |units, digit| {
        let digit = i128::from(digit.to_digit(10)?);
        units.checked_mul(10)?.checked_add(sign * digit)
    })
}

/// Whether it is nothing but digits and a point, with a sign or none.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    !(whole.is_empty() && fraction.is_empty()) && are_digits(whole) && are_digits(fraction)
}

/// So many units of 10^-`scale`, written as a decimal number.
pub(crate) fn decimal(units: i128, scale: u8) -> String {
    let scale = usize::from(scale);
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0>1$}", units.unsigned_abs(), scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let point = if scale == 0 { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// A float as people write it: with an exponent where there would be a row of zeros.
pub(crate) fn readable(float: f64) -> String {
    match float.abs() {
        0.0 | 1e-5..1e16 => float.to_string(),
        _ if float.is_finite() => format!("{float:e}"),
        _ => float.to_string(),
    }
}

/// As it was written.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(whole) => whole.fmt(f),
            Self::Float(float) => f.write_str(&readable(*float)),
            Self::Decimal(text) => f.write_str(text),
        }
    }
}

impl From<i64> for Number {
    fn from(whole: i64) -> Self {
        Self::Whole(whole.into())
    }
}

impl From<f64> for Number {
    fn from(float: f64) -> Self {
        Self::Float(float)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(whole) => match i64::try_from(*whole) {
                Ok(whole) => serializer.serialize_i64(whole),
                Err(_) => serializer.collect_str(whole),
            },
            Self::Float(float) => serializer.serialize_f64(*float),
            Self::Decimal(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl Visitor<'_> for Any {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a number, or one in quotes such as \"12.50\"")
            }

            fn visit_i64<E: Error>(self, whole: i64) -> Result<Number, E> {
                Ok(Number::Whole(whole.into()))
            }

            fn visit_u64<E: Error>(self, whole: u64) -> Result<Number, E> {
                Ok(Number::Whole(whole.into()))
            }

            fn visit_f64<E: Error>(self, float: f64) -> Result<Number, E> {
                Ok(Number::Float(float))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
                match text.parse() {
                    Ok(whole) => Ok(Number::Whole(whole)),
                    Err(_) if is_decimal(text) => Ok(Number::Decimal(text.to_owned())),
                    Err(_) => Err(E::custom(format_args!(
                        "`{text}` is no number; in quotes, write digits, a sign and a point, such \
                         as \"-12.50\""
                    ))),
                }
            }
        }

        deserializer.deserialize_any(Any)
    }
}

impl JsonSchema for Number {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["number", "string"],
            "pattern": r"^[+-]?(\d+\.?\d*|\.\d+)$",
            "description": "A number, taken exactly; one that is too large or too fine for TOML in quotes.",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn units_are_read_as_they_are_written(units: i64, scale in 0u8..=18) {
            let text = decimal(units.into(), scale);
            prop_assert_eq!(super::units(&text, scale), Some(units.into()), "{}", text);
            let number: Number = serde_json::from_value(text.clone().into()).unwrap();
            prop_assert_eq!(number.units(scale), Some(units.into()));
            prop_assert_eq!(number.float(), text.parse::<f64>().unwrap());
        }

        #[test]
        fn any_text_is_a_number_or_none_without_a_panic(text: String, scale in 0u8..=38) {
            let _ = units(&text, scale);
            let _ = serde_json::from_value::<Number>(text.into());
        }

        #[test]
        fn a_number_reads_back_as_itself(whole: i128, float in -1e300..1e300) {
            for number in [Number::Whole(whole), Number::Float(float)] {
                let json = serde_json::to_string(&number).unwrap();
                prop_assert_eq!(serde_json::from_str::<Number>(&json).unwrap(), number);
            }
        }
    }

    #[test]
    fn floats_stand_for_the_decimal_number_that_was_written() {
        assert_eq!(Number::Float(0.1).units(2), Some(10));
        assert_eq!(Number::Float(19.99).units(2), Some(1_999));
        assert_eq!(Number::Float(-0.125).units(2), None);
        assert_eq!(Number::Float(1e300).units(0), None);
        assert_eq!(Number::Float(f64::NAN).units(0), None);
        assert_eq!(Number::Float(3.0).whole(), Some(3));
        assert_eq!(Number::Float(3.5).whole(), None);
        assert_eq!(Number::Float(1e16).whole(), None);
        assert_eq!(Number::Float(f64::INFINITY).whole(), None);
    }

    #[test]
    fn floats_are_written_without_rows_of_zeros() {
        let written = [0.0, -2.5, 1e15, 1e308, -1e-7, f64::NAN].map(readable);
        assert_eq!(
            written,
            ["0", "-2.5", "1000000000000000", "1e308", "-1e-7", "NaN"]
        );
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", ".", "-", "1e5", "1_000", "0x10", "nan", "1.2.3", " 1", "٣",
        ] {
            assert!(
                serde_json::from_value::<Number>(text.into()).is_err(),
                "{text}"
            );
        }
        let large: Number = serde_json::from_str("18446744073709551615").unwrap();
        assert_eq!(large, Number::Whole(u64::MAX.into()));
        assert_eq!(
            serde_json::to_string(&large).unwrap(),
            "\"18446744073709551615\""
        );
    }
}
