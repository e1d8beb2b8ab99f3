//! Keys as paths: ordinary keys keep their name, the others are escaped, and every path leads
//! back to its key.
//!
//! A key is split at `/`; each segment becomes one file name, except:
//!
//! | in the key | on disk |
//! |---|---|
//! | control characters, `%`, `\` | `%` and two upper-case hexadecimal digits a byte |
//! | a segment, or the last piece of one, that is `.` or `..` | its dots, escaped likewise |
//! | an empty segment (`a//b`, `/a`, `a/`) | `%empty` |
//! | a segment too long for a file name | cut; all pieces but the last end in `%more` |
//! | an object whose name a folder has (`a` beside `a/b`) | the name, ending in `%object` |
//!
//! No escape can be confused with another: after `%` come two upper-case hexadecimal digits, or
//! one of the three words.

use std::path::{Path, PathBuf};

/// Longest file name that is made here, in bytes. File systems take 255; the rest is for
/// `%object`.
const NAME_LIMIT_BYTES: usize = 240;

const EMPTY: &str = "%empty";
const MORE: &str = "%more";
const OBJECT: &str = "%object";

/// Where a key lies below its bucket's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyPath {
    /// Names of folders from the bucket down.
    pub(crate) folders: Vec<String>,
    /// The name of the file.
    pub(crate) name: String,
}

impl KeyPath {
    pub(crate) fn new(key: &str) -> Self {
        let mut folders: Vec<String> = key.split('/').flat_map(segment_names).collect();
        // `split` yields at least one segment, and a segment at least one name.
        let name = folders.pop().unwrap_or_default();
        Self { folders, name }
    }

    /// Below `bucket`, where nothing is in the way.
    #[cfg(test)]
    fn under(&self, bucket: &Path) -> PathBuf {
        self.folder(bucket).join(&self.name)
    }

    pub(crate) fn folder(&self, bucket: &Path) -> PathBuf {
        let mut path = bucket.to_owned();
        path.extend(&self.folders);
        path
    }

    /// The name of the file where a folder has the plain one.
    pub(crate) fn name_beside_folder(&self) -> String {
        name_beside_folder(&self.name)
    }
}

/// What an object called `name` is called where a folder of that name is wanted.
pub(crate) fn name_beside_folder(name: &str) -> String {
    format!("{name}{OBJECT}")
}

fn segment_names(segment: &str) -> Vec<String> {
    if segment.is_empty() {
        return vec![EMPTY.to_owned()];
    }
    let mut names = Vec::new();
    let mut name = String::new();
    for character in segment.chars() {
        let mut unit = String::new();
        if character.is_ascii_control() || matches!(character, '%' | '\\') {
            // All of these are ASCII: one byte.
            unit = format!("%{:02X}", u32::from(character));
        } else {
            unit.push(character);
        }
        if name.len() + unit.len() > NAME_LIMIT_BYTES {
            name.push_str(MORE);
            names.push(std::mem::take(&mut name));
        }
        name.push_str(&unit);
    }
    // The rest of a segment that was cut may be one of these, too, and would lead out of the root.
    if matches!(name.as_str(), "." | "..") {
        name = name.replace('.', "%2E");
    }
    names.push(name);
    names
}

/// The part of a key that a folder called `name` stands for, its `/` included.
pub(crate) fn folder_to_key(name: &str) -> Option<String> {
    match name.strip_suffix(MORE) {
        Some(piece) => unescape(piece),
        None => Some(unescape(name)? + "/"),
    }
}

/// The part of a key that a file called `name` stands for.
pub(crate) fn file_to_key(name: &str) -> Option<String> {
    unescape(name.strip_suffix(OBJECT).unwrap_or(name))
}

fn unescape(name: &str) -> Option<String> {
    if name == EMPTY {
        return Some(String::new());
    }
    let mut key = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('%') {
        key.push_str(&rest[..at]);
        let digits = rest.get(at + 1..at + 3)?;
        let byte = u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii)?;
        key.push(char::from(byte));
        rest = &rest[at + 3..];
    }
    key.push_str(rest);
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Component;

    fn path(key: &str) -> String {
        let path = KeyPath::new(key).under(Path::new(""));
        path.to_str().unwrap().to_owned()
    }

    fn key(path: &KeyPath) -> Option<String> {
        let mut key = String::new();
        for folder in &path.folders {
            key.push_str(&folder_to_key(folder)?);
        }
        Some(key + &file_to_key(&path.name)?)
    }

    #[test]
    fn ordinary_keys_keep_their_name() {
        for ordinary in [
            "people.parquet",
            "country=FR/part-00000.parquet",
            "a b/ç/日本.csv",
            ".hidden/...",
        ] {
            assert_eq!(path(ordinary), ordinary);
        }
    }

    #[test]
    fn others_are_escaped() {
        for (key, expected) in [
            ("../x", "%2E%2E/x"),
            ("./x", "%2E/x"),
            ("a//b", "a/%empty/b"),
            ("a/", "a/%empty"),
            ("/a", "%empty/a"),
            ("100%", "100%25"),
            ("%empty", "%25empty"),
            ("a\\b\n\0", "a%5Cb%0A%00"),
        ] {
            assert_eq!(path(key), expected, "{key:?}");
        }
    }

    #[test]
    fn long_segments_are_cut() {
        let long = "é".repeat(512);
        let path = KeyPath::new(&long);
        assert_eq!(path.folders.len(), 4);
        assert!(path.folders.iter().all(|name| name.len() <= 255));
        assert_eq!(key(&path).as_deref(), Some(long.as_str()));
    }

    #[test]
    fn no_piece_of_a_long_segment_leads_upwards() {
        for dots in [".", ".."] {
            let long = "a".repeat(NAME_LIMIT_BYTES) + dots;
            for wanted in [long.clone(), format!("{long}/{long}/b")] {
                let path = KeyPath::new(&wanted);
                let names = path.folders.iter().chain([&path.name]);
                assert!(names.clone().all(|name| name != dots), "{path:?}");
                assert_eq!(key(&path), Some(wanted));
            }
        }
    }

    proptest! {
        #[test]
        fn every_key_comes_back_and_stays_below_the_bucket(
            wanted in "([a-z%./\\\\\\x00-\\x1f]|%empty|%more|%object|[^/]){1,300}",
        ) {
            let path = KeyPath::new(&wanted);
            prop_assert_eq!(key(&path), Some(wanted));
            let relative = path.under(Path::new(""));
            let all_normal = relative.components().all(|part| matches!(part, Component::Normal(_)));
            prop_assert!(all_normal);
            prop_assert_eq!(relative.components().count(), path.folders.len() + 1);
            prop_assert!(path.folders.iter().chain([&path.name]).all(|name| name.len() <= 248));
            let beside = KeyPath { name: path.name_beside_folder(), ..path.clone() };
            prop_assert_eq!(key(&beside), key(&path));
        }

        #[test]
        fn different_keys_have_different_paths(a in "[a%./]{1,8}", b in "[a%./]{1,8}") {
            prop_assume!(a != b);
            prop_assert_ne!(KeyPath::new(&a), KeyPath::new(&b));
        }
    }
}
