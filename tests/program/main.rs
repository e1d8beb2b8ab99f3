//! The program as a user has it, on this machine alone: no server but those the tests start.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod configuration;
mod counted_s3;
mod credentials;
mod embedded;
mod errors;
mod exact_sizes;
mod files_of_a_source;
mod from_ranges;
mod head;
mod help;
mod hostile_names;
mod inspect;
mod keep_local;
mod killed;
mod ledger;
mod limits;
mod many_files;
mod output;
mod partitions;
#[cfg(unix)]
mod progress;
mod readme;
mod row_counts;
mod run_from;
mod run_spec;
mod same_bytes;
mod secrets;
mod serve;
mod settings;
mod spec;
mod stopping;
mod upload;
mod whole_help;
mod write_options;
