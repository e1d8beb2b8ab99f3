//! What is in place of a table that is partitioned, and what is said of it where a run ends early.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use blockwrite::WriteStats;
use serde_json::json;

use crate::failure::{ExitCode, Failure};
use crate::pipeline::PartFile;
use crate::plan::FilePlan;
use crate::report::Written;
use crate::sink::Several;
use crate::text_table::printable;
use crate::thousands::{counted, grouped};

/// The files of a table that are in place.
pub(super) struct PartsDone<'a> {
    table: &'a str,
    written: Written,
    several: Several,
    folders: HashSet<Arc<str>>,
}

impl<'a> PartsDone<'a> {
    /// None yet.
    pub(super) fn new(table: &'a str) -> Self {
        Self {
            table,
            written: Written::default(),
            several: Several::default(),
            folders: HashSet::new(),
        }
    }

    /// One more.
    pub(super) fn add(&mut self, file: &PartFile, plan: &FilePlan, written: &WriteStats) {
        self.written.add(written);
        self.several
            .add(plan.destination.to_string(), written.file_bytes);
        self.folders.insert(Arc::clone(&file.folder));
    }

    /// All of them.
    pub(super) fn all(self) -> (Written, Several) {
        let several = Several {
            partitions: Some(self.folders.len() as u64),
            ..self.several
        };
        (self.written, several)
    }

    /// A failure, with what stands: files that are in place, and copies that are `whole` though what they
    /// are copies of is not known to be in S3.
    pub(super) fn after(&self, failure: Failure, whole: &[PathBuf]) -> Failure {
        let files = self.several.files;
        let facts = json!({ "files_in_place": files });
        let mut facts = facts.as_object().cloned().unwrap_or_default();
        let all_stands = failure.outcome() == "committed";
        if files > 0 && failure.code != ExitCode::Unknown && !all_stands {
            facts.insert("outcome".to_owned(), "partly_committed".into());
        }
        let table = printable(self.table);
        let failure = match failure.code {
            ExitCode::Interrupted if files == 0 => {
                Failure::interrupted(format!("no file of table `{table}` was put in place"))
            }
            ExitCode::Interrupted => {
                Failure::interrupted("some partitions are in place, and others are not")
            }
            _ => failure,
        };
        if !whole.is_empty() {
            facts.insert("local_files".to_owned(), json!(whole));
        }
        let failure = failure.with_facts(facts);
        let failure = match told(whole) {
            Some(sentence) => failure.advise(sentence),
            None => failure,
        };
        match files {
            0 => failure,
            _ if all_stands => failure,
            files => {
                let verb = if files == 1 { "is" } else { "are" };
                failure.advise(format!(
                    "{} of table `{table}` {verb} in place; the same command makes all of them again.",
                    counted(files, "file")
                ))
            }
        }
    }
}

/// Local files that are whole, the first of them by their names.
fn told(whole: &[PathBuf]) -> Option<String> {
    const NAMED: usize = 3;
    let (verb, more) = match whole.len() {
        0 => return None,
        1 => ("is", 0),
        all => ("are", all.saturating_sub(NAMED)),
    };
    let named = whole.iter().take(NAMED);
    let named: Vec<_> = named.map(|path| format!("`{}`", path.display())).collect();
    let more = match more {
        0 => String::new(),
        more => format!(" and {} more", grouped(more as u64)),
    };
    Some(format!(
        "{} {verb} whole and not known to be in S3: {}{more}.",
        counted(whole.len() as u64, "local file"),
        named.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(files: u64, failure: Failure, expect: Expect) {
        let mut done = PartsDone::new("people");
        done.several.files = files;
        let failure = done.after(failure, &[]);
        let facts = serde_json::Value::from(failure.facts().clone());
        expect.assert_eq(&format!("{failure} {facts}"));
    }

    #[test]
    fn copies_that_are_whole_are_named() {
        let whole = |count: u64| {
            let paths: Vec<_> = (0..count)
                .map(|n| PathBuf::from(format!("kept/{n}")))
                .collect();
            told(&paths).unwrap_or_default()
        };
        assert_eq!(whole(0), "");
        assert_eq!(
            whole(1),
            "1 local file is whole and not known to be in S3: `kept/0`."
        );
        assert_eq!(
            whole(3),
            "3 local files are whole and not known to be in S3: `kept/0`, `kept/1`, `kept/2`."
        );
        assert_eq!(
            whole(1234),
            "1,234 local files are whole and not known to be in S3: `kept/0`, `kept/1`, `kept/2` \
             and 1,231 more."
        );
    }

    #[test]
    fn what_stands_is_told() {
        let refused = || Failure::say(ExitCode::S3, "no");
        let stopped = || Failure::interrupted("");
        check(0, refused(), expect![[r#"no {"files_in_place":0}"#]]);
        check(
            1,
            refused(),
            expect![[
                r#"no. 1 file of table `people` is in place; the same command makes all of them again. {"files_in_place":1,"outcome":"partly_committed"}"#
            ]],
        );
        check(
            0,
            stopped(),
            expect![[
                r#"interrupted: no file of table `people` was put in place {"files_in_place":0}"#
            ]],
        );
        check(
            12,
            stopped(),
            expect![[
                r#"interrupted: some partitions are in place, and others are not. 12 files of table `people` are in place; the same command makes all of them again. {"files_in_place":12,"outcome":"partly_committed"}"#
            ]],
        );
        check(
            12,
            Failure::say(ExitCode::Unknown, "lost"),
            expect![[
                r#"lost. 12 files of table `people` are in place; the same command makes all of them again. {"files_in_place":12}"#
            ]],
        );
    }
}
