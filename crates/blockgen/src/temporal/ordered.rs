//! Options of times that grow with the row.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::span::TimeSpan;

/// Times that grow with the row: that of row `n` is `from` + `n` × `every` + a delay, drawn evenly
/// from 0 up to but not including `jitter`. What lies between two values that the column can hold
/// counts as the earlier.
///
/// With a `jitter` of at most `every`, no row is earlier than the one before it; with a longer one
/// some arrive late, by less than `jitter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderedOptions {
    /// From one row to the next, such as `10s`: more than 0, and whole nanoseconds.
    pub every: TimeSpan,
    /// Longest delay, 0 or more; none if not given.
    #[serde(default = "none", skip_serializing_if = "TimeSpan::is_zero")]
    pub jitter: TimeSpan,
}

fn none() -> TimeSpan {
    TimeSpan::Units(0)
}
