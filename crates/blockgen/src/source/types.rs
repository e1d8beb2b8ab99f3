//! The words for types of columns, as a user gives them and as errors tell them.

use std::sync::Arc;

use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType, TimeUnit};

use crate::error::Hint;

/// The types that have a word of their own; all others are told and given as Arrow writes them.
const WORDS: &[(&str, DataType)] = &[
    ("bool", DataType::Boolean),
    ("int8", DataType::Int8),
    ("int16", DataType::Int16),
    ("int32", DataType::Int32),
    ("int64", DataType::Int64),
    ("uint8", DataType::UInt8),
    ("uint16", DataType::UInt16),
    ("uint32", DataType::UInt32),
    ("uint64", DataType::UInt64),
    ("float32", DataType::Float32),
    ("float64", DataType::Float64),
    ("text", DataType::Utf8),
    ("date", DataType::Date32),
    ("time", DataType::Time64(TimeUnit::Microsecond)),
    (
        "timestamp",
        DataType::Timestamp(TimeUnit::Microsecond, None),
    ),
    (
        "timestamp_ns",
        DataType::Timestamp(TimeUnit::Nanosecond, None),
    ),
];

/// Microseconds since 1970 in UTC: a time with a zone, which has no constant.
const UTC: &str = "timestamp_utc";

/// Its zone as an offset: to know names of zones, arrow would need a database of them.
pub(super) const ZERO: &str = "+00:00";

/// Reads the word for a type of a column of CSV or JSON: `bool`, `int8` to `int64`, `uint8` to
/// `uint64`, `float32`, `float64`, `decimal(P,S)`, `text`, `date`, `time`, `timestamp`,
/// `timestamp_ns`, `timestamp_utc`.
///
/// # Errors
///
/// A sentence with the nearest word, and all of them.
pub fn parse_type(word: &str) -> Result<DataType, String> {
    if let Some((_, known)) = WORDS.iter().find(|(known, _)| *known == word) {
        return Ok(known.clone());
    }
    if word == UTC {
        return Ok(DataType::Timestamp(
            TimeUnit::Microsecond,
            Some(Arc::from(ZERO)),
        ));
    }
    if let Some(inside) = word.strip_prefix("decimal") {
        return decimal(inside).ok_or_else(|| {
            format!(
                "`{word}` is no type; write `decimal(P,S)`: P digits, 1 to \
                 {DECIMAL128_MAX_PRECISION}, of which S, 0 to P, are behind the point"
            )
        });
    }
    let words = WORDS.iter().map(|(known, _)| *known);
    let hint = Hint::new(word, words.chain([UTC, "decimal(P,S)"]));
    Err(format!("`{word}` is no type; {hint}"))
}

/// `(P,S)`.
fn decimal(inside: &str) -> Option<DataType> {
    let inside = inside.strip_prefix('(')?.strip_suffix(')')?;
    let (precision, scale) = inside.split_once(',')?;
    let precision: u8 = precision.trim().parse().ok()?;
    let scale: i8 = scale.trim().parse().ok()?;
    let fits = (1..=DECIMAL128_MAX_PRECISION).contains(&precision)
        && (0..=i16::from(precision)).contains(&i16::from(scale));
    fits.then_some(DataType::Decimal128(precision, scale))
}

/// The word for a type; Arrow's own where there is none.
pub(super) fn word(data_type: &DataType) -> String {
    match data_type {
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone))
            if matches!(&**zone, "UTC" | ZERO) =>
        {
            UTC.into()
        }
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        other => WORDS
            .iter()
            .find(|(_, known)| known == other)
            .map_or_else(|| other.to_string(), |(word, _)| (*word).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_word_means_is_told_by_it() {
        let all = WORDS.iter().map(|(word, _)| *word);
        for given in all.chain([UTC, "decimal(38,38)", "decimal(9,0)"]) {
            assert_eq!(word(&parse_type(given).unwrap()), given);
        }
    }

    #[test]
    fn what_is_no_type_is_told_with_what_is() {
        let said = parse_type("inr64").unwrap_err();
        assert!(
            said.starts_with("`inr64` is no type; did you mean `int64`?"),
            "{said}"
        );
        for wrong in [
            "decimal",
            "decimal(0,0)",
            "decimal(39,1)",
            "decimal(4,5)",
            "decimal(4,-1)",
        ] {
            let said = parse_type(wrong).unwrap_err();
            assert!(said.contains("write `decimal(P,S)`"), "{said}");
        }
    }
}
