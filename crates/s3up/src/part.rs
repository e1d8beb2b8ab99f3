//! One part on its way: its bytes, their checksum, and as many attempts as it takes.

use std::sync::Arc;

use crate::checksum::Checksum;
use crate::client::{UploadPart, UploadRef};
use crate::error::Error;
use crate::etag::bare;
use crate::files::{FileRange, Room};
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
    /// What was noted of the part with this ETag when it was sent.
    pub noted: Option<NotedPart>,
}

impl Listed {
    /// Whether it is of these bytes. Where a store makes ETags in another way than by MD5, what was
    /// noted decides.
    fn is(&self, size: u64, md5: Option<&str>, crc64nvme: Option<&str>) -> bool {
        let is = |known: Option<&str>, found: Option<&str>| known.is_some() && known == found;
        let noted = self.noted.as_ref();
        let listed = md5.is_some_and(|md5| bare(&self.etag).eq_ignore_ascii_case(md5));
        self.size == size
            && (listed
                || is(noted.and_then(|noted| noted.md5.as_deref()), md5)
                || is(
                    noted.and_then(|noted| noted.crc64nvme.as_deref()),
                    crc64nvme,
                ))
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
            let integrity = session.options.integrity;
            let checksum = session.digests.checksum_of(integrity, &body).await;
            (body, checksum, None)
        }
        PartBody::OfFile(range, room) => {
            // One that is there is known by its MD5, whatever travels with those that are not.
            let integrity = match listed {
                Some(_) => Integrity::Md5,
                None => session.options.integrity,
            };
            let read = range.read(integrity, &session.digests).await;
            let (bytes, checksum) = read.map_err(|problem| problem.of(&session))?;
            session.progress.accept(size);
            (bytes.into(), checksum, Some(room))
        }
    };
    let md5 = checksum.and_then(Checksum::md5_in_hex);
    let checksum = match session.options.integrity {
        Integrity::Off => None,
        Integrity::Crc64Nvme if listed.is_some() => {
            let digests = &session.digests;
            digests.checksum_of(Integrity::Crc64Nvme, &body).await
        }
        _ => checksum,
    };
    let crc64nvme = checksum.and_then(Checksum::crc64nvme_in_hex);
    let is_there = listed.filter(|listed| listed.is(size, md5.as_deref(), crc64nvme.as_deref()));
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
            crc64nvme: crc64nvme.clone(),
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
        let listed = |etag: &str, noted: Option<[Option<&str>; 2]>| Listed {
            size: 7,
            etag: etag.to_owned(),
            noted: noted.map(|[md5, crc64nvme]| NotedPart {
                number: 1,
                etag: etag.to_owned(),
                md5: md5.map(str::to_owned),
                crc64nvme: crc64nvme.map(str::to_owned),
            }),
        };
        let is = |etag: &str, noted: Option<&str>, size| {
            let listed = listed(etag, Some([noted, None]));
            listed.is(size, Some(md5), None)
        };
        assert!(is(&format!("\"{md5}\""), None, 7));
        assert!(!is(md5, None, 6));
        assert!(!is(other, None, 7));
        // As under SSE-KMS, where an ETag is no MD5.
        assert!(is("opaque", Some(md5), 7));
        assert!(!is("opaque", Some(other), 7));
        assert!(!is("opaque", None, 7));
        // There with a CRC in place of the MD5.
        let crc = listed("opaque", Some([None, Some("ae8b14860a799888")]));
        assert!(crc.is(7, Some(md5), Some("ae8b14860a799888")));
        assert!(!crc.is(7, Some(md5), Some("ae8b14860a799889")));
        assert!(!crc.is(7, Some(md5), None));
        assert!(!listed("opaque", None).is(7, Some(md5), None));
    }
}
