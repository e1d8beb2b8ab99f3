//! Uploads against servers: the embedded S3, which checks signatures and plays faults, and a
//! scripted socket for replies that no S3 library would send.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod broken_replies;
mod buckets;
mod endings;
mod example;
mod faults;
mod files;
mod journal;
mod outages;
mod receipts;
mod resume;
mod round_trip;
mod scene;
mod scripted_server;
mod stops;
mod sweeps;
