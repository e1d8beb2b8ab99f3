//! Where layers come from: the only place of the program that reads the environment.

use std::path::{Path, PathBuf};

use super::{Layer, LayerError, Settings, dotenv, misspelt};

/// The variables of the working folder.
const DOTENV: &str = ".env";

/// The layers of this process, lowest first: built-in values, the file, `.env` of the working
/// folder, the environment, `flags`. Warns of variables that are nearly one of ours.
///
/// # Errors
///
/// A layer that can't be read, or a bad value in it.
pub fn gather(file: Option<&Path>, flags: Layer) -> Result<Vec<Layer>, LayerError> {
    let mut layers = vec![Layer::built_in()?];
    let file = file
        .map(Path::to_owned)
        .or_else(|| variable(misspelt::CONFIG).map(PathBuf::from));
    if let Some(file) = file {
        layers.push(Layer::file(&file)?);
    }
    let path = Path::new(DOTENV);
    let found = dotenv::read(path)?;
    warn_of(&found);
    layers.push(Layer::dotenv(path, &found)?);
    layers.push(Layer::environment(variable)?);
    layers.push(flags);
    Ok(layers)
}

/// The settings of this process, with those of `flags` on top.
///
/// # Errors
///
/// As [`gather`].
pub fn load(file: Option<&Path>, flags: Layer) -> Result<Settings, LayerError> {
    Settings::merge(&gather(file, flags)?)
}

/// An environment variable.
pub fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Says which names were probably meant for us and are not read; never their values.
fn warn_of(dotenv: &dotenv::Variables) {
    let mut slips: Vec<_> = dotenv
        .iter()
        .map(|(name, found)| (found.line, name.as_str()))
        .collect();
    slips.sort_unstable();
    for (line, name) in slips {
        if name == misspelt::CONFIG {
            log::warn!("{DOTENV}, line {line}: {name} is read from the environment only");
        } else if let Some(meant) = misspelt::meant(name) {
            log::warn!("{DOTENV}, line {line}: {name} is not read; did you mean {meant}?");
        }
    }
    let mut names: Vec<_> = std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .collect();
    names.sort_unstable();
    for name in names {
        if let Some(meant) = misspelt::meant(&name) {
            log::warn!("environment variable {name} is not read; did you mean {meant}?");
        }
    }
}
