//! What S3 keeps beside an object's bytes, tied to exactly those bytes.
//!
//! An object's file is published by one rename, and its metadata must change with it. So the
//! metadata lies in a file of its own, written and synced *before* that rename, whose name holds
//! what the rename brings into sight: the key (hashed), the size and the modification time of the
//! file, to the nanosecond. The time is chosen so that no other metadata of that key bears it.
//!
//! - Before the rename the old file is in place, and its size and time lead to the old metadata.
//! - After it they lead to the new.
//! - A file that a person put or edited in place has a time of its own, leads to nothing, and is
//!   served without our metadata.
//!
//! Size and time survive `cp -a`, `mv` of the whole folder, backup and restore, where inode
//! numbers and extended attributes do not.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use paired_md5::Md5;
use serde::{Deserialize, Serialize};

/// What a client sent along with the bytes, and gets back with them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Attributes {
    pub(crate) content_type: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) cache_control: Option<String>,
    /// `x-amz-meta-*`, without that prefix.
    pub(crate) user: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ObjectMetadata {
    /// The whole key: names hold only its hash.
    pub(crate) key: String,
    pub(crate) etag: String,
    pub(crate) attributes: Attributes,
    /// The multipart upload that made it, if one did.
    pub(crate) upload_id: Option<String>,
}

/// Size and time of a file: what ties metadata to bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) size_bytes: u64,
    pub(crate) modified: SystemTime,
}

impl Stamp {
    pub(crate) fn of(metadata: &fs::Metadata) -> io::Result<Self> {
        Ok(Self {
            size_bytes: metadata.len(),
            modified: metadata.modified()?,
        })
    }
}

/// The metadata of the objects of one bucket.
#[derive(Debug)]
pub(crate) struct MetadataFolder {
    path: PathBuf,
}

impl MetadataFolder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn create(&self) -> io::Result<()> {
        match fs::create_dir(&self.path) {
            Ok(()) => self.path.parent().map_or(Ok(()), sync_folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn file(&self, key: &str, stamp: Stamp) -> PathBuf {
        let nanos = stamp
            .modified
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos());
        let hash = hex(&Md5::of(key));
        self.path
            .join(format!("{hash}-{:x}-{nanos:x}", stamp.size_bytes))
    }

    /// The metadata of the bytes that bear this stamp, if they are ours.
    pub(crate) fn read(&self, key: &str, stamp: Stamp) -> io::Result<Option<ObjectMetadata>> {
        let path = self.file(key, stamp);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        match serde_json::from_slice::<ObjectMetadata>(&text) {
            Ok(metadata) => Ok((metadata.key == key).then_some(metadata)),
            Err(error) => {
                // Synced before it could be seen, so it was edited since. The bytes are still
                // worth serving.
                log::warn!("embedded S3: {} is damaged: {error}", path.display());
                Ok(None)
            }
        }
    }

    /// Gives `staged` a time of its own, syncs it, and writes its metadata, synced too. Nothing
    /// of it can be seen before the file is renamed to its place.
    ///
    /// The time is `time`, or the next one after it that is free.
    pub(crate) fn write(
        &self,
        staged: &File,
        metadata: &ObjectMetadata,
        mut time: SystemTime,
    ) -> io::Result<Stamp> {
        self.create()?;
        let text = serde_json::to_vec(metadata)?;
        let mut step = Duration::from_nanos(1);
        loop {
            staged.set_modified(time)?;
            // Read back: the file system may keep fewer digits.
            let stamp = Stamp::of(&staged.metadata()?)?;
            let path = self.file(&metadata.key, stamp);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(mut file) => {
                    let written = file
                        .write_all(&text)
                        .and_then(|()| file.sync_all())
                        .and_then(|()| staged.sync_all())
                        .and_then(|()| sync_folder(&self.path));
                    if let Err(error) = written {
                        let _removed = fs::remove_file(&path);
                        return Err(error);
                    }
                    return Ok(stamp);
                }
                // Another object of this key has this very size and time, or had it.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    time += step;
                    step *= 2;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Forgets the metadata of bytes that are gone. Failing to costs some disk until the next
    /// start, and nothing else.
    pub(crate) fn remove(&self, key: &str, stamp: Stamp) {
        let path = self.file(key, stamp);
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != ErrorKind::NotFound
        {
            log::warn!("embedded S3: cannot remove {}: {error}", path.display());
        }
    }

    /// Drops what belongs to no bytes in sight: what crashes and hand edits left.
    ///
    /// `current` tells the stamp of the file that a key leads to. Where it or the disk fails to
    /// say, the metadata stays: a disk that is gone for a while must cost nothing.
    pub(crate) fn sweep(
        &self,
        current: impl Fn(&str) -> io::Result<Option<Stamp>>,
    ) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let path = entry?.path();
            match self.is_in_use(&path, &current) {
                Ok(true) => {}
                Ok(false) => fs::remove_file(&path)?,
                Err(error) => log::warn!(
                    "embedded S3: keeps {} without knowing its object: {error}",
                    path.display()
                ),
            }
        }
        Ok(())
    }

    fn is_in_use(
        &self,
        path: &Path,
        current: impl Fn(&str) -> io::Result<Option<Stamp>>,
    ) -> io::Result<bool> {
        let text = fs::read(path)?;
        // Cut short by a crash: the file it was for never came into sight.
        let Ok(metadata) = serde_json::from_slice::<ObjectMetadata>(&text) else {
            return Ok(false);
        };
        let stamp = current(&metadata.key)?;
        Ok(stamp.is_some_and(|stamp| self.file(&metadata.key, stamp) == path))
    }
}

/// Makes names in a folder last: on Unix a rename is safe only once its folder is synced.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_one_key_size_and_time_keep_their_own_metadata() {
        let folder = tempfile::tempdir().unwrap();
        let metadata = MetadataFolder::new(folder.path().join("bucket"));
        let now = SystemTime::now();
        let write = |etag: &str| {
            let staged = tempfile::tempfile_in(folder.path()).unwrap();
            let object = ObjectMetadata {
                key: "k".to_owned(),
                etag: etag.to_owned(),
                attributes: Attributes::default(),
                upload_id: None,
            };
            let stamp = metadata.write(&staged, &object, now).unwrap();
            assert_eq!(stamp, Stamp::of(&staged.metadata().unwrap()).unwrap());
            stamp
        };
        let (old, new) = (write("old"), write("new"));
        let etag = |stamp| metadata.read("k", stamp).unwrap().unwrap().etag;
        assert_eq!((etag(old), etag(new)), ("old".to_owned(), "new".to_owned()));

        // A disk that does not answer costs nothing.
        metadata
            .sweep(|_| Err(ErrorKind::PermissionDenied.into()))
            .unwrap();
        assert_eq!((etag(old), etag(new)), ("old".to_owned(), "new".to_owned()));

        // What a crash before or after the rename leaves, and what is cleaned up.
        metadata.sweep(|_| Ok(Some(new))).unwrap();
        assert_eq!(etag(new), "new");
        assert!(metadata.read("k", old).unwrap().is_none());
        metadata.sweep(|_| Ok(None)).unwrap();
        assert!(metadata.read("k", new).unwrap().is_none());
    }
}
