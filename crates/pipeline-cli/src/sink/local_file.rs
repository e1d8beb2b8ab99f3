//! A local file that appears whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use blockwrite::AtomicFile;
use tokio::task::spawn_blocking;

use super::{local, unknown};
use crate::failure::{ExitCode, Failure};
use crate::interrupt::{FINISH_GRACE, Interrupt};
use crate::leftovers;

/// A file on its way.
pub struct LocalFile {
    /// The target as it was named.
    path: PathBuf,
    /// Taken when it is committed or taken back.
    file: Option<AtomicFile>,
    /// Bytes written so far.
    bytes: u64,
}

impl LocalFile {
    /// Clears what killed runs left in the file's folder, and begins the file.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`].
    pub async fn open(path: &Path) -> Result<Self, Failure> {
        leftovers::clear_files(path).await;
        let file =
            AtomicFile::create(path).map_err(|error| Failure::new(ExitCode::LocalWrite, error))?;
        Ok(Self {
            path: path.to_owned(),
            file: Some(file),
            bytes: 0,
        })
    }

    /// The target as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes written so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes bytes.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let file = self.file.as_mut().ok_or_else(ended)?;
        tokio::task::block_in_place(|| file.write_all(bytes)).map_err(|error| {
            let target = self.path.display();
            local(
                &format!("could not write what is to become `{target}`"),
                error,
            )
        })?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Forces everything to disk, where it can still be taken back. Disks take their time to confirm
    /// gigabytes, and an interrupt is to be heard meanwhile: dropped before its end, this leaves
    /// the disk to a thread that nobody waits for, and the file to [`LocalFile::take_back`].
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`].
    pub async fn send_rest(&mut self) -> Result<(), Failure> {
        let local = |error| Failure::new(ExitCode::LocalWrite, error);
        let file = self.file.as_ref().ok_or_else(ended)?;
        let confirming = spawn_blocking(file.sync_elsewhere().map_err(local)?);
        match confirming.await {
            Ok(confirmed) => confirmed.map_err(local),
            Err(error) => Err(Failure::new(ExitCode::Internal, error)),
        }
    }

    /// Puts the file in its place, and says which that is. What takes long is done before, by
    /// [`LocalFile::send_rest`].
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`]; [`ExitCode::Unknown`] where the rename took longer than an
    /// interrupt allows.
    pub async fn commit(&mut self, interrupt: &Interrupt) -> Result<PathBuf, Failure> {
        let mut file = self.file.take().ok_or_else(ended)?;
        let committing = spawn_blocking(move || file.commit());
        match interrupt.within(FINISH_GRACE, committing).await {
            Some(Ok(Ok(()))) => Ok(self.path.clone()),
            Some(Ok(Err(error))) => Err(Failure::new(ExitCode::LocalWrite, error)),
            Some(Err(error)) => Err(Failure::new(ExitCode::Internal, error)),
            None => Err(unknown(&format!("`{}`", self.path.display()))),
        }
    }

    /// Removes what was written, also while the disk is still at it. On a thread of its own: a file
    /// system that is busy may keep whoever removes a file waiting.
    pub async fn take_back(&mut self) {
        let file = self.file.take();
        let removed = spawn_blocking(move || drop(file)).await;
        if let Err(error) = removed {
            log::debug!("the thread that removes the temporary file ended: {error}");
        }
    }

    /// What stands at the target, in a clause.
    pub fn stands(&self) -> String {
        let path = self.path.display();
        if self.path.exists() {
            format!("nothing was written, and the old file stands at `{path}`")
        } else {
            format!("nothing was written, and there is no `{path}`")
        }
    }
}

fn ended() -> Failure {
    Failure::say(ExitCode::Internal, "the file was used after its end")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An interrupt drops what waits for the disk. Whatever the disk is doing then, the file goes,
    /// and nothing is in doubt.
    #[tokio::test(flavor = "multi_thread")]
    async fn an_end_is_heard_while_the_disk_confirms() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.parquet");
        let mut file = LocalFile::open(&path).await.unwrap();
        file.write(b"half").unwrap();
        let names = || std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(names(), 1, "the temporary, and no result");
        // Asked once, so that the disk is told, and then given up.
        let asked_once = futures::poll!(std::pin::pin!(file.send_rest()));
        drop(asked_once);
        file.take_back().await;
        assert_eq!(names(), 0);
        assert!(file.stands().starts_with("nothing was written"));
    }
}
