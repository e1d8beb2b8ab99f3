//! What killed runs left, and its end: open uploads, of which a journal tells, and temporary files
//! beside a target.
//!
//! Nothing here fails a run, holds one up for more than [`PATIENCE`] a place, or touches what a
//! living process holds.

use std::path::{Path, PathBuf};
use std::time::Duration;

use blockwrite::Leftover;
use s3up::{Ambiguous, Doubt, Journal, Resumable, Swept, UploadRef, Uploader};

use crate::byte_size::decimal;
use crate::destination::Endpoint;
use crate::failure::{ExitCode, Failure};
use crate::s3_session::s3_failure;
use crate::settings::{Settings, variable};
use crate::thousands::counted;

/// The beginning of the key ids that embedded servers draw, one for each folder.
const EMBEDDED_IDS: &str = "EMBEDDED";

/// So long a run waits for the places where it is about to write to be cleared.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where open uploads to the S3 `store` are noted; `None` where there is no folder for it, without which
/// nothing but the clearing is lost.
pub fn journal(store: &str, settings: &Settings) -> Option<Journal> {
    let named = settings.state_dir.as_deref();
    let Some(folder) = state_folder(named, variable) else {
        log::debug!("open uploads are not noted: neither XDG_STATE_HOME nor HOME is set");
        return None;
    };
    match Journal::open(folder, store) {
        Ok(journal) => Some(journal),
        Err(error) => {
            let failure = Failure::new(ExitCode::LocalWrite, error);
            // Of a folder that somebody named the loss is worth a warning.
            let level = match named {
                Some(_) => log::Level::Warn,
                None => log::Level::Debug,
            };
            log::log!(level, "open uploads are not noted: {failure}");
            None
        }
    }
}

/// The folder of the notes: the one that is named, else where the system wants state to be.
fn state_folder(
    named: Option<&Path>,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.to_owned());
    }
    // A path that is not absolute is to be ignored, says the specification of these variables.
    let absolute = |name| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let state =
        absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("pipeline-cli"))
}

/// The name of an S3 in the notes: the same for every run that writes there. `key_id` signs.
pub fn store(endpoint: &Endpoint, key_id: Option<&str>) -> String {
    let of_a_folder = key_id.filter(|id| id.starts_with(EMBEDDED_IDS));
    match (endpoint, of_a_folder) {
        // An embedded server has another port whenever it starts, in a run or by `serve`. What
        // stays is the key id that its folder keeps.
        (Endpoint::Embedded, Some(id)) => format!("embedded:{id}"),
        (Endpoint::Url(url), Some(id)) if url.is_loopback() => format!("embedded:{id}"),
        (Endpoint::Embedded, None) => "embedded".to_owned(),
        (Endpoint::Aws, _) => "aws".to_owned(),
        (Endpoint::Url(url), _) => url.to_string(),
    }
}

/// Throws away the uploads that killed runs left in a bucket, but for those that can be gone on
/// with, and says so.
pub async fn clear_uploads(uploader: &Uploader, bucket: &str) {
    tell(uploader.sweep(bucket, PATIENCE).await, bucket);
}

/// The same of all of them.
pub async fn throw_away_uploads(uploader: &Uploader, bucket: &str) {
    tell(uploader.sweep_all(bucket, PATIENCE).await, bucket);
}

fn tell(swept: Result<Swept, s3up::Error>, bucket: &str) {
    match swept {
        Ok(swept) => tell_uploads(swept, bucket),
        Err(error) => {
            log::warn!(
                "what killed runs left is not cleared: {}",
                s3_failure(error)
            );
        }
    }
}

fn tell_uploads(swept: Swept, bucket: &str) {
    if !swept.aborted.is_empty() {
        log::info!(
            "cleared what a killed run left: {}",
            uploads(&swept.aborted, bucket)
        );
    }
    if let Some(kept) = kept(&swept.resumable) {
        log::info!("{kept}");
    }
    for ambiguous in &swept.ambiguous {
        log::warn!("{}", in_doubt(ambiguous));
    }
    // After a failure, which is told, that the rest was not tried says nothing new.
    if swept.left > 0 && swept.failed.is_empty() {
        log::warn!(
            "of what killed runs may have left in s3://{bucket}, {} could not be looked at within {} s; the next run tries again",
            notes(swept.left),
            PATIENCE.as_secs()
        );
    }
    for (upload, error) in swept.failed {
        log::warn!(
            "the parts that a killed run left of {} are still there, and the next run tries again: {}",
            target(&upload),
            s3_failure(error)
        );
    }
}

/// One is named, several are counted.
fn kept(resumable: &[Resumable]) -> Option<String> {
    let (what, them) = match resumable {
        [] => return None,
        [one] => (
            format!(
                "an interrupted upload of `{}` to {} is",
                one.file.display(),
                target(&one.upload)
            ),
            "it",
        ),
        several => (format!("{} interrupted uploads are", several.len()), "them"),
    };
    Some(format!(
        "{what} kept: the same `upload` goes on with {them}, `upload --fresh` throws {them} away"
    ))
}

/// One is named, several are counted.
fn uploads(uploads: &[UploadRef], bucket: &str) -> String {
    match uploads {
        [upload] => format!("1 upload to {}", target(upload)),
        several => format!("{} uploads to s3://{bucket}", several.len()),
    }
}

fn notes(count: usize) -> String {
    match count {
        1 => "1 note".to_owned(),
        several => format!("{several} notes"),
    }
}

fn in_doubt(ambiguous: &Ambiguous) -> String {
    let Ambiguous { bucket, key, .. } = ambiguous;
    let open = match ambiguous.uploads.as_slice() {
        [] => "the server does not say what is open there".to_owned(),
        [upload] => format!(
            "one is open there, {}, and may be somebody else's",
            upload.upload_id
        ),
        several => format!("{} are open there, perhaps of others", several.len()),
    };
    let who = match ambiguous.doubt {
        Doubt::OtherHost => "a run on another machine, or before this one was started anew,",
        _ => "a killed run",
    };
    let note = match ambiguous.forgotten {
        true => "this is not said again".to_owned(),
        false => format!(
            "remove `{}` to hear no more of it",
            ambiguous.path.display()
        ),
    };
    format!(
        "{who} may have left an upload to s3://{bucket}/{key}: {open}. If nobody uploads to it now, abort it with `aws s3api list-multipart-uploads` and `abort-multipart-upload`; until then its parts take up room; {note}"
    )
}

fn target(upload: &UploadRef) -> String {
    format!("s3://{}/{}", upload.bucket, upload.key)
}

/// Removes the temporary files that killed runs left where `file` is written, which is behind
/// a link if it is one, and says so.
pub async fn clear_files(file: &Path) {
    let target = file.to_owned();
    let clearing = tokio::task::spawn_blocking(move || blockwrite::remove_leftovers_beside(target));
    let found = match tokio::time::timeout(PATIENCE, clearing).await {
        Ok(Ok(Ok(found))) => found,
        // A folder that can't be listed may take a file all the same, and if it does not, that
        // will be said of the file.
        Ok(Ok(Err(error))) => return log::debug!("what killed runs left is not cleared: {error}"),
        Ok(Err(error)) => return log::debug!("what killed runs left is not cleared: {error}"),
        Err(_) => return log::debug!("what killed runs left takes long to clear"),
    };
    for Leftover { path, error, .. } in &found {
        if let Some(error) = error {
            log::warn!(
                "`{}`, which a killed run left, could not be removed; remove it by hand: {error}",
                path.display()
            );
        }
    }
    if let Some(files) = files(&found) {
        log::info!(
            "cleared what a killed run left: {files} beside {}",
            file.display()
        );
    }
}

/// Those that are gone, counted and weighed.
fn files(found: &[Leftover]) -> Option<String> {
    let gone = || found.iter().filter(|leftover| leftover.error.is_none());
    let bytes = decimal(gone().map(|leftover| leftover.bytes).sum());
    match gone().count() {
        0 => None,
        files => Some(format!(
            "{} ({bytes})",
            counted(files as u64, "temporary file")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_lie_where_state_belongs() {
        let folder = |named: Option<&str>, set: &[(&str, &str)]| {
            state_folder(named.map(Path::new), |name| {
                let found = set.iter().find(|(variable, _)| *variable == name);
                found.map(|(_, value)| (*value).to_owned())
            })
            .map(|path| path.display().to_string())
        };
        let (home, state) = (("HOME", "/home/a"), ("XDG_STATE_HOME", "/state"));
        let all = [home, state];
        assert_eq!(folder(Some("here"), &all).as_deref(), Some("here"));
        assert_eq!(folder(None, &all).as_deref(), Some("/state/pipeline-cli"));
        let at_home = Some("/home/a/.local/state/pipeline-cli");
        assert_eq!(folder(None, &[home]).as_deref(), at_home);
        assert_eq!(
            folder(None, &[home, ("XDG_STATE_HOME", "state")]).as_deref(),
            at_home
        );
        assert_eq!(folder(None, &[("HOME", "")]), None);
        assert_eq!(folder(None, &[]), None);
    }

    #[test]
    fn an_s3_has_one_name() {
        let url = |text: &str| Endpoint::Url(text.parse().unwrap());
        let (stand_in, remote) = (url("http://127.0.0.1:4566"), url("https://s3.example"));
        assert_eq!(store(&stand_in, Some("test")), "http://127.0.0.1:4566");
        assert_eq!(store(&stand_in, None), "http://127.0.0.1:4566");
        let id = Some("EMBEDDEDABC");
        assert_eq!(store(&stand_in, id), "embedded:EMBEDDEDABC");
        assert_eq!(store(&Endpoint::Embedded, id), "embedded:EMBEDDEDABC");
        assert_eq!(store(&remote, id), "https://s3.example");
        assert_eq!(store(&Endpoint::Aws, id), "aws");
    }

    #[test]
    fn one_upload_is_named_and_several_are_counted() {
        let upload = |key: &str| UploadRef {
            bucket: "lake".into(),
            key: key.into(),
            upload_id: "id".into(),
        };
        assert_eq!(uploads(&[upload("a")], "lake"), "1 upload to s3://lake/a");
        let two = [upload("a"), upload("b")];
        assert_eq!(uploads(&two, "lake"), "2 uploads to s3://lake");
    }
}
