//! A table, compiled: any range of its rows as a record batch.

use std::fmt;
use std::num::NonZeroU64;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;

use crate::blocks::{BlockTask, Blocks, Ranges};
use crate::column::{Block, Column, FillError};
use crate::compile::Compiler;
use crate::damage::{Damage, Ledgers, ledger};
use crate::error::{GenerateError, SpecErrors};
use crate::provenance::Provenance;
use crate::relations::Size;
use crate::rows::Rows;
use crate::spec::{DatasetSpec, TableSpec};

/// Rows that a table may have: its indices fit a signed 64-bit number.
pub const MAX_ROWS: u64 = i64::MAX as u64;

/// Rows that one block may have, sixteen times the most that a row group usually holds.
pub const MAX_BLOCK_ROWS: u64 = 1 << 24;

/// Makes the rows of one table, each from the seed, the names of table and column, and its own
/// index. Clones share what was compiled.
#[derive(Clone)]
pub struct Generator {
    table: Arc<Table>,
}

struct Table {
    schema: SchemaRef,
    /// Undamaged, and without the hidden ones.
    columns: Vec<Arc<dyn Column>>,
    damage: Option<Arc<Damage>>,
    provenance: Provenance,
    rows: Option<u64>,
    /// Whether there are no more rows than that, whoever asks for them.
    is_family: bool,
}

/// What a table of a spec is compiled to.
struct Compiled {
    columns: Vec<Arc<dyn Column>>,
    damage: Arc<Damage>,
    size: Size,
}

impl Compiled {
    /// The table with those of its columns that are written.
    fn written(&self, spec: &TableSpec, provenance: Provenance) -> Table {
        let named = spec.columns.iter().zip(&self.columns);
        let written = named.filter(|(spec, _)| !spec.hidden).enumerate();
        let (fields, columns): (Vec<_>, Vec<_>) = written
            .map(|(number, (spec, column))| {
                let nullable = column.nullable() || self.damage.makes_nulls(number);
                let field = Field::new(&spec.name, column.data_type(), nullable);
                (field, Arc::clone(column))
            })
            .unzip();
        Table {
            schema: Arc::new(Schema::new(fields)),
            columns,
            damage: (!self.damage.is_none()).then(|| Arc::clone(&self.damage)),
            provenance,
            rows: self.size.rows,
            is_family: self.size.family.is_some(),
        }
    }
}

impl Generator {
    /// Compiles one table of a spec. For several tables of one spec,
    /// [`compile_tables`](Self::compile_tables) does so at once.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the spec, in this table and in the others: which table, column
    /// and option, and what is allowed.
    pub fn compile(spec: &DatasetSpec, table: &str, seed: u64) -> Result<Self, SpecErrors> {
        let mut generators = Self::compile_tables(spec, &[table], seed)?;
        let unknown = || SpecErrors::from(spec.unknown_table(table));
        generators.pop().ok_or_else(unknown)
    }

    /// Compiles a spec once and makes a generator of each of these tables, in this order. They
    /// share what their columns have in common, such as the parents that they refer to.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile).
    pub fn compile_tables(
        spec: &DatasetSpec,
        tables: &[&str],
        seed: u64,
    ) -> Result<Vec<Self>, SpecErrors> {
        spec.check_names()?;
        let indices = tables.iter().map(|table| spec.table_index(table));
        let indices = indices.collect::<Result<Vec<_>, _>>()?;
        let compiler = Compiler::new(spec, seed);
        let compiled = (0..spec.tables.len()).map(|table| Compiled {
            columns: compiler.table(table),
            damage: Arc::new(compiler.damage(table)),
            size: compiler.size(table).unwrap_or_default(),
        });
        let compiled: Vec<_> = compiled.collect();
        // Known when all tables are compiled: those that a table needs may need others.
        let needs = indices.iter().map(|table| compiler.relations.needs(*table));
        let needs: Vec<_> = needs.collect();
        compiler.finish()?;
        let generators = indices.into_iter().zip(needs).map(|(table, needs)| {
            let provenance = Provenance::new(spec, table, &needs, seed)?;
            let table = compiled[table].written(&spec.tables[table], provenance);
            Ok(Self {
                table: Arc::new(table),
            })
        });
        generators.collect()
    }

    /// The schema of every block.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.table.schema)
    }

    /// The table's name.
    pub fn table(&self) -> &str {
        &self.table.provenance.table
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.table.provenance.seed
    }

    /// How many rows the table has: as its spec says, or, for a table of children, as follows from
    /// its parents. None if the spec doesn't say; the table then goes on as long as it is asked.
    pub fn rows(&self) -> Option<u64> {
        self.table.rows
    }

    /// How many different values a column may hold at most, null among them, where its kind tells
    /// and nothing damages the table; nothing for a column that is not there.
    pub fn distinct(&self, column: &str) -> Option<u64> {
        let (at, _) = self.table.schema.column_with_name(column)?;
        match self.table.damage {
            None => self.table.columns.get(at)?.distinct(),
            Some(_) => None,
        }
    }

    /// What it takes to make the same rows again.
    pub fn provenance(&self) -> Provenance {
        self.table.provenance.clone()
    }

    /// The rows of a half-open range, counted from 0. An empty range makes a batch without rows.
    ///
    /// Ranges compose: `block(a..c)` holds the rows of `block(a..b)` and then of `block(b..c)`.
    ///
    /// # Errors
    ///
    /// A [`GenerateError`] for a range that is reversed, ends after [`MAX_ROWS`], has more than
    /// [`MAX_BLOCK_ROWS`] rows, or whose texts do not fit into one Arrow array.
    pub fn block(&self, rows: Range<u64>) -> Result<RecordBatch, GenerateError> {
        let mut arrays = Vec::with_capacity(self.table.columns.len());
        self.columns(rows, |array| {
            arrays.push(array);
            Ok::<_, GenerateError>(())
        })?;
        RecordBatch::try_new(self.schema(), arrays).map_err(|source| self.refused(source))
    }

    /// The same rows column by column: `take` gets each column of the schema, in its order, as soon
    /// as it is made. What it lets go of is gone, unless later columns are made from it, so that
    /// the whole block need never be there at once.
    ///
    /// # Errors
    ///
    /// Those of [`block`](Self::block), and the first that `take` gives, which ends it.
    pub fn columns<E: From<GenerateError>>(
        &self,
        rows: Range<u64>,
        mut take: impl FnMut(ArrayRef) -> Result<(), E>,
    ) -> Result<(), E> {
        let count = self.check(&rows)?;
        let block = Block::new(Rows::Run {
            start: rows.start,
            count,
        });
        let damage = self.table.damage.as_ref();
        let repeats = damage.map(|damage| damage.repeats(rows.start, count));
        let of_block = damage.zip(repeats.as_ref());
        let of_block =
            of_block.map(|(damage, repeats)| damage.of_block(rows.start, count, repeats));
        for (i, column) in self.table.columns.iter().enumerate() {
            let array = block.last_values(column);
            let array = array.and_then(|array| match &of_block {
                Some(damage) => damage.damaged(i, column, array),
                None => Ok(array),
            });
            take(array.map_err(|error| self.explain(i, &rows, error))?)?;
        }
        Ok(())
    }

    /// Whether the table's spec has damage, so that there may be lines in its ledger.
    pub fn is_damaged(&self) -> bool {
        self.table.damage.is_some()
    }

    /// What deliberate damage did to the rows of a range: a line for each value that differs from
    /// what it would be without, by row and then by column. No lines if there is no damage.
    ///
    /// | column | type | |
    /// |---|---|---|
    /// | `row` | `Int64` | index of the row, from 0 |
    /// | `column` | `Utf8` | name of the column; a repeated row has a line for each value |
    /// | `damage` | `Utf8` | kind of damage, such as `out_of_range` |
    /// | `detail` | `Utf8` | `row 7`: the row that is repeated; `above` or `below` the range; the way in which a text is malformed; null for other kinds |
    /// | `original` | `Utf8` | the undamaged value as text; null for a null |
    /// | `damaged` | `Utf8` | the value that is there instead |
    ///
    /// Only columns that have damage are made. Ranges compose, as those of
    /// [`block`](Self::block) do.
    ///
    /// # Errors
    ///
    /// Those of [`block`](Self::block), and [`GenerateError::LedgerTooLong`] if the texts do not
    /// fit into Arrow arrays.
    pub fn ledger(&self, rows: Range<u64>) -> Result<RecordBatch, GenerateError> {
        let count = self.check(&rows)?;
        let Some(damage) = &self.table.damage else {
            return Ok(RecordBatch::new_empty(ledger::schema()));
        };
        let start = rows.start;
        let block = Block::new(Rows::Run { start, count });
        let repeats = damage.repeats(start, count);
        let of_block = damage.of_block(start, count, &repeats);
        let mut pages = Vec::new();
        for (number, column) in damage.damaged_columns(&self.table.columns) {
            let original = block.values(column);
            let page = original.and_then(|original| of_block.page(number, column, original));
            pages.push(page.map_err(|error| self.explain(number, &rows, error))?);
        }
        let lines = of_block.lines(start, &self.table.schema, &pages);
        let lines = lines.map_err(|source| self.refused(source))?;
        lines.ok_or_else(|| GenerateError::LedgerTooLong {
            table: self.table().to_owned(),
            rows: count as u64,
            max_bytes: ledger::MAX_BYTES,
        })
    }

    /// The ledgers of a range, each of `block_rows` rows, made one at a time as they are asked
    /// for.
    pub fn ledgers(&self, rows: Range<u64>, block_rows: NonZeroU64) -> Ledgers {
        Ledgers::new(self.clone(), rows, block_rows)
    }

    /// The rows of a range in blocks of `block_rows`, the last one shorter if need be, made one
    /// at a time as they are asked for.
    pub fn blocks(&self, rows: Range<u64>, block_rows: NonZeroU64) -> Blocks {
        Blocks::new(self.clone(), Ranges::new(rows, block_rows))
    }

    /// The same blocks as tasks: each can be sent to another thread and run there, in any order.
    pub fn tasks(
        &self,
        rows: Range<u64>,
        block_rows: NonZeroU64,
    ) -> impl ExactSizeIterator<Item = BlockTask> + Send + use<> {
        let generator = self.clone();
        Ranges::new(rows, block_rows).map(move |rows| BlockTask::new(generator.clone(), rows))
    }

    /// How many rows the range has, if it is one that a block may have.
    fn check(&self, rows: &Range<u64>) -> Result<usize, GenerateError> {
        let table = || self.table().to_owned();
        let &Range { start, end } = rows;
        let Some(count) = end.checked_sub(start) else {
            return Err(GenerateError::ReversedRange {
                table: table(),
                start,
                end,
            });
        };
        if end > MAX_ROWS {
            return Err(GenerateError::RowBeyondLimit {
                table: table(),
                end,
            });
        }
        if let Some(rows) = self
            .table
            .rows
            .filter(|rows| self.table.is_family && end > *rows)
        {
            return Err(GenerateError::BeyondLastChild {
                table: table(),
                end,
                rows,
            });
        }
        if count > MAX_BLOCK_ROWS {
            return Err(GenerateError::BlockTooLarge {
                table: table(),
                rows: count,
            });
        }
        Ok(count as usize)
    }

    /// What Arrow refused of all columns together.
    fn refused(&self, source: ArrowError) -> GenerateError {
        GenerateError::Arrow {
            table: self.table().to_owned(),
            column: "*".to_owned(),
            source,
        }
    }

    fn explain(&self, index: usize, rows: &Range<u64>, error: FillError) -> GenerateError {
        let table = self.table().to_owned();
        let column = self.table.schema.field(index).name().clone();
        match error {
            FillError::TextTooLong { max_bytes } => GenerateError::TextTooLong {
                table,
                column,
                rows: rows.end - rows.start,
                max_bytes,
            },
            FillError::BytesTooLong { max_bytes } => GenerateError::BytesTooLong {
                table,
                column,
                rows: rows.end - rows.start,
                max_bytes,
            },
            FillError::SequenceOverflow {
                start,
                step,
                row,
                data_type,
            } => GenerateError::SequenceOverflow {
                table,
                column,
                start,
                step,
                row,
                data_type,
            },
            FillError::PastEnd { row, last, end } => GenerateError::PastEnd {
                table,
                column,
                row,
                last,
                end,
            },
            FillError::ParentsUsedUp { parents, row } => GenerateError::ParentsUsedUp {
                table,
                column,
                parents,
                row,
            },
            FillError::TooManyElements { max_elements } => GenerateError::TooManyElements {
                table,
                column,
                rows: rows.end - rows.start,
                max_elements,
            },
            FillError::ElementBeyondLimit { max_rows } => GenerateError::ElementBeyondLimit {
                table,
                column,
                end: rows.end,
                max_rows,
            },
            FillError::UniqueExhausted { values, row } => GenerateError::UniqueExhausted {
                table,
                column,
                values,
                row,
            },
            FillError::ExpressionOverflow => GenerateError::ExpressionOverflow {
                table,
                column,
                start: rows.start,
                end: rows.end,
                data_type: self.table.schema.field(index).data_type().clone(),
            },
            FillError::Arrow(source) => GenerateError::Arrow {
                table,
                column,
                source,
            },
        }
    }
}

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generator")
            .field("provenance", &self.table.provenance)
            .field("columns", &self.table.columns.len())
            .finish_non_exhaustive()
    }
}
