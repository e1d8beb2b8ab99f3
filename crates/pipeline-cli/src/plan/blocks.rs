//! What makes the blocks of a table: a generator, or a reader.

use std::fmt;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use blockgen::source::BytesRead;
use blockgen::{GenerateError, Generator};
use blockwrite::{BlockSizing, EncodedRowGroup, RowGroupEncoder};
use futures::stream::{self, BoxStream};
use futures::{FutureExt as _, StreamExt as _};
use tokio::sync::mpsc;

use crate::failure::{ExitCode, Failure};
use crate::source::{RowsRead, failure};
use crate::write_options;

/// Groups that are read ahead, beside the one that is being put together.
pub(super) const READ_AHEAD: usize = 1;

/// One block, not made yet: to be made on any thread.
pub struct BlockTask(Make);

enum Make {
    /// Of rows that are made column by column.
    Generated(Generator, Range<u64>),
    /// In one go.
    Whole(Box<dyn FnOnce() -> Result<RecordBatch, Failure> + Send>),
}

impl BlockTask {
    /// A block that `make` makes.
    pub fn new(make: impl FnOnce() -> Result<RecordBatch, Failure> + Send + 'static) -> Self {
        Self(Make::Whole(Box::new(make)))
    }

    /// Makes the block.
    ///
    /// # Errors
    ///
    /// Those of whatever makes it.
    pub fn run(self) -> Result<RecordBatch, Failure> {
        match self.0 {
            Make::Generated(generator, rows) => generator.block(rows).map_err(not_made),
            Make::Whole(make) => make(),
        }
    }

    /// Makes the block and encodes it, column by column where it can be made so.
    ///
    /// # Errors
    ///
    /// Those of whatever makes it, and of the encoder.
    pub fn encoded(self, encoder: &RowGroupEncoder) -> Result<EncodedRowGroup, Failure> {
        match self.0 {
            Make::Generated(generator, rows) => {
                let count = usize::try_from(rows.end.saturating_sub(rows.start));
                let mut group = encoder.columnwise(count.unwrap_or(usize::MAX));
                generator
                    .columns(rows, |column| group.push(column).map_err(Stopped::Encoding))
                    .map_err(Stopped::told)?;
                group.finish().map_err(write_options::failure)
            }
            Make::Whole(make) => encoder
                .encode_owned(make()?)
                .map_err(write_options::failure),
        }
    }
}

/// What ended the making of a block.
enum Stopped {
    Making(GenerateError),
    Encoding(blockwrite::Error),
}

impl From<GenerateError> for Stopped {
    fn from(error: GenerateError) -> Self {
        Self::Making(error)
    }
}

impl Stopped {
    fn told(self) -> Failure {
        match self {
            Self::Making(error) => not_made(error),
            Self::Encoding(error) => write_options::failure(error),
        }
    }
}

fn not_made(error: GenerateError) -> Failure {
    Failure::new(ExitCode::Source, error)
}

/// The generator of a table, apart from the rows that are asked of it.
#[derive(Clone)]
pub(super) struct Maker {
    pub(super) generator: Generator,
    pub(super) sizing: BlockSizing,
}

impl Maker {
    /// The blocks of some of its rows, in order.
    pub(super) fn tasks(&self, rows: Range<u64>) -> BoxStream<'static, BlockTask> {
        let generator = self.generator.clone();
        let tasks = self
            .sizing
            .cuts(rows)
            .map(move |rows| BlockTask(Make::Generated(generator.clone(), rows)));
        stream::iter(tasks).boxed()
    }
}

/// What makes the blocks of a table.
pub(super) enum Blocks {
    /// A generator: any of its rows, as often as they are asked for.
    Generated { maker: Maker, rows: Range<u64> },
    /// A reader.
    Read(Box<Reading>),
}

impl Blocks {
    /// The generator, if it is one.
    pub(super) fn maker(&self) -> Option<&Maker> {
        match self {
            Self::Generated { maker, .. } => Some(maker),
            Self::Read(_) => None,
        }
    }

    /// The blocks, in order.
    pub(super) fn tasks(&self) -> BoxStream<'static, BlockTask> {
        match self {
            Self::Generated { maker, rows } => maker.tasks(rows.clone()),
            Self::Read(reading) => reading.tasks(),
        }
    }
}

/// Row groups' worth of rows, one after the other.
pub(super) type Groups = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// A reader on its way: what it gives, it gives once.
pub(super) struct Reading {
    groups: Mutex<Option<Groups>>,
    rows: RowsRead,
    pub(super) bytes: BytesRead,
}

impl Reading {
    pub(super) fn new(groups: Groups, rows: RowsRead, bytes: BytesRead) -> Self {
        Self {
            groups: Mutex::new(Some(groups)),
            rows,
            bytes,
        }
    }

    /// The groups, read on a thread of their own: whoever waits for standard input is not to hold
    /// up who listens for an interrupt.
    fn tasks(&self) -> BoxStream<'static, BlockTask> {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(groups) = groups.take() else {
            let twice = || {
                Err(Failure::say(
                    ExitCode::Internal,
                    "a source was to be read twice",
                ))
            };
            return stream::iter([BlockTask::new(twice)]).boxed();
        };
        let (send, read) = mpsc::channel(READ_AHEAD);
        let rows = self.rows.clone();
        let reader = tokio::task::spawn_blocking(move || {
            for group in groups {
                let group = group.map_err(|error| failure(error, rows.get()));
                // Nobody takes it: the run has ended.
                if send.blocking_send(group).is_err() {
                    break;
                }
            }
        });
        let read = stream::unfold(read, |mut read| async {
            let group = read.recv().await?;
            Some((BlockTask::new(|| group), read))
        });
        // A reader that died has not read all, and must not be taken for one that has.
        let death = reader.into_stream().filter_map(async |ended| {
            let error = ended.err()?;
            let error = anyhow::Error::new(error).context("the reader ended unexpectedly");
            Some(BlockTask::new(|| {
                Err(Failure::new(ExitCode::Internal, error))
            }))
        });
        read.chain(death).boxed()
    }
}

impl fmt::Debug for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Generated { .. } => "Generated",
            Self::Read(_) => "Read",
        })
    }
}
