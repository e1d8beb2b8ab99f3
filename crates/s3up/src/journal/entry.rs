//! The file of one upload. Whoever holds an [`Entry`] holds its lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::record::{Intent, Line, Record};

/// How the files of the journal end.
const SUFFIX: &str = "upload";

/// No entry is longer; what is, is not ours, and is not read to its end.
const LONGEST: u64 = 16 << 20;

/// An entry and its lock, which is given back on drop.
#[derive(Debug)]
pub(super) struct Entry {
    file: File,
    path: PathBuf,
}

impl Entry {
    /// Writes the intent to a new file, synced, the folder too.
    pub fn create(folder: &Path, intent: Intent) -> io::Result<Self> {
        let line = Line::Intent(intent);
        // Between creating and locking, a sweep may take the file for the left-over of a dead
        // process and remove it; it cannot do so many times running.
        for _ in 0..8 {
            let name = format!("{:032x}.{SUFFIX}", rand::random::<u128>());
            let path = folder.join(name);
            let mut options = OpenOptions::new();
            options.read(true).append(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut entry = Self {
                file: options.open(&path)?,
                path,
            };
            match entry.file.try_lock() {
                Ok(()) if !is_at(&entry.file, &entry.path)? => continue,
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => continue,
                Err(TryLockError::Error(error)) => return Err(entry.give_up(error)),
            }
            let written = entry.append(&line).and_then(|()| sync_folder(folder));
            return match written {
                Ok(()) => Ok(entry),
                Err(error) => Err(entry.give_up(error)),
            };
        }
        Err(io::Error::other("other processes remove what is noted"))
    }

    /// Adds a line, synced.
    pub fn append(&mut self, line: &Line) -> io::Result<()> {
        self.append_unsynced(line)?;
        self.file.sync_data()
    }

    /// Adds a line that outlives this process, but perhaps not this machine's next breakdown.
    pub fn append_unsynced(&mut self, line: &Line) -> io::Result<()> {
        self.file.write_all(&line.to_bytes())
    }

    /// Removes the file; the lock is held until it is gone.
    pub fn remove(self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// A file that could not be written is of no use; the reason for that is what counts.
    fn give_up(self, error: io::Error) -> io::Error {
        let _ = self.remove();
        error
    }

    /// Takes over an entry whose owner is dead; `None` if the owner lives, or the entry is gone.
    pub fn claim(path: &Path) -> io::Result<Option<(Self, Record)>> {
        let file = match OpenOptions::new().read(true).append(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Another sweep may have removed it between opening and locking.
        if !is_at(&file, path)? {
            return Ok(None);
        }
        let record = read(&file)?;
        let path = path.to_owned();
        Ok(Some((Self { file, path }, record)))
    }
}

/// What an entry says, without its lock: a look, on which nothing but a report may rest.
pub(super) fn peek(path: &Path) -> io::Result<Record> {
    read(&File::open(path)?)
}

fn read(file: &File) -> io::Result<Record> {
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(Record::parse(&bytes))
}

/// The files in the folder that may be entries.
pub(super) fn paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for found in fs::read_dir(folder)? {
        let found = found?;
        let path = found.path();
        if path.extension().is_some_and(|suffix| suffix == SUFFIX) && found.file_type()?.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Whether the path still leads to this file.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let there = match fs::metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let here = file.metadata()?;
        Ok((here.dev(), here.ino()) == (there.dev(), there.ino()))
    }
    // Names are random and never used again: what stands there is the file that was opened.
    #[cfg(not(unix))]
    {
        let _ = (file, there);
        Ok(true)
    }
}

/// Makes the file's name outlast a power cut, where folders can be synced.
fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent() -> Intent {
        Intent::new("store", "bucket", "key", "token")
    }

    #[test]
    fn an_entry_belongs_to_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut entry = Entry::create(folder.path(), intent()).unwrap();
        let path = entry.path.clone();
        assert!(Entry::claim(&path).unwrap().is_none());
        let upload_id = "id".to_owned();
        entry.append(&Line::Created { upload_id }).unwrap();
        drop(entry);

        let (claimed, record) = Entry::claim(&path).unwrap().unwrap();
        assert!(
            matches!(record, Record::Upload(record) if record.upload_id.as_deref() == Some("id"))
        );
        assert!(Entry::claim(&path).unwrap().is_none());
        // Whoever opened it before it went away does not find it afterwards.
        let late = File::open(&path).unwrap();
        claimed.remove().unwrap();
        assert!(!is_at(&late, &path).unwrap());
        assert!(Entry::claim(&path).unwrap().is_none());
        assert!(paths(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn creators_and_sweeps_at_once_lose_no_entry() {
        let folder = tempfile::tempdir().unwrap();
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            let sweep = scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::SeqCst) {
                    for path in paths(folder.path()).unwrap() {
                        if let Some((entry, record)) = Entry::claim(&path).unwrap() {
                            assert_eq!(record, Record::Empty, "its owner lives");
                            entry.remove().unwrap();
                        }
                    }
                }
            });
            for _ in 0..200 {
                let entry = Entry::create(folder.path(), intent()).unwrap();
                assert!(is_at(&entry.file, &entry.path).unwrap());
                entry.remove().unwrap();
            }
            done.store(true, std::sync::atomic::Ordering::SeqCst);
            sweep.join().unwrap();
        });
        assert!(paths(folder.path()).unwrap().is_empty());
    }
}
