//! In an asynchronous program: blocks are encoded on tokio's blocking threads, a few at a time and in
//! order, and the bytes of each row group are there to be sent on as soon as it is appended.
//!
//! `cargo run --release -p blockwrite --example encode_with_tokio`

#![allow(clippy::print_stdout, reason = "a program talks to a person")]

use std::error::Error;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use blockwrite::{BlockWriter, ByteDrain, ParquetBlockWriter, RowGroupEncoder, WriteOptions};
use futures::{StreamExt as _, stream};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

const BLOCKS: i64 = 30;
const BLOCK_ROWS: i64 = 20_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (send, mut bytes) = mpsc::channel::<bytes::Bytes>(2);
    // In place of a socket or an upload.
    let receiver = tokio::spawn(async move {
        let mut received = 0;
        while let Some(bytes) = bytes.recv().await {
            received += bytes.len() as u64;
        }
        received
    });

    // One encoder decides what has a dictionary, for all threads.
    let encoder = RowGroupEncoder::tuned(&block(0), &WriteOptions::default())?;
    let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder)?;
    let threads = std::thread::available_parallelism()?.get();
    // `buffered` keeps the order, and so many groups are in memory at once.
    let mut groups = stream::iter(0..BLOCKS)
        .map(|index| {
            let encoder = encoder.clone();
            spawn_blocking(move || encoder.encode(&block(index)))
        })
        .buffered(threads);
    while let Some(group) = groups.next().await {
        writer.append(group??)?;
        if let Some(drain) = writer.sink_mut()? {
            send.send(drain.take()).await?;
        }
    }
    let stats = writer.finish()?;
    if let Some(mut drain) = writer.into_sink() {
        send.send(drain.take()).await?;
    }
    drop(send);
    let received = receiver.await?;
    println!(
        "{} rows in {} row groups, {received} of {} bytes received",
        stats.rows,
        stats.row_groups.len(),
        stats.file_bytes
    );
    Ok(())
}

/// Orders; a block follows from its index.
fn block(index: i64) -> RecordBatch {
    let rows = index * BLOCK_ROWS..(index + 1) * BLOCK_ROWS;
    let customers = rows
        .clone()
        .map(|row| format!("customer {}", row * 7 % 1_000));
    let columns: [(&str, ArrayRef); 2] = [
        ("order", Arc::new(Int64Array::from_iter_values(rows))),
        (
            "customer",
            Arc::new(StringArray::from_iter_values(customers)),
        ),
    ];
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}
