//! One part on its way: its bytes, their checksum, and as many attempts as it takes.

use std::sync::Arc;

use crate::client::{UploadPart, UploadRef};
use crate::error::Error;
use crate::files::{FileRange, Room};
use crate::integrity::md5_of;
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
    let (body, content_md5, _room) = match body {
        PartBody::Written(body) => {
            let content_md5 = md5_of(session.options.integrity, &body).await;
            (body, content_md5, None)
        }
        PartBody::OfFile(range, room) => {
            let read = range.read(session.options.integrity).await;
            let (bytes, content_md5) = read.map_err(|problem| problem.of(&session))?;
            session.progress.accept(size);
            (bytes.into(), content_md5, Some(room))
        }
    };
    let part = UploadPart {
        upload,
        number,
        body: body.watched(&session.progress),
        content_md5,
    };
    let call = || session.client.upload_part(part.clone());
    let what = format!("UploadPart {number}");
    let sent = session.retrying(session.options.retry, &what, call).await;
    let etag = sent
        .map_err(|given_up| session.fault(given_up.error))?
        .value;
    session.progress.acknowledge(size);
    Ok(PartReceipt { number, size, etag })
}
