//! How fast something goes, from what was seen of it lately.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How far back the rate looks. An average since the start would hide that it has become slower.
const WINDOW: Duration = Duration::from_secs(15);

/// At least so far apart are two samples that are kept: their number is bounded by the window.
const SPACING: Duration = Duration::from_millis(250);

/// Before that nothing is said of a rate: the first sample alone would promise anything.
const WARM_UP: Duration = Duration::from_secs(1);

/// More than that is no forecast.
const FAR: Duration = Duration::from_secs(1000 * 24 * 3600);

/// Follows an amount that grows.
#[derive(Debug)]
pub(super) struct Pace {
    started: Instant,
    /// Amounts at instants, oldest first; never empty.
    samples: VecDeque<(Instant, u64)>,
    latest: (Instant, u64),
}

impl Pace {
    /// Begins at nothing.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            started: now,
            samples: VecDeque::from([(now, 0)]),
            latest: (now, 0),
        }
    }

    /// So much there is now.
    pub(super) fn record(&mut self, now: Instant, amount: u64) {
        if amount != self.latest.1 {
            self.latest = (now, amount);
            let spaced = |(at, _): &(Instant, u64)| now.duration_since(*at) >= SPACING;
            if self.samples.back().is_none_or(spaced) {
                self.samples.push_back(self.latest);
            }
        }
        // One sample from before the window stays, so that what comes in large, rare steps has a
        // rate, too.
        let old = |(at, _): &(Instant, u64)| now.duration_since(*at) > WINDOW;
        while self.samples.get(1).is_some_and(old) {
            self.samples.pop_front();
        }
    }

    /// Units a second, once there is enough to tell. It falls while nothing comes.
    pub(super) fn rate(&self, now: Instant) -> Option<f64> {
        let (since, had) = *self.samples.front()?;
        let span = now.duration_since(since);
        let gained = self.latest.1.saturating_sub(had);
        (span >= WARM_UP && gained > 0).then(|| gained as f64 / span.as_secs_f64())
    }

    /// The time that the rest takes at this rate, in whole seconds and at least one.
    pub(super) fn left(&self, now: Instant, total: u64) -> Option<Duration> {
        let rest = total.saturating_sub(self.latest.1);
        let seconds = (rest as f64 / self.rate(now)?).ceil().max(1.0);
        (rest > 0 && seconds < FAR.as_secs_f64()).then(|| Duration::from_secs(seconds as u64))
    }

    /// From the start to the last change.
    pub(super) fn took(&self) -> Duration {
        self.latest.0.duration_since(self.started)
    }

    /// Units a second from the start to the last change.
    pub(super) fn average(&self) -> Option<f64> {
        let seconds = self.took().as_secs_f64();
        (seconds > 0.0).then(|| self.latest.1 as f64 / seconds)
    }
}

/// A length of time as people say it: `7 s`, `3m05s`, `2h10m`, `4d03h`.
pub(super) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes}m{:02}s", seconds % 60),
        3600..86_400 => format!("{hours}h{:02}m", minutes % 60),
        _ => format!("{}d{:02}h", hours / 24, hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn nothing_is_promised_before_there_is_something_to_go_by() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert_eq!(pace.rate(start), None);
        pace.record(start + seconds(0.1), 10);
        assert_eq!(pace.left(start + seconds(0.1), 1_000_000), None);
        let later = start + seconds(10.0);
        assert_eq!(Pace::new(start).left(later, 100), None);
        // A trickle of a huge amount is no number of days.
        pace.record(later, 11);
        assert_eq!(pace.left(later, u64::MAX), None);
    }

    #[test]
    fn the_rate_is_that_of_late() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        for tenth in 1..=100 {
            pace.record(start + seconds(f64::from(tenth) / 10.0), tenth as u64 * 100);
        }
        let fast = pace.rate(start + seconds(10.0)).unwrap();
        assert!((999.0..1001.0).contains(&fast), "{fast}");
        for tenth in 1..=300 {
            let at = start + seconds(10.0 + f64::from(tenth) / 10.0);
            pace.record(at, 10_000 + tenth as u64 * 10);
        }
        let end = start + seconds(40.0);
        let slow = pace.rate(end).unwrap();
        assert!((99.0..101.0).contains(&slow), "{slow}");
        assert_eq!(pace.left(end, 13_990), Some(seconds(10.0)));
        assert_eq!(pace.left(end, 13_001), Some(seconds(1.0)));
        assert_eq!(pace.left(end, 13_000), None, "nothing is left");
        assert_eq!(pace.took(), seconds(40.0));
        assert_eq!(pace.average(), Some(325.0));
    }

    #[test]
    fn large_rare_steps_have_a_rate_and_a_standstill_shows() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        for step in 1..=5 {
            pace.record(start + seconds(f64::from(step) * 20.0), step as u64 * 8_000);
        }
        let at = |time: f64| {
            let mut rates = Vec::new();
            rates.extend(pace.rate(start + seconds(time)));
            rates[0]
        };
        assert!((399.0..401.0).contains(&at(100.0)), "{}", at(100.0));
        assert!(at(140.0) < 200.0);
    }

    #[test]
    fn few_samples_are_kept() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        for milli in 0..100_000 {
            pace.record(start + Duration::from_millis(milli), milli);
        }
        assert!(pace.samples.len() <= 62, "{}", pace.samples.len());
    }

    #[test]
    fn lengths_of_time_read_well() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (65, "1m05s"),
            (3600, "1h00m"),
            (7_865, "2h11m"),
            (90_000, "1d01h"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), text);
        }
    }
}
