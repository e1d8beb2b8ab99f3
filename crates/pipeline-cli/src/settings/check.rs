//! What a value must look like; each says what is wrong with it.

use super::amount::{parse_rows_asked, parse_scale};
use crate::byte_size::ByteSize;
use crate::file_count::{parse_files, parse_only_files};
use crate::object_settings;
use crate::partition_columns::{MAX_PARTITIONS, PartitionColumns};

pub(super) fn any(_: &str) -> Result<(), String> {
    Ok(())
}

pub(super) fn named(text: &str) -> Result<(), String> {
    match text.trim() {
        "" => Err("not a name: it is empty".to_owned()),
        _ => Ok(()),
    }
}

pub(super) fn rows(text: &str) -> Result<(), String> {
    parse_rows_asked(text).map(drop)
}

pub(super) fn scale(text: &str) -> Result<(), String> {
    parse_scale(text).map(drop)
}

pub(super) fn size(text: &str) -> Result<(), String> {
    match text.parse::<ByteSize>() {
        Ok(ByteSize(0)) => Err("not a size to work with: it must be above zero".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn part_size(text: &str) -> Result<(), String> {
    match text.parse::<ByteSize>() {
        Ok(ByteSize(size)) if s3up::PART_BYTES.contains(&size) => Ok(()),
        Ok(_) => Err("not a size that S3 takes for a part: write one from 5MiB to 5GiB".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn parts_in_flight(text: &str) -> Result<(), String> {
    match text.parse::<usize>() {
        Ok(1..=1_000) => Ok(()),
        _ => Err("not a number of parts: write a whole number from 1 to 1000".to_owned()),
    }
}

pub(super) fn compression(text: &str) -> Result<(), String> {
    text.parse::<blockwrite::Compression>()
        .map(drop)
        .map_err(|error| error.to_string())
}

pub(super) fn compatibility(text: &str) -> Result<(), String> {
    match text {
        "standard" | "legacy" => Ok(()),
        _ => Err("not a kind of readers: write standard or legacy".to_owned()),
    }
}

pub(super) fn yes_or_no(text: &str) -> Result<(), String> {
    match text {
        "true" | "false" => Ok(()),
        _ => Err("not `true` or `false`".to_owned()),
    }
}

pub(super) fn seed(text: &str) -> Result<(), String> {
    text.parse::<u64>()
        .map(drop)
        .map_err(|_| format!("not a seed: write a whole number from 0 to {}", u64::MAX))
}

pub(super) fn files(text: &str) -> Result<(), String> {
    parse_files(text).map(drop)
}

pub(super) fn only_files(text: &str) -> Result<(), String> {
    parse_only_files(text).map(drop)
}

pub(super) fn columns(text: &str) -> Result<(), String> {
    text.parse::<PartitionColumns>().map(drop)
}

pub(super) fn partitions(text: &str) -> Result<(), String> {
    match text.parse::<u64>() {
        Ok(1..=MAX_PARTITIONS) => Ok(()),
        _ => Err(format!(
            "not a number of partitions: write a whole number from 1 to {MAX_PARTITIONS}"
        )),
    }
}

pub(super) fn threads(text: &str) -> Result<(), String> {
    match text.parse::<usize>() {
        Ok(1..=1024) => Ok(()),
        _ => Err("not a number of threads: write a whole number from 1 to 1024".to_owned()),
    }
}

/// One of a few words, or the nearest of them.
fn one_of(text: &str, what: &str, words: &[&str]) -> Result<(), String> {
    if words.contains(&text) {
        return Ok(());
    }
    let near = words
        .iter()
        .map(|word| (strsim::jaro_winkler(word, text), word))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    Err(match near {
        Some((_, word)) => format!("not {what}: did you mean {word}?"),
        None => format!("not {what}: write {}", words.join(", ")),
    })
}

pub(super) fn s3_client(text: &str) -> Result<(), String> {
    one_of(text, "a client", &["rusoto", "aws-sdk"])
}

pub(super) fn integrity(text: &str) -> Result<(), String> {
    one_of(text, "a checksum", &["auto", "md5", "crc64nvme", "off"])
}

pub(super) fn addressing(text: &str) -> Result<(), String> {
    one_of(text, "a kind of address", &["path", "virtual-host"])
}

/// The classes that AWS documents for PutObject.
pub(super) fn storage_class(text: &str) -> Result<(), String> {
    const CLASSES: &[&str] = &[
        "STANDARD",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "GLACIER_IR",
        "GLACIER",
        "DEEP_ARCHIVE",
        "REDUCED_REDUNDANCY",
        "EXPRESS_ONEZONE",
        "OUTPOSTS",
        "SNOW",
    ];
    one_of(text, "a storage class", CLASSES)
}

pub(super) fn acl(text: &str) -> Result<(), String> {
    one_of(text, "an access control list", s3up::CANNED_ACLS)
}

pub(super) fn encryption(text: &str) -> Result<(), String> {
    object_settings::encryption(text).map(drop)
}

pub(super) fn tags(text: &str) -> Result<(), String> {
    object_settings::pairs(text).map(drop)
}

pub(super) fn metadata(text: &str) -> Result<(), String> {
    object_settings::pairs(text).map(drop)
}

pub(super) fn account(text: &str) -> Result<(), String> {
    match text.len() == 12 && text.bytes().all(|c| c.is_ascii_digit()) {
        true => Ok(()),
        false => Err("not an account: write its 12 digits".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_is_told_what_was_meant() {
        for (said, expected) in [
            (s3_client("rusotto"), "not a client: did you mean rusoto?"),
            (
                integrity("sha1"),
                "not a checksum: write auto, md5, crc64nvme, off",
            ),
            (
                storage_class("STANDART_IA"),
                "not a storage class: did you mean STANDARD_IA?",
            ),
            (
                acl("publicread"),
                "not an access control list: did you mean public-read?",
            ),
            (account("12"), "not an account: write its 12 digits"),
        ] {
            assert_eq!(said, Err(expected.to_owned()));
        }
    }
}
