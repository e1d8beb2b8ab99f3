//! The proof of a committed upload.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// What was stored, and under which marks it can be found again.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// The parts; empty if the object was sent by one PUT.
    pub parts: Vec<PartReceipt>,
    /// Requests made for it, repeated ones too.
    pub attempts: u64,
    /// Bytes of bodies sent for it, repeated ones too.
    pub bytes_sent: u64,
    /// From the start of the upload to the proof; serialised in seconds.
    #[serde(rename = "elapsed_s", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// The random token in the object's metadata (`x-amz-meta-s3up-token`).
    pub token: String,
}

/// A part of a committed upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PartReceipt {
    /// 1 to 10,000.
    pub number: u32,
    /// Size in bytes.
    pub size: u64,
    /// ETag that the server gave the part.
    pub etag: String,
}

// serde hands the field over by reference.
fn seconds<S: Serializer>(elapsed: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(elapsed.as_secs_f64())
}
