//! What is told of a table while it is made.

use std::sync::{Arc, Mutex, MutexGuard};

use blockwrite::{RowGroupStats, WriteStats};
use serde_json::{Value, json};

use super::events::Events;
use super::progress::{Bar, Progress, Unit};
use crate::byte_size::decimal;
use crate::logging::BLOCK_TARGET;
use crate::pipeline::PartFile;
use crate::plan::{FilePlan, Layout, TablePlan};
use crate::sink::Landed;
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
    /// Bytes read from the files of a source.
    read: Bar,
    /// Rows made or read.
    rows: Bar,
    /// Bytes encoded, of about as many as were planned.
    encoded: Bar,
    /// Nothing is known of a source before it is read.
    total_groups: Option<u64>,
    total_rows: Option<u64>,
    /// The end of one is not that of the table.
    several_files: bool,
    so_far: Mutex<SoFar>,
}

#[derive(Default)]
struct SoFar {
    groups: u64,
    rows: u64,
    bytes: u64,
    /// Of partitions, in place.
    files: u64,
}

impl TableReport {
    /// Begins with nothing done. `several` says that it is one of several tables.
    pub(super) fn new(
        plan: &TablePlan,
        several: bool,
        progress: Progress,
        events: Arc<Events>,
    ) -> Self {
        let numbers = &plan.numbers;
        let prefix = if several {
            format!("{}, ", printable(&numbers.table))
        } else {
            String::new()
        };
        let read = match (numbers.origin.source(), plan.bytes_read()) {
            (Some(source), Some(bytes)) => {
                let read = progress.bar("read", Unit::Bytes, source.bytes);
                read.follow(move || bytes.get());
                read
            }
            _ => Bar::default(),
        };
        let rows = match numbers.total_rows() {
            Some(total) => progress.bar("generated", Unit::Rows, total),
            None => progress.bar("decoded", Unit::Rows, None),
        };
        Self {
            table: numbers.table.clone(),
            prefix,
            events,
            read,
            rows,
            encoded: progress.bar("encoded", Unit::Bytes, numbers.file_bytes()),
            progress,
            total_groups: numbers.row_groups(),
            total_rows: numbers.total_rows(),
            several_files: matches!(plan.layout, Layout::Several(_)),
            so_far: Mutex::default(),
        }
    }

    /// The progress, for whoever feeds it.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// So many more rows are made or read.
    pub fn rows(&self, rows: u64) {
        self.rows.add(rows);
    }

    /// All blocks are encoded; what was not known before is known now: how many bytes of row
    /// groups there are, and how large the file is.
    pub fn all_made(&self, group_bytes: u64, file_bytes: u64) {
        if self.total_rows.is_none() && !self.several_files {
            let rows = self.so_far().rows;
            self.rows.set_total(rows);
            self.encoded.set_total(group_bytes);
            // A limit on the rows leaves the rest of the files unread.
            self.read.ends_here();
            self.progress.upload_is_of(file_bytes);
        }
    }

    /// One of `of` files of the table is in place.
    pub fn file_done(
        &self,
        number: u64,
        of: Option<u64>,
        file: &FilePlan,
        written: &WriteStats,
        landed: &Landed,
    ) {
        log::info!(
            "{}file {}{} is in place: {}, {} rows, {}",
            self.prefix,
            grouped(number + 1),
            self::of("/", of),
            file.destination,
            grouped(written.rows),
            decimal(written.file_bytes),
        );
        self.file_event(
            file,
            written,
            landed,
            || json!({ "index": number, "files": of }),
        );
    }

    /// A file of a partition is in place.
    pub fn part_done(
        &self,
        file: &PartFile,
        plan: &FilePlan,
        written: &WriteStats,
        landed: &Landed,
    ) {
        let told = {
            let mut so_far = self.so_far();
            so_far.files += 1;
            so_far.files <= FIRST_TOLD
        };
        // There may be one for each of thousands of values.
        let level = if told {
            log::Level::Info
        } else {
            log::Level::Debug
        };
        log::log!(
            level,
            "{}{} is in place: {} rows, {}",
            self.prefix,
            plan.destination,
            grouped(written.rows),
            decimal(written.file_bytes),
        );
        self.file_event(
            plan,
            written,
            landed,
            || json!({ "partition": &*file.folder, "index": file.number }),
        );
    }

    /// The event of a file that is in place, with what tells it from the others.
    fn file_event(
        &self,
        file: &FilePlan,
        written: &WriteStats,
        landed: &Landed,
        which: impl FnOnce() -> Value,
    ) {
        if !self.events.are_wanted() {
            return;
        }
        let receipt = match landed {
            Landed::Object(receipt) | Landed::Kept { receipt, .. } => json!(receipt),
            _ => json!(null),
        };
        let mut event = json!({
            "event": "file",
            "table": self.table,
            "outcome": "committed",
            "target": file.destination.to_string(),
            "rows": written.rows,
            "row_groups": written.row_groups.len(),
            "file_bytes": written.file_bytes,
            "content_id": file.content_id,
            "receipt": receipt,
        });
        if let (Some(event), Value::Object(which)) = (event.as_object_mut(), which()) {
            event.extend(which);
            if let Some(path) = &file.keep_local {
                event.insert("path".to_owned(), json!(path));
            }
        }
        self.events.emit(&event);
    }

    fn so_far(&self) -> MutexGuard<'_, SoFar> {
        self.so_far
            .lock()
            .expect("nothing panics while it holds this lock")
    }

    /// A block is encoded and on its way.
    pub fn block(&self, stats: &RowGroupStats) {
        let (groups, rows, bytes) = {
            let mut so_far = self.so_far();
            so_far.groups += 1;
            so_far.rows += stats.rows;
            so_far.bytes += stats.compressed_bytes;
            (so_far.groups, so_far.rows, so_far.bytes)
        };
        let last = self.total_rows == Some(rows);
        self.encoded.set(bytes);
        if last {
            self.encoded.set_total(bytes);
        }
        // The first blocks show what the others will be like.
        let few = self.total_groups.is_some_and(|total| total <= LINE_EACH);
        let told = last || groups <= FIRST_TOLD || few;
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
            "{}block {groups}{}: {} rows, {}, ratio {:.2}; total {}{} rows, {}{uploaded}",
            self.prefix,
            of("/", self.total_groups),
            grouped(stats.rows),
            decimal(stats.compressed_bytes),
            stats.ratio(),
            grouped(rows),
            of(" of ", self.total_rows),
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

/// What there is to be, behind a word, if it is known.
fn of(word: &str, total: Option<u64>) -> String {
    total.map_or_else(String::new, |total| format!("{word}{}", grouped(total)))
}
