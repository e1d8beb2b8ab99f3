//! A table whose rows go into the folders of partitions.
//!
//! ```text
//! worker: make a block, take it apart ─┐                                      ┌─ worker: join, encode ─┐
//! worker: make a block, take it apart ─┴─ in order ─▶ gather by partition ─▶ ─┴─ worker: join, encode ─┴─ in order ─▶ a writer a partition ─▶ queue
//! ```
//!
//! Both orders are those of the blocks, so that threads change nothing. A file is open from its
//! first row group to the end of the table, or until it has the size of a file.

use std::mem;
use std::sync::Arc;

use blockwrite::{
    BlockWriter as _, ByteDrain, EncodedRowGroup, ParquetBlockWriter, PartitionBuffers,
    PartitionGroup, PartitionRows, RowGroupEncoder, WriteStats,
};
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _, stream};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::{Producer, drain, internal, worker_died};
use crate::failure::Failure;
use crate::plan::{BlockTask, Held, PartitionSet, QUEUED_GROUPS, TablePlan, partition_failure};
use crate::report::TableReport;
use crate::write_options::failure;

/// A file of a partition.
#[derive(Debug, Clone)]
pub struct PartFile {
    /// The folder, such as `country=FR`.
    pub folder: Arc<str>,
    /// The number of the file in it.
    pub number: u64,
}

/// What goes to the files that are open: each belongs to a partition, by its place in the order of
/// appearance.
pub enum OfPartition {
    /// A file begins; there is none open of this partition.
    Begin(usize, PartFile),
    /// The next bytes of the open file.
    Bytes(usize, Vec<Bytes>),
    /// The open file has all its bytes.
    End {
        /// The partition.
        partition: usize,
        /// What is in the file.
        written: Box<WriteStats>,
        /// Whether the table ends with it; else another file of the partition follows.
        last: bool,
    },
}

/// A partitioned table that is being made. Dropped before its end it makes no more.
pub struct Parting {
    queue: mpsc::Receiver<OfPartition>,
    producer: Producer,
}

impl Parting {
    /// Begins with the first block of the table.
    pub fn begin(
        plan: &TablePlan,
        set: &PartitionSet,
        workers: &Handle,
        report: &Arc<TableReport>,
    ) -> Self {
        let (send, queue) = mpsc::channel(QUEUED_GROUPS);
        let threads = plan.numbers.threads;
        let parts = parts(
            plan.tasks(),
            set.clone(),
            workers.clone(),
            Arc::clone(report),
        );
        let groups = gathered(parts.buffered(threads), set.buffers());
        // With memory of its own, which goes when the table is made.
        let (encoder, workers) = (set.encoder().apart(), workers.clone());
        let encoded = groups.map(move |group| encode(group, &encoder, &workers));
        let files = OpenFiles {
            set: set.clone(),
            open: Vec::new(),
            queue: send,
            report: Arc::clone(report),
        };
        let producer = Producer(tokio::spawn(files.fill(encoded.buffered(threads).boxed())));
        Self { queue, producer }
    }

    /// What comes next; nothing when the table is made.
    ///
    /// # Errors
    ///
    /// The first thing that went wrong; what is open is then to be taken back.
    pub async fn next(&mut self) -> Result<Option<OfPartition>, Failure> {
        if let Some(piece) = self.queue.recv().await {
            return Ok(Some(piece));
        }
        let ended = (&mut self.producer.0).await;
        ended.unwrap_or_else(|error| Err(worker_died(error)))?;
        Ok(None)
    }
}

/// The blocks of a table, each being made and taken apart.
fn parts(
    tasks: BoxStream<'static, BlockTask>,
    set: PartitionSet,
    workers: Handle,
    report: Arc<TableReport>,
) -> impl Stream<Item = impl Future<Output = Result<Vec<PartitionRows>, Failure>>> {
    tasks.map(move |task| {
        let (set, report) = (set.clone(), Arc::clone(&report));
        let parts = workers.spawn_blocking(move || {
            let block = task.run()?;
            report.rows(block.num_rows() as u64);
            set.split(&block)
        });
        async move { parts.await.map_err(worker_died)? }
    })
}

/// Row groups in the order in which they are full, and at the end those that never were.
fn gathered(
    parts: impl Stream<Item = Result<Vec<PartitionRows>, Failure>>,
    buffers: PartitionBuffers,
) -> impl Stream<Item = Result<PartitionGroup, Failure>> {
    let mut waiting = Some(buffers);
    let end = stream::iter([None]);
    parts.map(Some).chain(end).flat_map(move |parts| {
        let groups: Vec<_> = match (parts, &mut waiting) {
            (Some(Ok(parts)), Some(buffers)) => match buffers.add(parts) {
                Ok(groups) => groups.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(partition_failure(error))],
            },
            (Some(Err(failure)), _) => vec![Err(failure)],
            (None, waiting) => {
                let rest = waiting.take().map(PartitionBuffers::rest);
                rest.into_iter().flatten().map(Ok).collect()
            }
            (Some(_), None) => Vec::new(),
        };
        stream::iter(groups)
    })
}

/// An encoded row group and the partition that it belongs to.
struct Encoded {
    partition: usize,
    folder: Arc<str>,
    group: EncodedRowGroup,
}

fn encode(
    group: Result<PartitionGroup, Failure>,
    encoder: &RowGroupEncoder,
    workers: &Handle,
) -> impl Future<Output = Result<Encoded, Failure>> + use<> {
    let encoder = encoder.clone();
    let encoding = group.map(|group| {
        workers.spawn_blocking(move || {
            let rows = group.rows().map_err(failure)?;
            Ok(Encoded {
                partition: group.partition,
                folder: Arc::clone(&group.folder),
                group: encoder.encode_owned(rows).map_err(failure)?,
            })
        })
    });
    async move { encoding?.await.map_err(worker_died)? }
}

/// The files that are open, at most one a partition.
struct OpenFiles {
    set: PartitionSet,
    /// By partition.
    open: Vec<Option<OpenFile>>,
    queue: mpsc::Sender<OfPartition>,
    report: Arc<TableReport>,
}

struct OpenFile {
    file: PartFile,
    writer: ParquetBlockWriter<ByteDrain>,
    held: Held,
}

/// Nobody takes what is made: a file failed, and its error is the one to report.
struct NobodyTakes;

impl OpenFiles {
    async fn fill(
        mut self,
        mut groups: BoxStream<'static, Result<Encoded, Failure>>,
    ) -> Result<(), Failure> {
        while let Some(encoded) = groups.next().await {
            if self.append(encoded?).await?.is_err() {
                return Ok(());
            }
        }
        for partition in 0..self.open.len() {
            if self.end(partition, true).await?.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn append(&mut self, encoded: Encoded) -> Result<Result<(), NobodyTakes>, Failure> {
        let Encoded {
            partition,
            folder,
            group,
        } = encoded;
        if self.open.len() <= partition {
            self.open.resize_with(partition + 1, || None);
        }
        let group_bytes = group.stats().compressed_bytes;
        let mut number = 0;
        if let Some(open) = &self.open[partition] {
            number = open.file.number;
            if open.held.is_full(self.set.file_bytes(), group_bytes) {
                number += 1;
                if self.end(partition, false).await?.is_err() {
                    return Ok(Err(NobodyTakes));
                }
            }
        }
        let open = match &mut self.open[partition] {
            Some(open) => open,
            closed => {
                let file = PartFile { folder, number };
                let begin = OfPartition::Begin(partition, file.clone());
                if self.queue.send(begin).await.is_err() {
                    return Ok(Err(NobodyTakes));
                }
                closed.insert(OpenFile::begin(&self.set, file)?)
            }
        };
        let stats = open.writer.append(group).map_err(failure)?;
        open.held.add(stats.compressed_bytes);
        let bytes = drain(&mut open.writer)?.take_pieces();
        let sent = self.queue.send(OfPartition::Bytes(partition, bytes)).await;
        self.report.block(&stats);
        Ok(sent.map_err(|_| NobodyTakes))
    }

    /// Writes the footer of the open file of a partition, if there is one.
    async fn end(
        &mut self,
        partition: usize,
        last: bool,
    ) -> Result<Result<(), NobodyTakes>, Failure> {
        let Some(mut open) = mem::take(&mut self.open[partition]) else {
            return Ok(Ok(()));
        };
        let written = open.writer.finish().map_err(internal)?;
        let mut drain = open.writer.into_sink().expect("the writer is finished");
        let end = OfPartition::End {
            partition,
            written: Box::new(written),
            last,
        };
        for piece in [OfPartition::Bytes(partition, drain.take_pieces()), end] {
            if self.queue.send(piece).await.is_err() {
                return Ok(Err(NobodyTakes));
            }
        }
        Ok(Ok(()))
    }
}

impl OpenFile {
    fn begin(set: &PartitionSet, file: PartFile) -> Result<Self, Failure> {
        let encoder = set.encoder_of(&file.folder, file.number)?;
        let writer = ParquetBlockWriter::draining(&encoder);
        Ok(Self {
            file,
            writer: writer.map_err(internal)?,
            held: Held::default(),
        })
    }
}
