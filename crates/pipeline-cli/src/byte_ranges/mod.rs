//! Files and objects as ranges of bytes: what is read is what was asked for, and never the whole.
//!
//! ```text
//! name ──Sources::open──▶ Source ──read(range)──▶ bytes
//!                           ├─ file:   by position
//!                           ├─ object: HEAD, then GET with a range
//!                           └─ footer: the last bytes, decoded
//! ```

mod file;
mod footer;
mod object;

use std::fmt;
use std::ops::Range;
use std::path::Path;

use bytes::Bytes;
use clap::Args;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use s3up::UploadOptions;

use crate::address::S3Address;
use crate::cli::FileArgs;
use crate::destination::{EMBEDDED_ROOT, Endpoint};
use crate::failure::{ExitCode, Failure};
use crate::s3_session::S3Session;
use crate::settings::{Flags, Offer, Setting, load};

use file::FileSource;
use object::ObjectSource;

/// Ranges of one object that are asked for at the same time.
const IN_FLIGHT: usize = 8;

/// Which S3 a command reads from, where it reads from one.
#[derive(Debug, Clone, Args)]
pub struct SourceArgs {
    /// Settings.
    #[command(flatten)]
    pub settings: Flags<S3>,

    /// The file of settings.
    #[command(flatten)]
    pub file: FileArgs,
}

/// The settings that decide which S3 is read from.
pub enum S3 {}

impl Offer for S3 {
    fn offers(setting: &Setting) -> bool {
        let keys = [
            "endpoint",
            "region",
            "allow_http",
            "s3_client",
            "addressing",
            "ca_bundle",
            "requester_pays",
            "bucket_owner",
            "profile",
        ];
        keys.contains(&setting.key)
    }

    fn instead(key: &str) -> Option<&'static str> {
        (key == "endpoint").then_some("aws")
    }
}

/// Opens files, and objects of one S3.
pub struct Sources<'a> {
    args: &'a SourceArgs,
    /// There once an object was asked for: files need neither settings nor a server.
    session: Option<S3Session>,
}

impl<'a> Sources<'a> {
    /// Nothing is read yet.
    pub fn new(args: &'a SourceArgs) -> Self {
        Self {
            args,
            session: None,
        }
    }

    /// A file, or an object where the name begins with `s3://`.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Usage`] for a name that can be neither, [`ExitCode::Source`] for a file that
    /// can't be read, [`ExitCode::S3`] for an object.
    pub async fn open(&mut self, name: &str) -> Result<Source, Failure> {
        let Some(address) = S3Address::parse(name, "Write s3://bucket/key, or a path.")? else {
            return FileSource::open(Path::new(name)).map(Source::File);
        };
        if address.is_folder() {
            return Err(Failure::say(
                ExitCode::Usage,
                format!("`{address}` names a folder and not an object"),
            )
            .advise("Write s3://bucket/key."));
        }
        let session = match self.session.take() {
            Some(session) => session,
            None => open_session(self.args).await?,
        };
        let session = self.session.insert(session);
        let client = session.uploader().client().clone();
        ObjectSource::open(client, address)
            .await
            .map(Source::Object)
    }

    /// Ends the connection, and the server where it is ours.
    pub async fn close(self) {
        if let Some(session) = self.session {
            session.close().await;
        }
    }
}

/// A connection to the S3 that is read from.
///
/// # Errors
///
/// Settings that name none, or one that can't be had.
pub async fn open_session(args: &SourceArgs) -> Result<S3Session, Failure> {
    let settings = load(args.file.config.as_deref(), args.settings.layer()?)?;
    let endpoint = Endpoint::of_address(&settings)?;
    // Whoever looks makes nothing: a server over a folder that is not there would make it.
    if endpoint == Endpoint::Embedded && !Path::new(EMBEDDED_ROOT).is_dir() {
        return Err(Failure::say(
            ExitCode::S3,
            format!("there is no embedded S3 here: `{EMBEDDED_ROOT}` is no folder"),
        )
        .advise("Go to the folder in which the program ran, or name another --endpoint."));
    }
    S3Session::open(&endpoint, &settings, UploadOptions::default()).await
}

/// Something of a known size that can be read from anywhere.
#[derive(Debug)]
pub enum Source {
    /// A local file.
    File(FileSource),
    /// An object in S3.
    Object(ObjectSource),
}

impl Source {
    /// Its size in bytes, when it was opened.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::File(file) => file.bytes(),
            Self::Object(object) => object.bytes(),
        }
    }

    /// The bytes of a range, all of them.
    ///
    /// # Errors
    ///
    /// They can't be had; it has become shorter.
    pub async fn read(&self, range: Range<u64>) -> Result<Bytes, Failure> {
        match self {
            Self::File(file) => file.read(range).await,
            Self::Object(object) => object.read(range).await,
        }
    }

    /// The bytes of several ranges, in their order.
    ///
    /// # Errors
    ///
    /// As [`Source::read`].
    pub async fn read_all(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>, Failure> {
        stream::iter(ranges.iter().cloned())
            .map(|range| self.read(range))
            .buffered(IN_FLIGHT)
            .try_collect()
            .await
    }

    /// Makes sure that what was read belongs together: it is the same file or object still.
    ///
    /// # Errors
    ///
    /// It has changed since it was opened, or is gone.
    pub async fn unchanged(&self) -> Result<(), Failure> {
        match self {
            Self::File(file) => file.unchanged(),
            Self::Object(object) => object.unchanged().await,
        }
    }
}

/// By its name.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.path().display().fmt(f),
            Self::Object(object) => object.address().fmt(f),
        }
    }
}
