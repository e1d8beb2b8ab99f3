//! Against services and files that nobody here wrote: LocalStack holds the objects, PyArrow fetches
//! and judges them, and vega-datasets has files to read. `cargo xtask e2e` provides all of them. And
//! on disks that are full, which not every machine lets its users mount.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each test program uses its share of it")]
mod support;

mod columns;
#[cfg(target_os = "linux")]
mod full_disk;
mod localstack;
mod options;
mod partitions;
mod pyarrow;
mod real_files;
mod rows_for_python;
mod serve;
