//! The ledger: a line for each value that differs from what it would be without damage.

use std::num::NonZeroU64;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Int64Array, RecordBatch, RecordBatchReader, StringArray, StringBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;

use super::apply::{BlockDamage, Wounds};
use super::out_of_range::Side;
use super::{Detail, Harm};
use crate::blocks::Ranges;
use crate::column::{Column, FillError};
use crate::display::Shown;
use crate::error::GenerateError;
use crate::generator::Generator;

/// Most bytes of the texts of a column: their offsets are 32 bits wide.
pub(crate) const MAX_BYTES: usize = i32::MAX as usize;

/// The columns of every ledger.
pub(crate) fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("row", DataType::Int64, false),
        Field::new("column", DataType::Utf8, false),
        Field::new("damage", DataType::Utf8, false),
        Field::new("detail", DataType::Utf8, true),
        Field::new("original", DataType::Utf8, true),
        Field::new("damaged", DataType::Utf8, true),
    ]))
}

/// The damage of one column of a block.
pub(crate) struct Page {
    /// Number of the column in the table.
    number: usize,
    original: ArrayRef,
    wounds: Wounds,
    /// The hits that changed a value, and the indices of their values in the patches.
    changed: Vec<(super::hits::Hit, usize)>,
}

impl BlockDamage<'_> {
    /// What is done to a column.
    pub(crate) fn page(
        &self,
        number: usize,
        column: &Arc<dyn Column>,
        original: ArrayRef,
    ) -> Result<Page, FillError> {
        let wounds = self.wounds(number, column, &original)?;
        let mut changed = Vec::new();
        wounds.each(|hit, patch| {
            let value = wounds.patches[hit.stroke].values.slice(patch, 1);
            if original.slice(hit.index, 1) != value {
                changed.push((hit, patch));
            }
        });
        Ok(Page {
            number,
            original,
            wounds,
            changed,
        })
    }

    /// The lines of all pages, by row and then by column; none if their texts are too long for one
    /// batch.
    pub(crate) fn lines(
        &self,
        start: u64,
        table: &Schema,
        pages: &[Page],
    ) -> Result<Option<RecordBatch>, ArrowError> {
        let mut order = Vec::new();
        for (number, page) in pages.iter().enumerate() {
            let lines = page.changed.iter().enumerate();
            order.extend(lines.map(|(line, (hit, _))| (hit.index, number, line)));
        }
        order.sort_unstable();
        let mut shown = Vec::with_capacity(pages.len());
        for page in pages {
            let patches = page.wounds.patches.iter();
            let patches = patches.map(|patch| Shown::new(&patch.values));
            let patches: Vec<_> = patches.collect::<Result<_, _>>()?;
            shown.push((Shown::new(&page.original)?, patches));
        }
        let mut texts = Vec::with_capacity(pages.len());
        for (original, patches) in &shown {
            let patches: Vec<_> = patches.iter().map(Shown::texts).collect::<Result<_, _>>()?;
            texts.push((original.texts()?, patches));
        }
        let mut columns = Columns::default();
        for (index, number, line) in order {
            let page = &pages[number];
            let (hit, patch) = page.changed[line];
            let (original, damaged) = &texts[number];
            let harm = &self.damage.columns[page.number][hit.stroke].harm;
            let detail = page.wounds.patches[hit.stroke].details[patch];
            let has_room = columns.push(Line {
                // Rows end with 63 bits.
                row: (start + index as u64) as i64,
                column: table.field(page.number).name(),
                harm,
                detail,
                original: original.at(index),
                damaged: damaged[hit.stroke].at(patch),
            });
            if !has_room {
                return Ok(None);
            }
        }
        columns.finish().map(Some)
    }
}

/// A damaged value.
struct Line<'a> {
    row: i64,
    column: &'a str,
    harm: &'a Harm,
    detail: Detail,
    original: Option<String>,
    damaged: Option<String>,
}

/// The columns of a ledger, under construction.
#[derive(Default)]
struct Columns {
    rows: Vec<i64>,
    texts: [StringBuilder; 5],
}

impl Columns {
    /// Adds a line; whether there was room for it.
    fn push(&mut self, line: Line<'_>) -> bool {
        let detail = line.detail.text();
        self.rows.push(line.row);
        let texts = [
            Some(line.column),
            Some(line.harm.word()),
            detail.as_deref(),
            line.original.as_deref(),
            line.damaged.as_deref(),
        ];
        texts
            .into_iter()
            .zip(&mut self.texts)
            .all(|(text, column)| {
                let bytes = text.map_or(0, str::len);
                let has_room = bytes <= MAX_BYTES - column.values_slice().len();
                if has_room {
                    column.append_option(text);
                }
                has_room
            })
    }

    fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let rows: ArrayRef = Arc::new(Int64Array::from(self.rows));
        let texts = self.texts.iter_mut();
        let texts =
            texts.map(|column| -> ArrayRef { Arc::new(StringArray::from(column.finish())) });
        RecordBatch::try_new(schema(), [rows].into_iter().chain(texts).collect())
    }
}

impl Detail {
    fn text(self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Row(row) => Some(format!("row {row}")),
            Self::Beyond(Side::Above) => Some("above".to_owned()),
            Self::Beyond(Side::Below) => Some("below".to_owned()),
            Self::How(how) => Some(how.word().to_owned()),
        }
    }
}

/// The ledgers of a range of rows, block by block, as an Arrow reader: those of
/// [`Generator::ledger`].
///
/// After an error there are no more.
#[derive(Debug)]
pub struct Ledgers {
    generator: Generator,
    ranges: Ranges,
}

impl Ledgers {
    pub(crate) fn new(generator: Generator, rows: Range<u64>, block_rows: NonZeroU64) -> Self {
        let ranges = Ranges::new(rows, block_rows);
        Self { generator, ranges }
    }

    fn end<T>(&mut self, error: GenerateError) -> Option<Result<T, ArrowError>> {
        self.ranges.end();
        Some(Err(ArrowError::ExternalError(Box::new(error))))
    }
}

impl Iterator for Ledgers {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.generator.ledger(self.ranges.next()?) {
            Ok(ledger) => Some(Ok(ledger)),
            Err(error) => self.end(error),
        }
    }
}

impl RecordBatchReader for Ledgers {
    fn schema(&self) -> SchemaRef {
        schema()
    }
}
