//! How much data: rows, bytes or a scale, decided by the highest layer that names any.

use super::{Layer, LayerError};
use crate::byte_size::ByteSize;
use crate::row_range::{RowRange, parse_rows};

/// The keys of the settings that name an amount. Within a layer the first one wins.
pub(super) const KEYS: [&str; 3] = ["rows", "size", "scale"];

/// How much data to make.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Amount {
    /// As the spec says.
    #[default]
    OfSpec,
    /// The first so many rows of the one table.
    Rows(u64),
    /// So many rows of the tables that are named; the others as the spec says.
    RowsOf(Vec<(String, u64)>),
    /// As many rows of the one table as make a file of this size.
    Size(ByteSize),
    /// What the spec says, multiplied.
    Scale(f64),
    /// The rows of a range of the one table.
    Range(RowRange),
}

impl Amount {
    /// The amount that layers, lowest first, ask for, and where it was asked for, in words.
    pub(super) fn of(layers: &[Layer]) -> Result<(Self, String), LayerError> {
        let Some((key, layer)) = decided(layers) else {
            return Ok(<(Self, String)>::default());
        };
        let text = layer.get(key).unwrap_or_default();
        let origin = layer.origin(key).unwrap_or_default().to_owned();
        let amount = match key {
            "rows" => parse_rows_asked(text),
            "scale" => parse_scale(text).map(Self::Scale),
            _ => text.parse().map(Self::Size).map_err(|_| String::new()),
        };
        let amount = amount.map_err(|reason| LayerError::Value {
            origin: origin.clone(),
            shown: format!("`{text}` is "),
            reason,
        })?;
        Ok((amount, origin))
    }
}

/// By which key the amount is decided, and in which layer.
pub(super) fn decided(layers: &[Layer]) -> Option<(&'static str, &Layer)> {
    first_of(&KEYS, layers)
}

/// The first of `keys` in the highest layer that has any of them.
pub(super) fn first_of<'a>(
    keys: &[&'static str],
    layers: &'a [Layer],
) -> Option<(&'static str, &'a Layer)> {
    layers.iter().rev().find_map(|layer| {
        let key = keys.iter().find(|key| layer.get(key).is_some())?;
        Some((*key, layer))
    })
}

/// `1000`, or `orders=1000,customers=50`.
pub(super) fn parse_rows_asked(text: &str) -> Result<Amount, String> {
    const FORM: &str =
        "not a number of rows a table: write TABLE=N, for example orders=1000,customers=50";
    if !text.contains('=') {
        return Ok(Amount::Rows(parse_rows(text)?));
    }
    let mut tables: Vec<(String, u64)> = Vec::new();
    for part in text.split(',') {
        let (table, rows) = part.rsplit_once('=').ok_or(FORM)?;
        let (table, rows) = (table.trim(), parse_rows(rows).map_err(|_| FORM)?);
        if table.is_empty() {
            return Err(FORM.to_owned());
        }
        if tables.iter().any(|(other, _)| other == table) {
            return Err(format!("`{text}` names table `{table}` twice"));
        }
        tables.push((table.to_owned(), rows));
    }
    Ok(Amount::RowsOf(tables))
}

/// A factor above 0.
pub(super) fn parse_scale(text: &str) -> Result<f64, String> {
    let factor = text.trim().parse::<f64>().ok();
    factor
        .filter(|factor| (f64::MIN_POSITIVE..=f64::MAX).contains(factor))
        .ok_or_else(|| "not a factor: write a number above 0, for example 0.1".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_those_of_one_table_or_of_tables_by_name() {
        let of = |tables: &[(&str, u64)]| {
            let tables = tables
                .iter()
                .map(|(table, rows)| ((*table).to_owned(), *rows));
            Ok(Amount::RowsOf(tables.collect()))
        };
        assert_eq!(parse_rows_asked("1_000"), Ok(Amount::Rows(1000)));
        assert_eq!(parse_rows_asked("a=5"), of(&[("a", 5)]));
        let two = of(&[("a b", 5), ("c=d", 1_000)]);
        assert_eq!(parse_rows_asked("a b = 5, c=d=1_000"), two);
        for bad in [
            "", "many", "1,2", "a=", "=5", "a=5,", "a=5,7", "a=x", "a=-1", "a=1,a=2",
        ] {
            assert!(parse_rows_asked(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_scale_is_a_number_above_zero() {
        assert_eq!(parse_scale("0.25"), Ok(0.25));
        for bad in ["", "0", "-1", "nan", "inf", "1e999", "ten"] {
            assert!(parse_scale(bad).is_err(), "{bad}");
        }
    }
}
