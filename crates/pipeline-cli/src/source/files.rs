//! From words to files: files themselves, patterns that the shell did not expand, standard input.

use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::{ExitCode, Failure};
use crate::file_search::{Finds, Found, Pattern, name_of, unreadable, walk};

/// What stands for standard input.
const STDIN: &str = "-";

/// What is to be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Files {
    Stdin,
    /// At least one, in the order in which they are read.
    Named(Vec<File>),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) path: PathBuf,
    /// Of a pipe nobody knows how much will come.
    pub(super) bytes: Option<u64>,
}

/// Finds what `words` name: in the order of the words, and those that match a pattern by name.
///
/// # Errors
///
/// [`ExitCode::Usage`] for standard input beside other files; [`ExitCode::Source`] for what is not
/// there, is a folder, or can't be looked at.
pub(super) fn find(words: &[String]) -> Result<Files, Failure> {
    if words.iter().any(|word| word == STDIN) {
        return match words {
            [_] => Ok(Files::Stdin),
            _ => Err(Failure::say(
                ExitCode::Usage,
                "--from: standard input (`-`) can't be read together with other files",
            )
            .advise("Put all into one stream, or name files only.")),
        };
    }
    let mut files = Vec::new();
    for word in words {
        files.append(&mut named(word)?);
    }
    Ok(Files::Named(files))
}

fn named(word: &str) -> Result<Vec<File>, Failure> {
    let path = Path::new(word);
    // A name with a star in it may be that of a file: what is there comes first.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let sentence = format!("--from: `{word}` is a folder");
            let all = path.join("*.csv");
            Err(nothing(sentence).advise(format!(
                "Name its files, as in '{}'; `**` goes into folders.",
                all.display()
            )))
        }
        Ok(metadata) => Ok(vec![File {
            path: path.to_owned(),
            bytes: metadata.is_file().then_some(metadata.len()),
        }]),
        Err(error) if error.kind() != io::ErrorKind::NotFound || path.is_symlink() => {
            Err(unreadable(path, error))
        }
        Err(_) if Pattern::looks_like_one(word) => matching(word),
        Err(_) => Err(nothing(format!("--from: there is no file `{word}`"))),
    }
}

fn matching(word: &str) -> Result<Vec<File>, Failure> {
    let pattern = Pattern::parse(word).map_err(|error| {
        Failure::say(
            ExitCode::Usage,
            format!(
                "--from: there is no file `{word}`, and it is no pattern either: {}",
                error.kind()
            ),
        )
    })?;
    let no_match = nothing(format!("--from: no file matches `{word}`"));
    if !pattern.root.is_dir() {
        return Err(no_match.advise(format!("There is no folder `{}`.", pattern.root.display())));
    }
    let mut matches = Matches::default();
    walk(&mut matches, &pattern.root, Some(&pattern))?;
    if matches.0.is_empty() {
        return Err(no_match.advise("A star stays within a name; `**` stands for folders."));
    }
    matches.0.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(matches.0)
}

#[derive(Default)]
struct Matches(Vec<File>);

impl Finds for Matches {
    fn file(&mut self, found: &Found<'_>) -> Result<(), Failure> {
        self.0.push(File {
            path: found.root.join(found.below),
            bytes: Some(found.bytes),
        });
        Ok(())
    }

    fn special(&self, path: &Path, kind: FileType) -> Failure {
        let (shown, kind) = (path.display(), name_of(kind));
        nothing(format!("--from: `{shown}` is {kind}"))
            .advise("A pattern is for files; name this one itself.")
    }
}

fn nothing(sentence: String) -> Failure {
    Failure::say(ExitCode::Source, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&str]) -> Result<Vec<String>, String> {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        match find(&words) {
            Ok(Files::Stdin) => Ok(vec!["stdin".to_owned()]),
            Ok(Files::Named(files)) => {
                let names = files.iter().map(|file| {
                    let name = file.path.file_name().unwrap();
                    format!("{} {:?}", name.display(), file.bytes)
                });
                Ok(names.collect())
            }
            Err(failure) => Err(failure.to_string()),
        }
    }

    #[test]
    fn matches_are_sorted_within_the_order_of_the_words() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b2.csv", "b1.csv", "a.csv", "[x].csv"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let path = |name: &str| folder.path().join(name).display().to_string();
        let words = [path("b*.csv"), path("a.csv"), path("[x].csv")];
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let expected = [
            "b1.csv Some(6)",
            "b2.csv Some(6)",
            "a.csv Some(5)",
            "[x].csv Some(7)",
        ];
        assert_eq!(found(&words).unwrap(), expected);

        assert_eq!(found(&["-"]).unwrap(), ["stdin"]);
        assert!(found(&["-", "-"]).is_err());
        let error = found(&[&path("c*")]).unwrap_err();
        assert!(error.starts_with("--from: no file matches"), "{error}");
        let error = found(&[&path("none/*")]).unwrap_err();
        assert!(error.contains("There is no folder"), "{error}");
        let error = found(&[&path("")]).unwrap_err();
        assert!(error.contains("is a folder"), "{error}");
    }
}
