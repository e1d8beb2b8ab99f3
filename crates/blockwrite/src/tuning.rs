//! Dictionaries where they pay: decided by encoding a sample both ways.

use arrow::array::RecordBatch;

use crate::{Result, RowGroupEncoder, WriteOptions};

/// A dictionary must save at least a twentieth of a column's bytes: building it hashes every
/// value, which costs about a quarter of the encoding time where all columns do it.
const WORTH_IT: f64 = 0.95;

impl RowGroupEncoder {
    /// An encoder whose undecided columns have a dictionary where that makes `sample` smaller.
    ///
    /// The decision depends on the sample and the options alone. A sample without rows decides
    /// nothing: every undecided column gets a dictionary then.
    ///
    /// # Errors
    ///
    /// As [`RowGroupEncoder::new`] and [`RowGroupEncoder::encode`].
    pub fn tuned(sample: &RecordBatch, options: &WriteOptions) -> Result<Self> {
        let schema = sample.schema();
        let undecided = |name: &str| options.dictionary(name).is_none();
        if sample.num_rows() == 0 || !schema.fields().iter().any(|f| undecided(f.name())) {
            return Self::new(schema, options);
        }
        let bytes_with = |dictionary: bool| -> Result<Vec<i64>> {
            let options = options.with_dictionary(&schema, |_| dictionary);
            let encoder = Self::new(schema.clone(), &options)?;
            let encoded = encoder.encode(sample)?;
            let mut bytes = vec![0; schema.fields().len()];
            for (column, leaf) in encoder.leaf_columns().iter().zip(encoded.leaf_bytes()) {
                bytes[*column] += leaf;
            }
            Ok(bytes)
        };
        let (plain, dictionary) = (bytes_with(false)?, bytes_with(true)?);
        let pays = |column: usize| (dictionary[column] as f64) < plain[column] as f64 * WORTH_IT;
        Self::new(schema.clone(), &options.with_dictionary(&schema, pays))
    }
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
