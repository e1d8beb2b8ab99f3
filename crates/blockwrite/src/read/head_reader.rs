//! The first rows of a file, from no more of its bytes than they need.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use parquet::DecodeResult;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, RowSelection, RowSelector,
};
use parquet::arrow::push_decoder::{ParquetPushDecoder, ParquetPushDecoderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataBuilder};

use super::contain::contain;
use super::footer::Footer;
use super::footer_check::{chunk_range, damaged};
use super::offset_index;
use super::page_check::{MAX_TAKEN_BYTES, check_pages};
use crate::error::parquet_error;
use crate::{Error, Result};

/// A batch of [`HeadReader`] has at most so many rows.
pub const HEAD_BATCH_ROWS: usize = 1024;

/// Ranges that lie closer to each other are fetched as one: a request costs more than these bytes.
const GAP_BYTES: u64 = 64 * 1024;

/// Reads the first rows of a Parquet file from wherever it lies: it says which bytes it wants, and
/// the caller fetches them.
///
/// It fetches one row group after another, and of the last one only the pages that are needed,
/// where the file says where its pages lie (this crate's files do, PyArrow's do if asked). Memory:
/// what was fetched of one row group, and one batch of at most [`HEAD_BATCH_ROWS`] rows.
///
/// ```
/// # use std::ops::Range;
/// # use std::sync::Arc;
/// # use arrow::array::{Int64Array, RecordBatch};
/// # use bytes::Bytes;
/// # use blockwrite::*;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let block = RecordBatch::try_from_iter([("id", Arc::new(Int64Array::from_iter_values(0..99)) as _)])?;
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("ids.parquet");
/// # let mut writer = ParquetBlockWriter::create(&path, WriteOptions::default())?;
/// # writer.write_block(&block)?;
/// # writer.finish()?;
/// # let file = Bytes::from(std::fs::read(&path)?);
/// # let fetch = |range: Range<u64>| file.slice(range.start as usize..range.end as usize);
/// # let mut rows = 0;
/// let mut head = HeadReader::new(&read_footer(&path)?, 10)?;
/// loop {
///     match head.step()? {
///         HeadStep::Fetch(ranges) => head.push(ranges.into_iter().map(fetch).collect())?,
///         HeadStep::Rows(batch) => rows += batch.num_rows(),
///         HeadStep::Done => break,
///     }
/// }
/// assert_eq!(rows, 10);
/// # Ok(())
/// # }
/// ```
pub struct HeadReader {
    schema: SchemaRef,
    /// The row groups that are needed, and no others.
    metadata: Arc<ParquetMetaData>,
    rows: u64,
    file_bytes: u64,
    options: ArrowReaderOptions,
    state: State,
    /// What the last step asked for.
    wants: Vec<Range<u64>>,
}

enum State {
    /// Asks for the offset indexes, which lie there.
    Index(Range<u64>),
    /// Asks for pages; the ranges are those that the decoder named.
    Pages(Box<ParquetPushDecoder>, Vec<Range<u64>>),
    /// Has a row group's pages.
    Rows(Box<ParquetPushDecoder>, Box<ParquetRecordBatchReader>),
    Done,
}

/// What a [`HeadReader`] needs or has.
#[derive(Debug)]
pub enum HeadStep {
    /// Fetch these bytes of the file and [`push`](HeadReader::push) them, in this order. They are
    /// in ascending order, do not overlap, are not empty and lie within the file.
    Fetch(Vec<Range<u64>>),
    /// The next rows; never none.
    Rows(RecordBatch),
    /// There are no more.
    Done,
}

impl HeadReader {
    /// A reader of the first `rows` rows, or of all where there are fewer.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] where the file's columns lie in other files, or where what the footer
    /// says of them can't be.
    pub fn new(footer: &Footer, rows: u64) -> Result<Self> {
        let metadata = first_groups(footer.metadata(), rows);
        let groups = metadata.row_groups().iter();
        for chunk in groups.clone().flat_map(|group| group.columns()) {
            if let Some(file) = chunk.file_path() {
                return Err(damaged(format!(
                    "column `{}` lies in another file, `{}`",
                    chunk.column_path().string(),
                    file.escape_debug()
                )));
            }
        }
        let there = groups.fold(0_u64, |rows, group| {
            rows.saturating_add(group_rows(group.num_rows()))
        });
        let mut reader = Self {
            schema: footer.schema().clone(),
            rows: rows.min(there),
            file_bytes: footer.file_bytes(),
            options: ArrowReaderOptions::new()
                .with_skip_arrow_metadata(!footer.arrow_schema_holds()),
            state: State::Done,
            wants: Vec::new(),
            metadata: Arc::new(metadata),
        };
        let data_end = footer.file_bytes() - footer.footer_bytes();
        let index = offset_index::range(&reader.metadata, data_end);
        // Whole row groups are fetched whole; only a part of one needs its index.
        reader.state = match index {
            _ if reader.rows == 0 => State::Done,
            Some(range) if reader.rows < there => State::Index(range),
            _ => reader.decoder()?,
        };
        Ok(reader)
    }

    /// The schema of the batches.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The next batch, or what it needs. After an error there is nothing more.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] and [`Error::Parquet`] for pages that can't be decoded.
    pub fn step(&mut self) -> Result<HeadStep> {
        if !self.wants.is_empty() {
            return Ok(HeadStep::Fetch(self.wants.clone()));
        }
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Index(range) => {
                    self.state = State::Index(range.clone());
                    return Ok(self.fetch(vec![range]));
                }
                State::Pages(mut decoder, _) => {
                    let next = contain(|| {
                        decoder
                            .try_next_reader()
                            .map_err(parquet_error("read a row group"))
                    })?;
                    match next {
                        DecodeResult::NeedsData(ranges) => {
                            let fetched = joined(&ranges);
                            // Nothing to fetch, and the decoder would ask for it for ever.
                            if fetched.is_empty() {
                                return Err(damaged("a column has rows and no bytes".to_owned()));
                            }
                            if fetched.iter().any(|range| range.end > self.file_bytes) {
                                return Err(damaged("its pages lie past its end".to_owned()));
                            }
                            self.state = State::Pages(decoder, ranges);
                            return Ok(self.fetch(fetched));
                        }
                        DecodeResult::Data(reader) => {
                            // What lies between the pages; the pages are with the reader.
                            decoder.clear_all_ranges();
                            self.state = State::Rows(decoder, Box::new(reader));
                        }
                        DecodeResult::Finished => return Ok(HeadStep::Done),
                    }
                }
                State::Rows(decoder, mut reader) => {
                    let next = contain(|| {
                        reader.next().transpose().map_err(|error| Error::Parquet {
                            action: "decode rows",
                            source: ParquetError::from(error),
                        })
                    })?;
                    match next {
                        Some(batch) => {
                            self.state = State::Rows(decoder, reader);
                            return Ok(HeadStep::Rows(batch));
                        }
                        None => self.state = State::Pages(decoder, Vec::new()),
                    }
                }
                State::Done => return Ok(HeadStep::Done),
            }
        }
    }

    /// Takes the bytes of the ranges that the last [`HeadStep::Fetch`] named, one for one.
    ///
    /// # Errors
    ///
    /// [`Error::WrongBytes`] where there are more or fewer of them, [`Error::Damaged`] for pages
    /// whose headers claim what can't be. There is nothing more then.
    pub fn push(&mut self, fetched: Vec<Bytes>) -> Result<()> {
        let wanted = std::mem::take(&mut self.wants);
        let state = std::mem::replace(&mut self.state, State::Done);
        check_lengths(&wanted, &fetched)?;
        self.state = match (state, fetched.as_slice()) {
            (State::Index(range), [bytes]) => {
                let metadata = Arc::unwrap_or_clone(self.metadata.clone());
                let indexed = offset_index::with_index(metadata, &range, bytes, self.file_bytes);
                self.metadata = Arc::new(indexed);
                self.decoder()?
            }
            (State::Pages(mut decoder, named), _) => {
                self.check_claims(&named, &wanted, &fetched)?;
                contain(|| {
                    decoder
                        .push_ranges(wanted, fetched)
                        .map_err(parquet_error("take the pages"))
                })?;
                State::Pages(decoder, Vec::new())
            }
            (state, _) => state,
        };
        Ok(())
    }

    fn fetch(&mut self, ranges: Vec<Range<u64>>) -> HeadStep {
        self.wants.clone_from(&ranges);
        HeadStep::Fetch(ranges)
    }

    fn decoder(&self) -> Result<State> {
        let mut left = self.rows;
        let mut selection = Vec::new();
        for group in self.metadata.row_groups() {
            let rows = group_rows(group.num_rows());
            let taken = rows.min(left);
            left -= taken;
            selection.push(RowSelector::select(taken as usize));
            selection.push(RowSelector::skip((rows - taken) as usize));
        }
        let decoder = contain(|| {
            ParquetPushDecoderBuilder::try_new_decoder_with_options(
                self.metadata.clone(),
                self.options.clone(),
            )
            .and_then(|builder| {
                builder
                    .with_batch_size(HEAD_BATCH_ROWS)
                    .with_row_selection(RowSelection::from(selection))
                    .build()
            })
            .map_err(parquet_error("begin to read rows"))
        })?;
        Ok(State::Pages(Box::new(decoder), Vec::new()))
    }

    /// Checks the pages in each range that the decoder `named`, which begins and ends with a page.
    fn check_claims(
        &self,
        named: &[Range<u64>],
        wanted: &[Range<u64>],
        fetched: &[Bytes],
    ) -> Result<()> {
        let mut claimed = 0_u64;
        for range in named {
            let chunk = self.chunk_at(range);
            let within = wanted
                .iter()
                .zip(fetched)
                .find(|(wanted, _)| wanted.start <= range.start && range.end <= wanted.end);
            if let (Some(chunk), Some((wanted, bytes))) = (chunk, within) {
                let start = (range.start - wanted.start) as usize;
                let end = (range.end - wanted.start) as usize;
                claimed = claimed.saturating_add(check_pages(chunk, &bytes[start..end])?);
            }
        }
        if claimed > MAX_TAKEN_BYTES {
            return Err(damaged(format!(
                "a page of each column together claim to hold {claimed} bytes, and \
                 {MAX_TAKEN_BYTES} is the most that is unpacked at once"
            )));
        }
        Ok(())
    }

    fn chunk_at(&self, range: &Range<u64>) -> Option<&ColumnChunkMetaData> {
        let mut chunks = self
            .metadata
            .row_groups()
            .iter()
            .flat_map(|group| group.columns());
        chunks.find(|chunk| {
            chunk_range(chunk)
                .is_some_and(|whole| whole.start <= range.start && range.end <= whole.end)
        })
    }
}

/// The same file with no more row groups than hold `rows`.
fn first_groups(metadata: &ParquetMetaData, rows: u64) -> ParquetMetaData {
    let mut missing = rows;
    let mut groups = Vec::new();
    for group in metadata.row_groups() {
        if missing == 0 {
            break;
        }
        missing = missing.saturating_sub(group_rows(group.num_rows()));
        groups.push(group.clone());
    }
    ParquetMetaDataBuilder::new(metadata.file_metadata().clone())
        .set_row_groups(groups)
        .build()
}

/// None is negative: that was checked when the footer was read.
fn group_rows(checked: i64) -> u64 {
    u64::try_from(checked).unwrap_or(0)
}

/// Ranges in order, those that lie close as one, and none of them empty.
fn joined(ranges: &[Range<u64>]) -> Vec<Range<u64>> {
    let mut ranges: Vec<_> = ranges.iter().filter(|range| !range.is_empty()).collect();
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end.saturating_add(GAP_BYTES) => {
                last.end = last.end.max(range.end);
            }
            _ => joined.push(range.clone()),
        }
    }
    joined
}

fn check_lengths(wanted: &[Range<u64>], fetched: &[Bytes]) -> Result<()> {
    if let Some(more) = fetched.get(wanted.len()) {
        return Err(Error::WrongBytes {
            wanted: 0..0,
            got: more.len() as u64,
        });
    }
    for (index, wanted) in wanted.iter().enumerate() {
        let got = fetched.get(index).map_or(0, |bytes| bytes.len() as u64);
        if got != wanted.end - wanted.start {
            return Err(Error::WrongBytes {
                wanted: wanted.clone(),
                got,
            });
        }
    }
    Ok(())
}

impl fmt::Debug for HeadReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Index(_) => "index",
            State::Pages(..) => "pages",
            State::Rows(..) => "rows",
            State::Done => "done",
        };
        f.debug_struct("HeadReader")
            .field("rows", &self.rows)
            .field("state", &state)
            .field("wants", &self.wants)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_lie_close_are_one() {
        let near = GAP_BYTES;
        let one = joined(&[50..60, 4..10, 7..7, 10..20, 60 + near..200 + near]);
        assert_eq!(one.as_slice(), std::slice::from_ref(&(4..200 + near)));
        let two = [0..10, 11 + near..12 + near];
        assert_eq!(joined(&two), two);
        assert!(joined(&[]).is_empty());
    }
}
