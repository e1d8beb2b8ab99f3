//! An object for the examples: the newest Parquet file of the folder.

use std::fs::{self, DirEntry};
use std::path::Path;
use std::time::SystemTime;

/// A data lake may hold millions of files, and an example is not worth looking at them all.
const ENTRIES_LIMIT: usize = 10_000;

/// Where a run without any setting puts its file.
const USUAL: &str = "parquet-data-bucket/people.parquet";

/// An object to read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ExampleObject {
    /// `bucket/key`, of letters, digits and `/ . _ - =` alone.
    pub path: String,
    /// Whether it is there now.
    pub exists: bool,
}

impl ExampleObject {
    /// The newest Parquet file of the folder, or else the one that a run will make.
    pub(super) fn newest_in(root: &Path) -> Self {
        match newest(root, ENTRIES_LIMIT) {
            Some(path) => Self { path, exists: true },
            None => Self {
                path: USUAL.to_owned(),
                exists: false,
            },
        }
    }
}

/// What can't be read is no example: there are no errors here.
fn newest(root: &Path, entries_limit: usize) -> Option<String> {
    let mut folders = vec![(root.to_owned(), String::new())];
    let mut newest: Option<(SystemTime, String)> = None;
    let mut left = entries_limit;
    while let Some((folder, prefix)) = folders.pop() {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for entry in entries.take(left) {
            left -= 1;
            let Some(name) = plain_name(&entry) else {
                continue;
            };
            let path = format!("{prefix}{name}");
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push((entry.path(), path + "/")),
                // A file right below the root is in no bucket.
                Ok(kind) if kind.is_file() && !prefix.is_empty() && path.ends_with(".parquet") => {
                    let changed = entry.metadata().and_then(|found| found.modified());
                    let changed = changed.unwrap_or(SystemTime::UNIX_EPOCH);
                    newest = newest.max(Some((changed, path)));
                }
                _ => {}
            }
        }
    }
    newest.map(|(_, path)| path)
}

/// The name, if it means the same in a path, in a key, in SQL and in Python, and is no server's
/// own folder.
fn plain_name(entry: &DirEntry) -> Option<String> {
    let name = entry.file_name().into_string().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-=".contains(&byte);
    (!name.starts_with('.') && name.bytes().all(plain)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::Duration;

    /// Files as old as their place in the list, the newest last.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (second, name) in (1_u64..).zip(files) {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let file = File::create(&path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(second))
                .unwrap();
        }
        root
    }

    #[test]
    fn the_newest_parquet_file_of_a_bucket_is_taken() {
        for (files, expected) in [
            (&[][..], None),
            (&["b/a.parquet", "b/c.csv"], Some("b/a.parquet")),
            (
                &["b/z.parquet", "lake/raw/day=1/a.parquet"],
                Some("lake/raw/day=1/a.parquet"),
            ),
            (&["lake/raw/a.parquet", "b/z.parquet"], Some("b/z.parquet")),
            // In no bucket, a server's own, or with a name that would need quoting.
            (
                &[
                    "b/a.parquet",
                    "x.parquet",
                    ".embedded-s3/x/y.parquet",
                    "b/it's.parquet",
                    "b/%2E.parquet",
                ],
                Some("b/a.parquet"),
            ),
        ] {
            let root = folder(files);
            let found = newest(root.path(), ENTRIES_LIMIT);
            assert_eq!(found.as_deref(), expected, "{files:?}");
        }
    }

    #[test]
    fn no_folder_gives_the_usual_file() {
        let root = tempfile::tempdir().unwrap();
        let example = ExampleObject::newest_in(&root.path().join("none"));
        assert_eq!(example.path, USUAL);
        assert!(!example.exists);
    }

    #[test]
    fn the_search_is_bounded() {
        let root = folder(&["b/a.parquet", "b/c.parquet", "b/d.parquet"]);
        // The bucket is one entry, one file is the other.
        assert!(newest(root.path(), 2).is_some());
        assert_eq!(newest(root.path(), 1), None);
    }
}
