//! The client on rusoto: rusoto builds and signs requests, and sees nothing of the replies.
//!
//! ```text
//! S3Client call ─▶ rusoto request ─▶ SigV4 ─▶ Dispatch ─▶ transport ─▶ server
//!      ▲                                          │
//!      └──── replies.rs ◀──── Slot ◀──────────────┘      (rusoto gets an empty success)
//! ```
//!
//! rusoto 0.48 reads replies unsafely: a truncated document makes its parser loop for ever, an
//! `<Error>` with status 200 passes for a success, an odd header or number panics. So a reply
//! never reaches it. [`dispatch`] puts the reply into a slot of this call and [`replies`] reads it
//! strictly.

mod client;
mod credentials;
mod dispatch;
mod replies;

pub use client::RusotoClient;
