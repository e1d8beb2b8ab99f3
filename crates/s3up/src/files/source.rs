//! A file that is being read, and whether it is still the same.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use paired_md5::Message;
use tokio::sync::oneshot;

use super::buffers::{Buffer, Buffers};
use crate::checksum::{Checksum, Digest};
use crate::error::{Error, ErrorKind};
use crate::integrity::Digests;
use crate::journal::FileMark;
use crate::options::Integrity;
use crate::session::Session;

/// Read and digested at once, while the bytes are in the processor's cache.
const SLICE: usize = 256 * 1024;

/// A file that is open for an upload. It is read by position, from any thread.
pub(crate) struct SourceFile {
    file: File,
    path: PathBuf,
    before: Identity,
}

/// Bytes and their checksum, if one is wanted.
pub(super) type Read = (Bytes, Option<Checksum>);

/// What must be the same before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    size: u64,
    modified: Option<SystemTime>,
    /// Device and inode, where there are such.
    place: Option<(u64, u64)>,
}

/// Why a file cannot be uploaded.
#[derive(Debug)]
pub(crate) struct SourceProblem {
    path: PathBuf,
    what: What,
}

#[derive(Debug)]
enum What {
    Unreadable(io::Error),
    Changed(String),
}

/// A range of a file, to be read when its turn has come.
pub(crate) struct FileRange {
    pub source: Arc<SourceFile>,
    pub position: u64,
    pub len: u64,
    pub buffers: Buffers,
}

impl SourceFile {
    /// Opens a file; one of fewer than `whole_below` bytes is read in the same go.
    pub async fn open(
        path: &Path,
        whole_below: u64,
        integrity: Integrity,
    ) -> Result<(Arc<Self>, Option<Read>), SourceProblem> {
        let path = path.to_owned();
        blocking(path.clone(), move || {
            let source = Self::open_now(path)?;
            let whole = match source.before.size < whole_below {
                true => Some(source.whole_now(integrity, &Buffers::new(source.size()))?),
                false => None,
            };
            Ok((Arc::new(source), whole))
        })
        .await
    }

    /// Size in bytes, as it was at the beginning.
    pub fn size(&self) -> u64 {
        self.before.size
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// By what it is known again.
    pub fn mark(&self) -> FileMark {
        let since_1970 = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).ok();
        let modified = self.before.modified.and_then(since_1970);
        FileMark {
            size: self.before.size,
            modified_unix_ns: modified.and_then(|since| u64::try_from(since.as_nanos()).ok()),
            place: self.before.place,
        }
    }

    /// All of it, which has not changed while it was read.
    pub async fn whole(
        self: &Arc<Self>,
        integrity: Integrity,
        buffers: Buffers,
    ) -> Result<Read, SourceProblem> {
        let source = Arc::clone(self);
        blocking(self.path.clone(), move || {
            source.whole_now(integrity, &buffers)
        })
        .await
    }

    /// Whether it is what it was at the beginning.
    pub async fn check(self: &Arc<Self>) -> Result<(), SourceProblem> {
        let source = Arc::clone(self);
        blocking(self.path.clone(), move || source.check_now()).await
    }

    fn open_now(path: PathBuf) -> Result<Self, SourceProblem> {
        // Asked before it is opened: opening a pipe would wait for its writer.
        let opened = fs::metadata(&path).and_then(|metadata| {
            if metadata.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            if !metadata.is_file() {
                return Err(io::Error::other("it is no regular file"));
            }
            let file = File::open(&path)?;
            let before = Identity::from(&file.metadata()?);
            Ok((file, before))
        });
        match opened {
            Ok((file, before)) => Ok(Self { file, path, before }),
            Err(error) => Err(SourceProblem::unreadable(&path, error)),
        }
    }

    fn whole_now(&self, integrity: Integrity, buffers: &Buffers) -> Result<Read, SourceProblem> {
        let read = self.read_now(0, self.before.size, integrity, buffers)?;
        let behind = read_at(&self.file, &mut [0], self.before.size);
        if behind.map_err(|error| SourceProblem::unreadable(&self.path, error))? > 0 {
            return Err(self.changed(format!("it grew beyond {} bytes", self.before.size)));
        }
        self.check_now()?;
        Ok(read)
    }

    fn read_now(
        &self,
        position: u64,
        len: u64,
        integrity: Integrity,
        buffers: &Buffers,
    ) -> Result<Read, SourceProblem> {
        let unreadable = |error| SourceProblem::unreadable(&self.path, error);
        let len = usize::try_from(len).map_err(|error| unreadable(io::Error::other(error)))?;
        let mut buffer = buffers.lend(len);
        let mut digest = Digest::new(integrity);
        let mut done = 0;
        while done < len {
            let slice = &mut buffer.as_mut()[done..len.min(done + SLICE)];
            let read = self.fill_now(slice, position + done as u64)?;
            digest.update(&slice[..read]);
            done += read;
        }
        Ok((buffer.freeze(), digest.finish()))
    }

    /// Reads some bytes, at least one.
    fn fill_now(&self, slice: &mut [u8], position: u64) -> Result<usize, SourceProblem> {
        loop {
            match read_at(&self.file, slice, position) {
                Ok(0) => {
                    self.check_now()?;
                    return Err(self.changed("it ends before its size says".to_owned()));
                }
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(SourceProblem::unreadable(&self.path, error)),
            }
        }
    }

    fn check_now(&self) -> Result<(), SourceProblem> {
        let unreadable = |error| SourceProblem::unreadable(&self.path, error);
        let still = Identity::from(&self.file.metadata().map_err(unreadable)?);
        // The path is asked, too: a file that was replaced is another one, though ours can still
        // be read.
        let at_path = match fs::metadata(&self.path) {
            Ok(metadata) => Some(Identity::from(&metadata)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(unreadable(error)),
        };
        match self.before.difference(still, at_path) {
            None => Ok(()),
            Some(how) => Err(self.changed(how)),
        }
    }

    fn changed(&self, how: String) -> SourceProblem {
        SourceProblem {
            path: self.path.clone(),
            what: What::Changed(how),
        }
    }
}

impl FileRange {
    /// Reads it, and digests it on the way; for an MD5, together with another one.
    pub async fn read(
        self,
        integrity: Integrity,
        digests: &Digests,
    ) -> Result<Read, SourceProblem> {
        if integrity == Integrity::Md5 {
            return self.read_in_company(digests).await;
        }
        blocking(self.source.path.clone(), move || {
            let Self { position, len, .. } = self;
            self.source
                .read_now(position, len, integrity, &self.buffers)
        })
        .await
    }

    async fn read_in_company(self, digests: &Digests) -> Result<Read, SourceProblem> {
        let path = self.source.path.clone();
        let unreadable = |error| SourceProblem::unreadable(&path, io::Error::other(error));
        let len = usize::try_from(self.len).map_err(unreadable)?;
        let (to, read) = oneshot::channel();
        digests.make(Box::new(BeingRead {
            source: self.source,
            position: self.position,
            len,
            buffers: self.buffers,
            buffer: None,
            filled: 0,
            consumed: 0,
            problem: None,
            to,
        }));
        match read.await {
            Ok(read) => read,
            // The runtime is ending.
            Err(error) => Err(SourceProblem::unreadable(&path, io::Error::other(error))),
        }
    }
}

/// A range that is read as it is digested, and who waits for both.
struct BeingRead {
    source: Arc<SourceFile>,
    position: u64,
    len: usize,
    buffers: Buffers,
    /// Lent when the first byte is read.
    buffer: Option<Buffer>,
    /// Bytes of the buffer that have been read, and those of them that have been digested.
    filled: usize,
    consumed: usize,
    /// What ended it early.
    problem: Option<SourceProblem>,
    to: oneshot::Sender<Result<Read, SourceProblem>>,
}

impl Message for BeingRead {
    fn bytes(&mut self) -> &[u8] {
        let (buffers, len) = (&self.buffers, self.len);
        let buffer = self
            .buffer
            .get_or_insert_with(|| buffers.lend(len))
            .as_mut();
        // Of what nobody waits for no more is read.
        let ended = self.problem.is_some() || self.to.is_closed();
        if self.consumed == self.filled && self.filled < len && !ended {
            let slice = &mut buffer[self.filled..len.min(self.filled + SLICE)];
            let position = self.position + self.filled as u64;
            match self.source.fill_now(slice, position) {
                Ok(read) => self.filled += read,
                Err(problem) => self.problem = Some(problem),
            }
        }
        &buffer[self.consumed..self.filled]
    }

    fn consume(&mut self, len: usize) {
        self.consumed += len;
    }

    fn done(mut self: Box<Self>, md5: [u8; 16]) {
        let read = match (self.problem.take(), self.buffer.take()) {
            (Some(problem), _) => Err(problem),
            (None, Some(buffer)) if self.filled == self.len => {
                Ok((buffer.freeze(), Some(Checksum::Md5(md5))))
            }
            // Nobody waits for it any more.
            _ => return,
        };
        let _sent = self.to.send(read);
    }
}

impl From<&Metadata> for Identity {
    fn from(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let place = {
            use std::os::unix::fs::MetadataExt;
            Some((metadata.dev(), metadata.ino()))
        };
        #[cfg(not(unix))]
        let place = None;
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            place,
        }
    }
}

impl Identity {
    /// How the file that was this one has changed: the one that is open, and the one at its path.
    fn difference(self, still: Self, at_path: Option<Self>) -> Option<String> {
        let Some(at_path) = at_path else {
            return Some("it was removed or renamed".to_owned());
        };
        if at_path.place != self.place {
            return Some("another file was put in its place".to_owned());
        }
        for now in [still, at_path] {
            let (was, is) = (self.size, now.size);
            if is < was {
                return Some(format!("it shrank from {was} to {is} bytes"));
            }
            if is > was {
                return Some(format!("it grew from {was} to {is} bytes"));
            }
            if now.modified != self.modified {
                return Some("it was written to".to_owned());
            }
        }
        None
    }
}

impl SourceProblem {
    fn unreadable(path: &Path, error: io::Error) -> Self {
        Self {
            path: path.to_owned(),
            what: What::Unreadable(error),
        }
    }

    /// The error of the upload that it ends.
    pub fn of(self, session: &Session) -> Error {
        let path = self.path.display();
        match self.what {
            What::Unreadable(error) => session
                .error(ErrorKind::SourceUnreadable)
                .with_detail(format!(
                    "{path} cannot be read; check that it is a file, and that you may read it"
                ))
                .with_source(error),
            What::Changed(how) => session
                .error(ErrorKind::SourceChanged)
                .with_detail(format!("{path} changed while it was uploaded: {how}")),
        }
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, position)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, position)
}

async fn blocking<T: Send + 'static>(
    path: PathBuf,
    work: impl FnOnce() -> Result<T, SourceProblem> + Send + 'static,
) -> Result<T, SourceProblem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(SourceProblem::unreadable(&path, io::Error::other(error))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use md5::{Digest as _, Md5};

    use super::*;

    fn problem(change: impl FnOnce(&Path)) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, [1; 1_000]).unwrap();
        let source = SourceFile::open_now(path.clone()).unwrap();
        source.check_now().unwrap();
        change(&path);
        // What a reader meets first, and what a look at the end tells, are the same.
        let told = source.whole_now(Integrity::Md5, &Buffers::new(1_000));
        let told = told.map(drop);
        let checked = source.check_now();
        let [told, checked] = [told, checked].map(|result| match result.unwrap_err().what {
            What::Changed(how) => how,
            What::Unreadable(error) => panic!("{error}"),
        });
        assert!(told == checked || told.starts_with("it grew beyond"));
        checked
    }

    #[test]
    fn a_change_is_named() {
        let append = |path: &Path| {
            let mut file = File::options().append(true).open(path).unwrap();
            file.write_all(b"more").unwrap();
        };
        assert_eq!(problem(append), "it grew from 1000 to 1004 bytes");
        let cut = |path: &Path| File::options().write(true).open(path).unwrap().set_len(10);
        assert_eq!(
            problem(|path| cut(path).unwrap()),
            "it shrank from 1000 to 10 bytes"
        );
        let touch = |path: &Path| {
            let file = File::options().write(true).open(path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        };
        assert_eq!(problem(touch), "it was written to");
        let remove = |path: &Path| fs::remove_file(path).unwrap();
        assert_eq!(problem(remove), "it was removed or renamed");
        #[cfg(unix)]
        {
            let replace = |path: &Path| {
                fs::write(path.with_extension("new"), [1; 1_000]).unwrap();
                fs::rename(path.with_extension("new"), path).unwrap();
            };
            assert_eq!(problem(replace), "another file was put in its place");
        }
    }

    #[test]
    fn ranges_are_read_where_they_lie() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        let data: Vec<u8> = (0..=u8::MAX).cycle().take(3 * SLICE + 5).collect();
        fs::write(&path, &data).unwrap();
        let source = SourceFile::open_now(path).unwrap();
        let buffers = Buffers::new(SLICE as u64);
        for (from, to) in [
            (0, data.len()),
            (7, SLICE + 8),
            (data.len() - 1, data.len()),
        ] {
            let len = (to - from) as u64;
            let (bytes, checksum) = source
                .read_now(from as u64, len, Integrity::Md5, &buffers)
                .unwrap();
            assert!(bytes == data[from..to]);
            let md5: [u8; 16] = Md5::digest(&bytes).into();
            assert_eq!(checksum, Some(Checksum::Md5(md5)));
        }
        assert_eq!(
            source.read_now(0, 1, Integrity::Off, &buffers).unwrap().1,
            None
        );
    }
}
