//! Blocks from files that somebody else wrote.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod binary;
mod csv;
mod json;
mod kept;
mod packed;
mod robustness;
mod several_files;
mod support;
