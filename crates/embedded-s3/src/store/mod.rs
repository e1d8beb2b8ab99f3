//! Buckets, objects and uploads in a folder. Plain blocking code: the S3 side runs it on threads
//! that may wait, from start to end, so that a client that goes away stops nothing half-way.
//!
//! ```text
//!   body ─▶ receive: file, digests ─▶ objects::publish ─▶ {bucket}/{key}
//!             │                            ▲    metadata first, then one rename
//!             └─▶ uploads: parts ─assembly─┘
//! ```

mod assembly;
mod buckets;
mod checksums;
mod completion;
mod conditions;
mod disk_error;
mod folder_lock;
mod key_path;
mod layout;
mod listing;
mod metadata;
mod objects;
mod placement;
mod receive;
mod slots;
mod upload;
mod uploads;
mod whole_checksum;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::start_error::StartError;

pub(crate) use checksums::{Checksums, ExpectedChecksums};
pub(crate) use completion::NamedPart;
pub(crate) use conditions::Conditions;
pub(crate) use disk_error::disk_error;
pub(crate) use listing::{Listed, ListedPage, PageRequest};
pub(crate) use metadata::{Attributes, Stamp};
pub(crate) use objects::{Found, StagedObject};
pub(crate) use receive::{Expected, Received, receive, staging_file};

use folder_lock::FolderLock;
use layout::Layout;
use metadata::MetadataFolder;
use uploads::Uploads;

/// The folder, held by this process.
#[derive(Debug)]
pub(crate) struct Store {
    layout: Layout,
    uploads: Uploads,
    /// Held while names change: a condition is checked, folders made, and a file renamed or
    /// removed as one step. Never while bytes are written or synced.
    names: Mutex<()>,
    /// So many seconds before now new objects are dated.
    backdated_s: Arc<AtomicU64>,
    /// Freed last: fields are dropped in this order.
    lock: FolderLock,
}

impl Store {
    /// Takes the folder, and cleans up after a process that was killed.
    pub(crate) fn open(root: &Path) -> Result<Self, StartError> {
        let layout = Layout::new(root);
        layout.create_private()?;
        let lock = FolderLock::take(root, &layout.private)?;
        layout.prepare()?;
        let uploads = Uploads::load(&layout.uploads)
            .map_err(StartError::folder("read uploads in", &layout.uploads))?;
        let store = Self {
            layout,
            uploads,
            names: Mutex::new(()),
            backdated_s: Arc::default(),
            lock,
        };
        store.sweep()?;
        Ok(store)
    }

    /// The same store, whose new objects are dated so many seconds before now.
    pub(crate) fn backdated(self, backdated_s: Arc<AtomicU64>) -> Self {
        Self {
            backdated_s,
            ..self
        }
    }

    /// When an object that is stored now is dated.
    fn date(&self) -> SystemTime {
        let back = Duration::from_secs(self.backdated_s.load(Relaxed));
        SystemTime::now().checked_sub(back).unwrap_or(UNIX_EPOCH)
    }

    /// Leaves word where this folder is served, for the process that comes second.
    pub(crate) fn announce(&self, endpoint: &str) -> Result<(), StartError> {
        self.lock.announce(endpoint)
    }

    pub(crate) fn private_folder(&self) -> &Path {
        &self.layout.private
    }

    pub(crate) fn staging_folder(&self) -> &Path {
        &self.layout.staging
    }

    fn metadata(&self, bucket: &str) -> MetadataFolder {
        MetadataFolder::new(self.layout.metadata.join(bucket))
    }

    fn names(&self) -> MutexGuard<'_, ()> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes metadata without an object, and uploads whose object is in place or whose bucket
    /// was deleted.
    fn sweep(&self) -> Result<(), StartError> {
        let folder = &self.layout.metadata;
        let failed = || StartError::folder("clean up", folder);
        for entry in fs::read_dir(folder).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            // A file here is not of our making, such as a `.DS_Store`.
            if !entry.file_type().map_err(failed())?.is_dir() {
                continue;
            }
            let name = entry.file_name();
            let Some(bucket) = name.to_str() else {
                continue;
            };
            let current = |key: &str| self.stamp(bucket, key);
            self.metadata(bucket).sweep(current).map_err(failed())?;
        }
        for upload in self.uploads.all() {
            let completed = self
                .object_made_by(&upload.bucket, &upload.key, &upload.id)
                .is_some();
            if completed || self.bucket_was_deleted(&upload.bucket) {
                self.uploads.forget(&upload);
            }
        }
        Ok(())
    }
}
