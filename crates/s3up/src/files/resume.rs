//! Going on with the upload of a file that was interrupted.
//!
//! ```text
//! journal: entries of this object ─▶ same file, same options? ──no──▶ abort, begin anew
//!                                        │ yes
//!                                        ▼
//!                                    ListParts ──no such upload──▶ HEAD: token and size ─▶ done
//!                                        │                                  └─ begin anew
//!                                        ▼
//!                 each part: read, MD5; on the server as it is? ──yes──▶ counts
//!                                                               └─no──▶ sent
//! ```

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use paired_md5::Md5;

use super::source::SourceFile;
use crate::call_error::CallError;
use crate::client::{ListedPart, UploadRef};
use crate::commit;
use crate::error::{Error, Outcome};
use crate::etag::hex;
use crate::journal::{OfFile, Unfinished, UploadRecord};
use crate::options::TOKEN_KEY;
use crate::part::Listed;
use crate::receipt::{PartReceipt, Receipt};
use crate::session::{Sent, Session};
use crate::upload::Upload;
use crate::uploader::Uploader;

/// How the upload of a file begins.
pub(super) enum Beginning {
    /// With parts to send, or to compare.
    Sending(Box<Upload>),
    /// Not at all: a process had completed it, and was killed before it could tell.
    Done(Box<Receipt>),
}

/// Begins the upload of a file in parts of `part_size` bytes, where an earlier one ended if it can.
pub(super) async fn begin(
    uploader: &Uploader,
    mut session: Session,
    source: &SourceFile,
    part_size: u64,
) -> Result<Beginning, Error> {
    let wanted = OfFile {
        path: source.path().display().to_string(),
        file: source.mark(),
        object: digest(&session),
        part_size,
        server_unix_s: None,
    };
    session.file = Some(wanted.clone());
    let mut at_hand = None;
    for unfinished in unfinished(&session).await {
        if at_hand.is_some() || !is_the_same(&unfinished.record, &wanted) {
            throw_away(&session, unfinished).await;
            continue;
        }
        match look(&session, &unfinished.record).await {
            Ok(parts) => at_hand = Some((unfinished, parts)),
            Err(error) if error.code() == Some("NoSuchUpload") => {
                if let Some(receipt) = completed(&mut session, unfinished, &wanted).await? {
                    return Ok(Beginning::Done(Box::new(receipt)));
                }
            }
            Err(error) => {
                let failed = session.fault(error);
                if failed.kind().may_pass() {
                    return Err(failed.resumable());
                }
                // A store that lists no parts, or does not let us.
                throw_away(&session, unfinished).await;
            }
        }
    }
    let size = Some(source.size());
    let Some((Unfinished { record, note }, parts)) = at_hand else {
        let anew = uploader.begin(session, size);
        return Ok(Beginning::Sending(Box::new(anew)));
    };
    session.take_over(&record.intent.token, note);
    let bytes: u64 = parts.values().map(|part| part.size).sum();
    log::info!(
        "{}: going on with an interrupted upload, {} parts of {bytes} bytes are there",
        session.target(),
        parts.len()
    );
    let upload = session.upload(record.upload_id.unwrap_or_default());
    let since = record.file.and_then(|file| file.server_unix_s);
    let since =
        since.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(since)));
    let begun = uploader.begin(session, size);
    let going_on = begun.going_on(upload, since, parts);
    Ok(Beginning::Sending(Box::new(going_on)))
}

/// Uploads of files to this object that were interrupted; none if the journal cannot be read.
async fn unfinished(session: &Session) -> Vec<Unfinished> {
    let Some(journal) = session.note.journal() else {
        return Vec::new();
    };
    let (bucket, key) = (&session.object.bucket, &session.object.key);
    match journal.take_unfinished(bucket, key).await {
        Ok(unfinished) => unfinished,
        Err(error) => {
            let folder = journal.folder().display();
            log::warn!("{folder} cannot be read, so that no upload can be gone on with: {error}");
            Vec::new()
        }
    }
}

/// Whether the bytes and the object would be the same. The path is for people: a file that was
/// moved is the same, and one that was put in its place is not.
fn is_the_same(record: &UploadRecord, wanted: &OfFile) -> bool {
    record.file.as_ref().is_some_and(|file| {
        (&file.file, &file.object, file.part_size)
            == (&wanted.file, &wanted.object, wanted.part_size)
    })
}

/// What the object is to be, apart from its bytes and its token.
fn digest(session: &Session) -> String {
    let mut object = session.object.clone();
    object.metadata.remove(TOKEN_KEY);
    // Where a later version prints it otherwise, an upload begins anew, and nothing is lost.
    hex(Md5::of(format!("{object:?}")))
}

fn upload_of(session: &Session, record: &UploadRecord) -> UploadRef {
    session.upload(record.upload_id.clone().unwrap_or_default())
}

/// The parts that the server has, by number.
async fn look(
    session: &Session,
    record: &UploadRecord,
) -> Result<BTreeMap<u32, Listed>, CallError> {
    let upload = &upload_of(session, record);
    let noted: BTreeMap<_, _> = record
        .parts
        .iter()
        .map(|part| (part.number, part))
        .collect();
    let mut parts = BTreeMap::new();
    let mut after = 0;
    loop {
        let call = || session.client.list_parts(upload, after);
        let policy = session.options.retry;
        let listed = session.retrying(policy, "ListParts", call).await;
        let page = listed.map_err(|given_up| given_up.error)?.value;
        for ListedPart { number, size, etag } in page.parts {
            let Some(etag) = etag else { continue };
            let noted = noted.get(&number).filter(|noted| noted.etag == etag);
            let noted = noted.map(|noted| (*noted).clone());
            parts.insert(number, Listed { size, etag, noted });
        }
        match page.next {
            Some(next) if next > after => after = next,
            _ => return Ok(parts),
        }
    }
}

/// The receipt of an upload that is gone because it was completed. Its process had found the file
/// unchanged before it asked for that, and its token and size are the proof; where nobody can look
/// for them now, the upload stays noted.
async fn completed(
    session: &mut Session,
    unfinished: Unfinished,
    wanted: &OfFile,
) -> Result<Option<Receipt>, Error> {
    let Unfinished { record, note } = unfinished;
    let size = wanted.file.size;
    let found = commit::found(session, &record.intent.token, size).await;
    let stored = match found.map_err(|error| session.fault(error)) {
        Err(failed) if failed.kind().may_pass() => {
            return Err(failed.with_outcome(Outcome::Unknown).resumable());
        }
        // One that we may not look at counts as none.
        found => found.ok().flatten(),
    };
    note.settle().await;
    let Some(stored) = stored else {
        return Ok(None);
    };
    session.take_over(&record.intent.token, note);
    session.progress.resume(size);
    let part_size = wanted.part_size;
    let before = |number: u32| u64::from(number.saturating_sub(1)).saturating_mul(part_size);
    // Of a part that was sent again, the last note counts.
    let parts: BTreeMap<_, _> = record
        .parts
        .into_iter()
        .map(|part| (part.number, part))
        .collect();
    let parts = parts.into_values().map(|part| PartReceipt {
        number: part.number,
        size: part_size.min(size.saturating_sub(before(part.number))),
        etag: part.etag,
        md5: part.md5,
        crc64nvme: part.crc64nvme,
    });
    let sent = Sent::InParts(parts.collect());
    Ok(Some(session.receipt(size, stored, sent)))
}

/// Ends an upload that nobody will go on with. One that was noted on another machine is left to a
/// sweep, which reports it.
async fn throw_away(session: &Session, unfinished: Unfinished) {
    let Unfinished { record, note } = unfinished;
    let here = session.note.journal().and_then(|journal| journal.host());
    if record.intent.host.as_deref() != here {
        return;
    }
    match session.abort(&upload_of(session, &record)).await {
        Ok(_) => note.settle().await,
        Err(error) => log::warn!(
            "{}: the parts of an interrupted upload are still there: {error}",
            session.target()
        ),
    }
}
