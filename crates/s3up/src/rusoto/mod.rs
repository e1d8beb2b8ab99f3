//! The client on rusoto: rusoto builds and signs requests, and sees nothing of the replies.
//!
//! ```text
//! S3Client call ─▶ rusoto request ─▶ Dispatch: our headers, SigV4 ─▶ transport ─▶ server
//!      ▲                                                               │
//!      └──── replies.rs ◀──── Errand ◀─────────────────────────────────┘
//!                                                       (rusoto gets an empty success)
//! ```
//!
//! rusoto 0.48 reads replies unsafely: a truncated document makes its parser loop for ever, an
//! `<Error>` with status 200 passes for a success, an odd header or number panics. So a reply
//! never reaches it. [`dispatch`] leaves the reply with the call and [`crate::replies`] reads it
//! strictly. It signs, too: what rusoto's types have no field for is added before.

mod client;
mod dispatch;

pub use client::RusotoClient;
