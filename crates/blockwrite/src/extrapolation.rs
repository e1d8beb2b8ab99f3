//! The size of a row group from two smaller ones.

use crate::dictionary_growth::DictionaryGrowth;
use crate::{EncodedRowGroup, MAX_ROW_GROUP_ROWS};

/// What a sample came out as.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub(crate) rows: u64,
    pub(crate) arrow_bytes: u64,
    leaves: Vec<Leaf>,
}

/// A leaf column of a sample.
#[derive(Debug, Clone, Copy, Default)]
struct Leaf {
    /// As in the file: data pages, and the dictionary.
    data_bytes: f64,
    dictionary_bytes: f64,
    /// Before compression: all pages, and that of the dictionary, which is what is limited.
    page_bytes: f64,
    dictionary_page_bytes: f64,
}

impl Measured {
    pub(crate) fn of(group: &EncodedRowGroup) -> Self {
        let in_file = group.leaf_bytes().zip(group.dictionary_bytes());
        let pages = group.leaf_page_bytes().zip(group.dictionary_page_bytes());
        Self {
            rows: group.stats().rows,
            arrow_bytes: group.stats().arrow_bytes,
            leaves: in_file
                .zip(pages)
                .map(|((all, dictionary), (page, dictionary_page))| Leaf {
                    data_bytes: (all - dictionary) as f64,
                    dictionary_bytes: dictionary as f64,
                    page_bytes: page as f64,
                    dictionary_page_bytes: dictionary_page as f64,
                })
                .collect(),
        }
    }

    pub(crate) fn bytes(&self) -> f64 {
        self.leaves.iter().map(Leaf::bytes).sum()
    }

    pub(crate) fn arrow_row_bytes(&self) -> f64 {
        self.arrow_bytes as f64 / self.rows.max(1) as f64
    }

    fn grown(&self, factors: &[f64]) -> Self {
        let leaves = self.leaves.iter().zip(factors);
        Self {
            leaves: leaves.map(|(leaf, factor)| leaf.grown(*factor)).collect(),
            ..self.clone()
        }
    }
}

impl Leaf {
    fn bytes(&self) -> f64 {
        self.data_bytes + self.dictionary_bytes
    }

    fn grown(&self, factor: f64) -> Self {
        Self {
            data_bytes: self.data_bytes * factor,
            dictionary_bytes: self.dictionary_bytes * factor,
            page_bytes: self.page_bytes * factor,
            dictionary_page_bytes: self.dictionary_page_bytes * factor,
        }
    }
}

/// The samples from which sizes are extrapolated.
#[derive(Debug, Clone)]
pub(crate) struct Samples {
    /// The first quarter of `whole`; only wanted where dictionaries are extrapolated
    /// ([`Model::extrapolates_dictionaries`]).
    pub(crate) quarter: Option<Measured>,
    /// The first half of `whole`.
    pub(crate) half: Measured,
    pub(crate) whole: Measured,
    /// For each leaf column, how large its dictionary's page may become.
    pub(crate) dictionary_limits: Vec<f64>,
    /// `whole` without dictionaries; only wanted where one becomes too large
    /// ([`Model::fills_a_dictionary`]).
    pub(crate) plain: Option<Measured>,
}

impl Samples {
    fn growth(&self, leaf: usize, bytes: fn(&Leaf) -> f64) -> DictionaryGrowth {
        let of = |sample: &Measured| bytes(&sample.leaves[leaf]);
        let quarter = self.quarter.as_ref().map(of);
        DictionaryGrowth::through(quarter, of(&self.half), of(&self.whole))
    }
}

/// Size by rows, through the sizes of a sample and of its first half.
///
/// Data pages grow linearly. Those behind a dictionary grow as the sample on average: indices grow
/// wider with the dictionary, all those of a page at once, so that the second half's share says too
/// much. Plain ones grow half-way between that and what the second half added: it profits from the
/// first half's being in the same page, and the next page starts anew.
/// Dictionaries grow as [`DictionaryGrowth`] says; where one becomes as large as it may be, all rows
/// behind are plain.
#[derive(Debug)]
pub(crate) struct Model {
    samples: Samples,
    /// How much larger than this sample the average one is: tables drift.
    drift: f64,
    /// For each leaf column, what becomes of it where its dictionary is full.
    full: Vec<Option<FullDictionary>>,
}

/// A dictionary that takes no more values.
#[derive(Debug, Clone, Copy)]
struct FullDictionary {
    /// So many rows of a group have been taken when it is full.
    rows: f64,
    /// Whether it is kept for them.
    kept: bool,
    /// What a row takes in the file without it.
    plain_row_bytes: f64,
}

impl Model {
    /// Of the rows of the samples, moved to where a sample came out as `there` and one of as many rows
    /// at their own place as `here`: each leaf column grows as its samples did.
    pub(crate) fn moved(samples: &Samples, here: &Measured, there: &Measured) -> Self {
        let leaves = here.leaves.iter().zip(&there.leaves);
        let factors: Vec<_> = leaves
            .map(|(here, there)| there.bytes() / here.bytes().max(1.0))
            .collect();
        let samples = Samples {
            quarter: samples
                .quarter
                .as_ref()
                .map(|sample| sample.grown(&factors)),
            half: samples.half.grown(&factors),
            whole: samples.whole.grown(&factors),
            plain: samples.plain.as_ref().map(|sample| sample.grown(&factors)),
            dictionary_limits: samples.dictionary_limits.clone(),
        };
        Self::new(samples, &[])
    }

    pub(crate) fn new(samples: Samples, elsewhere: &[Measured]) -> Self {
        let here = samples.whole.bytes().max(1.0);
        let sum = elsewhere.iter().map(Measured::bytes).sum::<f64>() + here;
        Self {
            drift: sum / (elsewhere.len() + 1) as f64 / here,
            full: full_dictionaries(&samples),
            samples,
        }
    }

    /// Whether a group of so many rows has more of a dictionary than was sampled.
    pub(crate) fn extrapolates_dictionaries(&self, rows: u64) -> bool {
        let whole = &self.samples.whole;
        rows > whole.rows && whole.leaves.iter().any(|leaf| leaf.dictionary_bytes > 0.0)
    }

    /// Whether a dictionary of a group of so many rows would become too large.
    pub(crate) fn fills_a_dictionary(&self, rows: u64) -> bool {
        (0..self.samples.whole.leaves.len()).any(|leaf| {
            full_after(&self.samples, leaf).is_some_and(|full_after| full_after < rows as f64)
        })
    }

    /// Expected bytes of a group of so many rows.
    pub(crate) fn bytes(&self, rows: u64) -> f64 {
        let (half, whole) = (&self.samples.half, &self.samples.whole);
        if half.rows >= whole.rows {
            return self.drift * whole.bytes() * rows as f64 / whole.rows.max(1) as f64;
        }
        if rows < half.rows {
            return self.drift * half.bytes() * rows as f64 / half.rows as f64;
        }
        let rows = rows as f64;
        let leaf = |(leaf, full): (usize, &Option<FullDictionary>)| match full {
            Some(full) if rows > full.rows => {
                if full.kept {
                    self.leaf_bytes(leaf, full.rows) + full.plain_row_bytes * (rows - full.rows)
                } else {
                    full.plain_row_bytes * rows
                }
            }
            _ => self.leaf_bytes(leaf, rows),
        };
        self.drift * self.full.iter().enumerate().map(leaf).sum::<f64>()
    }

    /// Expected bytes of a leaf column, with a dictionary that is not limited where it has one.
    fn leaf_bytes(&self, leaf: usize, rows: f64) -> f64 {
        let (half_rows, whole_rows) = (self.samples.half.rows, self.samples.whole.rows);
        let (half, now) = (
            &self.samples.half.leaves[leaf],
            &self.samples.whole.leaves[leaf],
        );
        let marginal = (now.data_bytes - half.data_bytes) / (whole_rows - half_rows) as f64;
        let average = now.data_bytes / whole_rows as f64;
        let beyond = rows - whole_rows as f64;
        // Below the sample it is the measured half that is met.
        let slope = if beyond < 0.0 {
            marginal
        } else if now.dictionary_bytes > 0.0 {
            average
        } else {
            (marginal + average) / 2.0
        };
        let halves = rows / half_rows as f64;
        now.data_bytes
            + slope.max(0.0) * beyond
            + self
                .samples
                .growth(leaf, |leaf| leaf.dictionary_bytes)
                .bytes(2.0 * halves)
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

/// For each leaf column, what becomes of it where its dictionary is full, once that is measured.
fn full_dictionaries(samples: &Samples) -> Vec<Option<FullDictionary>> {
    let leaves = 0..samples.whole.leaves.len();
    let Some(plain) = &samples.plain else {
        return leaves.map(|_| None).collect();
    };
    let full = |leaf: usize| {
        let rows = full_after(samples, leaf)?;
        let row_bytes = plain.leaves[leaf].page_bytes / plain.rows.max(1) as f64;
        let limit = samples.dictionary_limits[leaf];
        // Values in it are as long as all are.
        let index_bytes = (limit / row_bytes.max(1.0)).max(1.0).log2().ceil() / 8.0;
        Some(FullDictionary {
            rows,
            kept: limit + index_bytes * rows < row_bytes * rows,
            plain_row_bytes: plain.leaves[leaf].bytes() / plain.rows.max(1) as f64,
        })
    };
    leaves.map(full).collect()
}

/// How many rows of a group are taken when the dictionary of a leaf column is full, if it ever is. One
/// that is full within the sample counts as full at its end: what is before was measured.
fn full_after(samples: &Samples, leaf: usize) -> Option<f64> {
    let limit = samples.dictionary_limits[leaf];
    let (half_rows, whole_rows) = (samples.half.rows, samples.whole.rows);
    if samples.whole.leaves[leaf].dictionary_page_bytes <= 0.0 || half_rows >= whole_rows {
        return None;
    }
    let growth = samples.growth(leaf, |leaf| leaf.dictionary_page_bytes);
    let bytes = |rows: u64| growth.bytes(2.0 * rows as f64 / half_rows as f64);
    let (mut low, mut high) = (whole_rows, MAX_ROW_GROUP_ROWS.max(whole_rows));
    if bytes(high) < limit {
        return None;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if bytes(middle) < limit {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Some(low as f64)
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
                page_bytes: data_bytes + dictionary_bytes,
                dictionary_page_bytes: dictionary_bytes,
            }],
        }
    }

    fn samples(half: Measured, whole: Measured) -> Samples {
        Samples {
            quarter: None,
            half,
            whole,
            dictionary_limits: vec![1e6],
            plain: None,
        }
    }

    #[test]
    fn data_grows_on_and_dictionaries_saturate() {
        let samples = samples(
            measured(1_000, 10_000.0, 4_000.0),
            measured(2_000, 20_000.0, 6_000.0),
        );
        let model = Model::new(samples, &[]);
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
        let samples = samples(measured(1_000, 10_000.0, 0.0), sample(20_000.0));
        let model = Model::new(samples, &[sample(40_000.0), sample(60_000.0)]);
        assert_eq!(model.bytes(2_000).round(), 40_000.0);
    }
    #[test]
    fn rows_behind_a_full_dictionary_are_plain() {
        // Every row adds four bytes to the dictionary, and an index of one; plain it is of ten.
        let of = |dictionary_limit, plain| Samples {
            quarter: None,
            half: measured(1_000, 1_000.0, 4_000.0),
            whole: measured(2_000, 2_000.0, 8_000.0),
            dictionary_limits: vec![dictionary_limit],
            plain,
        };
        let plain = || Some(measured(2_000, 20_000.0, 0.0));
        let model = Model::new(of(40_000.0, plain()), &[]);
        assert_eq!(model.bytes(10_000), 50_000.0);
        assert_eq!(model.bytes(11_000), 60_000.0);
        assert_eq!(model.rows_for(60_000.0, 1 << 20), 11_000);
        // Without the sample that tells what is behind, it is only known that it comes to this.
        let model = Model::new(of(40_000.0, None), &[]);
        assert!(!model.fills_a_dictionary(10_000) && model.fills_a_dictionary(10_001));
        // Full within the sample, and no smaller than the values: not kept.
        let model = Model::new(
            Samples {
                plain: Some(measured(2_000, 4_000.0, 0.0)),
                ..of(8_000.0, None)
            },
            &[],
        );
        assert_eq!(model.bytes(2_000), 10_000.0);
        assert_eq!(model.bytes(3_000), 6_000.0);
    }
}
