//! Which data set a run makes: a built-in one by its name, or one that a file describes.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use blockgen::{DatasetSpec, SpecError, SpecErrors, SpecFormat};

use crate::failure::{ExitCode, Failure};

/// Where neither the settings nor the spec name a seed.
const DEFAULT_SEED: u64 = 42;

/// No more of a file is read. Specs have a limit below that, which is told where they are read.
const MOST_BYTES: u64 = 32 << 20;

/// What may be named, in a sentence.
const SPECS: &str = "Write the name of a built-in spec, or a path that ends with .toml or .json.";

/// A data set that was asked for.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// What it is called: the name of a built-in one, or that of the file, without its folder.
    pub name: String,
    /// The tables, as the spec describes them.
    pub spec: DatasetSpec,
}

impl Dataset {
    /// The data set that `word` means: a built-in one, unless the word ends like a file or has a
    /// folder in it.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Usage`] for a word that is neither; [`ExitCode::Source`] for a file that can't
    /// be read, and for a spec with errors, of which all are told.
    pub fn named(word: &str) -> Result<Self, Failure> {
        let path = Path::new(word);
        if is_path(path) {
            return Self::file(path);
        }
        match DatasetSpec::builtin_toml(word) {
            Ok(text) => {
                let spec = DatasetSpec::from_toml(text);
                let name = word.to_owned();
                let spec = spec.map_err(|errors| spec_failure(&name, errors))?;
                Ok(Self { name, spec })
            }
            Err(SpecError::UnknownBuiltin { hint, .. }) => {
                let sentence = format!("there is no built-in spec `{word}`; {hint}");
                Err(Failure::say(ExitCode::Usage, sentence).advise(SPECS))
            }
            Err(error) => Err(Failure::new(ExitCode::Internal, error)),
        }
    }

    fn file(path: &Path) -> Result<Self, Failure> {
        let shown = path.display().to_string();
        let format = SpecFormat::of_file_name(&shown).map_err(|_| {
            let sentence =
                format!("`{shown}` is no spec: its name ends with neither .toml nor .json");
            Failure::say(ExitCode::Usage, sentence).advise(SPECS)
        })?;
        let text = read(path).map_err(|error| {
            let tried = format!("could not read the spec `{shown}`");
            Failure::new(ExitCode::Source, anyhow::Error::new(error).context(tried))
        })?;
        let spec = DatasetSpec::read(&text, format);
        let name = path.file_name().unwrap_or(path.as_os_str());
        Ok(Self {
            spec: spec.map_err(|errors| spec_failure(&shown, errors))?,
            name: name.to_string_lossy().into_owned(),
        })
    }

    /// The seed: the one that was asked for, else the spec's, else 42.
    pub fn seed(&self, asked: Option<u64>) -> u64 {
        asked.or(self.spec.seed).unwrap_or(DEFAULT_SEED)
    }
}

/// All that is wrong with the spec `name`.
pub fn spec_failure(name: &str, errors: impl Into<SpecErrors>) -> Failure {
    let errors: SpecErrors = errors.into();
    let one = errors.faults().len() == 1;
    let gap = if one && errors.faults()[0].line().is_some() {
        ","
    } else {
        ":"
    };
    Failure::say(ExitCode::Source, format!("{name}{gap} {errors}"))
}

/// Whether a word is a path to whoever wrote it.
fn is_path(path: &Path) -> bool {
    path.extension().is_some() || path.components().count() > 1 || path.has_root()
}

fn read(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(MOST_BYTES)
        .read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_names_unless_they_look_like_paths() {
        for (word, path) in [
            ("people", false),
            ("my spec", false),
            ("people.toml", true),
            ("./people", true),
            ("specs/people", true),
            ("/people", true),
            ("a.b", true),
        ] {
            assert_eq!(is_path(Path::new(word)), path, "{word}");
        }
    }

    #[test]
    fn the_seed_is_the_one_asked_for_then_the_specs() {
        let mut people = Dataset::named("people").unwrap();
        assert_eq!(people.seed(None), 42);
        people.spec.seed = Some(7);
        assert_eq!((people.seed(None), people.seed(Some(1))), (7, 1));
    }
}
