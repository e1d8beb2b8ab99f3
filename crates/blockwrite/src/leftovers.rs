//! What killed processes left beside their targets, and its removal.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::atomic_file::{folder_of, resolve};
use crate::{Error, Result, temporary};

/// A temporary file whose owner is no more.
#[derive(Debug)]
#[non_exhaustive]
pub struct Leftover {
    /// Where it lay: `.NAME.RANDOM.blockwrite-tmp`, where NAME is the beginning of its target's.
    pub path: PathBuf,
    /// Its length in bytes.
    pub bytes: u64,
    /// Why it lies there still; `None` where it was removed.
    pub error: Option<io::Error>,
}

/// Removes the temporary files that killed processes left in `folder`, and says which; the
/// folder's own subfolders are not looked into.
///
/// Only a regular file with the exact name of a temporary of [`AtomicFile`](crate::AtomicFile),
/// and whose lock no process holds, is a leftover: what is being written at this moment stays, on
/// whatever thread or in whatever process. Where the file system has no locks nothing is touched,
/// nor where this process may not open the file.
///
/// A network file system that keeps its locks to each machine can't tell a killed process from one
/// on another machine: there, call this only where one machine writes to the folder.
///
/// # Errors
///
/// [`Error::File`] where the folder can't be listed. A file that can't be removed is no error of
/// the call: see [`Leftover::error`].
///
/// ```
/// # use std::fs;
/// # let dir = tempfile::tempdir()?;
/// # let folder = dir.path();
/// fs::write(folder.join(".out.parquet.Zu8sT0aWq3Lm.blockwrite-tmp"), "half a file")?;
/// let removed = blockwrite::remove_leftovers(folder)?;
/// assert_eq!(removed[0].bytes, 11);
/// assert!(!removed[0].path.exists());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub fn remove_leftovers(folder: impl AsRef<Path>) -> Result<Vec<Leftover>> {
    let folder = folder.as_ref();
    let unlisted = |source| Error::File {
        action: "list the folder",
        path: folder.to_owned(),
        source,
    };
    let mut leftovers = Vec::new();
    for entry in fs::read_dir(folder).map_err(unlisted)? {
        let entry = entry.map_err(unlisted)?;
        let regular = entry.file_type().is_ok_and(|kind| kind.is_file());
        if regular && temporary::is_temporary(&entry.file_name()) {
            leftovers.extend(remove_if_dead(entry.path()));
        }
    }
    leftovers.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(leftovers)
}

/// Removes what killed processes left in the folder in which a file for `target` is written before
/// it has its name: [`remove_leftovers`] of that folder. A symbolic link is followed, as
/// [`AtomicFile::create`](crate::AtomicFile::create) does.
///
/// # Errors
///
/// [`Error::File`] where the target can't be looked at, or its folder can't be listed.
pub fn remove_leftovers_beside(target: impl AsRef<Path>) -> Result<Vec<Leftover>> {
    let target = target.as_ref();
    let resolved = resolve(target).map_err(|source| Error::File {
        action: "look at",
        path: target.to_owned(),
        source,
    })?;
    remove_leftovers(folder_of(&resolved))
}

/// Whether a file of this name is one that an [`AtomicFile`](crate::AtomicFile) is written to
/// before it has its own: `.NAME.RANDOM.blockwrite-tmp`, and nothing that looks like it.
pub fn is_temporary(name: impl AsRef<OsStr>) -> bool {
    temporary::is_temporary(name.as_ref())
}

/// `None` where the file has an owner, or where that can't be told.
fn remove_if_dead(path: PathBuf) -> Option<Leftover> {
    let file = File::open(&path).ok()?;
    file.try_lock().ok()?;
    // Its owner may have renamed it before the lock was ours, and the file is a result now.
    if !temporary::is_at(&file, &path) {
        return None;
    }
    let bytes = file.metadata().ok()?.len();
    // The lock is held until the file is gone: an owner that has just made it and waits to lock it
    // finds it taken, and makes another.
    let removal = fs::remove_file(&path);
    let error = match removal {
        // Somebody else cleared it, or its owner did.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => Some(error),
        Ok(()) => None,
    };
    Some(Leftover { path, bytes, error })
}
