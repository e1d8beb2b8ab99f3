//! Different values, counted as long as they are few.

use std::collections::BTreeMap;

/// Different values that are counted exactly.
pub(super) const MOST_DISTINCT: usize = 10_000;

/// Bytes of texts that are remembered of a column.
const MOST_BYTES: usize = 4 << 20;

/// How often each value came.
#[derive(Debug)]
pub(super) struct Distinct<K> {
    counts: BTreeMap<K, u64>,
    bytes: usize,
    /// There were too many: none is remembered any more.
    full: bool,
    /// A value came twice, as long as they were remembered.
    repeated: bool,
}

impl<K> Default for Distinct<K> {
    fn default() -> Self {
        Self {
            counts: BTreeMap::new(),
            bytes: 0,
            full: false,
            repeated: false,
        }
    }
}

impl<K: Ord> Distinct<K> {
    /// Notes a value of so many bytes.
    pub(super) fn add(&mut self, value: K, bytes: usize) {
        if self.full {
            return;
        }
        let count = self.counts.entry(value).or_default();
        *count += 1;
        if *count > 1 {
            self.repeated = true;
            return;
        }
        self.bytes = self.bytes.saturating_add(bytes);
        if self.counts.len() > MOST_DISTINCT || self.bytes > MOST_BYTES {
            self.full = true;
            self.counts.clear();
        }
    }

    /// Whether no value came twice, as far as that was seen.
    pub(super) fn all_differ(&self) -> bool {
        !self.repeated
    }

    /// The values with their counts, in their order, where they are at most `most` and come
    /// `times` times on average, or more. What came but once is left out: it may tell of one
    /// person.
    pub(super) fn few(&self, most: usize, times: u64) -> Option<Vec<(&K, u64)>> {
        let all: u64 = self.counts.values().sum();
        let number = self.counts.len();
        if self.full || number == 0 || number > most || all < times * number as u64 {
            return None;
        }
        let counts = self.counts.iter().map(|(value, count)| (value, *count));
        let common: Vec<_> = counts.filter(|(_, count)| *count > 1).collect();
        (!common.is_empty()).then_some(common)
    }

    /// In words.
    pub(super) fn told(&self) -> String {
        match self.counts.len() {
            _ if self.full && self.repeated => "many different".to_owned(),
            _ if self.full => "all different as far as was looked".to_owned(),
            0 => String::new(),
            _ if !self.repeated => "all different".to_owned(),
            number => format!("{number} different"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_counted_and_rare_ones_left_out() {
        let mut distinct = Distinct::default();
        for value in ["a", "b", "a", "a", "b", "a", "b", "a", "a", "a", "c"] {
            distinct.add(value, 1);
        }
        assert_eq!(distinct.few(3, 3), Some(vec![(&"a", 7), (&"b", 3)]));
        assert_eq!(distinct.few(2, 3), None);
        assert_eq!(distinct.few(3, 4), None);
        assert_eq!(distinct.told(), "3 different");
    }

    #[test]
    fn many_values_are_not_remembered() {
        let mut distinct = Distinct::default();
        for value in 0..=MOST_DISTINCT {
            distinct.add(value, 8);
        }
        assert!(distinct.all_differ() && distinct.counts.is_empty());
        assert_eq!(distinct.told(), "all different as far as was looked");
        distinct = Distinct::default();
        distinct.add(1, MOST_BYTES + 1);
        assert!(distinct.full);
    }
}
