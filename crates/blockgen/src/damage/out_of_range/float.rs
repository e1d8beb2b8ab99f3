//! Floats beyond a range of them.

use super::{REACH_OF_OPEN, Side};

/// How far values may lie above a range and below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Float {
    low: f64,
    high: f64,
    /// Values are whole numbers divided by it, where there is one.
    scale: Option<f64>,
    /// Of 32 bits.
    is_narrow: bool,
    reach: f64,
}

impl Float {
    /// None where the type has no room on either side.
    pub(super) fn of(low: f64, high: f64, scale: Option<f64>, is_narrow: bool) -> Option<Self> {
        let most = most(is_narrow);
        let width = high - low;
        let reach = match (low <= -most, high >= most) {
            (true, true) => return None,
            (false, false) if width == 0.0 => 1.0,
            // Where the width overflows there is less room than that.
            (false, false) => width.min(most),
            _ => REACH_OF_OPEN as f64,
        };
        Some(Self {
            low,
            high,
            scale,
            is_narrow,
            reach,
        })
    }

    pub(super) fn has(&self, side: Side) -> bool {
        self.end(side) < most(self.is_narrow)
    }

    /// The end of the range, seen in a mirror where that lies below: below is then above.
    fn end(&self, side: Side) -> f64 {
        match side {
            Side::Above => self.high,
            Side::Below => -self.low,
        }
    }

    /// A value on a side where there is room; `fraction` is one of 0 to just below 1.
    pub(super) fn at(&self, side: Side, fraction: f64) -> f64 {
        let end = self.end(side);
        let value = end + self.reach * (1.0 - fraction);
        let value = match self.scale {
            Some(scale) => {
                let next_step = libm::rint(end * scale) + 1.0;
                libm::rint(value * scale).max(next_step) / scale
            }
            None => value,
        };
        // What is rounded back to the end goes to the next number that there is.
        let (value, next) = if self.is_narrow {
            (f64::from(value as f32), f64::from((end as f32).next_up()))
        } else {
            (value, end.next_up())
        };
        let value = value.max(next).min(most(self.is_narrow));
        match side {
            Side::Above => value,
            Side::Below => -value,
        }
    }
}

/// The highest of the type; the lowest is its negative.
fn most(is_narrow: bool) -> f64 {
    if is_narrow { f32::MAX.into() } else { f64::MAX }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_finite() -> impl Strategy<Value = f64> {
        let usual = prop_oneof![-1e3..1e3f64, -1e300..1e300f64];
        let ends = prop_oneof![
            Just(0.0),
            Just(f64::MAX),
            Just(-f64::MAX),
            Just(f64::MIN_POSITIVE)
        ];
        prop_oneof![usual, ends]
    }

    fn check(float: Option<Float>, low: f64, high: f64, fraction: f64) {
        let Some(float) = float else { return };
        for side in [Side::Above, Side::Below] {
            if float.has(side) {
                let value = float.at(side, fraction);
                assert!(
                    value.is_finite() && !(low..=high).contains(&value),
                    "{value}"
                );
                assert_eq!(side == Side::Above, value > high);
            }
        }
    }

    proptest! {
        #[test]
        fn values_lie_beyond_and_are_finite(
            ends in [any_finite(), any_finite()],
            one: bool,
            fraction in prop_oneof![Just(0.0), Just(1.0 - f64::EPSILON / 2.0), 0.0..1.0f64],
        ) {
            let [a, b] = if one { [ends[0]; 2] } else { ends };
            let (low, high) = (a.min(b), a.max(b));
            check(Float::of(low, high, None, false), low, high, fraction);
            let narrow = |end: f64| f64::from(end.clamp(-f64::from(f32::MAX), f32::MAX.into()) as f32);
            let (low, high) = (narrow(low), narrow(high));
            check(Float::of(low, high, None, true), low, high, fraction);
        }

        #[test]
        fn decimals_are_kept(low in -1_000_000i64..1_000_000, steps in 0i64..100_000, fraction in 0.0..1.0f64) {
            let (low, high) = (low as f64 / 100.0, (low + steps) as f64 / 100.0);
            let float = Float::of(low, high, Some(100.0), false);
            check(float, low, high, fraction);
            let value = float.unwrap().at(Side::Above, fraction);
            prop_assert_eq!((value * 100.0).round() / 100.0, value);
        }
    }
}
