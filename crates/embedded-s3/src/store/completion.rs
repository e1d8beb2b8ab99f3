//! What a completion names, checked as S3 checks it.

use std::collections::BTreeMap;

use md5::{Digest as _, Md5};
use s3s::{S3Result, s3_error};

use super::metadata::hex;
use super::upload::Part;

/// Every part but the last has at least this many bytes, as on S3.
pub(super) const MIN_PART_BYTES: u64 = 5 << 20;

/// A part as a completion names it.
#[derive(Debug, Clone)]
pub(crate) struct NamedPart {
    pub(crate) number: u16,
    /// Without quotes.
    pub(crate) etag: String,
}

/// The parts that a completion names, checked as S3 checks them.
pub(super) fn select<'a>(
    parts: &'a BTreeMap<u16, Part>,
    named: &[NamedPart],
) -> S3Result<Vec<&'a Part>> {
    if named.is_empty() {
        return Err(s3_error!(MalformedXML, "name at least one part"));
    }
    if !named.is_sorted_by(|a, b| a.number < b.number) {
        return Err(s3_error!(
            InvalidPartOrder,
            "name the parts in ascending order, each once"
        ));
    }
    let mut selected = Vec::with_capacity(named.len());
    for NamedPart { number, etag } in named {
        let part = parts.get(number).filter(|part| hex(&part.md5) == *etag);
        selected.push(part.ok_or_else(|| {
            s3_error!(
                InvalidPart,
                "part {number} was not uploaded, or has another ETag"
            )
        })?);
    }
    let all_but_last = selected.len() - 1;
    if selected[..all_but_last]
        .iter()
        .any(|part| part.size_bytes < MIN_PART_BYTES)
    {
        return Err(s3_error!(
            EntityTooSmall,
            "a part other than the last is smaller than {MIN_PART_BYTES} bytes"
        ));
    }
    Ok(selected)
}

/// The MD5 of the parts' MD5s, and their number.
pub(super) fn multipart_etag(parts: &[&Part]) -> String {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(part.md5);
    }
    format!("{}-{}", hex(&md5.finalize()), parts.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use std::time::UNIX_EPOCH;

    fn part(size_bytes: u64, md5: u8) -> Part {
        Part {
            path: PathBuf::new(),
            offset: None,
            order: 7,
            size_bytes,
            md5: [md5; 16],
            crc64nvme: None,
            modified: UNIX_EPOCH,
        }
    }

    #[test]
    fn completions_are_checked() {
        let parts = BTreeMap::from([
            (1, part(MIN_PART_BYTES, 1)),
            (2, part(3, 2)),
            (3, part(3, 3)),
        ]);
        let name = |number: u16, md5: u8| NamedPart {
            number,
            etag: hex(&[md5; 16]),
        };
        for (named, expected) in [
            (vec![name(1, 1), name(2, 2)], "ok"),
            (vec![name(1, 1), name(3, 3)], "ok"),
            (vec![], "MalformedXML"),
            (vec![name(2, 2), name(1, 1)], "InvalidPartOrder"),
            (vec![name(1, 1), name(1, 1)], "InvalidPartOrder"),
            (vec![name(1, 9)], "InvalidPart"),
            (vec![name(4, 4)], "InvalidPart"),
            (vec![name(2, 2), name(3, 3)], "EntityTooSmall"),
        ] {
            let found = match select(&parts, &named) {
                Ok(_) => "ok".to_owned(),
                Err(error) => error.code().as_str().to_owned(),
            };
            assert_eq!(found, expected, "{named:?}");
        }
    }
}
