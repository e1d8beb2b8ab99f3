//! `--dry-run`: what would go where.

use s3up::UploadOptions;
use serde_json::json;

use super::content_type;
use super::selection::Selection;
use super::telling::{emit, in_requests};
use crate::byte_size::decimal;
use crate::console::Console;
use crate::destination::Endpoint;
use crate::failure::Failure;
use crate::report::say;
use crate::thousands::{counted, grouped};

/// Tells the plan, a file a line, as it goes: a list of millions is not held.
///
/// # Errors
///
/// Standard output refuses an event.
pub fn show(
    selection: &Selection,
    endpoint: &Endpoint,
    options: &UploadOptions,
    console: &Console,
) -> Result<(), Failure> {
    let mut requests = 0;
    for object in selection.objects() {
        let parts = options.parts_of(object.size);
        // Parts are framed by the opening and the completion of the upload.
        requests += if parts == 0 { 1 } else { parts + 2 };
        let path = object.path.display().to_string();
        let target = format!("s3://{}/{}", selection.target().bucket, object.key);
        if console.json {
            emit(&json!({
                "event": "plan",
                "path": path,
                "target": target,
                "size": object.size,
                "parts": parts,
                "content_type": content_type::of(&object.path),
            }))?;
        } else {
            let sent = in_requests(usize::try_from(parts).unwrap_or(usize::MAX));
            say(&format!(
                "{path}\n    to {target}, {} in {sent}",
                decimal(object.size)
            ));
        }
    }
    if console.json {
        return emit(&json!({
            "event": "summary",
            "outcome": "planned",
            "exit_code": 0,
            "files": selection.len(),
            "bytes": selection.bytes(),
            "requests": requests,
        }));
    }
    say(&format!(
        "{}, {}, {} to {endpoint}; nothing was sent",
        counted(selection.len(), "file"),
        decimal(selection.bytes()),
        match requests {
            1 => "1 request".to_owned(),
            requests => format!("{} requests", grouped(requests)),
        },
    ));
    Ok(())
}
