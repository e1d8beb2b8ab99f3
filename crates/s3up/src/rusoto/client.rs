//! The calls of [`S3Client`], one request each.

use std::future::Future;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures::stream;
use rusoto_core::{ByteStream, Client, Region, RusotoError};
use rusoto_s3::{
    AbortMultipartUploadRequest, CompleteMultipartUploadRequest, CompletedMultipartUpload,
    CreateBucketConfiguration, CreateBucketRequest, CreateMultipartUploadRequest,
    DeleteObjectRequest, GetObjectRequest, HeadBucketRequest, HeadObjectRequest,
    ListMultipartUploadsRequest, ListPartsRequest, PutObjectRequest, S3, S3Client as RusotoS3,
    UploadPartRequest,
};

use super::credentials::Keys;
use super::dispatch::{Dispatch, Slot};
use super::replies::{Success, judge};
use crate::call_error::CallError;
use crate::client::{
    CompletedPart, CreatedUpload, ListUploads, NewObject, ObjectBody, ObjectHead, PartPage,
    PutObject, S3Client, Stored, UploadPage, UploadPart, UploadRef,
};
use crate::config::{ConfigError, S3Config, Timeouts};
use crate::payload::Payload;
use crate::transport::{Limits, ReplyBody, Transport};

/// An [`S3Client`] that signs with rusoto and speaks HTTP/1.1 through hyper, with path-style
/// addresses.
pub struct RusotoClient {
    transport: Arc<Transport>,
    keys: Arc<Keys>,
    /// Always `Custom`: rusoto's own list of regions is of 2022.
    region: Region,
    timeouts: Timeouts,
}

impl RusotoClient {
    /// Checks the configuration and sets TLS up; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for a region that is none, plain http to another machine, or a system
    /// without usable TLS.
    pub fn new(config: &S3Config) -> Result<Self, ConfigError> {
        config.validate()?;
        let endpoint = config.endpoint.url(&config.region);
        let transport = Transport::new(endpoint.clone(), &config.timeouts)
            .map_err(|reason| ConfigError::Tls { reason })?;
        Ok(Self {
            transport: Arc::new(transport),
            keys: Arc::new(Keys::new(&config.credentials)?),
            region: Region::Custom {
                name: config.region.clone(),
                endpoint,
            },
            timeouts: config.timeouts,
        })
    }

    /// Makes one call on a rusoto client of its own, whose dispatcher knows the call's limits and
    /// keeps the reply.
    async fn call<T, E, F>(
        &self,
        traits: Traits,
        request: impl FnOnce(RusotoS3) -> F,
    ) -> Result<Success<'_>, CallError>
    where
        F: Future<Output = Result<T, RusotoError<E>>>,
    {
        let slot: Slot = Arc::new(Mutex::new(None));
        let sends = traits.sends.as_ref().map_or(0, Payload::len);
        let first_byte = traits.first_byte.unwrap_or(self.timeouts.first_byte);
        let dispatch = Dispatch {
            transport: Arc::clone(&self.transport),
            limits: Limits {
                first_byte: first_byte + self.timeouts.draining(sends),
                stall: self.timeouts.stall,
                whole: self.timeouts.whole(sends.max(traits.receives)),
            },
            object: traits.object,
            payload: traits.sends,
            slot: Arc::clone(&slot),
        };
        let client = Client::new_with(Arc::clone(&self.keys), dispatch);
        let result = request(RusotoS3::new_with_client(client, self.region.clone())).await;
        let reply = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (reply, result) {
            (Some(reply), _) => judge(self.transport.endpoint(), reply?),
            (None, Err(RusotoError::Credentials(error))) => Err(CallError::Credentials {
                reason: error.message,
            }),
            // rusoto's own errors come from replies, which it does not see; its texts are not
            // shown, as nobody has looked at what they may quote.
            (None, _) => Err(CallError::Request {
                reason: "the signer gave up".to_owned(),
            }),
        }
    }
}

/// What sets one call apart from another.
#[derive(Default)]
struct Traits {
    /// The streamed body.
    sends: Option<Payload>,
    /// Bytes expected back.
    receives: u64,
    object: bool,
    first_byte: Option<Duration>,
}

fn body(payload: &Payload) -> ByteStream {
    let chunks: Vec<_> = payload.chunks().iter().cloned().map(Ok).collect();
    let len = usize::try_from(payload.len()).unwrap_or(usize::MAX);
    ByteStream::new_with_size(stream::iter(chunks), len)
}

fn md5_text(md5: Option<[u8; 16]>) -> Option<String> {
    md5.map(|md5| BASE64.encode(md5))
}

#[async_trait]
impl S3Client for RusotoClient {
    fn endpoint(&self) -> &str {
        self.transport.endpoint()
    }

    fn region(&self) -> &str {
        self.region.name()
    }

    async fn create_bucket(&self, bucket: &str) -> Result<(), CallError> {
        // us-east-1 is the one region that may not be named.
        let elsewhere = self.region.name() != "us-east-1";
        let request = CreateBucketRequest {
            bucket: bucket.to_owned(),
            create_bucket_configuration: elsewhere.then(|| CreateBucketConfiguration {
                location_constraint: Some(self.region.name().to_owned()),
            }),
            ..CreateBucketRequest::default()
        };
        self.call(Traits::default(), |s3| async move {
            s3.create_bucket(request).await
        })
        .await?
        .done()
    }

    async fn head_bucket(&self, bucket: &str) -> Result<bool, CallError> {
        let request = HeadBucketRequest {
            bucket: bucket.to_owned(),
            ..HeadBucketRequest::default()
        };
        let reply = self
            .call(Traits::default(), |s3| async move {
                s3.head_bucket(request).await
            })
            .await;
        found(reply.map(|_| ())).map(|found| found.is_some())
    }

    async fn put_object(&self, put: PutObject) -> Result<Stored, CallError> {
        let traits = Traits {
            sends: Some(put.body.clone()),
            ..Traits::default()
        };
        let request = PutObjectRequest {
            body: Some(body(&put.body)),
            bucket: put.object.bucket,
            key: put.object.key,
            content_type: put.object.content_type,
            metadata: Some(put.object.metadata.into_iter().collect()),
            content_md5: md5_text(put.content_md5),
            ..PutObjectRequest::default()
        };
        self.call(traits, |s3| async move { s3.put_object(request).await })
            .await?
            .stored()
    }

    async fn create_multipart_upload(&self, object: NewObject) -> Result<CreatedUpload, CallError> {
        let request = CreateMultipartUploadRequest {
            bucket: object.bucket,
            key: object.key,
            content_type: object.content_type,
            metadata: Some(object.metadata.into_iter().collect()),
            ..CreateMultipartUploadRequest::default()
        };
        self.call(Traits::default(), |s3| async move {
            s3.create_multipart_upload(request).await
        })
        .await?
        .created()
    }

    async fn upload_part(&self, part: UploadPart) -> Result<String, CallError> {
        let traits = Traits {
            sends: Some(part.body.clone()),
            ..Traits::default()
        };
        let request = UploadPartRequest {
            body: Some(body(&part.body)),
            bucket: part.upload.bucket,
            key: part.upload.key,
            upload_id: part.upload.upload_id,
            part_number: i64::from(part.number),
            content_md5: md5_text(part.content_md5),
            ..UploadPartRequest::default()
        };
        self.call(traits, |s3| async move { s3.upload_part(request).await })
            .await?
            .etag()
    }

    async fn complete_multipart_upload(
        &self,
        upload: &UploadRef,
        parts: &[CompletedPart],
    ) -> Result<Stored, CallError> {
        let parts = parts.iter().map(|part| rusoto_s3::CompletedPart {
            e_tag: Some(part.etag.clone()),
            part_number: Some(i64::from(part.number)),
        });
        let request = CompleteMultipartUploadRequest {
            bucket: upload.bucket.clone(),
            key: upload.key.clone(),
            upload_id: upload.upload_id.clone(),
            multipart_upload: Some(CompletedMultipartUpload {
                parts: Some(parts.collect()),
            }),
            ..CompleteMultipartUploadRequest::default()
        };
        let first_byte = Some(self.timeouts.complete_first_byte);
        let traits = Traits {
            first_byte,
            ..Traits::default()
        };
        self.call(traits, |s3| async move {
            s3.complete_multipart_upload(request).await
        })
        .await?
        .completed()
    }

    async fn abort_multipart_upload(&self, upload: &UploadRef) -> Result<(), CallError> {
        let request = AbortMultipartUploadRequest {
            bucket: upload.bucket.clone(),
            key: upload.key.clone(),
            upload_id: upload.upload_id.clone(),
            ..AbortMultipartUploadRequest::default()
        };
        self.call(Traits::default(), |s3| async move {
            s3.abort_multipart_upload(request).await
        })
        .await?
        .done()
    }

    async fn list_parts(&self, upload: &UploadRef, after: u32) -> Result<PartPage, CallError> {
        let request = ListPartsRequest {
            bucket: upload.bucket.clone(),
            key: upload.key.clone(),
            upload_id: upload.upload_id.clone(),
            part_number_marker: (after > 0).then(|| i64::from(after)),
            ..ListPartsRequest::default()
        };
        self.call(Traits::default(), |s3| async move {
            s3.list_parts(request).await
        })
        .await?
        .part_page()
    }

    async fn list_multipart_uploads(&self, list: ListUploads) -> Result<UploadPage, CallError> {
        let (key_marker, upload_id_marker) = list.after.unzip();
        let request = ListMultipartUploadsRequest {
            bucket: list.bucket,
            prefix: list.prefix,
            max_uploads: list.max_uploads.map(i64::from),
            key_marker,
            upload_id_marker,
            ..ListMultipartUploadsRequest::default()
        };
        self.call(Traits::default(), |s3| async move {
            s3.list_multipart_uploads(request).await
        })
        .await?
        .upload_page()
    }

    async fn head_object(&self, bucket: &str, key: &str) -> Result<Option<ObjectHead>, CallError> {
        let request = HeadObjectRequest {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            ..HeadObjectRequest::default()
        };
        let reply = self
            .call(Traits::default(), |s3| async move {
                s3.head_object(request).await
            })
            .await;
        found(reply)?.map(|reply| reply.object_head()).transpose()
    }

    async fn get_object(
        &self,
        bucket: &str,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<ObjectBody, CallError> {
        if range.as_ref().is_some_and(|range| range.is_empty()) {
            return Ok(ObjectBody::new(0, stream::empty()));
        }
        // An unknown length is granted the time of a large one: the stall limit still holds.
        let receives = range
            .as_ref()
            .map_or(1 << 40, |range| range.end - range.start);
        let request = GetObjectRequest {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            // HTTP names the last byte, we the one behind it.
            range: range
                .as_ref()
                .map(|range| format!("bytes={}-{}", range.start, range.end - 1)),
            ..GetObjectRequest::default()
        };
        let traits = Traits {
            receives,
            object: true,
            ..Traits::default()
        };
        let reply = self
            .call(traits, |s3| async move { s3.get_object(request).await })
            .await?;
        if let Some(range) = range {
            reply.check_range(range)?;
        }
        match reply.body {
            ReplyBody::Object(body) => Ok(body),
            ReplyBody::Whole(_) | ReplyBody::Lost => Err(CallError::Request {
                reason: "the object's body was not kept".to_owned(),
            }),
        }
    }

    async fn delete_object(&self, bucket: &str, key: &str) -> Result<(), CallError> {
        let request = DeleteObjectRequest {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            ..DeleteObjectRequest::default()
        };
        self.call(Traits::default(), |s3| async move {
            s3.delete_object(request).await
        })
        .await?
        .done()
    }
}

/// Turns the 404 of a HEAD into `None`.
fn found<T>(reply: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(CallError::Service(error)) if error.status == 404 => Ok(None),
        Err(error) => Err(error),
    }
}
