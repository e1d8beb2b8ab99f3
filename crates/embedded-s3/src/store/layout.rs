//! Where things lie below the root.
//!
//! ```text
//! {root}/
//!   {bucket}/{key}              the bytes of an object, nothing else
//!   .embedded-s3/               no bucket can have this name
//!     lock                      the process that serves the folder, and where
//!     access-key-id
//!     buckets/{bucket}          where the bucket was asked to be
//!     metadata/{bucket}/        one small file an object: see `metadata`
//!     uploads/{upload id}/      one folder an open multipart upload: see `uploads`
//!     staging/                  bytes on their way; emptied at start
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use crate::start_error::StartError;

const PRIVATE: &str = ".embedded-s3";

#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) root: PathBuf,
    pub(crate) private: PathBuf,
    pub(crate) staging: PathBuf,
    pub(crate) buckets: PathBuf,
    pub(crate) metadata: PathBuf,
    pub(crate) uploads: PathBuf,
}

impl Layout {
    pub(crate) fn new(root: &Path) -> Self {
        let private = root.join(PRIVATE);
        Self {
            root: root.to_owned(),
            staging: private.join("staging"),
            buckets: private.join("buckets"),
            metadata: private.join("metadata"),
            uploads: private.join("uploads"),
            private,
        }
    }

    /// Makes the private folder itself, which must be there before it can be locked.
    pub(crate) fn create_private(&self) -> Result<(), StartError> {
        fs::create_dir_all(&self.private).map_err(StartError::folder("create", &self.private))
    }

    /// Makes the rest, and empties what a killed process left. Only under the lock.
    pub(crate) fn prepare(&self) -> Result<(), StartError> {
        if self.staging.exists() {
            fs::remove_dir_all(&self.staging)
                .map_err(StartError::folder("empty", &self.staging))?;
        }
        for folder in [&self.staging, &self.buckets, &self.metadata, &self.uploads] {
            fs::create_dir_all(folder).map_err(StartError::folder("create", folder))?;
        }
        Ok(())
    }

    pub(crate) fn bucket(&self, bucket: &str) -> PathBuf {
        self.root.join(bucket)
    }
}
