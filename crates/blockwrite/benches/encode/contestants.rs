//! Who encodes: this crate, and `ArrowWriter` as it is and with a little advice.

use arrow::array::RecordBatch;
use blockwrite::{
    BlockWriter as _, Compression, Encoding, ParquetBlockWriter, RowGroupEncoder, WriteOptions,
};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression as Codec, Encoding as PageEncoding, ZstdLevel};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use super::Outcome;
use super::counted::Counted;

/// Somebody who writes a Parquet file.
pub struct Contestant {
    name: &'static str,
    /// Columns that go through a dictionary, where this one was told.
    dictionaries: Option<Vec<String>>,
    way: Way,
}

enum Way {
    Blocks(Box<RowGroupEncoder>),
    ArrowWriter(Box<WriterProperties>),
}

impl Contestant {
    /// All of them, for blocks like `first`. Which columns have a dictionary is found out before the
    /// clock starts, as it is in a run, once; who is "picky" is told the same columns.
    pub fn all(first: &RecordBatch, compression: Compression) -> Outcome<Vec<Self>> {
        let options = WriteOptions {
            compression,
            ..WriteOptions::default()
        };
        let encoder = RowGroupEncoder::tuned(first, &options)?;
        let columns = &encoder.options().columns;
        let schema = first.schema();
        let names: Vec<_> = schema.fields().iter().map(|field| field.name()).collect();
        let has_one = |name: &&&String| {
            let column = columns.get(**name);
            column.and_then(|column| column.encoding) == Some(Encoding::Dictionary)
        };
        let dictionaries: Vec<String> = names.iter().filter(has_one).copied().cloned().collect();

        let defaults = || WriterProperties::builder().set_compression(codec(compression));
        let mut picky = defaults();
        for name in names {
            if !dictionaries.contains(name) {
                let path = ColumnPath::from(name.as_str());
                picky = picky
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path, PageEncoding::PLAIN);
            }
        }
        Ok(vec![
            Self {
                name: "blockwrite",
                dictionaries: Some(dictionaries.clone()),
                way: Way::Blocks(Box::new(encoder)),
            },
            Self {
                name: "arrow-rs, defaults",
                dictionaries: None,
                way: Way::ArrowWriter(Box::new(defaults().build())),
            },
            Self {
                name: "arrow-rs, picky",
                dictionaries: Some(dictionaries),
                way: Way::ArrowWriter(Box::new(picky.build())),
            },
        ])
    }

    /// As the line calls it.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Columns that go through a dictionary, where this one was told.
    pub fn dictionaries(&self) -> Option<&[String]> {
        self.dictionaries.as_deref()
    }

    /// Writes one file of these blocks, a row group each, and says how long it is.
    pub fn write(&self, blocks: &[RecordBatch]) -> Outcome<u64> {
        let mut sink = Counted::default();
        match &self.way {
            Way::Blocks(encoder) => {
                let mut writer = ParquetBlockWriter::with_encoder(&mut sink, encoder)?;
                for block in blocks {
                    writer.write_block(block)?;
                }
                writer.finish()?;
            }
            Way::ArrowWriter(properties) => {
                let schema = blocks.first().ok_or("no blocks")?.schema();
                let properties = Some((**properties).clone());
                let mut writer = ArrowWriter::try_new(&mut sink, schema, properties)?;
                for block in blocks {
                    writer.write(block)?;
                    writer.flush()?;
                }
                writer.close()?;
            }
        }
        Ok(sink.bytes)
    }
}

/// The codecs that are compared, as the parquet crate takes them.
fn codec(compression: Compression) -> Codec {
    let zstd = |level: &str| {
        let level = level
            .parse()
            .ok()
            .and_then(|level| ZstdLevel::try_new(level).ok());
        Codec::ZSTD(level.unwrap_or_default())
    };
    match compression.to_string().split_once(':') {
        Some(("zstd", level)) => zstd(level),
        _ if compression == Compression::SNAPPY => Codec::SNAPPY,
        _ if compression == Compression::LZ4 => Codec::LZ4_RAW,
        _ => Codec::UNCOMPRESSED,
    }
}
