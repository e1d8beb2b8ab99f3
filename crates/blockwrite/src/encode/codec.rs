//! Compression of pages, with codecs that are kept from page to page.

use parquet::basic::Compression;
use parquet::errors::{ParquetError, Result};

use super::scratch::PageBuffer;
use super::snappy::Snappy;

/// A codec with its memory.
pub(super) enum Codec {
    None,
    Snappy(Snappy),
    Lz4(Box<lz4_flex::block::CompressTable>),
    Zstd(zstd::bulk::Compressor<'static>),
}

impl Codec {
    /// Whether pages can be compressed so here.
    pub(super) fn knows(compression: Compression) -> bool {
        matches!(
            compression,
            Compression::UNCOMPRESSED
                | Compression::SNAPPY
                | Compression::LZ4_RAW
                | Compression::ZSTD(_)
        )
    }

    fn new(compression: Compression) -> Result<Self> {
        Ok(match compression {
            Compression::UNCOMPRESSED => Self::None,
            Compression::SNAPPY => Self::Snappy(Snappy::new()),
            Compression::LZ4_RAW => Self::Lz4(Box::default()),
            Compression::ZSTD(level) => {
                Self::Zstd(zstd::bulk::Compressor::new(level.compression_level())?)
            }
            other => return Err(ParquetError::NYI(format!("the codec {other}"))),
        })
    }

    /// The page as it is stored: compressed into `packed`, or as it is.
    pub(super) fn compress<'a>(
        &mut self,
        page: &'a [u8],
        packed: &'a mut PageBuffer,
    ) -> Result<&'a [u8]> {
        packed.clear();
        let written = match self {
            Self::None => return Ok(page),
            Self::Snappy(encoder) => {
                encoder.compress(page, packed);
                return Ok(packed.filled());
            }
            Self::Lz4(table) => {
                let room = packed.room(lz4_flex::block::get_maximum_output_size(page.len()));
                lz4_flex::block::compress_into_with_table(page, room, table)
                    .map_err(|error| ParquetError::External(Box::new(error)))?
            }
            Self::Zstd(compressor) => {
                let room = packed.room(zstd::zstd_safe::compress_bound(page.len()));
                compressor.compress_to_buffer(page, room)?
            }
        };
        packed.advance(written);
        Ok(packed.filled())
    }
}

/// The codecs that a thread has used.
#[derive(Default)]
pub(super) struct Codecs(Vec<(Compression, Codec)>);

impl Codecs {
    /// The one for this compression.
    pub(super) fn get(&mut self, compression: Compression) -> Result<&mut Codec> {
        let at = match self.0.iter().position(|(known, _)| *known == compression) {
            Some(at) => at,
            None => {
                self.0.push((compression, Codec::new(compression)?));
                self.0.len() - 1
            }
        };
        Ok(&mut self.0[at].1)
    }
}
