//! The run itself.
//!
//! ```text
//! tasks ──▶ worker: make a block, encode it ─┐
//! tasks ──▶ worker: make a block, encode it ─┴─ in order ─▶ splice ─▶ queue of a few groups ─▶ sink
//! ```
//!
//! Workers hold a block each, the queue holds [`QUEUED_GROUPS`], the sink what it says. Of the rows
//! that have passed, nothing is kept but what the footer will say of their row groups.

use std::sync::Arc;
use std::time::Duration;

use blockwrite::{BlockWriter as _, ByteDrain, ParquetBlockWriter, RowGroupEncoder, WriteStats};
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use tokio::runtime::{self, Handle, Runtime};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::failure::{ExitCode, Failure};
use crate::marks::rows_mark;
use crate::plan::{BlockTask, QUEUED_GROUPS, TablePlan};
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

/// Makes, encodes and hands everything of one table to `sink`, which is not finished here.
///
/// # Errors
///
/// The first thing that goes wrong; the sink is then to be aborted.
pub async fn run(
    plan: &TablePlan,
    workers: &Handle,
    sink: &mut Sink,
    report: &Arc<TableReport>,
) -> Result<WriteStats, Failure> {
    let (queue, mut bytes) = mpsc::channel(QUEUED_GROUPS);
    let mut producer = Producer(tokio::spawn(produce(
        plan.tasks(),
        plan.numbers.origin.source().is_some(),
        plan.encoder.clone(),
        workers.clone(),
        plan.numbers.threads,
        Arc::clone(report),
        queue,
    )));
    while let Some(bytes) = bytes.recv().await {
        sink.write(bytes).await?;
    }
    (&mut producer.0)
        .await
        .unwrap_or_else(|error| Err(worker_died(error)))
}

/// Ends its task when the run ends before it.
struct Producer(JoinHandle<Result<WriteStats, Failure>>);

impl Drop for Producer {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn produce(
    tasks: BoxStream<'static, BlockTask>,
    count_rows: bool,
    encoder: RowGroupEncoder,
    workers: Handle,
    threads: usize,
    report: Arc<TableReport>,
    queue: mpsc::Sender<Bytes>,
) -> Result<WriteStats, Failure> {
    let internal = |error| Failure::new(ExitCode::Internal, error);
    let mut writer =
        ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder).map_err(internal)?;
    let mut groups = tasks
        .map(|task| {
            let encoder = encoder.clone();
            let report = Arc::clone(&report);
            workers.spawn_blocking(move || {
                let block = task.run()?;
                report.rows(block.num_rows() as u64);
                encoder.encode(&block).map_err(failure)
            })
        })
        .buffered(threads);
    while let Some(group) = groups.next().await {
        let group = group.map_err(worker_died)??;
        drain(&mut writer)?.reserve(group.stats().compressed_bytes as usize);
        let stats = writer.append(group).map_err(failure)?;
        let bytes = drain(&mut writer)?.take();
        // A closed queue means that the sink failed: its error is the one to report.
        if queue.send(bytes).await.is_err() {
            break;
        }
        report.block(&stats);
    }
    if count_rows {
        let rows = writer.row_groups().iter().map(|group| group.rows).sum();
        let (key, value) = rows_mark(rows);
        writer.add_metadata(key, &value).map_err(internal)?;
    }
    let stats = writer.finish().map_err(internal)?;
    report.all_made(stats.compressed_bytes, stats.file_bytes);
    let mut drain = writer.into_sink().expect("the writer is finished");
    // As above.
    let _ = queue.send(drain.take()).await;
    Ok(stats)
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
