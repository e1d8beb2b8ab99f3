//! An object that appears whole or not at all.

use bytes::Bytes;
use s3up::{ObjectOptions, Receipt, Upload, UploadOptions, Uploader};

use super::shared_session::SharedSession;
use super::{Watch, unknown};
use crate::destination::{Destination, Endpoint};
use crate::failure::{ExitCode, Failure};
use crate::interrupt::{FINISH_GRACE, Interrupt, LOOK_GRACE};
use crate::plan::{FilePlan, TablePlan};
use crate::s3_client;
use crate::s3_session::failure_at;

/// Where in S3 an object is to stand, and the way there.
pub struct Place {
    /// Uploads there, in parts of the planned size.
    pub uploader: Uploader,
    /// Which S3.
    pub endpoint: Endpoint,
    /// Bucket, which is there.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// What the object is, besides its bytes.
    pub object: ObjectOptions,
}

impl Place {
    /// Makes sure of the bucket by way of the run's session.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`] or [`ExitCode::Usage`].
    pub async fn open(
        plan: &TablePlan,
        file: &FilePlan,
        s3: &SharedSession<'_>,
    ) -> Result<Self, Failure> {
        let Destination::S3 {
            endpoint,
            bucket,
            key,
        } = &file.destination
        else {
            return Err(Failure::say(
                ExitCode::Internal,
                "an object was asked for where there is none",
            ));
        };
        let session = s3.at(endpoint, bucket).await?;
        let uploader = session.uploader().clone();
        let options = UploadOptions {
            integrity: s3_client::integrity(s3.settings()),
            ..plan.numbers.upload_options()
        };
        Ok(Self {
            uploader: uploader.with_options(options),
            endpoint: endpoint.clone(),
            bucket: bucket.clone(),
            key: key.clone(),
            object: session.object(file.object_options()),
        })
    }

    /// Refuses an object that is only to be created where one stands already.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`] or [`ExitCode::Usage`].
    pub async fn check_free(&self) -> Result<(), Failure> {
        let Self {
            uploader,
            bucket,
            key,
            object,
            ..
        } = self;
        let checked = uploader.check_free(bucket, key, object).await;
        checked.map_err(|error| self.failure(error))
    }

    /// The object's address.
    pub fn target(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }

    /// The exit code and the advice that an error of this S3 calls for.
    pub fn failure(&self, error: s3up::Error) -> Failure {
        failure_at(&self.endpoint, error)
    }

    /// What stands there after an end that committed nothing, in a clause.
    pub async fn nothing_committed(&self) -> String {
        let target = self.target();
        let look = self.uploader.client().head_object(&self.bucket, &self.key);
        match tokio::time::timeout(LOOK_GRACE, look).await {
            Ok(Ok(Some(_))) => {
                format!("nothing was committed, and the old object stands at {target}")
            }
            Ok(Ok(None)) => format!("nothing was committed, and there is no {target}"),
            // Keys that may write but not look are common, and so are servers that are away.
            Ok(Err(_)) | Err(_) => format!("nothing was committed, and {target} is as it was"),
        }
    }
}

/// An object on its way.
pub struct ObjectSink {
    place: Place,
    /// The upload under way; taken when it ends.
    upload: Option<Box<Upload>>,
}

impl ObjectSink {
    /// Opens the place, and begins an upload.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`] or [`ExitCode::Usage`].
    pub async fn open(
        plan: &TablePlan,
        file: &FilePlan,
        s3: &SharedSession<'_>,
        watch: &Watch<'_>,
    ) -> Result<Self, Failure> {
        let place = Place::open(plan, file, s3).await?;
        let upload = place
            .uploader
            .start(&place.bucket, &place.key, place.object.clone())
            .await
            .map_err(|error| place.failure(error))?;
        watch(upload.progress(), file.file_bytes);
        let upload = Some(Box::new(upload));
        Ok(Self { place, upload })
    }

    /// Takes bytes; returns when there is room for more.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`]; [`ExitCode::LocalWrite`] where the disk of an S3 of ours is full.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), Failure> {
        let written = self.live()?.write(bytes).await;
        written.map_err(|error| self.place.failure(error))
    }

    /// Sends everything that was written.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`]; [`ExitCode::LocalWrite`] where the disk of an S3 of ours is full.
    pub async fn send_rest(&mut self) -> Result<(), Failure> {
        let sent = self.live()?.send_rest().await;
        sent.map_err(|error| self.place.failure(error))
    }

    /// Makes the object appear.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`]; [`ExitCode::Unknown`] where what came of it can't be told, also because
    /// an interrupt allows no longer wait.
    pub async fn finish(&mut self, interrupt: &Interrupt) -> Result<Receipt, Failure> {
        let upload = self.upload.take().ok_or_else(ended)?;
        match interrupt.within(FINISH_GRACE, upload.finish()).await {
            Some(finished) => finished.map_err(|error| self.place.failure(error)),
            None => Err(unknown(&self.place.target())),
        }
    }

    /// Aborts the upload.
    pub async fn take_back(&mut self) {
        if let Some(upload) = self.upload.take()
            && let Err(error) = upload.abort().await
        {
            log::warn!("{}", self.place.failure(error));
        }
    }

    /// What stands at the key, in a clause.
    pub async fn stands(&self) -> String {
        self.place.nothing_committed().await
    }

    fn live(&mut self) -> Result<&mut Upload, Failure> {
        self.upload.as_deref_mut().ok_or_else(ended)
    }
}

fn ended() -> Failure {
    Failure::say(ExitCode::Internal, "the upload was used after its end")
}
