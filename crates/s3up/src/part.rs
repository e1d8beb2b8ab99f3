//! One part on its way: its bytes, their checksum, and as many attempts as it takes.

use std::sync::Arc;

use crate::checksum::Checksum;
use crate::client::{UploadPart, UploadRef};
use crate::error::Error;
use crate::etag::bare;
use crate::files::{FileRange, Room};
use crate::integrity::checksum_of;
use crate::journal::NotedPart;
use crate::options::Integrity;
use crate::payload::Payload;
use crate::receipt::PartReceipt;
use crate::session::Session;

/// What a part is made of.
pub(crate) enum PartBody {
    /// Bytes that were written.
    Written(Payload),
    /// A range of a file, read when the part is sent.
    OfFile(FileRange, Room),
}

impl PartBody {
    pub fn len(&self) -> u64 {
        match self {
            Self::Written(body) => body.len(),
            Self::OfFile(range, _) => range.len,
        }
    }
}

/// A part that the server has already, by its own account.
pub(crate) struct Listed {
    pub size: u64,
    pub etag: String,
    /// The MD5, in hex, under which the part with this ETag was noted when it was sent.
    pub noted_md5: Option<String>,
}

impl Listed {
    /// Whether it is of these bytes.
    fn is(&self, size: u64, md5: &str) -> bool {
        let listed = bare(&self.etag).eq_ignore_ascii_case(md5);
        self.size == size && (listed || self.noted_md5.as_deref() == Some(md5))
    }
}

/// Sends a part, in the task that holds its bytes, unless the server has it.
pub(crate) async fn send(
    session: Arc<Session>,
    upload: UploadRef,
    number: u32,
    body: PartBody,
    listed: Option<Listed>,
) -> Result<PartReceipt, Error> {
    let size = body.len();
    let (body, checksum, _room) = match body {
        PartBody::Written(body) => {
            let checksum = checksum_of(session.options.integrity, &body).await;
            (body, checksum, None)
        }
        PartBody::OfFile(range, room) => {
            // One that is there is known by its MD5, whatever travels with those that are not.
            let integrity = match listed {
                Some(_) => Integrity::Md5,
                None => session.options.integrity,
            };
            let read = range.read(integrity).await;
            let (bytes, checksum) = read.map_err(|problem| problem.of(&session))?;
            session.progress.accept(size);
            (bytes.into(), checksum, Some(room))
        }
    };
    let md5 = checksum.and_then(Checksum::md5_in_hex);
    let is_listed = listed.is_some();
    let is_there = listed.filter(|listed| md5.as_deref().is_some_and(|md5| listed.is(size, md5)));
    let checksum = match session.options.integrity {
        Integrity::Off => None,
        Integrity::Crc64Nvme if is_listed => checksum_of(Integrity::Crc64Nvme, &body).await,
        _ => checksum,
    };
    let crc64nvme = checksum.and_then(Checksum::crc64nvme_in_hex);
    if let Some(Listed { etag, .. }) = is_there {
        session.progress.resume(size);
        session.progress.acknowledge(size);
        return Ok(PartReceipt {
            number,
            size,
            etag,
            md5,
            crc64nvme,
        });
    }
    let part = UploadPart {
        upload,
        number,
        body: body.watched(&session.progress),
        checksum,
    };
    let call = || session.client.upload_part(part.clone());
    let what = format!("UploadPart {number}");
    let sent = session.retrying(session.options.retry, &what, call).await;
    let etag = sent
        .map_err(|given_up| session.fault(given_up.error))?
        .value;
    session.progress.acknowledge(size);
    if session.file.is_some() {
        let noted = NotedPart {
            number,
            etag: etag.clone(),
            md5: md5.clone(),
        };
        session.note.part(noted).await;
    }
    Ok(PartReceipt {
        number,
        size,
        etag,
        md5,
        crc64nvme,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_part_counts_by_its_md5_or_by_the_one_that_was_noted() {
        let (md5, other) = (
            "0cc175b9c0f1b6a831c399e269772661",
            "92eb5ffee6ae2fec3ad71c777531578f",
        );
        let is = |etag: &str, noted: Option<&str>, size| {
            let listed = Listed {
                size: 7,
                etag: etag.to_owned(),
                noted_md5: noted.map(str::to_owned),
            };
            listed.is(size, md5)
        };
        assert!(is(&format!("\"{md5}\""), None, 7));
        assert!(!is(md5, None, 6));
        assert!(!is(other, None, 7));
        // As under SSE-KMS, where an ETag is no MD5.
        assert!(is("opaque", Some(md5), 7));
        assert!(!is("opaque", Some(other), 7));
        assert!(!is("opaque", None, 7));
    }
}
