//! Keys from a source: fetched once for all who wait, renewed before they end, used as long as they
//! hold.
//!
//! ```text
//!     fetched ──────────────── AHEAD ───────────── CLOSE ── end
//!     used at once             used at once,       renewal  ─ transient failure
//!                              renewed meanwhile   awaited    while none can be had
//! ```

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use secrecy::ExposeSecret;
use tokio::time::Instant;

use super::{CredentialSource, StaticCredentials};
use crate::call_error::CallError;

/// A source may ask a program or a server, and either may hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// So long before the end of keys others are fetched.
const AHEAD: Duration = Duration::from_secs(60);

/// Keys that end so soon are used only if no others come before: a request that is signed with them
/// may arrive too late.
const CLOSE: Duration = Duration::from_secs(10);

/// Between renewals that failed while the old keys hold; twofold each time, up to the second one.
const PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(16);

type Fetch = Shared<BoxFuture<'static, Result<StaticCredentials, String>>>;

/// A source and what it gave last.
pub(crate) struct Fetched {
    source: Arc<dyn CredentialSource>,
    state: Arc<Mutex<State>>,
    /// The time of day, to which keys end.
    clock: fn() -> SystemTime,
}

#[derive(Default)]
struct State {
    last: Option<StaticCredentials>,
    /// Whether the source has ever given any: then it is one, and a failure may pass.
    has_given: bool,
    /// The fetch that is under way.
    fetch: Option<Fetch>,
    /// How many have failed since the last success.
    failures: u32,
    /// No renewal before.
    pause_until: Option<Instant>,
}

impl Fetched {
    pub fn new(source: Arc<dyn CredentialSource>) -> Self {
        Self {
            source,
            state: Arc::default(),
            clock: SystemTime::now,
        }
    }

    /// Those to sign a request with now. Must be called within a tokio runtime, on which they are
    /// fetched: whoever is given up while it waits takes nothing away from others who do.
    pub async fn now(&self) -> Result<StaticCredentials, CallError> {
        let (held, fetch, has_given) = {
            let mut state = lock(&self.state);
            let held = state.last.clone().filter(|keys| self.left(keys).is_some());
            let left = held.as_ref().and_then(|keys| self.left(keys));
            if let Some(keys) = &held
                && (left > Some(AHEAD) || state.is_pausing())
            {
                return Ok(keys.clone());
            }
            let fetch = state.fetch.get_or_insert_with(|| self.begin()).clone();
            if let Some(keys) = &held
                && left > Some(CLOSE)
            {
                return Ok(keys.clone());
            }
            (held, fetch, state.has_given)
        };
        let left = held.as_ref().and_then(|keys| self.left(keys));
        let patience = left.unwrap_or(PATIENCE).min(PATIENCE);
        let fetched = tokio::time::timeout(patience, fetch).await;
        let reason = match fetched.unwrap_or_else(|_| Err(late(patience))) {
            Ok(fresh) => return Ok(fresh),
            Err(reason) => reason,
        };
        match held {
            Some(keys) if self.left(&keys).is_some() => Ok(keys),
            _ if has_given => Err(CallError::Renewal { reason }),
            _ => Err(CallError::Credentials { reason }),
        }
    }

    /// Drops these, unless they have been replaced already.
    pub fn forget(&self, used: &StaticCredentials) {
        lock(&self.state).last.take_if(|keys| keys.are(used));
    }

    /// How long these hold from now; `None` if they have ended.
    fn left(&self, keys: &StaticCredentials) -> Option<Duration> {
        let Some(end) = keys.expires_at else {
            return Some(Duration::MAX);
        };
        let left = end.duration_since((self.clock)()).ok()?;
        (!left.is_zero()).then_some(left)
    }

    /// Fetches keys for whoever waits, and keeps them.
    fn begin(&self) -> Fetch {
        let source = Arc::clone(&self.source);
        let state = Arc::clone(&self.state);
        let task = tokio::spawn(async move {
            let fetched = tokio::time::timeout(PATIENCE, source.fetch()).await;
            let fetched = fetched.unwrap_or_else(|_| Err(late(PATIENCE)));
            lock(&state).note(&fetched);
            fetched
        });
        let state = Arc::clone(&self.state);
        let fetch = async move {
            task.await.unwrap_or_else(|_| {
                // A source that panicked, or a runtime that has ended.
                let cut_short = Err("their source was cut short".to_owned());
                lock(&state).note(&cut_short);
                cut_short
            })
        };
        fetch.boxed().shared()
    }
}

fn late(after: Duration) -> String {
    format!("their source did not answer within {} s", after.as_secs())
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // Whole at any moment, whatever panicked.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn is_pausing(&self) -> bool {
        self.pause_until.is_some_and(|until| Instant::now() < until)
    }

    fn note(&mut self, fetched: &Result<StaticCredentials, String>) {
        self.fetch = None;
        match fetched {
            Ok(keys) => {
                self.last = Some(keys.clone());
                self.has_given = true;
                self.failures = 0;
                self.pause_until = None;
            }
            Err(reason) => {
                if self.last.is_some() {
                    log::warn!("the credentials end soon, and no others can be had: {reason}");
                }
                let factor = 1u32.checked_shl(self.failures).unwrap_or(u32::MAX);
                self.failures = self.failures.saturating_add(1);
                let pause = PAUSE.saturating_mul(factor).min(MAX_PAUSE);
                self.pause_until = Some(Instant::now() + pause);
            }
        }
    }
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fetched").field(&self.source).finish()
    }
}

impl StaticCredentials {
    fn are(&self, others: &Self) -> bool {
        let token = |keys: &Self| {
            let token = keys.session_token.as_ref();
            token.map(|token| token.expose_secret().to_owned())
        };
        self.access_key_id == others.access_key_id && token(self) == token(others)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;

    use super::*;

    std::thread_local! {
        /// When the test began, by tokio's clock, which each test has stopped.
        static BEGAN: RefCell<Option<Instant>> = const { RefCell::new(None) };
    }

    /// A day that goes on with tokio's clock.
    fn clock() -> SystemTime {
        let began = BEGAN.with_borrow_mut(|began| *began.get_or_insert_with(Instant::now));
        SystemTime::UNIX_EPOCH + began.elapsed()
    }

    /// What a fetch comes to.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        /// Keys that live for so many seconds.
        Lives(u64),
        Fails,
        Hangs,
        Panics,
    }
    use Step::{Fails, Hangs, Lives, Panics};

    /// Plays what it is told, fetch by fetch. The ids of the keys count the fetches.
    #[derive(Debug)]
    struct Played(Vec<Step>, AtomicUsize);

    #[async_trait]
    impl CredentialSource for Played {
        async fn fetch(&self) -> Result<StaticCredentials, String> {
            let fetch = self.1.fetch_add(1, Ordering::SeqCst);
            match self.0[fetch] {
                Lives(seconds) => Ok(StaticCredentials::new(fetch.to_string(), "secret", None)
                    .until(clock() + Duration::from_secs(seconds))),
                Fails => Err("not yet".to_owned()),
                Hangs => std::future::pending().await,
                Panics => panic!("a source that panics"),
            }
        }
    }

    fn fetched(played: &[Step]) -> (Arc<Fetched>, Arc<Played>) {
        clock();
        let played = Arc::new(Played(played.to_vec(), AtomicUsize::new(0)));
        let source: Arc<dyn CredentialSource> = Arc::<Played>::clone(&played);
        let mut fetched = Fetched::new(source);
        fetched.clock = clock;
        (Arc::new(fetched), played)
    }

    async fn id(fetched: &Fetched) -> String {
        let keys = fetched.now().await;
        keys.map_or_else(|error| error.to_string(), |keys| keys.access_key_id)
    }

    /// The ids at these seconds, each some time after what was begun before.
    async fn ids(played: &[Step], seconds: &[u64]) -> Vec<String> {
        let (fetched, _) = fetched(played);
        let began = Instant::now();
        let mut ids = Vec::new();
        for second in seconds {
            tokio::time::sleep_until(began + Duration::from_secs(*second)).await;
            ids.push(id(&fetched).await);
        }
        ids
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_fetch_is_forgotten_and_a_success_is_kept() {
        let seen = ids(&[Fails, Lives(3_600)], &[0, 0, 0, 3_000]).await;
        assert_eq!(seen, ["cannot get credentials: not yet", "1", "1", "1"]);
    }

    #[tokio::test(start_paused = true)]
    async fn new_ones_are_fetched_before_the_old_ones_end() {
        // In the last minute they are renewed, and used meanwhile.
        let seen = ids(&[Lives(100), Lives(3_600)], &[0, 39, 41, 42, 99]).await;
        assert_eq!(seen, ["0", "0", "0", "1", "1"]);
        // In the last seconds the new ones are waited for.
        let seen = ids(&[Lives(100), Lives(3_600)], &[0, 91, 92]).await;
        assert_eq!(seen, ["0", "1", "1"]);
    }

    #[tokio::test(start_paused = true)]
    async fn keys_that_hold_serve_while_no_others_can_be_had() {
        let (fetched, played) = fetched(&[Lives(100), Fails, Fails, Fails, Lives(3_600)]);
        let began = Instant::now();
        let mut asked_at = Vec::new();
        for tenth in 0..600 {
            tokio::time::sleep_until(began + Duration::from_millis(tenth * 100)).await;
            let before = played.1.load(Ordering::SeqCst);
            fetched.now().await.unwrap();
            tokio::task::yield_now().await;
            if played.1.load(Ordering::SeqCst) > before {
                asked_at.push(tenth / 10);
            }
        }
        // Behind a failure there is a pause: of 1, 2 and 4 seconds.
        assert_eq!(asked_at, [0, 40, 41, 43, 47]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewal_that_fails_behind_the_end_may_pass() {
        let (fetched, _) = fetched(&[Lives(20), Fails, Fails, Lives(3_600)]);
        assert_eq!(id(&fetched).await, "0");
        tokio::time::advance(Duration::from_secs(15)).await;
        assert_eq!(id(&fetched).await, "0");
        tokio::time::advance(Duration::from_secs(15)).await;
        let error = fetched.now().await.unwrap_err();
        assert!(error.is_transient() && !error.may_have_taken_effect());
        assert_eq!(error.to_string(), "cannot renew the credentials: not yet");
        assert_eq!(id(&fetched).await, "3");
    }

    #[tokio::test(start_paused = true)]
    async fn all_who_wait_share_a_fetch_and_its_end() {
        let (fetched, played) = fetched(&[Hangs, Lives(3_600)]);
        let began = Instant::now();
        let wait = |after: u64| {
            let fetched = Arc::clone(&fetched);
            async move {
                tokio::time::sleep(Duration::from_secs(after)).await;
                id(&fetched).await
            }
        };
        // One of them is given up while it waits, which is no matter to the others.
        let given_up = tokio::time::timeout(Duration::from_secs(1), wait(0));
        let (given_up, one, two, three) = tokio::join!(given_up, wait(0), wait(10), wait(29));
        assert!(given_up.is_err());
        for id in [one, two, three] {
            assert_eq!(
                id,
                "cannot get credentials: their source did not answer within 30 s"
            );
        }
        assert_eq!(began.elapsed().as_secs(), 30);
        assert_eq!(played.1.load(Ordering::SeqCst), 1);
        assert_eq!(id(&fetched).await, "1");
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_that_hangs_takes_no_longer_than_the_keys_hold() {
        let (fetched, _) = fetched(&[Lives(100), Hangs, Lives(3_600)]);
        assert_eq!(id(&fetched).await, "0");
        tokio::time::advance(Duration::from_secs(95)).await;
        let began = Instant::now();
        assert_eq!(
            id(&fetched).await,
            "cannot renew the credentials: their source did not answer within 5 s"
        );
        assert_eq!(began.elapsed().as_secs(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_that_panics_is_a_failure() {
        let seen = ids(&[Panics, Lives(3_600)], &[0, 0]).await;
        assert_eq!(
            seen,
            ["cannot get credentials: their source was cut short", "1"]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn keys_that_were_forgotten_are_fetched_once() {
        let (fetched, _) = fetched(&[Lives(3_600), Lives(3_600)]);
        let used = fetched.now().await.unwrap();
        // Two requests that were under way with the same keys.
        for _ in 0..2 {
            fetched.forget(&used);
            assert_eq!(id(&fetched).await, "1");
        }
    }
}
