//! The CRC64NVME of an object that was sent in parts, which a completion may claim.
//!
//! It follows from those of the parts, as S3's "full object" checksums do: what arrived with one
//! is not read again.

use std::io;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use crc_fast::{CrcAlgorithm, checksum_combine};
use s3s::{S3Result, s3_error};

use super::disk_error;
use super::upload::{Part, Upload};

/// Holds the parts, in this order, against what the client says that they come to.
///
/// # Errors
///
/// `InvalidRequest` for what is no CRC64NVME, `BadDigest` for that of other bytes.
pub(super) fn check(upload: &Upload, parts: &[&Part], claimed: &str) -> S3Result<()> {
    let claimed = parse(claimed).ok_or_else(|| {
        s3_error!(
            InvalidRequest,
            "x-amz-checksum-crc64nvme is not 8 bytes in Base64"
        )
    })?;
    let found = of_parts(upload, parts).map_err(disk_error("read parts in", &upload.folder))?;
    if found == claimed {
        return Ok(());
    }
    Err(s3_error!(
        BadDigest,
        "the parts together do not have the x-amz-checksum-crc64nvme that was sent with them"
    ))
}

/// A CRC64NVME as it stands in a header.
pub(super) fn parse(text: &str) -> Option<u64> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    bytes.try_into().ok().map(u64::from_be_bytes)
}

fn of_parts(upload: &Upload, parts: &[&Part]) -> io::Result<u64> {
    // That of no bytes is zero.
    parts.iter().try_fold(0, |before, part| {
        let of_part = match part.crc64nvme {
            Some(crc) => crc,
            None => of_bytes(part.open(&upload.data_file())?)?,
        };
        Ok(checksum_combine(
            CrcAlgorithm::Crc64Nvme,
            before,
            of_part,
            part.size_bytes,
        ))
    })
}

fn of_bytes(mut bytes: impl io::Read) -> io::Result<u64> {
    let mut digest = crc_fast::Digest::new(CrcAlgorithm::Crc64Nvme);
    let mut chunk = vec![0; 256 << 10];
    loop {
        match bytes.read(&mut chunk)? {
            0 => return Ok(digest.finalize()),
            len => digest.update(&chunk[..len]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_read_as_s3_writes_it() {
        // The check value of CRC-64/NVME: that of "123456789".
        let crc = of_bytes(&b"123456789"[..]).unwrap();
        assert_eq!(crc, 0xae8b_1486_0a79_9888);
        assert_eq!(parse("rosUhgp5mIg="), Some(crc));
        assert_eq!(of_bytes(io::empty()).unwrap(), 0);
        for wrong in ["", "rosUhgp5mA==", "not Base64", "rosUhgp5mIgA"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
