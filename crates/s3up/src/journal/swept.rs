//! What a sweep tells.

use std::path::PathBuf;
use std::time::SystemTime;

use crate::client::UploadRef;
use crate::error::Error;

/// What a sweep did, be it through or out of time.
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
    /// Interrupted uploads of files that can be gone on with; they are kept.
    pub resumable: Vec<Resumable>,
    /// Uploads that could not be aborted, and why. Their entries stay for the next sweep.
    pub failed: Vec<(UploadRef, Error)>,
    /// Entries that were not reached, or not decided, before the time was over or the server was
    /// given up; those of living processes and of other buckets may be among them.
    pub left: usize,
}

/// An interrupted upload of a file, kept for an uploader that
/// [goes on](crate::Uploader::resuming) with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resumable {
    /// The upload.
    pub upload: UploadRef,
    /// Where the file lay.
    pub file: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// When a sweep throws it away, by the clock of this machine: seven days after it began.
    pub kept_until: SystemTime,
}

/// An upload of which nobody can say whether it is a dead process's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ambiguous {
    /// Bucket.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// When it was asked for, by the clock of the machine that did.
    pub began: SystemTime,
    /// The uploads that are open at that key and in no entry: one of them may be the one. That of
    /// the entry itself, if it holds an id. Else empty if the server would not list them.
    pub uploads: Vec<UploadRef>,
    /// The entry. Whoever has looked after the upload, or knows that there is none, may remove it.
    pub path: PathBuf,
    /// Why it is in doubt.
    pub doubt: Doubt,
    /// Whether the entry has been removed: it is older than seven days, and is told of for the
    /// last time.
    pub forgotten: bool,
}

/// Why nobody can say whether an upload is a dead process's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doubt {
    /// The process was killed between asking for an upload and learning its id.
    NoId,
    /// It was noted on another machine, whose locks may not be seen here, or before this one was
    /// started anew.
    OtherHost,
}
