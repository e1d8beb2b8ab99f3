//! TOML as a tree that knows its lines.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::limits::check_nesting;
use super::node::{Entry, Node, Value};
use super::text::LineStarts;
use crate::error::{SpecError, SpecFault};

pub(super) fn parse(text: &str) -> Result<Node, SpecFault> {
    let lines = LineStarts::new(text);
    let root = DeTable::parse(text).map_err(|error| {
        let line = error.span().map(|span| lines.line(span.start));
        SpecFault::new(line, error.into())
    })?;
    Ok(Node {
        line: 1,
        value: table(root.get_ref(), &lines, 1)?,
    })
}

fn table(table: &DeTable<'_>, lines: &LineStarts, depth: usize) -> Result<Value, SpecFault> {
    // The parser sorts by name; the reader of errors sorts by line.
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let entries = entries.into_iter().map(|(key, value)| {
        Ok(Entry {
            key: key.get_ref().to_string(),
            line: lines.line(key.span().start),
            value: node(value, lines, depth)?,
        })
    });
    entries.collect::<Result<_, _>>().map(Value::Map)
}

fn node(value: &Spanned<DeValue<'_>>, lines: &LineStarts, depth: usize) -> Result<Node, SpecFault> {
    let line = lines.line(value.span().start);
    check_nesting(depth, line)?;
    let refuse = |digits: &str, holds| {
        let number = digits.chars().take(40).collect();
        SpecFault::new(Some(line), SpecError::BadNumber { number, holds })
    };
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(digits) => {
            let value = i128::from_str_radix(digits.as_str(), digits.radix());
            Value::Integer(value.map_err(|_| refuse(digits.as_str(), "128 bits"))?)
        }
        DeValue::Float(digits) => {
            let value = digits.as_str().parse().ok();
            let fits = |value: &f64| value.is_finite() || digits.as_str().contains(['i', 'n']);
            let value = value.filter(fits);
            Value::Float(value.ok_or_else(|| refuse(digits.as_str(), "a float of 64 bits"))?)
        }
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(moment) => Value::Moment(*moment),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| node(item, lines, depth + 1));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        DeValue::Table(entries) => table(entries, lines, depth + 1)?,
    };
    Ok(Node { line, value })
}
