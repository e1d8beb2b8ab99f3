//! Least and greatest values of a column over all row groups, in words.

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::{SortOptions, cast, sort_to_indices};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::basic::Type;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};

use super::schema_fields::Leaf;

/// Longer values are cut.
const MOST_CHARS: usize = 40;

pub struct Extremes {
    pub min: Option<String>,
    pub max: Option<String>,
}

pub fn extremes(metadata: &ParquetMetaData, leaf: &Leaf) -> Extremes {
    let parquet = metadata.file_metadata().schema_descr();
    // Groups that say nothing because they have no values are no gap.
    let groups: Vec<_> = metadata
        .row_groups()
        .iter()
        .filter(|group| !all_null(group.column(leaf.index)))
        .collect();
    let unknown = Extremes {
        min: None,
        max: None,
    };
    let order_is_known = groups
        .iter()
        .all(|group| has_order(group.column(leaf.index)));
    if groups.is_empty() || !order_is_known {
        return unknown;
    }
    let Ok(of) = StatisticsConverter::from_column_index(leaf.index, &leaf.field, parquet) else {
        return unknown;
    };
    let first = |values: ArrayRef, descending| first_in_order(&values, descending);
    Extremes {
        min: of
            .row_group_mins(groups.iter().copied())
            .ok()
            .and_then(|values| first(values, false)),
        max: of
            .row_group_maxes(groups.iter().copied())
            .ok()
            .and_then(|values| first(values, true)),
    }
}

fn all_null(chunk: &ColumnChunkMetaData) -> bool {
    let nulls = chunk.statistics().and_then(|known| known.null_count_opt());
    nulls.is_some_and(|nulls| i64::try_from(nulls) == Ok(chunk.num_values()))
}

/// Early writers compared bytes as signed numbers, and so put texts in an order that is none.
fn has_order(chunk: &ColumnChunkMetaData) -> bool {
    let bytes = matches!(
        chunk.column_type(),
        Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY | Type::INT96
    );
    chunk
        .statistics()
        .is_some_and(|known| !(bytes && known.is_min_max_deprecated()))
}

/// `None` where one value is not known, because it could be the one.
fn first_in_order(values: &ArrayRef, descending: bool) -> Option<String> {
    if values.null_count() > 0 {
        return None;
    }
    let options = SortOptions {
        descending,
        nulls_first: false,
    };
    let order: UInt32Array = sort_to_indices(values, Some(options), Some(1)).ok()?;
    let row = order.iter().next()??;
    let value = in_utc(&values.slice(row as usize, 1))?;
    let formatted = ArrayFormatter::try_new(&value, &FormatOptions::default())
        .ok()?
        .value(0)
        .try_to_string()
        .ok()?;
    Some(for_people(&formatted))
}

/// Instants are told in UTC, which is what Parquet keeps: for any other zone than an offset, and
/// be it `UTC`, Arrow would need a data base of time zones.
fn in_utc(value: &ArrayRef) -> Option<ArrayRef> {
    match value.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            cast(value, &DataType::Timestamp(*unit, Some("+00:00".into()))).ok()
        }
        _ => Some(value.clone()),
    }
}

/// What a terminal would obey is escaped, and what is long is cut.
fn for_people(value: &str) -> String {
    let plain = value
        .escape_debug()
        .to_string()
        .replace("\\\"", "\"")
        .replace("\\'", "'");
    if plain.chars().count() <= MOST_CHARS {
        return plain;
    }
    let cut: String = plain.chars().take(MOST_CHARS - 1).collect();
    cut + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_fit_for_a_terminal() {
        for (value, shown) in [
            ("Ümlaut 'and' \"quote\"", "Ümlaut 'and' \"quote\""),
            ("red \u{1b}[31m\n", "red \\u{1b}[31m\\n"),
            ("left\u{202e}right", "left\\u{202e}right"),
            ("", ""),
        ] {
            assert_eq!(for_people(value), shown);
        }
        assert_eq!(for_people(&"ä".repeat(40)), "ä".repeat(40));
        assert_eq!(for_people(&"ä".repeat(41)), "ä".repeat(39) + "…");
    }
}
