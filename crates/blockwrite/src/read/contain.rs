//! A panic of the parquet crate becomes an error.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Error, Result};

/// Runs a step of the parquet crate over bytes that anybody may have made.
///
/// The crate asserts where a writer's bug or a flipped bit is all it takes (sizes below zero,
/// indices past the end), and each release has other places; a file that can't be read must not
/// end a program that reads many. What leads to allocations without end, or to recursion without
/// end, ends the process and can't be caught: that is checked before (`footer_check`,
/// `page_check`). Values that the step had in hand when it panicked are not used again.
pub fn contain<T>(step: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|panic| {
        Err(Error::Damaged {
            what: format!("the decoder gave up on it, saying: {}", words(&*panic)),
        })
    })
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("nothing")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_with_its_words() {
        let none: &[u8] = &[];
        let error = contain(|| Ok(none[1])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the Parquet file is damaged: the decoder gave up on it, saying: \
             index out of bounds: the len is 0 but the index is 1"
        );
    }
}
