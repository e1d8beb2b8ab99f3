//! One layer: the values that a file, `.env`, the environment or the flags give.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use config::{ConfigError, Map, Source, Value, ValueKind};

use super::dotenv;
use super::table::{self, BuiltIn, SETTINGS, Unit};
use crate::byte_size::ByteSize;

/// Values by key, each with where it stands.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    entries: BTreeMap<&'static str, Entry>,
}

#[derive(Clone)]
struct Entry {
    text: String,
    origin: String,
}

/// A setting that can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LayerError {
    /// A value that can't be read.
    #[error("{origin}: {shown}{reason}")]
    Value {
        /// Which variable, flag or key, and where.
        origin: String,
        /// The value, unless it is secret.
        shown: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A key that no setting has.
    #[error("{path}: there is no setting `{key}`; did you mean `{nearest}`?")]
    UnknownKey {
        /// The file.
        path: String,
        /// The key in it.
        key: String,
        /// The nearest key there is.
        nearest: &'static str,
    },
    /// A configuration file that can't be read.
    #[error("could not read the configuration file `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A configuration file that is no TOML.
    #[error("{file}, line {line}: {reason}")]
    Toml {
        /// The file.
        file: String,
        /// Counted from one.
        line: usize,
        /// What the parser expected.
        reason: String,
    },
    /// A `.env` file that can't be read.
    #[error("could not read `{}`: {reason}", path.display())]
    Dotenv {
        /// The file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// The layers can't be put together.
    #[error("the settings can't be put together")]
    Merge(#[source] Box<ConfigError>),
}

impl From<ConfigError> for LayerError {
    fn from(source: ConfigError) -> Self {
        Self::Merge(Box::new(source))
    }
}

impl Layer {
    /// The built-in values.
    ///
    /// # Errors
    ///
    /// None, as long as the tests pass.
    pub fn built_in() -> Result<Self, LayerError> {
        let mut layer = Self::default();
        for setting in SETTINGS {
            if let BuiltIn::Value(text) = setting.built_in {
                layer.set(setting.key, text.to_owned(), "built in".to_owned())?;
            }
        }
        Ok(layer)
    }

    /// The values of a TOML file.
    ///
    /// # Errors
    ///
    /// A file that can't be read or is no TOML, an unknown key, a bad value.
    pub fn file(path: &Path) -> Result<Self, LayerError> {
        let text = std::fs::read_to_string(path).map_err(|source| LayerError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::toml(&text, &path.display().to_string())
    }

    pub(super) fn toml(text: &str, file: &str) -> Result<Self, LayerError> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            // Not the error's own text: it quotes the line, and a line may hold a secret.
            let line = error.span().map_or(0, |span| line_at(text, span.start));
            LayerError::Toml {
                file: file.to_owned(),
                line,
                reason: error.message().to_owned(),
            }
        })?;
        let mut layer = Self::default();
        for (key, value) in table {
            let setting = table::find(&key).map_err(|nearest| LayerError::UnknownKey {
                path: file.to_owned(),
                key: key.clone(),
                nearest,
            })?;
            let origin = format!("{file}, `{key}`");
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Float(number) => number.to_string(),
                toml::Value::Boolean(yes) => yes.to_string(),
                _ => {
                    return Err(LayerError::Value {
                        origin,
                        shown: String::new(),
                        reason: "a single value is expected".to_owned(),
                    });
                }
            };
            layer.set(setting.key, text, origin)?;
        }
        Ok(layer)
    }

    /// The values of the `.env` file at `path`; none where there is no such file.
    ///
    /// # Errors
    ///
    /// A file that can't be read, a bad value.
    pub fn dotenv(path: &Path) -> Result<Self, LayerError> {
        let variables = dotenv::read(path)?;
        Self::variables(
            |name| variables.get(name).map(|found| found.value.clone()),
            |name| {
                let line = variables.get(name).map_or(0, |found| found.line);
                format!("{}, line {line}, {name}", path.display())
            },
        )
    }

    /// The values of environment variables, which `lookup` finds by name.
    ///
    /// # Errors
    ///
    /// A bad value.
    pub fn environment(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, LayerError> {
        Self::variables(lookup, |name| format!("environment variable {name}"))
    }

    fn variables(
        lookup: impl Fn(&str) -> Option<String>,
        origin: impl Fn(&str) -> String,
    ) -> Result<Self, LayerError> {
        let mut layer = Self::default();
        for setting in SETTINGS {
            // An empty variable is an unset one, as everywhere in this ecosystem.
            let found = setting.variables.iter().find_map(|variable| {
                lookup(variable.name)
                    .map(|text| text.trim().to_owned())
                    .filter(|text| !text.is_empty())
                    .map(|text| (variable, text))
            });
            let Some((variable, text)) = found else {
                continue;
            };
            let origin = origin(variable.name);
            let text = match variable.unit {
                Unit::AsWritten => text,
                Unit::Mebibytes => mebibytes(&text).ok_or_else(|| LayerError::Value {
                    origin: origin.clone(),
                    shown: format!("`{text}` is "),
                    reason: "not a number of mebibytes: write one above zero, for example 10"
                        .to_owned(),
                })?,
            };
            layer.set(setting.key, text, origin)?;
        }
        Ok(layer)
    }

    /// Sets a value, after a look at it.
    ///
    /// # Errors
    ///
    /// A bad value, with `origin`.
    pub fn set(
        &mut self,
        key: &'static str,
        text: String,
        origin: String,
    ) -> Result<(), LayerError> {
        let setting = table::find(key).expect("callers name settings that exist");
        if let Err(reason) = (setting.check)(&text) {
            // Other reasons name the value themselves.
            let shown = if !setting.secret && reason.starts_with("not ") {
                format!("`{text}` is ")
            } else {
                String::new()
            };
            return Err(LayerError::Value {
                origin,
                shown,
                reason,
            });
        }
        self.entries.insert(setting.key, Entry { text, origin });
        Ok(())
    }

    /// The value of a key, as text.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(|entry| entry.text.as_str())
    }

    /// Where the value of a key was given, in words.
    pub fn origin(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(|entry| entry.origin.as_str())
    }

    /// Forgets the values of some keys.
    pub(super) fn forget(&mut self, keys: &[&str]) {
        self.entries.retain(|key, _| !keys.contains(key));
    }
}

/// A plain number of mebibytes as a size with its unit.
fn mebibytes(text: &str) -> Option<String> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let size = format!("{text}MiB");
    let above_zero = size.parse::<ByteSize>().is_ok_and(|size| size.0 > 0);
    (plain && above_zero).then_some(size)
}

/// The line of a byte, counted from one.
fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|b| *b == b'\n').count() + 1
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self
            .entries
            .iter()
            // The amount is decided over whole layers, see `Amount`.
            .filter(|(key, _)| !matches!(**key, "rows" | "size"))
            .map(|(key, entry)| {
                let kind = ValueKind::String(entry.text.clone());
                ((*key).to_owned(), Value::new(Some(&entry.origin), kind))
            })
            .collect())
    }
}

// By hand: entries hold secrets.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.origin)
    }
}
