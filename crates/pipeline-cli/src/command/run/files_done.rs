//! What is in place of a table that becomes several files, and how to go on where a run ends early.

use std::ops::Range;

use blockwrite::WriteStats;
use serde_json::json;

use crate::failure::{ExitCode, Failure};
use crate::plan::{FilePlan, FileSet, TablePlan};
use crate::report::Written;
use crate::sink::Several;
use crate::text_table::printable;
use crate::thousands::grouped;

/// The files of a table that are in place: always the first ones of those that are made.
pub(super) struct FilesDone<'a> {
    table: &'a str,
    /// How many files the table has.
    of: u64,
    chosen: Range<u64>,
    /// Whether the run makes this table alone.
    alone: bool,
    written: Written,
    several: Several,
}

impl<'a> FilesDone<'a> {
    /// None yet.
    pub(super) fn new(table: &'a TablePlan, set: &FileSet, alone: bool) -> Self {
        Self {
            table: &table.numbers.table,
            of: set.of(),
            chosen: set.chosen(),
            alone,
            written: Written::default(),
            several: Several {
                files: 0,
                least_bytes: u64::MAX,
                most_bytes: 0,
                first: String::new(),
                last: String::new(),
            },
        }
    }

    /// One more.
    pub(super) fn add(&mut self, file: &FilePlan, written: &WriteStats) {
        self.written.add(written);
        let several = &mut self.several;
        several.last = file.destination.to_string();
        if several.files == 0 {
            several.first.clone_from(&several.last);
        }
        several.files += 1;
        several.least_bytes = several.least_bytes.min(written.file_bytes);
        several.most_bytes = several.most_bytes.max(written.file_bytes);
    }

    /// All of them.
    pub(super) fn all(self) -> (Written, Several) {
        (self.written, self.several)
    }

    /// A failure of the file behind those that are in place, with how to go on.
    pub(super) fn after(&self, failure: Failure) -> Failure {
        let unknown = failure.code == ExitCode::Unknown;
        let facts = json!({
            "files": self.of,
            "files_committed": { "start": self.chosen.start, "end": self.next() },
        });
        let mut facts = facts.as_object().cloned().unwrap_or_default();
        if self.several.files > 0 && !unknown {
            facts.insert("outcome".to_owned(), "partly_committed".into());
        }
        let failure = failure.with_facts(facts);
        match self.sentence(unknown) {
            Some(sentence) => failure.advise(sentence),
            None => failure,
        }
    }

    /// The end between two files.
    pub(super) fn after_interrupt(&self) -> Failure {
        let (done, wanted) = (self.several.files, self.chosen.end - self.chosen.start);
        let clause = format!("{} of {} files are made", grouped(done), grouped(wanted));
        self.after(Failure::interrupted(clause))
    }

    /// The number of the file behind those that are in place.
    fn next(&self) -> u64 {
        self.chosen.start + self.several.files
    }

    /// What is in place, and how to go on. It may be `unknown` whether the file that failed is.
    fn sentence(&self, unknown: bool) -> Option<String> {
        let rest = self.next() + u64::from(unknown)..self.chosen.end;
        let in_place = match self.several.files {
            0 => None,
            1 => Some(format!("File {} of", self.chosen.start)),
            _ => Some(format!(
                "Files {} to {} of",
                self.chosen.start,
                self.next() - 1
            )),
        };
        let in_place = in_place.map(|files| {
            let verb = if self.several.files == 1 { "is" } else { "are" };
            let table = printable(self.table);
            format!(
                "{files} {} of table `{table}` {verb} in place",
                grouped(self.of)
            )
        });
        // Of several tables, this one is made again as a whole.
        let way_on =
            (self.alone && !rest.is_empty() && (unknown || in_place.is_some())).then(|| {
                format!(
                    "the same command with `--only-files {}..{}` makes the rest",
                    rest.start, rest.end
                )
            });
        match (in_place, way_on) {
            (Some(in_place), Some(way_on)) => Some(format!("{in_place}; {way_on}.")),
            (Some(in_place), None) => Some(format!("{in_place}.")),
            (None, Some(way_on)) => Some(format!("No other file was begun; {way_on}.")),
            (None, None) => None,
        }
    }
}
