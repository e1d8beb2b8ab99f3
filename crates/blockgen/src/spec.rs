//! Specs: what tables there are, what columns, of which kinds; and how they are read.
//!
//! ```text
//! text ──toml_text, json_text──▶ Node ──read──▶ DatasetSpec ──check──▶ all that is wrong
//!                              (with lines)       │   ▲
//!                                 explain, blame ◀┘   └─ lines
//! ```

mod alternatives;
mod blame;
mod builtin;
mod check;
mod children;
mod column;
mod damage;
mod dataset;
mod explain;
mod json_text;
mod kinds;
mod left_out;
mod limits;
mod lines;
mod names;
mod node;
mod place;
mod read;
mod schema;
mod sizes;
mod table;
mod text;
mod toml_text;
mod value;

pub(crate) use self::builtin::EVERYTHING;
pub use self::children::ChildrenSpec;
pub(crate) use self::children::MAX_CHILDREN;
pub use self::column::ColumnSpec;
pub use self::damage::{DamageKind, DamageSpec, Malformation, MalformedOptions};
pub use self::dataset::DatasetSpec;
pub(crate) use self::kinds::{Words, kinds, shared_options};
pub(crate) use self::lines::Lines;
pub(crate) use self::place::Part;
pub use self::read::SpecFormat;
pub use self::table::TableSpec;
pub use self::value::ValueSpec;
