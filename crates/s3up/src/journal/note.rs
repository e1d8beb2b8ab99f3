//! The place of one upload in the journal, from the intent to the end.

use std::io;
use std::sync::{Mutex, PoisonError};

use super::Journal;
use super::entry::Entry;
use super::record::{Intent, Line};

/// Notes what an upload does, if there is a journal. Nothing here can fail an upload: a journal
/// that cannot be written is told of, once.
///
/// Dropped before it is settled, the entry stays, for a sweep to find.
#[derive(Default)]
pub(crate) struct Note {
    journal: Option<Journal>,
    entry: Mutex<Option<Entry>>,
}

impl Note {
    pub fn new(journal: Option<Journal>) -> Self {
        Self {
            journal,
            entry: Mutex::default(),
        }
    }

    /// The place of another upload in the same journal.
    pub fn beside(&self) -> Self {
        Self::new(self.journal.clone())
    }

    /// Notes that an upload is about to be created.
    pub async fn intend(&self, bucket: &str, key: &str, token: &str) {
        let Some(journal) = &self.journal else { return };
        let intent = Intent::new(journal.store(), bucket, key, token).on_host(journal.host());
        let folder = journal.folder().to_owned();
        let created = blocking(move || Entry::create(&folder, intent)).await;
        match created {
            Ok(entry) => self.put(entry),
            Err(error) => journal.complain(&error),
        }
    }

    /// Notes the id that the server gave.
    pub async fn created(&self, upload_id: &str) {
        let (Some(journal), Some(mut entry)) = (&self.journal, self.take()) else {
            return;
        };
        let upload_id = upload_id.to_owned();
        let appended = blocking(move || {
            let appended = entry.append(&Line::Created { upload_id });
            Ok((entry, appended))
        });
        match appended.await {
            Ok((entry, appended)) => {
                self.put(entry);
                if let Err(error) = appended {
                    journal.complain(&error);
                }
            }
            Err(error) => journal.complain(&error),
        }
    }

    /// Removes the entry: of this upload nothing is left in the store but, perhaps, its object.
    pub async fn settle(&self) {
        let (Some(journal), Some(entry)) = (&self.journal, self.take()) else {
            return;
        };
        if let Err(error) = blocking(move || entry.remove()).await {
            // No harm: a sweep finds that the upload is gone.
            log::debug!("{}: an entry stays: {error}", journal.folder().display());
        }
    }

    fn put(&self, entry: Entry) {
        *self.entry.lock().unwrap_or_else(PoisonError::into_inner) = Some(entry);
    }

    fn take(&self) -> Option<Entry> {
        let mut entry = self.entry.lock().unwrap_or_else(PoisonError::into_inner);
        entry.take()
    }
}

/// Does on another thread what may wait for a disk.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}
