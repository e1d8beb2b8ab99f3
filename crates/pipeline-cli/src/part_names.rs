//! The names of the files that a table becomes, where it may become several.

use std::path::{Path, PathBuf};

use crate::destination::stem;
use crate::failure::{ExitCode, Failure};
use crate::file_count::FileCount;
use crate::naming::PLACEHOLDER;
use crate::settings::Settings;

/// Stands for the number of a file, where a table becomes several.
const PART: &str = "{part}";

/// The names of files in a folder, where a table becomes several.
const PART_NAME: &str = "part-{part}.parquet";

/// How many names a table needs for its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// One.
    One,
    /// One file, which may stand where several could.
    OneOrMore,
    /// One for each number.
    Several,
}

impl Names {
    /// What settings ask for.
    pub fn asked(settings: &Settings) -> Self {
        match settings.files {
            _ if settings.partition_by.is_some() => Self::Several,
            FileCount::One => Self::One,
            FileCount::Exactly(1) => Self::OneOrMore,
            FileCount::Exactly(_) | FileCount::OfSize(_) => Self::Several,
        }
    }

    /// Whether files that were named so have numbers in their names, or the name is refused.
    pub fn are_numbered(self, name: &str) -> bool {
        match self {
            Self::One => false,
            Self::OneOrMore => {
                named_parts(name, name, self, false).is_ok_and(|name| name.contains(PART))
            }
            Self::Several => true,
        }
    }
}

/// `name` with the number of a file open in it, if there may be more than one file. `asked` is what
/// was named, as a whole.
///
/// # Errors
///
/// [`ExitCode::Usage`] for a name of one file where several are asked for, and the other way round.
pub fn named_parts(
    name: &str,
    asked: &str,
    files: Names,
    has_several: bool,
) -> Result<String, Failure> {
    let is_folder = name.is_empty() || name.ends_with('/');
    let in_folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    match files {
        Names::One if name.contains(PART) => Err(usage(format!(
            "`{asked}` has {PART} in it, which numbers files, and each table becomes one"
        ))
        .advise("Say how many with --files N or --file-size SIZE, or leave it out.")),
        Names::One => Ok(name.to_owned()),
        _ if in_folder.contains(PART) => Err(usage(format!(
            "`{asked}` has {PART} in the name of a folder, and it numbers files"
        ))
        .advise("Write it behind the last `/`.")),
        _ if name.contains(PART) => Ok(name.to_owned()),
        _ if is_folder => Ok(
            // A bucket is seldom of one table.
            if name.contains(PLACEHOLDER) || !has_several && !name.is_empty() {
                format!("{name}{PART_NAME}")
            } else {
                format!("{name}{PLACEHOLDER}/{PART_NAME}")
            },
        ),
        Names::OneOrMore => Ok(name.to_owned()),
        _ => {
            let stem = stem(asked);
            Err(
                usage(format!("`{asked}` is one file, and several are asked for")).advise(format!(
                    "Name a folder, `{stem}/`, or write {PART} into the name, `{stem}-{PART}.parquet`."
                )),
            )
        }
    }
}

/// The path of the file with a number, where the number is still open.
pub fn part_of(mut path: PathBuf, number: u64) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy());
    let name = name.map(|name| numbered(&name, number));
    path.set_file_name(name.unwrap_or_default());
    path
}

/// The path of a file in a folder of a partition beside it.
pub fn in_folder(path: &Path, folder: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default();
    let around = path.parent().unwrap_or(Path::new(""));
    around.join(folder).join(name)
}

/// A name with the number in place of the last placeholder: a table may be called as it likes.
pub fn numbered(name: &str, number: u64) -> String {
    match name.rsplit_once(PART) {
        Some((before, behind)) => format!("{before}{number:05}{behind}"),
        None => name.to_owned(),
    }
}

fn usage(sentence: String) -> Failure {
    Failure::say(ExitCode::Usage, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_table_are_named_by_a_folder_or_a_pattern() {
        let four = Names::Several;
        for (name, has_several, named) in [
            ("", false, "{table}/part-{part}.parquet"),
            ("people/", false, "people/part-{part}.parquet"),
            ("shop/", true, "shop/{table}/part-{part}.parquet"),
            ("raw/{table}/", true, "raw/{table}/part-{part}.parquet"),
            ("{table}-{part}.pq", true, "{table}-{part}.pq"),
        ] {
            let found = named_parts(name, name, four, has_several).unwrap();
            assert_eq!(found, named, "{name}");
        }
        let one = Names::OneOrMore;
        assert_eq!(named_parts("x.pq", "x.pq", one, false).unwrap(), "x.pq");
        assert!(named_parts("x.pq", "x.pq", four, false).is_err());
        for (name, numbered) in [
            ("x.pq", false),
            ("x/", true),
            ("", true),
            ("x-{part}.pq", true),
        ] {
            assert_eq!(one.are_numbered(name), numbered, "{name}");
        }
    }
}
