//! Uploads under random faults: after each, what stands in the store has to agree with what the
//! upload said of it.
//!
//! ```text
//! seed, number ─▶ Schedule ─▶ upload ══▶ Weather (faults by call) ══▶ embedded S3
//!                                │ outcome            │ another writer, now and then
//!                                ▼                    ▼
//!                              judge: object absent, old, ours or another's; open uploads
//! ```
//!
//! Without arguments it is a test: every fault by itself, held against `docs/upload-outcomes.md`,
//! and a few schedules. `cargo xtask faults` runs many. Which fault a call meets follows from the
//! seed, the call and how often it was made, and not from the order of calls that run at the same
//! time: a schedule can be played again. (Time limits are real ones, so that on a busy machine a
//! call may fail that did not before; no verdict depends on that.)

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a program of its own, whose figures are wanted"
)]

mod arguments;
mod carry_out;
#[path = "../support/client.rs"]
mod client;
mod draw;
mod judge;
mod page;
mod schedule;
mod single;
mod stage;
mod tally;
mod weather;

use std::process::ExitCode;

use futures::{StreamExt, stream};

use arguments::Arguments;
use client::Client;
use schedule::Schedule;
use stage::Stage;
use tally::Tally;

/// Schedules under way at the same time: most of the time of one goes by in waiting.
const AT_ONCE: usize = 12;
/// Schedules whose old objects are put in place together, when no other is under way.
const BATCH: usize = 1_000;

fn main() -> ExitCode {
    let arguments = Arguments::of_process();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for &client in &arguments.clients {
            if arguments.singles {
                let page = page::of(&single::play(client).await);
                if let Err(difference) = page::hold(&page, arguments.write_docs) {
                    eprintln!("{}: {difference}", client.name());
                    return ExitCode::FAILURE;
                }
            }
            let tally = run(&arguments, client).await;
            if arguments.clients.len() > 1 {
                println!("{}", client.name());
            }
            print!("{tally}");
            if tally.violations() > 0 {
                return ExitCode::FAILURE;
            }
        }
        ExitCode::SUCCESS
    })
}

async fn run(arguments: &Arguments, client: Client) -> Tally {
    let stage = &Stage::open(client).await;
    let mut tally = Tally::new(arguments.seed);
    let numbers: Vec<u64> = match arguments.only {
        Some(number) => vec![number],
        None => (0..arguments.schedules).collect(),
    };
    for batch in numbers.chunks(BATCH) {
        let draw = |&number: &u64| Schedule::draw(arguments.seed, number);
        let schedules: Vec<_> = batch.iter().map(draw).collect();
        stage.prepare(&schedules).await;
        let mut played = stream::iter(schedules)
            .map(|schedule| async move {
                let told = carry_out::play(stage, &schedule).await;
                let verdict = judge::judge(stage, &schedule, &told).await;
                (schedule, told, verdict)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((schedule, told, verdict)) = played.next().await {
            if arguments.only.is_some() {
                eprintln!("{schedule:#?}\n{told:#?}");
            }
            tally.add(&schedule, &told, &verdict);
        }
    }
    tally
}
