//! Multipart calls.

use std::sync::Arc;

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Result, s3_error};

use super::listings::Names;
use super::objects::user_metadata;
use super::{Api, expected_checksums, page_limit};
use crate::store::{Attributes, Checksums, Conditions, Expected, NamedPart, Store, receive};

/// The highest part number, as on S3.
const MAX_PART_NUMBER: u16 = 10_000;

impl Api {
    pub(super) async fn create_multipart_upload_(
        &self,
        input: CreateMultipartUploadInput,
    ) -> S3Result<CreateMultipartUploadOutput> {
        let attributes = Attributes {
            content_type: input.content_type,
            content_encoding: input.content_encoding,
            content_disposition: input.content_disposition,
            content_language: input.content_language,
            cache_control: input.cache_control,
            user: user_metadata(input.metadata)?,
        };
        let (bucket, key) = (input.bucket.clone(), input.key.clone());
        let initiator = self.access_key_id.clone();
        let id = self
            .on_disk(move |store| store.create_upload(&bucket, &key, attributes, &initiator))
            .await?;
        Ok(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(id),
            checksum_algorithm: input.checksum_algorithm,
            checksum_type: input.checksum_type,
            ..Default::default()
        })
    }

    pub(super) async fn upload_part_(
        &self,
        mut request: S3Request<UploadPartInput>,
    ) -> S3Result<UploadPartOutput> {
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
        let number = part_number(input.part_number)?;
        let expected = Expected {
            length_bytes: input.content_length,
            md5: input.content_md5,
            checksums,
        };
        let size_bytes = expected.length_bytes();
        let (upload, (file, place)) = self
            .on_disk(move |store| {
                let upload = store.upload(&input.bucket, &input.key, &input.upload_id)?;
                let staging = store.staging_folder();
                let place = Arc::clone(&upload).place_for(number, size_bytes, staging)?;
                Ok((upload, place))
            })
            .await?;
        let received = receive(file, place, input.body, expected).await?;
        let etag = received.etag();
        let checksums = received.checksums.clone();
        self.on_disk(move |_| upload.put_part(number, received))
            .await?;
        Ok(UploadPartOutput {
            e_tag: Some(ETag::Strong(etag)),
            checksum_crc32: checksums.checksum_crc32,
            checksum_crc32c: checksums.checksum_crc32c,
            checksum_crc64nvme: checksums.checksum_crc64nvme,
            checksum_sha1: checksums.checksum_sha1,
            checksum_sha256: checksums.checksum_sha256,
            ..Default::default()
        })
    }

    pub(super) async fn complete_multipart_upload_(
        &self,
        input: CompleteMultipartUploadInput,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let parts = input.multipart_upload.and_then(|upload| upload.parts);
        let named: Vec<NamedPart> = parts
            .unwrap_or_default()
            .into_iter()
            .map(named_part)
            .collect::<S3Result<_>>()?;
        let conditions = Conditions {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
        };
        let (bucket, key, id) = (input.bucket.clone(), input.key.clone(), input.upload_id);
        let crc64nvme = input.checksum_crc64nvme.clone();
        let repeat_succeeds = self.repeated_complete_succeeds;
        let complete = move |store: &Store| {
            let crc64nvme = crc64nvme.as_deref();
            let completed =
                store.complete_upload(&bucket, &key, &id, &named, crc64nvme, &conditions);
            match completed {
                Err(error) if repeat_succeeds && *error.code() == S3ErrorCode::NoSuchUpload => {
                    let made = store.object_made_by(&bucket, &key, &id);
                    made.map(|found| found.etag).ok_or(error)
                }
                other => other,
            }
        };
        let etag = self.on_disk(complete).await?;
        Ok(CompleteMultipartUploadOutput {
            location: Some(format!("/{}/{}", input.bucket, input.key)),
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(ETag::Strong(etag)),
            checksum_crc64nvme: input.checksum_crc64nvme,
            ..Default::default()
        })
    }

    pub(super) async fn abort_multipart_upload_(
        &self,
        input: AbortMultipartUploadInput,
    ) -> S3Result<AbortMultipartUploadOutput> {
        self.on_disk(move |store| store.abort_upload(&input.bucket, &input.key, &input.upload_id))
            .await?;
        Ok(AbortMultipartUploadOutput::default())
    }

    pub(super) async fn list_parts_(&self, input: ListPartsInput) -> S3Result<ListPartsOutput> {
        let limit = page_limit(input.max_parts)?;
        let marker = input.part_number_marker.unwrap_or(0);
        let (bucket, key, id) = (
            input.bucket.clone(),
            input.key.clone(),
            input.upload_id.clone(),
        );
        let (initiator, mut parts) = self
            .on_disk(move |store| {
                let upload = store.upload(&bucket, &key, &id)?;
                Ok((upload.initiator.clone(), upload.parts()?))
            })
            .await?;
        parts.retain(|part| i32::from(part.number) > marker);
        let truncated = parts.len() > limit;
        parts.truncate(limit);
        let next = parts.last().map(|part| i32::from(part.number));
        let listed = parts.into_iter().map(|part| Part {
            part_number: Some(i32::from(part.number)),
            e_tag: Some(ETag::Strong(part.etag)),
            size: i64::try_from(part.size_bytes).ok(),
            last_modified: Some(part.modified.into()),
            ..Default::default()
        });
        Ok(ListPartsOutput {
            parts: Some(listed.collect()),
            is_truncated: Some(truncated),
            max_parts: i32::try_from(limit).ok(),
            part_number_marker: Some(marker),
            next_part_number_marker: next.filter(|_| truncated),
            initiator: Some(initiated_by(initiator)),
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            ..Default::default()
        })
    }

    pub(super) async fn list_multipart_uploads_(
        &self,
        input: ListMultipartUploadsInput,
    ) -> S3Result<ListMultipartUploadsOutput> {
        if input
            .delimiter
            .as_deref()
            .is_some_and(|delimiter| !delimiter.is_empty())
        {
            return Err(s3_error!(
                NotImplemented,
                "open uploads are listed without a delimiter here: filter by prefix"
            ));
        }
        let limit = page_limit(input.max_uploads)?;
        let names = Names::new(input.encoding_type);
        let bucket = input.bucket.clone();
        let mut uploads = self
            .on_disk(move |store| store.open_uploads(&bucket))
            .await?;
        let prefix = input.prefix.clone().unwrap_or_default();
        uploads.retain(|upload| upload.key.starts_with(&prefix));
        if let Some(key) = &input.key_marker {
            // Without the second marker, a page starts at the next key; with it, behind that one
            // of the key's uploads.
            let same_key_after = input.upload_id_marker.as_ref().and_then(|id| {
                uploads
                    .iter()
                    .position(|upload| upload.key == *key && upload.id == *id)
            });
            let skip = match same_key_after {
                Some(at) => at + 1,
                None => uploads.partition_point(|upload| upload.key <= *key),
            };
            uploads.drain(..skip);
        }
        let truncated = uploads.len() > limit;
        uploads.truncate(limit);
        let last = uploads.last().filter(|_| truncated).cloned();
        let listed = uploads.iter().map(|upload| MultipartUpload {
            key: Some(names.show(upload.key.clone())),
            upload_id: Some(upload.id.clone()),
            initiated: Some(upload.initiated.into()),
            initiator: Some(initiated_by(upload.initiator.clone())),
            ..Default::default()
        });
        Ok(ListMultipartUploadsOutput {
            uploads: Some(listed.collect()),
            is_truncated: Some(truncated),
            max_uploads: i32::try_from(limit).ok(),
            next_key_marker: last.as_ref().map(|upload| names.show(upload.key.clone())),
            next_upload_id_marker: last.map(|upload| upload.id.clone()),
            key_marker: input.key_marker.map(|text| names.show(text)),
            upload_id_marker: input.upload_id_marker,
            prefix: input.prefix.map(|text| names.show(text)),
            encoding_type: names.encoding_type,
            bucket: Some(input.bucket),
            ..Default::default()
        })
    }
}

fn initiated_by(access_key_id: String) -> Initiator {
    Initiator {
        id: Some(access_key_id),
        ..Default::default()
    }
}

fn named_part(part: CompletedPart) -> S3Result<NamedPart> {
    let malformed = || s3_error!(MalformedXML, "a part needs a PartNumber and an ETag");
    Ok(NamedPart {
        number: part_number(part.part_number.ok_or_else(malformed)?)?,
        etag: part.e_tag.ok_or_else(malformed)?.into_value(),
    })
}

fn part_number(number: i32) -> S3Result<u16> {
    u16::try_from(number)
        .ok()
        .filter(|number| (1..=MAX_PART_NUMBER).contains(number))
        .ok_or_else(|| {
            s3_error!(
                InvalidArgument,
                "part numbers go from 1 to {MAX_PART_NUMBER}"
            )
        })
}
