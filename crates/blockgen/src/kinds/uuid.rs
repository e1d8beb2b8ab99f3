//! `uuid`: random UUIDs, or ones that grow with the row.

mod version_4;
mod version_7;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::version_4::Version4;
use crate::column::Column;
use crate::compile::Rejected;
use crate::hexadecimal;
use crate::scope::Scope;
use crate::temporal::{TimeSpan, UtcMicros};
use crate::text::{TextBuffer, TextColumn};

/// Options of [`ColumnKind::Uuid`](crate::ColumnKind::Uuid).
///
/// Those of version 4 have 122 random bits: that all differ is as good as certain, but not
/// guaranteed; among a thousand million, two are equal with a probability of 1 in 10^19. Those of
/// version 7 all differ, and each is greater than that of the row before, as bytes and as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UuidOptions {
    /// As RFC 9562 numbers them: 4 is random, 7 begins with a time; 4 if not given.
    #[serde(default = "four", skip_serializing_if = "is_four")]
    #[schemars(extend("enum" = [4, 7]))]
    pub version: u8,
    /// Of version 7, the time of row 0, from 1970 on; 2020-01-01 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<UtcMicros>,
    /// Of version 7, the time from one row to the next: 1 ns or more, and a number alone counts
    /// milliseconds; `1ms` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<TimeSpan>,
}

fn four() -> u8 {
    4
}

fn is_four(version: &u8) -> bool {
    *version == 4
}

/// Version 4.
impl Default for UuidOptions {
    fn default() -> Self {
        Self {
            version: 4,
            from: None,
            every: None,
        }
    }
}

pub(super) fn compile(
    options: &UuidOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let &UuidOptions {
        version,
        from,
        every,
    } = options;
    match version {
        4 => {
            let from = from.map(|from| scope.invalid("from", from, "nothing with version 4"));
            let every = every.map(|every| scope.invalid("every", every, "nothing with version 4"));
            match from.or(every) {
                Some(rejected) => Err(rejected),
                None => Ok(Arc::new(TextColumn::new(Version4::new(scope.key())))),
            }
        }
        7 => Ok(Arc::new(version_7::Ordered::new(from, every, scope)?)),
        _ => Err(scope.invalid("version", version, "4 or 7")),
    }
}

/// Characters of a UUID.
const LENGTH: usize = 36;

/// Where the 16 bytes stand in the text, two digits each.
const POSITIONS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/// Appends a UUID; the four bits of the version and the two of the variant, which RFC 9562
/// places, are put over what stands there.
#[inline]
fn write(version: u8, high: u64, low: u64, out: &mut TextBuffer) {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&low.to_be_bytes());
    bytes[6] = bytes[6] & 0x0f | version << 4;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = [b'-'; LENGTH];
    for (position, byte) in POSITIONS.into_iter().zip(bytes) {
        text[position..position + 2].copy_from_slice(&hexadecimal::DIGITS[usize::from(byte)]);
    }
    out.push_bytes(&text, LENGTH);
}

#[cfg(test)]
mod tests {
    use super::version_7::Version7;
    use super::*;
    use crate::random::Key;
    use crate::text::Text;

    fn digits(uuid: &dyn Text, row: u64) -> u128 {
        let mut out = TextBuffer::with_capacity(0);
        out.make_room(uuid.lengths().max);
        uuid.write(row, &mut out);
        let text = std::str::from_utf8(out.since(0)).unwrap();
        assert_eq!(text.len(), LENGTH);
        u128::from_str_radix(&text.replace('-', ""), 16).unwrap()
    }

    #[test]
    fn version_and_variant_stand_where_rfc_9562_has_them() {
        let key = Key::of_seed(42);
        for row in 0..1_000 {
            for (version, uuid) in [
                (4, digits(&Version4::new(key), row)),
                (7, digits(&Version7::new(key, 0, 1), row)),
            ] {
                assert_eq!(uuid >> 76 & 0xf, version);
                assert_eq!(uuid >> 62 & 0b11, 0b10);
            }
        }
    }

    /// In each nanosecond of a millisecond, and beyond its end.
    #[test]
    fn of_version_7_the_time_and_nothing_random_decides_the_order() {
        let uuid = Version7::new(Key::of_seed(42), 5_000_000, 1);
        let time = |row| digits(&uuid, row) >> 54;
        let mut before = time(0);
        for row in 1..1_000_100 {
            let after = time(row);
            assert!(before < after, "{row}");
            before = after;
        }
        assert_eq!(digits(&uuid, 999_999) >> 80, 5);
        assert_eq!(digits(&uuid, 1_000_000) >> 80, 6);
    }
}
