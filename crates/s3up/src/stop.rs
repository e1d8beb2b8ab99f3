//! A batch that is to end before its files have: what may still begin, and how long is waited.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use tokio::sync::watch;
use tokio::time::Instant;

/// How a batch is to end before its files have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// Until when replies are waited for.
    pub deadline: Instant,
    /// Whether uploads are left for later ones to go on with, and not aborted.
    pub keep: bool,
}

/// Where one upload hears that it is to stop, and tells how far it has come.
pub(crate) struct Stop {
    asked: watch::Receiver<Option<Asked>>,
    /// Whether the request that makes the object appear may have been sent.
    committing: AtomicBool,
}

impl Stop {
    pub fn new(asked: watch::Receiver<Option<Asked>>) -> Self {
        Self {
            asked,
            committing: AtomicBool::new(false),
        }
    }

    pub fn is_asked(&self) -> bool {
        self.asked.borrow().is_some()
    }

    /// Whether what can be gone on with is to stay.
    pub fn keeps(&self) -> bool {
        self.asked.borrow().is_some_and(|asked| asked.keep)
    }

    /// Does `work`, which can be taken back; `None` once a stop is asked for.
    pub async fn unless_asked<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            _ = self.deadline() => None,
            done = work => Some(done),
        }
    }

    /// Whether the object may be made to appear now. No upload may once a stop is asked for; and
    /// whoever has asked learns from [`is_committing`](Self::is_committing) who had begun before.
    pub fn begin_commit(&self) -> bool {
        // In this order: the channel's lock makes the mark visible to whoever asks afterwards.
        self.committing.store(true, SeqCst);
        let may = !self.is_asked();
        if !may {
            self.committing.store(false, SeqCst);
        }
        may
    }

    /// The object did not appear, and all of it is to be sent again: whether that may begin.
    pub fn begin_anew(&self) -> bool {
        self.committing.store(false, SeqCst);
        !self.is_asked()
    }

    pub fn is_committing(&self) -> bool {
        self.committing.load(SeqCst)
    }

    /// Does `work`, which can't be taken back; `None` once a stop has waited long enough.
    pub async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let late = async { tokio::time::sleep_until(self.deadline().await).await };
        tokio::select! {
            biased;
            done = work => Some(done),
            () = late => None,
        }
    }

    async fn deadline(&self) -> Instant {
        let mut asked = self.asked.clone();
        if let Ok(asked) = asked.wait_for(Option::is_some).await
            && let Some(Asked { deadline, .. }) = *asked
        {
            return deadline;
        }
        // Nobody is left who could ask.
        std::future::pending().await
    }
}

impl Default for Stop {
    /// One that is never asked for.
    fn default() -> Self {
        Self::new(watch::channel(None).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn once_asked_nothing_begins_and_what_has_begun_is_waited_for() {
        let never = Stop::default();
        assert_eq!(never.unless_asked(async { 1 }).await, Some(1));
        assert!(never.begin_commit());

        let (ask, asked) = watch::channel(None);
        let [early, late] = [Stop::new(asked.clone()), Stop::new(asked)];
        assert!(early.begin_commit());
        let asked = Asked {
            deadline: Instant::now(),
            keep: true,
        };
        ask.send(Some(asked)).unwrap();
        assert!(late.keeps() && !never.keeps());
        assert!(!late.begin_commit());
        assert!(early.is_committing() && !late.is_committing());
        assert!(!late.begin_anew());
        assert_eq!(late.unless_asked(async { 1 }).await, None);
        assert_eq!(early.in_time(async { 1 }).await, Some(1));
        assert_eq!(early.in_time(std::future::pending::<()>()).await, None);
    }
}
