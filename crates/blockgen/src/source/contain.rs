//! A panic of a reader becomes an error.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a step of a reader over bytes that anybody may have made.
///
/// Arrow's and Parquet's readers assert where a flipped bit is all it takes (offsets that go
/// backwards, indices past the end), and each release has other places. What the step had in hand
/// when it panicked is not used again: a source is over with its first error.
pub(super) fn contain<T, E: ToString>(step: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(panic) => Err(format!("its reader gave up, saying: {}", words(&*panic))),
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("nothing")
}
