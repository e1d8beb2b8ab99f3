//! What people and machines are told: progress while it runs, a summary when it ends.

mod bar;
mod events;
mod pace;
mod picture;
mod plan_text;
mod progress;
mod progress_line;
mod reading;
mod screen;
mod summary;
mod trouble;

pub use events::say;
pub use plan_text::plan_text;
pub use progress::{Bar, Progress, Unit};
pub use screen::Screen;
pub use summary::{Summary, failure_text, rate};

use std::sync::{Mutex, OnceLock};

use blockwrite::RowGroupStats;
use serde_json::json;

use crate::byte_size::decimal;
use crate::failure::{ExitCode, Failure};
use crate::logging::BLOCK_TARGET;
use crate::plan::Numbers;
use crate::thousands::{counted, grouped};

/// Up to so many blocks have a log line each. Where there are more, the first and the last have
/// one, a line now and then tells of all of them, and a line each is for whoever asks (`-v`).
const LINE_EACH: u64 = 100;
const FIRST_TOLD: u64 = 10;

/// Tells what happens, to whom it was asked to.
pub struct Reporter {
    /// One JSON event a line on standard output.
    json: bool,
    progress: Progress,
    /// Rows made; there once the run has begun.
    generated: OnceLock<Bar>,
    /// Bytes encoded, of about as many as were planned.
    encoded: OnceLock<Bar>,
    total_groups: u64,
    total_rows: u64,
    so_far: Mutex<SoFar>,
    /// Why an event could not be written; the first time counts.
    unsaid: OnceLock<std::io::Error>,
}

#[derive(Default)]
struct SoFar {
    groups: u64,
    rows: u64,
    bytes: u64,
}

impl Reporter {
    /// A reporter of the run that `numbers` plan; `draw` asks for bars on `screen`.
    pub fn new(numbers: &Numbers, json: bool, draw: bool, screen: &Screen) -> Self {
        Self {
            json,
            progress: Progress::new(draw, json, screen),
            generated: OnceLock::new(),
            encoded: OnceLock::new(),
            total_groups: numbers.row_groups,
            total_rows: numbers.total_rows(),
            so_far: Mutex::default(),
            unsaid: OnceLock::new(),
        }
    }

    /// The progress, for whoever feeds it.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// A run that is only planned: its plan and nothing more.
    pub fn planned(&self, numbers: &Numbers, text: &str) {
        if self.json {
            self.emit(&json!({ "event": "plan", "plan": numbers }));
            self.emit(&json!({ "event": "summary", "outcome": "planned", "exit_code": 0 }));
        } else {
            say(text);
        }
    }

    /// The run begins.
    pub fn begin(&self, numbers: &Numbers, target: &str) {
        log::info!(
            "plan: {} {}, seed {}, {}, about {}",
            grouped(numbers.total_rows()),
            numbers.dataset,
            numbers.seed,
            counted(numbers.row_groups, "row group"),
            decimal(numbers.file_bytes),
        );
        log::info!("target: {target}");
        // A run begins once.
        let generated = ("generated", Unit::Rows, numbers.total_rows());
        let encoded = ("encoded", Unit::Bytes, numbers.file_bytes);
        for (bar, (name, unit, total)) in [(&self.generated, generated), (&self.encoded, encoded)] {
            bar.get_or_init(|| self.progress.bar(name, unit, total));
        }
        if self.json {
            self.emit(&json!({ "event": "plan", "target": target, "plan": numbers }));
        }
    }

    /// So many more rows are made.
    pub fn generated(&self, rows: u64) {
        if let Some(bar) = self.generated.get() {
            bar.add(rows);
        }
    }

    /// A block is encoded and on its way.
    pub fn block(&self, stats: &RowGroupStats) {
        let (groups, rows, bytes) = {
            let mut so_far = self
                .so_far
                .lock()
                .expect("nothing panics while it holds this lock");
            so_far.groups += 1;
            so_far.rows += stats.rows;
            so_far.bytes += stats.compressed_bytes;
            (so_far.groups, so_far.rows, so_far.bytes)
        };
        let last = rows == self.total_rows;
        if let Some(bar) = self.encoded.get() {
            bar.set(bytes);
            if last {
                bar.set_total(bytes);
            }
        }
        // The first blocks show what the others will be like.
        let told = last || groups <= FIRST_TOLD || self.total_groups <= LINE_EACH;
        let level = if told {
            log::Level::Info
        } else {
            log::Level::Debug
        };
        if log::log_enabled!(target: BLOCK_TARGET, level) {
            self.progress.told();
        }
        let uploaded = match self.progress.uploaded() {
            Some(bytes) => format!(", {} uploaded", decimal(bytes)),
            None => String::new(),
        };
        log::log!(
            target: BLOCK_TARGET,
            level,
            "block {groups}/{}: {} rows, {}, ratio {:.2}; total {} of {} rows, {}{uploaded}",
            self.total_groups,
            grouped(stats.rows),
            decimal(stats.compressed_bytes),
            stats.ratio(),
            grouped(rows),
            grouped(self.total_rows),
            decimal(bytes),
        );
        if self.json {
            self.emit(&json!({
                "event": "block",
                "index": groups - 1,
                "block": stats,
                "ratio": stats.ratio(),
                "total_rows": rows,
                "total_compressed_bytes": bytes,
            }));
        }
    }

    /// Writes an event, or remembers that it could not be written.
    fn emit(&self, event: &serde_json::Value) {
        if let Err(error) = events::emit(event) {
            let _ = self.unsaid.set(error);
        }
    }

    /// Whoever asked for events and did not get them must not read a zero.
    ///
    /// # Errors
    ///
    /// An event could not be written.
    pub fn all_said(&self) -> Result<(), Failure> {
        match self.unsaid.get() {
            None => Ok(()),
            Some(error) => Err(Failure::say(
                ExitCode::LocalWrite,
                format!("could not write the events to standard output: {error}"),
            )),
        }
    }

    /// All went well.
    pub fn done(&self, summary: &Summary<'_>, quiet: bool) {
        self.progress.clear();
        if self.json {
            self.emit(&summary.event());
        } else if !quiet {
            say(&summary.text());
        }
    }
}

/// Something went wrong: one paragraph, and with `json` the `summary` event that ends the stream.
pub fn failed(failure: &Failure, json: bool) {
    if json {
        failed_event(failure);
    }
    say(&failure_text(failure));
}

/// The `summary` event of a run that went wrong.
pub fn failed_event(failure: &Failure) {
    let mut event = json!({
        "event": "summary",
        "outcome": failure.outcome(),
        "exit_code": failure.code as i32,
        "error": { "kind": failure.code, "message": failure.to_string() },
    });
    if let Some(event) = event.as_object_mut() {
        event.extend(failure.facts().clone());
    }
    // The exit code says that it went wrong; that standard output is gone, too, adds nothing.
    let _ = events::emit(&event);
}
