//! A local file, read by position.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::failure::{ExitCode, Failure};

/// An open file.
#[derive(Debug)]
pub struct FileSource {
    path: PathBuf,
    /// Behind a lock, because to read at a position moves the one position that a file has.
    file: Arc<Mutex<File>>,
    opened: Metadata,
}

impl FileSource {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// What is no file, or can't be read.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        if path.as_os_str() == "-" {
            return Err(Failure::say(
                ExitCode::Usage,
                "standard input can't be read from its end, where Parquet keeps its footer",
            )
            .advise("Name a file; one that is called `-` as `./-`."));
        }
        // Before it is opened: to open a pipe would wait for somebody to write into it.
        let found = fs::metadata(path).map_err(|error| unreadable(path, error))?;
        if found.is_dir() {
            return Err(
                source(format!("`{}` is a folder", path.display())).advise(format!(
                    "Name the files in it, as in `{}`.",
                    path.join("*.parquet").display()
                )),
            );
        }
        if !found.is_file() {
            return Err(source(format!("`{}` is not a file", path.display()))
                .advise("Parquet is read from its end: a pipe or a device has none."));
        }
        let file = File::open(path).map_err(|error| unreadable(path, error))?;
        let opened = file.metadata().map_err(|error| unreadable(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            file: Arc::new(Mutex::new(file)),
            opened,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn bytes(&self) -> u64 {
        self.opened.len()
    }

    pub(super) async fn read(&self, range: Range<u64>) -> Result<Bytes, Failure> {
        let file = Arc::clone(&self.file);
        // On a thread of its own: a slow disk must not hold up an interrupt.
        let reading = tokio::task::spawn_blocking(move || {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(range.start))?;
            let wanted = range.end - range.start;
            let mut bytes = Vec::new();
            // Never more is set aside than the file has.
            (&mut *file).take(wanted).read_to_end(&mut bytes)?;
            if bytes.len() as u64 != wanted {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok(Bytes::from(bytes))
        });
        let read: io::Result<Bytes> = reading
            .await
            .map_err(|error| Failure::new(ExitCode::Internal, error))?;
        match read {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(self.changed("has become shorter"))
            }
            read => read.map_err(|error| unreadable(&self.path, error)),
        }
    }

    pub(super) fn unchanged(&self) -> Result<(), Failure> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let now = file
            .metadata()
            .map_err(|error| unreadable(&self.path, error))?;
        let same =
            now.len() == self.opened.len() && now.modified().ok() == self.opened.modified().ok();
        if same {
            Ok(())
        } else {
            Err(self.changed("was written to"))
        }
    }

    fn changed(&self, how: &str) -> Failure {
        source(format!("`{}` {how} while it was read", self.path.display()))
            .advise("Try again when nothing writes to it.")
    }
}

fn source(sentence: String) -> Failure {
    Failure::say(ExitCode::Source, sentence)
}

fn unreadable(path: &Path, error: io::Error) -> Failure {
    let sentence = format!("could not read `{}`", path.display());
    Failure::new(
        ExitCode::Source,
        anyhow::Error::new(error).context(sentence),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source_over(bytes: &[u8]) -> (tempfile::NamedTempFile, FileSource) {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), bytes).unwrap();
        let source = FileSource::open(file.path()).unwrap();
        (file, source)
    }

    #[tokio::test]
    async fn ranges_are_read_whole_and_in_any_order() {
        let (_file, source) = source_over(b"0123456789");
        assert_eq!(source.bytes(), 10);
        let (end, start) = tokio::join!(source.read(7..10), source.read(0..2));
        assert_eq!(
            (&end.unwrap()[..], &start.unwrap()[..]),
            (&b"789"[..], &b"01"[..])
        );
        assert!(source.unchanged().is_ok());
    }

    #[tokio::test]
    async fn a_file_that_changes_is_said_to() {
        let (file, source) = source_over(b"0123456789");
        fs::write(file.path(), b"0123").unwrap();
        let name = file.path().display();
        let failure = source.read(2..6).await.unwrap_err();
        assert_eq!(
            failure.to_string(),
            format!(
                "`{name}` has become shorter while it was read. Try again when nothing writes to it."
            )
        );
        assert_eq!(failure.code, ExitCode::Source);
        let failure = source.unchanged().unwrap_err().to_string();
        assert!(
            failure.contains(" was written to while it was read"),
            "{failure}"
        );
    }
}
