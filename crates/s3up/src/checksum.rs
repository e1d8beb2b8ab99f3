//! Checksums: what a body or an object has to be.

use std::fmt;

use crc_fast::{CrcAlgorithm, checksum_combine};
use paired_md5::Md5;

use crate::etag::hex;
use crate::options::Integrity;

/// A checksum that travels with bytes, and by which a server refuses damaged ones.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Checksum {
    /// MD5, as `Content-MD5`.
    Md5([u8; 16]),
    /// CRC64NVME, as `x-amz-checksum-crc64nvme`. That of an object follows from those of its parts.
    Crc64Nvme(u64),
}

impl Checksum {
    /// The MD5, if it is one.
    #[must_use]
    pub fn md5(self) -> Option<[u8; 16]> {
        match self {
            Self::Md5(md5) => Some(md5),
            Self::Crc64Nvme(_) => None,
        }
    }

    /// The CRC64NVME, if it is one.
    #[must_use]
    pub fn crc64nvme(self) -> Option<u64> {
        match self {
            Self::Crc64Nvme(crc) => Some(crc),
            Self::Md5(_) => None,
        }
    }

    /// The MD5 as receipts and journals have it: 32 hexadecimal digits.
    pub(crate) fn md5_in_hex(self) -> Option<String> {
        self.md5().map(hex)
    }

    /// The CRC64NVME as receipts have it: 16 hexadecimal digits.
    pub(crate) fn crc64nvme_in_hex(self) -> Option<String> {
        self.crc64nvme().map(|crc| format!("{crc:016x}"))
    }

    /// That of these bytes followed by others, of which there are `len`. Only a CRC can be told so.
    pub(crate) fn followed_by(self, behind: Self, len: u64) -> Option<Self> {
        let (before, behind) = (self.crc64nvme()?, behind.crc64nvme()?);
        let whole = checksum_combine(CrcAlgorithm::Crc64Nvme, before, behind, len);
        Some(Self::Crc64Nvme(whole))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Md5(md5) => write!(f, "Md5({:032x})", u128::from_be_bytes(*md5)),
            Self::Crc64Nvme(crc) => write!(f, "Crc64Nvme({crc:016x})"),
        }
    }
}

/// A checksum in the making.
#[expect(
    clippy::large_enum_variant,
    reason = "one for each body, on the stack of whoever digests it"
)]
pub(crate) enum Digest {
    Nothing,
    Md5(Md5),
    Crc64Nvme(crc_fast::Digest),
}

impl Digest {
    /// Makes the checksum that a client carries for this.
    pub fn new(integrity: Integrity) -> Self {
        match integrity {
            Integrity::Off => Self::Nothing,
            Integrity::Md5 | Integrity::Auto => Self::Md5(Md5::new()),
            Integrity::Crc64Nvme => Self::Crc64Nvme(crc_fast::Digest::new(CrcAlgorithm::Crc64Nvme)),
        }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Nothing => {}
            Self::Md5(md5) => md5.update(bytes),
            Self::Crc64Nvme(crc) => crc.update(bytes),
        }
    }

    pub fn finish(self) -> Option<Checksum> {
        match self {
            Self::Nothing => None,
            Self::Md5(md5) => Some(Checksum::Md5(md5.finish())),
            Self::Crc64Nvme(crc) => Some(Checksum::Crc64Nvme(crc.finalize())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crc(bytes: &[u8]) -> Checksum {
        let mut digest = Digest::new(Integrity::Crc64Nvme);
        digest.update(bytes);
        digest.finish().unwrap()
    }

    #[test]
    fn the_crc_is_that_of_the_catalogue() {
        // CRC-64/NVME of "123456789", https://reveng.sourceforge.io/crc-catalogue/17plus.htm
        assert_eq!(
            crc(b"123456789"),
            Checksum::Crc64Nvme(0xae8b_1486_0a79_9888)
        );
    }

    #[test]
    fn the_crc_of_a_whole_follows_from_those_of_its_parts() {
        let data: Vec<u8> = (0..u8::MAX).cycle().take(100_003).collect();
        for cut in [0, 1, 7, 50_000, 100_003] {
            let (head, tail) = data.split_at(cut);
            let whole = crc(head).followed_by(crc(tail), tail.len() as u64);
            assert_eq!(whole, Some(crc(&data)), "{cut}");
        }
        assert_eq!(crc(b"").followed_by(Checksum::Md5([0; 16]), 0), None);
    }
}
