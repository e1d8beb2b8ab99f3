//! Objects: found, published, removed.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use md5::{Digest as _, Md5};
use s3s::{S3ErrorCode, S3Result, s3_error};

use super::key_path::KeyPath;
use super::metadata::{ObjectMetadata, hex, sync_folder};
use super::{Attributes, Conditions, Stamp, Store, disk_error, placement};

/// An object, open: its bytes stay readable whatever happens to its key.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) file: File,
    pub(crate) stamp: Stamp,
    /// Without quotes.
    pub(crate) etag: String,
    pub(crate) attributes: Attributes,
    pub(crate) upload_id: Option<String>,
}

/// Bytes ready to become an object.
#[derive(Debug)]
pub(crate) struct StagedObject<'a> {
    /// Where they lie, on the disk of the root; the caller removes what is not published.
    pub(crate) path: &'a Path,
    pub(crate) file: &'a File,
    /// Without quotes.
    pub(crate) etag: String,
    pub(crate) attributes: Attributes,
    pub(crate) upload_id: Option<String>,
}

impl Store {
    /// Opens the object of a key.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchKey`.
    pub(crate) fn object(&self, bucket: &str, key: &str) -> S3Result<Found> {
        let folder = self.bucket(bucket)?;
        let key_path = KeyPath::new(key);
        let missing = || s3_error!(NoSuchKey, "the key does not exist");
        let mut seen = None;
        loop {
            let path = placement::find(&folder, &key_path)
                .map_err(disk_error("find an object in", &folder))?
                .ok_or_else(missing)?;
            let file = match File::open(&path) {
                Ok(file) => file,
                // Moved aside or replaced since it was found: look again.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(disk_error("open", &path)(error)),
            };
            let stamp = file
                .metadata()
                .and_then(|found| Stamp::of(&found))
                .map_err(disk_error("look at", &path))?;
            let metadata = self
                .metadata(bucket)
                .read(key, stamp)
                .map_err(disk_error("read the metadata of", &path))?;
            if let Some(metadata) = metadata {
                return Ok(Found {
                    file,
                    stamp,
                    etag: metadata.etag,
                    attributes: metadata.attributes,
                    upload_id: metadata.upload_id,
                });
            }
            // Either no metadata of ours, or it was replaced between two of the steps above, and
            // then the second look finds another file.
            if seen == Some(stamp) {
                return Ok(Found {
                    file,
                    stamp,
                    etag: etag_of_foreign(key, stamp),
                    attributes: Attributes::default(),
                    upload_id: None,
                });
            }
            seen = Some(stamp);
        }
    }

    /// The object of a key, if there is one.
    fn current(&self, bucket: &str, key: &str) -> S3Result<Option<Found>> {
        match self.object(bucket, key) {
            Ok(found) => Ok(Some(found)),
            Err(error) if *error.code() == S3ErrorCode::NoSuchKey => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The stamp of a key's file, if there is one. `None` is certain: what cannot be looked at
    /// is an error.
    pub(super) fn stamp(&self, bucket: &str, key: &str) -> io::Result<Option<Stamp>> {
        let path = placement::find(&self.layout.bucket(bucket), &KeyPath::new(key))?;
        path.map(|path| Stamp::of(&fs::symlink_metadata(path)?))
            .transpose()
    }

    /// The object in place, if it came of this multipart upload.
    pub(crate) fn object_made_by(&self, bucket: &str, key: &str, upload_id: &str) -> Option<Found> {
        let found = self.object(bucket, key).ok()?;
        (found.upload_id.as_deref() == Some(upload_id)).then_some(found)
    }

    /// Puts staged bytes in place of whatever the key holds, and returns once they will outlast
    /// a crash.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, and what [`Conditions::check`] says; then the old object is untouched.
    pub(crate) fn publish(
        &self,
        bucket: &str,
        key: &str,
        staged: StagedObject<'_>,
        conditions: &Conditions,
    ) -> S3Result<()> {
        let folder = self.bucket(bucket)?;
        let metadata = self.metadata(bucket);
        let stamp = metadata
            .write(
                staged.file,
                &ObjectMetadata {
                    key: key.to_owned(),
                    etag: staged.etag,
                    attributes: staged.attributes,
                    upload_id: staged.upload_id,
                },
                self.date(),
            )
            .map_err(disk_error("write the metadata of", staged.path))?;

        let replaced = self.rename_into_place(bucket, key, staged.path, conditions);
        let (old, to_sync) = match replaced {
            Ok(replaced) => replaced,
            Err(error) => {
                metadata.remove(key, stamp);
                return Err(error);
            }
        };
        // The folder of a deep key last: a synced parent makes sure that it is found.
        for path in &to_sync {
            sync_folder(path).map_err(disk_error("sync", path))?;
        }
        if let Some(old) = old {
            metadata.remove(key, old);
        }
        log::debug!(
            "embedded S3: {bucket}/{key} in place below {}",
            folder.display()
        );
        Ok(())
    }

    /// The commit: condition and rename as one step. Returns the stamp of what was replaced, and
    /// the folders to sync.
    fn rename_into_place(
        &self,
        bucket: &str,
        key: &str,
        staged: &Path,
        conditions: &Conditions,
    ) -> S3Result<(Option<Stamp>, Vec<PathBuf>)> {
        let _names = self.names();
        // Asked again under the lock: the bucket may have gone meanwhile.
        let folder = self.bucket(bucket)?;
        let current = self.current(bucket, key)?;
        conditions.check(current.as_ref().map(|found| found.etag.as_str()))?;
        let place = match placement::make(&folder, &KeyPath::new(key)) {
            Ok(place) => place,
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                return Err(s3_error!(
                    InvalidArgument,
                    "a symbolic link or a device lies where the key would: remove it"
                ));
            }
            Err(error) => return Err(disk_error("make folders in", &folder)(error)),
        };
        fs::rename(staged, &place.path).map_err(disk_error("rename into place", &place.path))?;
        place.made.keep();
        // The new object is in place, so this is no failure of it: the one at its own name counts.
        if let Some(former) = &place.former
            && let Err(error) = fs::remove_file(former)
        {
            log::warn!("embedded S3: cannot remove {}: {error}", former.display());
        }
        Ok((current.map(|found| found.stamp), place.to_sync))
    }

    /// Removes the object of a key; one that is not there is no error, as on S3.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, and what [`Conditions::check`] says.
    pub(crate) fn delete(&self, bucket: &str, key: &str, conditions: &Conditions) -> S3Result<()> {
        let folder = self.bucket(bucket)?;
        let key_path = KeyPath::new(key);
        let mut gone = Vec::new();
        {
            let _names = self.names();
            conditions.check(
                self.current(bucket, key)?
                    .as_ref()
                    .map(|found| found.etag.as_str()),
            )?;
            // Twice: an object may have left a copy beside a folder that is gone since.
            while let Some(path) = placement::find(&folder, &key_path)
                .map_err(disk_error("find an object in", &folder))?
            {
                let stamp = fs::symlink_metadata(&path).and_then(|found| Stamp::of(&found));
                fs::remove_file(&path).map_err(disk_error("remove", &path))?;
                gone.extend(stamp.ok());
            }
            if gone.is_empty() {
                return Ok(());
            }
            sync_folder(&key_path.folder(&folder)).map_err(disk_error("sync", &folder))?;
            placement::prune(&folder, &key_path.folder(&folder));
        }
        for stamp in gone {
            self.metadata(bucket).remove(key, stamp);
        }
        Ok(())
    }
}

/// The ETag of a file that is not of our making: it changes when the file does. The `-0` says
/// that it is no MD5 of the bytes, which would have to be read for it.
fn etag_of_foreign(key: &str, stamp: Stamp) -> String {
    let text = format!("{key}\n{}\n{:?}", stamp.size_bytes, stamp.modified);
    format!("{}-0", hex(&Md5::digest(text)))
}
