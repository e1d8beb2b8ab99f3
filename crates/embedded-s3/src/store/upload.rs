//! One multipart upload: a folder that survives a restart.
//!
//! ```text
//! uploads/{id}/upload.json                    what was said when it was created
//! uploads/{id}/{part}-{order}-{size}-{md5}    one file a part; of two for one part the later counts
//! ```
//!
//! A part's file is renamed to a name that says all there is to know about it, so that a part is
//! there whole or not at all. Its size is in the name because parts are not synced one by one
//! (the object is, when it is completed): a part that a power cut shortened is dropped at start.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use s3s::{S3Result, s3_error};
use serde::{Deserialize, Serialize};

use super::metadata::hex;
use super::{Attributes, Received, disk_error};

pub(super) const UPLOAD_FILE: &str = "upload.json";

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
    pub(super) folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) parts: BTreeMap<u16, Part>,
    /// Rises with every part that arrives.
    order: u64,
    /// Completed or aborted: what comes now comes too late.
    pub(super) closed: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) path: PathBuf,
    pub(super) order: u64,
    pub(super) size_bytes: u64,
    pub(super) md5: [u8; 16],
    pub(super) modified: SystemTime,
}

/// What `upload.json` holds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) attributes: Attributes,
    pub(super) initiated_unix_ms: u64,
    pub(super) initiator: String,
}

/// A part as a listing shows it.
#[derive(Debug, Clone)]
pub(crate) struct ListedPart {
    pub(crate) number: u16,
    pub(crate) etag: String,
    pub(crate) size_bytes: u64,
    pub(crate) modified: SystemTime,
}

impl Upload {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, of an upload that still takes parts.
    pub(super) fn open_state(&self) -> S3Result<MutexGuard<'_, State>> {
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

    pub(super) fn load(id: String, folder: PathBuf) -> io::Result<Self> {
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
            initiated: UNIX_EPOCH + Duration::from_millis(record.initiated_unix_ms),
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

pub(super) fn no_such_upload() -> s3s::S3Error {
    s3_error!(
        NoSuchUpload,
        "the upload does not exist: the id is wrong, or it was completed or aborted"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_back_from_its_file_name() {
        let part = Part {
            path: PathBuf::new(),
            order: 7,
            size_bytes: 5,
            md5: [0xab; 16],
            modified: UNIX_EPOCH,
        };
        let name = part.file_name(10_000);
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
}
