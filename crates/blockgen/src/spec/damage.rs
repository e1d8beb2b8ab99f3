//! What is wrong with a table on purpose.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Deliberate damage of a table, so that a check of its quality has something to find; in a spec
/// `[[tables.damage]]`. The ledger of the table says which values were damaged, and what they were.
///
/// Damage is the last step to a table's own rows: references, pulled values and all columns that
/// are made from a damaged one see it undamaged, and so do other tables. Where two damages meet in
/// one value, the one that stands first in the list has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct DamageSpec {
    /// The share of rows that is damaged, 0 to 1: in each column other rows, but for `duplicate`,
    /// which takes all its columns of the same rows.
    pub share: f64,
    /// Names of the columns that are damaged; all that the damage fits if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// How they are damaged. Its keys stand beside `share`; those that no kind has are refused
    /// there.
    #[serde(flatten)]
    pub kind: DamageKind,
}

impl DamageSpec {
    /// This damage to a share of the rows, in all columns that it fits.
    pub fn new(kind: DamageKind, share: f64) -> Self {
        Self {
            share,
            columns: None,
            kind,
        }
    }
}

/// How values are damaged; in a spec, the key `kind` and the keys beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum DamageKind {
    /// `null`: a null where a value should be. Fits columns of every kind, also those without a
    /// share of nulls: the damaged column may hold them then.
    Null {},
    /// `duplicate`: the values of an earlier row again, drawn evenly from all rows before: of the
    /// whole row, or of some `columns`, such as a key. The row that is repeated is one whose own
    /// values are undamaged, unless none of sixteen that were drawn is. Row 0 has none before it
    /// and is spared.
    Duplicate {},
    /// `out_of_range`: a value outside of the column's range: above the highest or below the
    /// lowest, each equally often where the type has room for both, by no more than the range is
    /// wide, in steps of the type or of its `decimals`. A range of a single value counts as 1
    /// wide, and one that ends with its type on one side as 1,000. Dates and timestamps stay in
    /// the years 0 to 9999, times within their day. Fits `integer`, `float`, `decimal`, `date`,
    /// `time`, `timestamp`, `duration`, `latitude` and `longitude`, and what refers to such
    /// columns, where the type holds more than the range. Nulls stay.
    OutOfRange {},
    /// `malformed`: a text that was typed, cut or decoded wrongly. Fits all columns of type
    /// `Utf8`. Nulls stay, and so do texts that none of the ways can change.
    Malformed(MalformedOptions),
    /// `wrong_reference`: a key that no row of the parents' table has. Fits columns of kind
    /// `reference` that refer to a `sequence` or a `uuid` with room for as many values behind the
    /// parents' own. Nulls stay.
    WrongReference {},
}

impl DamageKind {
    /// As a spec names it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Null {} => "null",
            Self::Duplicate {} => "duplicate",
            Self::OutOfRange {} => "out_of_range",
            Self::Malformed(_) => "malformed",
            Self::WrongReference {} => "wrong_reference",
        }
    }
}

/// Options of [`DamageKind::Malformed`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MalformedOptions {
    /// The ways in which texts are malformed, each at most once; all of them if not given. Each
    /// value takes one, drawn evenly; where it cannot change the value, the next in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<Vec<Malformation>>,
}

/// A way in which a text is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Malformation {
    /// `truncated`: the end is missing; at least one character is left.
    Truncated,
    /// `swapped`: two neighbouring characters have changed places.
    Swapped,
    /// `doubled_blank`: one of its blanks stands twice.
    DoubledBlank,
    /// `leading_blank`: a blank stands before it.
    LeadingBlank,
    /// `trailing_blank`: a blank stands behind it.
    TrailingBlank,
    /// `wrong_case`: all in capitals, or all in small letters where it was in capitals already.
    WrongCase,
    /// `control_character`: an invisible character, such as a bell or an escape, stands in it.
    ControlCharacter,
    /// `mojibake`: the bytes of UTF-8 were taken for Windows-1252, which makes `Ã©` of `é`; a
    /// text in ASCII has the replacement character, U+FFFD, in place of one of its own.
    Mojibake,
    /// `empty`: nothing is left of it.
    Empty,
}

impl Malformation {
    pub(crate) const ALL: [Self; 9] = [
        Self::Truncated,
        Self::Swapped,
        Self::DoubledBlank,
        Self::LeadingBlank,
        Self::TrailingBlank,
        Self::WrongCase,
        Self::ControlCharacter,
        Self::Mojibake,
        Self::Empty,
    ];

    /// As a spec names it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::Swapped => "swapped",
            Self::DoubledBlank => "doubled_blank",
            Self::LeadingBlank => "leading_blank",
            Self::TrailingBlank => "trailing_blank",
            Self::WrongCase => "wrong_case",
            Self::ControlCharacter => "control_character",
            Self::Mojibake => "mojibake",
            Self::Empty => "empty",
        }
    }
}
