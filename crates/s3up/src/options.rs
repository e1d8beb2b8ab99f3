//! What a caller may choose, checked once.

use std::collections::BTreeMap;

use crate::names::{check_header_value, check_metadata};
use crate::part_sizes::{MAX_OBJECT, MAX_PART, MIN_PART};
use crate::retry::RetryPolicy;

/// Whether the server checks that what arrives is what was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Integrity {
    /// Content-MD5 on every part and PUT: what is damaged on the way is refused and sent again.
    /// Costs about 1.7 CPU-seconds per GiB.
    #[default]
    Md5,
    /// No checksum. Damage that TCP and TLS do not notice is stored.
    Off,
}

/// How an [`Uploader`](crate::Uploader) works.
///
/// An upload holds at most `parts_in_flight` parts on their way and one being filled, thus
/// `(parts_in_flight + 1) * part_size` bytes, `part_size` being [`Upload::part_size`] at the
/// start. That is so for the first 5,000 parts. Behind them parts grow, and fewer are sent at
/// once: those on their way stay within `parts_in_flight * part_size`, or are a single one, and
/// the one being filled is as large as parts have become.
///
/// [`Upload::part_size`]: crate::Upload::part_size
#[derive(Clone, Debug)]
pub struct UploadOptions {
    /// Bytes in a part, 5 MiB to 5 GiB; more where the object would not fit in 10,000 parts.
    /// Default 8 MiB.
    pub part_size: u64,
    /// How many parts are sent at once, at least 1; fewer once parts have grown. Default 4.
    pub parts_in_flight: usize,
    /// An object smaller than so many bytes is sent by one PUT; never more than `part_size`.
    /// Default 8 MiB.
    pub single_put_below: u64,
    /// How many files [`upload_files`](crate::Uploader::upload_files) has under way at once, at
    /// least 1; small ones take one request each. Default 64.
    pub files_in_flight: usize,
    /// How failures that may pass are met.
    pub retry: RetryPolicy,
    /// Whether the server checks what arrives.
    pub integrity: Integrity,
}

impl Default for UploadOptions {
    fn default() -> Self {
        Self {
            part_size: 8 << 20,
            parts_in_flight: 4,
            single_put_below: 8 << 20,
            files_in_flight: 64,
            retry: RetryPolicy::default(),
            integrity: Integrity::default(),
        }
    }
}

impl UploadOptions {
    /// Below how many bytes an object is sent by one PUT; an empty one always is.
    pub(crate) fn put_below(&self) -> u64 {
        self.single_put_below.min(self.part_size).max(1)
    }

    /// Says what cannot work.
    pub(crate) fn check(&self) -> Result<(), String> {
        if !(MIN_PART..=MAX_PART).contains(&self.part_size) {
            return Err(format!(
                "the part size is {} bytes, and S3 allows 5 MiB to 5 GiB",
                self.part_size
            ));
        }
        if self.parts_in_flight == 0 {
            return Err("no part may be in flight; allow at least one".to_owned());
        }
        if self.files_in_flight == 0 {
            return Err("no file may be in flight; allow at least one".to_owned());
        }
        if self.retry.max_attempts == 0 {
            return Err("no attempt is allowed; allow at least one".to_owned());
        }
        Ok(())
    }
}

/// What an object is to be, apart from its bytes.
#[derive(Clone, Debug, Default)]
pub struct ObjectOptions {
    /// Content type; `application/octet-stream` without one.
    pub content_type: Option<String>,
    /// User metadata: names of lower-case letters, digits and hyphens, values of printable
    /// ASCII, 1,900 bytes together. The name `s3up-token` is taken.
    pub metadata: BTreeMap<String, String>,
    /// How many bytes are to come, if that is known or estimated; decides the size of parts.
    pub expected_size: Option<u64>,
}

/// The metadata entry by which an upload knows its own object again. No underscore in it, because
/// proxies drop such headers.
pub(crate) const TOKEN_KEY: &str = "s3up-token";

impl ObjectOptions {
    /// Says what cannot be stored as it is.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(content_type) = &self.content_type {
            check_header_value(content_type).map_err(|why| format!("content type: {why}"))?;
        }
        for (name, value) in &self.metadata {
            check_metadata(name, value)?;
        }
        if self.metadata.contains_key(TOKEN_KEY) {
            return Err(format!(
                "metadata `{TOKEN_KEY}` is set by the uploader; choose another name"
            ));
        }
        let bytes: usize = self
            .metadata
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        if bytes > 1_900 {
            return Err(format!(
                "the metadata is {bytes} bytes long, and 1900 are allowed"
            ));
        }
        if self.expected_size.is_some_and(|size| size > MAX_OBJECT) {
            return Err("the object is larger than the 5 TiB that S3 allows; split it".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_refused() {
        assert_eq!(UploadOptions::default().check(), Ok(()));
        let options = UploadOptions {
            part_size: MIN_PART - 1,
            ..UploadOptions::default()
        };
        assert!(options.check().is_err());
        let options = UploadOptions {
            parts_in_flight: 0,
            ..UploadOptions::default()
        };
        assert!(options.check().is_err());
    }

    #[test]
    fn the_token_cannot_be_forged_by_metadata() {
        let mut object = ObjectOptions::default();
        object.metadata.insert("team".into(), "data".into());
        assert_eq!(object.check(), Ok(()));
        object.metadata.insert(TOKEN_KEY.into(), "x".into());
        assert!(object.check().is_err());
    }
}
