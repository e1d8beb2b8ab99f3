//! The end of a run of several tables: a line each, and all together.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::rate;
use super::summary::TableDone;
use crate::byte_size::decimal;
use crate::destination::{Destination, EMBEDDED_ROOT, Endpoint};
use crate::plan::Plan;
use crate::text_table::{Column, TextTable, printable};
use crate::thousands::{counted, grouped};

/// A table that is in place; of its row groups no more is kept than their number.
#[derive(Debug)]
pub struct FinishedTable {
    /// Its name.
    pub table: String,
    target: String,
    rows: u64,
    row_groups: u64,
    file_bytes: u64,
    elapsed: Duration,
    /// Damaged on purpose, and where that is listed.
    damaged: bool,
    ledger: Option<String>,
    facts: Map<String, Value>,
}

impl From<TableDone<'_>> for FinishedTable {
    fn from(done: TableDone<'_>) -> Self {
        Self {
            table: done.plan.numbers.table.clone(),
            target: done.plan.destination.to_string(),
            rows: done.written.rows,
            row_groups: done.written.row_groups,
            file_bytes: done.written.file_bytes,
            elapsed: done.elapsed,
            damaged: done.plan.numbers.damaged,
            ledger: done.ledger.as_ref().map(ToString::to_string),
            facts: done.facts(),
        }
    }
}

impl FinishedTable {
    /// A line of the log.
    pub(super) fn line(&self) -> String {
        format!(
            "{} is in place: {} rows, {}, {} in {:.2} s",
            printable(&self.table),
            grouped(self.rows),
            counted(self.row_groups, "row group"),
            decimal(self.file_bytes),
            self.elapsed.as_secs_f64(),
        )
    }

    /// The event that tells of it at once.
    pub(super) fn event(&self) -> Value {
        let mut event = self.facts.clone();
        event.insert("event".to_owned(), "table".into());
        event.into()
    }

    /// What machines are told of it at the end.
    pub fn facts(&self) -> &Map<String, Value> {
        &self.facts
    }
}

struct Totals {
    rows: u64,
    row_groups: u64,
    file_bytes: u64,
}

fn totals(tables: &[FinishedTable]) -> Totals {
    let sum = |of: fn(&FinishedTable) -> u64| tables.iter().map(of).fold(0, u64::saturating_add);
    Totals {
        rows: sum(|table| table.rows),
        row_groups: sum(|table| table.row_groups),
        file_bytes: sum(|table| table.file_bytes),
    }
}

/// The last event.
pub(super) fn summary_event(tables: &[FinishedTable], elapsed: Duration) -> Value {
    let all = totals(tables);
    let facts: Vec<_> = tables.iter().map(FinishedTable::facts).collect();
    json!({
        "event": "summary",
        "outcome": "committed",
        "exit_code": 0,
        "rows": all.rows,
        "row_groups": all.row_groups,
        "file_bytes": all.file_bytes,
        "elapsed_seconds": elapsed.as_secs_f64(),
        "rows_per_second": rate(all.rows, elapsed),
        "tables": facts,
    })
}

/// The text for people.
pub(super) fn text(
    plan: &Plan,
    tables: &[FinishedTable],
    elapsed: Duration,
    width: Option<usize>,
) -> String {
    let all = totals(tables);
    let mut lines = TextTable::new([
        Column::words("table"),
        Column::numbers("rows"),
        Column::numbers("row groups"),
        Column::numbers("size"),
        Column::numbers("time"),
        Column::words("target").at_least(16),
    ]);
    let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
    for table in tables {
        lines.row([
            &table.table,
            &grouped(table.rows),
            &grouped(table.row_groups),
            &decimal(table.file_bytes),
            &seconds(table.elapsed),
            &table.target,
        ]);
    }
    lines.row([
        "all",
        &grouped(all.rows),
        &grouped(all.row_groups),
        &decimal(all.file_bytes),
        &seconds(elapsed),
        &format!("{} rows/s", grouped(rate(all.rows, elapsed))),
    ]);
    let mut text = format!("Done\n{}", lines.render(2, width));
    if let Some((name, value)) = place(plan) {
        text += &format!("\n  {name:<12}{value}");
    }
    for (name, value) in damage(tables) {
        text += &format!("\n  {name:<12}{value}");
    }
    text.trim_end().to_owned()
}

/// The ledgers, and the tables that are damaged and have none.
fn damage(tables: &[FinishedTable]) -> Vec<(&'static str, String)> {
    let ledgers = tables.iter().filter_map(|table| table.ledger.clone());
    let mut lines: Vec<_> = ledgers.map(|ledger| ("ledger", ledger)).collect();
    let unlisted = tables
        .iter()
        .filter(|table| table.damaged && table.ledger.is_none());
    let unlisted: Vec<_> = unlisted.map(|table| printable(&table.table)).collect();
    if !unlisted.is_empty() {
        let how = "on purpose; --ledger ledgers/ lists every damaged value";
        lines.push(("damaged", format!("{}: {how}", unlisted.join(", "))));
    }
    lines
}

/// Where all of them are.
fn place(plan: &Plan) -> Option<(&'static str, String)> {
    match &plan.tables.first()?.destination {
        Destination::S3 {
            endpoint: Endpoint::Embedded,
            bucket,
            ..
        } => Some(("on disk", format!("{EMBEDDED_ROOT}/{bucket}"))),
        Destination::S3 { endpoint, .. } => Some(("S3", endpoint.to_string())),
        Destination::File(_) | Destination::Stdout => None,
    }
}
