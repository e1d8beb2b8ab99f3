//! Multipart uploads: a folder each, that survives a restart.
//!
//! ```text
//! uploads/{id}/upload.json                    what was said when it was created
//! uploads/{id}/{part}-{order}-{size}-{md5}    one file a part; of two for one part the later counts
//! ```
//!
//! A part's file is renamed to a name that says all there is to know about it, so that a part is
//! there whole or not at all. Its size is in the name because parts are not synced one by one
//! (the object is, when it is completed): a part that a power cut shortened is dropped at start.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use md5::{Digest as _, Md5};
use rand::RngExt as _;
use s3s::{S3Result, s3_error};
use serde::{Deserialize, Serialize};

use super::metadata::hex;
use super::receive::staging_file;
use super::{Attributes, Conditions, Received, StagedObject, Store, disk_error};

const UPLOAD_FILE: &str = "upload.json";

/// Every part but the last has at least this many bytes, as on S3.
const MIN_PART_BYTES: u64 = 5 << 20;

/// An open multipart upload.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) id: String,
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) attributes: Attributes,
    pub(crate) initiated: SystemTime,
    /// The key id that created it: how a later run knows its own.
    pub(crate) initiator: String,
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    parts: BTreeMap<u16, Part>,
    /// Rises with every part that arrives.
    order: u64,
    /// Completed or aborted: what comes now comes too late.
    closed: bool,
}

#[derive(Debug, Clone)]
struct Part {
    path: PathBuf,
    order: u64,
    size_bytes: u64,
    md5: [u8; 16],
    modified: SystemTime,
}

/// What `upload.json` holds.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    bucket: String,
    key: String,
    attributes: Attributes,
    initiated_unix_ms: u64,
    initiator: String,
}

/// A part as a listing shows it.
#[derive(Debug, Clone)]
pub(crate) struct ListedPart {
    pub(crate) number: u16,
    pub(crate) etag: String,
    pub(crate) size_bytes: u64,
    pub(crate) modified: SystemTime,
}

/// A part as a completion names it.
#[derive(Debug, Clone)]
pub(crate) struct NamedPart {
    pub(crate) number: u16,
    /// Without quotes.
    pub(crate) etag: String,
}

impl Upload {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, of an upload that still takes parts.
    fn open_state(&self) -> S3Result<MutexGuard<'_, State>> {
        let state = self.state();
        if state.closed {
            Err(no_such_upload())
        } else {
            Ok(state)
        }
    }

    pub(super) fn close(&self) {
        self.state().closed = true;
    }

    /// Its parts, by number.
    pub(crate) fn parts(&self) -> S3Result<Vec<ListedPart>> {
        let state = self.open_state()?;
        let listed = state.parts.iter().map(|(number, part)| ListedPart {
            number: *number,
            etag: hex(&part.md5),
            size_bytes: part.size_bytes,
            modified: part.modified,
        });
        Ok(listed.collect())
    }

    /// Takes a part that has arrived, in place of an earlier one of its number.
    pub(crate) fn put_part(&self, number: u16, received: Received) -> S3Result<()> {
        let mut state = self.open_state()?;
        let part = Part {
            order: state.order,
            path: PathBuf::new(),
            size_bytes: received.size_bytes,
            md5: received.md5,
            modified: SystemTime::now(),
        };
        let path = self.folder.join(part.file_name(number));
        received
            .path
            .persist(&path)
            .map_err(|error| disk_error("rename a part into", &self.folder)(error.error))?;
        state.order += 1;
        let earlier = state.parts.insert(number, Part { path, ..part });
        if let Some(earlier) = earlier {
            // A left-over is dropped at the next start: the later part counts.
            let _removed = fs::remove_file(earlier.path);
        }
        Ok(())
    }

    fn load(id: String, folder: PathBuf) -> io::Result<Self> {
        let record: Record = serde_json::from_slice(&fs::read(folder.join(UPLOAD_FILE))?)?;
        let mut state = State::default();
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let found = entry.metadata()?;
            let Some((number, mut part)) =
                entry.file_name().to_str().and_then(Part::from_file_name)
            else {
                continue;
            };
            let older = state
                .parts
                .get(&number)
                .is_some_and(|other| other.order > part.order);
            if older || found.len() != part.size_bytes {
                fs::remove_file(entry.path())?;
                continue;
            }
            part.path = entry.path();
            part.modified = found.modified()?;
            state.order = state.order.max(part.order + 1);
            if let Some(earlier) = state.parts.insert(number, part) {
                fs::remove_file(earlier.path)?;
            }
        }
        Ok(Self {
            id,
            bucket: record.bucket,
            key: record.key,
            attributes: record.attributes,
            initiated: UNIX_EPOCH + std::time::Duration::from_millis(record.initiated_unix_ms),
            initiator: record.initiator,
            folder,
            state: Mutex::new(state),
        })
    }
}

impl Part {
    fn file_name(&self, number: u16) -> String {
        format!(
            "{number}-{}-{}-{}",
            self.order,
            self.size_bytes,
            hex(&self.md5)
        )
    }

    fn from_file_name(name: &str) -> Option<(u16, Self)> {
        let mut fields = name.split('-');
        let number = fields.next()?.parse().ok()?;
        let order = fields.next()?.parse().ok()?;
        let size_bytes = fields.next()?.parse().ok()?;
        let digits = fields.next()?;
        let md5 = u128::from_str_radix(digits, 16).ok()?.to_be_bytes();
        let part = Self {
            path: PathBuf::new(),
            order,
            size_bytes,
            md5,
            modified: UNIX_EPOCH,
        };
        (fields.next().is_none() && part.file_name(number) == name).then_some((number, part))
    }
}

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
                // Killed while it was created or removed: nobody has been told of it, or it was
                // closed already.
                Err(error) => {
                    log::debug!("embedded S3: drops the remains of upload {id}: {error}");
                    fs::remove_dir_all(entry.path())?;
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
        let upload = write().map_err(disk_error("create the upload", &folder))?;
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
    /// it fails.
    ///
    /// # Errors
    ///
    /// `NoSuchUpload`, `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall`, and what
    /// [`publish`](Store::publish) says.
    pub(crate) fn complete_upload(
        &self,
        bucket: &str,
        key: &str,
        id: &str,
        named: &[NamedPart],
        conditions: &Conditions,
    ) -> S3Result<String> {
        let upload = self.upload(bucket, key, id)?;
        // Held to the end: parts and a second completion wait, and then come too late.
        let mut state = upload.open_state()?;
        let parts = select(&state.parts, named)?;
        let etag = multipart_etag(&parts);
        let (mut file, path) = staging_file(self.staging_folder())?.into_parts();
        for part in &parts {
            // On Linux the kernel copies from file to file.
            File::open(&part.path)
                .and_then(|mut source| io::copy(&mut source, &mut file))
                .map_err(disk_error("assemble parts in", &upload.folder))?;
        }
        let staged = StagedObject {
            path,
            file,
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

/// The parts that a completion names, checked as S3 checks them.
fn select<'a>(parts: &'a BTreeMap<u16, Part>, named: &[NamedPart]) -> S3Result<Vec<&'a Part>> {
    if named.is_empty() {
        return Err(s3_error!(MalformedXML, "name at least one part"));
    }
    if !named.is_sorted_by(|a, b| a.number < b.number) {
        return Err(s3_error!(
            InvalidPartOrder,
            "name the parts in ascending order, each once"
        ));
    }
    let mut selected = Vec::with_capacity(named.len());
    for NamedPart { number, etag } in named {
        let part = parts.get(number).filter(|part| hex(&part.md5) == *etag);
        selected.push(part.ok_or_else(|| {
            s3_error!(
                InvalidPart,
                "part {number} was not uploaded, or has another ETag"
            )
        })?);
    }
    let all_but_last = selected.len() - 1;
    if selected[..all_but_last]
        .iter()
        .any(|part| part.size_bytes < MIN_PART_BYTES)
    {
        return Err(s3_error!(
            EntityTooSmall,
            "a part other than the last is smaller than {MIN_PART_BYTES} bytes"
        ));
    }
    Ok(selected)
}

/// The MD5 of the parts' MD5s, and their number.
fn multipart_etag(parts: &[&Part]) -> String {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(part.md5);
    }
    format!("{}-{}", hex(&md5.finalize()), parts.len())
}

fn no_such_upload() -> s3s::S3Error {
    s3_error!(
        NoSuchUpload,
        "the upload does not exist: the id is wrong, or it was completed or aborted"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(size_bytes: u64, md5: u8) -> Part {
        Part {
            path: PathBuf::new(),
            order: 7,
            size_bytes,
            md5: [md5; 16],
            modified: UNIX_EPOCH,
        }
    }

    #[test]
    fn a_part_is_read_back_from_its_file_name() {
        let name = part(5, 0xab).file_name(10_000);
        let (number, read) = Part::from_file_name(&name).unwrap();
        assert_eq!((number, read.file_name(number)), (10_000, name));
        for other in [
            "upload.json",
            "1-2-3",
            "1-2-3-xyz",
            "1-2-3-00-4",
            "01-2-3-00",
        ] {
            assert!(Part::from_file_name(other).is_none(), "{other}");
        }
    }

    #[test]
    fn completions_are_checked() {
        let parts = BTreeMap::from([
            (1, part(MIN_PART_BYTES, 1)),
            (2, part(3, 2)),
            (3, part(3, 3)),
        ]);
        let name = |number: u16, md5: u8| NamedPart {
            number,
            etag: hex(&[md5; 16]),
        };
        for (named, expected) in [
            (vec![name(1, 1), name(2, 2)], "ok"),
            (vec![name(1, 1), name(3, 3)], "ok"),
            (vec![], "MalformedXML"),
            (vec![name(2, 2), name(1, 1)], "InvalidPartOrder"),
            (vec![name(1, 1), name(1, 1)], "InvalidPartOrder"),
            (vec![name(1, 9)], "InvalidPart"),
            (vec![name(4, 4)], "InvalidPart"),
            (vec![name(2, 2), name(3, 3)], "EntityTooSmall"),
        ] {
            let found = match select(&parts, &named) {
                Ok(_) => "ok".to_owned(),
                Err(error) => error.code().as_str().to_owned(),
            };
            assert_eq!(found, expected, "{named:?}");
        }
    }
}
