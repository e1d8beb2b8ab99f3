//! The sizes of row groups against the one that was wanted.

use blockwrite::FileReport;
use serde::Serialize;

/// The key in a footer under which the program leaves the wanted size, in bytes.
pub const TARGET_KEY: &str = "pipeline.block-bytes";
/// A size counts as met within so many hundredths.
pub const TOLERANCE_PERCENT: u8 = 5;

/// How large the row groups are. The last one takes what is left over, so it is judged by no
/// target, and counts among the others only where it is the only one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupSizes {
    /// The wanted size, if anybody said one.
    pub target_bytes: Option<u64>,
    /// Who said it.
    pub target_from: Option<TargetFrom>,
    /// How far a size may be off and count as met, in hundredths of the target.
    pub tolerance_percent: u8,
    /// Row groups that are judged: all but the last, and none without a target.
    pub judged: usize,
    /// How many of them are within the tolerance.
    pub in_range: usize,
    /// Without the last.
    pub smallest_bytes: Option<u64>,
    /// Without the last; of an even number the lower of the two in the middle.
    pub median_bytes: Option<u64>,
    /// Without the last.
    pub largest_bytes: Option<u64>,
    /// The last.
    pub last_bytes: Option<u64>,
}

/// Where the wanted size comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetFrom {
    /// From `--target`.
    Flag,
    /// From the file's own [`TARGET_KEY`].
    Footer,
}

impl GroupSizes {
    /// The sizes of a file's row groups, against `asked` or else what the file itself says.
    pub fn of(report: &FileReport, asked: Option<u64>) -> Self {
        let groups = report.row_groups.iter();
        let sizes: Vec<u64> = groups.map(|group| group.compressed_bytes).collect();
        let marked = report.key_value_metadata.get(TARGET_KEY);
        let marked = marked.and_then(|text| text.parse().ok());
        let target = asked
            .map(|bytes| (bytes, TargetFrom::Flag))
            .or(marked.map(|bytes| (bytes, TargetFrom::Footer)));
        Self::judge(&sizes, target)
    }

    fn judge(sizes: &[u64], target: Option<(u64, TargetFrom)>) -> Self {
        let target_bytes = target.map(|(bytes, _)| bytes);
        let whole = whole(sizes);
        let judged = match target_bytes {
            Some(_) if sizes.len() > 1 => whole,
            _ => &[],
        };
        let met = |size: &&u64| {
            target_bytes.is_some_and(|target| {
                // In 128 bits, where a hundred times any size has room.
                let off = u128::from(size.abs_diff(target)) * 100;
                off <= u128::from(target) * u128::from(TOLERANCE_PERCENT)
            })
        };
        let mut ordered = whole.to_vec();
        ordered.sort_unstable();
        Self {
            target_bytes,
            target_from: target.map(|(_, from)| from),
            tolerance_percent: TOLERANCE_PERCENT,
            judged: judged.len(),
            in_range: judged.iter().filter(met).count(),
            smallest_bytes: ordered.first().copied(),
            median_bytes: ordered.get(ordered.len().saturating_sub(1) / 2).copied(),
            largest_bytes: ordered.last().copied(),
            last_bytes: sizes.last().copied(),
        }
    }
}

/// Row groups without the last, unless it is the only one.
pub fn whole<T>(groups: &[T]) -> &[T] {
    match groups {
        [_] => groups,
        [whole @ .., _] => whole,
        [] => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    #[test]
    fn all_but_the_last_are_judged() {
        let check = |sizes: &[u64], target: Option<u64>, expect: Expect| {
            let of = GroupSizes::judge(sizes, target.map(|bytes| (bytes, TargetFrom::Flag)));
            let [smallest, median, largest, last] = [
                of.smallest_bytes,
                of.median_bytes,
                of.largest_bytes,
                of.last_bytes,
            ]
            .map(|size| size.map_or("-".to_owned(), |size| size.to_string()));
            expect.assert_eq(&format!(
                "{} of {}; {smallest} {median} {largest}, last {last}",
                of.in_range, of.judged
            ));
        };
        check(&[], Some(100), expect!["0 of 0; - - -, last -"]);
        check(&[99], Some(100), expect!["0 of 0; 99 99 99, last 99"]);
        check(&[99, 7], Some(100), expect!["1 of 1; 99 99 99, last 7"]);
        check(&[99, 7], None, expect!["0 of 0; 99 99 99, last 7"]);
        check(
            &[94, 95, 100, 105, 106, 100],
            Some(100),
            expect!["3 of 5; 94 100 106, last 100"],
        );
        check(
            &[u64::MAX, u64::MAX, 1],
            Some(u64::MAX),
            expect![
                "2 of 2; 18446744073709551615 18446744073709551615 18446744073709551615, last 1"
            ],
        );
        check(&[0, 1, 1], Some(0), expect!["1 of 2; 0 0 1, last 1"]);
    }
}
