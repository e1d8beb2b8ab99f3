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
    /// How many files the table has, where that is known.
    of: Option<u64>,
    /// Whether some of them can be made alone.
    takes_some: bool,
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
            takes_some: set.takes_some(),
            chosen: set.chosen(),
            alone,
            written: Written::default(),
            several: Several::default(),
        }
    }

    /// One more.
    pub(super) fn add(&mut self, file: &FilePlan, written: &WriteStats) {
        self.written.add(written);
        self.several
            .add(file.destination.to_string(), written.file_bytes);
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
        if self.several.files > 0 && !unknown && failure.outcome() != "committed" {
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
        let done = grouped(self.several.files);
        let clause = match self.of {
            Some(_) => {
                let wanted = self.chosen.end - self.chosen.start;
                format!("{done} of {} files are made", grouped(wanted))
            }
            None => format!("{done} files are made, and there may be more"),
        };
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
            1 => Some(format!("File {}", self.chosen.start)),
            _ => Some(format!(
                "Files {} to {}",
                self.chosen.start,
                self.next() - 1
            )),
        };
        let in_place = in_place.map(|files| {
            let verb = if self.several.files == 1 { "is" } else { "are" };
            let table = printable(self.table);
            let of = self
                .of
                .map_or_else(String::new, |of| format!(" of {}", grouped(of)));
            format!("{files}{of} of table `{table}` {verb} in place")
        });
        // Of several tables, this one is made again as a whole.
        let way_on =
            (self.alone && self.takes_some && !rest.is_empty() && (unknown || in_place.is_some()))
                .then(|| {
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

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    /// The end of files `chosen` of 16 after `done` of them, told by its sentence and its facts.
    fn check(chosen: Range<u64>, done: u64, code: ExitCode, alone: bool, expect: Expect) {
        let done = FilesDone {
            table: "people",
            of: Some(16),
            takes_some: true,
            chosen,
            alone,
            written: Written::default(),
            several: Several {
                files: done,
                ..Several::default()
            },
        };
        let failure = done.after(Failure::say(code, "no"));
        let facts = failure.facts();
        let shown = format!(
            "{} [{}, {}..{}]",
            failure,
            facts
                .get("outcome")
                .map_or("-", |word| word.as_str().unwrap()),
            facts["files_committed"]["start"],
            facts["files_committed"]["end"],
        );
        expect.assert_eq(&shown);
    }

    #[test]
    fn a_run_that_ends_early_says_what_is_in_place_and_how_to_go_on() {
        let s3 = ExitCode::S3;
        check(0..16, 0, s3, true, expect![[r#"no [-, 0..0]"#]]);
        check(
            0..16,
            1,
            s3,
            true,
            expect![[
                r#"no. File 0 of 16 of table `people` is in place; the same command with `--only-files 1..16` makes the rest. [partly_committed, 0..1]"#
            ]],
        );
        check(
            4..8,
            2,
            s3,
            true,
            expect![[
                r#"no. Files 4 to 5 of 16 of table `people` are in place; the same command with `--only-files 6..8` makes the rest. [partly_committed, 4..6]"#
            ]],
        );
        check(
            0..16,
            7,
            s3,
            false,
            expect![[
                r#"no. Files 0 to 6 of 16 of table `people` are in place. [partly_committed, 0..7]"#
            ]],
        );
    }

    /// Of the file that failed nobody knows: only those behind it are offered.
    #[test]
    fn a_file_of_which_nothing_is_known_is_not_made_again() {
        let unknown = ExitCode::Unknown;
        check(
            0..16,
            0,
            unknown,
            true,
            expect![[
                r#"no. No other file was begun; the same command with `--only-files 1..16` makes the rest. [-, 0..0]"#
            ]],
        );
        check(
            0..16,
            7,
            unknown,
            true,
            expect![[
                r#"no. Files 0 to 6 of 16 of table `people` are in place; the same command with `--only-files 8..16` makes the rest. [-, 0..7]"#
            ]],
        );
        check(
            0..16,
            15,
            unknown,
            true,
            expect![[r#"no. Files 0 to 14 of 16 of table `people` are in place. [-, 0..15]"#]],
        );
    }
}
