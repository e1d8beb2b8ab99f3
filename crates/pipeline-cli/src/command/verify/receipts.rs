//! Receipts, wherever they stand in JSON.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error};
use s3up::Receipt;
use serde::Deserialize as _;
use serde_json::Value;

use crate::failure::{ExitCode, Failure};

/// The receipts in these files, in their order, each once: events tell of an object when it is
/// done, and once more at the end.
///
/// # Errors
///
/// [`ExitCode::Source`] for a file that can't be read, is no JSON, or holds no receipt.
pub fn read(files: &[PathBuf]) -> Result<Vec<Receipt>, Failure> {
    let mut receipts = Vec::new();
    let mut seen = HashSet::new();
    for path in files {
        let mut found = 0;
        let each = |receipt: Receipt| {
            found += 1;
            let mark = (receipt.bucket.clone(), receipt.key.clone());
            if seen.insert((mark, receipt.token.clone())) {
                receipts.push(receipt);
            }
        };
        of_file(path, each)
            .with_context(|| format!("cannot read receipts from `{}`", path.display()))
            .map_err(|error| Failure::new(ExitCode::Source, error))?;
        if found == 0 {
            let said = format!("there is no receipt in `{}`", path.display());
            let advice = "Receipts are among what `run` and `upload` print with --json.";
            return Err(Failure::say(ExitCode::Source, said).advise(advice));
        }
    }
    Ok(receipts)
}

fn of_file(path: &Path, mut each: impl FnMut(Receipt)) -> Result<(), Error> {
    if path.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    }
    let text = BufReader::new(File::open(path)?);
    // One value or many, be they a line each or not; how deep they may be is limited there.
    for value in serde_json::Deserializer::from_reader(text).into_iter::<Value>() {
        within(&value?, &mut each);
    }
    Ok(())
}

/// The receipts in a value: what is one by its fields, or what one is in.
fn within(value: &Value, each: &mut impl FnMut(Receipt)) {
    match value {
        Value::Object(fields) => match Receipt::deserialize(value) {
            Ok(receipt) => each(receipt),
            Err(_) => fields.values().for_each(|field| within(field, each)),
        },
        Value::Array(values) => values.iter().for_each(|value| within(value, each)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECEIPT: &str = r#"{"bucket":"lake","key":"k","size":1,"etag":"e","version_id":null,
        "parts":[],"attempts":1,"bytes_sent":1,"elapsed_s":0.5,"token":"07"}"#;

    fn found(text: &str) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.json");
        std::fs::write(&path, text).unwrap();
        match read(std::slice::from_ref(&path)) {
            Ok(receipts) => Ok(receipts.into_iter().map(|receipt| receipt.key).collect()),
            Err(failure) => {
                assert_eq!(failure.code, ExitCode::Source);
                Err(failure.to_string().replace(path.to_str().unwrap(), "FILE"))
            }
        }
    }

    #[test]
    fn receipts_are_found_wherever_they_stand_and_told_once() {
        let other = RECEIPT.replace("\"k\"", "\"l\"");
        for text in [
            RECEIPT.to_owned(),
            format!("{{\"event\":\"uploaded\",\"receipt\":{RECEIPT}}}\n{{\"all\":[{RECEIPT}]}}\n"),
            format!("[{RECEIPT},{RECEIPT}]"),
        ] {
            assert_eq!(found(&text), Ok(vec!["k".to_owned()]), "{text}");
        }
        let both = format!("{{\"event\":\"plan\"}} {RECEIPT}{other}");
        assert_eq!(found(&both), Ok(vec!["k".to_owned(), "l".to_owned()]));
    }

    #[test]
    fn what_holds_none_is_told() {
        let none = "there is no receipt in `FILE`. Receipts are among what `run` and `upload` \
                    print with --json.";
        for text in ["", "{}", "7", "[[{\"bucket\":\"lake\"}]]"] {
            assert_eq!(found(text), Err(none.to_owned()), "{text}");
        }
        let cut = found("{\"a\":").unwrap_err();
        assert!(
            cut.starts_with("cannot read receipts from `FILE`: EOF"),
            "{cut}"
        );
        let deep = "[".repeat(1_000_000);
        assert!(found(&deep).unwrap_err().contains("recursion limit"));
    }
}
