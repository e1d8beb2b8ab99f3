//! HTTP/1.1 with a limit on every step: what stands between a signature and the network.
//!
//! ```text
//! signed request ──▶ SendBody ──▶ hyper ──▶ PatientIo ──▶ TCP or TLS
//!                    (progress)             (reads the reply even when writing fails)
//! Reply ◀── head checked ◀── body buffered up to a bound, or left as a bounded stream
//! ```

mod connector;
mod errand;
mod exchange;
mod patient_io;
mod send_body;

pub(crate) use errand::{Errand, Traits};
#[cfg(feature = "aws-config")]
pub(crate) use exchange::Limits;
pub(crate) use exchange::{Reply, ReplyBody, Transport};
pub(crate) use send_body::SendBody;
