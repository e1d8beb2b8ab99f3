//! How much of a processor it takes to encode blocks that are there already, on one core, beside
//! `ArrowWriter` of the parquet crate.
//!
//! ```text
//! Arrow IPC file ─▶ blocks ──a codec, a contestant, a whole file at a time──▶ a line each
//! ```
//!
//! `cargo xtask bench encode` makes the file, builds and runs this, and sets peers beside it.
//! Arguments: the file, and then codecs as `blockwrite::Compression` reads them; all that are
//! compared if none is named. Every block becomes a row group, for everybody. Each contestant is run
//! once a codec: whoever wants a median starts this several times, with the peers in between, so
//! that what else the machine does meets all alike.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod contestants;
mod counted;

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::ipc::reader::FileReader;
use blockwrite::Compression;
use rustix::time::{ClockId, clock_gettime};

use contestants::Contestant;

/// What goes wrong in a benchmark is read by whoever changes it.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// What is compared if nothing is named.
const CODECS: [&str; 4] = ["none", "snappy", "lz4", "zstd:1"];

fn main() -> Outcome<()> {
    keep_memory();
    // Cargo's own.
    let mut arguments = std::env::args().skip(1).filter(|one| one != "--bench");
    let path = arguments
        .next()
        .ok_or("an Arrow IPC file is needed: cargo xtask bench encode makes one and names it")?;
    let mut codecs: Vec<_> = arguments.collect();
    if codecs.is_empty() {
        codecs = CODECS.map(str::to_owned).to_vec();
    }
    let blocks: Vec<RecordBatch> =
        FileReader::try_new_buffered(File::open(path)?, None)?.collect::<Result<_, _>>()?;
    let first = blocks.first().ok_or("the file has no blocks")?;
    let rows: usize = blocks.iter().map(RecordBatch::num_rows).sum();

    // Not counted: it finds cold caches and memory that the system has yet to hand out.
    for contestant in Contestant::all(first, Compression::NONE)? {
        black_box(contestant.write(&blocks)?);
    }
    for codec in codecs {
        for contestant in Contestant::all(first, codec.parse()?)? {
            let begun = processor_time();
            let written = contestant.write(&blocks)?;
            let took = processor_time().saturating_sub(begun);
            let line = serde_json::json!({
                "bench": "encode",
                "group": codec,
                "name": contestant.name(),
                "rows": rows,
                "cpu_s": took.as_secs_f64(),
                "file_bytes": written,
                "dictionaries": contestant.dictionaries(),
            });
            println!("{line}");
        }
    }
    Ok(())
}

/// What this process has had of a core, in the system's calls too: unlike the time on the wall, it
/// stands still while another program has its turn.
fn processor_time() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Lets the allocator keep the memory of a block for the next one, as `pipeline-cli` does in its
/// `main`, where the reason stands; the peers' allocators do so by themselves.
fn keep_memory() {
    drop(black_box(Vec::<u8>::with_capacity(31 << 20)));
}
