//! The calls of [`S3Client`], one request each.

use std::ops::Range;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Builder, Config, Credentials, IdentityCache, Region,
    RequestChecksumCalculation, ResponseChecksumValidation, StalledStreamProtectionConfig,
};
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use aws_sdk_s3::types::{
    BucketLocationConstraint, CompletedMultipartUpload, CompletedPart, CreateBucketConfiguration,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use futures::stream;
use secrecy::ExposeSecret;

use super::connector::Connector;
use crate::call_error::CallError;
use crate::client::{
    Completion, CreatedUpload, ListObjects, ListUploads, NewObject, ObjectBody, ObjectHead,
    ObjectPage, PartPage, PutObject, S3Client, Stored, UploadPage, UploadPart, UploadRef,
};
use crate::config::{Addressing, ConfigError, S3Config};
use crate::credentials::StaticCredentials;
use crate::headers::{self, Headers};
use crate::link::{Call, Link, range_header};
use crate::options::Integrity;
use crate::payload::Payload;
use crate::replies::{Success, found};
use crate::transport::{SendBody, Traits};

/// An [`S3Client`] that is built on AWS's SDK for Rust.
pub struct AwsSdkClient {
    link: Link,
    s3: Client,
    region: String,
}

impl AwsSdkClient {
    /// Checks the configuration and sets TLS up; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for a region that is none, plain http to another machine, credentials that
    /// were not built in, or a system without usable TLS.
    pub fn new(config: &S3Config) -> Result<Self, ConfigError> {
        // One attempt, no time-outs, no checksums: all of these are decided above or below.
        let settings = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(config.region.clone()))
            .endpoint_url(config.endpoint.url(&config.region))
            .force_path_style(config.addressing == Addressing::Path)
            .disable_s3_express_session_auth(true)
            .disable_multi_region_access_points(true)
            .identity_cache(IdentityCache::no_cache())
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Ok(Self {
            link: Link::new(config)?,
            s3: Client::from_conf(settings),
            region: config.region.clone(),
        })
    }

    /// What came of a call. The SDK's own result counts only where no request came about: the
    /// reply never reached it.
    async fn end<T, E>(
        &self,
        call: &Call,
        result: Result<T, SdkError<E>>,
    ) -> Result<Success<'_>, CallError> {
        if let Err(SdkError::ConstructionFailure(_)) = result {
            return Err(CallError::Request {
                reason: "the SDK cannot build it".to_owned(),
            });
        }
        self.link.end(call).await
    }
}

/// Makes one call of the SDK, signed with the keys of `$call` and carried by its errand.
macro_rules! send {
    ($client:expr, $call:expr, $request:expr) => {{
        let call = $call;
        let result = $request
            .customize()
            .config_override(of_call(&call))
            .mutate_request(adding(call.headers.clone()))
            .send()
            .await;
        $client.end(&call, result).await
    }};
}

/// What sets the SDK up for one call.
fn of_call(call: &Call) -> Builder {
    let settings = Config::builder()
        .http_client(Connector(call.errand.clone()))
        .credentials_provider(for_sdk(&call.keys));
    match &call.detour {
        None => settings,
        Some(detour) => settings
            .endpoint_url(detour.server.to_string())
            .force_path_style(detour.addressing == Addressing::Path),
    }
}

fn for_sdk(keys: &StaticCredentials) -> Credentials {
    let token = keys.session_token.as_ref();
    Credentials::new(
        keys.access_key_id.as_str(),
        keys.secret_access_key.expose_secret(),
        token.map(|token| token.expose_secret().to_owned()),
        None,
        "s3up",
    )
}

/// Adds headers before a request is signed.
fn adding(headers: Headers) -> impl Fn(&mut HttpRequest) + Send + Sync + 'static {
    move |request| {
        for (name, value) in &headers {
            // Only what was checked to be printable ASCII comes here, so that none is left out.
            let _previous = request.headers_mut().try_insert(*name, value.clone());
        }
    }
}

/// The SDK takes the length from it and signs no bytes; the connector sends the payload itself.
fn body(payload: &Payload) -> ByteStream {
    ByteStream::new(SdkBody::from_body_1_x(SendBody::of(payload)))
}

#[async_trait]
impl S3Client for AwsSdkClient {
    fn endpoint(&self) -> &str {
        self.link.endpoint()
    }

    fn region(&self) -> &str {
        &self.region
    }

    fn integrity(&self, asked: Integrity) -> Option<Integrity> {
        Some(match asked {
            Integrity::Auto => Integrity::Crc64Nvme,
            other => other,
        })
    }

    async fn create_bucket(&self, bucket: &str) -> Result<(), CallError> {
        // us-east-1 is the one region that may not be named.
        let elsewhere = (self.region != "us-east-1").then(|| {
            CreateBucketConfiguration::builder()
                .location_constraint(BucketLocationConstraint::from(self.region.as_str()))
                .build()
        });
        let call = self
            .link
            .begin(bucket, Traits::default(), Headers::new())
            .await?;
        let request = self
            .s3
            .create_bucket()
            .bucket(bucket)
            .set_create_bucket_configuration(elsewhere);
        send!(self, call, request)?.done()
    }

    async fn head_bucket(&self, bucket: &str) -> Result<bool, CallError> {
        let call = self
            .link
            .begin(bucket, Traits::default(), Headers::new())
            .await?;
        let reply = send!(self, call, self.s3.head_bucket().bucket(bucket));
        found(reply.map(|_| ())).map(|found| found.is_some())
    }

    async fn put_object(&self, put: PutObject) -> Result<Stored, CallError> {
        let mut headers = headers::of_object(&put.object);
        headers.extend(headers::of_body(put.checksum));
        headers.extend(headers::of_condition(put.object.create_only));
        let call = self
            .link
            .begin(&put.object.bucket, Traits::sending(&put.body), headers)
            .await?;
        let request = self
            .s3
            .put_object()
            .bucket(put.object.bucket)
            .key(put.object.key)
            .set_content_type(put.object.content_type)
            .set_metadata(Some(put.object.metadata.into_iter().collect()))
            .body(body(&put.body));
        send!(self, call, request)?.stored()
    }

    async fn create_multipart_upload(&self, object: NewObject) -> Result<CreatedUpload, CallError> {
        let headers = headers::of_creation(&object);
        let call = self
            .link
            .begin(&object.bucket, Traits::default(), headers)
            .await?;
        let request = self
            .s3
            .create_multipart_upload()
            .bucket(object.bucket)
            .key(object.key)
            .set_content_type(object.content_type)
            .set_metadata(Some(object.metadata.into_iter().collect()));
        send!(self, call, request)?.created()
    }

    async fn upload_part(&self, part: UploadPart) -> Result<String, CallError> {
        let headers = headers::of_body(part.checksum);
        let traits = Traits::sending(&part.body);
        let call = self
            .link
            .begin(&part.upload.bucket, traits, headers)
            .await?;
        let request = self
            .s3
            .upload_part()
            .bucket(part.upload.bucket)
            .key(part.upload.key)
            .upload_id(part.upload.upload_id)
            .part_number(for_number(part.number))
            .body(body(&part.body));
        send!(self, call, request)?.etag()
    }

    async fn complete_multipart_upload(&self, end: Completion) -> Result<Stored, CallError> {
        let headers = headers::of_completion(&end);
        let parts = end.parts.into_iter().map(|part| {
            CompletedPart::builder()
                .part_number(for_number(part.number))
                .e_tag(part.etag)
                .build()
        });
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(parts.collect()))
            .build();
        let call = self
            .link
            .begin(&end.upload.bucket, self.link.completing(), headers)
            .await?;
        let request = self
            .s3
            .complete_multipart_upload()
            .bucket(end.upload.bucket)
            .key(end.upload.key)
            .upload_id(end.upload.upload_id)
            .multipart_upload(parts);
        send!(self, call, request)?.completed()
    }

    async fn abort_multipart_upload(&self, upload: &UploadRef) -> Result<(), CallError> {
        let call = self
            .link
            .begin(&upload.bucket, Traits::default(), Headers::new())
            .await?;
        let request = self
            .s3
            .abort_multipart_upload()
            .bucket(&upload.bucket)
            .key(&upload.key)
            .upload_id(&upload.upload_id);
        send!(self, call, request)?.done()
    }

    async fn list_parts(&self, upload: &UploadRef, after: u32) -> Result<PartPage, CallError> {
        let call = self
            .link
            .begin(&upload.bucket, Traits::default(), Headers::new())
            .await?;
        let request = self
            .s3
            .list_parts()
            .bucket(&upload.bucket)
            .key(&upload.key)
            .upload_id(&upload.upload_id)
            .set_part_number_marker((after > 0).then(|| after.to_string()));
        send!(self, call, request)?.part_page()
    }

    async fn list_multipart_uploads(&self, list: ListUploads) -> Result<UploadPage, CallError> {
        let (key_marker, upload_id_marker) = list.after.unzip();
        let call = self
            .link
            .begin(&list.bucket, Traits::default(), Headers::new())
            .await?;
        let request = self
            .s3
            .list_multipart_uploads()
            .bucket(list.bucket)
            .set_prefix(list.prefix)
            .set_max_uploads(list.max_uploads.map(for_number))
            .set_key_marker(key_marker)
            .set_upload_id_marker(upload_id_marker);
        send!(self, call, request)?.upload_page()
    }

    async fn head_object(&self, bucket: &str, key: &str) -> Result<Option<ObjectHead>, CallError> {
        let call = self
            .link
            .begin(bucket, Traits::default(), Headers::new())
            .await?;
        let reply = send!(self, call, self.s3.head_object().bucket(bucket).key(key));
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
        let call = self.link.begin(bucket, traits, Headers::new()).await?;
        let request = self
            .s3
            .get_object()
            .bucket(bucket)
            .key(key)
            .set_range(range.as_ref().map(range_header));
        send!(self, call, request)?.object(range)
    }

    async fn list_objects(&self, list: ListObjects) -> Result<ObjectPage, CallError> {
        let call = self
            .link
            .begin(&list.bucket, Traits::default(), Headers::new())
            .await?;
        let request = self
            .s3
            .list_objects_v2()
            .bucket(list.bucket)
            .set_prefix(list.prefix)
            .set_max_keys(list.max_keys.map(for_number))
            .set_continuation_token(list.after);
        send!(self, call, request)?.object_page()
    }

    async fn delete_object(&self, bucket: &str, key: &str) -> Result<(), CallError> {
        let call = self
            .link
            .begin(bucket, Traits::default(), Headers::new())
            .await?;
        let request = self.s3.delete_object().bucket(bucket).key(key);
        send!(self, call, request)?.done()
    }
}

/// Numbers of parts and pages are small.
fn for_number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
