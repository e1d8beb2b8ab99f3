//! What keeps settings from being read: which value, where it stands, what is wrong with it.

use std::path::PathBuf;

use config::ConfigError;

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
    #[error("{file}, line {line}: there is no setting `{key}`; {}", instead(*nearest))]
    UnknownKey {
        /// The file.
        file: String,
        /// Counted from one.
        line: usize,
        /// The key in it.
        key: String,
        /// The nearest key there is, if any is near.
        nearest: Option<&'static str>,
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

fn instead(nearest: Option<&str>) -> String {
    match nearest {
        Some(key) => format!("did you mean `{key}`?"),
        None => "`pipeline-cli config` lists them all".to_owned(),
    }
}

impl From<ConfigError> for LayerError {
    fn from(source: ConfigError) -> Self {
        Self::Merge(Box::new(source))
    }
}
