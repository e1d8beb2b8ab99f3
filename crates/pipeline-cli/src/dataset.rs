//! Which data set is meant by a word: a built-in one by its name, or one that a file describes.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use blockgen::{DatasetSpec, SpecError, SpecErrors, SpecFormat};

use crate::failure::{ExitCode, Failure};
use crate::spec_faults;

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
    /// The word that named it.
    word: String,
    /// What the spec was read from.
    text: Cow<'static, str>,
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
        let (text, format) = text_of(word)?;
        match DatasetSpec::read(&text, format) {
            Ok(spec) => Ok(Self {
                name: name_of(word),
                word: word.to_owned(),
                spec,
                text,
            }),
            Err(errors) => Err(spec_faults::failure(word, &text, &errors)),
        }
    }

    /// The seed: the one that was asked for, else the spec's, else 42.
    pub fn seed(&self, asked: Option<u64>) -> u64 {
        asked.or(self.spec.seed).unwrap_or(DEFAULT_SEED)
    }

    /// The failure to make its tables, with the lines that are wrong.
    pub fn failure(&self, errors: &SpecErrors) -> Failure {
        spec_faults::failure(&self.word, &self.text, errors)
    }
}

/// The word itself, or the name of the file that it leads to.
fn name_of(word: &str) -> String {
    let name = Path::new(word).file_name();
    name.map_or_else(
        || word.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn text_of(word: &str) -> Result<(Cow<'static, str>, SpecFormat), Failure> {
    let path = Path::new(word);
    if is_path(path) {
        return text_of_file(path);
    }
    match DatasetSpec::builtin_toml(word) {
        Ok(text) => Ok((text.into(), SpecFormat::Toml)),
        Err(SpecError::UnknownBuiltin { hint, .. }) => {
            let sentence = format!("there is no built-in spec `{word}`; {hint}");
            Err(Failure::say(ExitCode::Usage, sentence).advise(SPECS))
        }
        Err(error) => Err(Failure::new(ExitCode::Internal, error)),
    }
}

fn text_of_file(path: &Path) -> Result<(Cow<'static, str>, SpecFormat), Failure> {
    let shown = path.display().to_string();
    let format = SpecFormat::of_file_name(&shown).map_err(|_| {
        let sentence = format!("`{shown}` is no spec: its name ends with neither .toml nor .json");
        Failure::say(ExitCode::Usage, sentence).advise(SPECS)
    })?;
    match read(path) {
        Ok(text) => Ok((text.into(), format)),
        Err(error) => {
            let tried = format!("could not read the spec `{shown}`");
            let error = anyhow::Error::new(error).context(tried);
            Err(Failure::new(ExitCode::Source, error))
        }
    }
}

/// Whether a word can mean nothing but a spec: the name of a built-in one, or that of a file.
pub fn is_spec(word: &str) -> bool {
    DatasetSpec::builtin_names().any(|name| name == word) || SpecFormat::of_file_name(word).is_ok()
}

/// Whether a word is a path to whoever wrote it.
fn is_path(path: &Path) -> bool {
    path.extension().is_some() || path.components().count() > 1 || path.has_root()
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let file = File::open(path)?;
    file.take(MOST_BYTES).read_to_string(&mut text)?;
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
