#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a panic is how a test fails")
)]
//! MD5 of two messages at once on one core, in the time of one.
//!
//! S3 wants an MD5 with every part, and nothing that an upload does takes as long. A step of MD5
//! waits for the one before it, so a core that works on one message is idle half of the time; the
//! steps of a second message fit into the gaps. [`update_both`] does that.
//!
//! ```text
//! Message ─┐
//! Message ─┼─▶ Pairs ─▶ Worker: two lanes ─▶ Message::done(md5)
//! Message ─┘            (on a thread of the caller's)
//! ```
//!
//! [`Pairs`] brings messages together that are there at the same time, such as parts of an upload
//! that are in flight. One that is alone waits for nobody.
//!
//! ```
//! use paired_md5::{Md5, update_both};
//!
//! let (mut a, mut b) = (Md5::new(), Md5::new());
//! update_both((&mut a, b"one message"), (&mut b, b"another message"));
//! a.update(b", and more of it");
//! assert_ne!(a.finish(), b.finish());
//! ```
//!
//! MD5 finds damage; against forgery it is worth nothing.

mod compress;
mod md5;
mod pairs;

pub use md5::{Md5, update_both};
pub use pairs::{Message, Pairs, Worker};
