//! The plan as `--dry-run` prints it.

use blockwrite::{BlockSizing, SizeLimit};

use crate::byte_size::{ByteSize, decimal};
use crate::destination::Destination;
use crate::plan::{Plan, TablePlan};
use crate::text_table::{Column, TextTable};
use crate::thousands::grouped;

/// What kept row groups below the wanted size, if anything did.
pub fn limit(sizing: &BlockSizing) -> &'static str {
    match sizing.limited_by {
        None => "",
        Some(SizeLimit::Rows) => ", ended at 1,048,576 rows",
        Some(SizeLimit::ArrowBytes) => ", ended at 64 MiB of Arrow data",
    }
}

/// What a run would do.
pub(super) fn plan_text(plan: &Plan, width: Option<usize>) -> String {
    match plan.only_table() {
        Some(table) => lines(&of_table(table)),
        None => lines(&of_tables(plan)) + "\n\n" + &tables(plan).render(2, width),
    }
}

fn lines(rows: &[(&str, String)]) -> String {
    let lines = rows
        .iter()
        .map(|(name, value)| format!("  {name:<12}{value}"));
    format!("Plan\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// What several tables have in common.
fn of_tables(plan: &Plan) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        ("data", format!("{}, seed {}", plan.dataset, plan.seed)),
        (
            "rows",
            format!(
                "{} in {} tables, made one after the other",
                grouped(plan.total_rows()),
                plan.tables.len()
            ),
        ),
        (
            "files",
            format!("about {} in all", decimal(plan.file_bytes())),
        ),
        ("threads", plan.threads.to_string()),
        (
            "memory",
            format!("at most about {} in buffers", decimal(plan.memory_bytes)),
        ),
    ];
    if let Some(table) = plan.tables.first() {
        let compression = table.numbers.compression.to_string();
        rows.insert(3, ("compression", compression));
        if let Destination::S3 { endpoint, .. } = &table.destination {
            rows.push(("S3", endpoint.to_string()));
        }
    }
    rows
}

/// A line a table.
fn tables(plan: &Plan) -> TextTable {
    let keeps = |table: &TablePlan| table.numbers.keep_local.is_some();
    let keeps = plan.tables.iter().any(keeps);
    let mut columns = vec![
        Column::words("table"),
        Column::numbers("rows"),
        Column::numbers("columns"),
        Column::numbers("row groups"),
        Column::numbers("about"),
        Column::words("target").at_least(16),
    ];
    columns.extend(keeps.then(|| Column::words("local file")));
    let mut lines = TextTable::new(columns);
    for TablePlan {
        numbers,
        destination,
        ..
    } in &plan.tables
    {
        let mut cells = vec![
            numbers.table.clone(),
            grouped(numbers.total_rows()),
            numbers.columns.to_string(),
            grouped(numbers.row_groups),
            decimal(numbers.file_bytes),
            destination.to_string(),
        ];
        let kept = numbers.keep_local.as_ref();
        cells.extend(kept.map(|path| path.display().to_string()));
        lines.row(cells);
    }
    lines
}

fn of_table(plan: &TablePlan) -> Vec<(&'static str, String)> {
    let numbers = &plan.numbers;
    let sizing = &numbers.sizing;
    let mut rows = vec![
        ("data", format!("{}, seed {}", numbers.what(), numbers.seed)),
        (
            "rows",
            format!(
                "{} ({}..{}), {} columns",
                grouped(numbers.total_rows()),
                numbers.rows.start,
                numbers.rows.end,
                numbers.columns
            ),
        ),
        (
            "row groups",
            match numbers.row_groups {
                // Less than a whole one: what a whole one would hold says nothing of this file.
                0 | 1 => format!(
                    "{} of {} rows ({} wanted{})",
                    numbers.row_groups,
                    grouped(numbers.total_rows()),
                    ByteSize(numbers.block_bytes),
                    limit(sizing),
                ),
                groups => format!(
                    "{} of {} rows, about {} each ({} wanted{})",
                    grouped(groups),
                    grouped(sizing.block_rows),
                    decimal(sizing.group_bytes),
                    ByteSize(numbers.block_bytes),
                    limit(sizing),
                ),
            },
        ),
        (
            "file",
            format!(
                "about {}, compression {}",
                decimal(numbers.file_bytes),
                numbers.compression
            ),
        ),
        ("threads", numbers.threads.to_string()),
        (
            "memory",
            format!("at most about {} in buffers", decimal(numbers.memory_bytes)),
        ),
    ];
    if let Some(path) = &numbers.keep_local {
        rows.push((
            "local file",
            format!("{}, written first and kept", path.display()),
        ));
    }
    rows.push(("target", plan.destination.to_string()));
    if let Destination::S3 { endpoint, .. } = &plan.destination {
        rows.push(("S3", endpoint.to_string()));
        let parts = match numbers.parts {
            1 => "one request".to_owned(),
            parts => format!(
                "{} parts of {}",
                grouped(parts),
                ByteSize(numbers.part_bytes)
            ),
        };
        rows.push(("upload", parts));
    }
    rows
}
