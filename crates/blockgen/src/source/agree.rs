//! Several files are one table: the first says what its columns are.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};

use super::error::SourceError;
use super::types;

/// What the first file has settled.
#[derive(Clone)]
pub(super) struct Agreed {
    pub file: Arc<str>,
    pub schema: SchemaRef,
    /// Rows that its types were inferred from.
    pub sampled: u64,
}

impl Agreed {
    /// That a file has the columns of the first, by name and place.
    #[cfg(feature = "csv")]
    pub fn names(&self, file: &str, found: &Schema) -> Result<(), SourceError> {
        self.compare(file, found, &|_| "there".to_owned())
    }

    /// That a file has the columns of the first, by name, place and type, and has nulls only where
    /// the first may have them.
    #[cfg(any(feature = "ipc", feature = "parquet"))]
    pub fn types(&self, file: &str, found: &Schema) -> Result<(), SourceError> {
        self.compare(file, found, &|field| types::word(field.data_type()))?;
        let fields = found.fields().iter().zip(self.schema.fields());
        for (found, first) in fields {
            if found.is_nullable() && !first.is_nullable() {
                let words = ["nullable", "not nullable"].map(str::to_owned);
                return Err(self.differs(file, found.name(), words));
            }
        }
        Ok(())
    }

    fn compare(
        &self,
        file: &str,
        found: &Schema,
        words: &dyn Fn(&Field) -> String,
    ) -> Result<(), SourceError> {
        let missing = || "missing".to_owned();
        for (index, first) in self.schema.fields().iter().enumerate() {
            let name = first.name();
            let Some((at, same)) = found.column_with_name(name) else {
                return Err(self.differs(file, name, [missing(), words(first)]));
            };
            let (found, expected) = if at == index {
                (words(same), words(first))
            } else {
                (number(at), number(index))
            };
            if found != expected {
                return Err(self.differs(file, name, [found, expected]));
            }
        }
        match found.fields().get(self.schema.fields().len()) {
            Some(more) => Err(self.differs(file, more.name(), [words(more), missing()])),
            None => Ok(()),
        }
    }

    fn differs(&self, file: &str, column: &str, [found, expected]: [String; 2]) -> SourceError {
        SourceError::SchemaDiffers {
            file: file.into(),
            column: column.into(),
            found: found.into(),
            first: (&*self.file).into(),
            expected: expected.into(),
        }
    }
}

fn number(index: usize) -> String {
    format!("number {}", index + 1)
}
