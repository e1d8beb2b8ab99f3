//! Mean, spread and form of numbers, in one pass.

/// The first four central moments, after Pébay, "Formulas for Robust, One-Pass Parallel
/// Computation of Covariances and Arbitrary-Order Statistical Moments" (2008), section 2.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    count: f64,
    mean: f64,
    second: f64,
    third: f64,
    fourth: f64,
}

/// Fewer values say nothing of their form.
const LEAST_COUNT: f64 = 500.0;

impl Moments {
    pub(super) fn add(&mut self, value: f64) {
        let before = self.count;
        self.count += 1.0;
        let n = self.count;
        let delta = value - self.mean;
        let part = delta / n;
        let square = part * part;
        let term = delta * part * before;
        self.mean += part;
        self.fourth += term * square * (n * n - 3.0 * n + 3.0) + 6.0 * square * self.second
            - 4.0 * part * self.third;
        self.third += term * part * (n - 2.0) - 3.0 * part * self.second;
        self.second += term;
    }

    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    pub(super) fn std_dev(&self) -> f64 {
        libm::sqrt(self.second / self.count.max(1.0))
    }

    /// Whether the values lie like a bell: as much to either side, and as far out. The skewness of
    /// a normal distribution is 0 and its kurtosis 3; that of a uniform one is 1.8, that of an
    /// exponential one 9.
    pub(super) fn is_bell(&self) -> bool {
        let variance = self.second / self.count;
        let skewness = self.third / self.count / (variance * libm::sqrt(variance));
        let kurtosis = self.fourth / self.count / (variance * variance);
        self.count >= LEAST_COUNT
            && variance > 0.0
            && skewness.abs() < 0.25
            && (2.5..3.6).contains(&kurtosis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(values: impl Iterator<Item = f64>) -> Moments {
        let mut moments = Moments::default();
        values.for_each(|value| moments.add(value));
        moments
    }

    #[test]
    fn a_bell_is_told_from_a_flat_line() {
        let flat = || (0..1_200).map(|i| f64::from(i % 12));
        let even = moments(flat());
        assert!((even.mean() - 5.5).abs() < 1e-9);
        assert!((even.std_dev() - libm::sqrt(143.0 / 12.0)).abs() < 1e-9);
        assert!(!even.is_bell());
        // The sum of several dice.
        let dice = (0..46_656_u32).map(|i| (0..6).map(|d| f64::from(i / 6_u32.pow(d) % 6)).sum());
        assert!(moments(dice).is_bell());
        assert!(!moments(std::iter::repeat_n(1.0, 1_000)).is_bell());
        assert!(!moments(std::iter::empty()).is_bell());
    }
}
