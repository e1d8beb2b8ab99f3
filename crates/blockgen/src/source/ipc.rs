//! Arrow IPC, always as a stream: a file of it is a stream between a mark and a footer.

mod messages;

use std::io::{self, BufRead};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::ipc::reader::StreamReader;

use self::messages::Messages;
use super::agree::Agreed;
use super::contain::contain;
use super::error::SourceError;
use super::format::SourceFormat;
use super::input::Input;
use super::options::SourceOptions;
use super::plain::{Plain, Slices};
use super::reader::{FileBlocks, Opened};

/// What a file begins with, and the bytes up to the stream in it.
const FILE_MARK: &[u8] = b"ARROW1";
const FILE_START: usize = 8;

/// Some writers (arrow's own) pad the mark to more than the eight bytes that are asked for.
const MOST_PADDING: usize = 56;

struct Ipc {
    file: Arc<str>,
    batches: StreamReader<Messages>,
    plain: Plain,
    slices: Slices,
}

pub(super) fn open(
    input: Input,
    agreed: Option<&Agreed>,
    options: &SourceOptions,
) -> Result<Opened, SourceError> {
    let file = Arc::clone(&input.file);
    let is_file = input.first.starts_with(FILE_MARK);
    let mut bytes = input.into_bytes();
    let opened = contain(|| {
        if is_file {
            pass_mark(&mut *bytes)?;
        }
        StreamReader::try_new(Messages::new(bytes, is_file), None)
    });
    let batches = opened.map_err(|what| damaged(&file, what))?;
    let plain = Plain::new(&batches.schema());
    if let Some(agreed) = agreed {
        agreed.types(&file, plain.schema())?;
    }
    Ok(Opened {
        schema: Arc::clone(plain.schema()),
        sampled: 0,
        blocks: Box::new(Ipc {
            file,
            batches,
            plain,
            slices: Slices::new(options.block_rows),
        }),
    })
}

/// Passes over what stands before the stream; no stream begins with a zero.
fn pass_mark(bytes: &mut dyn BufRead) -> io::Result<()> {
    bytes.read_exact(&mut [0; FILE_START])?;
    for _ in 0..MOST_PADDING {
        if bytes.fill_buf()?.first() != Some(&0) {
            break;
        }
        bytes.consume(1);
    }
    Ok(())
}

impl FileBlocks for Ipc {
    fn next_block(&mut self) -> Result<Option<RecordBatch>, SourceError> {
        loop {
            if let Some(block) = self.slices.next() {
                return Ok(Some(block));
            }
            let (batches, plain) = (&mut self.batches, &self.plain);
            let read = contain(|| batches.next().map(|batch| plain.of(&batch?)).transpose());
            match read.map_err(|what| damaged(&self.file, what))? {
                Some(batch) => self.slices.cut(batch),
                None => return Ok(None),
            }
        }
    }
}

fn damaged(file: &str, what: String) -> SourceError {
    // What kind of error arrow took it for says nothing about the file.
    let kinds = ["Io error: ", "Ipc error: ", "Parser error: "];
    let said = kinds.iter().find_map(|kind| what.strip_prefix(kind));
    let what = said.unwrap_or(&what).trim_end_matches('.').to_owned();
    SourceError::Damaged {
        file: file.to_owned(),
        format: SourceFormat::Ipc,
        what,
    }
}
