//! A column from its array to its chunk, page by page.

use std::ops::Range;

use arrow::array::{Array, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::compute::filter;
use parquet::basic::Encoding;
use parquet::errors::Result;

use super::chunk::{ChunkWriter, DataPage, EncodedChunk};
use super::leaf::Leaf;
use super::plain::Plain;
use super::scratch::Scratch;
use super::values::Values;
use super::{hybrid, levels};

/// Encodes an array that has rows, and nulls only where the column may have them.
pub(super) fn encode(
    leaf: &Leaf,
    array: &dyn Array,
    scratch: &mut Scratch,
) -> Result<Option<EncodedChunk>> {
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
    let plain = values.plain();
    let count = rows.count - array.null_count();
    // The first so many values go through the dictionary: all of them, if it does not grow too large.
    let mut through_it = 0;
    if let Some(most) = leaf.dictionary_bytes {
        dictionary.fill(&values, most);
        let first = dictionary.indices().len();
        // One that grew too large is kept for the values so far where it made them smaller.
        if first == count || dictionary.bytes() < plain.bytes(0..first) {
            through_it = first;
        }
    }
    let with_dictionary = leaf.dictionary_bytes.is_some() && (through_it > 0 || count == 0);

    let mut expected = plain.bytes(through_it..count) + rows.count / 8;
    if with_dictionary {
        expected += dictionary.bytes();
    }
    let mut chunk = ChunkWriter::new(leaf, codecs.get(leaf.compression)?, packed, expected);
    if with_dictionary {
        chunk.dictionary_page(dictionary.entries(), dictionary.page())?;
    }
    let width = dictionary.width();
    let indices_a_page = leaf.page_bytes.saturating_mul(8) / usize::from(width).max(1);
    let fitting = |value: usize| {
        if value < through_it {
            indices_a_page.clamp(1, through_it - value)
        } else {
            plain.fitting(value, leaf.page_bytes)
        }
    };
    for cut in rows.pages(leaf, fitting) {
        levels.clear();
        if leaf.nullable() {
            levels::write(rows.nulls, cut.rows.clone(), levels);
        }
        if with_dictionary && (cut.values.start < through_it || through_it == count) {
            levels.push(width);
            hybrid::values(&dictionary.indices()[cut.values.clone()], width, levels);
            chunk.data_page(&cut.data_page(Encoding::RLE_DICTIONARY, plain), levels)?;
            continue;
        }
        let of = cut.data_page(Encoding::PLAIN, plain);
        if levels.is_empty()
            && let Some(bytes) = plain.as_they_are(cut.values.clone())
        {
            chunk.data_page(&of, bytes)?;
            continue;
        }
        page.clear();
        page.extend(levels);
        plain.write(cut.values.clone(), page);
        chunk.data_page(&of, page.filled())?;
    }
    chunk.finish(statistics).map(Some)
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
    fn pages(&self, leaf: &Leaf, fitting: impl Fn(usize) -> usize) -> impl Iterator<Item = Cut> {
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
