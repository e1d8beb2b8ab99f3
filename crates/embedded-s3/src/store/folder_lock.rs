//! One process a folder, and where to find it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use crate::start_error::StartError;

const LOCK_FILE: &str = "lock";

/// No lock file of ours is longer; a file that is says nothing.
const NOTE_LIMIT_BYTES: u64 = 256;

/// Holds the folder until it is dropped; the system frees it when the process dies.
#[derive(Debug)]
pub(crate) struct FolderLock {
    file: File,
    path: PathBuf,
}

/// What the lock file tells whoever comes second: who holds the folder, and where that one
/// listens once it does. Never a key: the file outlives the process.
#[derive(Debug, Default, PartialEq, Eq)]
struct Note {
    pid: Option<u32>,
    endpoint: Option<String>,
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
                let _read = (&file).take(NOTE_LIMIT_BYTES).read_to_string(&mut text);
                let note = Note::read(&text);
                return Err(StartError::Locked {
                    root: root.to_owned(),
                    pid: note.pid,
                    endpoint: note.endpoint,
                });
            }
            Err(TryLockError::Error(error)) => {
                return Err(StartError::folder("lock", &path)(error));
            }
        }
        // First of all what a killed process wrote: its endpoint is nobody's now.
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(format!("{}\n", std::process::id()).as_bytes()))
            .map_err(StartError::folder("write", &path))?;
        Ok(Self { file, path })
    }

    /// Adds where this process listens, for whoever comes second.
    pub(crate) fn announce(&self, endpoint: &str) -> Result<(), StartError> {
        (&self.file)
            .write_all(format!("{endpoint}\n").as_bytes())
            .map_err(StartError::folder("write", &self.path))
    }
}

impl Note {
    /// Only whole lines count: the holder may be at writing them.
    fn read(text: &str) -> Self {
        let mut lines = text
            .split_inclusive('\n')
            .map_while(|line| line.strip_suffix('\n'));
        let pid = lines.next().and_then(|line| line.parse().ok());
        // It is repeated in an error, so a file of somebody else's making is not taken for one.
        let endpoint = lines
            .next()
            .filter(|line| line.starts_with("http://"))
            .filter(|line| line.bytes().all(|byte| byte.is_ascii_graphic()));
        Self {
            pid,
            endpoint: endpoint.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_lines_are_read_and_nothing_else() {
        for (text, pid, endpoint) in [
            ("", None, None),
            ("12", None, None),
            ("12\n", Some(12), None),
            ("12\nhttp://127.0.0.1:40", Some(12), None),
            (
                "12\nhttp://127.0.0.1:4012\n",
                Some(12),
                Some("http://127.0.0.1:4012"),
            ),
            ("a file\nof somebody else\n", None, None),
            ("12\nhttp://\u{1b}[31m\n", Some(12), None),
        ] {
            let expected = Note {
                pid,
                endpoint: endpoint.map(str::to_owned),
            };
            assert_eq!(Note::read(text), expected, "{text:?}");
        }
    }
}
