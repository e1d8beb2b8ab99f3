//! Trying again: after failures that may pass, with jitter or when the server says, within a budget.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::Instant;

use crate::call_error::CallError;
use crate::progress::UploadProgress;
use crate::retrying::{Posted, Retrying};

/// How often and how long a request is tried. The waits grow twofold and each is drawn at random
/// from zero to its bound, so that many clients do not return in step. A server that asks for a
/// longer wait (`Retry-After`) gets it, as far as the budget goes: then it is asked once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts for one request, the first included. Where it is more than one, attempts that
    /// found no connection to a server which has answered before are not counted: only time
    /// bounds them. Default 8.
    pub max_attempts: u32,
    /// No attempt begins later than this after the first; five times this for
    /// CompleteMultipartUpload, which may take a server minutes. Default 120 s.
    pub budget: Duration,
    /// Bound of the first wait. Default 100 ms.
    pub base_delay: Duration,
    /// Bound of any wait. Default 10 s.
    pub max_delay: Duration,
    /// How long a server may be out of reach that has not answered yet; short, because a wrong
    /// address does not mend. Default 3 s.
    pub unreachable_for: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 8,
            budget: Duration::from_secs(120),
            base_delay: Duration::from_millis(100),
            max_delay: Duration::from_secs(10),
            unreachable_for: Duration::from_secs(3),
        }
    }
}

impl RetryPolicy {
    /// For the steps that clean up or look: worth a few attempts, not worth minutes.
    pub(crate) fn brief(self) -> Self {
        Self {
            max_attempts: self.max_attempts.min(4),
            budget: self.budget.min(Duration::from_secs(10)),
            ..self
        }
    }

    /// For CompleteMultipartUpload: its time limits are as long as the budget of other requests,
    /// and one that met them is asked again before the object is looked for.
    pub(crate) fn completing(self) -> Self {
        Self {
            budget: self.budget.saturating_mul(5),
            ..self
        }
    }

    /// A wait behind the attempt of this number, drawn anew each time.
    pub(crate) fn wait(&self, attempt: u32) -> Duration {
        self.bound(attempt).mul_f64(rand::random::<f64>())
    }

    /// The bound of the wait behind the attempt of this number, counted from 1.
    fn bound(&self, attempt: u32) -> Duration {
        let factor = 1u32.checked_shl(attempt - 1).unwrap_or(u32::MAX);
        self.base_delay.saturating_mul(factor).min(self.max_delay)
    }
}

/// Whether the server has answered yet: only an address that never answered may be wrong.
#[derive(Debug, Default)]
pub(crate) struct Contact(AtomicBool);

impl Contact {
    fn note<T>(&self, result: &Result<T, CallError>) {
        if let Ok(_) | Err(CallError::Service(_) | CallError::BadReply { .. }) = result {
            self.0.store(true, Relaxed);
        }
    }

    fn made(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// A request that was given up.
#[derive(Debug)]
pub(crate) struct GivenUp {
    /// How the last attempt ended.
    pub error: CallError,
    /// Whether any attempt may have done what was asked.
    pub in_doubt: bool,
}

/// A request that succeeded.
#[derive(Debug)]
pub(crate) struct Answered<T> {
    pub value: T,
    /// Whether an attempt before this one may have done what was asked, too.
    pub after_doubt: bool,
}

/// Makes `call` until it succeeds, fails for good, or the policy is used up. `what` names the request
/// and what it is about.
pub(crate) async fn with_retries<T, F>(
    policy: &RetryPolicy,
    contact: &Contact,
    progress: &UploadProgress,
    what: impl fmt::Display,
    mut call: impl FnMut() -> F,
) -> Result<Answered<T>, GivenUp>
where
    F: Future<Output = Result<T, CallError>>,
{
    let began = Instant::now();
    let mut unreachable_since = None;
    let mut in_doubt = false;
    let mut attempt = 1;
    let mut counted = 0;
    let mut posted = Posted::new(progress);
    loop {
        progress.request();
        let attempt_began = Instant::now();
        let result = call().await;
        contact.note(&result);
        let error = match result {
            Ok(value) => {
                return Ok(Answered {
                    value,
                    after_doubt: in_doubt,
                });
            }
            Err(error) => error,
        };
        in_doubt |= error.may_have_taken_effect();
        let mut wait = policy.wait(attempt);
        let mut left = policy.budget;
        let unconnected = matches!(error, CallError::Connect { .. });
        if !(unconnected && contact.made() && policy.max_attempts > 1) {
            counted += 1;
        }
        if unconnected && !contact.made() {
            let since = *unreachable_since.get_or_insert(attempt_began);
            left = left.min((since - began) + policy.unreachable_for);
        } else {
            unreachable_since = None;
        }
        let spent = began.elapsed();
        if let Some(asked) = error.retry_after() {
            wait = wait.saturating_add(asked).min(left.saturating_sub(spent));
        }
        let is_over = spent + wait > left || spent >= left;
        if !error.is_transient() || counted >= policy.max_attempts || is_over {
            return Err(GivenUp { error, in_doubt });
        }
        log::debug!(
            "{what}: attempt {attempt} failed, again in {} ms: {error}",
            wait.as_millis()
        );
        progress.retry();
        attempt += 1;
        let now = Instant::now().into_std();
        posted.again(Retrying {
            request: what.to_string(),
            error,
            attempt,
            of: (counted + 1 == attempt).then_some(policy.max_attempts),
            since: now,
            next: now + wait,
        });
        tokio::time::sleep(wait).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::num::NonZeroU32;

    use super::*;
    use crate::call_error::ServiceError;

    fn answered(status: u16, code: &str) -> CallError {
        let code = Some(code.to_owned());
        ServiceError {
            status,
            code,
            ..ServiceError::default()
        }
        .into()
    }

    async fn attempts(
        policy: RetryPolicy,
        error: impl Fn(u32) -> Option<CallError>,
    ) -> (u32, bool) {
        let calls = Cell::new(0);
        let (contact, progress) = (Contact::default(), UploadProgress::default());
        let result = with_retries(&policy, &contact, &progress, "test", || {
            calls.set(calls.get() + 1);
            let result = error(calls.get()).map_or(Ok(()), Err);
            async move { result }
        })
        .await;
        assert_eq!(progress.requests(), u64::from(calls.get()));
        (calls.get(), result.is_ok())
    }

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_tried_again_and_what_does_not_is_not() {
        let policy = RetryPolicy::default();
        let storm = |until: u32| move |n| (n < until).then(|| answered(503, "SlowDown"));
        assert_eq!(attempts(policy, storm(5)).await, (5, true));
        assert_eq!(attempts(policy, storm(100)).await, (8, false));
        assert_eq!(
            attempts(policy, |_| Some(answered(403, "AccessDenied"))).await,
            (1, false)
        );
        let short = RetryPolicy {
            budget: Duration::ZERO,
            ..policy
        };
        assert!(!attempts(short, storm(100)).await.1);
    }

    #[tokio::test(start_paused = true)]
    async fn waits_are_drawn_at_random_within_their_bounds() {
        const ATTEMPTS: u32 = 5;
        let policy = RetryPolicy {
            max_attempts: ATTEMPTS,
            ..RetryPolicy::default()
        };
        // By the attempt behind which they come.
        let mut waits = vec![Vec::new(); ATTEMPTS as usize - 1];
        for _ in 0..64 {
            let calls = std::cell::RefCell::new(Vec::new());
            let busy = |_| {
                calls.borrow_mut().push(Instant::now());
                Some(answered(503, "SlowDown"))
            };
            assert_eq!(attempts(policy, busy).await, (ATTEMPTS, false));
            for (behind, pair) in calls.take().windows(2).enumerate() {
                waits[behind].push(pair[1] - pair[0]);
            }
        }
        for (attempt, waits) in (1..).zip(waits) {
            let bound = policy.bound(attempt);
            let (shortest, longest) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
            // Timers end at whole milliseconds.
            assert!(*longest <= bound + Duration::from_millis(1), "{waits:?}");
            // Of 64, one lies in each half unless the odds are 1 to 2 to the 63rd.
            assert!(*shortest < bound / 2 && bound / 2 < *longest, "{waits:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_asks_for_a_wait_gets_it_within_the_budget() {
        let asks = |seconds: u32| {
            move |_| {
                Some(CallError::Service(ServiceError {
                    status: 503,
                    code: Some("SlowDown".into()),
                    retry_after_s: NonZeroU32::new(seconds),
                    ..ServiceError::default()
                }))
            }
        };
        let policy = RetryPolicy::default();
        let began = Instant::now();
        assert_eq!(attempts(policy, asks(7)).await, (8, false));
        let elapsed = began.elapsed();
        let longest = 7 * Duration::from_secs(7) + Duration::from_secs(13);
        assert!(elapsed >= 7 * Duration::from_secs(7) && elapsed < longest);
        // Longer than there is time: once more at its end.
        for seconds in [3_600, u32::MAX] {
            let began = Instant::now();
            assert_eq!(attempts(policy, asks(seconds)).await, (2, false));
            assert_eq!(began.elapsed(), policy.budget);
        }
        // What will not pass is not waited for.
        let denied = |_| {
            Some(CallError::Service(ServiceError {
                status: 403,
                retry_after_s: NonZeroU32::new(7),
                ..ServiceError::default()
            }))
        };
        assert_eq!(attempts(policy, denied).await, (1, false));
    }

    fn refused() -> CallError {
        CallError::Connect {
            endpoint: "http://x".into(),
            reason: "refused".into(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_answered_may_be_away_for_as_long_as_the_budget() {
        let policy = RetryPolicy::default();
        let away_for = |limit: Duration| {
            let began = Instant::now();
            move |n| match n {
                1 => Some(answered(503, "SlowDown")),
                _ => (began.elapsed() < limit).then(refused),
            }
        };
        let (calls, ok) = attempts(policy, away_for(Duration::from_secs(60))).await;
        assert!(ok && calls > policy.max_attempts, "{calls}");
        let began = Instant::now();
        assert!(!attempts(policy, away_for(policy.budget * 2)).await.1);
        assert!(began.elapsed() <= policy.budget);
    }

    #[tokio::test(start_paused = true)]
    async fn why_it_is_tried_again_is_told_until_it_succeeds() {
        let policy = RetryPolicy::default();
        let (contact, progress) = (Contact::default(), UploadProgress::default());
        let told = std::cell::RefCell::new(Vec::new());
        let called = Cell::new(0);
        let call = || {
            called.set(called.get() + 1);
            told.borrow_mut().push(progress.retrying().map(|on| {
                let of = on.of.map_or("-".to_owned(), |of| of.to_string());
                format!("{}, {}/{of}: {}", on.request, on.attempt, on.error)
            }));
            let result = match called.get() {
                1 => Err(answered(503, "SlowDown")),
                2 => Err(refused()),
                _ => Ok(()),
            };
            async { result }
        };
        with_retries(&policy, &contact, &progress, "Put of x", call)
            .await
            .unwrap();
        let told: Vec<_> = told
            .take()
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect();
        assert_eq!(
            told,
            [
                "",
                "Put of x, 2/8: S3 answered 503 SlowDown",
                "Put of x, 3/-: cannot connect to http://x: refused"
            ]
        );
        assert!(progress.retrying().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_completion_that_met_its_limits_is_asked_again() {
        let limits = crate::config::Timeouts::default();
        let policy = RetryPolicy::default().completing();
        let (contact, progress) = (Contact::default(), UploadProgress::default());
        let calls = Cell::new(0);
        let late = || {
            calls.set(calls.get() + 1);
            async {
                tokio::time::sleep(limits.exchange).await;
                Err::<(), _>(CallError::TimedOut {
                    endpoint: "http://x".into(),
                    waited_for: "no reply",
                    after: limits.exchange,
                })
            }
        };
        let given_up = with_retries(&policy, &contact, &progress, "test", late).await;
        assert!(given_up.unwrap_err().in_doubt);
        assert!(calls.get() >= 3, "{}", calls.get());
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_out_of_reach_is_given_up_soon() {
        let began = Instant::now();
        let refused = |_| Some(refused());
        let policy = RetryPolicy {
            max_attempts: 1_000,
            ..RetryPolicy::default()
        };
        let (calls, ok) = attempts(policy, refused).await;
        assert!(calls > 1 && !ok);
        assert!(began.elapsed() <= policy.unreachable_for);
    }
}
