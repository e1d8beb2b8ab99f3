//! UUIDs that begin with a time, which grows with the row.
//!
//! ```text
//! 48 bits: milliseconds since 1970   │ 4: version │ 12: fraction of the millisecond
//! 2: variant │ 8: more of the fraction │ 54 random bits
//! ```
//!
//! The fraction is that of RFC 9562, section 6.2, method 3 ("replace leftmost random bits with
//! increased clock precision"), in 2^20 parts: more than there are nanoseconds in a millisecond,
//! so that each has a part of its own. Rows lie at least a nanosecond apart; so their UUIDs all
//! differ, and grow with the row, whatever the random bits are.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;

use super::{LENGTH, write};
use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::random::{Key, Lane};
use crate::scope::Scope;
use crate::temporal::{TimeSpan, TimeUnit, UtcMicros};
use crate::text::{Lengths, Text, TextBuffer, TextColumn};

/// 2020-01-01T00:00:00Z
const DEFAULT_FROM: UtcMicros = UtcMicros(1_577_836_800_000_000);
const DEFAULT_EVERY: TimeSpan = TimeSpan::Units(1);

const NANOS_PER_MILLI: u64 = 1_000_000;

/// Nanoseconds since 1970 are counted in 64 bits.
const END: &str = "before 2554-07-21T23:34:33Z";

#[derive(Debug)]
pub(super) struct Version7 {
    lane: Lane,
    from_ns: u64,
    every_ns: u64,
}

impl Version7 {
    pub(super) fn new(key: Key, from_ns: u64, every_ns: u64) -> Self {
        Self {
            lane: key.lane(0),
            from_ns,
            every_ns,
        }
    }
}

impl Text for Version7 {
    fn lengths(&self) -> Lengths {
        Lengths::exact(LENGTH)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let nanos = self.from_ns + row * self.every_ns;
        let (millis, rest) = (nanos / NANOS_PER_MILLI, nanos % NANOS_PER_MILLI);
        let fraction = (rest << 20) / NANOS_PER_MILLI;
        let high = millis << 16 | fraction >> 8;
        let low = (fraction & 0xff) << 54 | self.lane.bits(row) >> 10;
        write(7, high, low, out);
    }
}

/// UUIDs of version 7 as a column, which ends where the time does.
#[derive(Debug)]
pub(super) struct Ordered {
    uuids: TextColumn<Version7>,
    rows: u64,
}

impl Ordered {
    pub(super) fn new(
        from: Option<UtcMicros>,
        every: Option<TimeSpan>,
        scope: &Scope<'_>,
    ) -> Result<Self, Rejected> {
        let from = from.unwrap_or(DEFAULT_FROM);
        let every = every.unwrap_or(DEFAULT_EVERY);
        let from_ns = u64::try_from(i128::from(from.0) * 1_000).map_err(|_| {
            let allowed = format!("{} or later, and {END}", UtcMicros(0));
            scope.invalid("from", from, allowed)
        });
        let every_ns = every.nanos(TimeUnit::Millisecond.measure());
        let every_ns = u64::try_from(every_ns)
            .ok()
            .filter(|every_ns| *every_ns > 0);
        let every_ns = every_ns
            .ok_or_else(|| scope.invalid("every", every, "1ns or more, and less than 584 years"));
        let (from_ns, every_ns) = (from_ns?, every_ns?);
        let rows = ((u64::MAX - from_ns) / every_ns).saturating_add(1);
        if let Some(wanted) = scope.known_rows().filter(|wanted| *wanted > rows) {
            let allowed = format!(
                "less: the last row whose time lies {END} is {}, and the table has {wanted} rows",
                rows - 1
            );
            return Err(scope.invalid("every", every, allowed));
        }
        Ok(Self {
            uuids: TextColumn::new(Version7::new(scope.key(), from_ns, every_ns)),
            rows,
        })
    }
}

impl Column for Ordered {
    fn data_type(&self) -> DataType {
        self.uuids.data_type()
    }

    fn end(&self) -> Option<u64> {
        Some(self.rows)
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        if let Some(row) = block.rows.highest().filter(|row| *row >= self.rows) {
            return Err(FillError::PastEnd {
                row,
                last: self.rows - 1,
                end: END.into(),
            });
        }
        self.uuids.fill(block)
    }
}
