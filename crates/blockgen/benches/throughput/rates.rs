//! Rates of one piece of work, repeated.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::Outcome;

/// Fewer repetitions than this have no median worth the name, however slow they are.
const LEAST: usize = 3;

/// How much was made in how much time, once for each repetition.
#[derive(Default)]
pub struct Rates {
    per_s: Vec<f64>,
}

impl Rates {
    /// Repeats `work`, which returns how much it made, until the time is over. The first time does
    /// not count: it finds cold caches and memory that the system has yet to hand out.
    pub fn of(budget: Duration, mut work: impl FnMut() -> Outcome<u64>) -> Outcome<Self> {
        work()?;
        let begun = Instant::now();
        let mut rates = Self::default();
        while rates.len() < LEAST || begun.elapsed() < budget {
            rates.add(&mut work)?;
        }
        Ok(rates)
    }

    /// Does `work` once more, and notes its rate.
    pub fn add(&mut self, work: impl FnOnce() -> Outcome<u64>) -> Outcome<()> {
        let begun = processor_time();
        let made = work()?;
        let took = processor_time().saturating_sub(begun);
        self.per_s.push(made as f64 / took.as_secs_f64().max(1e-9));
        Ok(())
    }

    /// How many repetitions there were.
    pub fn len(&self) -> usize {
        self.per_s.len()
    }

    /// The lowest rate, the median and the highest.
    pub fn spread(&self) -> [f64; 3] {
        let mut sorted = self.per_s.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |place: usize| sorted.get(place).copied().unwrap_or(0.0);
        [
            at(0),
            at(sorted.len() / 2),
            at(sorted.len().saturating_sub(1)),
        ]
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.spread()[1]
    }
}

/// What this thread has had of a core: unlike the time on the wall, it stands still while another
/// program has its turn.
fn processor_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or(0))
}
