//! Making sure that a bucket is there.

use crate::call_error::{CallError, ServiceError};
use crate::client::{ListUploads, S3Client};
use crate::error::{Error, ErrorKind};
use crate::names::check_bucket;
use crate::progress::UploadProgress;
use crate::retry::{Contact, RetryPolicy, with_retries};

/// Whether a bucket had to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BucketState {
    /// It was made now.
    Created,
    /// It was there, or came to be there at the same time.
    Existed,
}

pub(crate) async fn ensure(
    client: &dyn S3Client,
    policy: &RetryPolicy,
    contact: &Contact,
    bucket: &str,
) -> Result<BucketState, Error> {
    let target = || format!("s3://{bucket}");
    check_bucket(bucket).map_err(|why| {
        Error::new(
            ErrorKind::InvalidInput,
            "use the bucket",
            target(),
            client.endpoint(),
        )
        .with_detail(why)
    })?;
    let failed = |error| Error::call("use the bucket", target(), client.endpoint(), error);
    if exists(client, policy, contact, bucket)
        .await
        .map_err(failed)?
    {
        return Ok(BucketState::Existed);
    }
    let unwatched = UploadProgress::default();
    let create = with_retries(policy, contact, &unwatched, "CreateBucket", || {
        client.create_bucket(bucket)
    })
    .await;
    match create.map_err(|given_up| given_up.error) {
        Ok(_) => Ok(BucketState::Created),
        // Somebody was faster: we ourselves on a lost reply, or a process beside us.
        Err(error) if error.code() == Some("BucketAlreadyOwnedByYou") => Ok(BucketState::Existed),
        Err(error) => {
            // Some servers say so of our own buckets, too.
            if error.code() == Some("BucketAlreadyExists")
                && matches!(client.head_bucket(bucket).await, Ok(true))
            {
                return Ok(BucketState::Existed);
            }
            let refused = Error::call("create the bucket", target(), client.endpoint(), error);
            if refused.kind() == ErrorKind::AccessDenied {
                // Two things are known, and the way out is that of the first.
                let both = "there is no such bucket, and these credentials may not make it";
                return Err(refused.with_kind(ErrorKind::NoSuchBucket).with_detail(both));
            }
            Err(refused)
        }
    }
}

/// Whether the reply sends us to another region. AWS names the bucket's region in its refusals,
/// too, where it says nothing about the reason.
fn is_elsewhere(reply: &ServiceError, ours: &str) -> bool {
    matches!(reply.status, 301 | 307 | 400)
        && reply.region.as_deref().is_some_and(|theirs| theirs != ours)
}

async fn exists(
    client: &dyn S3Client,
    policy: &RetryPolicy,
    contact: &Contact,
    bucket: &str,
) -> Result<bool, CallError> {
    let unwatched = UploadProgress::default();
    let head = with_retries(policy, contact, &unwatched, "HeadBucket", || {
        client.head_bucket(bucket)
    })
    .await;
    let error = match head {
        Ok(answered) => return Ok(answered.value),
        Err(given_up) => given_up.error,
    };
    match &error {
        CallError::Service(reply)
            if reply.code.is_none() && !is_elsewhere(reply, client.region()) => {}
        _ => return Err(error),
    }
    // A reply to HEAD has no body and so no reason. A request that may have a body tells a wrong
    // secret, a skewed clock and a missing permission apart.
    let list = || ListUploads {
        bucket: bucket.to_owned(),
        max_uploads: Some(1),
        ..ListUploads::default()
    };
    let asked = with_retries(policy, contact, &unwatched, "ListMultipartUploads", || {
        client.list_multipart_uploads(list())
    });
    match asked.await.map_err(|given_up| given_up.error) {
        Ok(_) => Ok(true),
        Err(why) if why.code() == Some("NoSuchBucket") => Ok(false),
        // Keys that may write but not look are common; the upload itself will show it.
        Err(why) if why.code() == Some("AccessDenied") => {
            log::debug!(
                "s3://{bucket}: these credentials may not look at the bucket, taking it as there"
            );
            Ok(true)
        }
        Err(why) => Err(why),
    }
}
