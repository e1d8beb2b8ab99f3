//! Which open uploads are accounted for by other entries.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::record::Record;

/// The entries that a sweep has locked itself, with the ids in them.
#[derive(Default)]
pub(crate) struct Claimed(Mutex<HashMap<PathBuf, Option<String>>>);

impl Claimed {
    pub fn add(&self, path: &Path, id: Option<&str>) {
        let mut claimed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        claimed.insert(path.to_owned(), id.map(str::to_owned));
    }

    pub fn all(&self) -> HashMap<PathBuf, Option<String>> {
        let claimed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        claimed.clone()
    }
}

/// The ids of uploads that somebody has noted.
pub(super) struct Noted {
    ids: BTreeSet<String>,
    /// Whether there are entries that cannot be read. On Windows a lock keeps everybody from
    /// reading: then any upload may be that of a living process. (A second file for the lock
    /// would leave the entry readable, but two files can't be made or removed as one.)
    hidden: bool,
}

impl Noted {
    pub fn in_entries(
        claimed: &HashMap<PathBuf, Option<String>>,
        paths: &[PathBuf],
        peek: impl Fn(&Path) -> io::Result<Record>,
    ) -> Self {
        let mut noted = Self {
            ids: claimed.values().flatten().cloned().collect(),
            hidden: false,
        };
        for path in paths.iter().filter(|path| !claimed.contains_key(*path)) {
            match peek(path) {
                Ok(Record::Upload(record)) => noted.ids.extend(record.upload_id),
                Ok(_) => {}
                // It has just been settled, and its upload with it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(_) => noted.hidden = true,
            }
        }
        noted
    }

    /// What is known when not even the folder can be read.
    pub fn nothing() -> Self {
        Self {
            ids: BTreeSet::new(),
            hidden: true,
        }
    }

    /// Whether somebody has noted this upload; `None` if nobody can say.
    pub fn has(&self, upload_id: &str) -> Option<bool> {
        if self.ids.contains(upload_id) {
            return Some(true);
        }
        (!self.hidden).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::record::{Intent, Line};

    #[test]
    fn an_entry_that_cannot_be_read_may_be_that_of_any_upload() {
        let record = |id: &str| {
            let line = Line::Intent(Intent::new("store", "bucket", "key", "token"));
            let upload_id = id.to_owned();
            let lines = [line, Line::Created { upload_id }].map(|line| line.to_bytes());
            Ok(Record::parse(&lines.concat()))
        };
        let peek = |path: &Path| match path.to_str() {
            Some("open") => record("a"),
            Some("gone") => Err(io::ErrorKind::NotFound.into()),
            _ => Err(io::Error::other("it is locked")),
        };
        let paths = ["open", "gone", "locked"].map(PathBuf::from);
        let mut claimed = HashMap::new();
        let noted = Noted::in_entries(&claimed, &paths, peek);
        assert_eq!((noted.has("a"), noted.has("b")), (Some(true), None));
        // One's own locks hide nothing.
        claimed.insert("locked".into(), Some("b".to_owned()));
        let noted = Noted::in_entries(&claimed, &paths, peek);
        let has = ["a", "b", "c"].map(|id| noted.has(id));
        assert_eq!(has, [Some(true), Some(true), Some(false)]);
    }
}
