//! Encodings that pay: decided by encoding a sample in each way.

use std::sync::Arc;

use arrow::array::RecordBatch;

use crate::auto_encoding::{Candidates, leaf_values};
use crate::sizing::arrow_bytes;
use crate::{EncodedRowGroup, EncodingChoice, Result, RowGroupEncoder, WriteOptions};

impl RowGroupEncoder {
    /// An encoder whose undecided columns have the encoding that paid in the first rows of
    /// `sample` (up to 2 MiB of Arrow data, less for slow codecs), by the rule of
    /// [`AutoEncodings`](crate::AutoEncodings). [`choices`](Self::choices) says why.
    ///
    /// The decision depends on the sample and the options alone. A sample without rows decides
    /// nothing: every undecided column gets a dictionary then.
    ///
    /// # Errors
    ///
    /// As [`RowGroupEncoder::new`] and [`RowGroupEncoder::encode`].
    pub fn tuned(sample: &RecordBatch, options: &WriteOptions) -> Result<Self> {
        Ok(Self::tuned_and_encoded(&tuning_rows(sample, options), options)?.0)
    }

    /// The tuned encoder and what it makes of the whole block, with nothing encoded that
    /// [`tuned`](Self::tuned) has encoded.
    pub(crate) fn tuned_for_block(
        block: &RecordBatch,
        options: &WriteOptions,
    ) -> Result<(Self, EncodedRowGroup)> {
        let sample = tuning_rows(block, options);
        let (encoder, group) = Self::tuned_and_encoded(&sample, options)?;
        if sample.num_rows() == block.num_rows() {
            return Ok((encoder, group));
        }
        let group = encoder.encode(block)?;
        Ok((encoder, group))
    }

    /// The encoder that all rows of `sample` decide, and the sample as it encodes it.
    pub(crate) fn tuned_and_encoded(
        sample: &RecordBatch,
        options: &WriteOptions,
    ) -> Result<(Self, EncodedRowGroup)> {
        let untried = Self::new(sample.schema(), options)?;
        let candidates = untried.candidates(sample, options)?;
        let rounds = candidates.iter().map(|column| column.encodings.len());
        let rounds = rounds.max().unwrap_or(0).max(1);
        let leaves = &untried.layout().leaves;
        // In each round every column has its next candidate, or its first one again.
        let encoded = |round: usize| -> Result<EncodedRowGroup> {
            let encodings = candidates
                .iter()
                .map(|c| c.encodings.get(round).unwrap_or(&c.encodings[0]));
            let options = options.with_encodings(leaves, encodings.copied());
            Self::new(sample.schema(), &options)?.encode(sample)
        };
        let groups = (0..rounds).map(encoded).collect::<Result<Vec<_>>>()?;
        let sizes: Vec<Vec<u64>> = groups
            .iter()
            .map(|group| group.leaf_bytes().map(|bytes| bytes as u64).collect())
            .collect();
        let bytes = |leaf: usize| -> Vec<u64> { sizes.iter().map(|sizes| sizes[leaf]).collect() };
        let winners: Vec<_> = candidates
            .iter()
            .enumerate()
            .map(|(leaf, column)| column.winner(&bytes(leaf)))
            .collect();
        // Columns are encoded each on its own, so the chunks that won are the tuned group.
        let group = groups
            .into_iter()
            .enumerate()
            .reduce(|(_, group), (round, other)| {
                (
                    round,
                    group.with_chunks_of(other, |leaf| winners[leaf] == round),
                )
            });
        let (_, group) = group.expect("there is at least one round");

        let columns = candidates.into_iter().zip(leaves).zip(&winners).enumerate();
        let choices: Arc<[EncodingChoice]> = columns
            .map(|(leaf, ((column, at), winner))| column.choice(at.path(), &bytes(leaf), *winner))
            .collect();
        let chosen = choices.iter().map(|choice| choice.encoding);
        let options = options.with_encodings(leaves, chosen);
        let encoder = Self::new(sample.schema(), &options)?;
        Ok((encoder.with_choices(choices), group))
    }

    /// What is to be tried for each leaf column.
    fn candidates(&self, sample: &RecordBatch, options: &WriteOptions) -> Result<Vec<Candidates>> {
        let layout = self.layout();
        let sample = layout.file_block(sample)?;
        let values = leaf_values(&sample);
        let columns = layout.leaves.iter().zip(&layout.columns).zip(&values);
        let candidates = columns.map(|((leaf, column), values)| {
            let asked = options.encoding(leaf);
            Candidates::of(options, asked, column, values.as_ref())
        });
        Ok(candidates.collect())
    }
}

/// The first rows of a block: half of the largest sample that is worth its time.
fn tuning_rows(block: &RecordBatch, options: &WriteOptions) -> RecordBatch {
    let share = options.sample_bytes() as f64 / 2.0 / arrow_bytes(block).max(1) as f64;
    let rows = (block.num_rows() as f64 * share) as usize;
    block.slice(0, rows.max(1).min(block.num_rows()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};
    use expect_test::expect;

    use super::*;
    use crate::Encoding;

    #[test]
    fn repeated_values_get_a_dictionary_and_unique_ones_do_not() {
        let rows = 5_000;
        // Multiplying by a large odd number scatters the values, so that Snappy finds no runs.
        let unique = (0..rows).map(|i: i64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64));
        let repeated =
            (0..rows).map(|i| ["a long enough word", "another one", "third"][i as usize % 3]);
        let sample = RecordBatch::try_from_iter([
            (
                "unique",
                Arc::new(Int64Array::from_iter_values(unique)) as _,
            ),
            (
                "repeated",
                Arc::new(StringArray::from_iter_values(repeated)) as _,
            ),
        ])
        .unwrap();

        let encoder = RowGroupEncoder::tuned(&sample, &WriteOptions::default()).unwrap();
        let said = encoder.choices().iter().map(ToString::to_string);
        expect![[r#"
            plain, as all 5000 values differ
            dictionary, which saves 95 % of the bytes (3 distinct values of 5000)"#]]
        .assert_eq(&said.collect::<Vec<_>>().join("\n"));

        let mut forced = WriteOptions::default();
        let column = forced.columns.entry("unique".into()).or_default();
        column.encoding = Some(Encoding::Dictionary);
        let encoder = RowGroupEncoder::tuned(&sample, &forced).unwrap();
        assert_eq!(
            encoder.choices()[0].to_string(),
            "dictionary, as asked for",
            "the user's word stands"
        );
    }
}
