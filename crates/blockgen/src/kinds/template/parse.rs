//! The text of a template, taken apart.

use super::piece::Format;
use crate::compile::Rejected;
use crate::scope::Scope;

/// What a template is made of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Column { name: String, format: Format },
}

/// Values that one text may have: each is looked at once a row.
const MAX_COLUMNS: usize = 64;

pub(super) fn parse(template: &str, scope: &Scope<'_>) -> Result<Vec<Part>, Rejected> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut columns = 0;
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..];
        // Counted from 1, as editors do.
        let character = template[..template.len() - brace.len()].chars().count() + 1;
        if let Some(behind) = brace.strip_prefix("{{") {
            text.push('{');
            rest = behind;
            continue;
        }
        if let Some(behind) = brace.strip_prefix("}}") {
            text.push('}');
            rest = behind;
            continue;
        }
        let Some((named, behind)) = brace
            .strip_prefix('{')
            .and_then(|inside| inside.split_once('}'))
        else {
            let (brace, other) = if brace.starts_with('{') {
                ('{', '}')
            } else {
                ('}', '{')
            };
            let found = format!("`{template}`, whose `{brace}` at character {character} is alone");
            let allowed = format!("a `{other}` to it, or `{brace}{brace}` for the brace itself");
            return Err(scope.invalid("template", found, allowed));
        };
        columns += 1;
        if columns > MAX_COLUMNS {
            let found = format!("one that names more than {MAX_COLUMNS} columns");
            return Err(scope.invalid("template", found, format!("at most {MAX_COLUMNS}")));
        }
        let (name, format) = match named.split_once(':') {
            // A name may hold a colon itself.
            _ if scope.has_sibling(named) => (named, Format::Plain),
            None => (named, Format::Plain),
            Some((name, format)) => match Format::parse(format) {
                Some(format) => (name, format),
                None => {
                    let found = format!("one with the format `{format}` at character {character}");
                    let allowed = format!(
                        "`:0` and a width up to {}, `:.` and up to {} decimals, or `:word`",
                        Format::MAX_WIDTH,
                        Format::MAX_DECIMALS
                    );
                    return Err(scope.invalid("template", found, allowed));
                }
            },
        };
        if !text.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut text)));
        }
        let name = name.to_owned();
        parts.push(Part::Column { name, format });
        rest = behind;
    }
    text.push_str(rest);
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Ok(parts)
}
