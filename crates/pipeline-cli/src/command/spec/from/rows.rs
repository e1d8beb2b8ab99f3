//! A look at rows as they come: CSV, JSON and Arrow IPC, packed or not, by the readers of
//! `run --from`.
//!
//! ```text
//! Source ──ranges, in order──▶ channel ──▶ Fed ──▶ blockgen's reader ──▶ Proposer
//!          asynchronous                   a thread of its own
//! ```

use std::io::{self, Read};
use std::num::NonZeroUsize;

use arrow::array::RecordBatchReader as _;
use arrow::datatypes::Schema;
use blockgen::Proposer;
use blockgen::source::{Source as Rows, SourceError, SourceFormat, SourceOptions};
use bytes::{Buf as _, Bytes};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{FromArgs, Look};
use crate::byte_ranges::Source;
use crate::failure::{ExitCode, Failure};

/// Bytes that are asked for at once, two of which may wait to be read.
const STEP: u64 = 4 << 20;

/// What may part columns, where nobody says what does.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Looks at all rows, or at the first so many.
///
/// # Errors
///
/// What can't be read, with its line.
pub async fn look(source: &Source, format: SourceFormat, args: &FromArgs) -> Result<Look, Failure> {
    let first = source.read(0..source.bytes().min(STEP)).await?;
    let options = options(format, &first, args);
    let name = source.to_string();
    let (sender, fed) = channel(1);
    let sample = args.sample;
    let reading = tokio::task::spawn_blocking(move || {
        let fed = Fed {
            rest: Bytes::new(),
            channel: fed,
        };
        observe(Rows::from_stream(&name, fed, &options)?, sample)
    });
    feed(source, first, sender).await?;
    let look = reading
        .await
        .map_err(|error| Failure::new(ExitCode::Internal, error))?;
    let look = look.map_err(unreadable)?;
    source.unchanged().await?;
    Ok(look)
}

/// Columns are inferred from all rows that are looked at, as far as the reader keeps them.
fn options(format: SourceFormat, first: &[u8], args: &FromArgs) -> SourceOptions {
    let rows = args.sample.and_then(|rows| usize::try_from(rows).ok());
    let rows = rows.and_then(NonZeroUsize::new);
    let mut options = SourceOptions {
        format: Some(format),
        infer_rows: rows.unwrap_or(NonZeroUsize::MAX),
        ..SourceOptions::default()
    };
    options.block_rows = rows.map_or(options.block_rows, |rows| rows.min(options.block_rows));
    options.csv.header = !args.no_header;
    options.csv.delimiter = args.delimiter.or_else(|| delimiter(first));
    options
}

/// The one that comes most often in the first line; nothing where none does, as in packed bytes,
/// which no text begins like.
fn delimiter(text: &[u8]) -> Option<u8> {
    let line = text.split(|byte| *byte == b'\n').next()?;
    if std::str::from_utf8(line).is_err() {
        return None;
    }
    let times = |delimiter: &u8| line.iter().filter(|byte| *byte == delimiter).count();
    // Of those that come as often, the first.
    let best = DELIMITERS.iter().rev().max_by_key(|sign| times(sign))?;
    (times(best) > 0).then_some(*best)
}

/// Hands on all bytes, until nobody wants more.
async fn feed(source: &Source, first: Bytes, sender: Sender<Bytes>) -> Result<(), Failure> {
    let mut read = first.len() as u64;
    let mut next = first;
    while sender.send(next).await.is_ok() && read < source.bytes() {
        let end = source.bytes().min(read + STEP);
        next = source.read(read..end).await?;
        read = end;
    }
    Ok(())
}

/// Bytes from a channel, which ends with them.
struct Fed {
    rest: Bytes,
    channel: Receiver<Bytes>,
}

impl Read for Fed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.channel.blocking_recv() {
                Some(bytes) => self.rest = bytes,
                None => return Ok(0),
            }
        }
        let bytes = into.len().min(self.rest.len());
        self.rest.copy_to_slice(&mut into[..bytes]);
        Ok(bytes)
    }
}

fn observe(mut rows: Rows, sample: Option<u64>) -> Result<Look, SourceError> {
    let schema = rows.schema();
    let fields = schema.fields().iter();
    // A column may have nulls if one was seen.
    let fields = fields.map(|field| field.as_ref().clone().with_nullable(false));
    let mut proposer = Proposer::new(&Schema::new(fields.collect::<Vec<_>>()));
    let mut left = sample.unwrap_or(u64::MAX);
    while left > 0
        && let Some(block) = rows.next_block()?
    {
        let within = usize::try_from(left).unwrap_or(usize::MAX);
        let within = within.min(block.num_rows());
        proposer.observe(&block.slice(0, within));
        left -= within as u64;
    }
    Ok(Look {
        rows: (left > 0).then(|| proposer.rows()),
        proposer,
    })
}

fn unreadable(error: SourceError) -> Failure {
    let later = matches!(
        error,
        SourceError::Value { .. } | SourceError::NewField { .. }
    );
    let failure = Failure::new(ExitCode::Source, error);
    match later {
        true => failure.advise("With --sample N no more than the first N rows are looked at."),
        false => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_parted_by_what_comes_most_often() {
        for (text, expected) in [
            (&b"a,b;c,d\n;;;;;"[..], Some(b',')),
            (b"a;b", Some(b';')),
            (b"a\tb\n", Some(b'\t')),
            (b"a;b,c", Some(b',')),
            (b"a", None),
            (b"\x1F\x8B,,,", None),
            (b"", None),
        ] {
            assert_eq!(delimiter(text), expected, "{text:?}");
        }
    }
}
