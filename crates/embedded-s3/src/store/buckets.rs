//! Buckets: folders right below the root.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use s3s::path::check_bucket_name;
use s3s::{S3Result, s3_error};

use super::metadata::sync_folder;
use super::{Store, disk_error};

/// A bucket and when it was made.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) created: SystemTime,
}

impl Store {
    /// The folder of a bucket.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub(super) fn bucket(&self, bucket: &str) -> S3Result<PathBuf> {
        // The protocol layer checks names as well; here a wrong one would be a way out of the
        // root, so nothing rests on that.
        let path = self.layout.bucket(bucket);
        let there = check_bucket_name(bucket)
            && fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
        if there {
            Ok(path)
        } else {
            Err(s3_error!(
                NoSuchBucket,
                "the bucket does not exist: create it first"
            ))
        }
    }

    pub(crate) fn head_bucket(&self, bucket: &str) -> S3Result<()> {
        self.bucket(bucket).map(drop)
    }

    pub(crate) fn create_bucket(&self, bucket: &str, location: Option<&str>) -> S3Result<()> {
        if !check_bucket_name(bucket) {
            return Err(s3_error!(InvalidBucketName));
        }
        let path = self.layout.bucket(bucket);
        let _names = self.names();
        match fs::create_dir(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(s3_error!(
                    BucketAlreadyOwnedByYou,
                    "the bucket exists, and it is yours"
                ));
            }
            Err(error) => return Err(disk_error("create the bucket", &path)(error)),
        }
        let noted = self.layout.buckets.join(bucket);
        fs::write(&noted, location.unwrap_or_default())
            .map_err(disk_error("note the location of the bucket", &noted))?;
        sync_folder(&self.layout.root).map_err(disk_error("sync", &self.layout.root))
    }

    /// Whether the bucket and the note of its creation are both gone. A folder that is missing
    /// alone may be on a disk that comes back.
    pub(super) fn bucket_was_deleted(&self, bucket: &str) -> bool {
        [self.layout.bucket(bucket), self.layout.buckets.join(bucket)]
            .iter()
            .all(|path| matches!(path.try_exists(), Ok(false)))
    }

    /// The location constraint it was created with.
    pub(crate) fn bucket_location(&self, bucket: &str) -> S3Result<Option<String>> {
        self.bucket(bucket)?;
        // A folder made by hand has none.
        let noted = fs::read_to_string(self.layout.buckets.join(bucket)).unwrap_or_default();
        Ok(Some(noted).filter(|location| !location.is_empty()))
    }

    /// All buckets, by name.
    pub(crate) fn buckets(&self) -> S3Result<Vec<Bucket>> {
        let root = &self.layout.root;
        let mut buckets = Vec::new();
        for entry in fs::read_dir(root).map_err(disk_error("list", root))? {
            let entry = entry.map_err(disk_error("list", root))?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if self.bucket(&name).is_err() {
                continue;
            }
            let found = entry.metadata().map_err(disk_error("look at", root))?;
            buckets.push(Bucket {
                name,
                // Not all file systems keep the time of birth.
                created: found
                    .created()
                    .or(found.modified())
                    .unwrap_or(SystemTime::UNIX_EPOCH),
            });
        }
        buckets.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(buckets)
    }

    /// Removes a bucket without objects, and its open uploads with it.
    pub(crate) fn delete_bucket(&self, bucket: &str) -> S3Result<()> {
        let path = self.bucket(bucket)?;
        let mut uploads = self.uploads.all();
        uploads.retain(|upload| upload.bucket == bucket);
        {
            let _names = self.names();
            if has_files(&path).map_err(disk_error("list", &path))? {
                return Err(s3_error!(
                    BucketNotEmpty,
                    "the bucket holds objects: delete them first"
                ));
            }
            fs::remove_dir_all(&path).map_err(disk_error("remove the bucket", &path))?;
            let _gone = fs::remove_file(self.layout.buckets.join(bucket));
            let _gone = fs::remove_dir_all(self.layout.metadata.join(bucket));
        }
        // Not under the lock of names: a completion waits for that one while it holds its
        // upload, and then finds that the bucket is gone.
        for upload in uploads {
            upload.close();
            self.uploads.forget(&upload);
        }
        sync_folder(&self.layout.root).map_err(disk_error("sync", &self.layout.root))
    }
}

/// Whether anything but folders lies below, whoever put it there.
fn has_files(folder: &Path) -> std::io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() || has_files(&entry.path())? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Attributes;
    use std::time::{Duration, Instant};

    #[test]
    fn a_bucket_goes_while_one_of_its_uploads_is_being_completed() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::open(root.path()).unwrap();
        store.create_bucket("bucket", None).unwrap();
        let id = store
            .create_upload("bucket", "k", Attributes::default(), "me")
            .unwrap();
        let upload = store.upload("bucket", "k", &id).unwrap();
        std::thread::scope(|scope| {
            let completing = upload.open_state().unwrap();
            let deleting = scope.spawn(|| store.delete_bucket("bucket"));
            let patience = Instant::now() + Duration::from_secs(10);
            let mut gone = false;
            while !gone && Instant::now() < patience {
                std::thread::yield_now();
                gone = store.bucket("bucket").is_err();
            }
            // What a completion does next, with its upload still held.
            drop(gone.then(|| store.names()));
            drop(completing);
            deleting.join().unwrap().unwrap();
            assert!(gone, "the deletion waits for the upload with names locked");
        });
        assert!(upload.open_state().is_err());
    }
}
