//! Whether a spec can be used, without making a row.

use super::DatasetSpec;
use crate::compile::Compiler;
use crate::error::SpecErrors;

impl DatasetSpec {
    /// Compiles all tables, for what is wrong with them.
    ///
    /// # Errors
    ///
    /// Everything that [`Generator::compile`](crate::Generator::compile) would refuse.
    pub fn check(&self) -> Result<(), SpecErrors> {
        self.check_names()?;
        // What is wrong does not depend on the seed.
        let compiler = Compiler::new(self, 0);
        for table in 0..self.tables.len() {
            compiler.table(table);
            compiler.damage(table);
        }
        compiler.finish()
    }
}
