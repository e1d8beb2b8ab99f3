//! `--from`: rows are read in place of being made, and what makes them has no say.

use super::RunArgs;
use crate::failure::{ExitCode, Failure};
use crate::row_range::parse_rows;
use crate::settings::{Layer, long};

/// What only rows that are made can be told, by their keys and with why.
const OF_MADE_ROWS: [(&str, &str); 4] = [
    ("spec", "a spec says how rows are made"),
    ("seed", "rows that are read have no seed"),
    ("scale", "rows that are read are as many as they are"),
    (
        "size",
        "how large the file becomes is not known before all is read",
    ),
];

/// How many rows are to be read at most, where a flag says so: what lower layers say is meant for
/// rows that are made.
///
/// # Errors
///
/// [`ExitCode::Usage`] for what only rows that are made can be told.
pub(super) fn rows_to_read(args: &RunArgs, spec: &Layer) -> Result<Option<u64>, Failure> {
    let asked = &args.settings;
    let flags = asked.layer(spec.clone())?;
    let given = |(key, _): &&(&str, &str)| flags.get(key).is_some();
    if let Some((key, why)) = OF_MADE_ROWS.iter().find(given) {
        let what = match (*key, flags.get(key)) {
            ("spec", Some(word)) => format!("the spec `{word}`"),
            (key, _) => format!("--{}", long(key)),
        };
        return Err(refused(&what, why));
    }
    if asked.rows_range.is_some() {
        let why = "a source is read from its beginning";
        return Err(refused("--rows-range", why).advise("--rows N takes the first N rows."));
    }
    if !asked.table.is_empty() {
        return Err(refused("--table", "a source is one table"));
    }
    if args.ledger.is_some() {
        return Err(refused(
            "--ledger",
            "rows that are read are damaged by nobody",
        ));
    }
    let rows = flags.get("rows").map(parse_rows).transpose();
    rows.map_err(|_| {
        refused("--rows TABLE=N", "a source is one table")
            .advise("--rows N takes the first N rows.")
    })
}

fn refused(what: &str, why: &str) -> Failure {
    let sentence = format!("{what} can't stand beside --from: {why}");
    Failure::say(ExitCode::Usage, sentence)
}
