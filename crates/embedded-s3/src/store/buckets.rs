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
        let _names = self.names();
        if has_files(&path).map_err(disk_error("list", &path))? {
            return Err(s3_error!(
                BucketNotEmpty,
                "the bucket holds objects: delete them first"
            ));
        }
        for upload in self.uploads.all() {
            if upload.bucket == bucket {
                upload.close();
                self.uploads.forget(&upload);
            }
        }
        fs::remove_dir_all(&path).map_err(disk_error("remove the bucket", &path))?;
        let _gone = fs::remove_file(self.layout.buckets.join(bucket));
        let _gone = fs::remove_dir_all(self.layout.metadata.join(bucket));
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
