//! An object that appears whole or not at all.

use bytes::Bytes;
use s3up::{Receipt, Upload};

use super::{Watch, unknown};
use crate::destination::{Destination, Endpoint};
use crate::failure::{ExitCode, Failure};
use crate::interrupt::{FINISH_GRACE, Interrupt, LOOK_GRACE};
use crate::plan::Plan;
use crate::s3_session::S3Session;
use crate::settings::Settings;

/// Where in S3 an object is to stand, and the way there.
pub struct Place {
    /// Holds the server, where it is ours.
    pub session: S3Session,
    /// Which S3.
    pub endpoint: Endpoint,
    /// Bucket, which is there.
    pub bucket: String,
    /// Key.
    pub key: String,
}

impl Place {
    /// Opens a connection, makes sure of the bucket, and clears what killed runs left in it.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`] or [`ExitCode::Usage`].
    pub async fn open(plan: &Plan, settings: &Settings) -> Result<Self, Failure> {
        let Destination::S3 {
            endpoint,
            bucket,
            key,
        } = &plan.destination
        else {
            return Err(Failure::say(
                ExitCode::Internal,
                "an object was asked for where there is none",
            ));
        };
        let session = S3Session::open(endpoint, settings, plan.numbers.upload_options())
            .await?
            .with_journal(settings);
        if let Err(failure) = session.make_ready(endpoint, bucket).await {
            session.close().await;
            return Err(failure);
        }
        Ok(Self {
            session,
            endpoint: endpoint.clone(),
            bucket: bucket.clone(),
            key: key.clone(),
        })
    }

    /// The object's address.
    pub fn target(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }

    /// What stands there after an end that committed nothing, in a clause.
    pub async fn nothing_committed(&self) -> String {
        let client = self.session.uploader().client();
        let target = self.target();
        let look = client.head_object(&self.bucket, &self.key);
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
        plan: &Plan,
        settings: &Settings,
        watch: &Watch<'_>,
    ) -> Result<Self, Failure> {
        let place = Place::open(plan, settings).await?;
        let numbers = &plan.numbers;
        let uploader = place.session.uploader();
        let upload = uploader
            .start(&place.bucket, &place.key, numbers.object_options())
            .await;
        match upload {
            Ok(upload) => {
                watch(upload.progress(), numbers.file_bytes);
                let upload = Some(Box::new(upload));
                Ok(Self { place, upload })
            }
            Err(error) => {
                let failure = place.session.failure(error);
                place.session.close().await;
                Err(failure)
            }
        }
    }

    /// Takes bytes; returns when there is room for more.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`]; [`ExitCode::LocalWrite`] where the disk of an S3 of ours is full.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), Failure> {
        let written = self.live()?.write(bytes).await;
        written.map_err(|error| self.place.session.failure(error))
    }

    /// Sends everything that was written.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`]; [`ExitCode::LocalWrite`] where the disk of an S3 of ours is full.
    pub async fn send_rest(&mut self) -> Result<(), Failure> {
        let sent = self.live()?.send_rest().await;
        sent.map_err(|error| self.place.session.failure(error))
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
            Some(finished) => finished.map_err(|error| self.place.session.failure(error)),
            None => Err(unknown(&self.place.target())),
        }
    }

    /// Aborts the upload.
    pub async fn take_back(&mut self) {
        if let Some(upload) = self.upload.take()
            && let Err(error) = upload.abort().await
        {
            log::warn!("{}", self.place.session.failure(error));
        }
    }

    /// What stands at the key, in a clause.
    pub async fn stands(&self) -> String {
        self.place.nothing_committed().await
    }

    /// Waits, within bounds, for what goes on in the background, and stops the server.
    pub async fn close(self) {
        self.place.session.close().await;
    }

    fn live(&mut self) -> Result<&mut Upload, Failure> {
        self.upload.as_deref_mut().ok_or_else(ended)
    }
}

fn ended() -> Failure {
    Failure::say(ExitCode::Internal, "the upload was used after its end")
}
