//! One column of a table and what it is made from: for the bench and for tests of every kind.

use blockgen::{DatasetSpec, Generator, SpecError, SpecErrors};

/// Rows of every table that says how many it has: more than are made, and as many parents as a
/// real table has.
pub const ROWS: u64 = 10_000_000;

const SEED: u64 = 42;

/// The same tables, large.
pub fn enlarged(mut spec: DatasetSpec) -> DatasetSpec {
    for table in &mut spec.tables {
        if table.rows.is_some() {
            table.rows = Some(ROWS);
        }
    }
    spec
}

/// A generator of one column, and the names of the columns beside it because it is made from them.
///
/// # Errors
///
/// The spec is wrong in something else than columns that are left out.
pub fn alone(
    spec: &DatasetSpec,
    table: &str,
    column: &str,
) -> Result<(Generator, Vec<String>), SpecErrors> {
    let mut spec = enlarged(spec.clone());
    // The tables behind it refer to columns that are left out; its parents stand before it.
    if let Some(last) = spec.tables.iter().position(|other| other.name == table) {
        spec.tables.truncate(last + 1);
    }
    let mut wanted = vec![column.to_owned()];
    loop {
        let mut few = spec.clone();
        if let Some(of) = few.tables.last_mut() {
            of.columns.retain(|other| wanted.contains(&other.name));
        }
        let errors = match Generator::compile(&few, table, SEED) {
            Ok(generator) => return Ok((generator, wanted.split_off(1))),
            Err(errors) => errors,
        };
        let known = wanted.len();
        for error in errors.errors() {
            if let SpecError::UnknownReference { found, .. } = error
                && !wanted.contains(found)
            {
                wanted.push(found.clone());
            }
        }
        if wanted.len() == known {
            return Err(errors);
        }
    }
}
