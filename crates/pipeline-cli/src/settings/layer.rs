//! One layer: the values that a file, `.env`, the environment or the flags give.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use config::{ConfigError, Map, Source, Value, ValueKind};

use super::table::{self, SETTINGS, Unit};
use super::{DEFAULTS, dotenv};

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
        source: Box<ConfigError>,
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
        let source = config::File::from_str(DEFAULTS, config::FileFormat::Toml);
        Self::toml(source.collect()?, "built-in defaults")
    }

    /// The values of a TOML file.
    ///
    /// # Errors
    ///
    /// A file that is not there or no TOML, an unknown key, a bad value.
    pub fn file(path: &Path) -> Result<Self, LayerError> {
        let source = config::File::from(path)
            .format(config::FileFormat::Toml)
            .required(true);
        let values = source.collect().map_err(|source| LayerError::File {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        Self::toml(values, &path.display().to_string())
    }

    fn toml(values: Map<String, Value>, file: &str) -> Result<Self, LayerError> {
        let mut layer = Self::default();
        for (key, value) in values {
            let setting = table::find(&key).map_err(|nearest| LayerError::UnknownKey {
                path: file.to_owned(),
                key: key.clone(),
                nearest,
            })?;
            let origin = format!("{file}, `{key}`");
            let text = value.into_string().map_err(|_| LayerError::Value {
                origin: origin.clone(),
                shown: String::new(),
                reason: "a single value is expected".to_owned(),
            })?;
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
            let Some((variable, mut text)) = found else {
                continue;
            };
            if variable.unit == Unit::Mebibytes {
                if text.parse::<f64>().is_err() {
                    return Err(LayerError::Value {
                        origin: origin(variable.name),
                        shown: format!("`{text}` is "),
                        reason: "not a number of mebibytes: write a number, for example 10".into(),
                    });
                }
                text.push_str("MiB");
            }
            layer.set(setting.key, text, origin(variable.name))?;
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

    /// Where the value of a key stands.
    pub fn origin(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(|entry| entry.origin.as_str())
    }
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
