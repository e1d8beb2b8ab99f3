//! How far an upload is, readable from any thread while it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::retrying::{Board, Retrying};

/// Counters of one upload, or of several together, and what keeps them from growing. They are read
/// one by one: two of them need not belong to the same instant.
#[derive(Debug, Default)]
pub struct UploadProgress {
    accepted: AtomicU64,
    acknowledged: AtomicU64,
    parts: AtomicU64,
    requests: AtomicU64,
    retries: AtomicU64,
    sent: AtomicU64,
    resumed: AtomicU64,
    retrying: Board,
    /// Where the same is counted for several uploads together.
    sum: Option<Arc<UploadProgress>>,
}

impl UploadProgress {
    /// Bytes taken from the caller.
    #[must_use]
    pub fn bytes_accepted(&self) -> u64 {
        self.accepted.load(Relaxed)
    }

    /// Bytes that the server has confirmed.
    #[must_use]
    pub fn bytes_acknowledged(&self) -> u64 {
        self.acknowledged.load(Relaxed)
    }

    /// Parts that the server has confirmed; a single PUT counts as one.
    #[must_use]
    pub fn parts_acknowledged(&self) -> u64 {
        self.parts.load(Relaxed)
    }

    /// Requests made, of any kind.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    /// Requests that were made again.
    #[must_use]
    pub fn retries(&self) -> u64 {
        self.retries.load(Relaxed)
    }

    /// Bytes of bodies handed to the network, those of repeated requests again.
    #[must_use]
    pub fn bytes_sent(&self) -> u64 {
        self.sent.load(Relaxed)
    }

    /// Bytes that an interrupted upload had sent before, and that were not sent again.
    #[must_use]
    pub fn bytes_resumed(&self) -> u64 {
        self.resumed.load(Relaxed)
    }

    /// The request that has failed and is being made again for the longest time, if any is: why
    /// nothing may move. Its cause holds no secret.
    #[must_use]
    pub fn retrying(&self) -> Option<Arc<Retrying>> {
        self.retrying.first()
    }

    /// Counters of one upload that `sum` counts, too.
    pub(crate) fn part_of(sum: Arc<Self>) -> Self {
        Self {
            sum: Some(sum),
            ..Self::default()
        }
    }

    pub(crate) fn accept(&self, bytes: u64) {
        self.count(|counters| {
            counters.accepted.fetch_add(bytes, Relaxed);
        });
    }

    pub(crate) fn acknowledge(&self, bytes: u64) {
        self.count(|counters| {
            counters.acknowledged.fetch_add(bytes, Relaxed);
            counters.parts.fetch_add(1, Relaxed);
        });
    }

    pub(crate) fn resume(&self, bytes: u64) {
        self.count(|counters| {
            counters.resumed.fetch_add(bytes, Relaxed);
        });
    }

    /// Everything is sent anew: what was taken and confirmed so far does not count any more.
    pub(crate) fn start_over(&self) {
        let own = self.of_what_stays().map(|counter| counter.swap(0, Relaxed));
        if let Some(sum) = &self.sum {
            for (counter, own) in sum.of_what_stays().into_iter().zip(own) {
                counter.fetch_sub(own, Relaxed);
            }
        }
    }

    pub(crate) fn request(&self) {
        self.count(|counters| {
            counters.requests.fetch_add(1, Relaxed);
        });
    }

    pub(crate) fn retry(&self) {
        self.count(|counters| {
            counters.retries.fetch_add(1, Relaxed);
        });
    }

    pub(crate) fn send(&self, bytes: u64) {
        self.count(|counters| {
            counters.sent.fetch_add(bytes, Relaxed);
        });
    }

    /// Where requests that are made again are told.
    pub(crate) fn boards(&self) -> impl Iterator<Item = &Board> {
        let sum = self.sum.as_deref().map(|sum| &sum.retrying);
        std::iter::once(&self.retrying).chain(sum)
    }

    /// The counters of what counts only once, however often it is sent.
    fn of_what_stays(&self) -> [&AtomicU64; 4] {
        [
            &self.accepted,
            &self.acknowledged,
            &self.parts,
            &self.resumed,
        ]
    }

    fn count(&self, add: impl Fn(&Self)) {
        add(self);
        if let Some(sum) = &self.sum {
            add(sum);
        }
    }
}
