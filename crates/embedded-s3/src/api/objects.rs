//! Object calls.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range as ByteRange;

use bytes::Bytes;
use futures::stream::{self, Stream};
use s3s::dto::*;
use s3s::{S3Error, S3Request, S3Result, s3_error};

use super::{Api, expected_checksums};
use crate::store::{
    Attributes, Checksums, Conditions, Expected, Found, StagedObject, receive, staging_file,
};

/// Bytes read from the disk and given to the socket at a time.
const READ_CHUNK_BYTES: u64 = 256 << 10;

/// Most user metadata an object may have, names and values together, as on S3.
const USER_METADATA_LIMIT_BYTES: usize = 2 << 10;

/// What S3 says of an object that was sent without a type.
const DEFAULT_CONTENT_TYPE: &str = "binary/octet-stream";

impl Api {
    pub(super) async fn put_object_(
        &self,
        mut request: S3Request<PutObjectInput>,
    ) -> S3Result<PutObjectOutput> {
        let checksums = Checksums {
            checksum_crc32: request.input.checksum_crc32.take(),
            checksum_crc32c: request.input.checksum_crc32c.take(),
            checksum_crc64nvme: request.input.checksum_crc64nvme.take(),
            checksum_sha1: request.input.checksum_sha1.take(),
            checksum_sha256: request.input.checksum_sha256.take(),
            ..Default::default()
        };
        let checksums = expected_checksums(&mut request, checksums);
        let input = request.input;
        let attributes = Attributes {
            content_type: input.content_type,
            content_encoding: input.content_encoding,
            content_disposition: input.content_disposition,
            content_language: input.content_language,
            cache_control: input.cache_control,
            user: user_metadata(input.metadata)?,
        };
        let bucket = input.bucket.clone();
        let expected = Expected {
            length_bytes: input.content_length,
            md5: input.content_md5,
            checksums,
        };
        let (file, path) = self
            .on_disk(move |store| {
                store.head_bucket(&bucket)?;
                Ok(staging_file(store.staging_folder())?.into_parts())
            })
            .await?;
        let received = receive(file, path, input.body, expected, &self.digests).await?;
        let etag = ETag::Strong(received.etag());
        let checksums = received.checksums.clone();
        let conditions = Conditions {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
        };
        self.on_disk(move |store| {
            let staged = StagedObject {
                path: &received.place,
                file: &received.file,
                etag: received.etag(),
                attributes,
                upload_id: None,
            };
            store.publish(&input.bucket, &input.key, staged, &conditions)
        })
        .await?;
        Ok(PutObjectOutput {
            e_tag: Some(etag),
            checksum_crc32: checksums.checksum_crc32,
            checksum_crc32c: checksums.checksum_crc32c,
            checksum_crc64nvme: checksums.checksum_crc64nvme,
            checksum_sha1: checksums.checksum_sha1,
            checksum_sha256: checksums.checksum_sha256,
            ..Default::default()
        })
    }

    pub(super) async fn get_object_(&self, input: GetObjectInput) -> S3Result<GetObjectOutput> {
        let found = self.find(input.bucket, input.key).await?;
        check_read(
            &found,
            input.if_match.as_ref(),
            input.if_none_match.as_ref(),
        )?;
        let size = found.stamp.size_bytes;
        let range = resolve(input.range, size)?;
        let bytes = range.clone().unwrap_or(0..size);
        let length = bytes.end - bytes.start;
        Ok(GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            body: Some(StreamingBlob::wrap(read_range(found.file, bytes))),
            content_length: Some(length_header(length)?),
            content_range: range.map(|range| content_range(&range, size)),
            content_type: content_type(&found.attributes),
            content_encoding: found.attributes.content_encoding,
            content_disposition: found.attributes.content_disposition,
            content_language: found.attributes.content_language,
            cache_control: found.attributes.cache_control,
            metadata: Some(found.attributes.user.into_iter().collect()),
            e_tag: Some(ETag::Strong(found.etag)),
            last_modified: Some(found.stamp.modified.into()),
            ..Default::default()
        })
    }

    pub(super) async fn head_object_(&self, input: HeadObjectInput) -> S3Result<HeadObjectOutput> {
        let found = self.find(input.bucket, input.key).await?;
        check_read(
            &found,
            input.if_match.as_ref(),
            input.if_none_match.as_ref(),
        )?;
        let size = found.stamp.size_bytes;
        let range = resolve(input.range, size)?;
        let length = range.as_ref().map_or(size, |range| range.end - range.start);
        Ok(HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some(length_header(length)?),
            content_range: range.map(|range| content_range(&range, size)),
            content_type: content_type(&found.attributes),
            content_encoding: found.attributes.content_encoding,
            content_disposition: found.attributes.content_disposition,
            content_language: found.attributes.content_language,
            cache_control: found.attributes.cache_control,
            metadata: Some(found.attributes.user.into_iter().collect()),
            e_tag: Some(ETag::Strong(found.etag)),
            last_modified: Some(found.stamp.modified.into()),
            ..Default::default()
        })
    }

    pub(super) async fn delete_object_(
        &self,
        input: DeleteObjectInput,
    ) -> S3Result<DeleteObjectOutput> {
        let conditions = Conditions {
            if_match: input.if_match,
            if_none_match: None,
        };
        self.on_disk(move |store| store.delete(&input.bucket, &input.key, &conditions))
            .await?;
        Ok(DeleteObjectOutput::default())
    }

    pub(super) async fn delete_objects_(
        &self,
        input: DeleteObjectsInput,
    ) -> S3Result<DeleteObjectsOutput> {
        let quiet = input.delete.quiet.unwrap_or(false);
        let bucket = input.bucket;
        let keys: Vec<ObjectKey> = input
            .delete
            .objects
            .into_iter()
            .map(|object| object.key)
            .collect();
        let outcomes = self
            .on_disk(move |store| {
                store.head_bucket(&bucket)?;
                let delete = |key: ObjectKey| {
                    let outcome = store.delete(&bucket, &key, &Conditions::default());
                    (key, outcome)
                };
                Ok(keys.into_iter().map(delete).collect::<Vec<_>>())
            })
            .await?;
        let mut output = DeleteObjectsOutput::default();
        for (key, outcome) in outcomes {
            match outcome {
                Ok(()) if quiet => {}
                Ok(()) => output.deleted.get_or_insert_default().push(DeletedObject {
                    key: Some(key),
                    ..Default::default()
                }),
                Err(error) => output.errors.get_or_insert_default().push(Error {
                    code: Some(error.code().as_str().to_owned()),
                    message: error.message().map(str::to_owned),
                    key: Some(key),
                    ..Default::default()
                }),
            }
        }
        Ok(output)
    }

    async fn find(&self, bucket: String, key: String) -> S3Result<Found> {
        self.on_disk(move |store| store.object(&bucket, &key)).await
    }
}

/// User metadata, if it is within its limit.
pub(super) fn user_metadata(
    metadata: Option<Metadata>,
) -> S3Result<std::collections::BTreeMap<String, String>> {
    let user: std::collections::BTreeMap<_, _> = metadata.unwrap_or_default().into_iter().collect();
    let size: usize = user
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if size > USER_METADATA_LIMIT_BYTES {
        return Err(s3_error!(
            MetadataTooLarge,
            "user metadata takes {size} bytes, and at most {USER_METADATA_LIMIT_BYTES} may be"
        ));
    }
    Ok(user)
}

fn content_type(attributes: &Attributes) -> Option<String> {
    let given = attributes.content_type.clone();
    Some(given.unwrap_or_else(|| DEFAULT_CONTENT_TYPE.to_owned()))
}

fn check_read(
    found: &Found,
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
) -> S3Result<()> {
    let same = |condition: &ETagCondition| match condition {
        ETagCondition::Any => true,
        ETagCondition::ETag(tag) => tag.value() == found.etag,
    };
    if if_match.is_some_and(|condition| !same(condition)) {
        return Err(s3_error!(PreconditionFailed, "the object has another ETag"));
    }
    if if_none_match.is_some_and(same) {
        return Err(s3_error!(NotModified));
    }
    Ok(())
}

fn resolve(range: Option<Range>, size: u64) -> S3Result<Option<ByteRange<u64>>> {
    let resolved = range.map(|range| range.check(size)).transpose();
    resolved.map_err(|_| s3_error!(InvalidRange, "the object has {size} bytes"))
}

fn content_range(range: &ByteRange<u64>, size: u64) -> String {
    format!("bytes {}-{}/{size}", range.start, range.end - 1)
}

fn length_header(length: u64) -> S3Result<i64> {
    i64::try_from(length).map_err(S3Error::internal_error)
}

/// Reads a range chunk by chunk, each on a thread that may wait for the disk.
fn read_range(
    file: File,
    range: ByteRange<u64>,
) -> impl Stream<Item = io::Result<Bytes>> + Send + Sync + 'static {
    stream::try_unfold((file, range), |(mut file, range)| async move {
        if range.is_empty() {
            return Ok(None);
        }
        let read = tokio::task::spawn_blocking(move || {
            let want = READ_CHUNK_BYTES.min(range.end - range.start);
            let mut chunk = Vec::with_capacity(usize::try_from(want).unwrap_or_default());
            file.seek(SeekFrom::Start(range.start))?;
            (&file).take(want).read_to_end(&mut chunk)?;
            if chunk.is_empty() {
                // Cut short in place by somebody: the reply must not look whole.
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            let rest = range.start + chunk.len() as u64..range.end;
            Ok(Some((Bytes::from(chunk), (file, rest))))
        });
        read.await.map_err(io::Error::other)?
    })
}
