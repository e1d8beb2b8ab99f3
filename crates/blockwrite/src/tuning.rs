//! Dictionaries where they pay: decided by encoding a sample both ways.

use arrow::array::RecordBatch;

use crate::sizing::arrow_bytes;
use crate::{EncodedRowGroup, Result, RowGroupEncoder, WriteOptions};

/// A dictionary must save at least a twentieth of a column's bytes: building it hashes every
/// value, which costs about a quarter of the encoding time where all columns do it.
const WORTH_IT: f64 = 0.95;

impl RowGroupEncoder {
    /// An encoder whose undecided columns have a dictionary where that saves at least a twentieth
    /// of their bytes in the first rows of `sample` (up to 2 MiB of Arrow data, less for slow
    /// codecs).
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
        let schema = sample.schema();
        let undecided = |name: &str| options.dictionary(name).is_none();
        if sample.num_rows() == 0 || !schema.fields().iter().any(|f| undecided(f.name())) {
            let encoder = Self::new(schema, options)?;
            let group = encoder.encode(sample)?;
            return Ok((encoder, group));
        }
        let encoded = |dictionary: bool| -> Result<(Self, EncodedRowGroup)> {
            let options = options.with_dictionary(&schema, |_| dictionary);
            let encoder = Self::new(schema.clone(), &options)?;
            let group = encoder.encode(sample)?;
            Ok((encoder, group))
        };
        let ((_, plain), (encoder, dictionary)) = (encoded(false)?, encoded(true)?);
        let leaf_columns = encoder.leaf_columns();
        let columns = schema.fields().len();
        let bytes = |group: &EncodedRowGroup| {
            let mut bytes = vec![0; columns];
            for (column, leaf) in leaf_columns.iter().zip(group.leaf_bytes()) {
                bytes[*column] += leaf;
            }
            bytes
        };
        let (plain_bytes, dictionary_bytes) = (bytes(&plain), bytes(&dictionary));
        let pays = |column: usize| {
            (dictionary_bytes[column] as f64) < plain_bytes[column] as f64 * WORTH_IT
        };
        // Columns are encoded each on its own, so the chunks that won are the tuned group.
        let group = plain.with_chunks_of(dictionary, |leaf| pays(leaf_columns[leaf]));
        let options = options.with_dictionary(&schema, pays);
        Ok((Self::new(schema.clone(), &options)?, group))
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

    use super::*;

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
        assert_eq!(encoder.options().dictionary("unique"), Some(false));
        assert_eq!(encoder.options().dictionary("repeated"), Some(true));

        let mut forced = WriteOptions::default();
        forced
            .columns
            .entry("unique".into())
            .or_default()
            .dictionary = Some(true);
        let encoder = RowGroupEncoder::tuned(&sample, &forced).unwrap();
        assert_eq!(
            encoder.options().dictionary("unique"),
            Some(true),
            "the user's word stands"
        );
    }
}
