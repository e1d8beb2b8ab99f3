//! The program: settings → plan → run.
//!
//! ```text
//! cli ─▶ settings (layers) ─▶ plan (every number) ─▶ pipeline ─▶ sink: object · file · stdout
//!                                                               └─▶ report: bar, log lines, summary, JSON
//! ```
//!
//! This is the only crate that reads the environment. It knows how to put the other three
//! together and nothing of how they encode, sign or draw a name.
//!
//! ```
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("people.parquet");
//! let to = path.to_str().ok_or("a path in UTF-8")?;
//! let args = ["pipeline-cli", "--rows", "1000", "--to", to];
//! assert_eq!(pipeline_cli::main(args.map(Into::into)), 0);
//! assert!(path.exists());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a panic is how a test fails")
)]

// The examples of each crate alone are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

mod address;
mod byte_ranges;
mod byte_size;
mod cli;
mod command;
mod console;
mod dataset;
mod destination;
#[cfg(feature = "embedded")]
mod embedded;
mod failure;
mod file_count;
mod file_search;
mod interrupt;
mod ledger;
mod leftovers;
mod logging;
mod made_by;
mod marks;
mod naming;
mod nearest_word;
mod new_folders;
mod object_settings;
mod open_files;
mod part_names;
mod partition_columns;
mod pipeline;
mod plan;
mod report;
mod row_range;
mod s3_client;
mod s3_session;
mod settings;
mod shell_word;
mod sink;
mod source;
mod spec_faults;
mod standard_output;
mod text_table;
mod thousands;
mod upload_options;
mod wrapped;
mod write_options;

pub use command::main;
pub use failure::ExitCode;
