//! A folder in which open uploads are noted, so that what a killed process left can be thrown away.
//!
//! ```text
//! Upload ─▶ Note: intend ──▶ CreateMultipartUpload ──▶ created(id) ─▶ parts … ─▶ settle
//!              │ one file, synced, locked while the upload is open                 │ removed
//!              ▼                                                                   ▼
//!           {folder}/{random}.upload  ── the process is killed: its lock is gone, the file stays
//!              ▼
//! sweep: lock it ─▶ id known ─▶ abort ─▶ remove
//!                  ├ of a file ─▶ kept for seven days, for an upload that goes on with it
//!                  ├ unknown ─▶ list that key ─▶ report
//!                  └ noted on another host ─▶ list that key ─▶ report
//! ```
//!
//! Whether an owner lives is decided by the lock alone: process ids are used again. Of an owner on
//! another host a lock says nothing. Writing, syncing and locking happen on threads that may wait.

mod entry;
mod host;
mod note;
mod noted;
mod record;
mod sweep;
mod swept;
mod unfinished;

use std::collections::BTreeSet;
use std::fmt;
use std::fs::DirBuilder;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use note::Note;
pub(crate) use noted::Claimed;
pub(crate) use record::{FileMark, NotedPart, OfFile, UploadRecord};
pub(crate) use sweep::Sweep;
pub use swept::{Ambiguous, Doubt, Resumable, Swept};
pub(crate) use unfinished::Unfinished;

/// Where open multipart uploads are noted; see [`Uploader::with_journal`].
///
/// Several processes may share a folder. An entry holds the store's name, bucket, key, the
/// upload's id and its token, the machine's mark, and no credentials; that of an upload which can be
/// gone on with holds the file's path, size, time and inode, too, and checksums of the parts that
/// were sent. Clones are the same journal.
///
/// [`Uploader::with_journal`]: crate::Uploader::with_journal
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    store: String,
    /// The machine whose locks are seen here.
    host: Option<String>,
    /// Whether it was said already that nothing can be noted.
    complained: AtomicBool,
    /// Entries of which it was said already that they cannot be read.
    unreadable: Mutex<BTreeSet<PathBuf>>,
}

/// Why a folder cannot be a journal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The folder is not there and cannot be made.
    #[error(
        "cannot make the folder {} for the journal of open uploads; make it, or name another",
        folder.display()
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The store is named by a URL with a user and a password in it.
    #[error("the store of a journal may not be named by a URL with credentials; leave them out")]
    Credentials,
}

impl Journal {
    /// Uses a folder, which is made if it is not there (for its owner's eyes only, on unix).
    ///
    /// `store` names the S3 whose uploads are noted, such as its endpoint's URL or the folder of
    /// an embedded one. Entries of other stores in the same folder are never touched.
    ///
    /// The folder is better local than shared by machines: whether an upload's process is dead is
    /// told by a lock, and not every shared folder shows the locks of other machines. Entries
    /// therefore bear the machine's mark (on Linux its boot id, which is another after each
    /// start; elsewhere none, see [`open_on`](Self::open_on)), and those of another mark are
    /// reported ([`Doubt::OtherHost`]) and never aborted.
    ///
    /// # Errors
    ///
    /// [`JournalError`] if the folder cannot be made, or if `store` holds credentials.
    pub fn open(
        folder: impl Into<PathBuf>,
        store: impl Into<String>,
    ) -> Result<Self, JournalError> {
        Self::open_on(host::this(), folder, store)
    }

    /// As [`open`](Self::open), with a mark of the caller's choice: the same for all processes that
    /// see each other's locks, and for no others. `None` is taken for the mark of any machine that
    /// has none, and is for folders that are not shared.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_on(
        host: Option<String>,
        folder: impl Into<PathBuf>,
        store: impl Into<String>,
    ) -> Result<Self, JournalError> {
        let (folder, store) = (folder.into(), store.into());
        let authority = store
            .split_once("://")
            .map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
        if authority.contains('@') {
            return Err(JournalError::Credentials);
        }
        if let Err(source) = make(&folder) {
            return Err(JournalError::Folder { folder, source });
        }
        Ok(Self {
            inner: Arc::new(Inner {
                folder,
                store,
                host,
                complained: AtomicBool::new(false),
                unreadable: Mutex::default(),
            }),
        })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// The name of the store.
    #[must_use]
    pub fn store(&self) -> &str {
        &self.inner.store
    }

    /// The mark of the machine.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.inner.host.as_deref()
    }

    /// Says once what it costs that nothing can be noted.
    fn complain(&self, error: &io::Error) {
        if !self.inner.complained.swap(true, Relaxed) {
            log::warn!(
                "open uploads cannot be noted in {}: {error}; uploads go on, but parts of one \
                 that is killed stay in the bucket, and are billed, until somebody aborts it",
                self.folder().display()
            );
        }
    }

    /// Says once that an entry is left alone.
    fn leave_alone(&self, path: &Path, reason: &str) {
        let unreadable = &self.inner.unreadable;
        let mut unreadable = unreadable.lock().unwrap_or_else(PoisonError::into_inner);
        if unreadable.insert(path.to_owned()) {
            log::warn!(
                "{} is left alone: {reason}; if nothing else needs it, remove it",
                path.display()
            );
        }
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("folder", &self.inner.folder)
            .field("store", &self.inner.store)
            .finish_non_exhaustive()
    }
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_makes_its_folder_and_keeps_no_password() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let journal = Journal::open(&path, "http://127.0.0.1:1/x@y").unwrap();
        assert_eq!(journal.folder(), path);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
        let error = Journal::open(&path, "http://me:CANARY@host").unwrap_err();
        assert!(matches!(error, JournalError::Credentials));
        assert!(!format!("{error} {error:?}").contains("CANARY"));
        std::fs::write(folder.path().join("file"), "").unwrap();
        let error = Journal::open(folder.path().join("file/x"), "s").unwrap_err();
        assert!(matches!(error, JournalError::Folder { .. }));
    }
}
