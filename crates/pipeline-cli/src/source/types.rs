//! `id=int64,price=decimal(9,2)`: types of columns by name.

use arrow::datatypes::DataType;
use blockgen::source::parse_type;

/// A column whose type is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnType {
    /// Its name.
    pub column: String,
    /// Its type.
    pub data_type: DataType,
}

/// Reads types, which commas part outside of brackets.
pub(super) fn parse_types(text: &str) -> Result<Vec<ColumnType>, String> {
    let (mut types, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                types.push(parse_one(&text[start..at])?);
                start = at + 1;
            }
            _ => {}
        }
    }
    types.push(parse_one(&text[start..])?);
    Ok(types)
}

fn parse_one(text: &str) -> Result<ColumnType, String> {
    // A name may hold the sign, a type never does.
    let (column, word) = text
        .rsplit_once('=')
        .filter(|(column, _)| !column.is_empty())
        .ok_or_else(|| {
            format!("`{text}` names no column and its type: write COLUMN=TYPE, as in id=int64")
        })?;
    Ok(ColumnType {
        column: column.to_owned(),
        data_type: parse_type(word.trim())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_types_outside_of_brackets() {
        let given = parse_types("id=int64,price=decimal(9,2),a=b=text").unwrap();
        let expected = [
            ("id", DataType::Int64),
            ("price", DataType::Decimal128(9, 2)),
            ("a=b", DataType::Utf8),
        ];
        let expected = expected.map(|(column, data_type)| ColumnType {
            column: column.to_owned(),
            data_type,
        });
        assert_eq!(given, expected);
    }

    #[test]
    fn what_is_no_type_is_told() {
        for (text, said) in [
            ("id", "`id` names no column and its type: write COLUMN=TYPE"),
            ("=text", "`=text` names no column"),
            ("a=text,", "`` names no column"),
            ("a=int644", "`int644` is no type; did you mean `int64`?"),
            ("a=decimal(9,2", "`decimal(9,2` is no type"),
        ] {
            let error = parse_types(text).unwrap_err();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
