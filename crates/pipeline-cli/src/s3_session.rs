//! From a resolved endpoint to an uploader that can reach it.

use s3up::{BucketState, ErrorKind, ObjectOptions, Outcome, UploadOptions, Uploader};

use crate::destination::{EMBEDDED_ROOT, Endpoint};
use crate::failure::{ExitCode, Failure};
use crate::settings::Settings;
use crate::{leftovers, object_settings, s3_client};

/// With this code the embedded S3 says that its disk is full.
const DISK_FULL: &str = "InsufficientStorage";

/// A connection to S3, and the server itself where it is ours.
pub struct S3Session {
    uploader: Uploader,
    /// What every object is, besides what is its own.
    object: ObjectOptions,
    /// The name of this S3 in the notes on open uploads.
    store: String,
    #[cfg(feature = "embedded")]
    server: Option<embedded_s3::EmbeddedS3>,
}

impl S3Session {
    /// Starts the embedded server, where that is the endpoint, and makes a client.
    ///
    /// # Errors
    ///
    /// A server that can't start, credentials that are missing or cut in half.
    pub async fn open(
        endpoint: &Endpoint,
        settings: &Settings,
        options: UploadOptions,
    ) -> Result<Self, Failure> {
        let object = object_settings::for_all(settings)?;
        let options = UploadOptions {
            integrity: s3_client::integrity(settings),
            ..options
        };
        #[cfg(feature = "embedded")]
        let mut server = None;
        let (at, region, credentials) = match endpoint {
            #[cfg(feature = "embedded")]
            Endpoint::Embedded => {
                let started = start_embedded().await?;
                let url = started.endpoint().parse();
                let url = url.map_err(|error| Failure::new(ExitCode::Internal, error))?;
                let (id, secret) = (started.access_key_id(), started.secret_access_key());
                let keys = s3_client::fixed(id, secret, None);
                let region = started.region().to_owned();
                server = Some(started);
                (s3up::Endpoint::Url(url), region, keys)
            }
            #[cfg(not(feature = "embedded"))]
            Endpoint::Embedded => {
                return Err(Failure::say(
                    ExitCode::Usage,
                    "this program was built without the embedded S3",
                )
                .advise("Build it with the feature `embedded`, or name an --endpoint."));
            }
            Endpoint::Aws => {
                let keys = s3_client::credentials(settings, false)?;
                (s3up::Endpoint::Aws, settings.region.clone(), keys)
            }
            Endpoint::Url(url) => {
                let keys = s3_client::credentials(settings, url.is_loopback())?;
                let at = s3up::Endpoint::Url(url.clone());
                (at, settings.region.clone(), keys)
            }
        };
        #[cfg(feature = "embedded")]
        let own_id = server
            .as_ref()
            .map(|server| server.access_key_id().to_owned());
        #[cfg(not(feature = "embedded"))]
        let own_id = None;
        let key_id = own_id.or_else(|| settings.access_key_id.clone());
        let client = s3_client::make(at, &region, credentials, settings)?;
        Ok(Self {
            uploader: Uploader::new(client, options),
            object,
            store: leftovers::store(endpoint, key_id.as_deref()),
            #[cfg(feature = "embedded")]
            server,
        })
    }

    /// What an object is, with what settings say of all of them.
    pub fn object(&self, own: ObjectOptions) -> ObjectOptions {
        object_settings::with_those_of_all(own, &self.object)
    }

    /// Notes uploads while they are open, so that a later run can clear what this one leaves if
    /// it is killed. `settings` are those that it was opened with.
    #[must_use]
    pub fn with_journal(mut self, settings: &Settings) -> Self {
        if let Some(journal) = leftovers::journal(&self.store, settings) {
            self.uploader = self.uploader.with_journal(journal);
        }
        self
    }

    /// Makes sure of a bucket that is about to be written to, and clears what killed runs left in
    /// it.
    ///
    /// # Errors
    ///
    /// [`ExitCode::S3`] or [`ExitCode::Usage`].
    pub async fn make_ready(&self, endpoint: &Endpoint, bucket: &str) -> Result<(), Failure> {
        log::info!("S3 is {endpoint}");
        let state = self.uploader.ensure_bucket(bucket).await;
        match state.map_err(|error| failure_at(endpoint, error))? {
            BucketState::Created => log::info!("bucket {bucket} created"),
            _ => log::info!("bucket {bucket} is there"),
        }
        leftovers::clear_uploads(&self.uploader, bucket).await;
        Ok(())
    }

    /// What uploads, and by its client reads.
    pub fn uploader(&self) -> &Uploader {
        &self.uploader
    }

    /// Waits, within bounds, for what is still going on, and stops the server.
    pub async fn close(self) {
        self.uploader.close().await;
        #[cfg(feature = "embedded")]
        if let Some(server) = self.server {
            server.shutdown().await;
        }
    }
}

#[cfg(feature = "embedded")]
async fn start_embedded() -> Result<embedded_s3::EmbeddedS3, Failure> {
    let options = embedded_s3::Options::new(EMBEDDED_ROOT);
    crate::embedded::start(options, |pid| {
        let end = pid.map_or_else(|| "end it".to_owned(), |pid| format!("end process {pid}"));
        format!(
            "If that is your `pipeline-cli serve` in another terminal, paste the `export` lines \
             that it printed into this one, leave out `--endpoint embedded`, and run again. If it \
             is another run, wait for it to end. Or {end}, or run in another folder."
        )
    })
    .await
}

/// As [`s3_failure`], but where the server is ours its disk is the one of this machine.
pub fn failure_at(endpoint: &Endpoint, error: s3up::Error) -> Failure {
    let full = error.s3_code() == Some(DISK_FULL) && error.outcome() != Outcome::Unknown;
    let mut failure = s3_failure(error);
    if full && *endpoint == Endpoint::Embedded {
        failure.code = ExitCode::LocalWrite;
    }
    failure
}

/// The exit code and the advice that an error of the uploader calls for.
pub fn s3_failure(error: s3up::Error) -> Failure {
    let kind = error.kind();
    let outcome = error.outcome();
    let code = match (outcome, kind) {
        (Outcome::Unknown, _) => ExitCode::Unknown,
        (_, ErrorKind::InvalidInput) => ExitCode::Usage,
        (_, ErrorKind::Internal) => ExitCode::Internal,
        _ => ExitCode::S3,
    };
    let region = error.right_region().map(str::to_owned);
    let redirect = error.redirect().map(str::to_owned);
    let failure = Failure::new(code, error);
    match (kind, region) {
        (ErrorKind::NoCredentials, _) => {
            failure.advise("To try without any, add `--endpoint embedded`.")
        }
        (ErrorKind::Exists, _) if outcome == Outcome::NotCommitted => {
            failure.advise("To replace it, leave out --create-only.")
        }
        (ErrorKind::WrongRegion, Some(region)) => {
            failure.advise(format!("The flag for it is `--region {region}`."))
        }
        (ErrorKind::Redirected, _) => match redirect {
            Some(target) => failure.advise(format!("The flag for it is `--endpoint {target}`.")),
            None => failure.advise("The flag for it is `--endpoint`."),
        },
        (ErrorKind::NoSuchBucket, _) => {
            failure.advise("Another one is named by `--bucket` or by `--to s3://bucket/key`.")
        }
        _ => failure,
    }
}
