//! What a footer must keep to before and after the parquet crate decodes it.

use std::ops::Range;

use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};

use super::thrift::{Kind, Malformed, Thrift};
use crate::{Error, Result};

/// Groups within groups, at most: each level costs the parquet crate a level of recursion.
const MAX_SCHEMA_DEPTH: usize = 64;

/// Walks over the encoded footer: every list is as long as it claims to be, and the schema is a
/// tree of sane depth.
pub fn check_encoded(footer: &[u8]) -> Result<()> {
    match walk(footer) {
        Ok(Footer { encrypted: true }) => Err(Error::Encrypted),
        Ok(_) => Ok(()),
        Err(Malformed) => Err(damaged("its footer is not what a footer is".to_owned())),
    }
}

struct Footer {
    /// The footer can be read, but columns can't.
    encrypted: bool,
}

/// The struct `FileMetaData` of Parquet's definition.
fn walk(footer: &[u8]) -> std::result::Result<Footer, Malformed> {
    let mut thrift = Thrift::new(footer);
    let mut encrypted = false;
    let mut last = 0;
    while let Some((id, kind)) = thrift.field(&mut last)? {
        match (id, kind) {
            // schema
            (2, Kind::LIST) => walk_schema(&mut thrift)?,
            // encryption_algorithm
            (8, Kind::STRUCT) => {
                encrypted = true;
                thrift.skip(kind)?;
            }
            _ => thrift.skip(kind)?,
        }
    }
    Ok(Footer { encrypted })
}

/// The schema is a list in depth-first order, in which each group says how many children follow.
fn walk_schema(thrift: &mut Thrift<'_>) -> std::result::Result<(), Malformed> {
    let (len, kind) = thrift.list()?;
    if kind != Kind::STRUCT {
        return Err(Malformed);
    }
    // For each open group, the children still to come.
    let mut open: Vec<i64> = Vec::new();
    for index in 0..len {
        let mut children = 0;
        let mut last = 0;
        while let Some((id, kind)) = thrift.field(&mut last)? {
            // num_children
            if id == 5 {
                children = thrift.int()?;
            } else {
                thrift.skip(kind)?;
            }
        }
        if index > 0 {
            while open.pop_if(|missing| *missing == 0).is_some() {}
            *open.last_mut().ok_or(Malformed)? -= 1;
        }
        if children < 0 || children as u64 > (len - index) as u64 {
            return Err(Malformed);
        }
        if children > 0 {
            open.push(children);
        }
        if open.len() > MAX_SCHEMA_DEPTH {
            return Err(Malformed);
        }
    }
    if open.iter().any(|missing| *missing != 0) {
        return Err(Malformed);
    }
    Ok(())
}

/// Counts and sizes are no less than zero, and column chunks lie before the footer, which begins
/// at `data_end`.
pub fn check_decoded(metadata: &ParquetMetaData, data_end: u64) -> Result<()> {
    let rows = metadata.file_metadata().num_rows();
    if rows < 0 {
        return Err(damaged(format!("it says that it has {rows} rows")));
    }
    for (index, group) in metadata.row_groups().iter().enumerate() {
        if group.num_rows() < 0 || group.total_byte_size() < 0 {
            return Err(damaged(format!(
                "row group {index} says that it has {} rows in {} bytes",
                group.num_rows(),
                group.total_byte_size()
            )));
        }
        for chunk in group.columns() {
            if chunk.uncompressed_size() < 0 || chunk.num_values() < 0 {
                return Err(damaged(format!(
                    "column `{}` of row group {index} says that it has {} values in {} bytes",
                    chunk.column_path().string(),
                    chunk.num_values(),
                    chunk.uncompressed_size()
                )));
            }
            if chunk_range(chunk).is_none_or(|range| range.end > data_end) {
                return Err(damaged(format!(
                    "column `{}` of row group {index} does not lie in the {data_end} bytes before \
                     the footer",
                    chunk.column_path().string(),
                )));
            }
        }
    }
    Ok(())
}

/// Where the pages of a chunk lie, or `None` where that is nonsense.
pub fn chunk_range(chunk: &ColumnChunkMetaData) -> Option<Range<u64>> {
    let start = chunk
        .dictionary_page_offset()
        .unwrap_or_else(|| chunk.data_page_offset());
    let start = u64::try_from(start).ok()?;
    let bytes = u64::try_from(chunk.compressed_size()).ok()?;
    Some(start..start.checked_add(bytes)?)
}

pub fn damaged(what: String) -> Error {
    Error::Damaged { what }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A footer that has a schema of these numbers of children, and nothing else.
    fn footer(children: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x29, 0xfc, children.len() as u8];
        for count in children {
            // num_children alone, or no field where there are none.
            match count {
                0 => bytes.push(0),
                _ => bytes.extend([0x55, count * 2, 0]),
            }
        }
        bytes.push(0);
        bytes
    }

    #[test]
    fn a_schema_is_a_tree() {
        for (children, good) in [
            (&[2, 0, 0][..], true),
            (&[2, 2, 0, 0, 1, 0], true),
            (&[2, 0], false),
            (&[1, 0, 0], false),
            (&[60, 0, 0], false),
        ] {
            assert_eq!(
                check_encoded(&footer(children)).is_ok(),
                good,
                "{children:?}"
            );
        }
    }

    #[test]
    fn a_schema_is_not_deep_without_end() {
        let deep = |depth: usize| [vec![1; depth], vec![0]].concat();
        assert!(check_encoded(&footer(&deep(MAX_SCHEMA_DEPTH))).is_ok());
        assert!(check_encoded(&footer(&deep(MAX_SCHEMA_DEPTH + 1))).is_err());
    }
}
