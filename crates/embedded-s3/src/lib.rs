//! An S3 in a folder, for tests and first runs.
//!
//! ```text
//!   TCP ─▶ server ─▶ exchange ─▶ s3s: XML, SigV4 ─▶ gatekeeper ─▶ api ─▶ store ─▶ {root}/{bucket}/{key}
//!         (hyper)    (plays a    (protocol)         (key pair,   (the S3  (files,
//!                     fault)                         picks a      trait)   one rename)
//!                                                    fault)
//! ```
//!
//! Objects are plain files under `{root}/{bucket}/{key}`; what S3 keeps beside the bytes lies
//! in `{root}/.embedded-s3`. One process serves a folder at a time. The program
//! `embedded-s3 FOLDER` does nothing else, and prints where it listens.
//!
//! It is strict where clients must be tested: signatures and clocks are checked (15 minutes),
//! `Content-MD5` and the `x-amz-checksum-*` family too, parts below 5 MiB, wrong part lists and
//! closed uploads are refused as S3 refuses them, conditional writes hold, and an object's bytes
//! and metadata change in one rename, after an fsync.
//!
//! Not here: versions, tags, ACLs, storage classes, encryption, server-side copies, and a
//! checksum of a whole multipart object. The headers for them are accepted and change nothing.
//!
//! ```
//! use embedded_s3::{EmbeddedS3, Options};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let folder = tempfile::tempdir().unwrap();
//! let s3 = EmbeddedS3::start(Options::new(folder.path())).await.unwrap();
//! assert!(s3.endpoint().starts_with("http://127.0.0.1:"));
//! // … point any S3 client at it, with path-style addresses …
//! s3.shutdown().await;
//! # });
//! ```

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a panic is how a test fails")
)]

mod api;
mod exchange;
mod faults;
mod gatekeeper;
mod identity;
mod operation;
mod options;
mod served;
mod server;
mod start_error;
mod store;

pub use faults::{Call, Fault, FaultPlan, FaultShare, Faults, Gate, Reply, Rule, Stall};
pub use operation::Operation;
pub use options::Options;
pub use served::{RequestObserver, ServedRequest};
pub use server::EmbeddedS3;
pub use start_error::StartError;
