//! Kinds with the options that what was seen calls for.

use arrow::datatypes::DataType;

use super::numbers::Wholes;
use crate::distribution::Distribution;
use crate::kinds::{
    BinaryOptions, ChoiceOptions, ColumnKind, ConstantOptions, DecimalOptions, IntegerOptions,
    IntegerType, SequenceOptions, SequenceType,
};
use crate::number::{Number, decimal};
use crate::scalar::Scalar;

/// Three digits.
pub(super) fn digits(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}

pub(super) fn normal(mean: f64, std_dev: f64) -> Distribution {
    Distribution::Normal {
        mean: digits(mean),
        std_dev: digits(std_dev),
    }
}

pub(super) fn log_normal(mu: f64, sigma: f64) -> Distribution {
    Distribution::LogNormal {
        mu: digits(mu),
        sigma: digits(sigma),
    }
}

pub(super) fn sequence(data_type: &DataType, start: i128, step: i128) -> Option<ColumnKind> {
    let data_type = match data_type {
        DataType::Int32 => SequenceType::Int32,
        DataType::Int64 => SequenceType::Int64,
        DataType::UInt64 => SequenceType::UInt64,
        _ => return None,
    };
    Some(ColumnKind::Sequence(SequenceOptions {
        start: i64::try_from(start).ok()?,
        step: i64::try_from(step).ok()?,
        data_type,
    }))
}

pub(super) fn integer(
    data_type: &DataType,
    seen: &Wholes,
    distribution: Distribution,
    unique: bool,
) -> Option<ColumnKind> {
    let data_type = match data_type {
        DataType::Int8 => IntegerType::Int8,
        DataType::Int16 => IntegerType::Int16,
        DataType::Int32 => IntegerType::Int32,
        DataType::Int64 => IntegerType::Int64,
        DataType::UInt8 => IntegerType::UInt8,
        DataType::UInt16 => IntegerType::UInt16,
        DataType::UInt32 => IntegerType::UInt32,
        DataType::UInt64 => IntegerType::UInt64,
        _ => return None,
    };
    let (min, max) = seen.range?;
    Some(ColumnKind::Integer(IntegerOptions {
        min: Some(number(min, 0)),
        max: Some(number(max, 0)),
        data_type,
        distribution,
        unique,
    }))
}

pub(super) fn decimals(
    precision: u8,
    scale: u8,
    seen: &Wholes,
    distribution: Distribution,
) -> Option<ColumnKind> {
    let (min, max) = seen.range?;
    Some(ColumnKind::Decimal(DecimalOptions {
        precision,
        scale,
        min: Some(number(min, scale)),
        max: Some(number(max, scale)),
        distribution,
    }))
}

/// So many units of 10^-`scale`.
pub(super) fn number(units: i128, scale: u8) -> Number {
    match scale {
        0 => Number::Whole(units),
        scale => Number::Decimal(decimal(units, scale)),
    }
}

pub(super) fn choice(few: impl Iterator<Item = (Scalar, u64)>) -> ColumnKind {
    let (values, weights) = few.map(|(value, count)| (value, count as f64)).unzip();
    ColumnKind::Choice(ChoiceOptions {
        values,
        weights: Some(weights),
        data_type: None,
    })
}

pub(super) fn constant(value: Scalar) -> ColumnKind {
    ColumnKind::Constant(ConstantOptions {
        value,
        data_type: None,
    })
}

pub(super) fn bytes(data_type: &DataType, lengths: Option<(usize, usize)>) -> ColumnKind {
    let bounded = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX).min(1 << 20);
    let options = match (data_type, lengths.unwrap_or((1, 16))) {
        (DataType::FixedSizeBinary(bytes), _) => BinaryOptions {
            bytes: u32::try_from(*bytes).ok(),
            min_bytes: None,
            max_bytes: None,
            fixed: true,
        },
        (_, (min, max)) => BinaryOptions {
            bytes: None,
            min_bytes: Some(bounded(min)),
            max_bytes: Some(bounded(max)),
            fixed: false,
        },
    };
    ColumnKind::Binary(options)
}

/// Latitudes and longitudes by their names, if the values can be such.
pub(super) fn degrees(name: &str, min: f64, max: f64) -> Option<ColumnKind> {
    let name = name.to_lowercase();
    let named = |names: &[&str]| {
        names
            .iter()
            .any(|known| name == *known || name.ends_with(&format!("_{known}")))
    };
    let within = |most: f64| min >= -most && max <= most;
    if named(&["lat", "latitude"]) && within(90.0) {
        return Some(ColumnKind::Latitude {});
    }
    let is = named(&["lon", "lng", "long", "longitude"]) && within(180.0);
    is.then_some(ColumnKind::Longitude {})
}

/// Elements that a list or map has, bounded by what a spec may ask for.
pub(super) fn elements(lengths: Option<(usize, usize)>) -> (u32, u32) {
    let bounded = |length: usize| u32::try_from(length.min(1_000)).unwrap_or(0);
    let (min, max) = lengths.unwrap_or((0, 5));
    (bounded(min), bounded(max))
}

/// Where nothing was seen: some days of the year 2024, some hours, numbers that any type holds.
pub(super) fn default_range(data_type: &DataType) -> (i128, i128) {
    const DAY_2024: i128 = 19_723;
    let a_second = |unit: &arrow::datatypes::TimeUnit| match unit {
        arrow::datatypes::TimeUnit::Second => 1,
        arrow::datatypes::TimeUnit::Millisecond => 1_000,
        arrow::datatypes::TimeUnit::Microsecond => 1_000_000,
        arrow::datatypes::TimeUnit::Nanosecond => 1_000_000_000,
    };
    match data_type {
        DataType::Date32 => (DAY_2024, DAY_2024 + 365),
        DataType::Timestamp(unit, _) => {
            let day = 86_400 * a_second(unit);
            (DAY_2024 * day, (DAY_2024 + 366) * day - 1)
        }
        DataType::Time32(unit) | DataType::Time64(unit) => (0, 86_400 * a_second(unit) - 1),
        DataType::Duration(unit) => (0, 3_600 * a_second(unit)),
        // What a decimal of few digits has no room for is passed over.
        DataType::Decimal128(precision, _) if *precision < 3 => (0, 9),
        _ => (0, 100),
    }
}
