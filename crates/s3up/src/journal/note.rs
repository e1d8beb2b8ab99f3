//! The place of one upload in the journal, from the intent to the end.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use super::Journal;
use super::entry::Entry;
use super::record::{Intent, Line, NotedPart, OfFile};

/// Notes what an upload does, if there is a journal. Nothing here can fail an upload: a journal
/// that cannot be written is told of, once.
///
/// Dropped before it is settled, the entry stays, for a sweep to find, or for an upload that goes
/// on with it.
#[derive(Default)]
pub(crate) struct Note {
    journal: Option<Journal>,
    entry: Arc<Mutex<Option<Entry>>>,
    /// Whether the entry holds what it takes to go on with the upload.
    resumable: AtomicBool,
}

impl Note {
    pub fn new(journal: Option<Journal>) -> Self {
        Self {
            journal,
            entry: Arc::default(),
            resumable: AtomicBool::new(false),
        }
    }

    /// That of an upload that was taken over.
    pub(super) fn of(journal: Journal, entry: Entry) -> Self {
        Self {
            journal: Some(journal),
            entry: Arc::new(Mutex::new(Some(entry))),
            resumable: AtomicBool::new(true),
        }
    }

    /// The place of another upload in the same journal.
    pub fn beside(&self) -> Self {
        Self::new(self.journal.clone())
    }

    pub fn journal(&self) -> Option<&Journal> {
        self.journal.as_ref()
    }

    /// Whether the upload stands in the journal with what it takes to go on with it.
    pub fn is_resumable(&self) -> bool {
        self.resumable.load(Relaxed) && lock(&self.entry).is_some()
    }

    /// Notes that an upload is about to be created.
    pub async fn intend(&self, bucket: &str, key: &str, token: &str) {
        let Some(journal) = &self.journal else { return };
        let intent = Intent::new(journal.store(), bucket, key, token).on_host(journal.host());
        let folder = journal.folder().to_owned();
        let created = blocking(move || Entry::create(&folder, intent)).await;
        match created {
            Ok(entry) => *lock(&self.entry) = Some(entry),
            Err(error) => journal.complain(&error),
        }
    }

    /// Notes the id that the server gave, and what it takes to go on with the upload.
    pub async fn created(&self, upload_id: &str, file: Option<OfFile>) {
        let (upload_id, of_file) = (upload_id.to_owned(), file.is_some());
        let written = self.write(move |entry| {
            entry.append(&Line::Created { upload_id })?;
            file.map_or(Ok(()), |file| entry.append(&Line::File(file)))
        });
        let written = written.await;
        self.resumable.store(written && of_file, Relaxed);
    }

    /// Notes that the server has confirmed a part.
    pub async fn part(&self, part: NotedPart) {
        self.write(move |entry| entry.append_unsynced(&Line::Part(part)))
            .await;
    }

    /// Removes the entry: of this upload nothing is left in the store but, perhaps, its object.
    pub async fn settle(&self) {
        let entry = lock(&self.entry).take();
        let (Some(journal), Some(entry)) = (&self.journal, entry) else {
            return;
        };
        if let Err(error) = blocking(move || entry.remove()).await {
            // No harm: a sweep finds that the upload is gone.
            log::debug!("{}: an entry stays: {error}", journal.folder().display());
        }
    }

    /// Adds to the entry, if there is one. Whether nothing kept it from doing so.
    async fn write(&self, add: impl FnOnce(&mut Entry) -> io::Result<()> + Send + 'static) -> bool {
        let Some(journal) = &self.journal else {
            return false;
        };
        let entry = Arc::clone(&self.entry);
        let added = blocking(move || lock(&entry).as_mut().map_or(Ok(()), add));
        let added = added.await;
        if let Err(error) = &added {
            journal.complain(error);
        }
        added.is_ok()
    }
}

fn lock(entry: &Mutex<Option<Entry>>) -> std::sync::MutexGuard<'_, Option<Entry>> {
    entry.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does on another thread what may wait for a disk.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}
