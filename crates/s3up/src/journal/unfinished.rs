//! Entries of uploads that can be gone on with.

use std::io;

use super::Journal;
use super::entry::{self, Entry};
use super::note::{Note, blocking};
use super::record::{Record, UploadRecord};

/// An interrupted upload of a file, taken over: the entry is locked.
pub(crate) struct Unfinished {
    /// What is noted of it, an id and a file among it.
    pub record: Box<UploadRecord>,
    /// Its place in the journal.
    pub note: Note,
}

impl Journal {
    /// Takes over the uploads of files to this object whose processes are dead.
    pub(crate) async fn take_unfinished(
        &self,
        bucket: &str,
        key: &str,
    ) -> io::Result<Vec<Unfinished>> {
        let folder = self.folder().to_owned();
        let (store, bucket, key) = (self.store().to_owned(), bucket.to_owned(), key.to_owned());
        let is_meant = move |record: &Record| match record {
            Record::Upload(record) => {
                let intent = &record.intent;
                (&intent.store, &intent.bucket, &intent.key) == (&store, &bucket, &key)
                    && record.upload_id.is_some()
                    && record.file.is_some()
            }
            _ => false,
        };
        let journal = self.clone();
        blocking(move || {
            let mut found = Vec::new();
            for path in entry::paths(&folder)? {
                // A look first: the lock of an entry that is not meant is its owner's to take.
                if !entry::peek(&path).is_ok_and(|record| is_meant(&record)) {
                    continue;
                }
                if let Ok(Some((entry, Record::Upload(record)))) = Entry::claim(&path) {
                    let note = Note::of(journal.clone(), entry);
                    found.push(Unfinished { record, note });
                }
            }
            Ok(found)
        })
        .await
    }
}
