//! What people and machines are told: progress while it runs, a summary when it ends.

mod bar;
mod events;
mod pace;
mod picture;
mod plan_text;
mod progress;
mod progress_line;
mod reading;
mod screen;
mod summary;
mod table;
mod tables_text;
mod trouble;
mod written;

pub use events::say;
pub use progress::{Bar, Progress, Unit};
pub use screen::Screen;
pub use summary::{TableDone, failure_text, rate};
pub use table::TableReport;
pub use tables_text::FinishedTable;
pub use written::Written;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use terminal_size::terminal_size_of;

use self::events::Events;
use crate::byte_size::decimal;
use crate::console::Console;
use crate::failure::Failure;
use crate::plan::{Plan, TablePlan};
use crate::text_table::printable;
use crate::thousands::grouped;

/// Tells what happens in a run, to whom it was asked to.
pub struct Reporter {
    events: Arc<Events>,
    /// Whether bars are drawn.
    draw: bool,
    quiet: bool,
    screen: Screen,
}

impl Reporter {
    /// A reporter that speaks as `console` does.
    pub fn new(console: &Console) -> Self {
        Self {
            events: Arc::new(Events::new(console.json)),
            draw: console.bar,
            quiet: console.quiet,
            screen: console.bars.clone(),
        }
    }

    /// A run that is only planned: its plan and nothing more.
    pub fn planned(&self, plan: &Plan) {
        encodings(plan);
        if self.events.are_wanted() {
            self.plan_events(plan);
            let event = json!({ "event": "summary", "outcome": "planned", "exit_code": 0 });
            self.events.emit(&event);
        } else {
            say(plan_text::plan_text(plan, terminal_width()).trim_end());
        }
    }

    /// The run begins.
    pub fn begin(&self, plan: &Plan) {
        match plan.only_table() {
            Some(table) => log::info!("plan: {}", plan_text::in_one_line(&table.numbers)),
            None => log::info!(
                "plan: {}, {} tables, {} rows, about {}",
                plan.data,
                plan.tables.len(),
                grouped(plan.total_rows()),
                decimal(plan.file_bytes()),
            ),
        }
        encodings(plan);
        self.plan_events(plan);
    }

    fn plan_events(&self, plan: &Plan) {
        for table in &plan.tables {
            self.events.emit(&json!({
                "event": "plan",
                "table": table.numbers.table,
                "target": table.destination.to_string(),
                "plan": table.numbers,
                "encodings": table.encoder.choices(),
            }));
        }
    }

    /// The table at a position of the plan begins.
    pub fn table(&self, plan: &Plan, at: usize, table: &TablePlan) -> Arc<TableReport> {
        let numbers = &table.numbers;
        let several = plan.only_table().is_none();
        let title = several.then(|| {
            let name = printable(&numbers.table);
            format!("{}/{} {name}", at + 1, plan.tables.len())
        });
        if let (Some(title), Some(made)) = (&title, numbers.origin.generated()) {
            log::info!(
                "{title}: {} rows, {}",
                grouped(made.total_rows()),
                plan_text::size(made)
            );
        }
        log::info!("target: {}", table.destination);
        let progress =
            Progress::new(self.draw, self.events.are_wanted(), &self.screen).titled(title);
        let events = Arc::clone(&self.events);
        Arc::new(TableReport::new(table, several, progress, events))
    }

    /// One of several tables is in place.
    pub fn table_done(&self, table: &FinishedTable) {
        log::info!("{}", table.line());
        self.events.emit(&table.event());
    }

    /// All went well with the one table.
    pub fn done(&self, table: &TableDone<'_>) {
        if self.events.are_wanted() {
            self.events.emit(&table.summary_event());
        } else if !self.quiet {
            say(&table.text());
        }
    }

    /// All went well with several tables.
    pub fn all_done(&self, plan: &Plan, tables: &[FinishedTable], elapsed: Duration) {
        if self.events.are_wanted() {
            self.events
                .emit(&tables_text::summary_event(tables, elapsed));
        } else if !self.quiet {
            say(&tables_text::text(plan, tables, elapsed, terminal_width()));
        }
    }

    /// Whoever asked for events and did not get them must not read a zero.
    ///
    /// # Errors
    ///
    /// An event could not be written.
    pub fn all_said(&self) -> Result<(), Failure> {
        self.events.all_said()
    }
}

/// How each column is encoded, and why.
fn encodings(plan: &Plan) {
    for table in &plan.tables {
        for choice in table.encoder.choices() {
            let (table, column) = (&table.numbers.table, &choice.column);
            log::debug!("{}: `{}` is {choice}", printable(table), printable(column));
        }
    }
}

/// Columns of the terminal that people read on.
fn terminal_width() -> Option<usize> {
    terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0))
}

/// Something went wrong: one paragraph, and with `json` the `summary` event that ends the stream.
pub fn failed(failure: &Failure, json: bool) {
    if json {
        failed_event(failure);
    }
    say(&failure_text(failure));
}

/// The `summary` event of a run that went wrong.
pub fn failed_event(failure: &Failure) {
    let mut event = json!({
        "event": "summary",
        "outcome": failure.outcome(),
        "exit_code": failure.code as i32,
        "error": { "kind": failure.code, "message": failure.to_string() },
    });
    if let Some(event) = event.as_object_mut() {
        event.extend(failure.facts().clone());
    }
    // The exit code says that it went wrong; that standard output is gone, too, adds nothing.
    let _ = events::emit(&event);
}
