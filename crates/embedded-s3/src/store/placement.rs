//! From a key to a file that is there, or to a place where one may be put. Symbolic links are
//! never followed: what they lead to is not ours to show or to change.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::key_path::{KeyPath, name_beside_folder};

/// The file of `key`, if there is one.
pub(crate) fn find(bucket: &Path, key: &KeyPath) -> io::Result<Option<PathBuf>> {
    let mut folder = bucket.to_owned();
    for name in &key.folders {
        folder.push(name);
        match kind(&folder)? {
            Kind::Folder => {}
            _ => return Ok(None),
        }
    }
    for name in [&key.name, &key.name_beside_folder()] {
        let path = folder.join(name);
        if kind(&path)? == Kind::File {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// A place for a file, and what must be synced once it is there.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    /// Folders whose names change, parents first.
    pub(crate) to_sync: Vec<PathBuf>,
    /// Where the object lay while a folder had its name, if that folder is gone.
    pub(crate) former: Option<PathBuf>,
    /// The folders made for it, to be kept once the file is there.
    pub(crate) made: Made,
}

/// Folders made on the way to a place. Dropped before it is told to keep them, it undoes them: a
/// refused key leaves nothing.
#[derive(Debug, Default)]
pub(crate) struct Made(Vec<MadeFolder>);

#[derive(Debug)]
struct MadeFolder {
    path: PathBuf,
    /// Where the object went that had its name.
    moved_aside: Option<PathBuf>,
}

impl Made {
    pub(crate) fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for folder in self.0.drain(..).rev() {
            // What cannot be undone does no harm: an object aside is still found, and folders
            // stand for no key.
            let _removed = fs::remove_dir(&folder.path);
            if let Some(aside) = &folder.moved_aside {
                let _back = fs::rename(aside, &folder.path);
            }
        }
    }
}

/// Makes the folders that lead to `key`, and says where its file goes. An object in the way of a
/// folder is moved aside, to where [`find`] also looks.
///
/// # Errors
///
/// `NotADirectory` when a link or a device is in the way, `InvalidFilename` when the path is too
/// long for the file system. Then nothing has been made.
pub(crate) fn make(bucket: &Path, key: &KeyPath) -> io::Result<Place> {
    // Asked of the file system, which knows its limit, before hundreds of folders are made in
    // vain. The longer name of the two: a folder may want the other one later. Other failures,
    // such as an object in the way of a folder, are dealt with below.
    let longest = key.folder(bucket).join(key.name_beside_folder());
    if let Err(error) = kind(&longest)
        && error.kind() == ErrorKind::InvalidFilename
    {
        return Err(error);
    }
    let mut folder = bucket.to_owned();
    let mut to_sync = Vec::new();
    let mut made = Made::default();
    for name in &key.folders {
        let path = folder.join(name);
        match kind(&path)? {
            Kind::Folder => {}
            Kind::Other => return Err(ErrorKind::NotADirectory.into()),
            found @ (Kind::File | Kind::Nothing) => {
                let mut moved_aside = None;
                if found == Kind::File {
                    let aside = folder.join(name_beside_folder(name));
                    fs::rename(&path, &aside)?;
                    moved_aside = Some(aside);
                }
                made.0.push(MadeFolder {
                    path: path.clone(),
                    moved_aside,
                });
                fs::create_dir(&path)?;
                to_sync.push(folder);
            }
        }
        folder = path;
    }
    let plain = folder.join(&key.name);
    let beside = folder.join(key.name_beside_folder());
    to_sync.push(folder);
    let (path, former) = match kind(&plain)? {
        Kind::Folder => (beside, None),
        Kind::Other => return Err(ErrorKind::NotADirectory.into()),
        Kind::File | Kind::Nothing => (plain, Some(beside)),
    };
    Ok(Place {
        path,
        to_sync,
        former: former.filter(|path| matches!(kind(path), Ok(Kind::File))),
        made,
    })
}

/// Removes folders left empty from `folder` up to, and without, `bucket`.
pub(crate) fn prune(bucket: &Path, folder: &Path) {
    let mut folder = folder;
    // Ends at the first that is not empty: removing that fails.
    while folder != bucket && fs::remove_dir(folder).is_ok() {
        match folder.parent() {
            Some(parent) => folder = parent,
            None => return,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Other,
    Nothing,
}

fn kind(path: &Path) -> io::Result<Kind> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Kind::File),
        Ok(found) if found.is_dir() => Ok(Kind::Folder),
        Ok(_) => Ok(Kind::Other),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Kind::Nothing),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(bucket: &Path, key: &str) {
        let place = make(bucket, &KeyPath::new(key)).unwrap();
        fs::write(&place.path, key).unwrap();
        place.made.keep();
    }

    fn get(bucket: &Path, key: &str) -> Option<String> {
        let path = find(bucket, &KeyPath::new(key)).unwrap()?;
        Some(fs::read_to_string(path).unwrap())
    }

    #[test]
    fn an_object_and_a_folder_may_share_a_name() {
        for keys in [["a", "a/b", "a/b/c"], ["a/b/c", "a/b", "a"]] {
            let bucket = tempfile::tempdir().unwrap();
            for key in keys {
                put(bucket.path(), key);
            }
            for key in keys {
                assert_eq!(get(bucket.path(), key).as_deref(), Some(key));
            }
            assert_eq!(get(bucket.path(), "a/"), None);
        }
    }

    #[test]
    fn a_place_that_is_not_taken_leaves_nothing() {
        let bucket = tempfile::tempdir().unwrap();
        put(bucket.path(), "a");
        drop(make(bucket.path(), &KeyPath::new("a/b/c")).unwrap());
        let left: Vec<_> = fs::read_dir(bucket.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["a"]);
        assert_eq!(get(bucket.path(), "a").as_deref(), Some("a"));
    }

    #[test]
    fn empty_folders_go_up_to_the_bucket() {
        let bucket = tempfile::tempdir().unwrap();
        let folder = bucket.path().join("a/b");
        fs::create_dir_all(&folder).unwrap();
        prune(bucket.path(), &folder);
        assert_eq!(fs::read_dir(bucket.path()).unwrap().count(), 0);
        assert!(bucket.path().exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        use std::os::unix::fs::symlink;

        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "x").unwrap();
        let bucket = tempfile::tempdir().unwrap();
        symlink(outside.path(), bucket.path().join("folder")).unwrap();
        symlink(outside.path().join("secret"), bucket.path().join("file")).unwrap();
        for key in ["folder/secret", "file"] {
            assert_eq!(get(bucket.path(), key), None);
            assert!(make(bucket.path(), &KeyPath::new(key)).is_err());
        }
    }
}
