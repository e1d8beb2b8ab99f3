//! Faults, for tests: what a network and a busy store do to a client, played on purpose.
//!
//! ```text
//!   request ─▶ signature ─▶ Faults::next(Call) ─▶ body read ─▶ store ─▶ reply
//!                                 │                   │                   │
//!                     Refuse, Stall (before)   CutRequest, Damage   ApplyThen, CutReply, StallReply
//! ```
//!
//! A [`Call`] is shown to [`Faults::next`] once its signature holds and before its body is read.

mod gate;
mod plan;
mod share;

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;

use crate::operation::Operation;

pub use gate::Gate;
pub use plan::{FaultPlan, Rule};
pub use share::FaultShare;

/// A source of faults, asked once for every authenticated call.
pub trait Faults: Send + Sync + 'static {
    /// The fault to play on this call, if any. Called in the order in which calls arrive.
    fn next(&self, call: &Call<'_>) -> Option<Fault>;
}

/// A call as the fault layer sees it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Call<'a> {
    /// What is asked for.
    pub operation: Operation,
    /// The bucket it names.
    pub bucket: Option<&'a str>,
    /// The key it names.
    pub key: Option<&'a str>,
    /// The part it carries, for `UploadPart`.
    pub part_number: Option<u32>,
}

/// One thing that goes wrong with one call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fault {
    /// The operation is not applied; this is the reply. The body of the request is read to its
    /// end first, so that a client sees the reply and not a broken pipe.
    Refuse(Reply),
    /// As [`Refuse`](Fault::Refuse), but the reply is sent, and the connection closed, while the
    /// client may still be sending.
    RefuseEarly(Reply),
    /// The operation is applied, whatever comes of it; this is the reply.
    ApplyThen(Reply),
    /// Nothing happens for a while, not even reading the body; then the call goes its way.
    Stall(Stall),
    /// The operation is applied, and its reply held back for a while.
    StallReply(Stall),
    /// The connection is closed without a reply once this many bytes of the body have arrived.
    CutRequest {
        /// Bytes of the body that are read.
        after_bytes: u64,
    },
    /// One byte of the body is changed before any digest is checked.
    DamageRequest {
        /// Which byte, from 0; past the end of the body nothing is changed.
        at_byte: u64,
    },
    /// The connection is closed once this many bytes of the reply's body have been sent; its
    /// headers promise the whole.
    CutReply {
        /// Bytes of the body that are sent.
        after_bytes: u64,
    },
}

impl Fault {
    /// An S3 error in place of the operation.
    #[must_use]
    pub fn error(status: u16, code: impl Into<Cow<'static, str>>) -> Self {
        Self::Refuse(Reply::Error {
            status,
            code: code.into(),
        })
    }

    /// 503 `SlowDown` in place of the operation.
    #[must_use]
    pub fn slow_down() -> Self {
        Self::error(503, "SlowDown")
    }

    /// 500 `InternalError` in place of the operation.
    #[must_use]
    pub fn internal_error() -> Self {
        Self::error(500, "InternalError")
    }

    /// Status 200 and an error in its body, as a `CompleteMultipartUpload` may answer; the
    /// operation is not applied.
    #[must_use]
    pub fn error_in_success(code: impl Into<Cow<'static, str>>) -> Self {
        Self::error(200, code)
    }

    /// The operation is applied, and the connection closed without a reply.
    #[must_use]
    pub fn lose_reply() -> Self {
        Self::ApplyThen(Reply::Nothing)
    }
}

/// What a client gets instead of the true reply.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Reply {
    /// An S3 error document. A status of 200 hides it in a success.
    Error {
        /// The status of the response; one that HTTP does not know is sent as 500.
        status: u16,
        /// The S3 error code.
        code: Cow<'static, str>,
    },
    /// Any status, headers and bytes: see [`Reply::raw`].
    Raw {
        /// The status of the response; one that HTTP does not know is sent as 500.
        status: u16,
        /// Headers; those that HTTP does not allow are left out.
        headers: Vec<(String, String)>,
        /// The body, as it is.
        body: Bytes,
    },
    /// No reply: the connection is closed.
    Nothing,
}

impl Reply {
    /// Any status and bytes, without headers of its own.
    #[must_use]
    pub fn raw(status: u16, body: impl Into<Bytes>) -> Self {
        Self::Raw {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// Adds a header to a raw reply, such as `x-amz-bucket-region` or `location`.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if let Self::Raw { headers, .. } = &mut self {
            headers.push((name.into(), value.into()));
        }
        self
    }
}

/// How long a stall lasts.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Stall {
    /// That long.
    For(Duration),
    /// Until a test opens the gate.
    Until(Gate),
}

impl Stall {
    pub(crate) async fn pass(&self) {
        match self {
            Self::For(duration) => tokio::time::sleep(*duration).await,
            Self::Until(gate) => gate.pass().await,
        }
    }
}
