//! Small samples along a table: where its rows grow or shrink, and where they do so abruptly.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::Result;
use crate::extrapolation::Measured;

/// Samples that are spread over a table to begin with.
const FIRST: u64 = 9;

/// Samples at most: a jump in the size of rows is looked for by halves, one sample each.
const MOST: usize = 96;

/// The lightest and the heaviest rows may differ by so much of the lighter before groups of one
/// number of rows are given up: they are then within 3 % of their mean, and samples differ by chance.
const STEADY: f64 = 0.06;

/// Rows half-way between two samples that are so near to the mean of both need no further look.
const EVEN: f64 = 0.015;

/// The extremes of nine samples must differ by so many times as much as two neighbours do (the median):
/// by chance alone they seldom do by five times as much.
const SURELY: f64 = 6.0;

/// What a table's rows are like along the way, by the first row of each sample.
pub(crate) type Probes = BTreeMap<u64, Measured>;

/// Samples of `length` rows along `rows`; nothing where all are alike. `measure` encodes the rows
/// that begin with the one it is given.
pub(crate) fn probe(
    rows: &Range<u64>,
    length: u64,
    mut measure: impl FnMut(u64) -> Result<Measured>,
) -> Result<Option<Probes>> {
    let room = (rows.end - rows.start).saturating_sub(length * 2);
    let place = |k: u64| {
        let share = u128::from(room) * u128::from(k) / u128::from(FIRST - 1);
        rows.start + share as u64
    };
    let mut probes = Probes::new();
    // Neighbours differ by chance alone.
    let mut by_chance = Vec::new();
    for k in 0..FIRST {
        let (one, next) = (measure(place(k))?, measure(place(k) + length)?);
        let [a, b] = [&one, &next].map(Measured::bytes);
        by_chance.push((a - b).abs() / (a + b).max(1.0) * 2.0);
        probes.insert(place(k), one);
        if k == FIRST - 1 {
            probes.insert(place(k) + length, next);
        }
    }
    by_chance.sort_by(f64::total_cmp);
    let by_chance = by_chance[by_chance.len() / 2];
    if spread(&probes) <= STEADY.max(by_chance * SURELY) {
        return Ok(None);
    }
    let even_enough = EVEN.max(by_chance);
    // The last two stand side by side.
    let mut open: Vec<_> = (1..FIRST).map(|k| place(k - 1)..place(k)).collect();
    while probes.len() < MOST {
        // Where most may be wrong: by how much, and over how many rows.
        let doubt = |gap: &Range<u64>| {
            let [a, b] = [gap.start, gap.end].map(|row| bytes_at(&probes, row));
            ((b - a).abs() + (a + b) * EVEN / 2.0) * (gap.end - gap.start) as f64
        };
        let most = (0..open.len()).max_by(|&a, &b| doubt(&open[a]).total_cmp(&doubt(&open[b])));
        let Some(gap) = most.map(|at| open.swap_remove(at)) else {
            break;
        };
        if gap.end - gap.start < length.max(2) {
            continue;
        }
        let middle = gap.start + (gap.end - gap.start) / 2;
        probes.insert(middle, measure(middle)?);
        let [a, here, b] = [gap.start, middle, gap.end].map(|row| bytes_at(&probes, row));
        let even = |a: f64, b: f64| (a - b).abs() <= even_enough * b;
        if even(here, f64::midpoint(a, b)) {
            continue;
        }
        // On one side of a jump rows are alike, and the other side has it.
        open.extend(
            [(gap.start..middle, a), (middle..gap.end, b)]
                .into_iter()
                .filter_map(|(half, other)| (!even(here, other)).then_some(half)),
        );
    }
    Ok(Some(probes))
}

/// By how much of the lightest the heaviest exceeds it.
fn spread(probes: &Probes) -> f64 {
    let bytes = probes.values().map(Measured::bytes);
    let (least, most) = bytes.fold((f64::MAX, 0.0_f64), |(least, most), bytes| {
        (least.min(bytes), most.max(bytes))
    });
    most / least.max(1.0) - 1.0
}

fn bytes_at(probes: &Probes, row: u64) -> f64 {
    probes.get(&row).map_or(0.0, Measured::bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extrapolation::tests::measured;

    /// The samples of a table whose rows are as large as `size` says.
    fn probes(size: impl Fn(u64) -> f64) -> Option<Probes> {
        let measure = |row| Ok(measured(100, size(row) * 100.0, 0.0));
        probe(&(0..1_000_200), 100, measure).unwrap()
    }

    #[test]
    fn rows_that_are_alike_need_no_more_than_the_first_samples() {
        assert_eq!(
            probes(|row| 50.0 + (row % 7) as f64 * 0.4).map(|found| found.len()),
            None
        );
    }

    #[test]
    fn even_growth_needs_one_more_between_any_two() {
        let found = probes(|row| 50.0 + row as f64 / 10_000.0).unwrap();
        assert_eq!(found.len(), 18);
    }

    #[test]
    fn a_jump_is_found() {
        let jump = 765_432;
        let found = probes(|row| if row < jump { 50.0 } else { 80.0 }).unwrap();
        let (before, behind) = (found.range(..jump), found.range(jump..));
        let (before, behind) = (before.last().unwrap().0, { behind }.next().unwrap().0);
        assert!(behind - before < 200, "between {before} and {behind}");
        assert!(found.len() < 30, "{}", found.len());
    }

    #[test]
    fn what_differs_by_chance_is_no_drift() {
        // The end of MurmurHash3, once; 0 to 15.
        let noise = |row: u64| {
            let row = (row ^ (row >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
            let row = (row ^ (row >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
            (row >> 60) as f64
        };
        assert!(probes(|row| 50.0 + noise(row)).is_none());
        let found = probes(|row| 50.0 + noise(row) / 4.0 + row as f64 / 2_000.0).unwrap();
        assert!(found.len() <= MOST, "{}", found.len());
    }
}
