//! The narrow seam to S3: the dozen calls an upload needs, in types of our own.
//!
//! A client makes one attempt for each call. It does not retry, and it never reports a success
//! that the server did not state; both are what the uploader above relies on.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::SystemTime;

use async_trait::async_trait;
use bytes::Bytes;
use futures::{Stream, StreamExt};

use crate::call_error::CallError;
use crate::checksum::Checksum;
use crate::options::{Encryption, Integrity};
use crate::payload::Payload;

/// A client of one S3 server.
#[async_trait]
pub trait S3Client: Send + Sync + 'static {
    /// The server's URL, for messages.
    fn endpoint(&self) -> &str;

    /// The region requests are signed for; new buckets are made there.
    fn region(&self) -> &str;

    /// How this client has bodies checked where that is asked for; `None` if it has no way to.
    /// [`Integrity::Auto`] is never an answer.
    fn integrity(&self, asked: Integrity) -> Option<Integrity> {
        match asked {
            Integrity::Auto | Integrity::Md5 => Some(Integrity::Md5),
            Integrity::Off => Some(Integrity::Off),
            Integrity::Crc64Nvme => None,
        }
    }

    /// Makes a bucket, with a LocationConstraint outside `us-east-1`.
    async fn create_bucket(&self, bucket: &str) -> Result<(), CallError>;

    /// Whether the bucket exists.
    async fn head_bucket(&self, bucket: &str) -> Result<bool, CallError>;

    /// Writes a whole object.
    async fn put_object(&self, request: PutObject) -> Result<Stored, CallError>;

    /// Begins a multipart upload.
    async fn create_multipart_upload(&self, request: NewObject)
    -> Result<CreatedUpload, CallError>;

    /// Sends one part and returns its ETag.
    async fn upload_part(&self, request: UploadPart) -> Result<String, CallError>;

    /// Puts the parts together.
    async fn complete_multipart_upload(&self, request: Completion) -> Result<Stored, CallError>;

    /// Throws an upload and its parts away.
    async fn abort_multipart_upload(&self, upload: &UploadRef) -> Result<(), CallError>;

    /// One page of an upload's parts, behind part number `after`.
    async fn list_parts(&self, upload: &UploadRef, after: u32) -> Result<PartPage, CallError>;

    /// One page of the open uploads of a bucket.
    async fn list_multipart_uploads(&self, request: ListUploads) -> Result<UploadPage, CallError>;

    /// What stands at a key; `None` if nothing does.
    async fn head_object(&self, bucket: &str, key: &str) -> Result<Option<ObjectHead>, CallError>;

    /// An object's bytes, or those of a range of it.
    async fn get_object(
        &self,
        bucket: &str,
        key: &str,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<ObjectBody, CallError>;

    /// One page of the objects of a bucket.
    async fn list_objects(&self, request: ListObjects) -> Result<ObjectPage, CallError>;

    /// Removes an object; it is no error if there is none.
    async fn delete_object(&self, bucket: &str, key: &str) -> Result<(), CallError>;
}

/// What a new object is to be, apart from its bytes.
#[derive(Clone, Debug, Default)]
pub struct NewObject {
    /// Bucket.
    pub bucket: String,
    /// Key, sent exactly as it is.
    pub key: String,
    /// Content type; servers take `application/octet-stream` without one.
    pub content_type: Option<String>,
    /// User metadata, without the `x-amz-meta-` in front.
    pub metadata: BTreeMap<String, String>,
    /// Storage class; the bucket's default without one.
    pub storage_class: Option<String>,
    /// How it is encrypted where it lies; as the bucket says without one.
    pub encryption: Option<Encryption>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Canned access control list, such as `bucket-owner-full-control`.
    pub acl: Option<String>,
    /// Only if nothing stands at the key (`If-None-Match: *`). For an upload in parts its
    /// completion carries this.
    pub create_only: bool,
    /// How its bytes are checked: an upload in parts announces it.
    pub integrity: Integrity,
}

/// A whole object.
#[derive(Clone, Debug, Default)]
pub struct PutObject {
    /// Where and what.
    pub object: NewObject,
    /// Its bytes.
    pub body: Payload,
    /// Checksum of the bytes, by which the server refuses others.
    pub checksum: Option<Checksum>,
}

/// An open multipart upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRef {
    /// Bucket.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// The id the server gave.
    pub upload_id: String,
}

/// One part to send.
#[derive(Clone, Debug)]
pub struct UploadPart {
    /// To which upload.
    pub upload: UploadRef,
    /// 1 to 10,000.
    pub number: u32,
    /// Its bytes.
    pub body: Payload,
    /// Checksum of the bytes, by which the server refuses others.
    pub checksum: Option<Checksum>,
}

/// A part as it is named on completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedPart {
    /// 1 to 10,000.
    pub number: u32,
    /// The ETag that came back for it.
    pub etag: String,
}

/// The end of a multipart upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Of which upload.
    pub upload: UploadRef,
    /// Its parts, by number.
    pub parts: Vec<CompletedPart>,
    /// Checksum of the whole object, where all parts went out with one from which it follows.
    pub checksum: Option<Checksum>,
    /// Only if nothing stands at the key (`If-None-Match: *`).
    pub create_only: bool,
}

/// What the server says of an object that it has stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// ETag, in its quotes.
    pub etag: String,
    /// Version id, in a bucket with versions.
    pub version_id: Option<String>,
}

/// The reply to the beginning of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedUpload {
    /// The id that the other calls take.
    pub upload_id: String,
    /// The server's clock when it answered: what was last modified before is older than we.
    pub date: Option<SystemTime>,
}

/// An object without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectHead {
    /// Size in bytes.
    pub size: u64,
    /// ETag, in its quotes.
    pub etag: Option<String>,
    /// When the server stored it, to the second.
    pub last_modified: Option<SystemTime>,
    /// User metadata, names in lower case.
    pub metadata: BTreeMap<String, String>,
    /// Version id, in a bucket with versions.
    pub version_id: Option<String>,
    /// Content type.
    pub content_type: Option<String>,
}

/// A part that a server lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPart {
    /// 1 to 10,000.
    pub number: u32,
    /// Size in bytes.
    pub size: u64,
    /// ETag; some servers list none.
    pub etag: Option<String>,
}

/// A page of parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartPage {
    /// The parts, by number.
    pub parts: Vec<ListedPart>,
    /// Behind which number the next page begins, if there is one.
    pub next: Option<u32>,
}

/// Which open uploads to list.
#[derive(Clone, Debug, Default)]
pub struct ListUploads {
    /// Bucket.
    pub bucket: String,
    /// Only keys that begin so.
    pub prefix: Option<String>,
    /// At most so many on the page; the server's default is 1,000.
    pub max_uploads: Option<u32>,
    /// Where the last page ended: key and upload id.
    pub after: Option<(String, String)>,
}

/// An upload that a server lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUpload {
    /// Key.
    pub key: String,
    /// Upload id.
    pub upload_id: String,
    /// When it began, as the server writes it.
    pub initiated: Option<String>,
}

/// A page of open uploads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadPage {
    /// The uploads, by key.
    pub uploads: Vec<ListedUpload>,
    /// Where the next page begins, if there is one.
    pub next: Option<(String, String)>,
}

/// Which objects to list.
#[derive(Clone, Debug, Default)]
pub struct ListObjects {
    /// Bucket.
    pub bucket: String,
    /// Only keys that begin so.
    pub prefix: Option<String>,
    /// At most so many on the page; the server's default is 1,000, and more it never lists.
    pub max_keys: Option<u32>,
    /// Where the last page ended: its [`ObjectPage::next`].
    pub after: Option<String>,
}

/// An object that a server lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedObject {
    /// Key.
    pub key: String,
    /// Size in bytes.
    pub size: u64,
    /// ETag, in its quotes; some servers list none.
    pub etag: Option<String>,
    /// When it was stored, as the server writes it.
    pub last_modified: Option<String>,
}

/// A page of objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectPage {
    /// The objects, in the order of their keys; S3's directory buckets know no order.
    pub objects: Vec<ListedObject>,
    /// What asks for the next page, if there is one.
    pub next: Option<String>,
}

/// The bytes of an object, as they arrive.
pub struct ObjectBody {
    len: u64,
    stream: Pin<Box<dyn Stream<Item = Result<Bytes, CallError>> + Send>>,
}

impl ObjectBody {
    /// A body of `len` bytes that `stream` yields.
    pub fn new(
        len: u64,
        stream: impl Stream<Item = Result<Bytes, CallError>> + Send + 'static,
    ) -> Self {
        Self {
            len,
            stream: Box::pin(stream),
        }
    }

    /// How many bytes the server announced.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether the server announced none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The next bytes, `None` behind the last.
    ///
    /// # Errors
    ///
    /// [`CallError`] when the connection breaks or stalls in the middle.
    pub async fn next(&mut self) -> Option<Result<Bytes, CallError>> {
        self.stream.next().await
    }

    /// All bytes, held in memory at once: for objects known to be small.
    ///
    /// # Errors
    ///
    /// As [`ObjectBody::next`].
    pub async fn collect(mut self) -> Result<Vec<u8>, CallError> {
        let mut all = Vec::new();
        while let Some(chunk) = self.next().await {
            all.extend_from_slice(&chunk?);
        }
        Ok(all)
    }
}

impl std::fmt::Debug for ObjectBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObjectBody")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
