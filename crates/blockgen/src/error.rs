//! What can go wrong: a spec that cannot be used, and a block that cannot be made.

mod faults;
mod generate;
mod hint;
mod spec;

pub use self::faults::{SpecErrors, SpecFault};
pub use self::generate::GenerateError;
pub use self::hint::Hint;
pub use self::spec::SpecError;
