//! The numbers that expressions are computed in.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};

use super::tree::Operator;

/// A type to compute in. What does not fit is reported and never wraps.
pub(super) trait Number: Copy + PartialOrd {
    /// So many units of 10^-`scale`, if they fit.
    fn of_units(units: i128, scale: u8) -> Option<Self>;

    /// The values of a column whose units are 10^-`scale`, if all fit.
    fn of_array(array: &ArrayRef, scale: u8) -> Option<Vec<Self>>;

    /// The number by which a value is multiplied before an operation, so that both sides count the
    /// same units.
    fn of_factor(factor: i128) -> Option<Self>;

    fn is_zero(self) -> bool;

    /// The result, and whether it is wrong because it does not fit. Divisors are not 0.
    fn add(self, other: Self) -> (Self, bool);
    fn subtract(self, other: Self) -> (Self, bool);
    fn multiply(self, other: Self) -> (Self, bool);
    fn divide(self, other: Self) -> (Self, bool);
    fn divide_whole(self, other: Self) -> (Self, bool);
    fn remainder(self, other: Self) -> (Self, bool);

    /// All values of a block by one operation. Each has a loop of its own.
    fn all(operator: Operator, left: Values<Self>, right: Values<Self>) -> Option<Values<Self>> {
        match operator {
            Operator::Add => left.with(right, Self::add),
            Operator::Subtract => left.with(right, Self::subtract),
            Operator::Multiply => left.with(right, Self::multiply),
            Operator::Divide => left.with(right, Self::divide),
            Operator::DivideWhole => left.with(right, Self::divide_whole),
            Operator::Remainder => left.with(right, Self::remainder),
        }
    }
}

/// The same value in every row of a block, or one for each row.
#[derive(Debug)]
pub(super) enum Values<N> {
    One(N),
    Each(Vec<N>),
}

impl<N: Copy> Values<N> {
    /// Nothing if a result does not fit.
    fn with(self, other: Self, operation: impl Fn(N, N) -> (N, bool)) -> Option<Self> {
        let mut overflows = false;
        let mut apply = |left: N, right: N| {
            let (value, overflow) = operation(left, right);
            overflows |= overflow;
            value
        };
        let values = match (self, other) {
            (Self::One(left), Self::One(right)) => Self::One(apply(left, right)),
            (Self::Each(mut left), Self::One(right)) => {
                left.iter_mut().for_each(|left| *left = apply(*left, right));
                Self::Each(left)
            }
            (Self::One(left), Self::Each(mut right)) => {
                right
                    .iter_mut()
                    .for_each(|right| *right = apply(left, *right));
                Self::Each(right)
            }
            (Self::Each(mut left), Self::Each(right)) => {
                let pairs = left.iter_mut().zip(&right);
                pairs.for_each(|(left, right)| *left = apply(*left, *right));
                Self::Each(left)
            }
        };
        (!overflows).then_some(values)
    }

    pub(super) fn get(&self, index: usize) -> N {
        match self {
            Self::One(value) => *value,
            Self::Each(values) => values[index],
        }
    }

    /// One value for each of `rows` rows.
    pub(super) fn into_each(self, rows: usize) -> Vec<N> {
        match self {
            Self::One(value) => vec![value; rows],
            Self::Each(values) => values,
        }
    }
}

/// Ten to a power, if 128 bits hold it.
pub(super) fn power_of_ten(exponent: u8) -> Option<i128> {
    10i128.checked_pow(exponent.into())
}

/// The values of each type of column that is counted in whole units.
macro_rules! of_whole_array {
    ($array:expr, $convert:expr) => {{
        macro_rules! values {
            ($arrow:ty) => {{
                let mut fit = true;
                let values = $array.as_primitive::<$arrow>().values().iter();
                // Not into an `Option` of them, which would not know how many there are.
                let values = values.map(|value| {
                    let converted = ($convert)(*value);
                    fit &= converted.is_some();
                    converted.unwrap_or_default()
                });
                let values = values.collect();
                fit.then_some(values)
            }};
        }
        match $array.data_type() {
            DataType::Int8 => values!(Int8Type),
            DataType::Int16 => values!(Int16Type),
            DataType::Int32 => values!(Int32Type),
            DataType::Int64 => values!(Int64Type),
            DataType::UInt8 => values!(UInt8Type),
            DataType::UInt16 => values!(UInt16Type),
            DataType::UInt32 => values!(UInt32Type),
            DataType::UInt64 => values!(UInt64Type),
            DataType::Decimal128(..) => values!(Decimal128Type),
            DataType::Date32 => values!(Date32Type),
            DataType::Timestamp(TimeUnit::Second, _) => values!(TimestampSecondType),
            DataType::Timestamp(TimeUnit::Millisecond, _) => values!(TimestampMillisecondType),
            DataType::Timestamp(TimeUnit::Microsecond, _) => values!(TimestampMicrosecondType),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => values!(TimestampNanosecondType),
            // No other is let in.
            _ => None,
        }
    }};
}

/// What stands where a null is may be anything: 0 neither overflows nor is seen.
fn blank<N: Copy>(array: &ArrayRef, values: &mut [N], zero: N) {
    if let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) {
        let places = values.iter_mut().zip(nulls.iter());
        for (value, _) in places.filter(|(_, valid)| !valid) {
            *value = zero;
        }
    }
}

macro_rules! whole_numbers {
    ($($native:ty),*) => {
        $(impl Number for $native {
            fn of_units(units: i128, _: u8) -> Option<Self> {
                Self::try_from(units).ok()
            }

            fn of_array(array: &ArrayRef, _: u8) -> Option<Vec<Self>> {
                let mut values: Vec<Self> =
                    of_whole_array!(array, |value| Self::try_from(value).ok())?;
                blank(array, &mut values, 0);
                Some(values)
            }

            fn of_factor(factor: i128) -> Option<Self> {
                Self::try_from(factor).ok()
            }

            #[inline]
            fn is_zero(self) -> bool {
                self == 0
            }

            #[inline]
            fn add(self, other: Self) -> (Self, bool) {
                self.overflowing_add(other)
            }

            #[inline]
            fn subtract(self, other: Self) -> (Self, bool) {
                self.overflowing_sub(other)
            }

            #[inline]
            fn multiply(self, other: Self) -> (Self, bool) {
                self.overflowing_mul(other)
            }

            /// To the nearest, a half away from 0.
            #[inline]
            fn divide(self, other: Self) -> (Self, bool) {
                let (quotient, overflow) = Self::divide_whole(self, other);
                let left = self.wrapping_sub(quotient.wrapping_mul(other)).unsigned_abs();
                let half = other.unsigned_abs().div_ceil(2);
                let towards = if (self < 0) == (other < 0) { 1 } else { -1 };
                let step = if left >= half { towards } else { 0 };
                (quotient.wrapping_add(step), overflow)
            }

            #[inline]
            fn divide_whole(self, other: Self) -> (Self, bool) {
                // Most numbers are short, and short ones are divided several times as fast.
                match (u32::try_from(self), u32::try_from(other)) {
                    (Ok(short), Ok(divisor)) if divisor != 0 => ((short / divisor).into(), false),
                    _ => self.overflowing_div(other),
                }
            }

            #[inline]
            fn remainder(self, other: Self) -> (Self, bool) {
                match (u32::try_from(self), u32::try_from(other)) {
                    (Ok(short), Ok(divisor)) if divisor != 0 => ((short % divisor).into(), false),
                    _ => (self.wrapping_rem(other), false),
                }
            }
        })*
    };
}

whole_numbers!(i64, i128);

/// Floats have room for all, and know nothing of units.
impl Number for f64 {
    fn of_units(units: i128, scale: u8) -> Option<Self> {
        Some(units as Self / power_of_ten(scale)? as Self)
    }

    fn of_array(array: &ArrayRef, scale: u8) -> Option<Vec<Self>> {
        let mut values: Vec<Self> = match array.data_type() {
            DataType::Float64 => array.as_primitive::<Float64Type>().values().to_vec(),
            DataType::Float32 => {
                let values = array.as_primitive::<Float32Type>().values().iter();
                values.map(|value| Self::from(*value)).collect()
            }
            _ => {
                let units = power_of_ten(scale)? as Self;
                of_whole_array!(array, |value| Some(value as Self / units))?
            }
        };
        blank(array, &mut values, 0.0);
        Some(values)
    }

    fn of_factor(_: i128) -> Option<Self> {
        Some(1.0)
    }

    fn is_zero(self) -> bool {
        self == 0.0
    }

    fn add(self, other: Self) -> (Self, bool) {
        (self + other, false)
    }

    fn subtract(self, other: Self) -> (Self, bool) {
        (self - other, false)
    }

    fn multiply(self, other: Self) -> (Self, bool) {
        (self * other, false)
    }

    fn divide(self, other: Self) -> (Self, bool) {
        (self / other, false)
    }

    fn divide_whole(self, other: Self) -> (Self, bool) {
        (libm::trunc(self / other), false)
    }

    fn remainder(self, other: Self) -> (Self, bool) {
        (libm::fmod(self, other), false)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against the same in twice the bits, where nothing overflows.
        #[test]
        fn narrow_numbers_are_right_or_say_that_they_are_not(
            a in prop_oneof![any::<i64>(), -1_000i64..1_000],
            b in prop_oneof![any::<i64>(), -1_000i64..1_000],
        ) {
            type Operation<N> = fn(N, N) -> (N, bool);
            let narrow: [Operation<i64>; 6] = [
                Number::add, Number::subtract, Number::multiply,
                Number::divide, Number::divide_whole, Number::remainder,
            ];
            let wide: [Operation<i128>; 6] = [
                Number::add, Number::subtract, Number::multiply,
                Number::divide, Number::divide_whole, Number::remainder,
            ];
            let divides = if b == 0 { 3 } else { 6 };
            for (narrow, wide) in narrow.into_iter().zip(wide).take(divides) {
                let (value, overflow) = narrow(a, b);
                let (exact, never) = wide(a.into(), b.into());
                prop_assert!(!never);
                prop_assert_eq!(overflow, i64::try_from(exact).is_err());
                if !overflow {
                    prop_assert_eq!(i128::from(value), exact);
                }
            }
        }
    }

    #[test]
    fn quotients_are_rounded_with_halves_away_from_zero() {
        for (a, b, quotient) in [
            (7i64, 2, 4),
            (-7, 2, -4),
            (7, -2, -4),
            (-7, -2, 4),
            (5, 3, 2),
            (4, 3, 1),
            (1, 3, 0),
            (0, 9, 0),
            (i64::MAX, i64::MAX, 1),
            (i64::MIN, i64::MAX, -1),
        ] {
            assert_eq!(a.divide(b), (quotient, false), "{a} / {b}");
        }
        assert!(i64::MIN.divide(-1).1);
    }
}
