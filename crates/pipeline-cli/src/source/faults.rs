//! A source that can't be read, as the end of a run: what to do, and how far it came.

use std::error::Error;

use arrow::error::ArrowError;
use blockgen::source::SourceError;
use serde_json::json;

use crate::failure::{ExitCode, Failure};
use crate::thousands::counted;

/// The failure of a reader that had given `rows` before.
pub fn failure(error: ArrowError, rows: u64) -> Failure {
    match error {
        ArrowError::ExternalError(error) => of_boxed(error, rows),
        error => told(Failure::new(ExitCode::Source, error), rows),
    }
}

/// The failure to plan for what the first blocks hold, `rows` rows.
pub fn unplannable(error: blockwrite::Error, rows: u64) -> Failure {
    match error {
        blockwrite::Error::Sample(error) => of_boxed(error, rows),
        error if error.is_of_options() => crate::write_options::failure(error),
        error => told(Failure::new(ExitCode::Source, error), rows),
    }
}

fn of_boxed(error: Box<dyn Error + Send + Sync>, rows: u64) -> Failure {
    match error.downcast::<SourceError>() {
        Ok(error) => told(of_source(*error), rows),
        Err(error) => told(Failure::say(ExitCode::Source, error), rows),
    }
}

fn of_source(error: SourceError) -> Failure {
    let advice = match &error {
        SourceError::Value {
            place,
            sampled,
            loss,
            ..
        } => {
            let column = place.column.as_deref();
            column.and_then(|column| out_of(column, sampled.is_some(), loss.is_some()))
        }
        SourceError::NewField { .. } => {
            Some("Look at more rows for columns with --infer-rows.".to_owned())
        }
        SourceError::UnknownFormat { .. } => Some("Name it with --from-format.".to_owned()),
        _ => None,
    };
    let code = match &error {
        // What is wrong is what was asked for.
        SourceError::Options { .. } | SourceError::UnknownColumn { .. } => ExitCode::Usage,
        _ => ExitCode::Source,
    };
    let failure = Failure::new(code, error);
    match advice {
        Some(advice) => failure.advise(advice),
        None => failure,
    }
}

/// What keeps a value that its column does not.
fn out_of(column: &str, inferred: bool, lost: bool) -> Option<String> {
    match (inferred, lost) {
        // Types are given to whole columns, and no text holds an object.
        (true, _) if column.contains('.') => {
            Some("Look at more rows for types with --infer-rows.".to_owned())
        }
        (true, _) => Some(format!(
            "--types '{column}=text' takes every value as it is."
        )),
        (false, true) => Some(format!(
            "Give a type that holds it; --types '{column}=text' takes every value as it is."
        )),
        (false, false) => None,
    }
}

/// With how far it came.
fn told(failure: Failure, rows: u64) -> Failure {
    let facts = [("rows_read".to_owned(), json!(rows))];
    let failure = failure.with_facts(facts.into_iter().collect());
    match rows {
        0 => failure,
        rows => {
            let were = if rows == 1 { "was" } else { "were" };
            let rows = counted(rows, "row");
            failure.advise(format!(
                "{rows} {were} read before that; nothing was committed."
            ))
        }
    }
}
