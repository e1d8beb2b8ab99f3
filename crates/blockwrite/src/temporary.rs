//! The file that a target is written to before it has its name: made, locked, recognised.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::{Error, Result};

const SUFFIX: &str = ".blockwrite-tmp";

/// So much chance in a name that nobody else's file has its pattern.
const RANDOM_CHARS: usize = 12;

/// Long names leave no room for more: the file system's limit is 255 bytes a name.
const NAME_CHARS: usize = 40;

/// Makes `.NAME.RANDOM.blockwrite-tmp` in `folder`, where NAME is the beginning of `name`.
///
/// The file is locked for as long as it is open: by that a living owner is told from a killed one,
/// whose lock the system lets go. Where the file system has no locks it goes without, and nobody
/// will ever take it for a leftover.
pub fn create(folder: &Path, name: &OsStr) -> Result<NamedTempFile> {
    let name: String = name.to_string_lossy().chars().take(NAME_CHARS).collect();
    let prefix = format!(".{name}.");
    let mut builder = Builder::new();
    builder
        .prefix(&prefix)
        .suffix(SUFFIX)
        .rand_bytes(RANDOM_CHARS);
    builder
        .make_in(folder, create_locked)
        .map_err(|source| Error::File {
            action: "create a temporary file in the folder",
            path: folder.to_owned(),
            source,
        })
}

/// Opened here, not by `tempfile`: the result is an ordinary file, whose mode the umask decides,
/// and the system's error comes through whole, without the random name, which would tell nobody
/// anything.
fn create_locked(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    let file = options.read(true).write(true).create_new(true).open(path)?;
    // Between the two calls somebody who clears leftovers may have locked the file, or removed it
    // already. `AlreadyExists` is how `tempfile` is told to try another name.
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::AlreadyExists.into()),
        Ok(()) if !is_at(&file, path) => return Err(io::ErrorKind::AlreadyExists.into()),
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    Ok(file)
}

/// Ends the lock where it would hinder the rename: elsewhere than on Unix a lock binds everybody.
/// On Unix it only informs, and stays with the file until it is closed.
pub fn unlock_for_rename(file: &File) -> io::Result<()> {
    #[cfg(not(unix))]
    match file.unlock() {
        Err(error) if error.kind() != io::ErrorKind::Unsupported => return Err(error),
        _ => {}
    }
    let _ = file;
    Ok(())
}

/// Whether a file of this name can only be one that [`create`] made.
pub fn is_temporary(name: &OsStr) -> bool {
    let Some((name, random)) = name.to_str().and_then(|name| {
        name.strip_prefix('.')?
            .strip_suffix(SUFFIX)?
            .rsplit_once('.')
    }) else {
        return false;
    };
    (1..=NAME_CHARS).contains(&name.chars().count())
        && random.len() == RANDOM_CHARS
        && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether the regular file at `path`, and not what a link there points to, is this open file.
pub fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(open), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        there.is_file() && (open.dev(), open.ino()) == (there.dev(), there.ino())
    }
    // Nothing names a file there but its path; a file that is open and locked keeps its own.
    #[cfg(not(unix))]
    {
        there.is_file() && open.is_file()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_pattern_is_ours() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["out", "a.parquet", &"long ".repeat(60), "ä.ö.ü", "..."] {
            let made = create(dir.path(), name.as_ref()).unwrap();
            let name = made.path().file_name().unwrap();
            assert!(is_temporary(name), "{}", name.display());
        }
        for name in [
            "out.parquet",
            "out.abcdefghijkl.blockwrite-tmp",
            ".out.blockwrite-tmp",
            "..abcdefghijkl.blockwrite-tmp",
            ".out.abcdefghijk.blockwrite-tmp",
            ".out.abcdefghijklm.blockwrite-tmp",
            ".out.abcdefgh-jkl.blockwrite-tmp",
            ".out.abcdefghijkl.blockwrite-tmp.bak",
            ".out.abcdefghijkl.blockwrite-tm",
        ] {
            assert!(!is_temporary(name.as_ref()), "{name}");
        }
        let long = format!(".{}.abcdefghijkl.blockwrite-tmp", "n".repeat(41));
        assert!(!is_temporary(long.as_ref()));
    }

    #[test]
    fn an_open_temporary_is_locked_and_a_closed_one_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let made = create(dir.path(), "out".as_ref()).unwrap();
        let other = File::open(made.path()).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        let path = made.into_temp_path();
        other.try_lock().unwrap();
        assert!(is_at(&other, &path));
    }

    #[test]
    fn a_file_that_was_replaced_is_not_at_its_path() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs::write(&path, "one").unwrap();
        let file = File::open(&path).unwrap();
        fs::rename(&path, dir.path().join("moved")).unwrap();
        assert!(!is_at(&file, &path));
        #[cfg(unix)]
        {
            fs::write(&path, "two").unwrap();
            assert!(!is_at(&file, &path));
            fs::remove_file(&path).unwrap();
            std::os::unix::fs::symlink("moved", &path).unwrap();
            assert!(!is_at(&file, &path));
        }
    }
}
