//! How many rows tables have, set from outside.

use super::DatasetSpec;
use crate::error::SpecError;
use crate::generator::MAX_ROWS;
use crate::relations::rows_follow;

impl DatasetSpec {
    /// Gives a table another number of rows. The values of its own rows stay, but those of tables
    /// that refer to it do not: they have other parents to draw from.
    ///
    /// # Errors
    ///
    /// [`SpecError::UnknownTable`], with the names there are; [`SpecError::InvalidTable`] for more
    /// rows than [`MAX_ROWS`](crate::MAX_ROWS), and for a table of children, whose rows follow from
    /// its parent's.
    pub fn set_rows(&mut self, table: &str, rows: u64) -> Result<(), SpecError> {
        self.table(table)?;
        let found = self.tables.iter_mut().find(|other| other.name == table);
        let invalid = |allowed| SpecError::InvalidTable {
            table: table.to_owned(),
            option: "rows",
            found: rows.to_string(),
            allowed,
        };
        if rows > MAX_ROWS {
            return Err(invalid(format!("0 to {MAX_ROWS}")));
        }
        if let Some(table) = found {
            if let Some(children) = &table.children {
                return Err(invalid(rows_follow(&children.of)));
            }
            table.rows = Some(rows);
        }
        Ok(())
    }

    /// Multiplies the rows of all tables that have them by `factor`, above 0: each product is
    /// rounded to the nearest whole number (a half upwards), and a table that had rows keeps at
    /// least one. Tables of children follow their parents; those that say
    /// nothing about their rows stay so.
    ///
    /// # Errors
    ///
    /// [`SpecError::InvalidScale`] for a factor that is not above 0, or that makes more
    /// rows than [`MAX_ROWS`](crate::MAX_ROWS) of a table. Then nothing is changed.
    pub fn scale(&mut self, factor: f64) -> Result<(), SpecError> {
        if !(f64::MIN_POSITIVE..=f64::MAX).contains(&factor) {
            let (found, allowed) = (written(factor), "a number above 0".to_owned());
            return Err(SpecError::InvalidScale { found, allowed });
        }
        let mut scaled = Vec::new();
        for table in &self.tables {
            let Some(rows) = table.rows else {
                scaled.push(None);
                continue;
            };
            let product = (rows as f64 * factor).round();
            if product > MAX_ROWS as f64 {
                let (found, name) = (written(factor), &table.name);
                let allowed = format!(
                    "a factor that leaves table `{name}`, which has {rows} rows, {MAX_ROWS} at most"
                );
                return Err(SpecError::InvalidScale { found, allowed });
            }
            let least = u64::from(rows > 0);
            // What a float cannot hold exactly stays as it is where nothing is to be changed.
            let exact = if factor == 1.0 { rows } else { product as u64 };
            scaled.push(Some(exact.clamp(least, MAX_ROWS)));
        }
        for (table, rows) in self.tables.iter_mut().zip(scaled) {
            table.rows = rows;
        }
        Ok(())
    }
}

/// A factor as a line holds it: `1e300` has 301 digits.
fn written(factor: f64) -> String {
    match factor.abs() {
        1e-6..1e15 => factor.to_string(),
        0.0 => factor.to_string(),
        _ => format!("{factor:e}"),
    }
}
