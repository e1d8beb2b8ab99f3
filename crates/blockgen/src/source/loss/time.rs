//! Texts of dates and times.

use super::Loss;

/// Where a date is all there is, its text has at most this many bytes.
const DATE: usize = "2024-01-31".len();

/// The time of a text such as `2024-01-31T10:00:00.25+02:00`, as Arrow's reader finds it: colons may
/// be left out, and a fraction has only what has colons.
struct Time<'a> {
    clock: &'a [u8],
    fraction: &'a [u8],
    /// What follows. A reader takes it for a zone, or refuses it.
    zone: &'a [u8],
}

impl<'a> Time<'a> {
    /// None without a time, or with one that no reader takes.
    fn of(text: &'a str) -> Option<Self> {
        let text = text.as_bytes();
        let time = text.get(DATE + 1..)?;
        let colons = time.get(2) == Some(&b':');
        let clock = if colons { "10:00:00" } else { "100000" }.len();
        let (clock, rest) = time.split_at_checked(clock)?;
        let (fraction, zone) = match rest {
            [b'.', rest @ ..] if colons => {
                let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
                rest.split_at(digits.count())
            }
            _ => (&rest[..0], rest),
        };
        Some(Self {
            clock,
            fraction,
            zone,
        })
    }

    fn is_midnight(&self) -> bool {
        let zero = |byte: &u8| matches!(byte, b'0' | b':');
        self.clock.iter().all(zero) && self.fraction.iter().all(zero)
    }
}

/// Whether a text has a time with a zone.
pub(in crate::source) fn has_zone(text: &str) -> bool {
    Time::of(text).is_some_and(|time| !time.zone.is_empty())
}

pub(super) fn of_date(text: &str) -> Option<Loss> {
    // A year of more than four digits has a sign.
    if text.len() <= DATE || text.starts_with(['+', '-']) {
        return None;
    }
    let time = Time::of(text)?;
    if !time.is_midnight() {
        return Some(Loss::TimeOfDay);
    }
    (!time.zone.is_empty()).then_some(Loss::Zone)
}

/// `fraction` is how many digits of a second the type has.
pub(super) fn of_time(text: &str, fraction: usize) -> Option<Loss> {
    let mut parts = text.splitn(3, ':');
    parts.next();
    if parts.next().is_none() {
        // Arrow's reader takes it for a count.
        return Some(Loss::Number);
    }
    let second = parts.next().unwrap_or_default().as_bytes();
    if second.starts_with(b"60") {
        return Some(Loss::LeapSecond);
    }
    let digits = second.get(3..).unwrap_or_default();
    let end = digits.iter().take_while(|byte| byte.is_ascii_digit());
    is_finer(&digits[..end.count()], fraction).then_some(Loss::Fraction)
}

/// `fraction` is how many digits of a second the type has; `zone`, whether it has one.
pub(super) fn of_timestamp(
    text: &str,
    fraction: usize,
    zone: bool,
    inferred: bool,
) -> Option<Loss> {
    let without_zone = (zone && inferred).then_some(Loss::NoZone);
    if text.len() <= DATE {
        return without_zone;
    }
    let time = Time::of(text)?;
    if time.clock.ends_with(b"60") {
        return Some(Loss::LeapSecond);
    }
    if is_finer(time.fraction, fraction) {
        return Some(Loss::Fraction);
    }
    match (time.zone.is_empty(), zone) {
        (true, _) => without_zone,
        (false, true) => None,
        (false, false) => Some(Loss::Zone),
    }
}

/// Whether a fraction says something behind so many digits.
fn is_finer(fraction: &[u8], digits: usize) -> bool {
    let behind = fraction.get(digits..).unwrap_or_default();
    behind.iter().any(|digit| *digit != b'0')
}
