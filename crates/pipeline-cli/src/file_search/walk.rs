//! A folder and all that is in it.

use std::fs::FileType;
use std::io;
use std::path::Path;

use walkdir::WalkDir;

use super::{Pattern, unreadable};
use crate::failure::{ExitCode, Failure};

/// A file that was come across.
pub struct Found<'a> {
    /// The folder in which the walk began, as it is shown.
    pub root: &'a Path,
    /// The path of the file from there.
    pub below: &'a Path,
    /// Where it lies.
    pub path: &'a Path,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Who is told of what a walk comes across.
pub trait Finds {
    /// A file.
    ///
    /// # Errors
    ///
    /// It can't be used, which ends the walk.
    fn file(&mut self, found: &Found<'_>) -> Result<(), Failure>;

    /// What to say of something that matches and is no file.
    fn special(&self, path: &Path, kind: FileType) -> Failure;

    /// A folder was passed over because its name begins with a dot.
    fn pass_over_hidden(&mut self) {}

    /// A file was passed over because it has no name yet.
    fn pass_over_temporary(&mut self) {}
}

/// Finds the files below `root`, those that match if there is a pattern.
///
/// Links are followed. Folders whose names begin with a dot are passed over, because what is in
/// them is a program's own (`.git`, and the keys that the embedded S3 keeps in its folder); files
/// of such names are files like any others, but for those that this program is writing, or was
/// when it was killed.
///
/// # Errors
///
/// What can't be read, and what is no file where one was asked for.
pub fn walk(finds: &mut impl Finds, root: &Path, pattern: Option<&Pattern>) -> Result<(), Failure> {
    let mut tree = WalkDir::new(root).follow_links(true);
    if let Some(depth) = pattern.and_then(|pattern| pattern.depth) {
        tree = tree.max_depth(depth);
    }
    let wanted = |path: &Path| {
        let below = path.strip_prefix(root).unwrap_or(path);
        pattern.is_none_or(|pattern| pattern.matches(below))
    };
    // Nobody writes `./` in front of what is here.
    let shown = if root == Path::new(".") {
        Path::new("")
    } else {
        root
    };
    let mut entries = tree.into_iter();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if is_other_link(&error, wanted) => continue,
            Err(error) => return Err(failed(root, error)),
        };
        let kind = entry.file_type();
        let name = entry.file_name();
        if kind.is_dir() {
            if entry.depth() > 0 && name.as_encoded_bytes().starts_with(b".") {
                finds.pass_over_hidden();
                entries.skip_current_dir();
            }
            continue;
        }
        if !wanted(entry.path()) {
            continue;
        }
        if blockwrite::is_temporary(name) {
            finds.pass_over_temporary();
            continue;
        }
        if !kind.is_file() {
            return Err(finds.special(entry.path(), kind));
        }
        let metadata = entry.metadata().map_err(|error| failed(root, error))?;
        let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
        finds.file(&Found {
            root: shown,
            below,
            path: entry.path(),
            bytes: metadata.len(),
        })?;
    }
    Ok(())
}

/// A link to nothing that the pattern doesn't ask for.
fn is_other_link(error: &walkdir::Error, wanted: impl Fn(&Path) -> bool) -> bool {
    error.io_error().map(io::Error::kind) == Some(io::ErrorKind::NotFound)
        && error
            .path()
            .is_some_and(|path| path.is_symlink() && !wanted(path))
}

fn failed(root: &Path, error: walkdir::Error) -> Failure {
    let path = error.path().unwrap_or(root).to_owned();
    if let Some(ancestor) = error.loop_ancestor() {
        let (path, ancestor) = (path.display(), ancestor.display());
        return Failure::say(
            ExitCode::Source,
            format!("the link `{path}` leads back to `{ancestor}`: this folder has no end"),
        )
        .advise("Remove the link, or name the folders below it one by one.");
    }
    let error = error
        .into_io_error()
        .unwrap_or_else(|| io::Error::other("the system does not say why"));
    unreadable(&path, error)
}
