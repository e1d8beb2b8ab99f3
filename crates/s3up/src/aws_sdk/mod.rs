//! The client that is built on AWS's own SDK.
//!
//! ```text
//! call ─▶ SDK's request ─▶ our headers ─▶ SigV4 ─▶ connector ─▶ transport ─▶ server
//!      ▲                                              │
//!      └──── replies.rs ◀──── Errand ◀────────────────┘      (the SDK gets an empty success)
//! ```
//!
//! The SDK builds and signs. Its retries, time-outs and HTTP client are left out, and replies are
//! read by [`crate::replies`] as those of the rusoto client are: what counts as a success is decided
//! in one place, and a part that was damaged on the way fails in the same words.

mod client;
mod connector;

pub use client::AwsSdkClient;
