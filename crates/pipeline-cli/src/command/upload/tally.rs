//! What became of the files, counted; a few of them kept by name.

use std::path::PathBuf;
use std::time::Duration;

use s3up::{ErrorKind, Outcome, Receipt};
use serde_json::{Map, Value, json};

use crate::destination::Endpoint;
use crate::failure::{ExitCode, Failure};
use crate::s3_session::failure_at;
use crate::thousands::{counted, grouped};

/// Up to so many files get a line each at the end.
const LISTED: u64 = 20;
/// So many failures are kept for the end; each was told when it happened.
const FAILURES_KEPT: usize = 1_000;

/// The state of an upload of many files.
#[derive(Debug)]
pub struct Tally {
    /// All files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that are uploaded.
    pub uploaded: u64,
    /// Their bytes.
    pub uploaded_bytes: u64,
    /// Files that were begun and are not uploaded, or of which that is unknown.
    pub failed: u64,
    /// Those of them of which it is unknown.
    unknown: u64,
    /// An end was asked for, before all was done or in the last moment.
    pub interrupted: bool,
    /// Files of which an interrupt has left the parts, to be gone on with.
    pub kept: u64,
    /// Bytes that an interrupted upload had sent before, and that were not sent again.
    pub resumed_bytes: u64,
    /// Requests for the bodies of objects and parts, repeated ones too.
    pub requests: u64,
    /// Those of them that were repeated.
    pub retries: u64,
    /// From the first request to the last.
    pub elapsed: Duration,
    /// A line a file, where there are few.
    pub lines: Vec<Line>,
    /// The first ones that failed.
    pub failures: Vec<Failed>,
    worst: Option<Failure>,
}

/// An uploaded file.
#[derive(Debug)]
pub struct Line {
    /// Where it lay.
    pub path: PathBuf,
    /// Where it is.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// In how many parts it was sent; 0: in one request.
    pub parts: usize,
    /// How long that took.
    pub elapsed: Duration,
}

/// A file that is not uploaded, or perhaps not.
#[derive(Debug)]
pub struct Failed {
    /// Where it lies.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

impl Tally {
    /// Of so many files and bytes, nothing has been done yet.
    pub fn of(files: u64, bytes: u64) -> Self {
        Self {
            files,
            bytes,
            uploaded: 0,
            uploaded_bytes: 0,
            failed: 0,
            unknown: 0,
            interrupted: false,
            kept: 0,
            resumed_bytes: 0,
            requests: 0,
            retries: 0,
            elapsed: Duration::ZERO,
            lines: Vec::new(),
            failures: Vec::new(),
            worst: None,
        }
    }

    /// Files of which the end is known.
    pub fn ended(&self) -> u64 {
        self.uploaded + self.failed
    }

    /// A file is uploaded.
    pub fn add_uploaded(&mut self, path: PathBuf, receipt: &Receipt) {
        self.uploaded += 1;
        self.uploaded_bytes += receipt.size;
        if self.files <= LISTED {
            self.lines.push(Line {
                path,
                key: receipt.key.clone(),
                size: receipt.size,
                parts: receipt.parts.len(),
                elapsed: receipt.elapsed,
            });
        }
    }

    /// A file failed.
    pub fn add_failed(&mut self, path: PathBuf, failure: Failure) {
        self.failed += 1;
        self.unknown += u64::from(failure.code == ExitCode::Unknown);
        if self.failures.len() < FAILURES_KEPT {
            let reason = failure.to_string();
            self.failures.push(Failed { path, reason });
        }
        let worse = |worst: &Failure| gravity(failure.code) > gravity(worst.code);
        if self.worst.as_ref().is_none_or(worse) {
            self.worst = Some(failure);
        }
    }

    /// Whether to begin further files: what one source did says nothing of the others, what S3
    /// did says all.
    pub fn may_go_on(&self) -> bool {
        let worst = self.worst.as_ref().map(|worst| worst.code);
        worst.is_none_or(|code| code == ExitCode::Source)
    }

    /// What is known of the files together, in the word that events use for it.
    pub fn outcome(&self) -> &'static str {
        if self.unknown > 0 {
            "unknown"
        } else if self.uploaded == self.files {
            "committed"
        } else if self.uploaded == 0 {
            "not_committed"
        } else {
            "partly_committed"
        }
    }

    /// How it ended.
    ///
    /// # Errors
    ///
    /// An interrupt, or the worst failure with what stands.
    pub fn verdict(&mut self) -> Result<(), Failure> {
        if self.interrupted {
            let failure = Failure::interrupted(self.stands());
            return Err(match self.unknown {
                0 if self.uploaded == self.files => failure.but_committed(),
                0 if self.kept > 0 => {
                    failure.advise("What was sent of it is kept: the same command goes on with it.")
                }
                0 => failure,
                _ => failure.advise("What may be there was sent, and the answer not waited for."),
            });
        }
        let Some(worst) = self.worst.take() else {
            return Ok(());
        };
        if self.files == 1 {
            return Err(worst);
        }
        let mut failure = Failure::new(worst.code, worst.error.context(self.stands()));
        failure.advice = worst.advice;
        Err(failure)
    }

    /// One clause on what is in S3 now.
    fn stands(&self) -> String {
        if self.files == 1 && self.uploaded == 0 {
            return match self.unknown {
                0 => "the file is not uploaded".to_owned(),
                _ => "the file may be uploaded".to_owned(),
            };
        }
        let are = |number: u64| if number == 1 { "is" } else { "are" };
        let (all, uploaded) = (counted(self.files, "file"), self.uploaded);
        match self.files {
            1 => return "the file is uploaded".to_owned(),
            _ if uploaded == self.files => return format!("all {all} are uploaded"),
            _ => {}
        }
        let perhaps = self.unknown;
        let missing = self.files - uploaded - perhaps;
        let mut said = format!("{} of {all} {} uploaded", grouped(uploaded), are(uploaded));
        if missing > 0 {
            said += &format!(", {} {} not", grouped(missing), are(missing));
        }
        if perhaps > 0 {
            said += &format!(", {} may be", grouped(perhaps));
        }
        said
    }

    /// The numbers, for the event `summary`.
    pub fn facts(&self) -> Map<String, Value> {
        let facts = json!({
            "outcome": self.outcome(),
            "files": self.files,
            "bytes": self.bytes,
            "uploaded_files": self.uploaded,
            "uploaded_bytes": self.uploaded_bytes,
            "failed_files": self.failed - self.unknown,
            "in_doubt_files": self.unknown,
            "resumed_bytes": self.resumed_bytes,
            "requests": self.requests,
            "retries": self.retries,
            "elapsed_seconds": self.elapsed.as_secs_f64(),
        });
        match facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        }
    }
}

/// 6 counts before 5 and 5 before 3; a defect of ours counts before what others refuse.
fn gravity(code: ExitCode) -> u8 {
    match code {
        ExitCode::Unknown => 3,
        ExitCode::Internal => 2,
        ExitCode::Source => 0,
        _ => 1,
    }
}

/// The failure of one file.
pub fn file_failure(endpoint: &Endpoint, error: s3up::Error) -> Failure {
    let of_the_source = error.outcome() != Outcome::Unknown
        && matches!(
            error.kind(),
            ErrorKind::SourceChanged | ErrorKind::SourceUnreadable | ErrorKind::InvalidInput
        );
    let mut failure = failure_at(endpoint, error);
    if of_the_source {
        failure.code = ExitCode::Source;
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn failed(tally: &mut Tally, code: ExitCode) {
        tally.add_failed(
            "x".into(),
            Failure::say(code, format!("because of {code:?}")),
        );
    }

    #[test]
    fn the_worst_failure_decides_and_the_rest_is_counted() {
        let mut tally = Tally::of(40, 1_000);
        tally.uploaded = 12;
        failed(&mut tally, ExitCode::Source);
        assert!(tally.may_go_on());
        failed(&mut tally, ExitCode::S3);
        assert!(!tally.may_go_on());
        failed(&mut tally, ExitCode::Source);
        assert_eq!(tally.outcome(), "partly_committed");
        failed(&mut tally, ExitCode::Unknown);
        failed(&mut tally, ExitCode::S3);
        assert_eq!(tally.outcome(), "unknown");
        let failure = tally.verdict().unwrap_err();
        assert_eq!(failure.code, ExitCode::Unknown);
        expect!["12 of 40 files are uploaded, 27 are not, 1 may be: because of Unknown"]
            .assert_eq(&failure.to_string());
    }

    #[test]
    fn an_interrupt_says_what_stands() {
        let mut tally = Tally::of(40, 1_000);
        tally.uploaded = 12;
        tally.interrupted = true;
        let said = |tally: &mut Tally| tally.verdict().unwrap_err().to_string();
        expect!["interrupted: 12 of 40 files are uploaded, 28 are not"]
            .assert_eq(&said(&mut tally));
        tally.unknown = 1;
        expect!["interrupted: 12 of 40 files are uploaded, 27 are not, 1 may be. What may be there was sent, and the answer not waited for."].assert_eq(&said(&mut tally));
        tally.unknown = 3;
        expect!["interrupted: 12 of 40 files are uploaded, 25 are not, 3 may be. What may be there was sent, and the answer not waited for."].assert_eq(&said(&mut tally));
        let mut one = Tally::of(1, 1_000);
        one.interrupted = true;
        expect!["interrupted: the file is not uploaded"].assert_eq(&said(&mut one));
        one.unknown = 1;
        expect!["interrupted: the file may be uploaded. What may be there was sent, and the answer not waited for."].assert_eq(&said(&mut one));
        (one.unknown, one.uploaded) = (0, 1);
        expect!["interrupted: the file is uploaded"].assert_eq(&said(&mut one));
        (tally.unknown, tally.uploaded) = (0, 40);
        expect!["interrupted: all 40 files are uploaded"].assert_eq(&said(&mut tally));
    }
}
