//! A column from its array to its chunk, page by page.

use std::ops::Range;

use arrow::array::{Array, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::compute::filter;
use parquet::basic::Encoding;
use parquet::errors::Result;

use super::chunk::{ChunkWriter, DataPage, DirectChunk};
use super::dictionary::Dictionary;
use super::leaf::DirectLeaf;
use super::plain::Plain;
use super::scratch::{PageBuffer, Scratch};
use super::values::Values;
use super::{hybrid, levels};

/// Encodes an array that has rows, and nulls only where the column may have them; the bytes go behind
/// what is in `out`.
pub(super) fn encode(
    leaf: &DirectLeaf,
    array: &dyn Array,
    scratch: &mut Scratch,
    out: &mut Vec<u8>,
) -> Result<Option<DirectChunk>> {
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
    let values = match nulls {
        None => Values::of(leaf.kind, array),
        Some(nulls) => {
            let valid = BooleanArray::new(nulls.inner().clone(), None);
            Values::of(leaf.kind, &filter(array, &valid)?)
        }
    };
    let Some(values) = values else {
        return Ok(None);
    };
    let rows = Rows {
        count: array.len(),
        nulls,
    };
    let statistics = leaf
        .statistics
        .then(|| leaf.statistics_of(&values, array.null_count()));
    let Scratch {
        page,
        packed,
        levels,
        codecs,
        dictionary,
    } = scratch;
    let column = Column {
        leaf,
        rows,
        plain: values.plain(),
        count: array.len() - array.null_count(),
        indexed: None,
    };
    let column = column.with_dictionary(&values, dictionary);
    let codec = codecs.get(leaf.compression)?;
    let mut chunk = ChunkWriter::new(leaf, codec, packed, out);
    column.write(&mut chunk, page, levels)?;
    chunk.finish(statistics).map(Some)
}

/// A column whose pages are to be written.
struct Column<'a> {
    leaf: &'a DirectLeaf,
    rows: Rows<'a>,
    plain: &'a dyn Plain,
    /// How many values there are.
    count: usize,
    /// The dictionary, if there is one.
    indexed: Option<&'a Dictionary>,
}

impl<'a> Column<'a> {
    /// Puts the values through the dictionary, if the column is to have one: all of them, or as many
    /// of the first as it has room for, where it makes those smaller.
    fn with_dictionary(mut self, values: &Values, dictionary: &'a mut Dictionary) -> Self {
        if let Some(most) = self.leaf.dictionary_bytes {
            dictionary.fill(values, most);
            let first = dictionary.indices().len();
            if first == self.count || dictionary.bytes() < self.plain.bytes(0..first) {
                self.indexed = Some(dictionary);
            }
        }
        self
    }

    /// How many of the first values are written as indices.
    fn indices(&self) -> usize {
        self.indexed
            .map_or(0, |dictionary| dictionary.indices().len())
    }

    /// How many values from this one on go into one page.
    fn fitting(&self, value: usize) -> usize {
        match self.indexed {
            Some(dictionary) if value < self.indices() => {
                let bits = usize::from(dictionary.width()).max(1);
                let fitting = self.leaf.page_bytes.saturating_mul(8) / bits;
                fitting.clamp(1, self.indices() - value)
            }
            _ => self.plain.fitting(value, self.leaf.page_bytes),
        }
    }

    fn write(
        &self,
        chunk: &mut ChunkWriter<'_>,
        page: &mut PageBuffer,
        levels: &mut Vec<u8>,
    ) -> Result<()> {
        if let Some(dictionary) = self.indexed {
            chunk.dictionary_page(dictionary.entries(), dictionary.page())?;
        }
        for cut in self.rows.pages(self.leaf, |value| self.fitting(value)) {
            levels.clear();
            if self.leaf.nullable() {
                levels::write(self.rows.nulls, cut.rows.clone(), levels);
            }
            // Nulls at the end belong to a page of indices where there is no other kind.
            let indices = cut.values.start < self.indices() || self.indices() == self.count;
            match self.indexed {
                Some(dictionary) if indices => {
                    let width = dictionary.width();
                    levels.push(width);
                    hybrid::values(&dictionary.indices()[cut.values.clone()], width, levels);
                    let of = cut.data_page(Encoding::RLE_DICTIONARY, self.plain);
                    chunk.data_page(&of, levels)?;
                }
                _ => self.write_plain(&cut, chunk, page, levels)?,
            }
        }
        Ok(())
    }

    fn write_plain(
        &self,
        cut: &Cut,
        chunk: &mut ChunkWriter<'_>,
        page: &mut PageBuffer,
        levels: &[u8],
    ) -> Result<()> {
        let of = cut.data_page(Encoding::PLAIN, self.plain);
        if levels.is_empty()
            && let Some(bytes) = self.plain.as_they_are(cut.values.clone())
        {
            return chunk.data_page(&of, bytes);
        }
        page.clear();
        page.extend(levels);
        self.plain.write(cut.values.clone(), page);
        chunk.data_page(&of, page.filled())
    }
}

impl Values {
    fn plain(&self) -> &dyn Plain {
        match self {
            Self::Int32(values) => values,
            Self::Uint32(values) => values,
            Self::Int64(values) => values,
            Self::Uint64(values) => values,
            Self::Float(values) => values,
            Self::Double(values) => values,
            Self::Boolean(values) => values,
            Self::Bytes(values) => values,
            Self::LargeBytes(values) => values,
        }
    }
}

/// Rows of a block, some of them null.
struct Rows<'a> {
    count: usize,
    nulls: Option<&'a NullBuffer>,
}

/// What goes into one page.
struct Cut {
    rows: Range<usize>,
    /// Those that are not null, counted from the first of the column.
    values: Range<usize>,
}

impl Rows<'_> {
    /// Cuts the rows into pages; `fitting` says how many values from one on go into the same.
    fn pages(
        &self,
        leaf: &DirectLeaf,
        fitting: impl Fn(usize) -> usize,
    ) -> impl Iterator<Item = Cut> {
        // A page counts its rows in 31 bits.
        let most_rows = leaf.page_rows.clamp(1, i32::MAX as usize);
        let (mut row, mut value) = (0, 0);
        std::iter::from_fn(move || {
            if row == self.count {
                return None;
            }
            let left = self.count - row;
            let (rows, values) = match self.nulls {
                None => {
                    let rows = fitting(value).min(left).min(most_rows);
                    (rows, rows)
                }
                Some(nulls) => {
                    let valid = nulls.inner();
                    let some_left = value < self.count - nulls.null_count();
                    let end = if some_left {
                        valid.find_nth_set_bit_position(row, fitting(value))
                    } else {
                        self.count
                    };
                    let rows = (end - row).min(most_rows);
                    (rows, valid.slice(row, rows).count_set_bits())
                }
            };
            let cut = Cut {
                rows: row..row + rows,
                values: value..value + values,
            };
            (row, value) = (cut.rows.end, cut.values.end);
            Some(cut)
        })
    }
}

impl Cut {
    fn data_page(&self, encoding: Encoding, plain: &dyn Plain) -> DataPage {
        DataPage {
            encoding,
            rows: self.rows.len(),
            values: self.values.len(),
            byte_array_bytes: plain.byte_array_bytes(self.values.clone()),
        }
    }
}
