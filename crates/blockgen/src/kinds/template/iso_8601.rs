//! Dates and times as ISO 8601 writes them, without a table and without an allocation.

use crate::temporal::civil::civil_from_days;

/// How many units of a second there are in one, and digits behind the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fraction {
    pub(super) per_second: i64,
    pub(super) digits: usize,
}

const SECONDS_PER_DAY: i64 = 86_400;

/// `YYYY-MM-DD`; with a sign where the year has not four digits, or is before the year 0.
pub(super) fn write_date(days: i64, out: &mut Vec<u8>) {
    let (year, month, day) = civil_from_days(days);
    match year {
        0..=9_999 => write_digits(year as u64, 4, out),
        _ => {
            out.push(if year < 0 { b'-' } else { b'+' });
            write_digits(year.unsigned_abs(), 4, out);
        }
    }
    out.push(b'-');
    write_digits(month.into(), 2, out);
    out.push(b'-');
    write_digits(day.into(), 2, out);
}

/// `YYYY-MM-DDTHH:MM:SS`, and the fraction of a second if there is one.
pub(super) fn write_moment(units: i64, fraction: Fraction, out: &mut Vec<u8>) {
    let seconds = units.div_euclid(fraction.per_second);
    write_date(seconds.div_euclid(SECONDS_PER_DAY), out);
    out.push(b'T');
    let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
    write_clock(of_day, units.rem_euclid(fraction.per_second), fraction, out);
}

/// `HH:MM:SS`, and the fraction of a second if there is one.
pub(super) fn write_time(units: i64, fraction: Fraction, out: &mut Vec<u8>) {
    let seconds = units.div_euclid(fraction.per_second);
    let rest = units.rem_euclid(fraction.per_second);
    write_clock(seconds.rem_euclid(SECONDS_PER_DAY), rest, fraction, out);
}

/// `PT` seconds `S`, which every reader of ISO 8601 takes for any length.
pub(super) fn write_duration(units: i64, fraction: Fraction, out: &mut Vec<u8>) {
    if units < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(b"PT");
    let (units, per_second) = (units.unsigned_abs(), fraction.per_second as u64);
    write_digits(units / per_second, 1, out);
    write_fraction((units % per_second) as i64, fraction.digits, out);
    out.push(b'S');
}

fn write_clock(of_day: i64, rest: i64, fraction: Fraction, out: &mut Vec<u8>) {
    write_digits((of_day / 3_600) as u64, 2, out);
    out.push(b':');
    write_digits((of_day / 60 % 60) as u64, 2, out);
    out.push(b':');
    write_digits((of_day % 60) as u64, 2, out);
    write_fraction(rest, fraction.digits, out);
}

/// In 3, 6 or 9 digits, the fewest that hold it.
fn write_fraction(mut rest: i64, mut digits: usize, out: &mut Vec<u8>) {
    if rest == 0 {
        return;
    }
    while digits > 3 && rest % 1_000 == 0 {
        rest /= 1_000;
        digits -= 3;
    }
    out.push(b'.');
    write_digits(rest as u64, digits, out);
}

/// A whole number, filled up with zeros to `width`.
pub(super) fn write_digits(mut number: u64, width: usize, out: &mut Vec<u8>) {
    // The longest number has 20 digits.
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    let missing = width.saturating_sub(digits.len() - start);
    out.resize(out.len() + missing, b'0');
    out.extend_from_slice(&digits[start..]);
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::TimestampMillisecondType;
    use arrow::temporal_conversions::as_datetime;
    use proptest::prelude::*;

    use super::*;

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    const MILLIS: Fraction = Fraction {
        per_second: 1_000,
        digits: 3,
    };

    proptest! {
        /// As arrow's own calendar has it.
        #[test]
        fn moments_are_those_of_the_calendar(millis in -62_167_219_200_000i64..253_402_300_800_000) {
            let moment = as_datetime::<TimestampMillisecondType>(millis).unwrap();
            let expected = moment.format("%Y-%m-%dT%H:%M:%S%.f").to_string();
            prop_assert_eq!(text(|out| write_moment(millis, MILLIS, out)), expected);
        }
    }

    #[test]
    fn ends_of_the_range_are_written_without_overflow() {
        let nanos = Fraction {
            per_second: 1_000_000_000,
            digits: 9,
        };
        let seconds = Fraction {
            per_second: 1,
            digits: 0,
        };
        for (units, fraction, expected) in [
            (i64::MAX, nanos, "2262-04-11T23:47:16.854775807"),
            (i64::MIN, nanos, "1677-09-21T00:12:43.145224192"),
            (i64::MAX, seconds, "+292277026596-12-04T15:30:07"),
            (i64::MIN, seconds, "-292277022657-01-27T08:29:52"),
            (-1, seconds, "1969-12-31T23:59:59"),
            (1_500_000, nanos, "1970-01-01T00:00:00.001500"),
        ] {
            assert_eq!(text(|out| write_moment(units, fraction, out)), expected);
        }
        assert_eq!(text(|out| write_time(-1, MILLIS, out)), "23:59:59.999");
        assert_eq!(text(|out| write_duration(-1_500, MILLIS, out)), "-PT1.500S");
        assert_eq!(
            text(|out| write_duration(i64::MIN, seconds, out)),
            "-PT9223372036854775808S"
        );
    }
}
