//! The one way to S3 of a run, opened when its first object asks for it.

use tokio::sync::OnceCell;

use crate::destination::Endpoint;
use crate::failure::Failure;
use crate::s3_session::S3Session;
use crate::settings::Settings;
use crate::upload_options::upload_options;

/// A session that all objects of a run share: they are in one bucket.
pub struct SharedSession<'a> {
    settings: &'a Settings,
    session: OnceCell<S3Session>,
}

impl<'a> SharedSession<'a> {
    /// Nothing is opened yet.
    pub fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            session: OnceCell::new(),
        }
    }

    /// The settings of the run.
    pub fn settings(&self) -> &Settings {
        self.settings
    }

    /// The session. The first call opens it: starts the server where it is ours, makes sure of the
    /// bucket, and clears what killed runs left in it.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`](crate::ExitCode::S3) or [`ExitCode::Usage`](crate::ExitCode::Usage).
    pub async fn at(&self, endpoint: &Endpoint, bucket: &str) -> Result<&S3Session, Failure> {
        self.session
            .get_or_try_init(|| self.open(endpoint, bucket))
            .await
    }

    async fn open(&self, endpoint: &Endpoint, bucket: &str) -> Result<S3Session, Failure> {
        let session = S3Session::open(endpoint, self.settings, upload_options(self.settings))
            .await?
            .with_journal(self.settings);
        match session.make_ready(endpoint, bucket).await {
            Ok(()) => Ok(session),
            Err(failure) => {
                session.close().await;
                Err(failure)
            }
        }
    }

    /// Waits, within bounds, for what goes on in the background, and stops the server.
    pub async fn close(self) {
        if let Some(session) = self.session.into_inner() {
            session.close().await;
        }
    }
}
