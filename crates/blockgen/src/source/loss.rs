//! What would be lost of a text if it became a value of a type.
//!
//! Readers make the best of a text: they leave out leading zeros, round digits that a type has no
//! room for, move a time to another zone. So a text is held against its type before it is read.
//! Only the text is looked at, and most texts by a few of their bytes; the number that was made of
//! it is asked only where it has more digits than every number of its type holds.

mod number;
mod time;

use std::fmt;

use arrow::array::StringArray;
use arrow::datatypes::DataType;

pub(super) use self::number::Number;
pub(super) use self::time::has_zone;
use crate::temporal::fraction_digits;

/// What is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// `007` as 7.
    LeadingZero,
    /// `+7` as 7.
    Plus,
    /// ` 7` as 7.
    Spaces,
    /// `12e4` as 120000.
    Exponent,
    /// `9007199254740993` as a float, which becomes 9007199254740992.
    Digits,
    /// More digits behind the point than the type has.
    Fraction,
    /// `1e999` as infinity.
    TooLarge,
    /// `1e-999` as 0.
    TooSmall,
    /// A time of day other than midnight in a date.
    TimeOfDay,
    /// `23:59:60` as the next minute.
    LeapSecond,
    /// A time with a zone in a type without one.
    Zone,
    /// A time without a zone where those before had one.
    NoZone,
    /// A number for a date or a time: since when, and in which unit, is not said.
    Number,
    /// `"7"` where numbers are written without quotes.
    Quotes,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LeadingZero => "its leading zero would be lost",
            Self::Plus => "its `+` would be lost",
            Self::Spaces => "the space around it would be lost",
            Self::Exponent => "it may be a code, which a number would change",
            Self::Digits => "it has more digits than that holds",
            Self::Fraction => "it has more digits behind the point than that holds",
            Self::TooLarge => "it is larger than that holds",
            Self::TooSmall => "it is nearer to zero than that holds",
            Self::TimeOfDay => "its time of day would be lost",
            Self::LeapSecond => "no type has a second 60",
            Self::Zone => "its zone would be lost",
            Self::NoZone => "it has no zone, so which instant it is cannot be known",
            Self::Number => "a number does not say which unit it counts, and since when",
            Self::Quotes => "it is a text and no number",
        })
    }
}

/// Holds texts against a type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Check {
    type_: Type,
    /// Nobody has said what the texts mean: what may be a code is not taken for a number.
    inferred: bool,
}

#[derive(Clone, Copy, Debug)]
enum Type {
    Integer,
    Float64,
    Float32,
    Decimal { precision: u8, scale: i8 },
    Date,
    Time { fraction: usize },
    Timestamp { fraction: usize, zone: bool },
}

impl Check {
    /// None for a type that holds whatever its reader takes.
    pub fn new(data_type: &DataType, inferred: bool) -> Option<Self> {
        let type_ = match data_type {
            integer if integer.is_integer() => Type::Integer,
            DataType::Float64 => Type::Float64,
            DataType::Float16 | DataType::Float32 => Type::Float32,
            DataType::Decimal128(precision, scale) => Type::Decimal {
                precision: *precision,
                scale: *scale,
            },
            DataType::Date32 | DataType::Date64 => Type::Date,
            DataType::Time32(unit) | DataType::Time64(unit) => Type::Time {
                fraction: usize::from(fraction_digits(*unit)),
            },
            DataType::Timestamp(unit, zone) => Type::Timestamp {
                fraction: usize::from(fraction_digits(*unit)),
                zone: zone.is_some(),
            },
            _ => return None,
        };
        Some(Self { type_, inferred })
    }

    /// What is lost of a text. None also for one that its reader will refuse.
    #[inline]
    pub fn loss(self, text: &str) -> Option<Loss> {
        if self.inferred
            && matches!(self.type_, Type::Integer | Type::Float64)
            && let Some(loss) = number::form(text.as_bytes())
        {
            return Some(loss);
        }
        self.loss_of_value(text)
    }

    /// The same for a number of a format whose numbers are no codes.
    pub fn loss_of_number(self, text: &str) -> Option<Loss> {
        match self.type_ {
            Type::Date | Type::Time { .. } | Type::Timestamp { .. } => Some(Loss::Number),
            _ => self.loss_of_value(text),
        }
    }

    /// The same for a text in quotes, of a format that writes numbers without.
    pub fn loss_of_quoted(self, text: &str) -> Option<Loss> {
        if self.inferred {
            return Some(Loss::Quotes);
        }
        self.loss_of_value(text)
    }

    #[inline]
    fn loss_of_value(self, text: &str) -> Option<Loss> {
        match self.type_ {
            // Its reader takes digits alone, and only as many as it holds.
            Type::Integer => None,
            Type::Float64 => number::of_float64(text),
            Type::Float32 => number::of_float32(text),
            Type::Decimal { precision, scale } => number::of_decimal(text, precision, scale),
            Type::Date => time::of_date(text),
            Type::Time { fraction } => time::of_time(text, fraction),
            Type::Timestamp { fraction, zone } => {
                time::of_timestamp(text, fraction, zone, self.inferred)
            }
        }
    }

    /// Whether nothing is lost of any text of a column.
    pub fn keeps_all(self, texts: &StringArray) -> bool {
        if matches!(self.type_, Type::Integer) && !self.inferred {
            return true;
        }
        texts.iter().flatten().all(|text| self.loss(text).is_none())
    }
}
