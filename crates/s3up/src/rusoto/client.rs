//! The calls of [`S3Client`], one request each.

use std::future::Future;
use std::ops::Range;

use async_trait::async_trait;
use futures::stream;
use rusoto_core::{ByteStream, Client, Region};
use rusoto_s3::{
    AbortMultipartUploadRequest, CompleteMultipartUploadRequest, CompletedMultipartUpload,
    CreateBucketConfiguration, CreateBucketRequest, CreateMultipartUploadRequest,
    DeleteObjectRequest, GetObjectRequest, HeadBucketRequest, HeadObjectRequest,
    ListMultipartUploadsRequest, ListObjectsV2Request, ListPartsRequest, PutObjectRequest, S3,
    S3Client as RusotoS3, UploadPartRequest,
};

use super::dispatch::Dispatch;
use crate::call_error::CallError;
use crate::client::{
    Completion, CreatedUpload, ListObjects, ListUploads, NewObject, ObjectBody, ObjectHead,
    ObjectPage, PartPage, PutObject, S3Client, Stored, UploadPage, UploadPart, UploadRef,
};
use crate::config::{Addressing, ConfigError, S3Config};
use crate::headers::{self, Headers};
use crate::link::{Link, range_header};
use crate::options::Integrity;
use crate::payload::Payload;
use crate::replies::{Success, found};
use crate::transport::Traits;

/// An [`S3Client`] that signs with rusoto and speaks HTTP/1.1 through hyper.
pub struct RusotoClient {
    link: Link,
    /// Always `Custom`: rusoto's own list of regions is of 2022.
    region: Region,
    addressing: Addressing,
}

impl RusotoClient {
    /// Checks the configuration and sets TLS up; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for a region that is none, plain http to another machine, credentials that
    /// were not built in, or a system without usable TLS.
    pub fn new(config: &S3Config) -> Result<Self, ConfigError> {
        Ok(Self {
            link: Link::new(config)?,
            region: Region::Custom {
                name: config.region.clone(),
                endpoint: config.endpoint.url(&config.region),
            },
            addressing: config.addressing,
        })
    }

    /// Makes one call on a rusoto client of its own, whose dispatcher signs, knows the call's
    /// limits and keeps the reply. rusoto's own result is not looked at: it has seen no reply.
    async fn call<T, F>(
        &self,
        bucket: &str,
        traits: Traits,
        headers: Headers,
        request: impl FnOnce(RusotoS3) -> F,
    ) -> Result<Success<'_>, CallError>
    where
        F: Future<Output = T>,
    {
        let call = self.link.begin(bucket, traits, headers).await?;
        let addressing = match &call.detour {
            Some(detour) => detour.addressing,
            None => self.addressing,
        };
        let dispatch = Dispatch {
            call: call.clone(),
            in_host: addressing
                .puts_in_host(bucket, self.link.is_https())
                .then(|| bucket.to_owned()),
        };
        let client = Client::new_not_signing(dispatch);
        let _unread = request(RusotoS3::new_with_client(client, self.region.clone())).await;
        self.link.end(&call).await
    }
}

fn body(payload: &Payload) -> ByteStream {
    // rusoto asks its length alone: the dispatcher sends the payload itself.
    let len = usize::try_from(payload.len()).unwrap_or(usize::MAX);
    ByteStream::new_with_size(stream::empty(), len)
}

#[async_trait]
impl S3Client for RusotoClient {
    fn endpoint(&self) -> &str {
        self.link.endpoint()
    }

    fn region(&self) -> &str {
        self.region.name()
    }

    fn integrity(&self, asked: Integrity) -> Option<Integrity> {
        Some(match asked {
            Integrity::Auto => Integrity::Md5,
            other => other,
        })
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
        self.call(bucket, Traits::default(), Headers::new(), |s3| async move {
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
            .call(bucket, Traits::default(), Headers::new(), |s3| async move {
                s3.head_bucket(request).await
            })
            .await;
        found(reply.map(|_| ())).map(|found| found.is_some())
    }

    async fn put_object(&self, put: PutObject) -> Result<Stored, CallError> {
        let traits = Traits::sending(&put.body);
        let mut headers = headers::of_object(&put.object);
        headers.extend(headers::of_body(put.checksum));
        headers.extend(headers::of_condition(put.object.create_only));
        let bucket = put.object.bucket.clone();
        let request = PutObjectRequest {
            body: Some(body(&put.body)),
            bucket: put.object.bucket,
            key: put.object.key,
            content_type: put.object.content_type,
            metadata: Some(put.object.metadata.into_iter().collect()),
            ..PutObjectRequest::default()
        };
        self.call(&bucket, traits, headers, |s3| async move {
            s3.put_object(request).await
        })
        .await?
        .stored()
    }

    async fn create_multipart_upload(&self, object: NewObject) -> Result<CreatedUpload, CallError> {
        let headers = headers::of_creation(&object);
        let bucket = object.bucket.clone();
        let request = CreateMultipartUploadRequest {
            bucket: object.bucket,
            key: object.key,
            content_type: object.content_type,
            metadata: Some(object.metadata.into_iter().collect()),
            ..CreateMultipartUploadRequest::default()
        };
        self.call(&bucket, Traits::default(), headers, |s3| async move {
            s3.create_multipart_upload(request).await
        })
        .await?
        .created()
    }

    async fn upload_part(&self, part: UploadPart) -> Result<String, CallError> {
        let traits = Traits::sending(&part.body);
        let headers = headers::of_body(part.checksum);
        let bucket = part.upload.bucket.clone();
        let request = UploadPartRequest {
            body: Some(body(&part.body)),
            bucket: part.upload.bucket,
            key: part.upload.key,
            upload_id: part.upload.upload_id,
            part_number: i64::from(part.number),
            ..UploadPartRequest::default()
        };
        self.call(&bucket, traits, headers, |s3| async move {
            s3.upload_part(request).await
        })
        .await?
        .etag()
    }

    async fn complete_multipart_upload(&self, end: Completion) -> Result<Stored, CallError> {
        let headers = headers::of_completion(&end);
        let parts = end.parts.into_iter().map(|part| rusoto_s3::CompletedPart {
            e_tag: Some(part.etag),
            part_number: Some(i64::from(part.number)),
        });
        let bucket = end.upload.bucket.clone();
        let request = CompleteMultipartUploadRequest {
            bucket: end.upload.bucket,
            key: end.upload.key,
            upload_id: end.upload.upload_id,
            multipart_upload: Some(CompletedMultipartUpload {
                parts: Some(parts.collect()),
            }),
            ..CompleteMultipartUploadRequest::default()
        };
        let traits = self.link.completing();
        self.call(&bucket, traits, headers, |s3| async move {
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
        let bucket = &upload.bucket;
        self.call(bucket, Traits::default(), Headers::new(), |s3| async move {
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
        let bucket = &upload.bucket;
        self.call(bucket, Traits::default(), Headers::new(), |s3| async move {
            s3.list_parts(request).await
        })
        .await?
        .part_page()
    }

    async fn list_multipart_uploads(&self, list: ListUploads) -> Result<UploadPage, CallError> {
        let (key_marker, upload_id_marker) = list.after.unzip();
        let bucket = list.bucket.clone();
        let request = ListMultipartUploadsRequest {
            bucket: list.bucket,
            prefix: list.prefix,
            max_uploads: list.max_uploads.map(i64::from),
            key_marker,
            upload_id_marker,
            ..ListMultipartUploadsRequest::default()
        };
        self.call(
            &bucket,
            Traits::default(),
            Headers::new(),
            |s3| async move { s3.list_multipart_uploads(request).await },
        )
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
            .call(bucket, Traits::default(), Headers::new(), |s3| async move {
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
        let traits = Traits::reading(range.as_ref());
        let request = GetObjectRequest {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            range: range.as_ref().map(range_header),
            ..GetObjectRequest::default()
        };
        self.call(bucket, traits, Headers::new(), |s3| async move {
            s3.get_object(request).await
        })
        .await?
        .object(range)
    }

    async fn list_objects(&self, list: ListObjects) -> Result<ObjectPage, CallError> {
        let bucket = list.bucket.clone();
        let request = ListObjectsV2Request {
            bucket: list.bucket,
            prefix: list.prefix,
            max_keys: list.max_keys.map(i64::from),
            continuation_token: list.after,
            ..ListObjectsV2Request::default()
        };
        self.call(
            &bucket,
            Traits::default(),
            Headers::new(),
            |s3| async move { s3.list_objects_v2(request).await },
        )
        .await?
        .object_page()
    }

    async fn delete_object(&self, bucket: &str, key: &str) -> Result<(), CallError> {
        let request = DeleteObjectRequest {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            ..DeleteObjectRequest::default()
        };
        self.call(bucket, Traits::default(), Headers::new(), |s3| async move {
            s3.delete_object(request).await
        })
        .await?
        .done()
    }
}
