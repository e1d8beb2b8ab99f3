//! One thing under way: what who works stores, and what who looks reads.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::pace::Pace;
use super::progress::lock;
use super::reading::{Reading, Unit};

/// One thing under way. Where nothing is shown it costs nothing.
#[derive(Clone, Default)]
pub struct Bar(Option<Arc<Counter>>);

impl Bar {
    /// So much is done.
    pub fn set(&self, at: u64) {
        if let Some(counter) = &self.0 {
            counter.at.store(at, Relaxed);
        }
    }

    /// So much more is done.
    pub fn add(&self, more: u64) {
        if let Some(counter) = &self.0 {
            counter.at.fetch_add(more, Relaxed);
        }
    }

    /// So much there is to do, now that more is known.
    pub fn set_total(&self, total: u64) {
        if let Some(counter) = &self.0 {
            counter.total.store(total, Relaxed);
        }
    }

    /// There is no more to do than what is done.
    pub fn ends_here(&self) {
        if let Some(counter) = &self.0 {
            let at = match &*lock(&counter.follow) {
                Some(count) => count(),
                None => counter.at.load(Relaxed),
            };
            counter.total.store(at, Relaxed);
        }
    }

    /// From now on `count` is asked how much is done, ten times a second.
    pub fn follow(&self, count: impl Fn() -> u64 + Send + 'static) {
        if let Some(counter) = &self.0 {
            *lock(&counter.follow) = Some(Box::new(count));
        }
    }
}

/// Stands for a total that is not known.
const OPEN: u64 = u64::MAX;

#[derive(Default)]
struct Counter {
    at: AtomicU64,
    /// [`OPEN`] where nobody knows.
    total: AtomicU64,
    follow: Mutex<Option<Box<dyn Fn() -> u64 + Send>>>,
}

/// A bar as it is looked at.
pub(super) struct Track {
    name: &'static str,
    unit: Unit,
    counter: Arc<Counter>,
    pace: Pace,
}

impl Track {
    /// At 0 of `total`, if it is known, with the bar that moves it.
    pub(super) fn new(name: &'static str, unit: Unit, total: Option<u64>) -> (Self, Bar) {
        let counter = Arc::new(Counter::default());
        counter.total.store(total.unwrap_or(OPEN), Relaxed);
        let track = Self {
            name,
            unit,
            counter: Arc::clone(&counter),
            pace: Pace::new(Instant::now()),
        };
        (track, Bar(Some(counter)))
    }

    /// How it stands now.
    pub(super) fn read(&mut self, now: Instant) -> Reading {
        let Counter { at, total, follow } = &*self.counter;
        if let Some(count) = &*lock(follow) {
            at.store(count(), Relaxed);
        }
        let at = at.load(Relaxed);
        let total = match total.load(Relaxed) {
            OPEN => None,
            total => Some(total.max(at)),
        };
        self.pace.record(now, at);
        let done = total == Some(at);
        Reading {
            name: self.name,
            unit: self.unit,
            at,
            total,
            rate: if done {
                self.pace.average()
            } else {
                self.pace.rate(now)
            },
            left: total.and_then(|total| self.pace.left(now, total)),
            took: done.then(|| self.pace.took()),
        }
    }
}
