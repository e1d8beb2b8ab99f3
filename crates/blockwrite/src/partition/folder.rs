//! Names of folders, as Hive and Spark write and read them.

use std::fmt::Write as _;

/// The value of null, and of the empty text, which no folder can be named by.
const DEFAULT: &str = "__HIVE_DEFAULT_PARTITION__";

/// What stands for something else in paths, in patterns or in the names themselves, besides control
/// characters: the set of `FileUtils.escapePathName` of Hive and `ExternalCatalogUtils` of Spark.
const ESCAPED: &[u8] = b"\"#%'*/:=?\\{[]^\x7f";

/// Appends `column=value`; no value is null.
pub(super) fn push_level(folder: &mut String, column: &str, value: Option<&str>) {
    if !folder.is_empty() {
        folder.push('/');
    }
    push_escaped(folder, column);
    folder.push('=');
    match value {
        None | Some("") => folder.push_str(DEFAULT),
        Some(value) => push_escaped(folder, value),
    }
}

fn push_escaped(folder: &mut String, text: &str) {
    for character in text.chars() {
        let byte = u8::try_from(character).unwrap_or(b' ');
        if byte < b' ' || ESCAPED.contains(&byte) {
            write!(folder, "%{byte:02X}").expect("a String takes everything");
        } else {
            folder.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(column: &str, value: Option<&str>) -> String {
        let mut folder = String::new();
        push_level(&mut folder, column, value);
        folder
    }

    #[test]
    fn names_are_those_of_hive_and_spark() {
        for (column, value, name) in [
            ("country", Some("FR"), "country=FR"),
            ("city", Some("Saint-Étienne"), "city=Saint-Étienne"),
            ("city", Some("a b"), "city=a b"),
            ("path", Some("a/b=c"), "path=a%2Fb%3Dc"),
            ("at", Some("12:30?"), "at=12%3A30%3F"),
            ("share", Some("5%"), "share=5%25"),
            ("set", Some("{a}[b]^\\"), "set=%7Ba}%5Bb%5D%5E%5C"),
            ("quoted", Some("\"a'*#"), "quoted=%22a%27%2A%23"),
            ("lines", Some("a\n\tb\0\x7f"), "lines=a%0A%09b%00%7F"),
            ("a=b", Some("1"), "a%3Db=1"),
            ("x", Some(".."), "x=.."),
            ("x", Some(""), "x=__HIVE_DEFAULT_PARTITION__"),
            ("x", None, "x=__HIVE_DEFAULT_PARTITION__"),
        ] {
            assert_eq!(level(column, value), name);
        }
    }

    #[test]
    fn levels_follow_one_another() {
        let mut folder = level("year", Some("2024"));
        push_level(&mut folder, "country", None);
        assert_eq!(folder, "year=2024/country=__HIVE_DEFAULT_PARTITION__");
    }
}
