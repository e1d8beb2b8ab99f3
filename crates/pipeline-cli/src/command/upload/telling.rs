//! What is told of each file while the upload goes on.

use std::sync::Arc;

use s3up::{FileUpload, Receipt, UploadProgress};
use serde_json::{Value, json};

use super::selection::Selection;
use crate::byte_size::decimal;
use crate::console::Console;
use crate::failure::{ExitCode, Failure};
use crate::logging::BLOCK_TARGET;
use crate::report::{Bar, Progress, Unit};
use crate::standard_output;
use crate::thousands::{counted, grouped};

/// Up to so many files have a log line each. Where there are more, a line now and then tells of
/// all of them, and a line each is for whoever asks for more (`-v`).
const LINE_EACH: u64 = 100;

/// Tells how far it is: bars, log lines, events.
pub struct Telling {
    progress: Progress,
    files: Bar,
    total: u64,
    json: bool,
}

impl Telling {
    /// The upload of `selection` begins, which `uploads` counts.
    pub fn begin(console: &Console, selection: &Selection, uploads: &Arc<UploadProgress>) -> Self {
        let total = selection.len();
        log::info!(
            "{}, {}, to {}",
            counted(total, "file"),
            decimal(selection.bytes()),
            selection.target()
        );
        let progress = console.progress();
        let files = progress.bar("files", Unit::Files, total);
        progress.watch(Arc::clone(uploads), selection.bytes());
        Self {
            progress,
            files,
            total,
            json: console.json,
        }
    }

    /// A file has ended, as the `number`th.
    ///
    /// # Errors
    ///
    /// Standard output refuses an event.
    pub fn ended(
        &self,
        file: &FileUpload,
        result: &Result<Receipt, Failure>,
        number: u64,
    ) -> Result<(), Failure> {
        self.files.set(number);
        let path = file.path.display();
        match result {
            Ok(receipt) => {
                let level = if self.total <= LINE_EACH {
                    log::Level::Info
                } else {
                    log::Level::Debug
                };
                log::log!(
                    target: BLOCK_TARGET,
                    level,
                    "file {number}/{}: {path} to s3://{}/{}, {} in {}",
                    self.total,
                    receipt.bucket,
                    receipt.key,
                    decimal(receipt.size),
                    in_requests(receipt.parts.len()),
                );
            }
            Err(failure) => log::warn!("{path}: {failure}"),
        }
        if self.json {
            emit(&event(file, result))?;
        }
        Ok(())
    }

    /// Takes the bars off the screen.
    pub fn end(&self) {
        self.progress.clear();
    }
}

/// In how many requests an object was sent: 0 parts are one.
pub fn in_requests(parts: usize) -> String {
    match parts {
        0 => "one request".to_owned(),
        1 => "1 part".to_owned(),
        parts => format!("{} parts", grouped(parts as u64)),
    }
}

/// One JSON event a line.
///
/// # Errors
///
/// Standard output refuses.
pub fn emit(event: &Value) -> Result<(), Failure> {
    // A reader that has gone away has stopped listening; the upload does not depend on it.
    standard_output::print(format!("{event}\n")).map(|_| ())
}

fn event(file: &FileUpload, result: &Result<Receipt, Failure>) -> Value {
    let target = format!("s3://{}/{}", file.bucket, file.key);
    // A path need not be UTF-8 above the folder that was given; JSON must be.
    let path = file.path.display().to_string();
    match result {
        Ok(receipt) => json!({
            "event": "uploaded",
            "path": path,
            "target": target,
            "receipt": receipt,
        }),
        Err(failure) => json!({
            "event": "failed",
            "path": path,
            "target": target,
            "outcome": if failure.code == ExitCode::Unknown { "unknown" } else { "not_committed" },
            "error": { "kind": failure.code, "message": failure.to_string() },
        }),
    }
}
