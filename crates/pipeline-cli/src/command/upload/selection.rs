//! The files that are to become objects, in the order of their keys.

use std::fs::FileType;
use std::path::{Path, PathBuf};

use super::sources::{not_utf8, special};
use crate::address::S3Address;
use crate::failure::{ExitCode, Failure};
use crate::file_search::{Finds, Found};

/// Bytes of the longest key that S3 takes.
const LONGEST_KEY: usize = 1_024;

/// Files and the keys they go to.
///
/// What a file takes here is its name below the folder that was given, and 32 bytes (twice that for
/// a moment, while the list grows): path and key are put together when it is its turn.
#[derive(Debug)]
pub struct Selection {
    target: S3Address,
    roots: Vec<PathBuf>,
    files: Vec<Chosen>,
    bytes: u64,
    hidden_folders: u64,
    temporaries: u64,
}

#[derive(Debug)]
struct Chosen {
    /// The path below the root, `/` between its names.
    name: Box<str>,
    size: u64,
    root: u32,
}

/// A file and the object it is to become.
#[derive(Debug, PartialEq, Eq)]
pub struct Object {
    /// Where it lies.
    pub path: PathBuf,
    /// Where it goes.
    pub key: String,
    /// Its size in bytes when it was looked at.
    pub size: u64,
}

impl Selection {
    /// An empty one, for a target.
    pub(super) fn new(target: S3Address) -> Self {
        Self {
            target,
            roots: Vec::new(),
            files: Vec::new(),
            bytes: 0,
            hidden_folders: 0,
            temporaries: 0,
        }
    }

    /// The target as it was given.
    pub fn target(&self) -> &S3Address {
        &self.target
    }

    /// Adds the file `name` below `root`.
    pub(super) fn add(&mut self, root: &Path, name: &str, size: u64) {
        if self.roots.last().is_none_or(|last| last != root) {
            self.roots.push(root.to_owned());
        }
        self.bytes = self.bytes.saturating_add(size);
        self.files.push(Chosen {
            name: name.into(),
            size,
            root: u32::try_from(self.roots.len() - 1).unwrap_or(u32::MAX),
        });
    }

    /// Puts the files into the order of their keys.
    ///
    /// # Errors
    ///
    /// A key that is too long; two files with one key.
    pub(super) fn sort(&mut self) -> Result<(), Failure> {
        let long = |object: &Object| object.key.len() > LONGEST_KEY;
        if let Some(Object { path, key, .. }) = self.objects().find(long) {
            return Err(Failure::say(
                ExitCode::Usage,
                format!(
                    "the key of `{}` would be {} bytes long, and S3 takes {LONGEST_KEY}",
                    path.display(),
                    key.len()
                ),
            )
            .advise("Upload it into a folder with a shorter name, or rename it."));
        }
        // All go into one folder, or there is only one: the names are in the order of the keys.
        self.files.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let twice = self
            .files
            .windows(2)
            .find(|pair| pair[0].name == pair[1].name);
        let Some([first, second]) = twice else {
            return Ok(());
        };
        let (mut first, mut second) = (self.object(first), self.object(second));
        if first.path == second.path {
            return Err(Failure::say(
                ExitCode::Usage,
                format!("`{}` is named twice", first.path.display()),
            )
            .advise("Name each file once, by itself or by its folder."));
        }
        // The order of what sorting found equal is nobody's choice.
        if second.path < first.path {
            std::mem::swap(&mut first, &mut second);
        }
        Err(Failure::say(
            ExitCode::Usage,
            format!(
                "`{}` and `{}` would both become s3://{}/{}",
                first.path.display(),
                second.path.display(),
                self.target.bucket,
                first.key
            ),
        )
        .advise("Upload them into different folders, one after the other."))
    }

    /// How many files.
    pub fn len(&self) -> u64 {
        self.files.len() as u64
    }

    /// Their sizes together, in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What was found and is not among the files, counted.
    pub fn passed_over(&self) -> Option<String> {
        let folders = match self.hidden_folders {
            0 => None,
            1 => Some("1 folder whose name begins with a dot".to_owned()),
            several => Some(format!("{several} folders whose names begin with a dot")),
        };
        let files = match self.temporaries {
            0 => None,
            1 => Some("1 unfinished file of this program (`.….blockwrite-tmp`)".to_owned()),
            several => Some(format!(
                "{several} unfinished files of this program (`.….blockwrite-tmp`)"
            )),
        };
        let both: Vec<_> = folders.into_iter().chain(files).collect();
        (!both.is_empty()).then(|| both.join(" and "))
    }

    /// The files, one after the other.
    pub fn objects(&self) -> impl Iterator<Item = Object> + Send + '_ {
        self.files.iter().map(|file| self.object(file))
    }

    fn object(&self, file: &Chosen) -> Object {
        let root = self.roots.get(file.root as usize);
        Object {
            path: root.map_or_else(PathBuf::new, |root| root.join(&*file.name)),
            key: self.target.clone().object(&file.name).key,
            size: file.size,
        }
    }
}

impl Finds for Selection {
    fn file(&mut self, found: &Found<'_>) -> Result<(), Failure> {
        let name = key_of(found.below).ok_or_else(|| not_utf8(found.path))?;
        self.add(found.root, &name, found.bytes);
        Ok(())
    }

    fn special(&self, path: &Path, kind: FileType) -> Failure {
        special(path, kind)
    }

    fn pass_over_hidden(&mut self) {
        self.hidden_folders += 1;
    }

    fn pass_over_temporary(&mut self) {
        self.temporaries += 1;
    }
}

/// The path with `/` between its names, on every system.
fn key_of(below: &Path) -> Option<String> {
    let names: Option<Vec<_>> = below.iter().map(|name| name.to_str()).collect();
    names.map(|names| names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_its_name_and_32_bytes() {
        assert_eq!(size_of::<Chosen>(), 32);
    }
}
