#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a panic is how a test fails")
)]
//! Uploads to S3 in bounded memory, with an outcome that is proven.
//!
//! ```text
//!                      Uploader ── ensure_bucket ── sweep ◀── Journal (a folder)
//!                         │ start                               ▲ while it is open
//!                         ▼                                     │
//! Bytes ──write──▶ Upload: filling ──▶ parts in flight ──▶ S3Client ──▶ server
//! files ──upload_files, by position ─────────▲
//!                         │ finish        (retries)          (one attempt a call)
//!                         ▼
//!                  one PUT, or Complete ──in doubt──▶ HEAD: token and size
//!                         │                               │
//!                         ▼                               ▼
//!                     Receipt (committed)      Error { not committed | unknown }
//! ```
//!
//! An upload ends in exactly one of three ways. It is *committed*: there is a [`Receipt`]. It is
//! *not committed*: the [`Error`] says so, and the object is not there and will not appear. Or
//! that is *unknown*, because a reply was lost and looking did not decide it; the error says that,
//! too. A reader of the bucket never sees a part of an object.
//!
//! # Example
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use s3up::{
//!     Credentials, Endpoint, ObjectOptions, RusotoClient, S3Config, StaticCredentials,
//!     UploadOptions, Uploader,
//! };
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = S3Config::new(
//!     Endpoint::Url("http://127.0.0.1:4566".parse()?),
//!     "us-east-1",
//!     Credentials::Static(StaticCredentials::new("key-id", "secret", None)),
//! );
//! let uploader = Uploader::new(Arc::new(RusotoClient::new(&config)?), UploadOptions::default());
//! uploader.ensure_bucket("lake").await?;
//!
//! let mut upload = uploader.start("lake", "people.parquet", ObjectOptions::default()).await?;
//! upload.write(vec![0; 1 << 20].into()).await?;
//! let receipt = upload.finish().await?;
//! println!("{} bytes, {}", receipt.size, receipt.etag);
//! # Ok(())
//! # }
//! ```
//!
//! For files there are [`Uploader::upload_file`] and [`Uploader::upload_files`]; the README begins
//! with one. For processes that may be killed there is the [`Journal`]: what they leave is swept, or
//! [gone on with](Uploader::resuming). A [`Receipt`] can be kept, and [verified](Uploader::verify)
//! later.
//!
//! # Features
//!
//! - `rusoto` (on by default): `RusotoClient`, an [`S3Client`] that signs with rusoto.
//! - `aws-sdk`: `AwsSdkClient`, one that is built on AWS's own SDK. Both can be built in at once;
//!   they share HTTP, time limits and the reading of replies, so an upload ends the same with
//!   either. Without any, bring an [`S3Client`] of your own.
//! - `aws-config`: [`Credentials::Chain`], and profiles of every kind, for either client.
//!
//! # Logging
//!
//! This crate logs through `log`, and never a header, a body or a secret. Crates below it do: at
//! debug level rusoto's own HTTP client logs headers, the session token among them. That client
//! is not used here, but a program's logger should keep [`NOISY_LOG_TARGETS`] at info all the same.

mod attributes;
#[cfg(feature = "aws-sdk")]
mod aws_sdk;
mod background;
mod bucket;
mod call_error;
mod checksum;
mod client;
mod commit;
mod config;
mod credentials;
#[cfg(feature = "transport")]
mod detour;
mod endpoint;
mod error;
mod etag;
mod files;
#[cfg(feature = "transport")]
mod headers;
mod integrity;
mod journal;
#[cfg(feature = "transport")]
mod link;
mod listing;
mod names;
mod no_proxy;
mod options;
mod part;
mod part_sizes;
mod payload;
mod progress;
mod proxy;
mod reading;
mod receipt;
#[cfg(feature = "transport")]
mod replies;
mod retry;
mod retrying;
#[cfg(feature = "rusoto")]
mod rusoto;
mod session;
#[cfg(any(feature = "aws-sdk", feature = "aws-config"))]
mod smithy;
mod stop;
#[cfg(feature = "transport")]
mod transport;
mod upload;
mod uploader;
mod verify;
#[cfg(feature = "transport")]
mod xml;

#[cfg(feature = "aws-sdk")]
pub use aws_sdk::AwsSdkClient;
pub use bucket::BucketState;
pub use call_error::{CallError, ServiceError};
pub use checksum::Checksum;
pub use client::{
    CompletedPart, Completion, CreatedUpload, ListObjects, ListUploads, ListedObject, ListedPart,
    ListedUpload, NewObject, ObjectBody, ObjectHead, ObjectPage, PartPage, PutObject, S3Client,
    Stored, UploadPage, UploadPart, UploadRef,
};
pub use config::{Addressing, ConfigError, S3Config, Timeouts};
pub use credentials::{CredentialSource, Credentials, StaticCredentials};
pub use endpoint::{Endpoint, EndpointError, EndpointUrl};
pub use error::{Error, ErrorKind, Outcome};
pub use files::{FileOutcome, FileUpload, FileUploads};
pub use journal::{Ambiguous, Doubt, Journal, JournalError, Resumable, Swept};
pub use no_proxy::NoProxy;
pub use options::{CANNED_ACLS, Encryption, Integrity, ObjectOptions, UploadOptions};
pub use part_sizes::PART_BYTES;
pub use payload::Payload;
pub use progress::UploadProgress;
pub use proxy::{ProxyError, ProxyUrl};
pub use receipt::{PartReceipt, Receipt};
pub use retry::RetryPolicy;
pub use retrying::Retrying;
#[cfg(feature = "rusoto")]
pub use rusoto::RusotoClient;
pub use upload::Upload;
pub use uploader::Uploader;
pub use verify::Difference;

/// What the README shows is compiled with the tests.
#[cfg(all(doctest, feature = "rusoto"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// Log targets of the crates below this one that a program's logger must keep at info or above:
/// some of them log headers, and with them session tokens, at debug.
pub const NOISY_LOG_TARGETS: &[&str] = &[
    "rusoto_core",
    "rusoto_credential",
    "rusoto_s3",
    "rusoto_signature",
    "aws_config",
    "aws_credential_types",
    "aws_runtime",
    "aws_sdk_s3",
    "aws_sdk_sso",
    "aws_sdk_ssooidc",
    "aws_sdk_sts",
    "aws_sigv4",
    "aws_smithy_http",
    "aws_smithy_runtime",
    "aws_smithy_runtime_api",
    "hyper",
    "hyper_util",
    "native_tls",
    "tokio_native_tls",
    "mio",
];
