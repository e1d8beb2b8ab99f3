//! Why nothing moves: a request to S3 that fails again and again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use s3up::{Retrying, UploadProgress};
use serde_json::{Value, json};

use super::pace::span;

/// Most failures pass with the second attempt, and nobody need know.
const PATIENCE: Duration = Duration::from_secs(2);

/// A request that has failed for so long that whoever waits should know.
#[derive(Debug, Clone)]
pub(super) struct Trouble(Arc<Retrying>);

impl Trouble {
    /// That of an upload, if it has any.
    pub(super) fn of(upload: &UploadProgress, now: Instant) -> Option<Self> {
        let retrying = upload.retrying()?;
        let lasting = now.saturating_duration_since(retrying.since) >= PATIENCE;
        lasting.then_some(Self(retrying))
    }

    /// Whether it is about the same request; another attempt may have failed since.
    pub(super) fn same_request(&self, other: &Self) -> bool {
        self.0.request == other.0.request
    }

    /// Whether nothing has failed since.
    pub(super) fn same_attempt(&self, other: &Self) -> bool {
        self.same_request(other) && self.0.attempt == other.0.attempt
    }

    /// What failed, why, and what comes next.
    pub(super) fn sentence(&self, now: Instant) -> String {
        let Retrying { request, error, .. } = &*self.0;
        let when = match self.wait(now) {
            Some(wait) => format!("in {wait}"),
            None => "is under way".to_owned(),
        };
        format!("{request} failed: {error}; {} {when}", self.attempt())
    }

    /// The same in two lines, what matters most first: a terminal may cut them.
    pub(super) fn lines(&self, now: Instant) -> [String; 2] {
        let when = match self.wait(now) {
            Some(wait) => format!(" in {wait}"),
            None => String::new(),
        };
        let request = &self.0.request;
        [
            format!("trying again{when}, {}: {request}", self.attempt()),
            format!("  {}", self.0.error),
        ]
    }

    fn attempt(&self) -> String {
        let attempt = self.0.attempt;
        match self.0.of {
            Some(of) => format!("attempt {attempt} of {of}"),
            None => format!("attempt {attempt}"),
        }
    }

    /// The same for programs.
    pub(super) fn event(&self, now: Instant) -> Value {
        json!({
            "event": "retrying",
            "request": self.0.request,
            "error": { "kind": "s3", "message": self.0.error.to_string() },
            "attempt": self.0.attempt,
            "of": self.0.of,
            "in_seconds": self.0.next.saturating_duration_since(now).as_secs_f64(),
        })
    }

    /// How long until the next attempt; nothing where it is under way.
    fn wait(&self, now: Instant) -> Option<String> {
        let wait = self.0.next.saturating_duration_since(now);
        // Whole seconds, and the one that has begun counts.
        (!wait.is_zero()).then(|| span(wait + Duration::from_millis(999)))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use s3up::CallError;

    use super::*;

    #[test]
    fn a_sentence_names_request_cause_and_what_comes_next() {
        let now = Instant::now();
        let trouble = |of, wait| {
            Trouble(Arc::new(Retrying {
                request: "UploadPart 3 of s3://lake/x.parquet".to_owned(),
                error: CallError::Connect {
                    endpoint: "http://127.0.0.1:4566".to_owned(),
                    reason: "Connection refused".to_owned(),
                },
                attempt: 5,
                of,
                since: now,
                next: now + Duration::from_millis(wait),
            }))
        };
        let said = [
            trouble(Some(8), 3_100).sentence(now),
            trouble(None, 0).sentence(now),
            trouble(Some(8), 3_100).lines(now).join("\n"),
            trouble(None, 0).lines(now).join("\n"),
            trouble(Some(8), 500).event(now).to_string(),
        ];
        expect![[r#"
            UploadPart 3 of s3://lake/x.parquet failed: cannot connect to http://127.0.0.1:4566: Connection refused; attempt 5 of 8 in 4 s
            UploadPart 3 of s3://lake/x.parquet failed: cannot connect to http://127.0.0.1:4566: Connection refused; attempt 5 is under way
            trying again in 4 s, attempt 5 of 8: UploadPart 3 of s3://lake/x.parquet
              cannot connect to http://127.0.0.1:4566: Connection refused
            trying again, attempt 5: UploadPart 3 of s3://lake/x.parquet
              cannot connect to http://127.0.0.1:4566: Connection refused
            {"attempt":5,"error":{"kind":"s3","message":"cannot connect to http://127.0.0.1:4566: Connection refused"},"event":"retrying","in_seconds":0.5,"of":8,"request":"UploadPart 3 of s3://lake/x.parquet"}"#]]
        .assert_eq(&said.join("\n"));
    }
}
