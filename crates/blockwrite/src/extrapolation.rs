//! The size of a row group from two smaller ones.

use crate::EncodedRowGroup;

/// What a sample came out as.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub(crate) rows: u64,
    pub(crate) arrow_bytes: u64,
    leaves: Vec<Leaf>,
}

/// A leaf column of a sample, as in the file.
#[derive(Debug, Clone, Copy)]
struct Leaf {
    data_bytes: f64,
    dictionary_bytes: f64,
}

impl Measured {
    pub(crate) fn of(group: &EncodedRowGroup) -> Self {
        let leaves = group.leaf_bytes().zip(group.dictionary_bytes());
        Self {
            rows: group.stats().rows,
            arrow_bytes: group.stats().arrow_bytes,
            leaves: leaves
                .map(|(all, dictionary)| Leaf {
                    data_bytes: (all - dictionary) as f64,
                    dictionary_bytes: dictionary as f64,
                })
                .collect(),
        }
    }

    pub(crate) fn bytes(&self) -> f64 {
        let leaves = self.leaves.iter();
        leaves.map(|l| l.data_bytes + l.dictionary_bytes).sum()
    }

    pub(crate) fn arrow_row_bytes(&self) -> f64 {
        self.arrow_bytes as f64 / self.rows.max(1) as f64
    }
}

/// Size by rows, through the sizes of a sample and of its first half.
///
/// Data pages grow linearly. Those behind a dictionary grow as the sample on average: indices grow
/// wider with the dictionary, all those of a page at once, so that the second half's share says too
/// much. Plain ones grow half-way between that and what the second half added: it profits from the
/// first half's being in the same page, and the next page starts anew.
/// Dictionaries saturate: the second half of a sample adds only the values that the first half did
/// not have, the next rows fewer still, always by the same factor.
#[derive(Debug)]
pub(crate) struct Model {
    half: Measured,
    whole: Measured,
    /// How much larger than this sample the average one is: tables drift.
    drift: f64,
}

impl Model {
    /// Of the rows at the start of the table, moved to where a sample came out as `there` and one of
    /// as many rows at the start as `here`: each leaf column grows as its samples did.
    pub(crate) fn moved(
        half: &Measured,
        whole: &Measured,
        here: &Measured,
        there: &Measured,
    ) -> Self {
        let grown: Vec<_> = here
            .leaves
            .iter()
            .zip(&there.leaves)
            .map(|(here, there)| {
                let all = |leaf: &Leaf| leaf.data_bytes + leaf.dictionary_bytes;
                all(there) / all(here).max(1.0)
            })
            .collect();
        let of = |sample: &Measured| {
            let leaves = sample.leaves.iter().zip(&grown);
            let leaves = leaves.map(|(leaf, factor)| Leaf {
                data_bytes: leaf.data_bytes * factor,
                dictionary_bytes: leaf.dictionary_bytes * factor,
            });
            Measured {
                leaves: leaves.collect(),
                ..sample.clone()
            }
        };
        Self::new(of(half), of(whole), &[])
    }

    pub(crate) fn new(half: Measured, whole: Measured, elsewhere: &[Measured]) -> Self {
        let here = whole.bytes().max(1.0);
        let sum = elsewhere.iter().map(Measured::bytes).sum::<f64>() + here;
        Self {
            drift: sum / (elsewhere.len() + 1) as f64 / here,
            half,
            whole,
        }
    }

    /// Expected bytes of a group of so many rows.
    pub(crate) fn bytes(&self, rows: u64) -> f64 {
        let (half, whole) = (&self.half, &self.whole);
        if half.rows >= whole.rows {
            return self.drift * whole.bytes() * rows as f64 / whole.rows.max(1) as f64;
        }
        if rows < half.rows {
            return self.drift * half.bytes() * rows as f64 / half.rows as f64;
        }
        let more_rows = (whole.rows - half.rows) as f64;
        let beyond = rows as f64 - whole.rows as f64;
        let halves = rows as f64 / half.rows as f64;
        let leaf = |(half, now): (&Leaf, &Leaf)| {
            let marginal = (now.data_bytes - half.data_bytes) / more_rows;
            let average = now.data_bytes / whole.rows as f64;
            // Below the sample it is the measured half that is met.
            let slope = if beyond < 0.0 {
                marginal
            } else if now.dictionary_bytes > 0.0 {
                average
            } else {
                (marginal + average) / 2.0
            };
            now.data_bytes
                + slope.max(0.0) * beyond
                + dictionary_bytes(half.dictionary_bytes, now.dictionary_bytes, halves)
        };
        let leaves = half.leaves.iter().zip(&whole.leaves);
        self.drift * leaves.map(leaf).sum::<f64>()
    }

    /// The rows, from 1 to `most`, of the group that comes closest to `bytes`.
    pub(crate) fn rows_for(&self, bytes: f64, most: u64) -> u64 {
        let (mut low, mut high) = (1, most.max(1));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.bytes(middle) < bytes {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // One row fewer may be the closer one: it matters where rows are as large as groups.
        let over = |rows| (self.bytes(rows) - bytes).abs();
        if low > 1 && over(low - 1) < over(low) {
            low - 1
        } else {
            low
        }
    }
}

/// A dictionary after so many `halves` of a sample, of which the first made `half` bytes of it
/// and both made `whole`.
fn dictionary_bytes(half: f64, whole: f64, halves: f64) -> f64 {
    if half <= 0.0 {
        return whole * halves / 2.0;
    }
    let kept = (whole / half - 1.0).clamp(0.0, 1.0);
    if kept > 0.999 {
        whole * halves / 2.0
    } else {
        whole * (1.0 - kept.powf(halves)) / (1.0 - kept * kept)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn measured(rows: u64, data_bytes: f64, dictionary_bytes: f64) -> Measured {
        Measured {
            rows,
            arrow_bytes: rows * 100,
            leaves: vec![Leaf {
                data_bytes,
                dictionary_bytes,
            }],
        }
    }

    #[test]
    fn data_grows_on_and_dictionaries_saturate() {
        let model = Model::new(
            measured(1_000, 10_000.0, 4_000.0),
            measured(2_000, 20_000.0, 6_000.0),
            &[],
        );
        assert_eq!(model.bytes(1_000), 14_000.0);
        assert_eq!(model.bytes(2_000), 26_000.0);
        // The third thousand adds a quarter of what the first did, and all of them add 8,000.
        assert_eq!(model.bytes(3_000), 37_000.0);
        assert_eq!(model.bytes(100_000).round(), 1_008_000.0);
        for rows in [1, 500, 1_000, 1_999, 2_000, 77_777] {
            assert_eq!(model.rows_for(model.bytes(rows), 1 << 20), rows);
        }
        assert_eq!(model.rows_for(1e12, 5_000), 5_000);
    }

    #[test]
    fn other_places_of_the_table_have_a_say() {
        let sample = |bytes| measured(2_000, bytes, 0.0);
        let model = Model::new(
            measured(1_000, 10_000.0, 0.0),
            sample(20_000.0),
            &[sample(40_000.0), sample(60_000.0)],
        );
        assert_eq!(model.bytes(2_000).round(), 40_000.0);
    }
}
