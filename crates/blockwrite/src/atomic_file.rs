//! A file that appears whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::{Error, Result};

/// Temporary files end so; what a killed process leaves is told from results by it.
const TEMPORARY_SUFFIX: &str = ".blockwrite-tmp";

/// Written beside its target and renamed onto it by [`commit`](Self::commit); dropped before
/// that, it is removed. Until the rename a reader of the target sees what was there before.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    /// Taken by `commit`.
    temporary: Option<NamedTempFile>,
}

impl AtomicFile {
    /// Begins a file that will stand at `target`. The folder must exist and be writable; a
    /// symbolic link is followed, and the file it points to is the one replaced.
    ///
    /// # Errors
    ///
    /// [`Error::Target`] where a whole file can't take the target's place: a folder, a device or
    /// pipe, a file that is read-only, a link that leads nowhere. [`Error::File`] where the
    /// temporary file can't be made.
    pub fn create(target: impl AsRef<Path>) -> Result<Self> {
        let given = target.as_ref();
        let refuse = |reason| {
            Err(Error::Target {
                path: given.to_owned(),
                reason,
            })
        };
        let mut target = given.to_owned();
        let mut permissions = None;
        match fs::metadata(given) {
            Ok(there) if there.is_dir() => {
                return refuse("it is a folder; name a file in it");
            }
            Ok(there) if !there.is_file() => {
                return refuse("it is a device or a pipe, not a file that can be replaced");
            }
            Ok(there) if there.permissions().readonly() => {
                return refuse("the file is read-only; make it writable or name another");
            }
            Ok(there) => {
                // The file behind a link is replaced, and not the link by a file.
                target = given.canonicalize().map_err(|source| Error::File {
                    action: "resolve",
                    path: given.to_owned(),
                    source,
                })?;
                permissions = Some(there.permissions());
            }
            Err(_) if given.is_symlink() => {
                return refuse(
                    "it is a symbolic link to nothing; remove the link or name its target",
                );
            }
            Err(_) if given.file_name().is_none() || ends_with_separator(given) => {
                return refuse("it names no file");
            }
            Err(_) if !folder_of(given).is_dir() => {
                return refuse("the folder it would stand in does not exist; create it first");
            }
            // Anything else that is wrong shows when the temporary file is made beside it.
            Err(_) => {}
        }
        let temporary = Self::temporary_beside(&target, permissions)?;
        Ok(Self {
            target,
            temporary: Some(temporary),
        })
    }

    fn temporary_beside(target: &Path, like: Option<fs::Permissions>) -> Result<NamedTempFile> {
        let folder = folder_of(target);
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        // Long names leave no room for a prefix: the file system's limit is 255 bytes a name.
        let prefix: String = name.chars().take(40).collect();
        let prefix = format!(".{prefix}.");
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(TEMPORARY_SUFFIX);
        // Not the private mode of temporary files: the result is an ordinary file, whose mode
        // the umask decides.
        #[cfg(unix)]
        let builder = {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(like.unwrap_or_else(|| fs::Permissions::from_mode(0o666)))
        };
        #[cfg(not(unix))]
        let _ = like;
        builder.tempfile_in(folder).map_err(|source| Error::File {
            action: "create a temporary file in the folder",
            path: folder.to_owned(),
            // Without the temporary's random name, which would tell nobody anything.
            source: source.kind().into(),
        })
    }

    /// The path at which the file will stand.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Forces the bytes to disk, renames the file onto its target and forces the rename to disk.
    ///
    /// # Errors
    ///
    /// [`Error::Finished`] on a second call. After any other error but that of the last step the
    /// target is as it was and the temporary file is gone.
    pub fn commit(&mut self) -> Result<()> {
        let temporary = self.temporary.take().ok_or(Error::Finished)?;
        let failed = |action| {
            let path = self.target.clone();
            move |source| Error::File {
                action,
                path,
                source,
            }
        };
        temporary
            .as_file()
            .sync_all()
            .map_err(failed("force to disk what is to become"))?;
        temporary
            .persist(&self.target)
            .map_err(|error| failed("rename the finished file to")(error.error))?;
        // Without this a power cut could bring back the old name's content.
        let folder = folder_of(&self.target);
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed("force to disk the new name"))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

impl AtomicFile {
    fn file(&mut self) -> io::Result<&mut File> {
        self.temporary
            .as_mut()
            .map(NamedTempFile::as_file_mut)
            .ok_or_else(|| io::Error::other("the file is committed already"))
    }
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn ends_with_separator(path: &Path) -> bool {
    path.to_string_lossy().ends_with(std::path::is_separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_old_file_stands_until_the_commit() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("out");
        fs::write(&target, "old").unwrap();
        let mut file = AtomicFile::create(&target).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"old");
        file.commit().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(names(dir.path()), ["out"]);
        assert!(matches!(file.commit(), Err(Error::Finished)));
    }

    #[test]
    fn a_dropped_file_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create(dir.path().join("out")).unwrap();
        file.write_all(b"half").unwrap();
        assert_eq!(
            names(dir.path()).len(),
            1,
            "the temporary lies beside the target"
        );
        drop(file);
        assert!(names(dir.path()).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_has_the_mode_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("plain"), "").unwrap();
        let mut file = AtomicFile::create(dir.path().join("atomic")).unwrap();
        file.commit().unwrap();
        let mode = |name: &str| {
            fs::metadata(dir.path().join(name))
                .unwrap()
                .permissions()
                .mode()
        };
        assert_eq!(mode("atomic"), mode("plain"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_and_stays_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut file = AtomicFile::create(&link).unwrap();
        file.write_all(b"new").unwrap();
        file.commit().unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn what_no_file_can_replace_is_refused_and_untouched() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        symlink(at("nowhere"), at("dangling")).unwrap();
        fs::write(at("read-only"), "keep").unwrap();
        fs::set_permissions(at("read-only"), fs::Permissions::from_mode(0o444)).unwrap();
        let before = names(dir.path());
        for (target, reason) in [
            (dir.path().to_owned(), "it is a folder"),
            (at("dangling"), "symbolic link to nothing"),
            (at("read-only"), "read-only"),
            ("/dev/null".into(), "device or a pipe"),
            (at("new/"), "names no file"),
            (at("no/such/folder"), "does not exist"),
        ] {
            let error = AtomicFile::create(&target).unwrap_err();
            assert!(matches!(error, Error::Target { .. }), "{error:?}");
            assert!(error.to_string().contains(reason), "{error}");
        }
        assert_eq!(names(dir.path()), before);
    }
}
