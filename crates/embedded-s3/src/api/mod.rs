//! The S3 trait of `s3s` over the store: requests to calls, results to replies.
//!
//! Whatever changes the store runs on a thread of its own from start to end: a connection that
//! breaks in the middle stops nothing half-way.

mod buckets;
mod listings;
mod multipart;
mod objects;

use std::sync::Arc;

use async_trait::async_trait;
use s3s::dto::*;
use s3s::{S3, S3Error, S3Request, S3Response, S3Result, s3_error};
use tokio::sync::Semaphore;

use crate::options::Options;
use crate::store::{Checksums, Digests, ExpectedChecksums, Store};

/// So much of the store's work is done at once. A disk has enough to do with that, and hundreds of
/// threads that wait for it and for each other cost more than they do.
const AT_ONCE: usize = 16;

/// The store as `s3s` sees it.
pub(crate) struct Api {
    store: Arc<Store>,
    /// Held by work on the disk, never while a client is waited for.
    disk: Arc<Semaphore>,
    /// Of all bodies that arrive.
    digests: Digests,
    access_key_id: String,
    repeated_complete_succeeds: bool,
}

impl Api {
    pub(crate) fn new(store: Store, access_key_id: String, options: &Options) -> Self {
        Self {
            store: Arc::new(store),
            disk: Arc::new(Semaphore::new(AT_ONCE)),
            digests: Digests::new(),
            access_key_id,
            repeated_complete_succeeds: options.repeated_complete_succeeds,
        }
    }

    /// Runs on a thread that may wait for the disk.
    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> S3Result<T> + Send + 'static,
    ) -> S3Result<T> {
        let store = Arc::clone(&self.store);
        let turn = Arc::clone(&self.disk).acquire_owned().await;
        let turn = turn.map_err(S3Error::internal_error)?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&store)
        })
        .await
        .map_err(S3Error::internal_error)?
    }
}

/// The checksums that a request claims for its body.
fn expected_checksums<T>(request: &mut S3Request<T>, in_headers: Checksums) -> ExpectedChecksums {
    let announced = request.headers.get_all("x-amz-trailer");
    let announced = announced
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    ExpectedChecksums {
        in_headers,
        announced,
        trailers: request.trailing_headers.take(),
    }
}

/// Most entries that one page of a listing holds, as on S3.
const PAGE_LIMIT: i32 = 1000;

/// The size of a page, at most [`PAGE_LIMIT`].
fn page_limit(wanted: Option<i32>) -> S3Result<usize> {
    usize::try_from(wanted.unwrap_or(PAGE_LIMIT).min(PAGE_LIMIT))
        .map_err(|_| s3_error!(InvalidArgument, "the size of a page is a number from 0 up"))
}

#[async_trait]
impl S3 for Api {
    async fn create_bucket(
        &self,
        request: S3Request<CreateBucketInput>,
    ) -> S3Result<S3Response<CreateBucketOutput>> {
        self.create_bucket_(request.input)
            .await
            .map(S3Response::new)
    }

    async fn head_bucket(
        &self,
        request: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        self.head_bucket_(request.input).await.map(S3Response::new)
    }

    async fn list_buckets(
        &self,
        request: S3Request<ListBucketsInput>,
    ) -> S3Result<S3Response<ListBucketsOutput>> {
        self.list_buckets_(request.input).await.map(S3Response::new)
    }

    async fn delete_bucket(
        &self,
        request: S3Request<DeleteBucketInput>,
    ) -> S3Result<S3Response<DeleteBucketOutput>> {
        self.delete_bucket_(request.input)
            .await
            .map(S3Response::new)
    }

    async fn get_bucket_location(
        &self,
        request: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.get_bucket_location_(request.input)
            .await
            .map(S3Response::new)
    }

    async fn put_object(
        &self,
        request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        self.put_object_(request).await.map(S3Response::new)
    }

    async fn get_object(
        &self,
        request: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        self.get_object_(request.input).await.map(S3Response::new)
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        self.head_object_(request.input).await.map(S3Response::new)
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.delete_object_(request.input)
            .await
            .map(S3Response::new)
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        self.delete_objects_(request.input)
            .await
            .map(S3Response::new)
    }

    async fn list_objects(
        &self,
        request: S3Request<ListObjectsInput>,
    ) -> S3Result<S3Response<ListObjectsOutput>> {
        self.list_objects_(request.input).await.map(S3Response::new)
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.list_objects_v2_(request.input)
            .await
            .map(S3Response::new)
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        self.create_multipart_upload_(request.input)
            .await
            .map(S3Response::new)
    }

    async fn upload_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        self.upload_part_(request).await.map(S3Response::new)
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        self.complete_multipart_upload_(request.input)
            .await
            .map(S3Response::new)
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        self.abort_multipart_upload_(request.input)
            .await
            .map(S3Response::new)
    }

    async fn list_parts(
        &self,
        request: S3Request<ListPartsInput>,
    ) -> S3Result<S3Response<ListPartsOutput>> {
        self.list_parts_(request.input).await.map(S3Response::new)
    }

    async fn list_multipart_uploads(
        &self,
        request: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        self.list_multipart_uploads_(request.input)
            .await
            .map(S3Response::new)
    }
}
