//! Files of settings: one TOML key a setting, each with the line it stands on.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::table::{find, nearest_key};
use super::{Layer, LayerError};

impl Layer {
    /// The values of a TOML file.
    ///
    /// # Errors
    ///
    /// A file that can't be read or is no TOML, an unknown key, a bad value; the first of them in
    /// the file.
    pub fn file(path: &Path) -> Result<Self, LayerError> {
        let text = std::fs::read_to_string(path).map_err(|source| LayerError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::toml(&text, &path.display().to_string())
    }

    pub(super) fn toml(text: &str, file: &str) -> Result<Self, LayerError> {
        let table = DeTable::parse(text).map_err(|error| {
            // Not the error's own text: it quotes the line, and a line may hold a secret.
            let line = error.span().map_or(0, |span| line_at(text, span.start));
            LayerError::Toml {
                file: file.to_owned(),
                line,
                reason: error.message().to_owned(),
            }
        })?;
        let mut entries: Vec<_> = table.get_ref().iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut layer = Self::default();
        for (key, value) in entries {
            let line = line_at(text, key.span().start);
            let key = key.get_ref().as_ref();
            let setting = find(key).ok_or_else(|| LayerError::UnknownKey {
                file: file.to_owned(),
                line,
                key: key.to_owned(),
                nearest: nearest_key(key),
            })?;
            let origin = format!("{file}, line {line}, {key}");
            let Some(value) = plain(value.get_ref()) else {
                return Err(LayerError::Value {
                    origin,
                    shown: String::new(),
                    reason: "a single value is expected".to_owned(),
                });
            };
            layer.set(setting.key, value, origin)?;
        }
        Ok(layer)
    }
}

/// A single value as text.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(digits) => {
            let number = i128::from_str_radix(digits.as_str(), digits.radix());
            Some(number.map_or_else(|_| digits.to_string(), |number| number.to_string()))
        }
        DeValue::Float(digits) => {
            let number = digits.as_str().parse::<f64>();
            Some(number.map_or_else(|_| digits.to_string(), |number| number.to_string()))
        }
        DeValue::Boolean(yes) => Some(yes.to_string()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// The line of a byte, counted from one.
pub(crate) fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|b| *b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, said: &Expect) {
        let layer = Layer::toml(text, "p.toml");
        said.assert_eq(&layer.map_or_else(|error| error.to_string(), |_| "fine".to_owned()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        check(
            "seed = 1\n\nblok_size = \"1MiB\"\n",
            &expect!["p.toml, line 3: there is no setting `blok_size`; did you mean `block_size`?"],
        );
        check(
            "[zebra]\nsize = 1\n",
            &expect![
                "p.toml, line 1: there is no setting `zebra`; `pipeline-cli config` lists them all"
            ],
        );
        check(
            "# one\nto = [\"a\", \"b\"]\n",
            &expect!["p.toml, line 2, to: a single value is expected"],
        );
        check(
            "seed = 1\nseed = 2\n",
            &expect!["p.toml, line 2: duplicate key"],
        );
    }

    /// Keys are held in the order of the alphabet; a person reads a file from its top.
    #[test]
    fn the_first_mistake_of_a_file_is_the_one_that_is_told() {
        check(
            "threads = 0\nseed = -1\n",
            &expect![
                "p.toml, line 1, threads: `0` is not a number of threads: write a whole number from 1 to 1024"
            ],
        );
    }

    #[test]
    fn numbers_may_be_written_as_toml_allows() {
        for (written, read) in [
            ("1_000", "1000"),
            ("+5", "5"),
            ("0x10", "16"),
            ("1e3", "1000"),
            ("18446744073709551615", "18446744073709551615"),
            ("\"7\"", "7"),
        ] {
            let layer = Layer::toml(&format!("seed = {written}"), "p.toml").unwrap();
            assert_eq!(layer.get("seed"), Some(read), "{written}");
        }
    }
}
