//! Blocks of a text, of which as much is kept as is needed to say where an error is.

use std::io::BufRead;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;

use super::error::{Place, SourceError};
use super::lines::Lines;
use super::options::SourceOptions;
use super::reader::FileBlocks;

/// Most text of one row; a quote that is never closed would take the rest of the file for one.
pub(super) const MOST_ROW_BYTES: usize = 64 << 20;

/// Most cells that a decoder reserves room for: some readers do so for all rows at once.
const MOST_CELLS: usize = 1 << 20;

/// A format of text, read by a decoder of Arrow's.
pub(super) trait TextFormat: Send {
    type Decoder;

    fn columns(&self) -> usize;

    /// A decoder of so many rows.
    fn decoder(&self, rows: usize) -> Result<Self::Decoder, ArrowError>;

    /// Takes bytes up to the end of the last row, and says how many. Nothing says that it is over.
    fn decode(&self, decoder: &mut Self::Decoder, bytes: &[u8]) -> Result<usize, ArrowError>;

    /// Whole rows taken so far.
    fn rows(&self, decoder: &Self::Decoder) -> usize;

    /// The rows that it has taken from a text, if all of them say what the text says.
    fn flush(
        &self,
        decoder: &mut Self::Decoder,
        text: &Text<'_>,
    ) -> Result<Option<RecordBatch>, ArrowError>;

    /// What is wrong with a text of which a decoder said something.
    fn fault(&self, text: &Text<'_>, said: &ArrowError) -> SourceError;
}

/// The text that a block was made from.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub file: &'a str,
    pub bytes: &'a [u8],
    /// The lines before it.
    pub lines: Lines,
    /// Whether the file ends with it.
    pub ends: bool,
}

impl Text<'_> {
    /// The row that it begins with has no end.
    pub fn too_long(&self) -> SourceError {
        SourceError::RowTooLong {
            place: self.place(0),
            most_bytes: MOST_ROW_BYTES,
        }
    }

    /// The line of a byte.
    pub fn place(&self, at: usize) -> Box<Place> {
        let before = self.bytes.get(..at).unwrap_or(self.bytes);
        Box::new(Place {
            file: self.file.to_owned(),
            line: self.lines.after(before).line(),
            column: None,
        })
    }
}

/// Reads a text block by block.
pub(super) struct TextBlocks<F: TextFormat> {
    file: Arc<str>,
    input: Box<dyn BufRead + Send>,
    format: F,
    most_rows: usize,
    block_bytes: usize,
    /// The text of the block at hand.
    kept: Vec<u8>,
    /// Text that a longer block had taken already.
    ahead: Vec<u8>,
    /// The lines before the block at hand.
    lines: Lines,
    /// Rows and bytes of the last block: the next has about as many bytes a row.
    last: Option<(usize, usize)>,
}

impl<F: TextFormat> TextBlocks<F> {
    /// Reads on from a text whose first lines are passed already.
    pub fn new(
        file: Arc<str>,
        input: Box<dyn BufRead + Send>,
        lines: Lines,
        format: F,
        options: &SourceOptions,
    ) -> Self {
        let most_rows = MOST_CELLS / format.columns().max(1);
        Self {
            file,
            input,
            most_rows: options.block_rows.get().min(most_rows.max(1)),
            block_bytes: options.block_bytes.get(),
            format,
            kept: Vec::new(),
            ahead: Vec::new(),
            lines,
            last: None,
        }
    }

    fn rows_of_next(&self) -> usize {
        match self.last {
            Some((rows, bytes)) => {
                let fit = self.block_bytes as u128 * rows as u128 / bytes.max(1) as u128;
                usize::try_from(fit).map_or(self.most_rows, |fit| fit.clamp(1, self.most_rows))
            }
            None => self.most_rows,
        }
    }

    /// Takes the text of a block of at most so many rows, and makes it.
    fn block(&mut self, rows: usize) -> Result<Option<RecordBatch>, SourceError> {
        let mut decoder = self
            .format
            .decoder(rows)
            .map_err(|said| self.fault(&said, false))?;
        loop {
            let (taken, ends) = self.take(&mut decoder)?;
            if ends || taken == 0 || self.format.rows(&decoder) >= rows {
                break;
            }
            if self.kept.len() > self.block_bytes.saturating_mul(2) {
                match self.format.rows(&decoder) {
                    // Not one row yet: it is a long one.
                    0 if self.kept.len() > MOST_ROW_BYTES => {
                        return Err(self.text(false).too_long());
                    }
                    0 => {}
                    // Rows became longer: what is there makes a block, and the rest is read again.
                    whole => {
                        let kept = std::mem::take(&mut self.kept);
                        let rest = std::mem::replace(&mut self.ahead, kept);
                        self.ahead.extend_from_slice(&rest);
                        return self.block(whole);
                    }
                }
            }
        }
        let flushed = self.format.flush(&mut decoder, &self.text(true));
        let block = flushed.map_err(|said| self.fault(&said, true))?;
        if let Some(block) = &block {
            self.last = Some((block.num_rows(), self.kept.len()));
        }
        self.lines.pass(&self.kept);
        self.kept.clear();
        Ok(block)
    }

    /// Hands the decoder the next bytes: how many it took, and whether there are none.
    fn take(&mut self, decoder: &mut F::Decoder) -> Result<(usize, bool), SourceError> {
        let from_ahead = !self.ahead.is_empty();
        let read = if from_ahead {
            Ok(&*self.ahead)
        } else {
            self.input.fill_buf()
        };
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(error) => return Err(read_error(&self.file, error)),
        };
        let ends = bytes.is_empty();
        match self.format.decode(decoder, bytes) {
            Ok(taken) => {
                self.kept.extend_from_slice(&bytes[..taken]);
                if from_ahead {
                    self.ahead.drain(..taken);
                } else {
                    self.input.consume(taken);
                }
                Ok((taken, ends))
            }
            Err(said) => {
                // The row at fault lies in these bytes, or ends in them.
                self.kept.extend_from_slice(bytes);
                Err(self.fault(&said, ends))
            }
        }
    }

    fn fault(&self, said: &ArrowError, ends: bool) -> SourceError {
        self.format.fault(&self.text(ends), said)
    }

    fn text(&self, ends: bool) -> Text<'_> {
        Text {
            file: &self.file,
            bytes: &self.kept,
            lines: self.lines,
            ends,
        }
    }
}

impl<F: TextFormat> FileBlocks for TextBlocks<F> {
    fn next_block(&mut self) -> Result<Option<RecordBatch>, SourceError> {
        self.block(self.rows_of_next())
    }
}

/// An error of reading; where a filter before us knows more, what it knows.
pub(super) fn read_error(file: &str, error: std::io::Error) -> SourceError {
    match error.downcast::<SourceError>() {
        Ok(known) => known,
        Err(source) => SourceError::Read {
            file: file.to_owned(),
            source,
        },
    }
}
