//! The objects of a bucket, a page at a time.

use std::collections::VecDeque;

use futures::{Stream, stream};

use crate::call_error::CallError;
use crate::client::{ListObjects, ListedObject, ObjectPage};
use crate::error::Error;
use crate::uploader::Uploader;

/// S3 may send pages without an object that are not the last, where many were deleted. A server
/// that sends nothing else would be asked for ever.
const EMPTY_PAGES: u32 = 1_000;

impl Uploader {
    /// The objects whose keys begin with `prefix`, all of the bucket if that is empty. One page of
    /// at most 1,000 is held at a time, and the next one asked for when it has been read. Each page
    /// takes at most four attempts and 10 s. Behind an error nothing follows.
    ///
    /// ```no_run
    /// use futures::TryStreamExt;
    ///
    /// # async fn total(uploader: s3up::Uploader) -> Result<u64, s3up::Error> {
    /// let objects = uploader.list("lake", "raw/2026/");
    /// let bytes = objects.try_fold(0, async |sum, object| Ok(sum + object.size)).await?;
    /// # Ok(bytes)
    /// # }
    /// ```
    pub fn list(
        &self,
        bucket: &str,
        prefix: &str,
    ) -> impl Stream<Item = Result<ListedObject, Error>> + Send + use<> {
        let listing = Listing {
            uploader: self.clone(),
            request: ListObjects {
                bucket: bucket.to_owned(),
                prefix: (!prefix.is_empty()).then(|| prefix.to_owned()),
                ..ListObjects::default()
            },
            read: VecDeque::new(),
            is_last: false,
        };
        Box::pin(stream::try_unfold(listing, |mut listing| async move {
            let next = listing.next().await?;
            Ok(next.map(|object| (object, listing)))
        }))
    }

    /// One page of a listing, for whoever goes through a bucket over several runs: what
    /// [`ObjectPage::next`] says is [`ListObjects::after`] of the next one. Takes at most four
    /// attempts and 10 s.
    ///
    /// # Errors
    ///
    /// A bucket that is not there or may not be listed, and what the network and the server say.
    pub async fn list_page(&self, request: &ListObjects) -> Result<ObjectPage, Error> {
        let prefix = request.prefix.as_deref().unwrap_or_default();
        let call = || async {
            let page = self.client().list_objects(request.clone()).await?;
            if page.next.is_some() && page.next == request.after {
                return Err(self.astray("its next page is the same one again"));
            }
            Ok(page)
        };
        self.looking("list", "ListObjectsV2", &request.bucket, prefix, call)
            .await
    }

    fn astray(&self, reason: &str) -> CallError {
        CallError::BadReply {
            endpoint: self.client().endpoint().to_owned(),
            status: 200,
            reason: reason.to_owned(),
            retry_after_s: None,
        }
    }
}

/// A listing on its way.
struct Listing {
    uploader: Uploader,
    /// That of the next page.
    request: ListObjects,
    /// Of the last page, what nobody has taken yet.
    read: VecDeque<ListedObject>,
    is_last: bool,
}

impl Listing {
    async fn next(&mut self) -> Result<Option<ListedObject>, Error> {
        let mut empty = 0;
        while self.read.is_empty() && !self.is_last {
            if empty == EMPTY_PAGES {
                return Err(self.endless());
            }
            let page = self.uploader.list_page(&self.request).await?;
            empty += 1;
            self.is_last = page.next.is_none();
            self.request.after = page.next;
            self.read = page.objects.into();
        }
        Ok(self.read.pop_front())
    }

    fn endless(&self) -> Error {
        let ListObjects { bucket, prefix, .. } = &self.request;
        let prefix = prefix.as_deref().unwrap_or_default();
        let reason = format!("it sent {EMPTY_PAGES} pages without an object");
        self.uploader
            .not_seen("list", bucket, prefix, self.uploader.astray(&reason))
    }
}
