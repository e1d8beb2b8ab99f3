//! Looking at objects, tried again as uploads are.

use std::ops::Range;

use crate::call_error::CallError;
use crate::client::ObjectHead;
use crate::error::Error;
use crate::progress::UploadProgress;
use crate::retry::with_retries;
use crate::uploader::Uploader;

impl Uploader {
    /// What stands at a key; `None` if nothing does. Takes at most four attempts and 10 s.
    ///
    /// # Errors
    ///
    /// What kept it from looking; nothing is known then.
    pub async fn head(&self, bucket: &str, key: &str) -> Result<Option<ObjectHead>, Error> {
        let call = || self.client().head_object(bucket, key);
        self.looking("look at", "HeadObject", bucket, key, call)
            .await
    }

    /// The bytes of a range of an object, which are held in memory at once. A reply that breaks off
    /// is asked for again, whole. Takes at most four attempts, none of which begins later than
    /// 10 s after the first.
    ///
    /// # Errors
    ///
    /// An object that is not there or shorter than the range, and what the network and the server
    /// say.
    pub async fn get_range(
        &self,
        bucket: &str,
        key: &str,
        range: Range<u64>,
    ) -> Result<Vec<u8>, Error> {
        let call = || async {
            let body = self.client().get_object(bucket, key, Some(range.clone()));
            body.await?.collect().await
        };
        self.looking("read", "GetObject", bucket, key, call).await
    }

    pub(crate) async fn looking<T, F>(
        &self,
        action: &'static str,
        request: &str,
        bucket: &str,
        key: &str,
        call: impl FnMut() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, CallError>>,
    {
        let unwatched = UploadProgress::default();
        let policy = self.options().retry.brief();
        let looked = with_retries(&policy, self.contact(), &unwatched, request, call).await;
        looked
            .map(|answered| answered.value)
            .map_err(|given_up| self.not_seen(action, bucket, key, given_up.error))
    }

    pub(crate) fn not_seen(
        &self,
        action: &'static str,
        bucket: &str,
        key: &str,
        error: CallError,
    ) -> Error {
        let target = format!("s3://{}/{}", bucket.escape_debug(), key.escape_debug());
        Error::call(action, target, self.client().endpoint(), error)
    }
}
