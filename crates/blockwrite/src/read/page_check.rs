//! Pages are as large as their headers claim, or as their codec allows.

use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;

use super::footer_check::damaged;
use super::thrift::{Kind, Malformed, Thrift};
use crate::Result;

/// A page that claims more bytes than these after decompression is refused: 256 MiB. Writers end
/// a page at about 1 MiB.
pub const MAX_PAGE_BYTES: u64 = 256 * 1024 * 1024;

/// What the largest pages of the columns may claim together: 512 MiB. A reader has one page of
/// each column unpacked at a time; a small file that is made to harm would else have it hold a
/// page of the size above for every column.
pub const MAX_TAKEN_BYTES: u64 = 512 * 1024 * 1024;

/// What a page's header claims; the struct `PageHeader` of Parquet's definition.
struct Claim {
    header_bytes: usize,
    uncompressed_bytes: i64,
    compressed_bytes: i64,
    /// Values of a dictionary; the reader makes room for so many.
    dictionary_values: i64,
}

/// Walks over the `pages` of a chunk, which begin with a header and end with a page, before the
/// parquet crate makes room for what their headers claim; gives the most that one of them claims, in bytes.
pub fn check_pages(chunk: &ColumnChunkMetaData, mut pages: &[u8]) -> Result<u64> {
    let mut largest = 0;
    let refuse = |what: String| {
        let path = chunk.column_path().string();
        Err(damaged(format!("a page of column `{path}` {what}")))
    };
    while !pages.is_empty() {
        let Ok(claim) = claim(pages) else {
            return refuse("has a header that is none".to_owned());
        };
        let data = &pages[claim.header_bytes..];
        let Some(compressed) = usize::try_from(claim.compressed_bytes)
            .ok()
            .filter(|bytes| *bytes <= data.len())
        else {
            return refuse(format!(
                "claims {} bytes, and {} are left",
                claim.compressed_bytes,
                data.len()
            ));
        };
        let most = MAX_PAGE_BYTES.min(most_from(chunk.compression(), compressed as u64));
        if u64::try_from(claim.uncompressed_bytes).is_ok_and(|bytes| bytes <= most) {
            // Every value of a dictionary takes a byte at least; but one may be empty.
            if claim.dictionary_values > claim.uncompressed_bytes + 1 {
                return refuse(format!(
                    "claims a dictionary of {} values in {} bytes",
                    claim.dictionary_values, claim.uncompressed_bytes
                ));
            }
        } else {
            return refuse(format!(
                "claims to hold {} bytes in {compressed}, and {most} is the most it can",
                claim.uncompressed_bytes
            ));
        }
        largest = largest.max(claim.uncompressed_bytes.unsigned_abs());
        pages = &data[compressed..];
    }
    Ok(largest)
}

/// Bytes that so many compressed bytes can become at most.
fn most_from(codec: Compression, bytes: u64) -> u64 {
    let times = match codec {
        Compression::UNCOMPRESSED => 1,
        // A copy of 64 bytes takes three.
        Compression::SNAPPY => 22,
        // A copy grows by 255 bytes a byte.
        Compression::LZ4 | Compression::LZ4_RAW => 256,
        // Deflate: 258 bytes take two bits.
        Compression::GZIP(_) => 1032,
        // Brotli and Zstandard repeat without end.
        _ => return u64::MAX,
    };
    bytes.saturating_mul(times)
}

fn claim(bytes: &[u8]) -> std::result::Result<Claim, Malformed> {
    let mut thrift = Thrift::new(bytes);
    let (mut uncompressed, mut compressed, mut dictionary_values) = (None, None, 0);
    let mut last = 0;
    while let Some((id, kind)) = thrift.field(&mut last)? {
        match (id, kind) {
            (2, _) => uncompressed = Some(thrift.int()?),
            (3, _) => compressed = Some(thrift.int()?),
            // dictionary_page_header, whose first field is num_values
            (7, Kind::STRUCT) => {
                let mut last = 0;
                while let Some((id, kind)) = thrift.field(&mut last)? {
                    if id == 1 {
                        dictionary_values = thrift.int()?;
                    } else {
                        thrift.skip(kind)?;
                    }
                }
            }
            _ => thrift.skip(kind)?,
        }
    }
    Ok(Claim {
        header_bytes: thrift.position(),
        uncompressed_bytes: uncompressed.ok_or(Malformed)?,
        compressed_bytes: compressed.ok_or(Malformed)?,
        dictionary_values,
    })
}
