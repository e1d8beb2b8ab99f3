//! The open uploads of a store, and what is done with them.

use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rand::RngExt as _;
use s3s::S3Result;

use super::assembly::assemble;
use super::completion::{NamedPart, multipart_etag, select};
use super::receive::staging_file;
use super::upload::{Record, UPLOAD_FILE, Upload, no_such_upload};
use super::{Attributes, Conditions, StagedObject, Store, disk_error, whole_checksum};

/// The open uploads of all buckets.
#[derive(Debug)]
pub(super) struct Uploads {
    folder: PathBuf,
    open: Mutex<HashMap<String, Arc<Upload>>>,
}

impl Uploads {
    /// Reads what earlier processes left open.
    pub(super) fn load(folder: &Path) -> io::Result<Self> {
        let mut open = HashMap::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Ok(id) = entry.file_name().into_string() else {
                continue;
            };
            match Upload::load(id.clone(), entry.path()) {
                Ok(upload) => {
                    open.insert(id, Arc::new(upload));
                }
                // Its record is missing or cut short: killed while it was created or removed.
                // Nobody has been told of it, or it was closed already.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::NotFound | ErrorKind::InvalidData | ErrorKind::UnexpectedEof
                    ) =>
                {
                    log::debug!("embedded S3: drops the remains of upload {id}: {error}");
                    fs::remove_dir_all(entry.path())?;
                }
                // It may be whole, so it is left for a start that can read it.
                Err(error) => {
                    log::warn!("embedded S3: cannot read upload {id}, and leaves it: {error}");
                }
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            open: Mutex::new(open),
        })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Arc<Upload>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn all(&self) -> Vec<Arc<Upload>> {
        self.open().values().cloned().collect()
    }

    /// Drops an upload, its parts and its record; the record first, so that a crash leaves
    /// remains and not half an upload.
    pub(super) fn forget(&self, upload: &Upload) {
        self.open().remove(&upload.id);
        let removed = fs::remove_file(upload.folder.join(UPLOAD_FILE))
            .and_then(|()| fs::remove_dir_all(&upload.folder));
        if let Err(error) = removed {
            log::warn!(
                "embedded S3: cannot remove {} until the next start: {error}",
                upload.folder.display()
            );
        }
    }
}

impl Store {
    /// Opens an upload.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub(crate) fn create_upload(
        &self,
        bucket: &str,
        key: &str,
        attributes: Attributes,
        initiator: &str,
    ) -> S3Result<String> {
        self.bucket(bucket)?;
        let id = format!("{:032x}", rand::rng().random::<u128>());
        let folder = self.uploads.folder.join(&id);
        let now_ms = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| {
                u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
            });
        let record = Record {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            attributes,
            initiated_unix_ms: now_ms,
            initiator: initiator.to_owned(),
        };
        let write = || {
            fs::create_dir(&folder)?;
            fs::write(folder.join(UPLOAD_FILE), serde_json::to_vec(&record)?)?;
            Upload::load(id.clone(), folder.clone())
        };
        let upload = write().map_err(|error| {
            // What stays is dropped at the next start.
            let _removed = fs::remove_dir_all(&folder);
            disk_error("create the upload", &folder)(error)
        })?;
        self.uploads.open().insert(id.clone(), Arc::new(upload));
        Ok(id)
    }

    /// The open upload of this id, if it is for this key.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchUpload`.
    pub(crate) fn upload(&self, bucket: &str, key: &str, id: &str) -> S3Result<Arc<Upload>> {
        self.bucket(bucket)?;
        self.uploads
            .open()
            .get(id)
            .filter(|upload| upload.bucket == bucket && upload.key == key)
            .cloned()
            .ok_or_else(no_such_upload)
    }

    /// All open uploads of a bucket, by key, then by age.
    pub(crate) fn open_uploads(&self, bucket: &str) -> S3Result<Vec<Arc<Upload>>> {
        self.bucket(bucket)?;
        let mut uploads = self.uploads.all();
        uploads.retain(|upload| upload.bucket == bucket);
        uploads.sort_by(|a, b| (&a.key, a.initiated, &a.id).cmp(&(&b.key, b.initiated, &b.id)));
        Ok(uploads)
    }

    /// Closes an upload and drops its parts.
    pub(crate) fn abort_upload(&self, bucket: &str, key: &str, id: &str) -> S3Result<()> {
        let upload = self.upload(bucket, key, id)?;
        upload.open_state()?.closed = true;
        self.uploads.forget(&upload);
        Ok(())
    }

    /// Makes the object of the parts named, in place once this returns. The upload stays open if
    /// it fails. `crc64nvme` is what the client says that the whole object has, if it does.
    ///
    /// # Errors
    ///
    /// `NoSuchUpload`, `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall`, `BadDigest`, and what
    /// [`publish`](Store::publish) says.
    pub(crate) fn complete_upload(
        &self,
        bucket: &str,
        key: &str,
        id: &str,
        named: &[NamedPart],
        crc64nvme: Option<&str>,
        conditions: &Conditions,
    ) -> S3Result<String> {
        let upload = self.upload(bucket, key, id)?;
        // Held to the end: parts and a second completion wait, and then come too late.
        let mut state = upload.open_state()?;
        let parts = select(&state.parts, named)?;
        if let Some(claimed) = crc64nvme {
            whole_checksum::check(&upload, &parts, claimed)?;
        }
        let etag = multipart_etag(&parts);
        let staging = staging_file(self.staging_folder())?;
        let assembled = assemble(&upload, &state, &parts, staging)
            .map_err(disk_error("assemble parts in", &upload.folder))?;
        let staged = StagedObject {
            path: &assembled.path,
            file: &assembled.file,
            etag: etag.clone(),
            attributes: upload.attributes.clone(),
            upload_id: Some(upload.id.clone()),
        };
        self.publish(bucket, key, staged, conditions)?;
        state.closed = true;
        drop(state);
        self.uploads.forget(&upload);
        Ok(etag)
    }
}
