//! What a caller may choose, checked once.

use std::collections::BTreeMap;

use crate::attributes::{check_kms_key, check_storage_class, check_tags};
use crate::names::{check_header_value, check_metadata};
use crate::part_sizes::{MAX_OBJECT, PART_BYTES, PartSizes};
use crate::retry::RetryPolicy;

/// Whether the server checks that what arrives is what was sent.
///
/// What is damaged on the way is refused and sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Integrity {
    /// The client's own choice: `Md5` for the rusoto client, `Crc64Nvme` for that of the AWS SDK.
    #[default]
    Auto,
    /// Content-MD5 on every part and PUT, which every S3 checks. Costs about 1.2 CPU-seconds per
    /// GiB where several parts are in flight, because two are digested at once, else 1.7.
    Md5,
    /// CRC64NVME on every part and PUT, and that of the whole object on completion. S3 checks it
    /// since 2024; some other stores ignore or refuse it.
    Crc64Nvme,
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
    /// Bytes in a part, 5 MiB to 5 GiB; more where the object would be more than 5,000 of them.
    /// Default 5 MiB: many small parts on their way keep both ends busier than a few large ones, in
    /// the same memory.
    pub part_size: u64,
    /// How many parts are sent at once, at least 1; fewer once parts have grown. Default 8.
    pub parts_in_flight: usize,
    /// An object smaller than so many bytes is sent by one PUT; never more than `part_size`.
    /// Default 5 MiB.
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
            part_size: 5 << 20,
            parts_in_flight: 8,
            single_put_below: 5 << 20,
            files_in_flight: 64,
            retry: RetryPolicy::default(),
            integrity: Integrity::default(),
        }
    }
}

impl UploadOptions {
    /// How large the parts of an object of so many bytes are, where that is known or expected: so
    /// that they are 5,000 at most, which leaves as many for an object that becomes larger.
    #[must_use]
    pub fn part_size_of(&self, size: u64) -> u64 {
        PartSizes::new(self.part_size, Some(size)).of(1)
    }

    /// In how many parts an object of so many bytes is sent; 0: by one PUT.
    #[must_use]
    pub fn parts_of(&self, size: u64) -> u64 {
        match size < self.put_below() {
            true => 0,
            false => size.div_ceil(self.part_size_of(size)),
        }
    }

    /// Below how many bytes an object is sent by one PUT; an empty one always is.
    pub(crate) fn put_below(&self) -> u64 {
        self.single_put_below.min(self.part_size).max(1)
    }

    /// Says what cannot work.
    pub(crate) fn check(&self) -> Result<(), String> {
        if !PART_BYTES.contains(&self.part_size) {
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

/// How a server encrypts an object where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encryption {
    /// With keys that S3 manages (SSE-S3, `AES256`).
    S3,
    /// With a key of the Key Management Service (SSE-KMS, `aws:kms`). ETags of such objects are no
    /// MD5s.
    Kms {
        /// The key's id, ARN or alias; `None` takes the account's own for S3.
        key_id: Option<String>,
    },
}

/// The canned access control lists that S3 knows.
pub const CANNED_ACLS: &[&str] = &[
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
];

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
    /// Storage class, such as `STANDARD_IA`; the bucket's default without one.
    pub storage_class: Option<String>,
    /// How it is encrypted where it lies; as the bucket says without one.
    pub encryption: Option<Encryption>,
    /// At most 10 tags, names of 1 to 128 characters, values of at most 256.
    pub tags: BTreeMap<String, String>,
    /// One of [`CANNED_ACLS`].
    pub acl: Option<String>,
    /// Write only if nothing stands at the key (`If-None-Match: *`); if something does, that is an
    /// [`ErrorKind::Exists`](crate::ErrorKind::Exists). The key is looked at when an upload
    /// begins, by a HEAD, so that no bytes are sent in vain. Off by default. Stores that do not know
    /// the condition refuse it, or ignore it; then only an object that was there before stays.
    ///
    /// Where somebody else creates the object between the look and a PUT, S3 refuses, and the
    /// [`Outcome`](crate::Outcome) is unknown: ours may have been there for a moment, if a proxy sent
    /// it twice. Parts that can be aborted then were not committed.
    pub create_only: bool,
}

/// The metadata entry by which an upload knows its own object again. No underscore in it, because
/// proxies drop such headers.
pub(crate) const TOKEN_KEY: &str = "s3up-token";

impl ObjectOptions {
    /// Looks at the options before any upload begins; each upload does so, too.
    ///
    /// # Errors
    ///
    /// What S3 would not take, in words.
    pub fn validate(&self) -> Result<(), String> {
        self.check()
    }

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
        if let Some(class) = &self.storage_class {
            check_storage_class(class)?;
        }
        if let Some(Encryption::Kms { key_id: Some(key) }) = &self.encryption {
            check_kms_key(key)?;
        }
        if let Some(acl) = &self.acl
            && !CANNED_ACLS.contains(&acl.as_str())
        {
            return Err(format!(
                "`{acl}` is no canned access control list; write one of {}",
                CANNED_ACLS.join(", ")
            ));
        }
        check_tags(&self.tags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_refused() {
        assert_eq!(UploadOptions::default().check(), Ok(()));
        let options = UploadOptions {
            part_size: PART_BYTES.start() - 1,
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
    fn the_threshold_parts_one_request_from_several() {
        let options = UploadOptions::default();
        let part = options.part_size;
        for (size, expected) in [
            (0, 0),
            (part - 1, 0),
            (part, 1),
            (part + 1, 2),
            (5_000 * part, 5_000),
            (20_000 * part, 5_000),
        ] {
            assert_eq!(options.parts_of(size), expected, "{size}");
        }
        // The largest object.
        assert!(options.parts_of(5 << 40) <= 5_000);
        assert_eq!(options.part_size_of(1 << 30), part);
    }

    #[test]
    fn what_s3_does_not_take_is_named() {
        let check = |change: fn(&mut ObjectOptions)| {
            let mut object = ObjectOptions::default();
            change(&mut object);
            object.check().unwrap_err()
        };
        let tag = |name: &str, value: &str| {
            let tags = [(name.to_owned(), value.to_owned())].into();
            check_tags(&tags).unwrap_err()
        };
        assert_eq!(
            check(|object| object.storage_class = Some("cold storage".into())),
            "`cold storage` is no storage class; write one such as STANDARD_IA"
        );
        assert_eq!(
            check(|object| object.acl = Some("public".into())),
            "`public` is no canned access control list; write one of private, public-read, public-read-write, authenticated-read, aws-exec-read, bucket-owner-read, bucket-owner-full-control"
        );
        let many = |n: usize| (0..n).map(|n| (n.to_string(), String::new())).collect();
        assert_eq!(
            check_tags(&many(11)).unwrap_err(),
            "there are 11 tags, and an object may have 10"
        );
        assert_eq!(check_tags(&many(10)), Ok(()));
        assert_eq!(
            tag("aws:x", "y"),
            "tag `aws:x`: names that begin with aws: are kept for AWS"
        );
        assert_eq!(
            tag("x", "a<b"),
            "tag `x`: its value holds `<`; allowed are letters, digits, spaces and + - = . _ : / @"
        );
        assert!(tag(&"x".repeat(129), "").contains("128"));
        assert!(tag("x", &"x".repeat(257)).contains("256"));
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
