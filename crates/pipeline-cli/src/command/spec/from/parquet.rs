//! A look at a Parquet file: its schema and statistics, and its first rows.

use blockgen::Proposer;
use blockwrite::{FileReport, HeadReader, HeadStep};

use super::Look;
use crate::byte_ranges::Source;
use crate::failure::Failure;

/// Rows that are looked at where nobody says how many.
const ROWS: u64 = 100_000;

/// Bytes that are fetched for them at most.
const BYTES: u64 = 64 << 20;

/// Looks at the footer, and at the first rows.
///
/// # Errors
///
/// What can't be read.
pub async fn look(source: &Source, sample: Option<u64>) -> Result<Look, Failure> {
    let footer = source.footer().await?;
    let report = match footer.report() {
        Ok(report) => report,
        Err(error) => return Err(source.undecodable(error).await),
    };
    let mut proposer = Proposer::new(footer.schema());
    let rows = rows_within(&report, sample.unwrap_or(ROWS), sample.is_some());
    let mut reader = match HeadReader::new(&footer, rows) {
        Ok(reader) => reader,
        Err(error) => return Err(source.undecodable(error).await),
    };
    loop {
        match reader.step() {
            Ok(HeadStep::Fetch(ranges)) => {
                let fetched = source.read_all(&ranges).await?;
                if let Err(error) = reader.push(fetched) {
                    return Err(source.undecodable(error).await);
                }
            }
            Ok(HeadStep::Rows(batch)) => proposer.observe(&batch),
            Ok(HeadStep::Done) => break,
            Err(error) => return Err(source.undecodable(error).await),
        }
    }
    source.unchanged().await?;
    if proposer.rows() < report.rows {
        tell_of_the_rest(&mut proposer, &report);
    }
    Ok(Look {
        proposer,
        rows: Some(report.rows),
    })
}

/// Rows of which no more bytes are fetched than [`BYTES`], but those of one row group; as many as
/// were asked for where somebody asked.
fn rows_within(report: &FileReport, rows: u64, asked: bool) -> u64 {
    if asked {
        return rows;
    }
    let mut bytes = 0_u64;
    let mut within = 0_u64;
    for group in &report.row_groups {
        bytes = bytes.saturating_add(group.compressed_bytes);
        if within > 0 && bytes > BYTES {
            return rows.min(within);
        }
        within = within.saturating_add(group.rows);
    }
    rows
}

/// What the footer says of rows that were not looked at.
fn tell_of_the_rest(proposer: &mut Proposer, report: &FileReport) {
    let columns = report.schema.iter().filter(|field| field.depth == 0);
    for (number, field) in columns.enumerate() {
        let Some(column) = field.column.and_then(|at| report.column_reports.get(at)) else {
            continue;
        };
        if let (Some(min), Some(max)) = (&column.min, &column.max) {
            proposer.widen(number, min, max);
        }
        if let Some(nulls) = column.nulls
            && report.rows > 0
        {
            proposer.set_null_share(number, nulls as f64 / report.rows as f64);
        }
    }
}
