//! Realistic tables as Arrow record batches, every row of them computable on its own.
//!
//! ```text
//! spec.toml ──from_toml──▶ DatasetSpec ──compile(table, seed)──▶ Generator
//!                                                                    │
//!                     one block: RecordBatch ◀──block(rows)──────────┤
//!       in order, a RecordBatchReader: Blocks ◀──blocks(rows, n)─────┤
//!     in any order, anywhere: BlockTask, ... ◀──tasks(rows, n)───────┤
//!   what was damaged on purpose: RecordBatch ◀──ledger(rows)─────────┘
//! ```
//!
//! The law: a value is a function of the seed, the table's name, the column's name and the
//! row's index. So `block(a..c)` holds the rows of `block(a..b)` and then those of
//! `block(b..c)`; blocks may be made in any order, by any number of threads or machines; and
//! adding a column changes no other. [`ALGORITHM_VERSION`] names the function.
//!
//! ```
//! use std::num::NonZeroU64;
//!
//! use blockgen::{DatasetSpec, Generator};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let spec = DatasetSpec::builtin("people")?;
//! let people = Generator::compile(&spec, "people", 42)?;
//!
//! // All rows, in blocks.
//! let block_rows = NonZeroU64::new(400).ok_or("a block has rows")?;
//! let mut rows = 0;
//! for block in people.blocks(0..1_000, block_rows) {
//!     rows += block?.num_rows();
//! }
//! assert_eq!(rows, 1_000);
//!
//! // Row 9,999,999,999 alone, which costs no more than row 0.
//! let one = people.block(9_999_999_999..10_000_000_000)?;
//! assert_eq!(one.num_rows(), 1);
//! # Ok(())
//! # }
//! ```

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a panic is how a test fails")
)]

// The example that newcomers read first is tested, too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod blocks;
mod catalogue;
mod column;
mod compile;
mod damage;
mod display;
mod distribution;
mod error;
mod expression;
mod generator;
mod hexadecimal;
mod kinds;
mod locale;
mod nullable;
mod number;
mod permutation;
mod pool;
mod propose;
mod provenance;
mod random;
mod range;
mod relations;
mod rows;
mod scalar;
mod scope;
mod share;
#[cfg(any(
    feature = "csv",
    feature = "ipc",
    feature = "json",
    feature = "parquet"
))]
pub mod source;
mod spec;
mod stock;
mod temporal;
mod text;
mod weights;

pub use blocks::{BlockTask, Blocks};
pub use catalogue::{
    DamageEntry, KindEntry, OptionEntry, catalogue, damage_catalogue, shared_column_options,
    shared_damage_options,
};
pub use damage::Ledgers;
pub use distribution::{Bucket, Distribution};
pub use error::{GenerateError, Hint, SpecError, SpecErrors, SpecFault};
pub use generator::{Generator, MAX_BLOCK_ROWS, MAX_ROWS};
pub use kinds::{
    BinaryOptions, BoolOptions, CaseBranch, CaseOptions, ChoiceOptions, ColumnKind,
    ConstantOptions, DateOptions, DecimalOptions, DerivedOptions, DerivedType, DomainOptions,
    DurationOptions, EmailOptions, ExcerptOptions, FloatOptions, FloatType, GeohashOptions,
    HashAlgorithm, IntegerOptions, IntegerType, LineNumberOptions, ListOptions, LoremOptions,
    MapOptions, MarkdownOptions, MarkdownStyle, OffsetOptions, ParagraphOptions, ParentDraw,
    ParentOptions, PasswordOptions, PatternOptions, PersonOptions, ProductOptions, PullOptions,
    ReferenceOptions, RowHashOptions, SequenceOptions, SequenceType, StructOptions, TemplateCase,
    TemplateOptions, TimeOptions, TimestampOptions, UsernameOptions, UuidOptions, WordsOptions,
};
pub use locale::{Locale, LocaleChoice};
pub use number::Number;
pub use propose::{ProposeOptions, Proposer};
pub use provenance::{ALGORITHM_VERSION, Provenance};
pub use scalar::{Scalar, ScalarType};
pub use spec::{
    ChildrenSpec, ColumnSpec, DamageKind, DamageSpec, DatasetSpec, Malformation, MalformedOptions,
    SpecFormat, TableSpec, ValueSpec,
};
pub use temporal::{CalendarDate, DayTime, OrderedOptions, TimeSpan, TimeUnit, UtcMicros};
