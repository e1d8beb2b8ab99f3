//! How a run ends badly: a stable exit code and one paragraph for a person.

use std::fmt;

use serde::Serialize;

/// Exit codes. They are part of the interface: scripts decide by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitCode {
    /// A defect of this program.
    Internal = 1,
    /// Wrong arguments or configuration.
    Usage = 2,
    /// The data can't be made: a spec or a source.
    Source = 3,
    /// A local file or standard output can't be written.
    LocalWrite = 4,
    /// S3 refuses or can't be reached; nothing was committed.
    S3 = 5,
    /// Whether the object was committed is unknown.
    Unknown = 6,
    /// Ended by Ctrl-C or SIGTERM; nothing was committed.
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
}

impl Failure {
    /// A failure of a class.
    pub fn new(code: ExitCode, error: impl Into<anyhow::Error>) -> Self {
        Self {
            code,
            error: error.into(),
            advice: None,
        }
    }

    /// A failure told in one sentence.
    pub fn say(code: ExitCode, sentence: impl fmt::Display) -> Self {
        Self::new(code, anyhow::anyhow!("{sentence}"))
    }

    /// The same with what to do next.
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
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
            write!(f, ". {advice}")?;
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
    }
}
