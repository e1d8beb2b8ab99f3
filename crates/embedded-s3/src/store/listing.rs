//! Listings: in the order of keys, not of folders (`a-b` comes before `a/b`), in pages.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use s3s::S3Result;

use super::key_path::{KeyPath, file_to_key, folder_to_key};
use super::{Stamp, Store, disk_error};

/// Which part of a listing is asked for.
#[derive(Debug, Default, Clone)]
pub(crate) struct PageRequest {
    pub(crate) prefix: String,
    /// Keys that go on after the prefix up to this are shown as one common prefix.
    pub(crate) delimiter: Option<String>,
    /// Start after this key; after all keys below it, if it ends a common prefix.
    pub(crate) after: Option<String>,
    pub(crate) limit: usize,
}

/// A page of a listing.
#[derive(Debug, Default)]
pub(crate) struct ListedPage {
    pub(crate) entries: Vec<Listed>,
    /// What to start the next page after, if there is one.
    pub(crate) next_after: Option<String>,
}

/// A line of a listing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    Object {
        key: String,
        stamp: Stamp,
        /// Without quotes.
        etag: String,
    },
    CommonPrefix(String),
}

impl Store {
    /// One page of the objects of a bucket.
    pub(crate) fn list(&self, bucket: &str, request: &PageRequest) -> S3Result<ListedPage> {
        let folder = self.bucket(bucket)?;
        let mut files = BTreeSet::new();
        walk(&folder, String::new(), &request.prefix, &mut files)
            .map_err(disk_error("list", &folder))?;
        let mut page = ListedPage::default();
        for line in lines(files.into_iter(), request) {
            let line = match line {
                Line::Key(key) => match self.object(bucket, &key) {
                    Ok(found) => Listed::Object {
                        key,
                        stamp: found.stamp,
                        etag: found.etag,
                    },
                    // Removed since the walk, or not readable: then the log says so.
                    Err(_) => continue,
                },
                Line::CommonPrefix(prefix) => Listed::CommonPrefix(prefix),
            };
            if page.entries.len() == request.limit {
                page.next_after = page.entries.last().map(|last| last.name().to_owned());
                break;
            }
            page.entries.push(line);
        }
        Ok(page)
    }
}

impl Listed {
    fn name(&self) -> &str {
        match self {
            Self::Object { key, .. } => key,
            Self::CommonPrefix(prefix) => prefix,
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Line {
    Key(String),
    CommonPrefix(String),
}

/// Sorted keys to lines: those of the prefix, after the marker, folded at the delimiter.
fn lines(keys: impl Iterator<Item = String>, request: &PageRequest) -> impl Iterator<Item = Line> {
    let delimiter = request.delimiter.as_deref().filter(|text| !text.is_empty());
    let mut last_prefix: Option<String> = None;
    keys.filter_map(move |key| {
        let rest = key.strip_prefix(&request.prefix)?;
        let after = request.after.as_deref();
        let folded = delimiter.and_then(|delimiter| {
            let end = rest.find(delimiter)? + delimiter.len();
            Some(&key[..request.prefix.len() + end])
        });
        let name = folded.unwrap_or(&key);
        // A prefix that the last page ended with, or that it passed, is not shown again.
        if after.is_some_and(|after| name <= after) {
            return None;
        }
        let Some(prefix) = folded else {
            return Some(Line::Key(key));
        };
        if last_prefix.as_deref() == Some(prefix) {
            return None;
        }
        last_prefix = Some(prefix.to_owned());
        Some(Line::CommonPrefix(prefix.to_owned()))
    })
}

/// Collects the keys of all files below `folder` that may have the prefix.
fn walk(folder: &Path, key: String, prefix: &str, files: &mut BTreeSet<String>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // Pruned meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        // Names that are no UTF-8 stand for no key.
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if kind.is_dir() {
            let Some(part) = folder_to_key(&name) else {
                continue;
            };
            let below = format!("{key}{part}");
            if below.starts_with(prefix) || prefix.starts_with(&below) {
                walk(&entry.path(), below, prefix, files)?;
            }
        } else if kind.is_file()
            && let Some(part) = file_to_key(&name)
        {
            let key = format!("{key}{part}");
            // A file that a person named otherwise than we would, such as `100%.csv`, cannot be
            // asked for, so it is not shown.
            let path = KeyPath::new(&key);
            if path.name == name || path.name_beside_folder() == name {
                files.insert(key);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prefix: &str, delimiter: Option<&str>, after: Option<&str>, expected: &[&str]) {
        let keys = ["a", "a-b", "a/b", "a/c/d", "b/", "b//x", "c"];
        let request = PageRequest {
            prefix: prefix.to_owned(),
            delimiter: delimiter.map(str::to_owned),
            after: after.map(str::to_owned),
            limit: 0,
        };
        let found: Vec<String> = lines(keys.into_iter().map(str::to_owned), &request)
            .map(|line| match line {
                Line::Key(key) => key,
                Line::CommonPrefix(prefix) => format!("{prefix}…"),
            })
            .collect();
        assert_eq!(found, expected, "{prefix:?} {delimiter:?} {after:?}");
    }

    #[test]
    fn prefixes_delimiters_and_markers() {
        check(
            "",
            None,
            None,
            &["a", "a-b", "a/b", "a/c/d", "b/", "b//x", "c"],
        );
        check("", Some("/"), None, &["a", "a-b", "a/…", "b/…", "c"]);
        check("a", Some("/"), None, &["a", "a-b", "a/…"]);
        check("a/", Some("/"), None, &["a/b", "a/c/…"]);
        check("b/", Some("/"), None, &["b/", "b//…"]);
        check("", Some("/"), Some("a/"), &["b/…", "c"]);
        check("", None, Some("a/b"), &["a/c/d", "b/", "b//x", "c"]);
        check("zz", None, None, &[]);
    }
}
