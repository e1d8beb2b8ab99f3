//! Messages that are there at the same time, brought together.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::md5::{Md5, update_both};

/// Taken of a message at once: well within a cache, and soon enough over for another message to
/// join.
const SLICE: usize = 64 * 1024;

/// Lanes of a worker.
const LANES: usize = 2;

/// A message, as whoever digests it reads it.
pub trait Message: Send {
    /// Bytes that have not been [consumed](Message::consume), as many as are at hand; none at the
    /// end. It may wait for them, and with it the other message of the worker.
    fn bytes(&mut self) -> &[u8];

    /// Passes over so many of them.
    fn consume(&mut self, len: usize);

    /// Takes the digest of all.
    fn done(self: Box<Self>, md5: [u8; 16]);
}

/// Messages that wait, and the workers that digest them two by two.
pub struct Pairs {
    state: Mutex<State>,
    most_workers: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Box<dyn Message>>,
    workers: usize,
    /// Lanes of workers that are empty, or about to be filled from those who wait.
    empty_lanes: usize,
}

/// Digests messages until none waits. Dropped before it has run, while no other works, it drops
/// those who wait.
pub struct Worker {
    pairs: Arc<Pairs>,
    lanes: [Option<Lane>; LANES],
    /// Until it has ended.
    is_counted: bool,
}

struct Lane {
    message: Box<dyn Message>,
    md5: Md5,
}

impl Pairs {
    /// With at most so many workers, and at least one: as many as there are cores to spare.
    #[must_use]
    pub fn new(most_workers: usize) -> Self {
        Self {
            state: Mutex::default(),
            most_workers: most_workers.max(1),
        }
    }

    /// Adds a message. If there is a worker in return, somebody has to [run](Worker::run) it, on a
    /// thread that may be busy for a while; otherwise one that runs has room.
    #[must_use]
    pub fn add(self: &Arc<Self>, message: Box<dyn Message>) -> Option<Worker> {
        let mut state = self.state();
        state.waiting.push_back(message);
        if state.waiting.len() <= state.empty_lanes || state.workers == self.most_workers {
            return None;
        }
        state.workers += 1;
        state.empty_lanes += LANES;
        Some(Worker {
            pairs: Arc::clone(self),
            lanes: [const { None }; LANES],
            is_counted: true,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Whole at any moment, whatever panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    /// Digests what waits, and what comes meanwhile.
    pub fn run(mut self) {
        while self.fill() {
            self.step();
            self.hand_over();
        }
    }

    /// Whether there is anything to do. The last look and the end of the worker are one step, so
    /// that no message is left to one that has ended.
    fn fill(&mut self) -> bool {
        let mut state = self.pairs.state();
        for lane in self.lanes.iter_mut().filter(|lane| lane.is_none()) {
            let Some(message) = state.waiting.pop_front() else {
                break;
            };
            state.empty_lanes -= 1;
            let md5 = Md5::new();
            *lane = Some(Lane { message, md5 });
        }
        if self.lanes.iter().any(Option::is_some) {
            return true;
        }
        state.workers -= 1;
        state.empty_lanes -= LANES;
        self.is_counted = false;
        false
    }

    /// Digests a slice of each.
    fn step(&mut self) {
        match &mut self.lanes {
            [Some(a), Some(b)] => {
                let (a_bytes, b_bytes) = (a.message.bytes(), b.message.bytes());
                let len = match a_bytes.len().min(b_bytes.len()).min(SLICE) {
                    // One of them is at its end; the other goes on alone.
                    0 => return,
                    len => len,
                };
                update_both((&mut a.md5, &a_bytes[..len]), (&mut b.md5, &b_bytes[..len]));
                a.message.consume(len);
                b.message.consume(len);
            }
            [Some(alone), None] | [None, Some(alone)] => {
                let bytes = alone.message.bytes();
                let len = bytes.len().min(SLICE);
                alone.md5.update(&bytes[..len]);
                alone.message.consume(len);
            }
            [None, None] => {}
        }
    }

    /// Hands over the digests of those that are at their end.
    fn hand_over(&mut self) {
        for place in &mut self.lanes {
            if let Some(lane) = place
                && lane.message.bytes().is_empty()
                && let Some(lane) = place.take()
            {
                self.pairs.state().empty_lanes += 1;
                lane.message.done(lane.md5.finish());
            }
        }
    }
}

/// The end of a worker that has not come to its own: nobody ran it, or a message panicked.
impl Drop for Worker {
    fn drop(&mut self) {
        if !self.is_counted {
            return;
        }
        let empty = self.lanes.iter().filter(|lane| lane.is_none()).count();
        let mut state = self.pairs.state();
        state.workers -= 1;
        state.empty_lanes -= empty;
        let left = match state.workers {
            0 => std::mem::take(&mut state.waiting),
            _ => VecDeque::new(),
        };
        // Whatever their owners do, they don't do it under the lock.
        drop(state);
        drop(left);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use md5::Digest as _;

    use super::*;

    /// Hands out its bytes in pieces of one length, and sends its digest.
    struct Pieces {
        bytes: Vec<u8>,
        piece: usize,
        at: usize,
        to: Sender<(Vec<u8>, [u8; 16])>,
    }

    impl Message for Pieces {
        fn bytes(&mut self) -> &[u8] {
            assert_ne!(self.piece, 0, "a message that panics");
            let end = (self.at / self.piece + 1) * self.piece;
            &self.bytes[self.at..end.min(self.bytes.len())]
        }

        fn consume(&mut self, len: usize) {
            self.at += len;
        }

        fn done(self: Box<Self>, md5: [u8; 16]) {
            self.to.send((self.bytes, md5)).unwrap();
        }
    }

    fn message(len: usize, piece: usize, to: &Sender<(Vec<u8>, [u8; 16])>) -> Box<dyn Message> {
        Box::new(Pieces {
            bytes: (0..len).map(|at| (at * 31 + len) as u8).collect(),
            piece,
            at: 0,
            to: to.clone(),
        })
    }

    #[test]
    fn all_messages_are_digested_whoever_comes_when() {
        for most_workers in [1, 2, 5] {
            let pairs = Arc::new(Pairs::new(most_workers));
            let (to, from) = channel();
            let threads: Vec<_> = (0..4)
                .map(|thread| {
                    let (pairs, to) = (Arc::clone(&pairs), to.clone());
                    std::thread::spawn(move || {
                        for (at, len) in [0, 1, 63, 64, 70_000, 300_001].into_iter().enumerate() {
                            let piece = [7, 4_096, 100_000][(at + thread) % 3];
                            if let Some(worker) = pairs.add(message(len + thread, piece, &to)) {
                                worker.run();
                            }
                        }
                    })
                })
                .collect();
            threads
                .into_iter()
                .for_each(|thread| thread.join().unwrap());
            drop(to);
            let digests: Vec<_> = from.iter().collect();
            assert_eq!(digests.len(), 4 * 6);
            for (bytes, md5) in digests {
                assert_eq!(md5, <[u8; 16]>::from(md5::Md5::digest(&bytes)));
            }
            let state = pairs.state();
            assert_eq!((state.workers, state.empty_lanes), (0, 0));
        }
    }

    #[test]
    fn two_messages_need_one_worker() {
        let pairs = Arc::new(Pairs::new(8));
        let (to, from) = channel();
        let add = || pairs.add(message(100, 100, &to));
        let (first, second, third, fourth) = (add(), add(), add(), add());
        assert_eq!(
            [&first, &second, &third, &fourth].map(Option::is_some),
            [true, false, true, false]
        );
        first.unwrap().run();
        third.unwrap().run();
        assert_eq!(from.try_iter().count(), 4);
    }

    #[test]
    fn a_worker_that_nobody_runs_lets_its_messages_go() {
        let pairs = Arc::new(Pairs::new(1));
        let (to, from) = channel();
        let worker = pairs.add(message(1, 1, &to));
        assert!(pairs.add(message(1, 1, &to)).is_none());
        drop((worker, to));
        assert_eq!(from.iter().count(), 0);
        let state = pairs.state();
        assert_eq!((state.workers, state.empty_lanes), (0, 0));
    }

    #[test]
    fn after_a_panic_others_are_digested() {
        let pairs = Arc::new(Pairs::new(1));
        let (to, from) = channel();
        let broken = pairs.add(message(1, 0, &to)).unwrap();
        std::thread::spawn(|| broken.run()).join().unwrap_err();
        pairs.add(message(1, 1, &to)).unwrap().run();
        assert_eq!(from.try_iter().count(), 1);
    }
}
