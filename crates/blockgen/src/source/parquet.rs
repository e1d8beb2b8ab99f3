//! Parquet, by arrow's reader of it.

mod footer;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use bytes::Bytes;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::errors::Result as ParquetResult;
use parquet::file::reader::{ChunkReader, Length};

use super::agree::Agreed;
use super::contain::contain;
use super::error::SourceError;
use super::format::SourceFormat;
use super::input::BytesRead;
use super::options::SourceOptions;
use super::plain::Plain;
use super::reader::{FileBlocks, Opened};

struct Parquet {
    file: String,
    batches: ParquetRecordBatchReader,
    plain: Plain,
}

pub(super) fn open(
    path: &Path,
    agreed: Option<&Agreed>,
    options: &SourceOptions,
    read: &BytesRead,
) -> Result<Opened, SourceError> {
    let file = path.display().to_string();
    let bytes = match File::open(path) {
        Ok(file) => Counted {
            file,
            read: read.clone(),
        },
        Err(source) => return Err(SourceError::Open { file, source }),
    };
    let opened = contain(|| {
        let metadata = Arc::new(footer::read(&bytes)?);
        let metadata = ArrowReaderMetadata::try_new(metadata, ArrowReaderOptions::default())?;
        ParquetRecordBatchReaderBuilder::new_with_metadata(bytes, metadata)
            .with_batch_size(options.block_rows.get())
            .build()
    });
    let batches = opened.map_err(|what| damaged(&file, what))?;
    let plain = Plain::new(&arrow::array::RecordBatchReader::schema(&batches));
    if let Some(agreed) = agreed {
        agreed.types(&file, plain.schema())?;
    }
    Ok(Opened {
        schema: Arc::clone(plain.schema()),
        sampled: 0,
        blocks: Box::new(Parquet {
            file,
            batches,
            plain,
        }),
    })
}

impl FileBlocks for Parquet {
    fn next_block(&mut self) -> Result<Option<RecordBatch>, SourceError> {
        let (batches, plain) = (&mut self.batches, &self.plain);
        contain(|| batches.next().map(|batch| plain.of(&batch?)).transpose())
            .map_err(|what| damaged(&self.file, what))
    }
}

fn damaged(file: &str, what: String) -> SourceError {
    SourceError::Damaged {
        file: file.to_owned(),
        format: SourceFormat::Parquet,
        what,
    }
}

/// A file whose bytes are counted as they are read.
struct Counted {
    file: File,
    read: BytesRead,
}

impl Length for Counted {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl ChunkReader for Counted {
    type T = CountedRead;

    fn get_read(&self, start: u64) -> ParquetResult<CountedRead> {
        Ok(CountedRead {
            bytes: self.file.get_read(start)?,
            read: self.read.clone(),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let bytes = self.file.get_bytes(start, length)?;
        self.read.add(bytes.len() as u64);
        Ok(bytes)
    }
}

struct CountedRead {
    bytes: <File as ChunkReader>::T,
    read: BytesRead,
}

impl Read for CountedRead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.bytes.read(into)?;
        self.read.add(bytes as u64);
        Ok(bytes)
    }
}
