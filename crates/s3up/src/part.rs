//! One part on its way: its bytes, their checksum, and as many attempts as it takes.

use std::sync::Arc;

use crate::checksum::Checksum;
use crate::client::{UploadPart, UploadRef};
use crate::error::Error;
use crate::files::{FileRange, Room};
use crate::integrity::checksum_of;
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

/// Sends a part, in the task that holds its bytes.
pub(crate) async fn send(
    session: Arc<Session>,
    upload: UploadRef,
    number: u32,
    body: PartBody,
) -> Result<PartReceipt, Error> {
    let size = body.len();
    let (body, checksum, _room) = match body {
        PartBody::Written(body) => {
            let checksum = checksum_of(session.options.integrity, &body).await;
            (body, checksum, None)
        }
        PartBody::OfFile(range, room) => {
            let read = range.read(session.options.integrity).await;
            let (bytes, checksum) = read.map_err(|problem| problem.of(&session))?;
            session.progress.accept(size);
            (bytes.into(), checksum, Some(room))
        }
    };
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
    let crc64nvme = checksum.and_then(Checksum::crc64nvme);
    Ok(PartReceipt {
        number,
        size,
        etag,
        crc64nvme: crc64nvme.map(|crc| format!("{crc:016x}")),
    })
}
