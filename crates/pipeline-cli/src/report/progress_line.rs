//! Progress where no bars can be drawn: a log line now and then.

use std::time::{Duration, Instant};

use super::pace::span;
use super::reading::Reading;

/// The shortest and the longest time between two lines. A run of hours is to be seen alive in the
/// log of a build server, and not to fill it.
const OFTEN: Duration = Duration::from_secs(1);
const SELDOM: Duration = Duration::from_secs(30);

/// The longest silence: somebody who waits wants to know that nothing moves.
const SILENCE: Duration = Duration::from_secs(10);

/// Decides when a line is due: each second at first, then every sixtieth of the time so far.
#[derive(Debug)]
pub(super) struct Turn {
    started: Instant,
    last: Instant,
}

impl Turn {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            started: now,
            last: now,
        }
    }

    /// Whether enough time has passed since the last line.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        let so_far = now.duration_since(self.started);
        now.duration_since(self.last) >= (so_far / 60).clamp(OFTEN, SELDOM)
    }

    /// Whether so much time has passed that a line is due even where nothing has changed.
    pub(super) fn is_overdue(&self, now: Instant) -> bool {
        now.duration_since(self.last) >= SILENCE
    }

    /// A line was said.
    pub(super) fn taken(&mut self, now: Instant) {
        self.last = now;
    }
}

/// One line on all `readings` that are not at their end, with the pace of the one that takes
/// longest; nothing if there are none.
pub(super) fn progress_line(readings: &[Reading]) -> Option<String> {
    let under_way: Vec<_> = readings
        .iter()
        .filter(|reading| !reading.is_done())
        .collect();
    // The last one that knows its end: things are listed in the order in which they finish.
    let slowest = under_way
        .iter()
        .max_by_key(|reading| (reading.total.is_some(), reading.left.unwrap_or_default()))?;
    let amounts: Vec<_> = under_way
        .iter()
        .map(|reading| {
            format!(
                "{} {} {}",
                reading.name,
                reading.amount(),
                reading.of_whole()
            )
            .trim_end()
            .to_owned()
        })
        .collect();
    let percent = slowest.percent();
    let percent = percent.map_or_else(String::new, |percent| format!("{percent}%: "));
    let mut line = format!("{percent}{}", amounts.join(", "));
    if let Some(speed) = slowest.speed() {
        line += &format!("; {speed}");
    }
    if let Some(left) = slowest.left {
        line += &format!(", {} left", span(left));
    }
    Some(line)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::reading::Unit;
    use super::*;

    #[test]
    fn a_line_tells_of_what_is_under_way() {
        let reading = |name, unit, at, total, rate, left| Reading {
            name,
            unit,
            at,
            total: Some(total),
            rate,
            left: Option::map(left, Duration::from_secs),
            took: None,
        };
        let said = |readings: &[Reading]| progress_line(readings).unwrap_or_default();
        let begun = said(&[
            reading("generated", Unit::Rows, 0, 100_000, None, None),
            reading("encoded", Unit::Bytes, 0, 17_800_000, None, None),
        ]);
        let middle = said(&[
            reading(
                "generated",
                Unit::Rows,
                52_000,
                100_000,
                Some(9_876.0),
                Some(5),
            ),
            reading(
                "encoded",
                Unit::Bytes,
                8_300_000,
                17_800_000,
                Some(1.6e6),
                Some(6),
            ),
            reading("uploaded", Unit::Bytes, 0, 17_800_000, None, None),
        ]);
        let tail = said(&[
            reading(
                "generated",
                Unit::Rows,
                100_000,
                100_000,
                Some(9_876.0),
                None,
            ),
            reading(
                "encoded",
                Unit::Bytes,
                17_800_000,
                17_800_000,
                Some(1.6e6),
                None,
            ),
            reading(
                "uploaded",
                Unit::Bytes,
                8_400_000,
                17_800_000,
                Some(120e3),
                Some(79),
            ),
        ]);
        let read = said(&[
            reading("read", Unit::Bytes, 10, 40, None, None),
            Reading {
                total: None,
                ..reading("decoded", Unit::Rows, 5, 0, None, None)
            },
        ]);
        let stream = said(&[Reading {
            total: None,
            ..reading("read", Unit::Bytes, 10, 0, None, None)
        }]);
        let done = said(&[reading("uploaded", Unit::Bytes, 5, 5, Some(1.0), None)]);
        expect![[r#"
            0%: generated 0 of 100,000 rows, encoded 0 B of 17.8 MB
            46%: generated 52,000 of 100,000 rows, encoded 8.30 MB of 17.8 MB, uploaded 0 B of 17.8 MB; 1.60 MB/s, 6 s left
            47%: uploaded 8.40 MB of 17.8 MB; 120 kB/s, 1m19s left
            25%: read 10 B of 40 B, decoded 5 rows
            read 10 B
        "#]].assert_eq(&[begun, middle, tail, read, stream, done].join("\n"));
    }

    #[test]
    fn lines_come_at_their_time_however_many_calls_there_are() {
        let start = Instant::now();
        let mut turn = Turn::new(start);
        let mut lines = Vec::new();
        // Ten hours, asked four times a second.
        for quarter in 0..10 * 3600 * 4 {
            let now = start + Duration::from_millis(quarter * 250);
            if turn.is_due(now) {
                turn.taken(now);
                lines.push(quarter / 4);
            }
        }
        assert_eq!(lines[..3], [1, 2, 3]);
        assert!((1000..1400).contains(&lines.len()), "{}", lines.len());
        assert!(lines.windows(2).all(|pair| pair[1] - pair[0] <= 31));
    }
}
