//! One multipart upload: a folder that survives a restart.
//!
//! ```text
//! uploads/{id}/upload.json                             what was said when it was created
//! uploads/{id}/data                                    parts in their slots: see `slots`
//! uploads/{id}/{part}-{order}-{size}-{md5}             a part in a file of its own
//! uploads/{id}/{part}-{order}-{size}-{md5}-{offset}    an empty file: a part in its slot
//! ```
//!
//! A part is there once a file has the name that says all about it; of two files for one part
//! the later counts. Parts are not synced one by one (the object is, when it is completed), so
//! what an earlier process left is compared with its MD5 at start, and dropped if a power cut
//! damaged it.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use md5::{Digest as _, Md5};
use s3s::{S3Result, s3_error};
use serde::{Deserialize, Serialize};

use super::metadata::hex;
use super::receive::staging_file;
use super::slots::{PartPlace, SlotClaim, Slots};
use super::{Attributes, Received, disk_error, whole_checksum};

const DATA_FILE: &str = "data";

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
    pub(super) slots: Slots,
    /// Rises with every part that arrives.
    order: u64,
    /// Completed or aborted: what comes now comes too late.
    pub(super) closed: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Its own file, or the empty one that says that it is in its slot.
    pub(super) path: PathBuf,
    /// Where its slot begins, if it is in one.
    pub(super) offset: Option<u64>,
    pub(super) order: u64,
    pub(super) size_bytes: u64,
    pub(super) md5: [u8; 16],
    /// If it arrived with one, in the life of this process.
    pub(super) crc64nvme: Option<u64>,
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
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
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

    pub(super) fn data_file(&self) -> PathBuf {
        self.folder.join(DATA_FILE)
    }

    /// A file, open at the right place, for a part that is about to arrive.
    pub(crate) fn place_for(
        self: Arc<Self>,
        number: u16,
        size_bytes: Option<u64>,
        staging: &Path,
    ) -> S3Result<(File, PartPlace)> {
        let slot = {
            let mut state = self.open_state()?;
            size_bytes.and_then(|size_bytes| state.slots.claim(number, size_bytes))
        };
        let Some(offset) = slot else {
            let (file, path) = staging_file(staging)?.into_parts();
            return Ok((file, PartPlace::Own(path)));
        };
        let path = self.data_file();
        let claim = SlotClaim {
            upload: Arc::clone(&self),
            data: path.clone(),
            offset,
            landed: false,
        };
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(disk_error("open", &path))?;
        file.seek(SeekFrom::Start(offset))
            .map_err(disk_error("seek in", &path))?;
        Ok((file, PartPlace::Slot(claim)))
    }

    /// Takes a part that has arrived, in place of an earlier one of its number.
    pub(crate) fn put_part(&self, number: u16, received: Received<PartPlace>) -> S3Result<()> {
        // Dropped last, after the lock is free again: an unused claim takes the lock to say so.
        let mut place = received.place;
        let mut state = self.open_state()?;
        let part = Part {
            order: state.order,
            path: PathBuf::new(),
            offset: match &place {
                PartPlace::Own(_) => None,
                PartPlace::Slot(claim) => Some(claim.offset),
            },
            size_bytes: received.size_bytes,
            md5: received.md5,
            crc64nvme: received
                .checksums
                .checksum_crc64nvme
                .as_deref()
                .and_then(whole_checksum::parse),
            modified: SystemTime::now(),
        };
        let path = self.folder.join(part.file_name(number));
        match &mut place {
            PartPlace::Own(own) => fs::rename(own, &path),
            PartPlace::Slot(claim) => File::create_new(&path).map(|_| {
                claim.landed = true;
                state.slots.writing -= 1;
            }),
        }
        .map_err(disk_error("note a part in", &self.folder))?;
        state.order += 1;
        let earlier = state.parts.insert(number, Part { path, ..part });
        if let Some(earlier) = earlier {
            // A left-over is dropped at the next start: the later part counts.
            let _removed = fs::remove_file(earlier.path);
        }
        drop(state);
        Ok(())
    }

    pub(super) fn load(id: String, folder: PathBuf) -> io::Result<Self> {
        let record: Record = serde_json::from_slice(&fs::read(folder.join(UPLOAD_FILE))?)?;
        let mut state = State::default();
        let data = folder.join(DATA_FILE);
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let Some((number, mut part)) =
                entry.file_name().to_str().and_then(Part::from_file_name)
            else {
                continue;
            };
            part.path = entry.path();
            part.modified = entry.metadata()?.modified()?;
            let older = state
                .parts
                .get(&number)
                .is_some_and(|other| other.order > part.order);
            if older || !part.is_whole(&data)? {
                fs::remove_file(&part.path)?;
                continue;
            }
            state.order = state.order.max(part.order + 1);
            if let Some(earlier) = state.parts.insert(number, part) {
                fs::remove_file(earlier.path)?;
            }
        }
        for (number, part) in &state.parts {
            if let Some(offset) = part.offset {
                state.slots.restore(*number, offset, part.size_bytes);
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
        let (order, size_bytes, md5) = (self.order, self.size_bytes, hex(&self.md5));
        let own = format!("{number}-{order}-{size_bytes}-{md5}");
        match self.offset {
            None => own,
            Some(offset) => format!("{own}-{offset}"),
        }
    }

    fn from_file_name(name: &str) -> Option<(u16, Self)> {
        let mut fields = name.split('-');
        let number = fields.next()?.parse().ok().filter(|number| *number > 0)?;
        let order = fields.next()?.parse().ok()?;
        let size_bytes = fields.next()?.parse().ok()?;
        let digits = fields.next()?;
        let md5 = u128::from_str_radix(digits, 16).ok()?.to_be_bytes();
        let offset = fields.next().map(str::parse).transpose().ok()?;
        let part = Self {
            path: PathBuf::new(),
            offset,
            order,
            size_bytes,
            md5,
            crc64nvme: None,
            modified: UNIX_EPOCH,
        };
        // Written as we write it, and nothing after it.
        (part.file_name(number) == name).then_some((number, part))
    }

    /// Whether its bytes are there. What cannot be read is an error: it may be whole.
    fn is_whole(&self, data: &Path) -> io::Result<bool> {
        let mut bytes = match self.open(data) {
            Ok(bytes) => bytes,
            // Its upload was completed, which moved `data` away.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        let mut md5 = Md5::new();
        let mut chunk = vec![0; 256 << 10];
        loop {
            match bytes.read(&mut chunk)? {
                0 => return Ok(<[u8; 16]>::from(md5.finalize()) == self.md5),
                len => md5.update(&chunk[..len]),
            }
        }
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
            offset: None,
            order: 7,
            size_bytes: 5,
            md5: [0xab; 16],
            crc64nvme: None,
            modified: UNIX_EPOCH,
        };
        for offset in [None, Some(0), Some(8 << 20)] {
            let name = Part {
                offset,
                ..part.clone()
            }
            .file_name(10_000);
            let (number, read) = Part::from_file_name(&name).unwrap();
            assert_eq!(
                (number, read.offset, read.file_name(number)),
                (10_000, offset, name)
            );
        }
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
