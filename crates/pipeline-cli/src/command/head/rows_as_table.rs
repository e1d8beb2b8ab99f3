//! Rows as a table for people.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::text_table::{Column, Layout, TextTable, cut};
use crate::thousands::grouped;

/// No line has room for more of a value: one of megabytes is not held as text.
const MOST_CELL: usize = 1000;

/// The least that is shown of words: less says nothing.
const LEAST_WORDS: usize = 12;

/// A table that grows by batches. The first one decides how wide columns are: later rows are cut to
/// that, so that a million rows need no more memory than a thousand. Where numbers have no room any
/// more, the table begins anew, with titles.
pub struct RowsAsTable {
    schema: SchemaRef,
    table: TextTable,
    width: Option<usize>,
    layout: Option<Layout>,
    /// In the file.
    rows: u64,
    shown: u64,
}

impl RowsAsTable {
    /// A table for the rows of a file that has so many.
    pub fn new(schema: &SchemaRef, rows: u64, width: Option<usize>) -> Self {
        let column = |kind: &DataType, name: &str| {
            if kind.is_numeric() {
                Column::numbers(name)
            } else {
                Column::words(name).at_least(LEAST_WORDS)
            }
        };
        let fields = schema.fields().iter();
        let columns = fields.map(|field| column(field.data_type(), field.name()));
        Self {
            table: TextTable::new(columns),
            schema: schema.clone(),
            width,
            layout: None,
            rows,
            shown: 0,
        }
    }

    /// The lines of these rows, under titles if they are the first.
    ///
    /// # Errors
    ///
    /// A type that can't be put in words.
    pub fn rows(&mut self, batch: &RecordBatch) -> Result<String, ArrowError> {
        let options = FormatOptions::new().with_null("null");
        let formatters = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options))
            .collect::<Result<Vec<_>, _>>()?;
        self.table.clear();
        for row in 0..batch.num_rows() {
            let mut cells = Vec::with_capacity(formatters.len());
            for formatter in &formatters {
                let value = formatter.value(row).try_to_string()?;
                cells.push(match self.width {
                    Some(_) => cut(&value, MOST_CELL),
                    None => value,
                });
            }
            self.table.row(cells);
        }
        self.shown += batch.num_rows() as u64;
        let outgrown = |layout: &Layout| !self.table.fits(layout);
        let anew = self.layout.take_if(|layout| outgrown(layout)).is_some();
        let gap = if anew { "\n" } else { "" };
        let titles = format!("{gap}{}", self.titles());
        let lines = self.layout.as_ref().map(|layout| self.table.lines(layout));
        Ok(titles + &lines.unwrap_or_default())
    }

    /// The titles, where they are not there yet.
    fn titles(&mut self) -> String {
        if self.layout.is_some() {
            return String::new();
        }
        let layout = self.table.layout(0, self.width);
        let titles = self.table.titles(&layout) + &self.table.rule(&layout);
        self.layout = Some(layout);
        titles
    }

    /// What stands below the rows: how much of the file was shown.
    pub fn end(&mut self) -> String {
        self.table.clear();
        let titles = self.titles();
        let columns = self.schema.fields().len();
        let shown = self.layout.as_ref().map_or(columns, Layout::shown);
        let left_out = if shown < columns {
            format!(", {shown} of {columns} columns: --wide shows all")
        } else {
            String::new()
        };
        let gap = if columns == 0 { "" } else { "\n" };
        format!(
            "{titles}{gap}{} of {} rows{left_out}\n",
            grouped(self.shown),
            grouped(self.rows)
        )
    }
}
