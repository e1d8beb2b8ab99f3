//! The run itself.
//!
//! ```text
//! tasks ──▶ worker: column by column, made and encoded ─┐
//! tasks ──▶ worker: column by column, made and encoded ─┴─ in order ─▶ splice ─▶ queue ─▶ sink
//! ```
//!
//! A block is begun when there is a place for its row group: one for each worker and
//! [`QUEUED_GROUPS`] more, given back when the sink has taken its bytes; those of flat columns nobody
//! copies until then. The sink holds what it says. Of the rows that have passed, nothing is kept but
//! what the footer will say of their row groups. Where rows are partitioned, they pass through
//! `parted.rs`.

mod parted;

pub use self::parted::{OfPartition, PartFile, Parting};

use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use blockwrite::{BlockWriter as _, ByteDrain, ParquetBlockWriter, WriteStats};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use tokio::runtime::{self, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;

use crate::failure::{ExitCode, Failure};
use crate::marks::rows_mark;
use crate::plan::{Held, QUEUED_GROUPS, SoFar, TablePlan, Work};
use crate::report::TableReport;
use crate::sink::Sink;
use crate::write_options::failure;

/// The threads that generate and encode, `threads` of them and no more.
///
/// Apart from the threads that serve files and digests, because a thread that once held a block
/// keeps the memory for the next one: spread over a pool that grows, that would be several times
/// what is in use.
///
/// # Errors
///
/// The system has no more threads.
pub fn workers(threads: usize) -> std::io::Result<Runtime> {
    runtime::Builder::new_current_thread()
        .max_blocking_threads(threads)
        .thread_name("worker")
        // For as long as the run lasts.
        .thread_keep_alive(Duration::MAX)
        .build()
}

/// What goes to the sinks.
enum Piece {
    /// The next bytes of the file, one behind the other, and the row group's place on the way.
    Bytes(Vec<Bytes>, Option<OwnedSemaphorePermit>),
    /// The file ends, and another one may begin.
    End(Box<WriteStats>),
}

/// A table that is being made: file after file, without a pause of the workers between two.
/// Dropped before its end it makes no more.
pub struct Making {
    queue: mpsc::Receiver<Piece>,
    producer: Producer,
    /// What was taken from the queue to see whether there is anything.
    seen: Option<Piece>,
}

impl Making {
    /// Begins with the first file of the table.
    pub fn begin(plan: &TablePlan, workers: &Handle, report: &Arc<TableReport>) -> Self {
        let (send, queue) = mpsc::channel(QUEUED_GROUPS);
        let producer = Producer(tokio::spawn(produce(
            plan.work(),
            workers.clone(),
            plan.numbers.threads,
            Arc::clone(report),
            send,
        )));
        Self {
            queue,
            producer,
            seen: None,
        }
    }

    /// Hands the next file to `sink`, which is not finished here.
    ///
    /// # Errors
    ///
    /// The first thing that goes wrong; the sink is then to be aborted.
    pub async fn next_file(&mut self, sink: &mut Sink) -> Result<WriteStats, Failure> {
        while let Some(piece) = self.piece().await {
            match piece {
                Piece::Bytes(all, place) => {
                    for bytes in all {
                        sink.write(bytes).await?;
                    }
                    drop(place);
                }
                Piece::End(stats) => return Ok(*stats),
            }
        }
        let ended = (&mut self.producer.0).await;
        ended.unwrap_or_else(|error| Err(worker_died(error)))?;
        let sentence = "a file was asked for behind the last one";
        Err(Failure::say(ExitCode::Internal, sentence))
    }
}

impl Making {
    /// Whether another file follows.
    ///
    /// # Errors
    ///
    /// The first thing that went wrong.
    pub async fn goes_on(&mut self) -> Result<bool, Failure> {
        self.seen = self.piece().await;
        if self.seen.is_some() {
            return Ok(true);
        }
        let ended = (&mut self.producer.0).await;
        ended.unwrap_or_else(|error| Err(worker_died(error)))?;
        Ok(false)
    }

    async fn piece(&mut self) -> Option<Piece> {
        match self.seen.take() {
            Some(seen) => Some(seen),
            None => self.queue.recv().await,
        }
    }
}

/// Ends its task when the run ends before it.
struct Producer(JoinHandle<Result<(), Failure>>);

impl Drop for Producer {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn produce(
    mut work: Work,
    workers: Handle,
    threads: usize,
    report: Arc<TableReport>,
    queue: mpsc::Sender<Piece>,
) -> Result<(), Failure> {
    let tasks = mem::replace(&mut work.tasks, stream::empty().boxed());
    let mut so_far = SoFar {
        file: work.first_file(),
        ..SoFar::default()
    };
    let are_read = work.are_read();
    let read_rows = |so_far: SoFar| are_read.then_some(so_far.rows);
    let mut writer = begin_file(&work, so_far.file)?;
    let places = Arc::new(Semaphore::new(threads + QUEUED_GROUPS));
    // One after the other, so that no block waits for the place of one behind it; and before the next
    // block is read, where blocks are.
    let placed = stream::unfold((tasks, places), |(mut tasks, places)| async move {
        let place = Arc::clone(&places).acquire_owned().await;
        let place = place.expect("the semaphore is never closed");
        let task = tasks.next().await?;
        Some(((task, place), (tasks, places)))
    })
    .boxed();
    let groups = placed
        .map(|((file, task), place)| {
            let encoder = work.encoder.clone();
            let report = Arc::clone(&report);
            let group = workers.spawn_blocking(move || {
                let group = task.encoded(&encoder)?;
                report.rows(group.stats().rows);
                Ok::<_, Failure>(group)
            });
            async move { (file, group.await, place) }
        })
        .buffered(threads);
    let mut groups = pin!(groups);
    while let Some((tag, group, place)) = groups.next().await {
        let group = group.map_err(worker_died)??;
        let of = work.file_of(tag, so_far, group.stats().compressed_bytes)?;
        if of != so_far.file {
            let next = begin_file(&work, of)?;
            let ended = mem::replace(&mut writer, next);
            end_file(ended, read_rows(so_far), &report, &queue).await?;
            so_far.file = of;
            so_far.held = Held::default();
        }
        let stats = writer.append(group).map_err(failure)?;
        so_far.held.add(stats.compressed_bytes);
        so_far.rows += stats.rows;
        let bytes = drain(&mut writer)?.take_pieces();
        // A closed queue means that the sink failed: its error is the one to report.
        if queue.send(Piece::Bytes(bytes, Some(place))).await.is_err() {
            break;
        }
        report.block(&stats);
    }
    end_file(writer, read_rows(so_far), &report, &queue).await
}

fn begin_file(work: &Work, file: u64) -> Result<ParquetBlockWriter<ByteDrain>, Failure> {
    let encoder = work.encoder_of(file)?;
    ParquetBlockWriter::draining(&encoder).map_err(internal)
}

/// Writes the footer and sends it. Of rows that are read the file says which they are: it ends before
/// row `next_row`.
async fn end_file(
    mut writer: ParquetBlockWriter<ByteDrain>,
    next_row: Option<u64>,
    report: &TableReport,
    queue: &mpsc::Sender<Piece>,
) -> Result<(), Failure> {
    if let Some(next_row) = next_row {
        let rows: u64 = writer.row_groups().iter().map(|group| group.rows).sum();
        let (key, value) = rows_mark(next_row.saturating_sub(rows)..next_row);
        writer.add_metadata(key, &value).map_err(internal)?;
    }
    let stats = writer.finish().map_err(internal)?;
    report.all_made(stats.compressed_bytes, stats.file_bytes);
    let mut drain = writer.into_sink().expect("the writer is finished");
    // A closed queue means that the sink failed: its error is the one to report.
    let _ = queue.send(Piece::Bytes(drain.take_pieces(), None)).await;
    let _ = queue.send(Piece::End(Box::new(stats))).await;
    Ok(())
}

fn internal(error: blockwrite::Error) -> Failure {
    Failure::new(ExitCode::Internal, error)
}

fn drain(writer: &mut ParquetBlockWriter<ByteDrain>) -> Result<&mut ByteDrain, Failure> {
    let drain = writer
        .sink_mut()
        .map_err(|error| Failure::new(ExitCode::Internal, error))?;
    Ok(drain.expect("an append that fails ends the run"))
}

fn worker_died(error: tokio::task::JoinError) -> Failure {
    Failure::new(
        ExitCode::Internal,
        anyhow::Error::new(error).context("a worker ended unexpectedly"),
    )
}
