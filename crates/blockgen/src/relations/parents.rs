//! Which parent each row refers to: drawn evenly, by Zipf's law, or each parent at most once.

use std::sync::Arc;

use arrow::array::{ArrayRef, UInt64Array};
use arrow::datatypes::DataType;

use super::zipf::Zipf;
use crate::column::{Block, Column, FillError};
use crate::permutation::Permutation;
use crate::random::{Key, Lane};
use crate::share::Share;

/// The parent's row of each row, as `UInt64`; where the parent is missing, a row behind the
/// parents' last.
#[derive(Debug)]
pub(super) struct Parents {
    draw: Draw,
    parents: u64,
    missing: Option<Missing>,
}

#[derive(Debug)]
enum Draw {
    Even(Lane),
    Zipf(Zipf, Permutation),
    Once(Permutation),
}

#[derive(Debug)]
struct Missing {
    share: Share,
    which: Lane,
}

impl Parents {
    /// Each of `parents`, at least one, equally often.
    pub(super) fn even(key: Key, parents: u64) -> Self {
        Self::new(Draw::Even(key.lane(0)), parents)
    }

    /// A few parents often and most of them seldom, wherever in their table they stand.
    pub(super) fn zipf(key: Key, parents: u64, exponent: f64) -> Self {
        let spread = Permutation::new(key.child("popularity"), parents);
        let zipf = Zipf::new(key, parents, exponent, |rank| spread.at(rank));
        Self::new(Draw::Zipf(zipf, spread), parents)
    }

    /// Row by row another parent, until there is none left.
    pub(super) fn once(key: Key, parents: u64) -> Self {
        Self::new(Draw::Once(Permutation::new(key, parents)), parents)
    }

    fn new(draw: Draw, parents: u64) -> Self {
        Self {
            draw,
            parents,
            missing: None,
        }
    }

    /// A share of the rows, 0 to 1, without a parent.
    pub(super) fn missing(mut self, key: Key, share: f64) -> Self {
        self.missing = Some(Missing {
            share: Share::new(key.child("missing").lane(0), share),
            which: key.child("missing").lane(1),
        });
        self
    }

    fn fill_with(&self, block: &Block<'_>, parent: impl Fn(u64) -> u64) -> Vec<u64> {
        let Some(Missing { share, which }) = &self.missing else {
            return block.rows.map(parent);
        };
        // Rows that take each parent once take each missing one once, too.
        let once = matches!(self.draw, Draw::Once(_));
        block.rows.map(|row| {
            if !share.takes(row) {
                parent(row)
            } else if once {
                self.parents + row
            } else {
                self.parents + which.draws(row).below(self.parents)
            }
        })
    }
}

impl Column for Parents {
    fn data_type(&self) -> DataType {
        DataType::UInt64
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let parents = match &self.draw {
            Draw::Even(lane) => self.fill_with(block, |row| lane.draws(row).below(self.parents)),
            Draw::Zipf(zipf, spread) => {
                self.fill_with(block, |row| zipf.of(row, |rank| spread.at(rank)))
            }
            Draw::Once(permutation) => {
                if let Some(row) = block.rows.highest().filter(|row| *row >= self.parents) {
                    return Err(FillError::ParentsUsedUp {
                        parents: self.parents,
                        row,
                    });
                }
                self.fill_with(block, |row| permutation.at(row))
            }
        };
        Ok(Arc::new(UInt64Array::from(parents)))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use arrow::datatypes::UInt64Type;

    use super::*;
    use crate::rows::Rows;

    fn fill(parents: &Parents, rows: Rows<'_>) -> Vec<u64> {
        let array = parents.fill(&Block::new(rows)).unwrap();
        array.as_primitive::<UInt64Type>().values().to_vec()
    }

    fn key() -> Key {
        Key::of_seed(42).child("parents")
    }

    #[test]
    fn once_takes_each_parent_once_and_then_says_so() {
        let parents = Parents::once(key(), 1_000);
        let mut found = fill(
            &parents,
            Rows::Run {
                start: 0,
                count: 1_000,
            },
        );
        found.sort_unstable();
        assert!(found.into_iter().eq(0..1_000));
        let beyond = Block::new(Rows::Picked(&[3, 1_000]));
        assert!(matches!(
            parents.fill(&beyond),
            Err(FillError::ParentsUsedUp {
                parents: 1_000,
                row: 1_000
            })
        ));
    }

    #[test]
    fn missing_parents_come_in_their_share_and_lie_behind_the_last() {
        let rows = Rows::Run {
            start: 0,
            count: 10_000,
        };
        let whole = fill(&Parents::even(key(), 10_000), rows);
        for (parents, once) in [
            (Parents::even(key(), 10_000), false),
            (Parents::once(key(), 10_000), true),
        ] {
            let mut found = fill(&parents.missing(key(), 0.2), rows);
            let missing = found.iter().filter(|parent| **parent >= 10_000).count();
            assert!((1_800..2_200).contains(&missing), "{missing}");
            assert!(found.iter().all(|parent| *parent < 20_000));
            if once {
                found.sort_unstable();
                found.dedup();
                assert_eq!(found.len(), 10_000);
            } else {
                // Those that stay are those there would be if none were missing.
                let stay = found
                    .iter()
                    .zip(&whole)
                    .filter(|(parent, _)| **parent < 10_000);
                assert!(stay.clone().all(|(found, whole)| found == whole));
            }
        }
    }

    /// The most popular parents are not the first rows.
    #[test]
    fn popularity_has_nothing_to_do_with_the_row() {
        let rows = Rows::Run {
            start: 0,
            count: 200_000,
        };
        let found = fill(&Parents::zipf(key(), 100_000, 1.0), rows);
        let mut counts = vec![0u32; 100_000];
        for parent in found {
            counts[parent as usize] += 1;
        }
        let mut by_count: Vec<_> = (0..100_000).collect();
        by_count.sort_by_key(|parent| std::cmp::Reverse(counts[*parent]));
        let early = by_count[..1_000].iter().filter(|parent| **parent < 50_000);
        // Half, within five standard deviations.
        assert!((420..580).contains(&early.count()));
    }
}
