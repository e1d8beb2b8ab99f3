//! Where the pages of column chunks lie, if the file says so.

use std::ops::Range;

use bytes::Bytes;
use parquet::DecodeResult;
use parquet::file::metadata::{
    PageIndexPolicy, ParquetMetaData, ParquetMetaDataPushDecoder, RowGroupMetaData,
};

use super::contain::contain;
use super::footer_check::chunk_range;
use super::thrift::{Kind, Thrift};
use crate::error::parquet_error;

/// A longer index costs more than it saves.
const MAX_INDEX_BYTES: u64 = 4 * 1024 * 1024;

/// Where the offset indexes of all the chunks in `metadata` lie, or `None` where one has none or
/// they do not lie together before `data_end`.
pub fn range(metadata: &ParquetMetaData, data_end: u64) -> Option<Range<u64>> {
    let mut whole: Option<Range<u64>> = None;
    for chunk in metadata
        .row_groups()
        .iter()
        .flat_map(|group| group.columns())
    {
        let start = u64::try_from(chunk.offset_index_offset()?).ok()?;
        let bytes = u64::try_from(chunk.offset_index_length()?).ok()?;
        let end = start.checked_add(bytes)?;
        whole = Some(match whole {
            Some(whole) => whole.start.min(start)..whole.end.max(end),
            None => start..end,
        });
    }
    whole.filter(|range| {
        let bytes = range.end - range.start;
        range.end <= data_end && (1..=MAX_INDEX_BYTES).contains(&bytes)
    })
}

/// The same `metadata` with the offset indexes that `bytes` hold. An index is a shortcut: where it
/// can't be right, there is none.
pub fn with_index(
    metadata: ParquetMetaData,
    range: &Range<u64>,
    bytes: &Bytes,
    file_bytes: u64,
) -> ParquetMetaData {
    if !lists_are_true(&metadata, range, bytes) {
        return metadata;
    }
    let decoded = contain(|| {
        let mut decoder =
            ParquetMetaDataPushDecoder::try_new_with_metadata(file_bytes, metadata.clone())
                .map_err(parquet_error("read an offset index"))?
                .with_column_index_policy(PageIndexPolicy::Skip)
                .with_offset_index_policy(PageIndexPolicy::Optional);
        decoder
            .push_range(range.clone(), bytes.clone())
            .and_then(|()| decoder.try_decode())
            .map_err(parquet_error("read an offset index"))
    });
    match decoded {
        Ok(DecodeResult::Data(indexed)) if pages_are_in_place(&indexed) => indexed,
        _ => metadata,
    }
}

/// The parquet crate reserves memory for as many pages as an index claims.
fn lists_are_true(metadata: &ParquetMetaData, range: &Range<u64>, bytes: &Bytes) -> bool {
    let mut chunks = metadata
        .row_groups()
        .iter()
        .flat_map(|group| group.columns());
    chunks.all(|chunk| {
        let at = |offset: Option<i64>| {
            let offset = u64::try_from(offset?).ok()?.checked_sub(range.start)?;
            usize::try_from(offset).ok()
        };
        let start = at(chunk.offset_index_offset());
        let length = chunk
            .offset_index_length()
            .and_then(|bytes| usize::try_from(bytes).ok());
        start
            .zip(length)
            .and_then(|(start, length)| bytes.get(start..start.checked_add(length)?))
            .is_some_and(|index| Thrift::new(index).skip(Kind::STRUCT).is_ok())
    })
}

fn pages_are_in_place(metadata: &ParquetMetaData) -> bool {
    let Some(index) = metadata.offset_index() else {
        return true;
    };
    index.len() == metadata.num_row_groups()
        && index
            .iter()
            .zip(metadata.row_groups())
            .all(|(chunks, group)| group_is_in_place(chunks, group))
}

fn group_is_in_place(
    chunks: &[parquet::file::page_index::offset_index::OffsetIndexMetaData],
    group: &RowGroupMetaData,
) -> bool {
    chunks.len() == group.num_columns()
        && chunks.iter().zip(group.columns()).all(|(index, chunk)| {
            let Some(range) = chunk_range(chunk) else {
                return false;
            };
            let pages = index.page_locations();
            let begins = pages.first().is_some_and(|page| page.first_row_index == 0);
            let inside = pages.iter().all(|page| {
                let start = u64::try_from(page.offset).ok();
                let bytes = u64::try_from(page.compressed_page_size).ok();
                start.zip(bytes).is_some_and(|(start, bytes)| {
                    start >= range.start
                        && start.checked_add(bytes).is_some_and(|end| end <= range.end)
                })
            });
            let ascend = pages.windows(2).all(|pair| {
                pair[0].first_row_index < pair[1].first_row_index
                    && pair[0].offset + i64::from(pair[0].compressed_page_size) <= pair[1].offset
            });
            let end = pages
                .last()
                .is_some_and(|page| page.first_row_index < group.num_rows());
            begins && inside && ascend && end
        })
}
