//! What stands of one thing under way, and the words for it.

use std::time::Duration;

use crate::byte_size::decimal;
use crate::thousands::grouped;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Rows.
    Rows,
    /// Bytes.
    Bytes,
    /// Files.
    Files,
}

/// One look at a counter and its pace.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) name: &'static str,
    pub(super) unit: Unit,
    pub(super) at: u64,
    /// Never less than `at`; unknown of what is read from a stream.
    pub(super) total: Option<u64>,
    /// Units a second: lately, or on the whole once all is there.
    pub(super) rate: Option<f64>,
    pub(super) left: Option<Duration>,
    /// How long all of it took, once it is there.
    pub(super) took: Option<Duration>,
}

impl Reading {
    pub(super) fn is_done(&self) -> bool {
        self.total.is_some_and(|total| self.at >= total)
    }

    /// Whole percents; a hundred only when all is there.
    pub(super) fn percent(&self) -> Option<u64> {
        let total = self.total?;
        if self.is_done() {
            return Some(100);
        }
        Some(((self.at as f64 / total as f64 * 100.0) as u64).min(99))
    }

    /// What there is, without the word for it.
    pub(super) fn amount(&self) -> String {
        self.number(self.at)
    }

    /// What there is to be, without the word for it.
    pub(super) fn whole_number(&self) -> Option<String> {
        self.total.map(|total| self.number(total))
    }

    /// What stands behind the amount: what there is to be if that is known, and the word for it.
    pub(super) fn of_whole(&self) -> String {
        let whole = self.whole_number().map(|whole| format!("of {whole}"));
        let word = match self.unit {
            Unit::Rows => Some("rows".to_owned()),
            Unit::Bytes => None,
            Unit::Files => Some("files".to_owned()),
        };
        let words: Vec<_> = whole.into_iter().chain(word).collect();
        words.join(" ")
    }

    /// The rate, short: the unit is that of the amounts.
    pub(super) fn speed(&self) -> Option<String> {
        let rate = self.rate?;
        Some(match self.unit {
            Unit::Bytes => format!("{}/s", decimal(rate as u64)),
            _ if rate < 9.95 => format!("{rate:.1}/s"),
            _ => format!("{}/s", grouped(three_digits(rate as u64))),
        })
    }

    fn number(&self, number: u64) -> String {
        match self.unit {
            Unit::Bytes => decimal(number),
            // Digits that nobody can read while they change.
            _ if self.total.unwrap_or(self.at) >= 100_000_000 => {
                let tenths = number / 100_000;
                format!("{}.{} M", grouped(tenths / 10), tenths % 10)
            }
            _ => grouped(number),
        }
    }
}

/// A measured rate has no more than three digits to it.
fn three_digits(number: u64) -> u64 {
    let unit = 10_u64.pow(number.max(1).ilog10().saturating_sub(2));
    (number + unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_rates_read_well() {
        let reading = |unit, at, total, rate| Reading {
            name: "x",
            unit,
            at,
            total: Some(total),
            rate: Some(rate),
            left: None,
            took: None,
        };
        for (reading, text) in [
            (
                reading(Unit::Rows, 0, 100_000, 0.04),
                "0 of 100,000 rows, 0%, 0.0/s",
            ),
            (
                reading(Unit::Rows, 99_999, 100_000, 312_345.6),
                "99,999 of 100,000 rows, 99%, 312,000/s",
            ),
            (
                reading(Unit::Rows, 1_234_567_890, 2_600_000_000, 5_829_035.0),
                "1,234.5 M of 2,600.0 M rows, 47%, 5,830,000/s",
            ),
            (
                reading(Unit::Bytes, 12_345_678, 1_000_000_000, 9_876_543.0),
                "12.3 MB of 1.00 GB, 1%, 9.88 MB/s",
            ),
            (
                reading(Unit::Files, 3, 3, 7.25),
                "3 of 3 files, 100%, 7.2/s",
            ),
            (reading(Unit::Files, 0, 0, 12.0), "0 of 0 files, 100%, 12/s"),
        ] {
            let said = format!(
                "{} {}, {}%, {}",
                reading.amount(),
                reading.of_whole(),
                reading.percent().unwrap(),
                reading.speed().unwrap()
            );
            assert_eq!(said, text);
        }
    }
}
