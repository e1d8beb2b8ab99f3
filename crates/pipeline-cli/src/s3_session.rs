//! From a resolved endpoint to an uploader that can reach it.

use std::sync::Arc;

use s3up::{
    BucketState, Credentials, ErrorKind, Outcome, RusotoClient, S3Config, StaticCredentials,
    UploadOptions, Uploader,
};

use crate::destination::{EMBEDDED_ROOT, Endpoint};
use crate::failure::{ExitCode, Failure};
use crate::leftovers;
use crate::settings::Settings;

/// With this code the embedded S3 says that its disk is full.
const DISK_FULL: &str = "InsufficientStorage";

/// A connection to S3, and the server itself where it is ours.
pub struct S3Session {
    uploader: Uploader,
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
        #[cfg(feature = "embedded")]
        let mut server = None;
        let mut config = match endpoint {
            #[cfg(feature = "embedded")]
            Endpoint::Embedded => {
                let started = start_embedded().await?;
                let url = started.endpoint();
                let config = S3Config::new(
                    s3up::Endpoint::Url(
                        url.parse()
                            .map_err(|error| Failure::new(ExitCode::Internal, error))?,
                    ),
                    started.region(),
                    static_credentials(started.access_key_id(), started.secret_access_key(), None),
                );
                server = Some(started);
                config
            }
            #[cfg(not(feature = "embedded"))]
            Endpoint::Embedded => {
                return Err(Failure::say(
                    ExitCode::Usage,
                    "this program was built without the embedded S3",
                )
                .advise("Build it with the feature `embedded`, or name an --endpoint."));
            }
            Endpoint::Aws => S3Config::new(
                s3up::Endpoint::Aws,
                &settings.region,
                credentials(settings, false)?,
            ),
            Endpoint::Url(url) => S3Config::new(
                s3up::Endpoint::Url(url.clone()),
                &settings.region,
                credentials(settings, url.is_loopback())?,
            ),
        };
        #[cfg(feature = "embedded")]
        let own_id = server
            .as_ref()
            .map(|server| server.access_key_id().to_owned());
        #[cfg(not(feature = "embedded"))]
        let own_id = None;
        let key_id = own_id.or_else(|| settings.access_key_id.clone());
        config.allow_plain_http = settings.allow_http;
        let client = RusotoClient::new(&config).map_err(config_failure)?;
        Ok(Self {
            uploader: Uploader::new(Arc::new(client), options),
            store: leftovers::store(endpoint, key_id.as_deref()),
            #[cfg(feature = "embedded")]
            server,
        })
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

fn credentials(settings: &Settings, loopback: bool) -> Result<Credentials, Failure> {
    let half = |have: &str, need: &str| {
        Err(
            Failure::say(ExitCode::Usage, format!("{have} is set and {need} is not"))
                .advise(format!("Set {need} too, or unset {have}.")),
        )
    };
    match (&settings.access_key_id, &settings.secret_access_key) {
        (Some(id), Some(secret)) => Ok(static_credentials(
            id,
            secret,
            settings.session_token.as_deref(),
        )),
        (Some(_), None) => half("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        (None, Some(_)) => half("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
        (None, None) if loopback && settings.profile.is_none() => {
            // What LocalStack and its like take; they check no signature.
            log::info!(
                "no credentials are set: signing as `test`, as local stand-ins for S3 expect"
            );
            Ok(static_credentials("test", "test", None))
        }
        (None, None) => Ok(Credentials::Profile {
            name: settings.profile.clone(),
        }),
    }
}

fn static_credentials(id: &str, secret: &str, token: Option<&str>) -> Credentials {
    Credentials::Static(StaticCredentials::new(id, secret, token.map(str::to_owned)))
}

fn config_failure(error: s3up::ConfigError) -> Failure {
    let plain_http = matches!(error, s3up::ConfigError::PlainHttp { .. });
    let failure = Failure::new(ExitCode::Usage, error);
    if plain_http {
        failure.advise("The way to allow it is --allow-http.")
    } else {
        failure
    }
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
    let code = match (error.outcome(), kind) {
        (Outcome::Unknown, _) => ExitCode::Unknown,
        (_, ErrorKind::InvalidInput) => ExitCode::Usage,
        (_, ErrorKind::Internal) => ExitCode::Internal,
        _ => ExitCode::S3,
    };
    let region = error.right_region().map(str::to_owned);
    let failure = Failure::new(code, error);
    match (kind, region) {
        (ErrorKind::NoCredentials, _) => {
            failure.advise("To try without any, add `--endpoint embedded`.")
        }
        (ErrorKind::WrongRegion, Some(region)) => {
            failure.advise(format!("The flag for it is `--region {region}`."))
        }
        (ErrorKind::NoSuchBucket, _) => {
            failure.advise("Another one is named by `--bucket` or by `--to s3://bucket/key`.")
        }
        _ => failure,
    }
}
