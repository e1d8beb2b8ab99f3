//! Folders that a run makes for its files, and takes away again if nothing came of it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{ExitCode, Failure};

/// Folders that were not there before.
#[derive(Debug, Default)]
pub struct NewFolders {
    /// In the order in which they were made, outer ones first.
    made: Vec<PathBuf>,
}

impl NewFolders {
    /// Makes `folders`, and those in which they stand.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`]; those that were made before it are taken away.
    pub fn make(folders: &[PathBuf]) -> Result<Self, Failure> {
        let mut new = Self::default();
        for folder in folders {
            if let Err(failure) = new.add(folder) {
                new.take_away_empty();
                return Err(failure);
            }
        }
        Ok(new)
    }

    /// Makes one more, and those in which it stands.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`].
    pub fn add(&mut self, folder: &Path) -> Result<(), Failure> {
        self.make_one(folder).map_err(|(at, error)| {
            let tried = format!("could not make the folder `{}`", at.display());
            Failure::new(
                ExitCode::LocalWrite,
                anyhow::Error::new(error).context(tried),
            )
        })
    }

    fn make_one(&mut self, folder: &Path) -> Result<(), (PathBuf, std::io::Error)> {
        let mut missing: Vec<_> = folder
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .collect();
        while let Some(folder) = missing.pop() {
            match fs::create_dir(folder) {
                Ok(()) => self.made.push(folder.to_owned()),
                // By somebody else in the meantime, or under a name such as `a/../b`.
                Err(_) if folder.is_dir() => {}
                Err(error) => return Err((folder.to_owned(), error)),
            }
        }
        Ok(())
    }

    /// Takes away those in which nothing stands.
    pub fn take_away_empty(&mut self) {
        for folder in self.made.drain(..).rev() {
            // A folder with something in it is not removed, and that is how it should be.
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_made_and_empty_ones_taken_away() {
        let base = tempfile::tempdir().unwrap();
        let path = |name: &str| base.path().join(name);
        fs::create_dir(path("old")).unwrap();
        let asked = ["old/a/b", "old", "new/c", "new/d"].map(path);
        let mut new = NewFolders::make(&asked).unwrap();
        assert!(asked.iter().all(|folder| folder.is_dir()));
        fs::write(path("new/c/file"), "").unwrap();
        new.take_away_empty();
        assert!(path("old").is_dir() && !path("old/a").exists());
        assert!(path("new/c/file").is_file() && !path("new/d").exists());
    }

    #[test]
    fn what_can_not_be_made_leaves_nothing() {
        let base = tempfile::tempdir().unwrap();
        let path = |name: &str| base.path().join(name);
        fs::write(path("file"), "").unwrap();
        let failure = NewFolders::make(&["a/b", "file/c"].map(path)).unwrap_err();
        assert_eq!(failure.code, ExitCode::LocalWrite);
        assert!(!path("a").exists());
    }
}
