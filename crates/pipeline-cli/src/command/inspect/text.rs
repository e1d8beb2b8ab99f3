//! What is in a file, for people: a section a question, lines that line up.

use blockwrite::{FileReport, GroupReport, SchemaField};

use super::Inspected;
use super::group_sizes::{GroupSizes, TARGET_KEY, TargetFrom, whole};
use crate::byte_size::{ByteSize, decimal};
use crate::text_table::{Align, Column, TextTable, cut, printable};
use crate::thousands::grouped;

/// Before each line of a section.
const INDENT: usize = 2;
/// So many row groups are listed; of more a histogram is drawn.
const LISTED: usize = 10;
/// The longest bar of a histogram.
const BAR: usize = 40;
/// What stands where the file says nothing.
const NOTHING: &str = "-";

/// All of it; lines are cut to `width` columns of the terminal, if that is given.
pub fn of(inspected: &Inspected<'_>, width: Option<usize>) -> String {
    let report = &inspected.report;
    let mut sections = vec![
        format!(
            "{}\n{}",
            printable(inspected.file),
            overview(inspected, width)
        ),
        row_groups(report, &inspected.group_sizes, width),
        schema(report, width),
    ];
    if !report.column_reports.is_empty() {
        sections.push(storage(report, width));
        sections.push(values(report, width));
    }
    sections.push(metadata(report, width));
    sections.join("\n")
}

/// Pairs of a name and what is to say, a line each.
fn pairs<'a>(rows: impl IntoIterator<Item = (&'a str, String)>, width: Option<usize>) -> String {
    let line = |(name, value): (&str, String)| {
        let line = format!("  {name:<14}{}", printable(&value));
        width.map_or(line.clone(), |width| cut(&line, width)) + "\n"
    };
    rows.into_iter().map(line).collect()
}

fn overview(inspected: &Inspected<'_>, width: Option<usize>) -> String {
    let report = &inspected.report;
    let per_row = match report.rows {
        0 => String::new(),
        rows => format!(
            ", {:.1} bytes a row",
            report.file_bytes as f64 / rows as f64
        ),
    };
    let data = format!(
        "{} encoded, {} compressed, ratio {}",
        decimal(report.uncompressed_bytes),
        decimal(report.compressed_bytes),
        ratio(report.uncompressed_bytes, report.compressed_bytes),
    );
    let created_by = report.created_by.as_deref().unwrap_or(NOTHING);
    let facts = pairs(
        [
            ("rows", format!("{}{per_row}", grouped(report.rows))),
            ("columns", grouped(report.columns as u64)),
            ("row groups", grouped(report.row_groups.len() as u64)),
            (
                "file",
                format!(
                    "{}, of which the footer {}",
                    decimal(report.file_bytes),
                    decimal(report.footer_bytes)
                ),
            ),
            ("data", data),
            ("created by", created_by.to_owned()),
            ("format", format!("version {}", report.format_version)),
        ],
        width,
    );
    match &inspected.made_by {
        Some(command) => facts + &made_by(&printable(command), width),
        None => facts,
    }
}

/// A command to be pasted: never cut, but parted before its flags, as a shell takes it.
fn made_by(command: &str, width: Option<usize>) -> String {
    let mut lines = vec![String::new()];
    for part in before_flags(command) {
        let line = lines.last_mut().expect("there is one from the start");
        let full = width.is_some_and(|width| 16 + line.len() + part.len() + 2 > width);
        if full && !line.is_empty() {
            lines.push(format!("  {}", part.trim_start()));
        } else {
            line.push_str(part);
        }
    }
    let first = format!("  {:<14}", "made by");
    let next = format!(" \\\n{:16}", "");
    format!("{first}{}\n", lines.join(&next))
}

/// A command, cut before each flag that is not within quotes.
fn before_flags(command: &str) -> Vec<&str> {
    let (mut parts, mut from, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, letter) in command.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if !quoted => escaped = true,
            '\'' => quoted = !quoted,
            ' ' if !quoted && command[at..].starts_with(" --") => {
                parts.push(&command[from..at]);
                from = at;
            }
            _ => {}
        }
    }
    parts.push(&command[from..]);
    parts
}

fn row_groups(report: &FileReport, sizes: &GroupSizes, width: Option<usize>) -> String {
    let mut text = "Row groups\n".to_owned();
    let mut rows = Vec::new();
    if let Some(target) = sizes.target_bytes {
        let from = match sizes.target_from {
            Some(TargetFrom::Footer) => format!(", says the file in {TARGET_KEY}"),
            _ => String::new(),
        };
        rows.push(("wanted", format!("{}{from}", ByteSize(target))));
        let judged = match sizes.judged {
            0 => "the last one does not count, and there is no other".to_owned(),
            judged => format!(
                "{} of {} within {} % of it; the last one does not count",
                grouped(sizes.in_range as u64),
                grouped(judged as u64),
                sizes.tolerance_percent
            ),
        };
        if !report.row_groups.is_empty() {
            rows.push(("in range", judged));
        }
    }
    if let (Some(smallest), Some(median), Some(largest), Some(last)) = (
        sizes.smallest_bytes,
        sizes.median_bytes,
        sizes.largest_bytes,
        sizes.last_bytes,
    ) {
        let off = sizes.target_bytes.map_or(String::new(), |target| {
            let off = |size| off_percent(size, target);
            format!(" ({:+.1} to {:+.1} %)", off(smallest), off(largest))
        });
        let (smallest, largest) = (decimal(smallest), decimal(largest));
        let median = decimal(median);
        rows.push((
            "sizes",
            format!("{smallest} to {largest}{off}, median {median}"),
        ));
        rows.push(("the last", decimal(last)));
    } else {
        rows.push(("sizes", "there are no row groups".to_owned()));
    }
    text += &pairs(rows, width);
    // Without a target the others tell what is usual.
    if !report.row_groups.is_empty()
        && let Some(usual) = sizes.target_bytes.or(sizes.median_bytes)
    {
        text.push('\n');
        text += &match report.row_groups.len() {
            ..=LISTED => list(&report.row_groups, sizes.target_bytes, width),
            _ => histogram(
                &report.row_groups,
                usual,
                sizes.target_bytes.is_some(),
                width,
            ),
        };
    }
    text
}

fn list(groups: &[GroupReport], target: Option<u64>, width: Option<usize>) -> String {
    let mut columns = vec![
        Column::numbers("group"),
        Column::numbers("rows"),
        Column::numbers("encoded"),
        Column::numbers("compressed"),
        Column::numbers("ratio"),
    ];
    if target.is_some() {
        columns.push(Column::numbers("off"));
    }
    let mut table = TextTable::new(columns);
    for group in groups {
        let mut cells = vec![
            group.index.to_string(),
            grouped(group.rows),
            decimal(group.uncompressed_bytes),
            decimal(group.compressed_bytes),
            ratio(group.uncompressed_bytes, group.compressed_bytes),
        ];
        if let Some(target) = target {
            cells.push(format!(
                "{:+.1} %",
                off_percent(group.compressed_bytes, target)
            ));
        }
        table.row(cells);
    }
    table.render(INDENT, width)
}

/// Hundredths that a size is off, where one bar of the histogram ends and the next begins.
const EDGES: [f64; 8] = [-50.0, -10.0, -5.0, -1.0, 1.0, 5.0, 10.0, 50.0];

/// How many groups are how far off; the last one does not count.
fn histogram(groups: &[GroupReport], usual: u64, wanted: bool, width: Option<usize>) -> String {
    let mut counts = [0_usize; EDGES.len() + 1];
    for group in whole(groups) {
        let off = off_percent(group.compressed_bytes, usual);
        // Both edges of ±5 % belong to the range within.
        let edge = |edge: &&f64| {
            if **edge < 0.0 {
                off >= **edge
            } else {
                off > **edge
            }
        };
        counts[EDGES.iter().filter(edge).count()] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or_default().max(1);
    let filled = |count: &usize| *count > 0;
    let first = counts.iter().position(filled).unwrap_or_default();
    let last = counts.iter().rposition(filled).unwrap_or_default();
    let mut table = TextTable::new([
        Column::words(if wanted { "off" } else { "off the median" })
            .aligned(Align::Right)
            .at_least(usize::MAX),
        Column::numbers("groups"),
        Column::words(""),
    ]);
    for (at, count) in counts.iter().enumerate().take(last + 1).skip(first) {
        let range = match (at.checked_sub(1).map(|at| EDGES[at]), EDGES.get(at)) {
            (None, Some(to)) => format!("below {to:+} %"),
            (Some(from), Some(to)) => format!("{from:+} to {to:+} %"),
            (from, None) => format!("above {:+} %", from.unwrap_or_default()),
        };
        // A bar that is there is seen, however small its share.
        let bar = (count * BAR).div_ceil(most);
        table.row([range, grouped(*count as u64), "█".repeat(bar)]);
    }
    table.render(INDENT, width)
}

fn schema(report: &FileReport, width: Option<usize>) -> String {
    let mut table = TextTable::new([
        Column::words("column").at_least(16),
        Column::words("type").at_least(16),
        Column::words("in Parquet"),
        Column::words("nullable"),
    ]);
    for field in &report.schema {
        let name = format!("{}{}", "  ".repeat(field.depth), field.path);
        let nullable = if field.nullable { "yes" } else { "no" };
        table.row([&name, &field.arrow_type, &in_parquet(field), nullable]);
    }
    format!("Schema\n{}", table.render(INDENT, width))
}

fn in_parquet(field: &SchemaField) -> String {
    match (&field.physical_type, &field.logical_type) {
        (Some(physical), Some(logical)) => format!("{physical} {logical}"),
        (Some(physical), None) => physical.clone(),
        (None, _) => String::new(),
    }
}

/// How the columns lie in the file.
fn storage(report: &FileReport, width: Option<usize>) -> String {
    let mut codecs: Vec<&str> = Vec::new();
    for codec in report
        .column_reports
        .iter()
        .flat_map(|column| &column.codecs)
    {
        if !codecs.contains(&codec.as_str()) {
            codecs.push(codec);
        }
    }
    let mut columns = vec![
        Column::words("column").at_least(12),
        Column::numbers("encoded"),
        Column::numbers("compressed"),
        Column::numbers("ratio"),
        Column::numbers("share"),
    ];
    // One codec for all is said once.
    let several = codecs.len() > 1;
    if several {
        columns.push(Column::words("codec"));
    }
    columns.push(Column::words("encodings"));
    let mut table = TextTable::new(columns);
    for column in &report.column_reports {
        let mut cells = vec![
            column.path.clone(),
            decimal(column.uncompressed_bytes),
            decimal(column.compressed_bytes),
            ratio(column.uncompressed_bytes, column.compressed_bytes),
            share(column.compressed_bytes, report.file_bytes),
        ];
        if several {
            cells.push(column.codecs.join(", "));
        }
        cells.push(column.encodings.join(", "));
        table.row(cells);
    }
    let codec = match codecs[..] {
        [one] => format!(", {one}"),
        _ => String::new(),
    };
    format!(
        "Columns in the file{codec}\n{}",
        table.render(INDENT, width)
    )
}

/// What the statistics say of the values.
fn values(report: &FileReport, width: Option<usize>) -> String {
    let mut table = TextTable::new([
        Column::words("column").at_least(12),
        Column::numbers("nulls"),
        Column::words("min"),
        Column::words("max"),
    ]);
    for column in &report.column_reports {
        let said = |value: &Option<String>| value.clone().unwrap_or_else(|| NOTHING.to_owned());
        let nulls = column.nulls.map_or(NOTHING.to_owned(), grouped);
        table.row([
            column.path.clone(),
            nulls,
            said(&column.min),
            said(&column.max),
        ]);
    }
    let with = |has: fn(&blockwrite::ColumnReport) -> bool| {
        let count = report
            .column_reports
            .iter()
            .filter(|column| has(column))
            .count();
        match (count, report.column_reports.len()) {
            (0, _) => "none".to_owned(),
            (count, all) if count == all => "all columns".to_owned(),
            (count, all) => format!("{count} of {all} columns"),
        }
    };
    let indexes = pairs(
        [
            ("page offsets", with(|column| column.offset_index)),
            ("page min/max", with(|column| column.column_index)),
            ("Bloom filter", with(|column| column.bloom_filter)),
        ],
        width,
    );
    format!(
        "Values, as the statistics say\n{}\n{indexes}",
        table.render(INDENT, width)
    )
}

fn metadata(report: &FileReport, width: Option<usize>) -> String {
    let mut table = TextTable::new([Column::words("key").at_least(24), Column::words("value")]);
    for (key, value) in &report.key_value_metadata {
        table.row([key, value]);
    }
    if report.arrow_schema {
        table.row(["ARROW:schema", "(the exact types, for readers of Arrow)"]);
    }
    let none = report.key_value_metadata.is_empty() && !report.arrow_schema;
    if none {
        return "Key-value metadata\n  none\n".to_owned();
    }
    format!("Key-value metadata\n{}", table.render(INDENT, width))
}

fn ratio(uncompressed: u64, compressed: u64) -> String {
    match compressed {
        0 => NOTHING.to_owned(),
        _ => format!("{:.2}", uncompressed as f64 / compressed as f64),
    }
}

fn share(part: u64, whole: u64) -> String {
    match whole {
        0 => NOTHING.to_owned(),
        _ => format!("{:.1} %", part as f64 * 100.0 / whole as f64),
    }
}

fn off_percent(size: u64, wanted: u64) -> f64 {
    match wanted {
        0 => 0.0,
        // Rounded as it is shown; the sum has no zero with a minus.
        _ => ((size as f64 / wanted as f64 - 1.0) * 1000.0).round() / 10.0 + 0.0,
    }
}
