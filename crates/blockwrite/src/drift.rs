//! Where row groups end in a table whose rows grow or shrink along the way.

use std::ops::Range;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// How many rows make a row group along a table, as samples showed it.
///
/// Between two samples the size of a row changes evenly; before the first and behind the last it
/// stays. Where a group ends follows from the place in the table alone, so any group of any file can
/// be found without those before it, by however many threads.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Drift {
    /// By row; at least one.
    #[serde(serialize_with = "listed")]
    knots: Arc<[Knot]>,
}

fn listed<S: Serializer>(knots: &[Knot], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(knots)
}

/// What a row group is at one place of the table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Knot {
    /// The place: the row in the middle of the sample.
    pub(crate) row: u64,
    /// Rows of a group here; at least one.
    pub(crate) group_rows: u64,
    /// Its expected bytes in the file.
    pub(crate) group_bytes: f64,
}

impl Knot {
    /// Groups a row.
    fn density(&self) -> f64 {
        1.0 / self.group_rows.max(1) as f64
    }

    /// Bytes of a row in the file.
    fn row_bytes(&self) -> f64 {
        self.group_bytes * self.density()
    }
}

/// Rows over which a measure changes evenly.
struct Stretch {
    rows: f64,
    from: f64,
    to: f64,
}

impl Stretch {
    fn sum(&self) -> f64 {
        self.rows * (self.from + self.to) / 2.0
    }

    /// After how many rows the sum is `wanted`, which is not more than that of all.
    fn rows_for(&self, wanted: f64) -> f64 {
        let slope = (self.to - self.from) / self.rows;
        // Of the two forms of the quadratic formula the one that holds where the slope is nought.
        let root = (self.from * self.from + 2.0 * slope * wanted)
            .max(0.0)
            .sqrt();
        2.0 * wanted / (self.from + root)
    }
}

impl Drift {
    /// Through these places, which are in order.
    pub(crate) fn through(knots: Vec<Knot>) -> Self {
        Self {
            knots: knots.into(),
        }
    }

    /// How many groups these rows are, and a fraction.
    pub(crate) fn groups(&self, rows: &Range<u64>) -> f64 {
        self.sum(rows, Knot::density)
    }

    /// What these rows come to in the file.
    pub(crate) fn bytes(&self, rows: &Range<u64>) -> f64 {
        self.sum(rows, Knot::row_bytes)
    }

    /// The row in front of which so many groups end of those that begin with the first of `rows`.
    pub(crate) fn end(&self, rows: &Range<u64>, groups: f64) -> u64 {
        let mut left = groups;
        let mut passed = 0.0;
        for stretch in self.stretches(rows, Knot::density) {
            let sum = stretch.sum();
            if left <= sum {
                passed += stretch.rows_for(left);
                // The difference first: a row's number may have more digits than a float.
                return rows
                    .end
                    .min(rows.start.saturating_add(passed.round() as u64));
            }
            left -= sum;
            passed += stretch.rows;
        }
        rows.end
    }

    /// The fewest and the most rows of a group in these rows.
    pub fn group_rows(&self, rows: &Range<u64>) -> (u64, u64) {
        let ends = [rows.start, rows.end].map(|row| self.at(row, Knot::density));
        let within = self.knots.iter().filter(|knot| rows.contains(&knot.row));
        let densities = within.map(Knot::density).chain(ends);
        let (least, most) = densities.fold((f64::MAX, 0.0_f64), |(least, most), density| {
            (least.min(density), most.max(density))
        });
        let rows_of = |density: f64| (1.0 / density).round() as u64;
        (rows_of(most), rows_of(least))
    }

    fn sum(&self, rows: &Range<u64>, of: fn(&Knot) -> f64) -> f64 {
        self.stretches(rows, of).map(|stretch| stretch.sum()).sum()
    }

    /// The rows, cut at every knot between.
    fn stretches(&self, rows: &Range<u64>, of: fn(&Knot) -> f64) -> impl Iterator<Item = Stretch> {
        let end = rows.end;
        let mut from = rows.start;
        let mut next = self.knots.partition_point(|knot| knot.row <= from);
        std::iter::from_fn(move || {
            if from >= end {
                return None;
            }
            let to = self.knots.get(next).map_or(end, |knot| knot.row.min(end));
            next += 1;
            let stretch = Stretch {
                rows: (to - from) as f64,
                from: self.at(from, of),
                to: self.at(to, of),
            };
            from = to;
            Some(stretch)
        })
    }

    fn at(&self, row: u64, of: fn(&Knot) -> f64) -> f64 {
        let next = self.knots.partition_point(|knot| knot.row <= row);
        let before = next
            .checked_sub(1)
            .and_then(|before| self.knots.get(before));
        match (before, self.knots.get(next)) {
            (Some(before), Some(behind)) => {
                let share = (row - before.row) as f64 / (behind.row - before.row) as f64;
                of(before) + (of(behind) - of(before)) * share
            }
            (Some(only), None) | (None, Some(only)) => of(only),
            (None, None) => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drift(knots: &[(u64, u64)]) -> Drift {
        let knots = knots.iter().map(|&(row, group_rows)| Knot {
            row,
            group_rows,
            group_bytes: 1e6,
        });
        Drift::through(knots.collect())
    }

    #[test]
    fn rows_that_grow_evenly_make_groups_of_fewer_and_fewer_rows() {
        // A row is 1/100 of a group at the beginning, and 1/50 at the end.
        let drift = drift(&[(0, 100), (1000, 50)]);
        assert_eq!(drift.groups(&(0..1000)), 15.0);
        assert_eq!(drift.bytes(&(0..1000)).round(), 15e6);
        assert_eq!(drift.end(&(0..1000), 15.0), 1000);
        // x/100 + x²/200,000 = 1
        assert_eq!(drift.end(&(0..1000), 1.0), 95);
        assert_eq!(drift.groups(&(1000..1100)), 2.0, "behind the last it stays");
        assert_eq!(drift.group_rows(&(0..2000)), (50, 100));
        assert_eq!(drift.group_rows(&(500..500)), (67, 67));
    }

    proptest! {
        #[test]
        fn the_end_of_so_many_groups_has_so_many_before_it(
            gaps in prop::collection::vec((1..1_000_000_u64, 1..100_000_u64), 1..20),
            start in 0..1_u64 << 60,
            length in 1..10_000_000_u64,
            share in 0.0..1.0_f64,
        ) {
            let mut row = start.saturating_sub(500_000);
            let knots: Vec<_> = gaps.iter().map(|&(gap, group_rows)| {
                row += gap;
                (row, group_rows)
            }).collect();
            let drift = drift(&knots);
            let rows = start..start + length;
            let all = drift.groups(&rows);
            let end = drift.end(&rows, all * share);
            prop_assert!(rows.contains(&end) || end == rows.end);
            // Half a row either way, and what is lost in 53 bits.
            let densest = knots.iter().map(|(_, rows)| 1.0 / *rows as f64).fold(0.0, f64::max);
            let off = (drift.groups(&(rows.start..end)) - all * share).abs();
            prop_assert!(off <= densest * 0.51 + all * 1e-9, "{off} of {all}");
        }
    }
}
