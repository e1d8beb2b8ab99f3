//! Whether a spec can be used, without making a row.

use std::borrow::Cow;

use super::{DatasetSpec, Unread};
use crate::compile::Compiler;
use crate::error::SpecErrors;

impl DatasetSpec {
    /// Compiles all tables, for what is wrong with them.
    ///
    /// # Errors
    ///
    /// Everything that [`Generator::compile`](crate::Generator::compile) would refuse.
    pub fn check(&self) -> Result<(), SpecErrors> {
        self.check_without(Unread::nothing())
    }

    /// The same for a spec whose text had more, which cannot be read and was told already: nothing
    /// is wrong only because that is missing.
    pub(super) fn check_without(&self, mut unread: Unread) -> Result<(), SpecErrors> {
        let mut faults = self.name_faults(&unread)?;
        let spec = match faults.is_empty() {
            true => Cow::Borrowed(self),
            false => Cow::Owned(self.nameable(&mut unread)),
        };
        // What is wrong does not depend on the seed.
        let compiler = Compiler::without(&unread, &spec, 0);
        for table in 0..spec.tables.len() {
            compiler.table(table);
            compiler.damage(table);
        }
        if let Err(errors) = compiler.finish() {
            faults.extend(errors.into_faults());
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(SpecErrors::of(faults)),
        }
    }
}
