//! What is seen of numbers: whole ones, and whatever is counted in them (times, decimals), and
//! floats.

use super::distinct::Distinct;
use super::moments::Moments;

/// Decimals of floats beyond which they count as having none in particular.
const MOST_DECIMALS: usize = 6;

/// Whole numbers.
#[derive(Debug, Default)]
pub(super) struct Wholes {
    /// Of values that were looked at.
    pub(super) count: u64,
    pub(super) range: Option<(i128, i128)>,
    /// Row and value of the first and of the last.
    pub(super) ends: Option<((u64, i128), (u64, i128))>,
    pub(super) distinct: Distinct<i128>,
    pub(super) moments: Moments,
    pub(super) logarithms: Moments,
    /// Of the distances of neighbours; 0 where there are none.
    pub(super) divisor: u128,
    /// A value is below the one before it.
    falls: bool,
    /// The distance of all neighbours.
    step: Step,
}

#[derive(Debug, Default)]
enum Step {
    #[default]
    Unknown,
    Even(i128),
    Uneven,
}

impl Wholes {
    pub(super) fn add(&mut self, row: u64, value: i128) {
        self.count += 1;
        self.reach(value);
        self.distinct.add(value, size_of::<i128>());
        let float = value as f64;
        self.moments.add(float);
        if value > 0 {
            self.logarithms.add(libm::log(float));
        }
        let Some((first, (before, last))) = self.ends else {
            self.ends = Some(((row, value), (row, value)));
            return;
        };
        self.ends = Some((first, (row, value)));
        let distance = value.saturating_sub(last);
        self.falls |= distance < 0;
        self.divisor = common_divisor(self.divisor, distance.unsigned_abs());
        self.step = match self.step {
            Step::Unknown if row == before + 1 => Step::Even(distance),
            Step::Even(step) if step == distance && row == before + 1 => Step::Even(step),
            _ => Step::Uneven,
        };
    }

    /// Takes a value into the range that was not looked at.
    pub(super) fn reach(&mut self, value: i128) {
        let (min, max) = self.range.unwrap_or((value, value));
        self.range = Some((min.min(value), max.max(value)));
    }

    /// Start and step, where all neighbours lie as far apart.
    pub(super) fn sequence(&self) -> Option<(i128, i128)> {
        match (&self.step, self.ends) {
            (Step::Even(step), Some(((0, first), _))) if *step != 0 && self.count > 2 => {
                Some((first, *step))
            }
            _ => None,
        }
    }

    /// From one row to the next, on average, where no value is below the one before it.
    pub(super) fn growth(&self) -> Option<i128> {
        let ((from, first), (to, last)) = self.ends?;
        let rows = i128::from(to.checked_sub(from)?);
        let per_row = last.checked_sub(first)?.checked_div(rows)?;
        (self.count > 2 && !self.falls && per_row > 0).then_some(per_row)
    }

    /// Whether all neighbours lie as far apart.
    pub(super) fn is_even(&self) -> bool {
        matches!(self.step, Step::Even(_))
    }

    /// Whether logarithms lie like a bell, and all values have one, and the values do not.
    pub(super) fn is_log_bell(&self) -> bool {
        let all = self.range.is_some_and(|(min, _)| min > 0);
        all && !self.moments.is_bell() && self.logarithms.is_bell()
    }
}

/// After Euclid.
fn common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Floats.
#[derive(Debug)]
pub(super) struct Floats {
    /// Of 32 bits.
    single: bool,
    pub(super) range: Option<(f64, f64)>,
    /// Digits behind the point; none where there are too many.
    pub(super) decimals: Option<u8>,
    pub(super) moments: Moments,
    pub(super) logarithms: Moments,
    /// By their bits.
    pub(super) distinct: Distinct<u64>,
    /// Neither numbers nor nulls: infinite, or not a number.
    pub(super) others: u64,
}

impl Floats {
    pub(super) fn new(single: bool) -> Self {
        Self {
            single,
            range: None,
            decimals: Some(0),
            moments: Moments::default(),
            logarithms: Moments::default(),
            distinct: Distinct::default(),
            others: 0,
        }
    }

    pub(super) fn add(&mut self, value: f64) {
        if !value.is_finite() {
            self.others += 1;
            return;
        }
        // Zero has two signs, which would be two values.
        let value = value + 0.0;
        self.reach(value);
        self.moments.add(value);
        if value > 0.0 {
            self.logarithms.add(libm::log(value));
        }
        self.distinct.add(value.to_bits(), size_of::<u64>());
        if let Some(most) = self.decimals {
            // The shortest text that reads as the float.
            let text = match self.single {
                true => (value as f32).to_string(),
                false => value.to_string(),
            };
            let digits = text
                .split_once('.')
                .map_or(0, |(_, fraction)| fraction.len());
            self.decimals = (digits <= MOST_DECIMALS).then(|| most.max(digits as u8));
        }
    }

    /// Takes a value into the range that was not looked at.
    pub(super) fn reach(&mut self, value: f64) {
        let (min, max) = self.range.unwrap_or((value, value));
        self.range = Some((min.min(value), max.max(value)));
    }

    /// Whether logarithms lie like a bell, and all values have one, and the values do not.
    pub(super) fn is_log_bell(&self) -> bool {
        let all = self.range.is_some_and(|(min, _)| min > 0.0);
        all && !self.moments.is_bell() && self.logarithms.is_bell()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wholes(values: &[i128]) -> Wholes {
        let mut wholes = Wholes::default();
        for (row, value) in (0..).zip(values) {
            wholes.add(row, *value);
        }
        wholes
    }

    #[test]
    fn steps_are_even_or_not() {
        assert_eq!(wholes(&[5, 8, 11, 14]).sequence(), Some((5, 3)));
        assert_eq!(wholes(&[5, 4, 3]).sequence(), Some((5, -1)));
        assert_eq!(wholes(&[5, 8, 12]).sequence(), None);
        assert_eq!(wholes(&[5, 5, 5]).sequence(), None);
        assert_eq!(wholes(&[5, 8]).sequence(), None);
    }

    #[test]
    fn growth_is_that_of_rows() {
        assert_eq!(wholes(&[0, 10, 15, 30]).growth(), Some(10));
        assert_eq!(wholes(&[0, 10, 9, 30]).growth(), None);
        assert_eq!(wholes(&[7, 7, 7]).growth(), None);
        assert_eq!(wholes(&[i128::MIN, 0, i128::MAX]).growth(), None);
        assert_eq!(wholes(&[0, 3_600, 10_800]).divisor, 3_600);
    }

    #[test]
    fn decimals_are_counted_as_people_write_them() {
        let mut single = Floats::new(true);
        single.add(f64::from(0.1_f32));
        assert_eq!(single.decimals, Some(1));
        let mut double = Floats::new(false);
        double.add(1.25);
        double.add(f64::NAN);
        assert_eq!((double.decimals, double.others), (Some(2), 1));
        double.add(1.0 / 3.0);
        double.add(1.0);
        assert_eq!(double.decimals, None);
    }
}
