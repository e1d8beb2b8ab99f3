//! Whole numbers beyond a range of them: of integers, and of the units of decimals and times.

use arrow::datatypes::{DataType, TimeUnit};

use super::{REACH_OF_OPEN, Side};
use crate::random::Draws;
use crate::temporal::{CalendarDate, UtcMicros};

/// How far values may lie above a range and below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    low: i128,
    high: i128,
    /// Nothing where the type has no room.
    above: Option<u64>,
    below: Option<u64>,
}

impl Whole {
    /// None where the type has no room on either side.
    pub(super) fn of(low: i128, high: i128, data_type: &DataType) -> Option<Self> {
        let (least, most) = limits(data_type)?;
        let reach = if low <= least || high >= most {
            REACH_OF_OPEN.into()
        } else {
            high.abs_diff(low).max(1)
        };
        let up_to = |room: i128| {
            let room = u128::try_from(room).ok().filter(|room| *room > 0)?;
            Some(u64::try_from(room.min(reach)).unwrap_or(u64::MAX))
        };
        // What overflows is more room than any reach.
        let above = up_to(most.saturating_sub(high));
        let below = up_to(low.saturating_sub(least));
        above.or(below)?;
        Some(Self {
            low,
            high,
            above,
            below,
        })
    }

    pub(super) fn has(&self, side: Side) -> bool {
        match side {
            Side::Above => self.above.is_some(),
            Side::Below => self.below.is_some(),
        }
    }

    /// A value on a side where there is room.
    pub(super) fn at(&self, side: Side, mut distance: Draws) -> i128 {
        let mut beyond = |reach: Option<u64>| 1 + i128::from(distance.below(reach.unwrap_or(1)));
        // Within the type, and so without overflow.
        match side {
            Side::Above => self.high.saturating_add(beyond(self.above)),
            Side::Below => self.low.saturating_sub(beyond(self.below)),
        }
    }
}

/// The lowest and the highest value of a type that damage makes.
fn limits(data_type: &DataType) -> Option<(i128, i128)> {
    const SECONDS_OF_DAY: i128 = 86_400;
    Some(match data_type {
        DataType::Int8 => (i8::MIN.into(), i8::MAX.into()),
        DataType::Int16 => (i16::MIN.into(), i16::MAX.into()),
        DataType::Int32 => (i32::MIN.into(), i32::MAX.into()),
        DataType::Int64 | DataType::Duration(_) => (i64::MIN.into(), i64::MAX.into()),
        DataType::UInt8 => (0, u8::MAX.into()),
        DataType::UInt16 => (0, u16::MAX.into()),
        DataType::UInt32 => (0, u32::MAX.into()),
        DataType::UInt64 => (0, u64::MAX.into()),
        // Beyond these years hardly any reader of files agrees with another.
        DataType::Date32 => (
            CalendarDate::EARLIEST.0.into(),
            CalendarDate::LATEST.0.into(),
        ),
        DataType::Timestamp(unit, _) => {
            let count = |micros: UtcMicros| i128::from(micros.0) * per_second(*unit) / 1_000_000;
            let within = |count: i128| count.clamp(i64::MIN.into(), i64::MAX.into());
            let (earliest, latest) = (count(UtcMicros::EARLIEST), count(UtcMicros::LATEST));
            (within(earliest), within(latest))
        }
        DataType::Time32(unit) | DataType::Time64(unit) => {
            (0, SECONDS_OF_DAY * per_second(*unit) - 1)
        }
        DataType::Decimal128(precision, _) => {
            let most = 10i128.checked_pow((*precision).into())? - 1;
            (-most, most)
        }
        _ => return None,
    })
}

fn per_second(unit: TimeUnit) -> i128 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::random::Key;

    fn any_type() -> impl Strategy<Value = DataType> {
        select(vec![
            DataType::Int8,
            DataType::UInt8,
            DataType::Int32,
            DataType::UInt64,
            DataType::Int64,
            DataType::Date32,
            DataType::Time32(TimeUnit::Second),
            DataType::Time64(TimeUnit::Nanosecond),
            DataType::Timestamp(TimeUnit::Nanosecond, None),
            DataType::Timestamp(TimeUnit::Second, None),
            DataType::Duration(TimeUnit::Second),
            DataType::Decimal128(38, 2),
            DataType::Decimal128(1, 0),
        ])
    }

    proptest! {
        /// Whatever the range: outside of it, within the type, and no further than is said.
        #[test]
        fn values_lie_beyond_and_within_the_type(
            data_type in any_type(),
            ends in [any::<u128>(), any::<u128>()],
            shift in 0u32..128,
            row: u64,
        ) {
            let (least, most) = limits(&data_type).unwrap();
            let within = |end: u128| {
                let span = most.abs_diff(least);
                least.wrapping_add_unsigned((end >> shift) % (span + 1))
            };
            let [a, b] = ends.map(within);
            let (low, high) = (a.min(b), a.max(b));
            let Some(whole) = Whole::of(low, high, &data_type) else {
                prop_assert_eq!((low, high), (least, most));
                return Ok(());
            };
            for side in [Side::Above, Side::Below].into_iter().filter(|side| whole.has(*side)) {
                let value = whole.at(side, Key::of_seed(1).lane(2).draws(row));
                prop_assert!((least..=most).contains(&value), "{value}");
                let distance = match side {
                    Side::Above => value.checked_sub(high).unwrap(),
                    Side::Below => low.checked_sub(value).unwrap(),
                };
                let reach = high.abs_diff(low).max(REACH_OF_OPEN.into());
                prop_assert!(distance > 0 && distance.unsigned_abs() <= reach, "{value}");
            }
        }
    }
}
