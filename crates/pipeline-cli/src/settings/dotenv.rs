//! `.env` files, with the line of every variable.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::LayerError;

/// A variable of a `.env` file.
pub(super) struct Found {
    pub value: String,
    /// Counted from one.
    pub line: usize,
}

/// The variables of a `.env` file, by name.
pub(super) type Variables = HashMap<String, Found>;

/// The variables of a `.env` file, none where there is no such file; the last of a name wins. The
/// process's environment is not touched.
pub(super) fn read(path: &Path) -> Result<Variables, LayerError> {
    let failed = |reason: String| LayerError::Dotenv {
        path: path.to_owned(),
        reason,
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Variables::new()),
        Err(error) => return Err(failed(error.to_string())),
    };
    // Editors on Windows put a byte-order mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut variables = Variables::new();
    for pair in dotenvy::from_read_iter(text.as_bytes()) {
        let (name, value) = pair.map_err(|error| {
            // The parser's own message quotes the line, and a line may hold a secret.
            failed(match error {
                dotenvy::Error::LineParse(bad, _) => {
                    // With a quote left open, it is everything from there on.
                    let bad = bad.lines().next().unwrap_or_default().trim();
                    let line = text.lines().position(|line| line.trim() == bad);
                    let place = line.map_or("a line".to_owned(), |at| format!("line {}", at + 1));
                    format!("{place} is not of the form NAME=value, or a quote is left open")
                }
                other => other.to_string(),
            })
        })?;
        let line = line_of(text, &name);
        variables.insert(name, Found { value, line });
    }
    Ok(variables)
}

/// The last line that assigns `name`, counted from one.
fn line_of(text: &str, name: &str) -> usize {
    let assigns = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        line.strip_prefix(name)
            .is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let last = text
        .lines()
        .enumerate()
        .filter(|(_, line)| assigns(line))
        .last();
    last.map_or(0, |(index, _)| index + 1)
}
