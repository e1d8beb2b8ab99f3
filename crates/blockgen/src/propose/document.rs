//! A proposed spec as people read and change it: TOML, with a comment on each column.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value as Json;

use super::ProposeOptions;
use super::choose::Chooser;
use super::seen::{Seen, Values};
use super::times;
use crate::number::{decimal, readable};
use crate::spec::ColumnSpec;

/// Lines that are longer have a list on lines of its own.
const LINE_WIDTH: usize = 96;

/// Bytes of a name, which a spec limits to 255.
const LONGEST_NAME: usize = 240;

/// The order of options; those that are not among them come last, by name.
const ORDER: [&str; 18] = [
    "name",
    "kind",
    "type",
    "precision",
    "scale",
    "unit",
    "timezone",
    "from",
    "to",
    "min",
    "max",
    "values",
    "weights",
    "decimals",
    "distribution",
    "value",
    "key",
    "item",
];

const HOW_TO_REFER: &str = "\
# Columns are not related to one another yet. What refers to another table is written as
#     kind = \"reference\"
#     to = \"customers.customer_id\"
";

pub(super) fn of(columns: &[Seen], chooser: &Chooser, options: &ProposeOptions) -> String {
    let mut text = String::new();
    for line in options.title.lines() {
        comment(&mut text, line);
    }
    if !options.title.is_empty() {
        text.push_str("#\n");
    }
    text.push_str(HOW_TO_REFER);
    let table = options.table.replace(',', "_");
    let table = named(&table, "table", &mut BTreeSet::new());
    let _ = writeln!(text, "\n[[tables]]\nname = {}", toml(&Json::String(table)));
    if let Some(rows) = options.rows {
        let _ = writeln!(text, "rows = {rows}");
    }
    let mut taken = BTreeSet::new();
    for (number, seen) in (1..).zip(columns) {
        let choice = chooser.column(seen);
        let name = named(&seen.name, &format!("column_{number}"), &mut taken);
        text.push('\n');
        if name != seen.name {
            comment(&mut text, "its name in the data can't be used in a spec");
        }
        describe(&mut text, seen, "", &choice.why);
        let column = ColumnSpec {
            nulls: choice.nulls,
            ..ColumnSpec::new(name, choice.kind)
        };
        text.push_str("[[tables.columns]]\n");
        options_of(&mut text, &column);
    }
    text
}

/// A name that a spec may have, and that was not taken before.
fn named(name: &str, otherwise: &str, taken: &mut BTreeSet<String>) -> String {
    let mut short = if name.is_empty() { otherwise } else { name };
    while short.len() > LONGEST_NAME {
        let mut letters = short.chars();
        letters.next_back();
        short = letters.as_str();
    }
    let mut free = short.to_owned();
    let mut number = 2_u64;
    while !taken.insert(free.clone()) {
        free = format!("{short}_{number}");
        number += 1;
    }
    free
}

fn comment(text: &mut String, line: &str) {
    // TOML allows no signs of control in comments.
    let shown: String = line
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let _ = writeln!(text, "{}", format!("# {shown}").trim_end());
}

/// What was seen of a column, and of what lies inside of it.
fn describe(text: &mut String, seen: &Seen, path: &str, why: &str) {
    let mut line = path.to_owned();
    if !path.is_empty() {
        line.push_str(": ");
    }
    let values = seen.rows.saturating_sub(seen.nulls);
    let _ = write!(line, "{values} values seen");
    let nulls = seen.null_share() * 100.0;
    if nulls > 0.0 {
        let _ = write!(line, ", {nulls:.1}% null");
    }
    for part in told(seen) {
        let _ = write!(line, ", {part}");
    }
    if seen.found_type != seen.data_type && !seen.data_type.is_nested() {
        let _ = write!(line, "; {} in the data", seen.found_type);
    }
    if !why.is_empty() {
        let _ = write!(line, "; {why}");
    }
    comment(text, &line);
    let below = |name: &str| match path {
        "" => format!("  {name}"),
        path => format!("{path}.{name}"),
    };
    match &seen.values {
        Values::List(_, item) => describe(text, item, &below("item"), ""),
        Values::Struct(fields) => {
            for field in fields {
                describe(text, field, &below(&field.name), "");
            }
        }
        Values::Map(_, key, value) => {
            describe(text, key, &below("key"), "");
            describe(text, value, &below("value"), "");
        }
        _ => {}
    }
}

/// Ranges and numbers of different values, in words.
fn told(seen: &Seen) -> Vec<String> {
    let lengths = |range: Option<(usize, usize)>, of: &str| {
        let (min, max) = range?;
        Some(format!("{min} to {max} {of}"))
    };
    let parts = match &seen.values {
        Values::Wholes(wholes) => {
            let shown = |value: i128| {
                let scale = match &seen.data_type {
                    arrow::datatypes::DataType::Decimal128(_, scale) => *scale,
                    _ => 0,
                };
                let scale = u8::try_from(scale).unwrap_or(0);
                times::told(&seen.data_type, value).unwrap_or_else(|| decimal(value, scale))
            };
            let range = wholes.range;
            let range = range.map(|(min, max)| format!("{} to {}", shown(min), shown(max)));
            vec![Some(wholes.distinct.told()), range]
        }
        Values::Floats(floats) => {
            let range = floats.range;
            let range = range.map(|(min, max)| format!("{} to {}", readable(min), readable(max)));
            let others = (floats.others > 0).then(|| format!("{} not finite", floats.others));
            vec![Some(floats.distinct.told()), range, others]
        }
        Values::Texts(texts) => vec![
            Some(texts.distinct.told()),
            lengths(texts.lengths, "characters"),
        ],
        Values::Bytes(range) => vec![lengths(*range, "bytes")],
        Values::List(range, _) => vec![lengths(*range, "elements")],
        Values::Map(range, ..) => vec![lengths(*range, "entries")],
        Values::Bools { trues } => vec![Some(format!("{trues} true"))],
        Values::Struct(_) | Values::Unknown => Vec::new(),
    };
    let parts = parts.into_iter().flatten();
    parts.filter(|part| !part.is_empty()).collect()
}

fn options_of(text: &mut String, column: &ColumnSpec) {
    // A kind without values that JSON has no form for: ranges are finite.
    let column = serde_json::to_value(column).unwrap_or_default();
    for (key, value) in in_order(&column) {
        let line = format!("{key} = {}", toml(value));
        match value {
            Json::Array(items) if line.chars().count() > LINE_WIDTH => {
                let _ = writeln!(text, "{key} = [");
                for item in items {
                    let _ = writeln!(text, "    {},", toml(item));
                }
                text.push_str("]\n");
            }
            _ => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
}

/// The options that say something.
fn in_order(map: &Json) -> Vec<(&String, &Json)> {
    let place = |key: &str| ORDER.iter().position(|known| *known == key);
    let says = |key: &str, value: &Json| {
        let is_usual = key == "unique" && *value == Json::Bool(false);
        !value.is_null() && !is_usual
    };
    let entries = map.as_object().into_iter().flatten();
    let mut entries: Vec<_> = entries.filter(|(key, value)| says(key, value)).collect();
    entries.sort_by_key(|(key, _)| place(key).unwrap_or(ORDER.len()));
    entries
}

/// A value on one line.
fn toml(value: &Json) -> String {
    match value {
        Json::Null => "\"\"".to_owned(),
        Json::Bool(_) | Json::Number(_) => value.to_string(),
        // On one line, whatever is in it.
        Json::String(text) => basic_string(text),
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(toml).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(_) => {
            let entries = in_order(value).into_iter();
            let entries: Vec<_> = entries
                .map(|(key, value)| format!("{key} = {}", toml(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// A text in quotes, TOML 1.0, section "String".
fn basic_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_to_fit() {
        let mut taken = BTreeSet::new();
        assert_eq!(named("", "column_1", &mut taken), "column_1");
        assert_eq!(named("a", "", &mut taken), "a");
        assert_eq!(named("a", "", &mut taken), "a_2");
        assert_eq!(named(&"ü".repeat(300), "", &mut taken).len(), 240);
    }

    #[test]
    fn texts_are_quoted_on_one_line() {
        for text in ["a\"b\\c", "line\nline", "\u{7f}\u{0}\u{85}", "山田"] {
            let quoted = basic_string(text);
            assert!(!quoted.contains('\n'), "{quoted}");
            let read: toml::Table = toml::from_str(&format!("x = {quoted}")).unwrap();
            assert_eq!(read["x"].as_str(), Some(text));
        }
    }
}
