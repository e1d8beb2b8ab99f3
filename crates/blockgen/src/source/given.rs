//! Types that are given in place of those that were inferred.

use arrow::datatypes::{DataType, Field};

use super::error::SourceError;
use crate::error::Hint;

pub(super) fn apply(
    file: &str,
    mut fields: Vec<Field>,
    types: &[(String, DataType)],
) -> Result<Vec<Field>, SourceError> {
    for (name, data_type) in types {
        match fields.iter_mut().find(|field| field.name() == name) {
            Some(field) => field.set_data_type(data_type.clone()),
            None => {
                let names = fields.iter().map(|field| field.name().as_str());
                return Err(SourceError::UnknownColumn {
                    file: file.to_owned(),
                    column: name.clone(),
                    hint: Hint::new(name, names),
                });
            }
        }
    }
    Ok(fields)
}
