//! One layer: the values that a file, `.env`, the environment or the flags give.

use std::collections::BTreeMap;
use std::path::Path;

use config::{ConfigError, Map, Source, Value, ValueKind};

use super::setting::{BuiltIn, Unit};
use super::table::{self, SETTINGS};
use super::{LayerError, amount, dotenv, files};
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

impl Layer {
    /// Where the values of [`built_in`](Self::built_in) come from, in words.
    pub(super) const BUILT_IN: &str = "built in";

    /// The built-in values.
    ///
    /// # Errors
    ///
    /// None, as long as the tests pass.
    pub fn built_in() -> Result<Self, LayerError> {
        let mut layer = Self::default();
        for setting in SETTINGS {
            if let BuiltIn::Value(text) = setting.built_in {
                layer.set(setting.key, text.to_owned(), Self::BUILT_IN.to_owned())?;
            }
        }
        Ok(layer)
    }

    /// The values of the `.env` file at `path`, which holds `variables`.
    ///
    /// # Errors
    ///
    /// A bad value.
    pub(super) fn dotenv(path: &Path, variables: &dotenv::Variables) -> Result<Self, LayerError> {
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

    /// The values of both; of what both give, those of `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self
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

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self
            .entries
            .iter()
            // The amount and the files are decided over whole layers, see `Amount`.
            .filter(|(key, _)| {
                let keys = amount::KEYS.iter().chain(&files::KEYS);
                !keys.chain([&files::ONLY]).any(|other| other == *key)
            })
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
