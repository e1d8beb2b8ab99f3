//! Requests that have failed and are made again, for whoever wonders why nothing moves.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::call_error::CallError;
use crate::progress::UploadProgress;

/// A request that has failed and is made again, until it succeeds or is given up.
#[derive(Clone, Debug)]
pub struct Retrying {
    /// The request and what it is about, such as `UploadPart 3 of s3://lake/people.parquet`.
    pub request: String,
    /// How the last attempt ended.
    pub error: CallError,
    /// The number of the next attempt, which may be under way already. The first of all is 1.
    pub attempt: u32,
    /// With which attempt it is given up at the latest. `None` while only time bounds them: as
    /// long as a server that has answered before can't be reached.
    pub of: Option<u32>,
    /// When the first attempt had failed.
    pub since: Instant,
    /// When the next attempt begins; in the past where it is under way.
    pub next: Instant,
}

/// The requests of one upload, or of several together, that are being made again: the one that
/// failed first stands first. No more than there are requests in flight.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<Vec<Arc<Retrying>>>);

impl Board {
    pub fn first(&self) -> Option<Arc<Retrying>> {
        self.lock().first().cloned()
    }

    /// Puts `new` in the place of `old`, or of none.
    fn replace(&self, old: Option<&Arc<Retrying>>, new: Option<&Arc<Retrying>>) {
        let mut board = self.lock();
        let at = old.and_then(|old| board.iter().position(|on| Arc::ptr_eq(on, old)));
        match (at, new) {
            (Some(at), Some(new)) => board[at] = Arc::clone(new),
            (Some(at), None) => drop(board.remove(at)),
            (None, Some(new)) => board.push(Arc::clone(new)),
            (None, None) => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Retrying>>> {
        // Whole at any moment, whatever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps one request on the board for as long as it is being made.
pub(crate) struct Posted<'a> {
    progress: &'a UploadProgress,
    now: Option<Arc<Retrying>>,
}

impl<'a> Posted<'a> {
    /// A request that has not failed yet.
    pub fn new(progress: &'a UploadProgress) -> Self {
        Self {
            progress,
            now: None,
        }
    }

    /// It has failed, and is made again. The time of its first failure stays.
    pub fn again(&mut self, mut retrying: Retrying) {
        if let Some(before) = &self.now {
            retrying.since = before.since;
        }
        self.post(Some(Arc::new(retrying)));
    }

    fn post(&mut self, new: Option<Arc<Retrying>>) {
        if self.now.is_some() || new.is_some() {
            let boards = self.progress.boards();
            boards.for_each(|board| board.replace(self.now.as_ref(), new.as_ref()));
            self.now = new;
        }
    }
}

/// Also where nobody waits for the request any more.
impl Drop for Posted<'_> {
    fn drop(&mut self) {
        self.post(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(request: &str, attempt: u32) -> Retrying {
        let now = Instant::now();
        Retrying {
            request: request.to_owned(),
            error: CallError::Request {
                reason: String::new(),
            },
            attempt,
            of: Some(8),
            since: now,
            next: now,
        }
    }

    #[test]
    fn the_request_that_failed_first_is_told_until_it_ends() {
        let sum = Arc::new(UploadProgress::default());
        let one = UploadProgress::part_of(Arc::clone(&sum));
        let two = UploadProgress::part_of(Arc::clone(&sum));
        let told = |progress: &UploadProgress| {
            let first = progress.retrying()?;
            Some((first.request.clone(), first.attempt))
        };
        let (mut a, mut b) = (Posted::new(&one), Posted::new(&two));
        assert_eq!(told(&sum), None);
        a.again(failed("a", 2));
        let since = sum.retrying().map(|a| a.since);
        b.again(failed("b", 2));
        a.again(failed("a", 3));
        assert_eq!(told(&sum), Some(("a".to_owned(), 3)));
        assert_eq!(sum.retrying().map(|a| a.since), since);
        assert_eq!(told(&two), Some(("b".to_owned(), 2)));
        drop(a);
        assert_eq!(told(&one), None);
        assert_eq!(told(&sum), Some(("b".to_owned(), 2)));
        drop(b);
        assert_eq!(told(&sum), None);
    }
}
