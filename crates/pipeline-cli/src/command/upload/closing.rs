//! The end of an upload: a table for people, a `summary` for programs.

use std::io;

use serde_json::{Value, json};
use terminal_size::terminal_size_of;

use super::selection::Selection;
use super::tally::Tally;
use super::telling::{emit, in_requests};
use crate::byte_size::decimal;
use crate::console::Console;
use crate::destination::{EMBEDDED_ROOT, Endpoint};
use crate::failure::Failure;
use crate::report::{rate, say};
use crate::text_table::{Column, TextTable};
use crate::thousands::{counted, grouped};

/// Tells what became of the files.
///
/// # Errors
///
/// What kept files from being uploaded; standard output that refuses.
pub fn tell(
    mut tally: Tally,
    selection: &Selection,
    endpoint: &Endpoint,
    console: &Console,
) -> Result<(), Failure> {
    if !console.json && !console.quiet {
        let width = terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
        say(text(&tally, selection, endpoint, width).trim_end());
    }
    let mut facts = tally.facts();
    facts.insert("target".into(), selection.target().to_string().into());
    match tally.verdict() {
        Ok(()) if console.json => {
            let mut event = json!({ "event": "summary", "exit_code": 0 });
            if let Value::Object(event) = &mut event {
                event.extend(facts);
            }
            emit(&event)
        }
        Ok(()) => Ok(()),
        Err(failure) => Err(failure.with_facts(facts)),
    }
}

fn text(tally: &Tally, selection: &Selection, endpoint: &Endpoint, width: Option<usize>) -> String {
    let all = tally.uploaded == tally.files;
    let mut text = String::from(if all { "Done\n" } else { "Not all is done\n" });
    if !tally.lines.is_empty() {
        text += &files(tally, selection).render(2, width);
        text.push('\n');
    }
    for (name, value) in totals(tally, selection, endpoint) {
        text += &format!("  {name:<12}{value}\n");
    }
    // A single one is told in the last sentence.
    if tally.failures.len() > 1 {
        text += "Failed\n";
        for failed in &tally.failures {
            // One below the other: a reason is a sentence, and no cell of a table.
            text += &format!("  {}\n      {}\n", failed.path.display(), failed.reason);
        }
        let untold = tally.failed - tally.failures.len() as u64;
        if untold > 0 {
            text += &format!("  and {} more, told above\n", grouped(untold));
        }
    }
    text
}

fn files(tally: &Tally, selection: &Selection) -> TextTable {
    let mut table = TextTable::new([
        Column::words("file"),
        Column::words("object"),
        Column::numbers("size"),
        Column::words("sent in").at_least(11),
        Column::numbers("rate"),
    ]);
    let target = selection.target();
    let mut lines: Vec<_> = tally.lines.iter().collect();
    // They ended in any order.
    lines.sort_by(|a, b| a.key.cmp(&b.key));
    for line in lines {
        // What all have in common stands below the table.
        let object = match target.is_folder() {
            true => line.key.strip_prefix(&target.key).unwrap_or(&line.key),
            false => &line.key,
        };
        table.row([
            &line.path.display().to_string(),
            object,
            &decimal(line.size),
            &in_requests(line.parts),
            &format!("{}/s", decimal(rate(line.size, line.elapsed))),
        ]);
    }
    table
}

fn totals(
    tally: &Tally,
    selection: &Selection,
    endpoint: &Endpoint,
) -> Vec<(&'static str, String)> {
    let mut uploaded = if tally.uploaded == tally.files {
        counted(tally.files, "file")
    } else {
        format!(
            "{} of {}",
            grouped(tally.uploaded),
            counted(tally.files, "file")
        )
    };
    uploaded += &format!(
        ", {} in {:.2} s, {}/s",
        decimal(tally.uploaded_bytes),
        tally.elapsed.as_secs_f64(),
        decimal(rate(tally.uploaded_bytes, tally.elapsed)),
    );
    // Of few files each has its line.
    if tally.lines.is_empty() && tally.uploaded > 0 {
        let pace = rate(tally.uploaded, tally.elapsed);
        uploaded += &format!(", {} files/s", grouped(pace));
    }
    let retries = match tally.retries {
        0 => "none repeated".to_owned(),
        retries => format!("{} repeated", grouped(retries)),
    };
    let target = selection.target();
    let requests = format!("{}, {retries}", grouped(tally.requests));
    let mut totals = vec![
        ("uploaded", uploaded),
        ("requests", requests),
        ("target", target.to_string()),
    ];
    if tally.resumed_bytes > 0 {
        let resumed = decimal(tally.resumed_bytes);
        let said = format!("{resumed} were there from an interrupted upload");
        totals.insert(1, ("resumed", said));
    }
    totals.push(match endpoint {
        Endpoint::Embedded => (
            "on disk",
            format!("{EMBEDDED_ROOT}/{}/{}", target.bucket, target.key),
        ),
        other => ("S3", other.to_string()),
    });
    totals
}
