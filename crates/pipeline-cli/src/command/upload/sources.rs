//! From arguments to files: files themselves, folders with all that is in them, patterns.

use std::fs;
use std::io;
use std::path::Path;

use super::selection::Selection;
use crate::address::S3Address;
use crate::failure::{ExitCode, Failure};
use crate::file_search::{Pattern, name_of, unreadable, walk};

/// Finds the files that `sources` name and the keys below `target` that they go to. Nothing is
/// opened; every folder is read.
///
/// # Errors
///
/// [`ExitCode::Usage`] where sources and target do not fit; [`ExitCode::Source`] for what is not
/// there, can't be read, or is neither file nor folder.
pub fn select(sources: &[impl AsRef<Path>], target: S3Address) -> Result<Selection, Failure> {
    if sources.len() > 1 && !target.is_folder() {
        return Err(no_folder(
            &target,
            "several sources can't become one object",
        ));
    }
    let mut selection = Selection::new(target);
    for source in sources {
        add(&mut selection, source.as_ref())?;
    }
    selection.sort()?;
    Ok(selection)
}

fn add(selection: &mut Selection, source: &Path) -> Result<(), Failure> {
    let shown = source.display();
    let folder_needed = |what: &str| {
        let target = selection.target();
        if target.is_folder() {
            return Ok(());
        }
        Err(no_folder(
            target,
            &format!("`{shown}` is {what}, and can't become one object"),
        ))
    };
    let before = selection.len();
    // A name with a star in it may be that of a file: what is there comes first.
    match fs::metadata(source) {
        Ok(metadata) if metadata.is_dir() => {
            folder_needed("a folder")?;
            walk(selection, source, None)?;
            if selection.len() == before {
                let failure = nothing(format!("there is no file in the folder `{shown}`"));
                return Err(match selection.passed_over() {
                    Some(passed_over) => failure.advise(format!("Passed over: {passed_over}.")),
                    None => failure,
                });
            }
        }
        Ok(metadata) if metadata.is_file() => {
            let name = source.file_name().and_then(|name| name.to_str());
            let name = name.ok_or_else(|| not_utf8(source))?;
            let folder = source.parent().unwrap_or(Path::new(""));
            selection.add(folder, name, metadata.len());
        }
        Ok(metadata) => return Err(special(source, metadata.file_type())),
        Err(error) => {
            // A link to nothing is there, whatever its name looks like.
            if error.kind() != io::ErrorKind::NotFound || source.is_symlink() {
                return Err(unreadable(source, error));
            }
            let text = source.to_str().ok_or_else(|| not_utf8(source))?;
            if !Pattern::looks_like_one(text) {
                return Err(nothing(format!("there is no file or folder `{shown}`")));
            }
            let pattern = Pattern::parse(text).map_err(|error| {
                Failure::say(
                    ExitCode::Usage,
                    format!(
                        "there is no file `{shown}`, and it is no pattern either: {}",
                        error.kind()
                    ),
                )
            })?;
            folder_needed("a pattern")?;
            if !pattern.root.is_dir() {
                let root = pattern.root.display();
                return Err(nothing(format!(
                    "no file matches `{shown}`: there is no folder `{root}`"
                )));
            }
            walk(selection, &pattern.root, Some(&pattern))?;
            if selection.len() == before {
                return Err(nothing(format!("no file matches `{shown}`"))
                    .advise("A star stays within a name; `**` stands for folders of any depth."));
            }
        }
    }
    Ok(())
}

fn no_folder(target: &S3Address, why: &str) -> Failure {
    Failure::say(ExitCode::Usage, format!("{why}: {target} is no folder"))
        .advise(format!("End it with a slash: {target}/"))
}

fn nothing(sentence: String) -> Failure {
    Failure::say(ExitCode::Source, sentence)
}

/// A name that can't be a key: keys are UTF-8.
pub(super) fn not_utf8(path: &Path) -> Failure {
    Failure::say(
        ExitCode::Source,
        // Escaped: shown as it is, nobody could tell what is wrong with it.
        format!("the name {path:?} is not UTF-8, and a key in S3 must be"),
    )
    .advise("Rename it.")
}

/// A socket, a pipe, a device: reading one may never end, and it has no size.
pub(super) fn special(path: &Path, kind: fs::FileType) -> Failure {
    Failure::say(
        ExitCode::Source,
        format!(
            "`{}` is {}, and only files can be uploaded",
            path.display(),
            name_of(kind)
        ),
    )
}
