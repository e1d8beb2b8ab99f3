//! A local file that appears whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use blockwrite::AtomicFile;

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

    /// Puts the file in its place, and says which that is.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`]; [`ExitCode::Unknown`] where the disk took longer than an
    /// interrupt allows.
    pub async fn commit(&mut self, interrupt: &Interrupt) -> Result<PathBuf, Failure> {
        let mut file = self.file.take().ok_or_else(ended)?;
        // On a thread of its own: disks take their time to confirm gigabytes, and an interrupt is
        // to be heard meanwhile.
        let committing = tokio::task::spawn_blocking(move || file.commit());
        match interrupt.within(FINISH_GRACE, committing).await {
            Some(Ok(Ok(()))) => Ok(self.path.clone()),
            Some(Ok(Err(error))) => Err(Failure::new(ExitCode::LocalWrite, error)),
            Some(Err(error)) => Err(Failure::new(ExitCode::Internal, error)),
            None => Err(unknown(&format!("`{}`", self.path.display()))),
        }
    }

    /// Removes what was written.
    pub fn take_back(&mut self) {
        self.file = None;
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
