//! The largest streams: parts that grow, and part 10,001. To a client that only counts, because no
//! disk holds so much; it takes all bytes, of which there is one block in memory.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use s3up::{
    CallError, Completion, CreatedUpload, Error, ErrorKind, Integrity, ListObjects, ListUploads,
    NewObject, ObjectBody, ObjectHead, ObjectOptions, ObjectPage, Outcome, PartPage, PutObject,
    Receipt, S3Client, Stored, UploadOptions, UploadPage, UploadPart, UploadRef, Uploader,
};

use crate::scene::options;

const TIB: u64 = 1 << 40;

/// Of which all is made: pages that nobody writes to take no memory.
const BLOCK: usize = 256 << 20;

/// A store that keeps sizes.
#[derive(Default)]
struct Counting(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    object: NewObject,
    /// Sizes of parts, by number.
    parts: BTreeMap<u32, u64>,
    completed: bool,
    aborted: bool,
}

fn unasked<T>() -> Result<T, CallError> {
    Err(CallError::Request {
        reason: "this store only counts parts".into(),
    })
}

#[async_trait]
impl S3Client for Counting {
    fn endpoint(&self) -> &str {
        "http://counting"
    }

    fn region(&self) -> &str {
        "us-east-1"
    }

    async fn create_bucket(&self, _: &str) -> Result<(), CallError> {
        unasked()
    }

    async fn head_bucket(&self, _: &str) -> Result<bool, CallError> {
        unasked()
    }

    async fn put_object(&self, _: PutObject) -> Result<Stored, CallError> {
        unasked()
    }

    async fn create_multipart_upload(&self, object: NewObject) -> Result<CreatedUpload, CallError> {
        self.0.lock().unwrap().object = object;
        Ok(CreatedUpload {
            upload_id: "u".into(),
            date: None,
        })
    }

    async fn upload_part(&self, part: UploadPart) -> Result<String, CallError> {
        let before = (self.0.lock().unwrap().parts).insert(part.number, part.body.len());
        assert_eq!(before, None);
        Ok("\"e\"".into())
    }

    async fn complete_multipart_upload(&self, asked: Completion) -> Result<Stored, CallError> {
        let mut counted = self.0.lock().unwrap();
        assert_eq!(asked.parts.len(), counted.parts.len());
        counted.completed = true;
        Ok(Stored {
            etag: "\"e\"".into(),
            version_id: None,
        })
    }

    async fn abort_multipart_upload(&self, _: &UploadRef) -> Result<(), CallError> {
        self.0.lock().unwrap().aborted = true;
        Ok(())
    }

    async fn list_parts(&self, _: &UploadRef, _: u32) -> Result<PartPage, CallError> {
        unasked()
    }

    async fn list_multipart_uploads(&self, _: ListUploads) -> Result<UploadPage, CallError> {
        unasked()
    }

    async fn head_object(&self, _: &str, _: &str) -> Result<Option<ObjectHead>, CallError> {
        let counted = self.0.lock().unwrap();
        Ok(counted.completed.then(|| ObjectHead {
            size: counted.parts.values().sum(),
            etag: Some("\"e\"".into()),
            last_modified: None,
            metadata: counted.object.metadata.clone(),
            version_id: None,
            content_type: None,
        }))
    }

    async fn get_object(
        &self,
        _: &str,
        _: &str,
        _: Option<Range<u64>>,
    ) -> Result<ObjectBody, CallError> {
        unasked()
    }

    async fn list_objects(&self, _: ListObjects) -> Result<ObjectPage, CallError> {
        unasked()
    }

    async fn delete_object(&self, _: &str, _: &str) -> Result<(), CallError> {
        unasked()
    }
}

/// Streams so many bytes, of which nobody knew how many they would be.
async fn stream(store: &Arc<Counting>, len: u64) -> Result<Receipt, Error> {
    let options = UploadOptions {
        part_size: 5 << 20,
        integrity: Integrity::Off,
        ..options()
    };
    let uploader = Uploader::new(Arc::clone(store) as Arc<dyn S3Client>, options);
    let mut upload = uploader
        .start("lake", "k", ObjectOptions::default())
        .await?;
    let block = Bytes::from(vec![0; BLOCK]);
    let mut left = len;
    while left > 0 {
        let bytes = left.min(BLOCK as u64);
        upload.write(block.slice(..bytes as usize)).await?;
        left -= bytes;
    }
    upload.finish().await
}

#[tokio::test]
async fn five_tebibytes_of_unknown_length_fit() {
    let store = Arc::new(Counting::default());
    let receipt = stream(&store, 5 * TIB).await.unwrap();
    assert_eq!(receipt.size, 5 * TIB);
    let counted = store.0.lock().unwrap();
    assert!(counted.completed && !counted.aborted);
    let sizes: Vec<u64> = counted.parts.values().copied().collect();
    assert_eq!(sizes.iter().sum::<u64>(), 5 * TIB);
    assert!(sizes.len() <= 10_000, "{}", sizes.len());
    // Of one size for a long time, and then larger ones; the last is what is left.
    assert!(sizes[..5_000].iter().all(|&size| size == 5 << 20));
    assert!(sizes[..sizes.len() - 1].is_sorted());
    assert!(sizes.iter().all(|&size| size <= 5 << 30));
}

#[tokio::test]
async fn what_needs_part_10001_is_refused_and_taken_back() {
    let store = Arc::new(Counting::default());
    let error = stream(&store, 50 * TIB).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotCommitted);
    assert!(error.to_string().contains("10000 parts"), "{error}");
    let counted = store.0.lock().unwrap();
    assert!(counted.aborted && !counted.completed);
    assert_eq!(counted.parts.keys().next_back(), Some(&10_000));
}
