//! A folder of its own for every run, so that two runs at once never meet.
//!
//! Beside each folder lies a file that the run holds locked: the system lets go of the lock
//! however the run ends, so the next run can tell what was left behind and removes it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

/// A folder that only this run uses.
pub struct RunFolder {
    path: PathBuf,
    kept_file: Option<PathBuf>,
    /// Held, not read: others see by it that the run is alive.
    _lock: File,
}

impl RunFolder {
    /// Makes a new folder in `parent` and removes those of runs that are over.
    pub fn create(parent: &Path) -> Result<Self> {
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        remove_abandoned(parent);
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let path = parent.join(format!("{}-{}", std::process::id(), since.as_nanos()));
        let making = || format!("cannot make {}", path.display());
        let lock = File::create(lock_of(&path)).with_context(making)?;
        lock.lock().with_context(making)?;
        fs::create_dir(&path).with_context(making)?;
        Ok(Self {
            path,
            kept_file: None,
            _lock: lock,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves this file of the folder until the next run begins, for a person to read.
    pub fn keep(&mut self, file: &Path) {
        self.kept_file = Some(file.to_owned());
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        let Some(kept) = &self.kept_file else {
            let _ = fs::remove_dir_all(&self.path);
            let _ = fs::remove_file(lock_of(&self.path));
            return;
        };
        // The state of a store beside the file may be gigabytes.
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        for path in entries
            .map(|entry| entry.path())
            .filter(|path| path != kept)
        {
            let _ = fs::remove_dir_all(path);
        }
    }
}

fn lock_of(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

/// Removes the folders whose run no longer holds its lock. Best effort: a folder that stays
/// takes room under the build folder and harms nothing.
fn remove_abandoned(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path
            .extension()
            .is_some_and(|extension| extension == "lock")
            && File::open(&path).is_ok_and(|lock| lock.try_lock().is_ok())
        {
            let _ = fs::remove_dir_all(path.with_extension(""));
            let _ = fs::remove_file(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_never_meet_and_leave_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let one = RunFolder::create(parent.path()).unwrap();
        let two = RunFolder::create(parent.path()).unwrap();
        assert_ne!(one.path(), two.path());
        assert!(
            one.path().is_dir(),
            "the second run took the folder of the first"
        );
        drop((one, two));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_was_kept_goes_when_the_next_run_begins() {
        let parent = tempfile::tempdir().unwrap();
        let mut one = RunFolder::create(parent.path()).unwrap();
        let kept = one.path().to_owned();
        fs::write(kept.join("localstack.log"), "it ended").unwrap();
        fs::create_dir_all(kept.join("state/bucket")).unwrap();
        one.keep(&kept.join("localstack.log"));
        drop(one);
        assert!(!kept.join("state").exists());
        assert!(kept.join("localstack.log").is_file());
        let _two = RunFolder::create(parent.path()).unwrap();
        assert!(!kept.exists());
    }
}
