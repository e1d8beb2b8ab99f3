//! The plan as `--dry-run` prints it.

use blockwrite::{BlockSizing, SizeLimit};

use crate::byte_size::{ByteSize, decimal};
use crate::destination::Destination;
use crate::plan::Plan;
use crate::thousands::grouped;

/// What kept row groups below the wanted size, if anything did.
pub fn limit(sizing: &BlockSizing) -> &'static str {
    match sizing.limited_by {
        None => "",
        Some(SizeLimit::Rows) => ", ended at 1,048,576 rows",
        Some(SizeLimit::ArrowBytes) => ", ended at 64 MiB of Arrow data",
    }
}

/// A table of what a run would do.
pub fn plan_text(plan: &Plan) -> String {
    let numbers = &plan.numbers;
    let sizing = &numbers.sizing;
    let mut rows = vec![
        (
            "data",
            format!("{}, seed {}", numbers.dataset, numbers.seed),
        ),
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
    let lines: Vec<_> = rows
        .into_iter()
        .map(|(name, value)| format!("  {name:<12}{value}"))
        .collect();
    format!("Plan\n{}", lines.join("\n"))
}
