//! Kinds for dates, times of day, moments and lengths of time.

use arrow::datatypes::{DataType, TimeUnit as ArrowUnit};

use super::numbers::Wholes;
use crate::kinds::{ColumnKind, DateOptions, DurationOptions, TimeOptions, TimestampOptions};
use crate::temporal::{CalendarDate, DayTime, OrderedOptions, TimeSpan, TimeUnit, UtcMicros};

const DAY: i128 = 86_400_000_000_000;

/// Nanoseconds that steps may have, the longest first; finer ones are no steps that anyone meant.
const STEPS: [i128; 6] = [
    DAY,
    3_600_000_000_000,
    900_000_000_000,
    60_000_000_000,
    1_000_000_000,
    1_000_000,
];

/// Kinds that may hold these values, the best first, and why.
pub(super) fn kinds(data_type: &DataType, seen: &Wholes) -> Vec<(ColumnKind, String)> {
    let Some((min, max)) = seen.range else {
        return Vec::new();
    };
    let mut kinds = Vec::new();
    let growth = seen.growth();
    let grows = "values grow with the rows".to_owned();
    match data_type {
        DataType::Date32 => {
            if let Some(every) = growth_in_nanos(seen, DAY) {
                kinds.extend(date(min, None, Some(every)).map(|kind| (kind, grows)));
            }
            kinds.extend(date(min, Some(max), None).map(|kind| (kind, String::new())));
        }
        DataType::Time32(unit) | DataType::Time64(unit) => {
            kinds.extend(time(*unit, seen, min, max).map(|kind| (kind, String::new())));
        }
        DataType::Timestamp(unit, zone) => {
            let zone = zone.as_deref().unwrap_or("none");
            if growth.is_some() {
                kinds.extend(ordered(*unit, zone, seen).map(|kind| (kind, grows)));
            }
            let drawn = moments(*unit, zone, seen, (min, max));
            kinds.extend(drawn.map(|kind| (kind, String::new())));
        }
        DataType::Duration(unit) => {
            let nanos = |value: i128| Some(TimeSpan::Nanos(value.checked_mul(nanos(*unit))?));
            if let (Some(min), Some(max)) = (nanos(min), nanos(max)) {
                let step = step(*unit, seen.divisor);
                let unit = of_arrow(*unit);
                let options = DurationOptions {
                    min,
                    max,
                    unit,
                    step,
                };
                kinds.push((ColumnKind::Duration(options), String::new()));
            }
        }
        _ => {}
    }
    kinds
}

fn date(min: i128, max: Option<i128>, every: Option<OrderedOptions>) -> Option<ColumnKind> {
    let day = |days: i128| Some(CalendarDate(i32::try_from(days).ok()?));
    let from = day(min)?.max(CalendarDate::EARLIEST);
    let to = match max {
        Some(max) => Some(day(max + 1)?.min(CalendarDate::LATEST)),
        None => None,
    };
    Some(ColumnKind::Date(DateOptions {
        from,
        to,
        step: None,
        ordered: every,
    }))
}

fn time(unit: ArrowUnit, seen: &Wholes, min: i128, max: i128) -> Option<ColumnKind> {
    let at = |value: i128| {
        Some(DayTime(
            u64::try_from(value.checked_mul(nanos(unit))?).ok()?,
        ))
    };
    Some(ColumnKind::Time(TimeOptions {
        from: at(min)?,
        to: at(max + 1)?.min(DayTime::END),
        unit: of_arrow(unit),
        step: step(unit, seen.divisor),
    }))
}

fn ordered(unit: ArrowUnit, zone: &str, seen: &Wholes) -> Option<ColumnKind> {
    let (_, first) = seen.ends?.0;
    Some(ColumnKind::Timestamp(TimestampOptions {
        from: moment(unit, first, false)?,
        to: None,
        unit: of_arrow(unit),
        timezone: zone.to_owned(),
        step: None,
        ordered: Some(growth_in_nanos(seen, nanos(unit))?),
    }))
}

fn moments(
    unit: ArrowUnit,
    zone: &str,
    seen: &Wholes,
    (min, max): (i128, i128),
) -> Option<ColumnKind> {
    Some(ColumnKind::Timestamp(TimestampOptions {
        from: moment(unit, min, false)?,
        to: Some(moment(unit, max.checked_add(1)?, true)?),
        unit: of_arrow(unit),
        timezone: zone.to_owned(),
        step: step(unit, seen.divisor),
        ordered: None,
    }))
}

/// As far apart as rows are, in a length of time of at most three digits and zeros; later by up to
/// that where steps are not even.
fn growth_in_nanos(seen: &Wholes, unit: i128) -> Option<OrderedOptions> {
    let growth = seen.growth()?.checked_mul(unit)?;
    let (every, jitter) = match seen.is_even() {
        true => (growth, 0),
        false => {
            let digits = growth.checked_ilog10()?;
            let unit = 10_i128.pow(digits.saturating_sub(2));
            (growth / unit * unit, growth / unit * unit)
        }
    };
    Some(OrderedOptions {
        every: TimeSpan::Nanos(every),
        jitter: TimeSpan::Nanos(jitter),
    })
}

/// A moment in microseconds; of what is finer, the next one up or down.
fn moment(unit: ArrowUnit, value: i128, up: bool) -> Option<UtcMicros> {
    let nanos = value.checked_mul(nanos(unit))?;
    let micros = nanos.div_euclid(1_000) + i128::from(up && nanos.rem_euclid(1_000) > 0);
    let micros = UtcMicros(i64::try_from(micros).ok()?);
    Some(micros.clamp(UtcMicros::EARLIEST, UtcMicros::LATEST))
}

/// The longest step that all values keep to, if it is longer than the unit.
fn step(unit: ArrowUnit, divisor: u128) -> Option<TimeSpan> {
    let divisor = i128::try_from(divisor).ok()?.checked_mul(nanos(unit))?;
    let kept = |step: &i128| divisor > 0 && divisor % step == 0 && *step > nanos(unit);
    let step = STEPS.into_iter().find(kept)?;
    Some(TimeSpan::Nanos(step))
}

fn nanos(unit: ArrowUnit) -> i128 {
    of_arrow(unit).measure().nanos
}

fn of_arrow(unit: ArrowUnit) -> TimeUnit {
    match unit {
        ArrowUnit::Second => TimeUnit::Second,
        ArrowUnit::Millisecond => TimeUnit::Millisecond,
        ArrowUnit::Microsecond => TimeUnit::Microsecond,
        ArrowUnit::Nanosecond => TimeUnit::Nanosecond,
    }
}

/// A value as people read it; none for types that are no times.
pub(super) fn told(data_type: &DataType, value: i128) -> Option<String> {
    Some(match data_type {
        DataType::Date32 => CalendarDate(i32::try_from(value).ok()?).to_string(),
        DataType::Time32(unit) | DataType::Time64(unit) => {
            DayTime(u64::try_from(value.checked_mul(nanos(*unit))?).ok()?).to_string()
        }
        DataType::Timestamp(unit, _) => moment(*unit, value, false)?.to_string(),
        DataType::Duration(unit) => TimeSpan::Nanos(value.checked_mul(nanos(*unit))?).to_string(),
        _ => return None,
    })
}
