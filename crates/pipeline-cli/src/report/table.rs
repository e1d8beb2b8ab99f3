//! What is told of a table while it is made.

use std::sync::{Arc, Mutex};

use blockwrite::RowGroupStats;
use serde_json::json;

use super::events::Events;
use super::progress::{Bar, Progress, Unit};
use crate::byte_size::decimal;
use crate::logging::BLOCK_TARGET;
use crate::plan::Numbers;
use crate::text_table::printable;
use crate::thousands::grouped;

/// Up to so many blocks have a log line each. Where there are more, the first and the last have
/// one, a line now and then tells of all of them, and a line each is for whoever asks (`-v`).
const LINE_EACH: u64 = 100;
const FIRST_TOLD: u64 = 10;

/// Tells of one table, from its first row to the moment in which it is in place.
pub struct TableReport {
    table: String,
    /// Stands before log lines where there are several tables.
    prefix: String,
    events: Arc<Events>,
    progress: Progress,
    /// Rows made.
    generated: Bar,
    /// Bytes encoded, of about as many as were planned.
    encoded: Bar,
    total_groups: u64,
    total_rows: u64,
    so_far: Mutex<SoFar>,
}

#[derive(Default)]
struct SoFar {
    groups: u64,
    rows: u64,
    bytes: u64,
}

impl TableReport {
    /// Begins with nothing done. `several` says that it is one of several tables.
    pub(super) fn new(
        numbers: &Numbers,
        several: bool,
        progress: Progress,
        events: Arc<Events>,
    ) -> Self {
        let prefix = if several {
            format!("{}, ", printable(&numbers.table))
        } else {
            String::new()
        };
        Self {
            table: numbers.table.clone(),
            prefix,
            events,
            generated: progress.bar("generated", Unit::Rows, numbers.total_rows()),
            encoded: progress.bar("encoded", Unit::Bytes, numbers.file_bytes),
            progress,
            total_groups: numbers.row_groups,
            total_rows: numbers.total_rows(),
            so_far: Mutex::default(),
        }
    }

    /// The progress, for whoever feeds it.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// So many more rows are made.
    pub fn generated(&self, rows: u64) {
        self.generated.add(rows);
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
        self.encoded.set(bytes);
        if last {
            self.encoded.set_total(bytes);
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
            "{}block {groups}/{}: {} rows, {}, ratio {:.2}; total {} of {} rows, {}{uploaded}",
            self.prefix,
            self.total_groups,
            grouped(stats.rows),
            decimal(stats.compressed_bytes),
            stats.ratio(),
            grouped(rows),
            grouped(self.total_rows),
            decimal(bytes),
        );
        if self.events.are_wanted() {
            self.events.emit(&json!({
                "event": "block",
                "table": self.table,
                "index": groups - 1,
                "block": stats,
                "ratio": stats.ratio(),
                "total_rows": rows,
                "total_compressed_bytes": bytes,
            }));
        }
    }
}
