//! What a value must look like; each says what is wrong with it.

use super::amount::{parse_rows_asked, parse_scale};
use crate::byte_size::ByteSize;
use crate::file_count::{parse_files, parse_only_files};
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
