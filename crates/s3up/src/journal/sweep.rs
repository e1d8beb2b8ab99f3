//! Throwing away what dead processes left.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::Journal;
use super::entry::{self, Entry};
use super::note::blocking;
use super::record::{Intent, Record};
use crate::call_error::CallError;
use crate::client::{ListUploads, S3Client, UploadRef};
use crate::error::{Error, ErrorKind};
use crate::progress::UploadProgress;
use crate::retry::{Contact, RetryPolicy, with_retries};

/// A Create whose sender is dead may reach the server a while later; until then, an intent to
/// which nothing is listed is kept.
const AFTERMATH: Duration = Duration::from_secs(10 * 60);

/// What a sweep did.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Swept {
    /// Uploads that were aborted; their parts are gone.
    pub aborted: Vec<UploadRef>,
    /// Entries that stood for nothing any more: the server has no such upload, because it was
    /// completed, aborted or never created.
    pub gone: usize,
    /// Uploads that may be ours; they are reported, never touched.
    pub ambiguous: Vec<Ambiguous>,
    /// Uploads that could not be aborted, and why. Their entries stay for the next sweep.
    pub failed: Vec<(UploadRef, Error)>,
}

/// A process was killed between asking for an upload and learning its id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ambiguous {
    /// Bucket.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// When it was asked for, by the clock of the machine that did.
    pub began: SystemTime,
    /// The uploads that are open at that key and in no entry: one of them may be the one. Empty
    /// if the server would not list them.
    pub uploads: Vec<UploadRef>,
}

/// A sweep of one bucket.
pub(crate) struct Sweep<'a> {
    pub client: &'a dyn S3Client,
    pub policy: RetryPolicy,
    pub contact: &'a Contact,
    pub journal: &'a Journal,
    pub bucket: &'a str,
}

impl Sweep<'_> {
    pub async fn run(&self) -> Result<Swept, Error> {
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
        let mut swept = Swept::default();
        // One by one: however many there are, one file is open at a time.
        for path in paths {
            let Some((entry, intent, upload_id)) = self.claim(&path).await else {
                continue;
            };
            let done = match upload_id {
                Some(upload_id) => {
                    let upload = UploadRef {
                        bucket: intent.bucket,
                        key: intent.key,
                        upload_id,
                    };
                    self.abort(upload, &mut swept).await
                }
                None => self.look(intent, &mut swept).await,
            };
            match done {
                Done::Settled => self.remove(entry).await,
                Done::Kept => {}
                // The others would wait for the same, each as long.
                Done::Hopeless => break,
            }
        }
        Ok(swept)
    }

    async fn paths(&self) -> io::Result<Vec<PathBuf>> {
        let folder = self.journal.folder().to_owned();
        blocking(move || entry::paths(&folder)).await
    }

    /// Locks an entry of this store and bucket whose owner is dead.
    async fn claim(&self, path: &Path) -> Option<(Entry, Intent, Option<String>)> {
        let own = path.to_owned();
        match blocking(move || Entry::claim(&own)).await {
            Ok(None) => None,
            Ok(Some((entry, Record::Empty))) => {
                self.remove(entry).await;
                None
            }
            Ok(Some((entry, Record::Upload(intent, id)))) => {
                let ours = intent.store == self.journal.store() && intent.bucket == self.bucket;
                ours.then_some((entry, intent, id))
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

    async fn abort(&self, upload: UploadRef, swept: &mut Swept) -> Done {
        let call = || self.client.abort_multipart_upload(&upload);
        let error = match self.retrying("AbortMultipartUpload", call).await {
            Ok(()) => {
                swept.aborted.push(upload);
                return Done::Settled;
            }
            Err(error) => error,
        };
        // An upload that was completed is gone, too: an abort never takes an object away.
        if matches!(error.code(), Some("NoSuchUpload" | "NoSuchBucket")) {
            swept.gone += 1;
            return Done::Settled;
        }
        let error = self.error("abort the upload of", &upload.key, error);
        let done = Done::after(&error);
        swept.failed.push((upload, error));
        done
    }

    fn error(&self, action: &'static str, key: &str, error: CallError) -> Error {
        let target = format!("s3://{}/{key}", self.bucket);
        Error::call(action, target, self.client.endpoint(), error)
    }

    /// An intent without an id: whether an upload came of it can only be guessed.
    async fn look(&self, intent: Intent, swept: &mut Swept) -> Done {
        let (uploads, done) = match self.open_at(&intent.key).await {
            Ok(mut uploads) => {
                let noted = self.noted_ids().await;
                uploads.retain(|upload| !noted.contains(&upload.upload_id));
                if uploads.is_empty() {
                    let age = intent.began().elapsed();
                    if age.is_ok_and(|age| age < AFTERMATH) {
                        return Done::Kept;
                    }
                    swept.gone += 1;
                    return Done::Settled;
                }
                (uploads, Done::Kept)
            }
            Err(error) => {
                let error = self.error("list the uploads of", &intent.key, error);
                log::warn!("{error}");
                (Vec::new(), Done::after(&error))
            }
        };
        swept.ambiguous.push(Ambiguous {
            began: intent.began(),
            bucket: intent.bucket,
            key: intent.key,
            uploads,
        });
        done
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

    /// The ids in all entries that can be read: those uploads are accounted for.
    async fn noted_ids(&self) -> Vec<String> {
        let Ok(paths) = self.paths().await else {
            return Vec::new();
        };
        let read = blocking(move || {
            let records = paths.iter().filter_map(|path| entry::peek(path).ok());
            Ok(records
                .filter_map(|record| match record {
                    Record::Upload(_, id) => id,
                    _ => None,
                })
                .collect())
        });
        read.await.unwrap_or_default()
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

/// What becomes of an entry.
enum Done {
    /// It can go.
    Settled,
    /// It stays.
    Kept,
    /// It stays, and the next would fare no better.
    Hopeless,
}

impl Done {
    fn after(error: &Error) -> Self {
        if error.kind().is_of_all_requests() {
            Self::Hopeless
        } else {
            Self::Kept
        }
    }
}
