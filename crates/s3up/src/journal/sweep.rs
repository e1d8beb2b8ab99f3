//! Throwing away what dead processes left.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::{Duration, SystemTime};

use futures::{StreamExt, stream};
use tokio::time::timeout;

use super::entry::{self, Entry};
use super::note::blocking;
use super::noted::{Claimed, Noted};
use super::record::{Intent, Record, UploadRecord};
use super::{Ambiguous, Doubt, Journal, Resumable, Swept};
use crate::call_error::CallError;
use crate::client::{ListUploads, S3Client, UploadRef};
use crate::error::{Error, ErrorKind};
use crate::progress::UploadProgress;
use crate::retry::{Contact, RetryPolicy, with_retries};

/// A Create whose sender is dead may reach the server a while later; until then, an intent to
/// which nothing is listed is kept.
const AFTERMATH: Duration = Duration::from_secs(10 * 60);

/// What is in doubt for so long is not told again: whoever heard of it for a week has done what
/// they want to do, and stores commonly throw such uploads away by a rule after as long.
const FORGOTTEN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// An upload that can be gone on with is kept as long as that: as long as other tools keep
/// theirs, and as the rules by which stores throw such uploads away commonly say.
const KEPT: Duration = FORGOTTEN;

/// No entry has to be through in less.
const EACH: Duration = Duration::from_secs(1);

/// Enough that one which hangs does not hold up the others, and few enough files and connections.
const AT_ONCE: usize = 4;

/// A sweep of one bucket.
pub(crate) struct Sweep<'a> {
    pub client: &'a dyn S3Client,
    pub policy: RetryPolicy,
    pub contact: &'a Contact,
    pub journal: &'a Journal,
    pub bucket: &'a str,
    /// Whether uploads that can be gone on with are thrown away, too.
    pub all: bool,
    pub claimed: Claimed,
}

impl Sweep<'_> {
    pub async fn run(&self, within: Duration) -> Result<Swept, Error> {
        let paths = self.paths().await.map_err(|error| {
            Error::new(
                ErrorKind::Journal,
                "sweep",
                format!("s3://{}", self.bucket.escape_debug()),
                self.client.endpoint(),
            )
            .with_detail(format!(
                "the journal in {} cannot be read; check that it is a folder of yours",
                self.journal.folder().display()
            ))
            .with_source(error)
        })?;
        let mut swept = Swept {
            left: paths.len(),
            ..Swept::default()
        };
        // The longest that one entry may take: some have to be through when all the time is over.
        let each = (within / 3).max(EACH);
        let mut found = stream::iter(paths)
            .map(|path| self.clear(path, each))
            .buffer_unordered(AT_ONCE);
        let mut clock = pin!(tokio::time::sleep(within));
        loop {
            let found = tokio::select! {
                biased;
                found = found.next() => found,
                () = &mut clock => break,
            };
            let Some(found) = found else { break };
            // The others would wait for the same, each as long.
            let hopeless = found.is_hopeless();
            found.add_to(&mut swept);
            if hopeless {
                break;
            }
        }
        Ok(swept)
    }

    /// Deals with one entry, which is locked as long as that takes.
    async fn clear(&self, path: PathBuf, each: Duration) -> Found {
        let Some((entry, record)) = self.claim(&path).await else {
            return Found::NotOurs;
        };
        self.claimed.add(&path, record.upload_id.as_deref());
        if !self.all
            && let Some(resumable) = resumable(&record)
        {
            return Found::Resumable(resumable);
        }
        let UploadRecord {
            intent, upload_id, ..
        } = *record;
        let upload = upload_id.map(|upload_id| UploadRef {
            bucket: intent.bucket.clone(),
            key: intent.key.clone(),
            upload_id,
        });
        let found = match upload {
            Some(upload) if intent.host.as_deref() == self.journal.host() => {
                match timeout(each, self.abort(&upload)).await {
                    Ok(found) => found,
                    Err(_) => {
                        let late = CallError::TimedOut {
                            endpoint: self.client.endpoint().to_owned(),
                            waited_for: "no end of an abort",
                            after: each,
                        };
                        // Nothing is said of other uploads by that.
                        let error = self.error("abort the upload of", &upload.key, late);
                        Found::Failed(upload, error, false)
                    }
                }
            }
            upload => match timeout(each, self.look(intent, upload, path)).await {
                Ok(found) => found,
                Err(_) => Found::Late,
            },
        };
        if found.is_settled() {
            self.remove(entry).await;
        }
        found
    }

    async fn paths(&self) -> io::Result<Vec<PathBuf>> {
        let folder = self.journal.folder().to_owned();
        let mut paths = blocking(move || entry::paths(&folder)).await?;
        // What hangs must not come first each time.
        paths.sort_by_cached_key(|_| rand::random::<u64>());
        Ok(paths)
    }

    /// Locks an entry of this store and bucket whose owner is dead.
    async fn claim(&self, path: &Path) -> Option<(Entry, Box<UploadRecord>)> {
        let own = path.to_owned();
        match blocking(move || Entry::claim(&own)).await {
            Ok(None) => None,
            Ok(Some((entry, Record::Empty))) => {
                self.remove(entry).await;
                None
            }
            Ok(Some((entry, Record::Upload(record)))) => {
                let intent = &record.intent;
                let ours = intent.store == self.journal.store() && intent.bucket == self.bucket;
                ours.then_some((entry, record))
            }
            Ok(Some((_, Record::Unreadable(reason)))) => {
                self.journal.leave_alone(path, &reason);
                None
            }
            Err(error) => {
                self.journal
                    .leave_alone(path, &format!("it cannot be read: {error}"));
                None
            }
        }
    }

    async fn abort(&self, upload: &UploadRef) -> Found {
        let call = || self.client.abort_multipart_upload(upload);
        let error = match self.retrying("AbortMultipartUpload", call).await {
            Ok(()) => return Found::Aborted(upload.clone()),
            Err(error) => error,
        };
        // An upload that was completed is gone, too: an abort never takes an object away.
        if matches!(error.code(), Some("NoSuchUpload" | "NoSuchBucket")) {
            return Found::Gone;
        }
        let error = self.error("abort the upload of", &upload.key, error);
        let hopeless = error.kind().is_of_all_requests();
        Found::Failed(upload.clone(), error, hopeless)
    }

    fn error(&self, action: &'static str, key: &str, error: CallError) -> Error {
        let target = format!("s3://{}/{key}", self.bucket);
        Error::call(action, target, self.client.endpoint(), error)
    }

    /// An entry without an id, of which can only be guessed whether an upload came; or one of
    /// another host, of which can't be said whether its process is dead.
    async fn look(&self, intent: Intent, upload: Option<UploadRef>, path: PathBuf) -> Found {
        let age = intent.began().elapsed().unwrap_or_default();
        let (uploads, hopeless) = match self.open_at(&intent.key).await {
            Ok(mut open) => {
                match &upload {
                    Some(upload) => open.retain(|open| open.upload_id == upload.upload_id),
                    None => {
                        let noted = self.noted().await;
                        open.retain(|open| noted.has(&open.upload_id) != Some(true));
                        if open.iter().any(|open| noted.has(&open.upload_id).is_none()) {
                            return Found::Kept;
                        }
                    }
                }
                if open.is_empty() {
                    return match age < AFTERMATH {
                        true => Found::Kept,
                        false => Found::Gone,
                    };
                }
                (open, false)
            }
            Err(error) => {
                // Told as a list that is empty; it would be the same words for each entry.
                let error = self.error("list the uploads of", &intent.key, error);
                log::debug!("{error}");
                let known = upload.iter().cloned().collect();
                (known, error.kind().is_of_all_requests())
            }
        };
        let doubt = match intent.host.as_deref() == self.journal.host() {
            true => Doubt::NoId,
            false => Doubt::OtherHost,
        };
        let ambiguous = Ambiguous {
            began: intent.began(),
            bucket: intent.bucket,
            key: intent.key,
            uploads,
            path,
            doubt,
            // A server that says nothing now may say more tomorrow.
            forgotten: age >= FORGOTTEN && !hopeless,
        };
        Found::InDoubt(ambiguous, hopeless)
    }

    /// The uploads that are open at exactly this key.
    async fn open_at(&self, key: &str) -> Result<Vec<UploadRef>, CallError> {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let list = ListUploads {
                bucket: self.bucket.to_owned(),
                prefix: Some(key.to_owned()),
                after: after.clone(),
                ..ListUploads::default()
            };
            let call = || self.client.list_multipart_uploads(list.clone());
            let page = match self.retrying("ListMultipartUploads", call).await {
                Ok(page) => page,
                Err(error) if error.code() == Some("NoSuchBucket") => return Ok(found),
                Err(error) => return Err(error),
            };
            // In the order of keys, the key itself comes before those that only begin so.
            let behind = page.uploads.iter().any(|upload| upload.key != key);
            let here = page.uploads.into_iter().filter(|upload| upload.key == key);
            found.extend(here.map(|upload| UploadRef {
                bucket: self.bucket.to_owned(),
                key: upload.key,
                upload_id: upload.upload_id,
            }));
            if behind || page.next.is_none() || page.next == after {
                return Ok(found);
            }
            after = page.next;
        }
    }

    /// The uploads in all entries that can be read.
    async fn noted(&self) -> Noted {
        let Ok(paths) = self.paths().await else {
            return Noted::nothing();
        };
        let claimed = self.claimed.all();
        let read = blocking(move || Ok(Noted::in_entries(&claimed, &paths, entry::peek)));
        read.await.unwrap_or_else(|_| Noted::nothing())
    }

    async fn remove(&self, entry: Entry) {
        if let Err(error) = blocking(move || entry.remove()).await {
            log::warn!(
                "an entry in {} cannot be removed: {error}",
                self.journal.folder().display()
            );
        }
    }

    async fn retrying<T, F>(&self, what: &str, call: impl FnMut() -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, CallError>>,
    {
        let unwatched = UploadProgress::default();
        let policy = self.policy.brief();
        match with_retries(&policy, self.contact, &unwatched, what, call).await {
            Ok(answered) => Ok(answered.value),
            Err(given_up) => Err(given_up.error),
        }
    }
}

/// What an upload can be gone on with by, while it is kept.
fn resumable(record: &UploadRecord) -> Option<Resumable> {
    let (file, upload_id) = (record.file.as_ref()?, record.upload_id.as_ref()?);
    let kept_until = record.intent.began().checked_add(KEPT)?;
    (SystemTime::now() < kept_until).then(|| Resumable {
        upload: UploadRef {
            bucket: record.intent.bucket.clone(),
            key: record.intent.key.clone(),
            upload_id: upload_id.clone(),
        },
        file: PathBuf::from(&file.path),
        size: file.file.size,
        kept_until,
    })
}

/// What an entry was, and what became of it.
enum Found {
    /// Its process lives, or it is of another bucket or store, or no entry at all.
    NotOurs,
    Aborted(UploadRef),
    Gone,
    Resumable(Resumable),
    /// It is too early to say.
    Kept,
    /// It took too long.
    Late,
    /// Whether the next would fare no better, too.
    InDoubt(Ambiguous, bool),
    /// Likewise.
    Failed(UploadRef, Error, bool),
}

impl Found {
    /// Whether the entry can go.
    fn is_settled(&self) -> bool {
        match self {
            Self::Aborted(_) | Self::Gone => true,
            Self::InDoubt(ambiguous, _) => ambiguous.forgotten,
            Self::NotOurs | Self::Resumable(_) | Self::Kept | Self::Late | Self::Failed(..) => {
                false
            }
        }
    }

    fn is_hopeless(&self) -> bool {
        matches!(self, Self::InDoubt(_, true) | Self::Failed(_, _, true))
    }

    fn add_to(self, swept: &mut Swept) {
        swept.left = swept.left.saturating_sub(1);
        match self {
            Self::NotOurs | Self::Kept => {}
            Self::Resumable(resumable) => swept.resumable.push(resumable),
            Self::Late => swept.left += 1,
            Self::Aborted(upload) => swept.aborted.push(upload),
            Self::Gone => swept.gone += 1,
            Self::InDoubt(ambiguous, _) => swept.ambiguous.push(ambiguous),
            Self::Failed(upload, error, _) => swept.failed.push((upload, error)),
        }
    }
}
