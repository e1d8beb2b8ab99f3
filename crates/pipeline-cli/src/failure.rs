//! How a run ends badly: a stable exit code and one paragraph for a person.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::settings::LayerError;
use crate::text_table::printable;

/// Exit codes. They are part of the interface: scripts decide by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitCode {
    /// A defect of this program.
    Internal = 1,
    /// Wrong arguments or configuration.
    Usage = 2,
    /// The data can't be made, or a source can't be read.
    Source = 3,
    /// A local file or standard output can't be written.
    LocalWrite = 4,
    /// S3 refuses or can't be reached; what is not told as done is not there.
    S3 = 5,
    /// Whether the object was committed is unknown.
    Unknown = 6,
    /// What is in S3 is not what was proven to be there.
    Verification = 7,
    /// Ended by Ctrl-C or SIGTERM; the message says what stands.
    Interrupted = 130,
}

/// A failed run: which class of failure, the cause, and what to do about it.
#[derive(Debug)]
pub struct Failure {
    /// What the process ends with.
    pub code: ExitCode,
    /// What was tried, on what, and why it failed, outermost first.
    pub error: anyhow::Error,
    /// What to do next, where the errors do not say it themselves.
    pub advice: Option<String>,
    /// What was to be made is in place all the same.
    committed: bool,
    /// What the event `summary` tells besides.
    facts: Map<String, Value>,
}

impl Failure {
    /// A failure of a class.
    pub fn new(code: ExitCode, error: impl Into<anyhow::Error>) -> Self {
        Self {
            code,
            error: error.into(),
            advice: None,
            committed: false,
            facts: Map::new(),
        }
    }

    /// A failure told in one sentence.
    pub fn say(code: ExitCode, sentence: impl fmt::Display) -> Self {
        Self::new(code, anyhow::anyhow!("{sentence}"))
    }

    /// The same with what to do next, in whole sentences; behind what was advised before.
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        let advice = advice.into();
        self.advice = Some(match self.advice {
            Some(before) => format!("{before} {advice}"),
            None => advice,
        });
        self
    }

    /// The same with the table that it is about.
    pub fn of_table(mut self, table: &str) -> Self {
        let table = printable(table);
        self.error = self.error.context(format!("table `{table}`"));
        self
    }

    /// The end of a run that was asked to end, with what stands now.
    pub fn interrupted(stands: impl fmt::Display) -> Self {
        Self::say(ExitCode::Interrupted, format!("interrupted: {stands}"))
    }

    /// The same, where what was to be made is in place all the same.
    pub fn but_committed(mut self) -> Self {
        self.committed = true;
        self
    }

    /// The same with what programs are told besides, by the names in the event `summary`; an
    /// `outcome` among it stands for the one that the code would give.
    pub fn with_facts(mut self, facts: Map<String, Value>) -> Self {
        self.facts.extend(facts);
        self
    }

    /// What programs are told besides.
    pub fn facts(&self) -> &Map<String, Value> {
        &self.facts
    }

    /// What is known of the target, in the word that events use for it.
    pub fn outcome(&self) -> &'static str {
        match self.code {
            _ if self.committed => "committed",
            ExitCode::Unknown => "unknown",
            _ => "not_committed",
        }
    }
}

/// Settings that can't be used.
impl From<LayerError> for Failure {
    fn from(error: LayerError) -> Self {
        Self::new(ExitCode::Usage, error)
    }
}

/// One paragraph: the causes from the outermost in, then the advice.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = String::new();
        for cause in self.error.chain() {
            let cause = cause.to_string();
            // Some libraries repeat their source in their own words; a person reads it once.
            if said.contains(&cause) {
                continue;
            }
            if !said.is_empty() {
                said.push_str(": ");
            }
            said.push_str(&cause);
        }
        f.write_str(&said)?;
        if let Some(advice) = &self.advice {
            let between = if said.contains('\n') {
                "\n" // Several lines, such as those of a spec: it has one of its own.
            } else if said.ends_with('?') {
                " "
            } else {
                ". "
            };
            write!(f, "{between}{advice}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn a_cause_is_said_once() {
        let repeated: Result<(), _> = Err(anyhow::anyhow!("disk full"))
            .context("could not write `x`: disk full")
            .context("the run failed");
        let failure =
            Failure::new(ExitCode::LocalWrite, repeated.unwrap_err()).advise("Make room.");
        assert_eq!(
            failure.to_string(),
            "the run failed: could not write `x`: disk full. Make room."
        );
        let more = failure.advise("Run again.").to_string();
        assert!(
            more.ends_with(": disk full. Make room. Run again."),
            "{more}"
        );
    }

    #[test]
    fn an_event_says_what_is_known_of_the_target() {
        let interrupted = || Failure::interrupted("x stands");
        assert_eq!(interrupted().outcome(), "not_committed");
        assert_eq!(interrupted().but_committed().outcome(), "committed");
        let unknown = Failure::say(ExitCode::Unknown, "x");
        assert_eq!(unknown.outcome(), "unknown");
    }
}
