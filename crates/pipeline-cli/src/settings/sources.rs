//! Where layers come from: the only place of the program that reads the environment.

use std::path::{Path, PathBuf};

use super::{Layer, LayerError};

/// The layers of this process, lowest first: built-in values, the file, `.env` of the working
/// folder, the environment, `flags`.
///
/// # Errors
///
/// A layer that can't be read, or a bad value in it.
pub fn gather(file: Option<&Path>, flags: Layer) -> Result<Vec<Layer>, LayerError> {
    let mut layers = vec![Layer::built_in()?];
    let file = file
        .map(Path::to_owned)
        .or_else(|| variable("PIPELINE_CONFIG").map(PathBuf::from));
    if let Some(file) = file {
        layers.push(Layer::file(&file)?);
    }
    layers.push(Layer::dotenv(Path::new(".env"))?);
    layers.push(Layer::environment(variable)?);
    layers.push(flags);
    Ok(layers)
}

/// An environment variable.
pub fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}
