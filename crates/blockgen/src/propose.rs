//! A spec for data like some that is there: what is seen of the data, and the kinds that come
//! nearest to it.
//!
//! ```text
//! schema, batches ─▶ seen (of each column) ─▶ choose (kinds, the best first) ─▶ document (TOML)
//!                      ├ numbers, moments          ├ names, forms: what a text is
//!                      ├ texts, distinct           └ what does not compile is passed over
//!                      └ lists, structs, maps
//! ```

mod choose;
mod distinct;
mod document;
mod forms;
mod kinds;
mod moments;
mod names;
mod numbers;
mod seen;
mod texts;
mod times;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;

use self::choose::Chooser;
use self::seen::Seen;
use crate::error::SpecErrors;
use crate::spec::DatasetSpec;

/// Looks at data and proposes a spec for more of its kind.
///
/// Of the data itself, the spec holds names and types, the ranges of numbers and times, shares of
/// nulls, lengths of texts, and, unless [`ProposeOptions::values`] says otherwise, the values of
/// columns that have few different ones. A value that was seen but once is never among those.
///
/// Memory: at most some 10,000 different values a column, of at most 4 MiB together.
///
/// ```
/// # use blockgen::{DatasetSpec, Generator, ProposeOptions, Proposer};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let people = Generator::compile(&DatasetSpec::builtin("people")?, "people", 42)?;
/// let mut proposer = Proposer::new(&people.schema());
/// proposer.observe(&people.block(0..500)?);
/// let text = proposer.propose(&ProposeOptions::new("people"))?;
/// let spec = DatasetSpec::from_toml(&text)?;
/// let like = Generator::compile(&spec, "people", 1)?;
/// assert_eq!(like.schema(), people.schema());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Proposer {
    columns: Vec<Seen>,
    rows: u64,
}

/// What a proposed spec says beside its columns.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProposeOptions {
    /// The name of its table.
    pub table: String,
    /// The rows of its table; none if not given.
    pub rows: Option<u64>,
    /// Whether values of the data may stand in the spec, where a column has few different ones;
    /// true if not given.
    pub values: bool,
    /// What the comment above the table begins with; nothing if not given.
    pub title: String,
}

impl ProposeOptions {
    /// For a table of this name.
    pub fn new(table: impl Into<String>) -> Self {
        Self {
            table: table.into(),
            rows: None,
            values: true,
            title: String::new(),
        }
    }
}

impl Proposer {
    /// For data of this schema, of which nothing was seen yet. Types that a spec does not have
    /// are taken as the nearest that it has: `LargeUtf8` as `Utf8`, for instance.
    pub fn new(schema: &Schema) -> Self {
        let columns = schema.fields().iter().map(|field| Seen::new(field));
        Self {
            columns: columns.collect(),
            rows: 0,
        }
    }

    /// Looks at rows: the columns of the schema, in its order. Batches that follow one another in
    /// the data are to follow one another here, because it shows whether values grow.
    pub fn observe(&mut self, batch: &RecordBatch) {
        for (seen, values) in self.columns.iter_mut().zip(batch.columns()) {
            seen.observe(values);
        }
        self.rows = self.rows.saturating_add(batch.num_rows() as u64);
    }

    /// Rows that were looked at.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes note that the values of a column, by its place, reach from `min` to `max`, also where
    /// they were not looked at. Both are texts as people write numbers and times; texts that are no
    /// value of the column's type, and columns of other types than numbers and times, stay as they
    /// are.
    pub fn widen(&mut self, column: usize, min: &str, max: &str) {
        if let Some(seen) = self.columns.get_mut(column) {
            seen.widen(min, max);
        }
    }

    /// Takes note of the share of nulls of a column, by its place, in place of what was looked at.
    pub fn set_null_share(&mut self, column: usize, share: f64) {
        if let Some(seen) = self.columns.get_mut(column) {
            seen.set_null_share(share);
        }
    }

    /// The spec, as TOML with a comment on each column: what was seen, and why it became what it
    /// is. It compiles, and its first and last rows can be made.
    ///
    /// # Errors
    ///
    /// Data that no spec can describe: without columns, or with more of them, or with more of
    /// them inside of one another, than a spec may have.
    pub fn propose(&self, options: &ProposeOptions) -> Result<String, SpecErrors> {
        let chooser = Chooser {
            rows: options.rows,
            values: options.values,
        };
        let text = document::of(&self.columns, &chooser, options);
        DatasetSpec::from_toml(&text)?.check()?;
        Ok(text)
    }
}
