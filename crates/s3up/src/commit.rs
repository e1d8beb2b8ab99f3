//! The one moment in which an object comes to be, and the proof of whether it did.
//!
//! ```text
//! PUT / Complete ──success ─────────────────────────▶ committed (of parts: ETag or size as sent)
//!      │ refused, and no attempt left in doubt ─────▶ not committed
//!      ▼ in doubt
//! HEAD: our token and size ─────────────────────────▶ committed
//!      ▼ (Complete only)
//! Abort, then HEAD again
//!      our token and size ──────────────────────────▶ committed
//!      nothing or an older object, upload aborted ──▶ not committed
//!      one that conflicts, upload aborted ──────────▶ not committed
//!      an older object sent by one PUT, upload gone ▶ not committed
//!      anything else ───────────────────────────────▶ unknown
//! ```
//!
//! A 412 and a NoSuchUpload count as doubt: a proxy may have repeated a request that succeeded. So
//! does a 409 of two writes at once, of which one may be ours, repeated: a completion that was
//! answered so, and nothing else, is aborted first, and not committed if nothing is there then.
//!
//! Before an object is sent that is only to be created, its key is looked at: what stands there
//! already is no doubt, and costs no upload. What came between is told as unknown where one PUT met
//! it.
//!
//! Where a batch is stopped, a reply that is not there in time counts as lost.
//!
//! Existence alone decides nothing: the object may be an old one, or somebody else's.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::SystemTime;

use tokio::time::Instant;

use crate::call_error::CallError;
use crate::checksum::Checksum;
use crate::client::{CompletedPart, Completion, ObjectHead, PutObject, Stored, UploadRef};
use crate::error::{Error, ErrorKind, Outcome};
use crate::etag;
use crate::options::TOKEN_KEY;
use crate::payload::Payload;
use crate::receipt::{self, PartReceipt};
use crate::retry::{Answered, GivenUp, RetryPolicy};
use crate::session::{Aborted, Session};

/// Refuses an object that is only to be created where one stands already. Nothing has been sent of
/// it, so that this is certain; where S3 refuses a PUT later, nobody can say whether ours was there
/// for a moment.
///
/// A server that does not let us look is left to its own condition.
pub(crate) async fn check_free(session: &Session) -> Result<(), Error> {
    if !session.object.create_only {
        return Ok(());
    }
    match look_within(session, session.options.retry).await {
        Ok(Some(head)) if !is_ours(&head, &session.token) => Err(session.error(ErrorKind::Exists)),
        // One of ours is there where an upload that is gone on with was completed after all.
        Ok(_) => Ok(()),
        Err(error @ (CallError::Service(_) | CallError::BadReply { .. }))
            if !error.is_transient() =>
        {
            let target = session.target();
            log::info!("{target}: whether an object is there could not be seen before: {error}");
            Ok(())
        }
        Err(error) => Err(session.fault(error)),
    }
}

/// Writes a small object by one PUT. `checksum` is that of the body, if one is wanted: it is with
/// the server to compare it, so that nothing is looked at behind a success.
pub(crate) async fn put(
    session: &Session,
    body: Payload,
    checksum: Option<Checksum>,
) -> Result<Stored, Error> {
    let size = body.len();
    let request = PutObject {
        object: session.object.clone(),
        body: body.watched(&session.progress),
        checksum,
    };
    let call = || session.client.put_object(request.clone());
    let put = decisive(session, session.options.retry, "PutObject", call).await;
    let GivenUp { error, in_doubt } = match put {
        Ok(answered) => {
            session.progress.acknowledge(size);
            return Ok(answered.value);
        }
        Err(given_up) => given_up,
    };
    if !in_doubt && !is_conflict(&error) {
        return Err(session.fault(error));
    }
    log::info!(
        "{}: the PUT is in doubt, looking for the object",
        session.target()
    );
    match standing(session, size, None).await {
        Standing::Ours(stored) => {
            session.progress.acknowledge(size);
            Ok(stored)
        }
        // Ours is not there, and no attempt of ours was without a reply.
        Standing::Absent if !in_doubt => Err(session.fault(error)),
        // A PUT whose reply was lost, or that was repeated, may still be on its way, or have been
        // replaced since: nothing seen now proves anything. That holds where it was only to create,
        // too: nothing was seen there before, and what stands there now came meanwhile.
        _ => Err(session.fault(error).with_outcome(Outcome::Unknown)),
    }
}

/// A multipart upload of which the server has all parts.
pub(crate) struct Whole<'a> {
    pub upload: &'a UploadRef,
    /// The server's clock when the upload was created.
    pub since: Option<SystemTime>,
    /// The parts, by number.
    pub parts: &'a [PartReceipt],
    /// Their bytes together.
    pub size: u64,
}

impl Whole<'_> {
    /// Makes the object appear. On failure the upload has been aborted as far as that was possible.
    ///
    /// The upload's entry in the journal is removed, unless it is open still or the outcome unknown.
    pub async fn complete(&self, session: &Session) -> Result<Stored, Error> {
        let Self { upload, size, .. } = *self;
        let parts = self.parts.iter().map(|part| CompletedPart {
            number: part.number,
            etag: part.etag.clone(),
        });
        let completion = Completion {
            upload: upload.clone(),
            parts: parts.collect(),
            checksum: receipt::checksum_of(self.parts),
            create_only: session.object.create_only,
        };
        // What met another write is not asked for again: S3 wants a new upload then, for which see
        // `files/one.rs`. Of a stream the bytes are gone.
        let call = || async {
            let completion = completion.clone();
            match session.client.complete_multipart_upload(completion).await {
                Err(CallError::Service(error)) if error.is_race() => Ok(Err(error.into())),
                answer => answer.map(Ok),
            }
        };
        let policy = session.options.retry.completing();
        let made = decisive(session, policy, "CompleteMultipartUpload", call).await;
        let (error, in_doubt, races) = match made {
            Ok(Answered { value, after_doubt }) => match value {
                Ok(stored) => return self.committed(session, stored).await,
                Err(error) => (error, after_doubt, true),
            },
            Err(GivenUp { error, in_doubt }) => (error, in_doubt, false),
        };
        // A proxy may have repeated a request that succeeded: that the upload is gone, or that an
        // object stands there already, proves nothing.
        let conflicts = is_conflict(&error);
        let in_doubt = in_doubt || conflicts || error.code() == Some("NoSuchUpload");
        let failed = session.fault(error);
        if !in_doubt && !races {
            if session.keeps_after(failed.kind()) {
                return Err(failed.resumable());
            }
            if abort_and_log(session, upload).await.is_some() {
                session.note.settle().await;
            }
            return Err(failed);
        }
        log::info!(
            "{}: the completion is in doubt, looking for the object",
            session.target()
        );
        // An object that is there needs no abort. Where the server refused by itself, none of ours
        // is expected.
        if in_doubt {
            match standing(session, size, self.since).await {
                Standing::Ours(stored) => return self.proven(session, stored).await,
                Standing::Unseen(why) => {
                    log::warn!("{}: cannot look at the object: {why}", session.target());
                    abort_and_log(session, upload).await;
                    return Err(failed.with_outcome(Outcome::Unknown));
                }
                _ => {}
            }
        }
        let aborted = abort_and_log(session, upload).await;
        let seen = standing(session, size, self.since).await;
        let outcome = match (seen, aborted) {
            (Standing::Ours(stored), _) => return self.proven(session, stored).await,
            (Standing::Absent | Standing::Older { .. }, Some(Aborted::Now)) => {
                Outcome::NotCommitted
            }
            // Ours would have replaced it. Of parts this cannot be said: AWS dates such an object
            // by the beginning of its upload, so that a later one may look older.
            (Standing::Older { of_parts: false }, Some(Aborted::WasGone)) => Outcome::NotCommitted,
            // What could be aborted was never completed: the object that conflicts is another's.
            (Standing::Other, Some(Aborted::Now)) if conflicts || races => Outcome::NotCommitted,
            // No reply was lost, and nothing is left that could appear: the first of two aborts has
            // thrown the upload away, or the server has.
            (Standing::Absent, Some(Aborted::WasGone)) if !in_doubt => Outcome::NotCommitted,
            _ => Outcome::Unknown,
        };
        if aborted.is_some() && outcome == Outcome::NotCommitted {
            session.note.settle().await;
        }
        Err(failed.with_outcome(outcome))
    }

    /// The server says that it has put the parts together: its ETag tells whether of the bytes
    /// that were sent, or else the size does.
    async fn committed(&self, session: &Session, stored: Stored) -> Result<Stored, Error> {
        let expected = etag::of_parts(self.parts);
        if expected.is_some_and(|etag| etag == etag::bare(&stored.etag)) {
            session.note.settle().await;
            return Ok(stored);
        }
        match look(session).await {
            Ok(Some(head)) if is_ours(&head, &session.token) && head.size != self.size => {
                session.note.settle().await;
                Err(damaged(
                    session,
                    format!("S3 stored {} bytes of {}", head.size, self.size),
                ))
            }
            Ok(None) => {
                session.note.settle().await;
                let why = "S3 confirmed the object, and there is none now".to_owned();
                Err(damaged(session, why))
            }
            // One that is not ours has replaced ours since.
            Ok(Some(_)) => self.proven(session, stored).await,
            // The server has said enough.
            Err(error) => {
                let target = session.target();
                log::warn!("{target}: its size in S3 could not be compared: {error}");
                self.proven(session, stored).await
            }
        }
    }

    /// The object is there, with our token and size.
    async fn proven(&self, session: &Session, stored: Stored) -> Result<Stored, Error> {
        session.note.settle().await;
        match etag::of_parts(self.parts) {
            Some(expected) if etag::contradicts(&stored.etag, &expected) => {
                let etag = &stored.etag;
                let why =
                    format!("S3 stored an object with the ETag {etag} in place of {expected}");
                Err(damaged(session, why))
            }
            _ => Ok(stored),
        }
    }
}

/// The server has stored something else than what was sent.
fn damaged(session: &Session, why: String) -> Error {
    session
        .error(ErrorKind::Damaged)
        .with_detail(why)
        .with_outcome(Outcome::Unknown)
}

/// Makes the call that commits. A stop may cut it short, and then it is in doubt if any attempt
/// may have taken effect.
async fn decisive<T, F>(
    session: &Session,
    policy: RetryPolicy,
    what: &str,
    mut call: impl FnMut() -> F,
) -> Result<Answered<T>, GivenUp>
where
    F: Future<Output = Result<T, CallError>>,
{
    let began = Instant::now();
    let doubt = &AtomicBool::new(false);
    let attempt = || {
        let before = doubt.swap(true, Relaxed);
        let call = call();
        async move {
            let result = call.await;
            if result
                .as_ref()
                .is_err_and(|error| !error.may_have_taken_effect())
            {
                doubt.store(before, Relaxed);
            }
            result
        }
    };
    let made = session
        .stop
        .in_time(session.retrying(policy, what, attempt));
    made.await.unwrap_or_else(|| {
        Err(GivenUp {
            error: CallError::TimedOut {
                endpoint: session.client.endpoint().to_owned(),
                waited_for: "no reply before a stop",
                after: began.elapsed(),
            },
            in_doubt: doubt.load(Relaxed),
        })
    })
}

/// How the upload went, if it is gone. A failed cleaning-up is told, and hides nothing.
async fn abort_and_log(session: &Session, upload: &UploadRef) -> Option<Aborted> {
    let aborted = session.abort(upload).await;
    if let Err(error) = &aborted {
        log::warn!(
            "{}: the upload {} could not be aborted, its parts may still be stored: {error}",
            session.target(),
            upload.upload_id
        );
    }
    aborted.ok()
}

fn is_conflict(error: &CallError) -> bool {
    error.code() == Some("PreconditionFailed")
}

/// What stands at the key.
enum Standing {
    /// The object of this upload.
    Ours(Stored),
    /// Nothing.
    Absent,
    /// Another object, dated before this upload began.
    Older {
        /// Whether it is, or may be, the work of a multipart upload.
        of_parts: bool,
    },
    /// Another object, perhaps from after it: it may have replaced ours.
    Other,
    /// Nobody knows.
    Unseen(CallError),
}

/// The object, if it bears this token and has this size.
pub(crate) async fn found(
    session: &Session,
    token: &str,
    size: u64,
) -> Result<Option<Stored>, CallError> {
    let head = look(session).await?;
    Ok(head.and_then(|head| match judge(head, token, size, None) {
        Standing::Ours(stored) => Some(stored),
        _ => None,
    }))
}

async fn standing(session: &Session, size: u64, since: Option<SystemTime>) -> Standing {
    match look(session).await {
        Ok(None) => Standing::Absent,
        Ok(Some(head)) => judge(head, &session.token, size, since),
        Err(error) => Standing::Unseen(error),
    }
}

/// What stands at the key now.
async fn look(session: &Session) -> Result<Option<ObjectHead>, CallError> {
    look_within(session, session.options.retry.brief()).await
}

async fn look_within(
    session: &Session,
    policy: RetryPolicy,
) -> Result<Option<ObjectHead>, CallError> {
    let (bucket, key) = (&session.object.bucket, &session.object.key);
    let call = || session.client.head_object(bucket, key);
    match session.retrying(policy, "HeadObject", call).await {
        Ok(answered) => Ok(answered.value),
        Err(given_up) => Err(given_up.error),
    }
}

fn is_ours(head: &ObjectHead, token: &str) -> bool {
    head.metadata
        .get(TOKEN_KEY)
        .is_some_and(|found| found == token)
}

fn judge(head: ObjectHead, token: &str, size: u64, since: Option<SystemTime>) -> Standing {
    match (is_ours(&head, token), head.last_modified, since) {
        (true, ..) if head.size == size => Standing::Ours(Stored {
            etag: head.etag.unwrap_or_default(),
            version_id: head.version_id,
        }),
        // Both times are the server's, to the second: within one second nothing is older.
        (false, Some(modified), Some(since)) if modified < since => Standing::Older {
            of_parts: head.etag.is_none_or(|etag| etag.contains('-')),
        },
        _ => Standing::Other,
    }
}

/// The error of an upload whose bytes do not fit.
pub(crate) fn too_large(session: &Session) -> Error {
    session
        .error(ErrorKind::InvalidInput)
        .with_detail("the object does not fit in 10000 parts; give its expected size at the start")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn token_and_size_decide_and_existence_does_not() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let before = now - Duration::from_secs(1);
        let check = |token: Option<&str>, size, etag: &str, modified, since| {
            let metadata = token.map(|token| (TOKEN_KEY.to_owned(), token.to_owned()));
            let head = ObjectHead {
                size,
                etag: Some(etag.to_owned()),
                last_modified: modified,
                metadata: metadata.into_iter().collect(),
                version_id: None,
                content_type: None,
            };
            match judge(head, "mine", 7, since) {
                Standing::Ours(_) => "ours",
                Standing::Older { of_parts: false } => "older",
                Standing::Older { of_parts: true } => "older, of parts",
                Standing::Other => "other",
                Standing::Absent | Standing::Unseen(_) => "impossible",
            }
        };
        for (token, size, modified, since, expected) in [
            (Some("mine"), 7, Some(now), Some(now), "ours"),
            (Some("mine"), 7, Some(before), Some(now), "ours"),
            (Some("mine"), 6, Some(now), Some(now), "other"),
            (Some("theirs"), 7, Some(now), Some(now), "other"),
            (Some("theirs"), 7, Some(before), Some(now), "older"),
            (None, 7, Some(before), Some(now), "older"),
            (None, 7, Some(now), Some(now), "other"),
            (None, 7, None, Some(now), "other"),
            (None, 7, Some(before), None, "other"),
        ] {
            assert_eq!(check(token, size, "e", modified, since), expected);
            let of_parts = check(token, size, "e-2", modified, since);
            let expected = if expected == "older" {
                "older, of parts"
            } else {
                expected
            };
            assert_eq!(of_parts, expected);
        }
    }
}
