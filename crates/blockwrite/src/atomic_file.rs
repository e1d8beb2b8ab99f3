//! A file that appears whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Error, Result, temporary};

/// Written beside its target and renamed onto it by [`commit`](Self::commit); dropped before
/// that, it is removed. Until the rename a reader of the target sees what was there before.
///
/// What a killed process leaves behind, [`remove_leftovers`](crate::remove_leftovers) clears.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    /// Taken by `commit`.
    temporary: Option<NamedTempFile>,
    /// Opened before the first byte, so that a folder that can't be forced to disk is refused
    /// while nothing has happened yet.
    #[cfg(unix)]
    folder: File,
}

impl AtomicFile {
    /// Begins a file that will stand at `target`. The folder must exist and be writable; a
    /// symbolic link is followed, and the file it points to is the one replaced. The new file has
    /// the mode of the one it replaces; owner, group and access lists are those of any new file.
    ///
    /// # Errors
    ///
    /// [`Error::Target`] where a whole file can't take the target's place: a folder, a device or
    /// pipe, a file that is read-only, a link that leads nowhere. [`Error::File`] where the
    /// temporary file can't be made, or its folder can't be opened to be forced to disk.
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
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::File {
                    action: "look at",
                    path: given.to_owned(),
                    source: error,
                });
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
            Err(_) => {}
        }
        #[cfg(unix)]
        let folder = File::open(folder_of(&target)).map_err(|source| Error::File {
            action: "open the folder",
            path: folder_of(&target).to_owned(),
            source,
        })?;
        let folder_of_it = folder_of(&target);
        let made = temporary::create(folder_of_it, target.file_name().unwrap_or_default());
        let temporary = made.map_err(|error| match error {
            Error::File { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                Error::Target {
                    path: given.to_owned(),
                    reason: "you may not make files in its folder; name another folder, or get the \
                             right to write there",
                }
            }
            error => error,
        })?;
        if let Some(like) = permissions {
            keep_permissions(temporary.as_file(), like).map_err(|source| Error::File {
                action: "give the new file the mode of",
                path: target.clone(),
                source,
            })?;
        }
        Ok(Self {
            target,
            temporary: Some(temporary),
            #[cfg(unix)]
            folder,
        })
    }

    /// The path at which the file will stand.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Forces what was written so far to disk, where nobody sees it yet. A caller that may be told
    /// to stop does this before [`commit`](Self::commit), because it is what takes long; the commit
    /// then finds little left to do.
    ///
    /// # Errors
    ///
    /// [`Error::Finished`] after a commit; [`Error::File`] where the disk refuses.
    pub fn sync(&mut self) -> Result<()> {
        let temporary = self.temporary.as_ref().ok_or(Error::Finished)?;
        let synced = temporary.as_file().sync_all();
        synced.map_err(|source| not_synced(&self.target, source))
    }

    /// What [`sync`](Self::sync) does, to be done on another thread. Meanwhile this file can be
    /// dropped, which on Unix removes it without waiting for the disk.
    ///
    /// # Errors
    ///
    /// Those of [`sync`](Self::sync); [`Error::File`] also where the process may open no more files.
    pub fn sync_elsewhere(&self) -> Result<impl FnOnce() -> Result<()> + Send + use<>> {
        let temporary = self.temporary.as_ref().ok_or(Error::Finished)?;
        let target = self.target.clone();
        let again = temporary.as_file().try_clone();
        let again = again.map_err(|source| not_synced(&target, source))?;
        Ok(move || {
            let synced = again.sync_all();
            synced.map_err(|source| not_synced(&target, source))
        })
    }

    /// Forces the bytes to disk, renames the file onto its target and forces the rename to disk.
    ///
    /// # Errors
    ///
    /// [`Error::Finished`] on a second call. [`Error::NotDurable`] where the file is in place and
    /// only the last step failed; after any other error the target is as it was and the temporary
    /// file is gone.
    pub fn commit(&mut self) -> Result<()> {
        if let Err(error) = self.sync() {
            self.temporary = None;
            return Err(error);
        }
        let temporary = self.temporary.take().ok_or(Error::Finished)?;
        let failed = |action| {
            let path = self.target.clone();
            move |source| Error::File {
                action,
                path,
                source,
            }
        };
        temporary::unlock_for_rename(temporary.as_file())
            .map_err(failed("unlock what is to become"))?;
        let file = temporary
            .persist(&self.target)
            .map_err(|error| failed("rename the finished file to")(error.error))?;
        // Closing would not do: a child that is being started holds every open file until it is
        // another program, and locks with them. A result that stays locked a moment longer is no
        // reason to say that there is none.
        let _ = file.unlock();
        // Without this a power cut could bring back the old name's content. Elsewhere than on
        // Unix a folder can't be opened so.
        #[cfg(unix)]
        self.folder.sync_all().map_err(|source| Error::NotDurable {
            path: self.target.clone(),
            source,
        })?;
        Ok(())
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

fn not_synced(target: &Path, source: io::Error) -> Error {
    Error::File {
        action: "force to disk what is to become",
        path: target.to_owned(),
        source,
    }
}

/// Where a mode is kept, that of the replaced file; elsewhere the new file is an ordinary one.
fn keep_permissions(file: &File, like: fs::Permissions) -> io::Result<()> {
    #[cfg(unix)]
    {
        // Some file systems refuse every change of mode, also one that changes nothing.
        if file.metadata()?.permissions() != like {
            return file.set_permissions(like);
        }
    }
    let _ = (file, like);
    Ok(())
}

/// The file that a commit to `target` replaces: behind a link, what the link points to.
pub(crate) fn resolve(target: &Path) -> io::Result<PathBuf> {
    match fs::metadata(target) {
        Ok(_) => target.canonicalize(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(target.to_owned()),
        Err(error) => Err(error),
    }
}

pub(crate) fn folder_of(target: &Path) -> &Path {
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
    fn bytes_that_are_forced_to_disk_are_not_to_be_seen_yet() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("out");
        let mut file = AtomicFile::create(&target).unwrap();
        file.write_all(b"whole").unwrap();
        file.sync().unwrap();
        assert!(!target.exists());
        file.commit().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert!(matches!(file.sync(), Err(Error::Finished)));
    }

    #[test]
    fn the_disk_can_be_waited_for_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("out");
        let mut file = AtomicFile::create(&target).unwrap();
        file.write_all(b"whole").unwrap();
        std::thread::spawn(file.sync_elsewhere().unwrap())
            .join()
            .unwrap()
            .unwrap();
        file.commit().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert!(matches!(file.sync_elsewhere(), Err(Error::Finished)));
    }

    /// The disk may answer whenever it likes.
    #[cfg(unix)]
    #[test]
    fn a_file_that_is_dropped_is_gone_before_the_disk_has_answered() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = AtomicFile::create(dir.path().join("out")).unwrap();
        file.write_all(b"half").unwrap();
        let sync = file.sync_elsewhere().unwrap();
        drop(file);
        assert!(names(dir.path()).is_empty());
        sync().unwrap();
        assert!(names(dir.path()).is_empty());
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
    fn a_replaced_file_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("shared");
        fs::write(&target, "old").unwrap();
        // Modes that no usual umask would leave, and one that it would not make.
        for mode in [0o664, 0o666, 0o600] {
            fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
            AtomicFile::create(&target).unwrap().commit().unwrap();
            let now = fs::metadata(&target).unwrap().permissions().mode();
            assert_eq!(now & 0o7777, mode);
        }
    }

    #[test]
    fn a_name_that_is_too_long_is_refused_before_the_first_byte() {
        let dir = tempfile::tempdir().unwrap();
        let error = AtomicFile::create(dir.path().join("n".repeat(300))).unwrap_err();
        let Error::File { source, .. } = &error else {
            panic!("{error:?}")
        };
        assert!(source.raw_os_error().is_some(), "{source:?}");
        assert!(names(dir.path()).is_empty());
    }

    /// `/proc` exists on every Linux and takes no files.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_the_system_said_comes_through() {
        let error = AtomicFile::create("/proc/out").unwrap_err();
        let Error::File { source, path, .. } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(path, Path::new("/proc"));
        assert!(source.raw_os_error().is_some(), "{source:?}");
        assert!(!source.to_string().contains("blockwrite-tmp"), "{source}");
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
