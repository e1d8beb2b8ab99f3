//! A column chunk: its pages one behind the other, and what the footer says of it.

use bytes::Bytes;
use parquet::arrow::arrow_writer::ArrowColumnChunk;
use parquet::basic::{Encoding, EncodingMask, PageType};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{
    ColumnChunkMetaData, LevelHistogram, OffsetIndexBuilder, PageEncodingStats,
};
use parquet::file::statistics::Statistics;
use parquet::file::writer::SerializedRowGroupWriter;

use super::codec::Codec;
use super::leaf::DirectLeaf;
use super::page_header::{self, PageKind};
use super::scratch::PageBuffer;
use crate::splice::Placeholder;

/// A chunk that waits to be spliced into a file.
pub(crate) enum EncodedChunk {
    /// Made by the parquet crate's column writer.
    Generic(Box<ArrowColumnChunk>),
    /// Made here.
    Direct(DirectChunk, Bytes),
}

/// A chunk made here, dictionary first, apart from its bytes.
pub(crate) struct DirectChunk {
    close: Box<ColumnCloseResult>,
    /// Bytes of the dictionary's page before compression.
    dictionary_page: usize,
}

impl DirectChunk {
    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.close.bytes_written as usize
    }
}

impl EncodedChunk {
    /// What the footer will say of it, with offsets from its own start.
    pub(crate) fn close(&self) -> &ColumnCloseResult {
        match self {
            Self::Generic(chunk) => chunk.close(),
            Self::Direct(chunk, _) => &chunk.close,
        }
    }

    /// Compressed bytes of its dictionary, nought where it has none.
    pub(crate) fn dictionary_bytes(&self) -> i64 {
        match self {
            // It comes first.
            Self::Direct(chunk, _) => chunk.close.metadata.data_page_offset(),
            // What is no data page; offsets do not tell, because a chunk of the parquet crate that
            // waits to be spliced has its dictionary behind the data. Without an offset index its
            // pages are not known one by one, and a dictionary counts as data.
            Self::Generic(chunk) => chunk.close().offset_index.as_ref().map_or(0, |index| {
                let pages = index.page_locations().iter();
                let data: i64 = pages.map(|p| i64::from(p.compressed_page_size)).sum();
                chunk.close().metadata.compressed_size() - data
            }),
        }
    }

    /// Bytes of its dictionary's page before compression, which is what is limited; nought where it
    /// has none.
    pub(crate) fn dictionary_page_bytes(&self) -> i64 {
        match self {
            Self::Direct(chunk, _) => i64::try_from(chunk.dictionary_page).unwrap_or(i64::MAX),
            // As if it were compressed as well as the rest.
            Self::Generic(chunk) => {
                let metadata = &chunk.close().metadata;
                let ratio =
                    metadata.uncompressed_size() as f64 / metadata.compressed_size().max(1) as f64;
                (self.dictionary_bytes() as f64 * ratio) as i64
            }
        }
    }

    /// Its bytes, where they are at hand in one piece.
    pub(crate) fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Generic(_) => None,
            Self::Direct(_, bytes) => Some(bytes),
        }
    }

    /// Writes it as the next chunk of a row group; in place of [`bytes`](Self::bytes) come as many
    /// others, for which the sink is prepared ([`crate::splice`]).
    ///
    /// # Errors
    ///
    /// What the sink says; a chunk of another column.
    pub(crate) fn append_to<W: std::io::Write + Send>(
        self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<()> {
        match self {
            Self::Generic(chunk) => chunk.append_to_row_group(group),
            Self::Direct(chunk, bytes) => {
                group.append_column(&Placeholder(bytes.len() as u64), *chunk.close)
            }
        }
    }
}

/// Takes the pages of one chunk in the order of the file.
pub(super) struct ChunkWriter<'a> {
    leaf: &'a DirectLeaf,
    codec: &'a mut Codec,
    packed: &'a mut PageBuffer,
    /// The row group as far as it is made.
    out: &'a mut Vec<u8>,
    /// Where the chunk begins in it.
    begin: usize,
    uncompressed: usize,
    rows: usize,
    values: usize,
    byte_array_bytes: Option<i64>,
    dictionary_length: usize,
    dictionary_page: usize,
    /// Data pages of indices, and behind them those of values.
    index_pages: i32,
    plain_pages: i32,
    offset_index: Option<OffsetIndexBuilder>,
}

/// What a data page holds, beside its bytes.
pub(super) struct DataPage {
    pub(super) encoding: Encoding,
    /// Rows, those that are null among them.
    pub(super) rows: usize,
    /// Rows that are not null.
    pub(super) values: usize,
    /// Bytes of its strings alone.
    pub(super) byte_array_bytes: Option<i64>,
}

impl<'a> ChunkWriter<'a> {
    /// A chunk behind what is in `out`.
    pub(super) fn new(
        leaf: &'a DirectLeaf,
        codec: &'a mut Codec,
        packed: &'a mut PageBuffer,
        out: &'a mut Vec<u8>,
    ) -> Self {
        Self {
            leaf,
            codec,
            packed,
            begin: out.len(),
            out,
            uncompressed: 0,
            rows: 0,
            values: 0,
            byte_array_bytes: None,
            dictionary_length: 0,
            dictionary_page: 0,
            index_pages: 0,
            plain_pages: 0,
            offset_index: leaf.offset_index.then(OffsetIndexBuilder::new),
        }
    }

    /// Adds the dictionary, before any data page.
    pub(super) fn dictionary_page(&mut self, entries: usize, page: &[u8]) -> Result<()> {
        self.dictionary_page = page.len();
        self.dictionary_length = self.page(PageKind::Dictionary, entries, page)?;
        Ok(())
    }

    /// Adds a data page.
    pub(super) fn data_page(&mut self, of: &DataPage, page: &[u8]) -> Result<()> {
        let at = self.out.len() - self.begin;
        let length = self.page(PageKind::Data(of.encoding), of.rows, page)?;
        match of.encoding {
            Encoding::RLE_DICTIONARY => self.index_pages += 1,
            _ => self.plain_pages += 1,
        }
        self.rows += of.rows;
        self.values += of.values;
        if let Some(bytes) = of.byte_array_bytes {
            *self.byte_array_bytes.get_or_insert(0) += bytes;
        }
        if let Some(index) = &mut self.offset_index {
            let length = i32::try_from(length).map_err(|_| too_large(length))?;
            index.append_row_count(of.rows as i64);
            index.append_offset_and_size(at as i64, length);
            index.append_unencoded_byte_array_data_bytes(of.byte_array_bytes);
        }
        Ok(())
    }

    /// Adds a page, and says how long it is with its header.
    fn page(&mut self, kind: PageKind, values: usize, page: &[u8]) -> Result<usize> {
        let stored = self.codec.compress(page, self.packed)?;
        let at = self.out.len();
        page_header::write(kind, values, page.len(), stored.len(), self.out)?;
        self.uncompressed += self.out.len() - at + page.len();
        self.out.extend_from_slice(stored);
        Ok(self.out.len() - at)
    }

    /// The chunk, with these statistics of its values, if any are wanted.
    pub(super) fn finish(self, statistics: Option<Statistics>) -> Result<DirectChunk> {
        let length = self.out.len() - self.begin;
        let has_dictionary = self.dictionary_length > 0;
        let pages = [
            (
                PageType::DICTIONARY_PAGE,
                Encoding::PLAIN,
                i32::from(has_dictionary),
            ),
            (
                PageType::DATA_PAGE,
                Encoding::RLE_DICTIONARY,
                self.index_pages,
            ),
            (PageType::DATA_PAGE, Encoding::PLAIN, self.plain_pages),
        ];
        let pages = pages.into_iter().filter(|(_, _, count)| *count > 0);
        let page_stats: Vec<_> = pages
            .map(|(page_type, encoding, count)| PageEncodingStats {
                page_type,
                encoding,
                count,
            })
            .collect();
        // Levels are runs, whether there are any or not.
        let encodings = page_stats.iter().map(|stats| &stats.encoding);
        let encodings = encodings.chain([&Encoding::RLE]);
        let mut metadata = ColumnChunkMetaData::builder(self.leaf.descr.clone())
            .set_compression(self.leaf.compression)
            .set_encodings_mask(EncodingMask::new_from_encodings(encodings))
            .set_page_encoding_stats(page_stats.clone())
            .set_total_compressed_size(length as i64)
            .set_total_uncompressed_size(self.uncompressed as i64)
            .set_num_values(self.rows as i64)
            .set_data_page_offset(self.dictionary_length as i64)
            .set_dictionary_page_offset(has_dictionary.then_some(0));
        if let Some(statistics) = statistics {
            metadata = metadata
                .set_statistics(statistics)
                .set_unencoded_byte_array_data_bytes(self.byte_array_bytes)
                .set_definition_level_histogram(self.histogram());
        }
        let close = ColumnCloseResult {
            bytes_written: length as u64,
            rows_written: self.rows as u64,
            metadata: metadata.build()?,
            bloom_filter: None,
            column_index: None,
            offset_index: self.offset_index.map(OffsetIndexBuilder::build),
        };
        Ok(DirectChunk {
            close: Box::new(close),
            dictionary_page: self.dictionary_page,
        })
    }

    /// How many rows are null and how many are not, where rows may be null.
    fn histogram(&self) -> Option<LevelHistogram> {
        self.leaf.nullable().then(|| {
            let nulls = self.rows - self.values;
            LevelHistogram::from(vec![nulls as i64, self.values as i64])
        })
    }
}

pub(super) fn too_large(bytes: usize) -> ParquetError {
    ParquetError::General(format!("a page of {bytes} bytes is too large"))
}
