//! One process a folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use crate::start_error::StartError;

const LOCK_FILE: &str = "lock";

/// Holds the folder until it is dropped; the system frees it when the process dies.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    pub(crate) fn take(root: &Path, private: &Path) -> Result<Self, StartError> {
        let path = private.join(LOCK_FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(StartError::folder("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // Who it is, is a courtesy: without it the refusal stands.
                let _read = file.read_to_string(&mut text);
                return Err(StartError::Locked {
                    root: root.to_owned(),
                    pid: text.trim().parse().ok(),
                });
            }
            Err(TryLockError::Error(error)) => {
                return Err(StartError::folder("lock", &path)(error));
            }
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(StartError::folder("write", &path))?;
        Ok(Self { _file: file })
    }
}
