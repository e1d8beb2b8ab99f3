//! Folders of partitions that a file system takes for one.
//!
//! Some tell capitals from small letters, or an accent from a letter with it, and some do not. Which kind
//! this one is shows when the folders are there: two names of one folder have one identity.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::{ExitCode, Failure};

/// The folders in which files of this run stand.
#[derive(Debug, Default)]
pub(super) struct DistinctFolders(HashMap<Identity, PathBuf>);

/// Device and number of a folder.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(folder: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(folder).map(|metadata| (metadata.dev(), metadata.ino()))
}

/// The name that the system itself uses.
#[cfg(not(unix))]
type Identity = PathBuf;

#[cfg(not(unix))]
fn identity(folder: &Path) -> io::Result<Identity> {
    fs::canonicalize(folder)
}

impl DistinctFolders {
    /// Takes note of the folder of a partition, which is there, and of those around it that belong to
    /// the `levels` of its name.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`] where one of them is that of another partition.
    pub(super) fn add(&mut self, folder: &Path, levels: usize) -> Result<(), Failure> {
        for folder in folder.ancestors().take(levels) {
            let identity = identity(folder).map_err(|error| {
                let tried = format!("could not look at the folder `{}`", folder.display());
                Failure::new(
                    ExitCode::LocalWrite,
                    anyhow::Error::new(error).context(tried),
                )
            })?;
            let known = self.0.entry(identity).or_insert_with(|| folder.to_owned());
            if known != folder {
                return Err(same(known, folder));
            }
        }
        Ok(())
    }
}

fn same(known: &Path, folder: &Path) -> Failure {
    let sentence = format!(
        "`{}` and `{}` are two partitions and one folder: this file system does not tell the names apart",
        known.display(),
        folder.display()
    );
    Failure::say(ExitCode::LocalWrite, sentence).advise(
        "Write to S3 or to a file system that does, or partition by a column whose values differ in \
         more than capitals and accents.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A link stands for what a file system does by itself.
    #[cfg(unix)]
    #[test]
    fn two_names_of_one_folder_are_told_at_every_level() {
        let base = tempfile::tempdir().unwrap();
        let path = |name: &str| base.path().join(name);
        fs::create_dir_all(path("a=X/b=1")).unwrap();
        fs::create_dir_all(path("a=y/b=1")).unwrap();
        std::os::unix::fs::symlink("a=X", path("a=x")).unwrap();
        fs::create_dir_all(path("a=x/b=2")).unwrap();
        let mut folders = DistinctFolders::default();
        for folder in ["a=X/b=1", "a=y/b=1", "a=X/b=1", "a=X/b=2"] {
            folders.add(&path(folder), 2).unwrap();
        }
        let failure = folders.add(&path("a=x/b=2"), 2).unwrap_err();
        assert_eq!(failure.code, ExitCode::LocalWrite);
        let said = failure
            .to_string()
            .replace(&base.path().display().to_string(), "out");
        assert_eq!(
            said,
            "`out/a=X/b=2` and `out/a=x/b=2` are two partitions and one folder: this file system \
             does not tell the names apart. Write to S3 or to a file system that does, or partition \
             by a column whose values differ in more than capitals and accents."
        );
        // What is around the partitions is shared by all, whatever it is called.
        assert!(DistinctFolders::default().add(&path("none"), 1).is_err());
    }
}
