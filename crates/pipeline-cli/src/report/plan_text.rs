//! The plan as `--dry-run` prints it.

use std::ops::Range;

use blockwrite::{BlockSizing, SizeLimit};

use crate::byte_size::{ByteSize, decimal};
use crate::destination::Destination;
use crate::plan::{
    FilesMade, Generated, Layout, Numbers, Origin, Partitions, Plan, ReadRows, TablePlan,
};
use crate::text_table::{Column, TextTable, printable};
use crate::thousands::{counted, grouped};

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
        ("data", plan.data.clone()),
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
    let several = plan
        .tables
        .iter()
        .any(|table| matches!(table.layout, Layout::Several(_)));
    if several {
        columns.insert(4, Column::numbers("files"));
    }
    columns.extend(keeps.then(|| Column::words("local file")));
    let mut lines = TextTable::new(columns);
    for TablePlan {
        numbers,
        destination,
        layout,
        ..
    } in &plan.tables
    {
        let mut cells = vec![
            numbers.table.clone(),
            known(numbers.total_rows(), grouped),
            numbers.columns.to_string(),
            known(numbers.row_groups(), grouped),
            known(numbers.file_bytes(), decimal),
            target(layout, destination),
        ];
        if several {
            let files = numbers
                .origin
                .generated()
                .and_then(|made| made.files.as_ref());
            cells.insert(4, known(files.map(FilesMade::count), grouped));
        }
        let kept = numbers.keep_local.as_ref();
        cells.extend(kept.map(|path| path.display().to_string()));
        lines.row(cells);
    }
    lines
}

/// A number, if it is one.
fn known(number: Option<u64>, shown: fn(u64) -> String) -> String {
    number.map_or_else(String::new, shown)
}

fn of_table(plan: &TablePlan) -> Vec<(&'static str, String)> {
    let numbers = &plan.numbers;
    let mut rows = vec![("data", numbers.data())];
    rows.extend(match &numbers.origin {
        Origin::Generated(made) => of_generated(numbers, made),
        Origin::Read(read) => of_read(numbers, read),
    });
    rows.extend(numbers.partitions.as_ref().map(partitions));
    rows.push(("threads", numbers.threads.to_string()));
    rows.push((
        "memory",
        format!("at most about {} in buffers", decimal(numbers.memory_bytes)),
    ));
    if let Some(path) = &numbers.keep_local {
        rows.push((
            "local file",
            format!("{}, written first and kept", path.display()),
        ));
    }
    if let Some(path) = &numbers.ledger {
        rows.push(("ledger", path.display().to_string()));
    }
    rows.push(("target", target(&plan.layout, &plan.destination)));
    if let Destination::S3 { endpoint, .. } = &plan.destination {
        rows.push(("S3", endpoint.to_string()));
        let part = ByteSize(numbers.part_bytes);
        let made = numbers.origin.generated();
        let each = match made.and_then(|made| made.files.as_ref()) {
            Some(_) => " a file",
            None => "",
        };
        let parts = match made.map(|made| made.parts) {
            _ if numbers.partitions.is_some() => format!("parts of {part} at most"),
            Some(1) => format!("one request{each}"),
            Some(parts) => format!("{} parts of {part}{each}", grouped(parts)),
            None => format!("parts of {part}"),
        };
        rows.push(("upload", parts));
    }
    rows
}

/// Where files go, with what is not known of them in braces.
fn target(layout: &Layout, destination: &Destination) -> String {
    match layout {
        Layout::Partitioned(set) => set.pattern(),
        Layout::One | Layout::Several(_) => destination.to_string(),
    }
}

/// The partitions, and what they may hold at once.
fn partitions(partitions: &Partitions) -> (&'static str, String) {
    let columns: Vec<_> = partitions
        .columns
        .iter()
        .map(|name| printable(name))
        .collect();
    let most = match partitions.possible {
        Some(possible) => format!("{} at most", grouped(possible)),
        None => format!("{} may be open", grouped(partitions.most_open)),
    };
    let buffered = decimal(partitions.buffered_bytes);
    let by = format!(
        "by {}, {most}, {buffered} of rows may wait",
        columns.join(", ")
    );
    ("partitions", by)
}

/// The file or the files of a table that is made.
fn files(numbers: &Numbers, made: &Generated) -> (&'static str, String) {
    let (bytes, compression) = (decimal(made.file_bytes), numbers.compression);
    if let Some(partitions) = &numbers.partitions {
        let each = match partitions.file_bytes {
            Some(size) => format!("of about {} each", decimal(size)),
            None => "one a partition".to_owned(),
        };
        return (
            "files",
            format!("{each}, about {bytes} in all, compression {compression}"),
        );
    }
    let Some(files) = &made.files else {
        return ("file", format!("about {bytes}, compression {compression}"));
    };
    let count = files.count();
    let each = decimal(made.file_bytes / count.max(1));
    let which = match count == files.of {
        true => grouped(count),
        false => format!(
            "{} ({}..{} of {})",
            grouped(count),
            files.made.start,
            files.made.end,
            grouped(files.of)
        ),
    };
    (
        "files",
        format!("{which} of about {each} each, about {bytes} in all, compression {compression}"),
    )
}

fn of_generated(numbers: &Numbers, made: &Generated) -> [(&'static str, String); 3] {
    let sizing = &numbers.sizing;
    let wanted = wanted(numbers);
    [
        (
            "rows",
            format!(
                "{} ({}..{}), {} columns",
                grouped(made.total_rows()),
                made.rows.start,
                made.rows.end,
                numbers.columns
            ),
        ),
        (
            "row groups",
            match made.row_groups {
                _ if numbers.partitions.is_some() => of_partitions(numbers),
                groups
                    if made
                        .files
                        .as_ref()
                        .is_some_and(|files| files.count() == groups) =>
                {
                    format!("{}, one a file {wanted}", grouped(groups))
                }
                // Less than a whole one: what a whole one would hold says nothing of this file.
                0 | 1 => format!(
                    "{} of {} rows {wanted}",
                    made.row_groups,
                    grouped(made.total_rows()),
                ),
                groups => format!(
                    "{} of {} rows, about {} each {wanted}",
                    grouped(groups),
                    group_rows(sizing, &made.rows),
                    decimal(sizing.group_bytes),
                ),
            },
        ),
        files(numbers, made),
    ]
}

/// What a group of a partition is like once there are enough rows.
fn of_partitions(numbers: &Numbers) -> String {
    let partitions = numbers.partitions.as_ref();
    let share = partitions.map_or(1.0, |of| of.share_of_a_group(&numbers.sizing));
    let part = |whole: u64| (whole as f64 * share) as u64;
    format!(
        "of {} rows at most, about {} each {}{}",
        grouped(part(numbers.sizing.block_rows)),
        decimal(part(numbers.sizing.group_bytes)),
        wanted(numbers),
        match share < 1.0 {
            true => ", because --partition-buffer holds no more",
            false => "",
        }
    )
}

/// How many rows a group has, or from how few to how many where rows grow or shrink.
fn group_rows(sizing: &BlockSizing, rows: &Range<u64>) -> String {
    match &sizing.drift {
        None => grouped(sizing.block_rows),
        Some(drift) => {
            let (fewest, most) = drift.group_rows(rows);
            format!("{} to {}", grouped(fewest), grouped(most))
        }
    }
}

/// Of what is read nobody knows how much it is before it is read.
fn of_read(numbers: &Numbers, read: &ReadRows) -> [(&'static str, String); 3] {
    let rows = match read.most_rows {
        Some(most) => format!("the first {}", grouped(most)),
        None => "all there are".to_owned(),
    };
    let columns = counted(numbers.columns as u64, "column");
    [
        ("rows", format!("{rows}, {columns}")),
        (
            "row groups",
            format!(
                "of about {} rows, about {} each {}",
                grouped(numbers.sizing.block_rows),
                decimal(numbers.sizing.group_bytes),
                wanted(numbers),
            ),
        ),
        ("file", format!("compression {}", numbers.compression)),
    ]
}

fn wanted(numbers: &Numbers) -> String {
    let wanted = ByteSize(numbers.block_bytes);
    format!("({wanted} wanted{})", limit(&numbers.sizing))
}

/// What a run of one table would do, in a line of the log.
pub(super) fn in_one_line(numbers: &Numbers) -> String {
    match &numbers.origin {
        Origin::Generated(made) => format!(
            "{} {}, seed {}, {}",
            grouped(made.total_rows()),
            made.what(&numbers.table),
            made.seed,
            size(made),
        ),
        Origin::Read(read) => format!(
            "{}, row groups of about {} rows",
            read.source,
            grouped(numbers.sizing.block_rows),
        ),
    }
}

/// What is expected of the file of a table that is made.
pub(super) fn size(made: &Generated) -> String {
    let groups = counted(made.row_groups, "row group");
    let files = made.files.as_ref();
    let files = files.map_or_else(String::new, |files| {
        format!(" in {}", counted(files.count(), "file"))
    });
    format!("{groups}{files}, about {}", decimal(made.file_bytes))
}
