//! The end of a table, in numbers: of a run that makes one, the end of the run.

use std::time::Duration;

use s3up::Receipt;
use serde_json::{Map, Value, json};

use super::plan_text::limit;
use super::written::Written;
use crate::byte_size::{ByteSize, decimal};
use crate::destination::{Destination, EMBEDDED_ROOT, Endpoint};
use crate::failure::{ExitCode, Failure};
use crate::ledger::LedgerDone;
use crate::plan::TablePlan;
use crate::sink::{Landed, Several};
use crate::thousands::{counted, grouped};

/// What was written, where it is, how fast it went.
pub struct TableDone<'a> {
    /// The plan that was carried out.
    pub plan: &'a TablePlan,
    /// What was written.
    pub written: Written,
    /// Where it is.
    pub landed: Landed,
    /// The ledger, where one was asked for.
    pub ledger: Option<LedgerDone>,
    /// Wall time from the first row to the end of the last byte's way.
    pub elapsed: Duration,
}

impl TableDone<'_> {
    /// The lines for people.
    pub fn text(&self) -> String {
        let (plan, written) = (self.plan, &self.written);
        let made_in = self.made_in();
        let seconds = made_in.as_secs_f64();
        let mut rows = vec![
            (
                "rows",
                format!(
                    "{} in {seconds:.2} s, {} rows/s",
                    grouped(written.rows),
                    grouped(rate(written.rows, made_in)),
                ),
            ),
            ("columns", written.columns.to_string()),
            ("row groups", self.groups()),
            (
                "sizes",
                format!(
                    "{} in memory, {} encoded, {} compressed",
                    decimal(written.arrow_bytes),
                    decimal(written.uncompressed_bytes),
                    decimal(written.compressed_bytes),
                ),
            ),
            (
                "compression",
                format!("{}, ratio {:.2}", plan.numbers.compression, written.ratio()),
            ),
        ];
        match &self.landed {
            Landed::Several(several) => rows.push(("files", sizes(several, written))),
            _ => rows.push(("file", decimal(written.file_bytes))),
        }
        if let Some(source) = plan.numbers.origin.source() {
            rows.insert(0, ("from", source.to_string()));
        }
        match &self.landed {
            Landed::Stdout => rows.push(("written to", "standard output".to_owned())),
            Landed::File(path) => rows.push(("written to", path.display().to_string())),
            Landed::Object(receipt) => rows.extend(self.object(receipt)),
            Landed::Kept { path, receipt, .. } => {
                rows.push((
                    "local file",
                    format!("{}, in {seconds:.2} s", path.display()),
                ));
                rows.extend(self.object(receipt));
            }
            Landed::Several(several) => rows.extend(self.place_of(several)),
        }
        rows.extend(self.damage());
        let lines: Vec<_> = rows
            .into_iter()
            .map(|(name, value)| format!("  {name:<12}{value}"))
            .collect();
        format!("Done\n{}", lines.join("\n"))
    }

    /// What was done to the values on purpose.
    fn damage(&self) -> Option<(&'static str, String)> {
        match &self.ledger {
            Some(ledger) => Some(("ledger", ledger.to_string())),
            None if self.plan.numbers.damaged => {
                let how = "on purpose; --ledger damage.csv lists every damaged value";
                Some(("damaged", how.to_owned()))
            }
            None => None,
        }
    }

    /// How long the rows took. Where a file is kept, its upload comes after that.
    fn made_in(&self) -> Duration {
        match &self.landed {
            Landed::Kept { written_in, .. } => *written_in,
            _ => self.elapsed,
        }
    }

    /// The object, and how it came there.
    fn object(&self, receipt: &Receipt) -> Vec<(&'static str, String)> {
        let how = match receipt.parts.len() {
            0 | 1 => "one request".to_owned(),
            parts => format!("{parts} parts"),
        };
        let uploaded = format!(
            "{} in {how} in {:.2} s, {}/s",
            decimal(receipt.size),
            receipt.elapsed.as_secs_f64(),
            decimal(rate(receipt.size, receipt.elapsed)),
        );
        let mut rows = vec![
            ("uploaded", uploaded),
            ("object", format!("s3://{}/{}", receipt.bucket, receipt.key)),
        ];
        if let Destination::S3 { endpoint, .. } = &self.plan.destination {
            rows.push(match endpoint {
                Endpoint::Embedded => (
                    "on disk",
                    format!("{EMBEDDED_ROOT}/{}/{}", receipt.bucket, receipt.key),
                ),
                other => ("S3", other.to_string()),
            });
        }
        rows
    }

    /// Where several files are.
    fn place_of(&self, several: &Several) -> Vec<(&'static str, String)> {
        let mut rows = match several.files {
            0 => Vec::new(),
            1 => vec![("written to", several.first.clone())],
            _ => vec![
                ("first file", several.first.clone()),
                ("last file", several.last.clone()),
            ],
        };
        if let Destination::S3 {
            endpoint, bucket, ..
        } = &self.plan.destination
        {
            rows.push(match endpoint {
                Endpoint::Embedded => ("on disk", format!("{EMBEDDED_ROOT}/{bucket}")),
                other => ("S3", other.to_string()),
            });
        }
        rows
    }

    fn groups(&self) -> String {
        let wanted = ByteSize(self.plan.numbers.block_bytes);
        match self.written.group_bytes {
            Some(extremes) => format!(
                "{} of {} ({wanted} wanted{})",
                grouped(self.written.row_groups),
                span(extremes),
                limit(&self.plan.numbers.sizing),
            ),
            None => "none".to_owned(),
        }
    }

    /// The last event of a run that makes this table.
    pub fn summary_event(&self) -> Value {
        let mut event = self.facts();
        event.insert("event".to_owned(), "summary".into());
        event.insert("exit_code".to_owned(), 0.into());
        event.into()
    }

    /// What machines are told of it.
    pub fn facts(&self) -> Map<String, Value> {
        let written = &self.written;
        let mut object = match &self.landed {
            Landed::Object(receipt) => json!({ "receipt": receipt }),
            Landed::File(path) => json!({ "path": path }),
            Landed::Kept {
                path,
                written_in,
                receipt,
            } => json!({
                "path": path,
                "written_seconds": written_in.as_secs_f64(),
                "receipt": receipt,
            }),
            Landed::Stdout => json!({}),
            Landed::Several(several) => json!({
                "files": several.files,
                "least_bytes": several.least_bytes,
                "most_bytes": several.most_bytes,
                "first": several.first,
                "last": several.last,
            }),
        };
        let partitions = match &self.landed {
            Landed::Several(several) => several.partitions,
            _ => None,
        };
        if let (Some(partitions), Some(object)) = (partitions, object.as_object_mut()) {
            object.insert("partitions".to_owned(), partitions.into());
        }
        let facts = json!({
            "table": self.plan.numbers.table,
            "outcome": "committed",
            "target": self.plan.destination.to_string(),
            "rows": written.rows,
            "columns": written.columns,
            "row_groups": written.row_groups,
            "arrow_bytes": written.arrow_bytes,
            "uncompressed_bytes": written.uncompressed_bytes,
            "compressed_bytes": written.compressed_bytes,
            "ratio": written.ratio(),
            "file_bytes": written.file_bytes,
            "encode_seconds": written.encode_time.as_secs_f64(),
            "elapsed_seconds": self.elapsed.as_secs_f64(),
            "rows_per_second": rate(written.rows, self.made_in()),
            "landed": object,
        });
        let Value::Object(mut facts) = facts else {
            return Map::new();
        };
        let origin = &self.plan.numbers.origin;
        if let Some(made) = origin.generated() {
            facts.insert("content_id".to_owned(), json!(made.content_id));
        }
        if let Some(ledger) = &self.ledger {
            let ledger = json!({ "path": ledger.path, "values": ledger.values });
            facts.insert("ledger".to_owned(), ledger);
        }
        if let Some(source) = origin.source() {
            facts.insert("source".to_owned(), json!(source));
        }
        facts
    }
}

/// How many files there are, and how large they are.
fn sizes(several: &Several, written: &Written) -> String {
    let each = span((several.least_bytes, several.most_bytes));
    match several.files {
        1 => format!("1 of {each}"),
        0 => "none: there are no rows".to_owned(),
        files => {
            let partitions = match several.partitions {
                Some(partitions) => format!(" in {}", counted(partitions, "partition")),
                None => String::new(),
            };
            format!(
                "{}{partitions} of {each}, {} in all",
                grouped(files),
                decimal(written.file_bytes)
            )
        }
    }
}

/// Two sizes, or one where they read the same.
fn span((least, most): (u64, u64)) -> String {
    match (decimal(least), decimal(most)) {
        (least, most) if least == most => least,
        (least, most) => format!("{least} to {most}"),
    }
}

/// A failure as a person reads it.
pub fn failure_text(failure: &Failure) -> String {
    let after = match failure.code {
        ExitCode::Internal => "\nThis is a defect of the program: please report it.",
        _ => "",
    };
    format!("error: {failure}{after}")
}

/// Things a second, rounded.
pub fn rate(things: u64, time: Duration) -> u64 {
    (things as f64 / time.as_secs_f64().max(1e-9)).round() as u64
}
