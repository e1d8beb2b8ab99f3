//! Listings of objects, in both versions of the call.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use s3s::dto::*;
use s3s::{S3Result, s3_error};

use super::{Api, page_limit};
use crate::store::{Listed, ListedPage, PageRequest};

impl Api {
    pub(super) async fn list_objects_v2_(
        &self,
        input: ListObjectsV2Input,
    ) -> S3Result<ListObjectsV2Output> {
        let after = match &input.continuation_token {
            Some(token) => Some(from_token(token)?),
            None => input.start_after.clone(),
        };
        let limit = page_limit(input.max_keys)?;
        let page = self
            .page(
                &input.bucket,
                input.prefix.clone(),
                input.delimiter.clone(),
                after,
                limit,
            )
            .await?;
        let names = Names::new(input.encoding_type);
        let next = page
            .next_after
            .as_ref()
            .map(|after| BASE64_URL_SAFE_NO_PAD.encode(after));
        let (contents, common_prefixes) = names.split(page);
        Ok(ListObjectsV2Output {
            key_count: i32::try_from(contents.len() + common_prefixes.len()).ok(),
            is_truncated: Some(next.is_some()),
            next_continuation_token: next,
            contents: Some(contents),
            common_prefixes: Some(common_prefixes),
            max_keys: i32::try_from(limit).ok(),
            prefix: Some(names.show(input.prefix.unwrap_or_default())),
            delimiter: input.delimiter.map(|text| names.show(text)),
            start_after: input.start_after.map(|text| names.show(text)),
            continuation_token: input.continuation_token,
            encoding_type: names.encoding_type,
            name: Some(input.bucket),
            ..Default::default()
        })
    }

    pub(super) async fn list_objects_(
        &self,
        input: ListObjectsInput,
    ) -> S3Result<ListObjectsOutput> {
        let limit = page_limit(input.max_keys)?;
        let (prefix, delimiter) = (input.prefix.clone(), input.delimiter.clone());
        let page = self
            .page(
                &input.bucket,
                prefix,
                delimiter,
                input.marker.clone(),
                limit,
            )
            .await?;
        let names = Names::new(input.encoding_type);
        let next = page.next_after.clone();
        let (contents, common_prefixes) = names.split(page);
        Ok(ListObjectsOutput {
            is_truncated: Some(next.is_some()),
            next_marker: next.map(|text| names.show(text)),
            contents: Some(contents),
            common_prefixes: Some(common_prefixes),
            max_keys: i32::try_from(limit).ok(),
            prefix: Some(names.show(input.prefix.unwrap_or_default())),
            delimiter: input.delimiter.map(|text| names.show(text)),
            marker: Some(names.show(input.marker.unwrap_or_default())),
            encoding_type: names.encoding_type,
            name: Some(input.bucket),
            ..Default::default()
        })
    }

    async fn page(
        &self,
        bucket: &str,
        prefix: Option<String>,
        delimiter: Option<String>,
        after: Option<String>,
        limit: usize,
    ) -> S3Result<ListedPage> {
        let bucket = bucket.to_owned();
        let request = PageRequest {
            prefix: prefix.unwrap_or_default(),
            delimiter,
            after,
            limit,
        };
        self.on_disk(move |store| store.list(&bucket, &request))
            .await
    }
}

fn from_token(token: &str) -> S3Result<String> {
    BASE64_URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| s3_error!(InvalidArgument, "the continuation token is not one of ours"))
}

/// Names as a reply shows them: XML cannot carry every character, so clients ask for
/// percent-encoding.
pub(super) struct Names {
    pub(super) encoding_type: Option<EncodingType>,
}

impl Names {
    pub(super) fn new(encoding_type: Option<EncodingType>) -> Self {
        Self { encoding_type }
    }

    pub(super) fn show(&self, name: String) -> String {
        if self.encoding_type.is_none() {
            return name;
        }
        let mut shown = String::with_capacity(name.len());
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.*/".contains(&byte) {
                shown.push(char::from(byte));
            } else {
                shown.push_str(&format!("%{byte:02X}"));
            }
        }
        shown
    }

    fn split(&self, page: ListedPage) -> (Vec<Object>, Vec<CommonPrefix>) {
        let mut objects = Vec::new();
        let mut prefixes = Vec::new();
        for entry in page.entries {
            match entry {
                Listed::Object { key, stamp, etag } => objects.push(Object {
                    key: Some(self.show(key)),
                    e_tag: Some(ETag::Strong(etag)),
                    size: i64::try_from(stamp.size_bytes).ok(),
                    last_modified: Some(stamp.modified.into()),
                    storage_class: Some(ObjectStorageClass::from_static(
                        ObjectStorageClass::STANDARD,
                    )),
                    ..Default::default()
                }),
                Listed::CommonPrefix(prefix) => prefixes.push(CommonPrefix {
                    prefix: Some(self.show(prefix)),
                }),
            }
        }
        (objects, prefixes)
    }
}
