//! Time as specs write it and as columns count it.
//!
//! ```text
//! "2024-05-01T12:00:00Z" ─▶ UtcMicros ──┐
//! "2024-05-01" ─▶ CalendarDate ─────────┼─▶ Stretch (first, last, unit) ─┐
//! "08:30:00" ─▶ DayTime ────────────────┘                                ├─▶ Ticks ─▶ values
//! "1h30m" ─▶ TimeSpan ─▶ step, every, jitter ────────────────────────────┘
//! ```

pub(crate) mod civil;
mod date;
mod day_time;
mod literal;
mod moment;
mod ordered;
mod span;
mod ticks;
mod unit;

pub use self::date::CalendarDate;
pub use self::day_time::DayTime;
pub use self::moment::UtcMicros;
pub use self::ordered::OrderedOptions;
pub use self::span::TimeSpan;
pub use self::unit::TimeUnit;

pub(crate) use self::ticks::{Stretch, Ticks};
pub(crate) use self::unit::{Measure, fraction_digits};
