//! The `x-amz-checksum-*` family, which newer clients send instead of `Content-MD5`.

use s3s::checksum::ChecksumHasher;
use s3s::crypto::Checksum as _;
use s3s::crypto::{Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
use s3s::dto::Checksum;
use s3s::{S3Result, TrailingHeaders, s3_error};

/// Checksums of a body, in Base64.
pub(crate) type Checksums = Checksum;

/// Checksums that a client claims, in headers or, for a streamed body, after it.
#[derive(Debug, Default)]
pub(crate) struct ExpectedChecksums {
    pub(crate) in_headers: Checksums,
    /// Names of the trailing headers that were announced, in lower case.
    pub(crate) announced: Vec<String>,
    pub(crate) trailers: Option<TrailingHeaders>,
}

const CRC32: &str = "x-amz-checksum-crc32";
const CRC32C: &str = "x-amz-checksum-crc32c";
const CRC64NVME: &str = "x-amz-checksum-crc64nvme";
const SHA1: &str = "x-amz-checksum-sha1";
const SHA256: &str = "x-amz-checksum-sha256";

impl ExpectedChecksums {
    /// A hasher of just what will be compared.
    pub(crate) fn hasher(&self) -> ChecksumHasher {
        let wanted = |in_header: &Option<String>, name: &str| {
            in_header.is_some() || self.announced.iter().any(|announced| announced == name)
        };
        let headers = &self.in_headers;
        ChecksumHasher {
            crc32: wanted(&headers.checksum_crc32, CRC32).then(Crc32::new),
            crc32c: wanted(&headers.checksum_crc32c, CRC32C).then(Crc32c::new),
            crc64nvme: wanted(&headers.checksum_crc64nvme, CRC64NVME).then(Crc64Nvme::new),
            sha1: wanted(&headers.checksum_sha1, SHA1).then(Sha1::new),
            sha256: wanted(&headers.checksum_sha256, SHA256).then(Sha256::new),
        }
    }

    /// Compares with what came. Only once the body has been read are trailers there.
    ///
    /// # Errors
    ///
    /// `BadDigest` on a difference.
    pub(crate) fn check(&self, computed: &Checksums) -> S3Result<()> {
        let headers = &self.in_headers;
        for (name, in_header, computed) in [
            (CRC32, &headers.checksum_crc32, &computed.checksum_crc32),
            (CRC32C, &headers.checksum_crc32c, &computed.checksum_crc32c),
            (
                CRC64NVME,
                &headers.checksum_crc64nvme,
                &computed.checksum_crc64nvme,
            ),
            (SHA1, &headers.checksum_sha1, &computed.checksum_sha1),
            (SHA256, &headers.checksum_sha256, &computed.checksum_sha256),
        ] {
            let claimed = in_header.clone().or_else(|| self.trailer(name));
            if claimed.is_some() && claimed != *computed {
                return Err(s3_error!(
                    BadDigest,
                    "the body does not have the {name} that was sent with it"
                ));
            }
        }
        Ok(())
    }

    fn trailer(&self, name: &str) -> Option<String> {
        self.trailers.as_ref()?.read(|headers| {
            let value = headers.get(name)?.to_str().ok()?;
            Some(value.to_owned())
        })?
    }
}
