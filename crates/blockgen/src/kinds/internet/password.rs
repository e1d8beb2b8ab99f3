//! `password`: random letters and digits.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::pool::Pool;
use crate::random::Lane;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// Options of [`ColumnKind::Password`](crate::ColumnKind::Password).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordOptions {
    /// The fewest characters, 1 or more; 8 if not given.
    #[serde(default = "eight")]
    pub min: u32,
    /// The most characters, up to 128; 16 if not given.
    #[serde(default = "sixteen")]
    pub max: u32,
}

fn eight() -> u32 {
    8
}

fn sixteen() -> u32 {
    16
}

const MAX_CHARACTERS: u32 = 128;

/// Characters drawn from one lane: 62⁸ outcomes in 64 bits leave 16 bits of evenness.
const PER_LANE: usize = 8;

#[derive(Debug)]
struct Password {
    length: Lane,
    lanes: Box<[Lane]>,
    min: usize,
    max: usize,
    characters: Pool,
}

pub(in crate::kinds) fn password(
    options: &PasswordOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let &PasswordOptions { min, max } = options;
    if !(1..=MAX_CHARACTERS).contains(&min) {
        return Err(scope.invalid("min", min, format!("1 to {MAX_CHARACTERS}")));
    }
    if !(min..=MAX_CHARACTERS).contains(&max) {
        let allowed = format!("min ({min}) to {MAX_CHARACTERS}");
        return Err(scope.invalid("max", max, allowed));
    }
    let (min, max) = (min as usize, max as usize);
    localised::compile(scope, |tables| {
        let lanes = 0..max.div_ceil(PER_LANE) as u64;
        let characters = tables.password_characters.iter();
        Password {
            length: scope.key().child("length").lane(0),
            lanes: lanes.map(|number| scope.key().lane(number)).collect(),
            min,
            max,
            characters: Pool::new(characters.map(char::to_string)),
        }
    })
}

impl Text for Password {
    fn lengths(&self) -> Lengths {
        let one = self.characters.lengths();
        let least = one.times(self.min);
        let most = one.times(self.max);
        least.or(most)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let lengths = (self.max - self.min + 1) as u64;
        let mut left = self.min + self.length.draws(row).below(lengths) as usize;
        for lane in &self.lanes {
            let mut draws = lane.draws(row);
            for _ in 0..left.min(PER_LANE) {
                out.push(&self.characters, self.characters.draw(&mut draws));
            }
            left = left.saturating_sub(PER_LANE);
        }
    }
}
