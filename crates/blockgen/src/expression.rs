//! Expressions over the columns of a row, in a small part of SQL: what `derived` computes and what
//! `case` asks.
//!
//! ```text
//! text ──parse──▶ Tree ──check──▶ Value: Exact, Float, Condition or Words ──▶ arrays, a block each
//! ```
//!
//! Whole numbers, decimals, dates and moments are computed as whole numbers of a unit: in 64 bits,
//! and where one value of a block needs more, the block again in 128. So results are exact, and
//! what does not fit is an error and never a wrong value.

mod arithmetic;
mod check;
mod condition;
mod evaluate;
mod parse;
mod token;
mod tree;

pub(crate) use self::check::{Digits, Exact, Unit, Value};
pub(crate) use self::condition::Condition;
pub(crate) use self::evaluate::{Computed, Float};

use crate::compile::Rejected;
use crate::scope::Scope;

/// Bytes of an expression.
const MAX_BYTES: usize = 4_096;

/// Digits behind the point that a division adds where the spec doesn't say how many are wanted.
pub(crate) const QUOTIENT_SCALE: u8 = 6;

/// What is wrong with an expression, and where.
#[derive(Debug)]
struct Mistake {
    /// The byte at which it stands.
    at: usize,
    /// Such as "`)`" or "a date where a number is needed".
    found: String,
    allowed: String,
}

/// An expression that may be of any type; where it is a quotient, it is rounded to `digits`.
///
/// # Errors
///
/// What is wrong with it, as an error of `option`.
pub(crate) fn value(
    text: &str,
    option: &'static str,
    digits: Digits,
    scope: &Scope<'_>,
) -> Result<Value, Rejected> {
    if text.len() > MAX_BYTES {
        let found = format!("a text of {} bytes", text.len());
        return Err(scope.invalid(option, found, format!("at most {MAX_BYTES}")));
    }
    let checked = parse::parse(text).map_err(|mistake| mistake.note(text, option, scope));
    check::check(&checked?, text, option, digits, scope)
}

/// An expression that is true or false.
///
/// # Errors
///
/// What is wrong with it, as an error of `option`.
pub(crate) fn condition(
    text: &str,
    option: &'static str,
    scope: &Scope<'_>,
) -> Result<Condition, Rejected> {
    match value(text, option, Digits::AtLeast(QUOTIENT_SCALE), scope)? {
        Value::Condition(condition) => Ok(condition),
        other => {
            let found = format!("`{text}`, which is {}", other.describe());
            let allowed = "a condition, such as `quantity >= 10 and country = 'France'`";
            Err(scope.invalid(option, found, allowed))
        }
    }
}

impl Mistake {
    fn note(self, text: &str, option: &'static str, scope: &Scope<'_>) -> Rejected {
        let before = text.get(..self.at).unwrap_or(text);
        let character = before.chars().count() + 1;
        let found = format!(
            "`{text}`, which at character {character} has {}",
            self.found
        );
        scope.invalid(option, found, self.allowed)
    }
}
