//! The proof of a committed upload.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::checksum::Checksum;

/// What was stored, and under which marks it can be found again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Receipt {
    /// Bucket.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// Size in bytes.
    pub size: u64,
    /// ETag that the server gave the object.
    pub etag: String,
    /// Version id, in a bucket with versions.
    pub version_id: Option<String>,
    /// MD5 of the object's bytes in hex, where it was sent by one PUT and a checksum was wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
    /// CRC64NVME of the object's bytes in hex, where it was sent with it, or its parts were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc64nvme: Option<String>,
    /// The parts; empty if the object was sent by one PUT.
    pub parts: Vec<PartReceipt>,
    /// Requests made for it, repeated ones too.
    pub attempts: u64,
    /// Bytes of bodies sent for it, repeated ones too.
    pub bytes_sent: u64,
    /// Bytes that an earlier, interrupted upload had sent, and that were found in S3 unchanged.
    #[serde(default)]
    pub bytes_resumed: u64,
    /// From the start of the upload to the proof; serialised in seconds.
    #[serde(
        rename = "elapsed_s",
        serialize_with = "to_seconds",
        deserialize_with = "from_seconds"
    )]
    pub elapsed: Duration,
    /// The random token in the object's metadata (`x-amz-meta-s3up-token`).
    pub token: String,
    /// The user metadata beside it, such as a program's own id of the content.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// A part of a committed upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PartReceipt {
    /// 1 to 10,000.
    pub number: u32,
    /// Size in bytes.
    pub size: u64,
    /// ETag that the server gave the part.
    pub etag: String,
    /// MD5 of its bytes in hex, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
    /// CRC64NVME of its bytes in hex, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc64nvme: Option<String>,
}

/// The checksum of the object that these parts make, by number, where it follows from theirs.
pub(crate) fn checksum_of(parts: &[PartReceipt]) -> Option<Checksum> {
    let mut whole: Option<Checksum> = None;
    for part in parts {
        let crc = u64::from_str_radix(part.crc64nvme.as_deref()?, 16).ok()?;
        let checksum = Checksum::Crc64Nvme(crc);
        whole = match whole {
            None => Some(checksum),
            Some(before) => before.followed_by(checksum, part.size),
        };
    }
    whole
}

// serde hands the field over by reference.
fn to_seconds<S: Serializer>(elapsed: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(elapsed.as_secs_f64())
}

fn from_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    Duration::try_from_secs_f64(seconds).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_an_object_follows_from_those_of_all_its_parts() {
        let part = |number, size, crc: Option<&str>| PartReceipt {
            number,
            size,
            etag: String::new(),
            md5: None,
            crc64nvme: crc.map(str::to_owned),
        };
        // The second is empty, so that the whole is the first.
        let one = part(1, 9, Some("ae8b14860a799888"));
        let parts = [one.clone(), part(2, 0, Some("0000000000000000"))];
        let whole = Checksum::Crc64Nvme(0xae8b_1486_0a79_9888);
        assert_eq!(checksum_of(&parts), Some(whole));
        assert_eq!(checksum_of(&[one.clone(), part(2, 0, None)]), None);
        assert_eq!(checksum_of(&[one, part(2, 0, Some("x"))]), None);
        assert_eq!(checksum_of(&[]), None);
    }

    #[test]
    fn a_receipt_is_read_as_it_was_written() {
        let receipt = Receipt {
            bucket: "lake".into(),
            key: "k".into(),
            size: 7,
            etag: "\"e-1\"".into(),
            version_id: None,
            md5: None,
            crc64nvme: None,
            parts: vec![PartReceipt {
                number: 1,
                size: 7,
                etag: "\"e\"".into(),
                md5: Some("0cc175b9c0f1b6a831c399e269772661".into()),
                crc64nvme: Some("ae8b14860a799888".into()),
            }],
            attempts: 3,
            bytes_sent: 14,
            bytes_resumed: 0,
            elapsed: Duration::from_millis(1_250),
            token: "07".into(),
            metadata: [("team".to_owned(), "data".to_owned())].into(),
        };
        let text = serde_json::to_string(&receipt).unwrap();
        assert!(text.contains("\"elapsed_s\":1.25"), "{text}");
        let back: Receipt = serde_json::from_str(&text).unwrap();
        assert_eq!(back, receipt);
        // Those of earlier versions lack what was added since.
        let early = r#"{"bucket":"b","key":"k","size":1,"etag":"e","version_id":null,"parts":[],
            "attempts":1,"bytes_sent":1,"elapsed_s":0.5,"token":"07"}"#;
        let early: Receipt = serde_json::from_str(early).unwrap();
        assert_eq!((early.bytes_resumed, early.md5), (0, None));
        for seconds in ["-1.0", "1e300", "null"] {
            let text = text.replace("1.25", seconds);
            assert!(serde_json::from_str::<Receipt>(&text).is_err(), "{seconds}");
        }
    }
}
