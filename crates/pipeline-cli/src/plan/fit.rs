//! The rows of a file and where its row groups end, from blocks that were really encoded.

use std::ops::Range;

use arrow::array::RecordBatch;
use blockgen::Generator;
use blockwrite::{BlockSizing, RowGroupEncoder, SampleFn, Sizer, WriteOptions};

use super::choice::Wanted;
use crate::byte_size::{ByteSize, decimal};
use crate::failure::{ExitCode, Failure};
use crate::file_count::{EvenCut, FileCount, MAX_FILES};
use crate::text_table::printable;
use crate::thousands::grouped;
use crate::write_options::failure;

/// Parquet counts row groups in 16 bits; readers refuse files with more.
pub(super) const MAX_ROW_GROUPS: u64 = 32_767;

/// Solutions at most for a table whose rows grow so that more of them are others.
const MOST_ROUNDS: u32 = 6;

/// What was found for a table.
pub(super) struct Fit {
    /// The rows to make, and the files that they become.
    pub(super) cut: EvenCut,
    pub(super) encoder: RowGroupEncoder,
    pub(super) sizing: BlockSizing,
}

/// The rows to make, the files that they become, and the encoder and sizes that fit them. There are
/// `most` rows in the table, and files have what `file_columns` leaves of a block.
pub(super) fn fit(
    generator: &Generator,
    file_columns: impl Fn(RecordBatch) -> blockwrite::Result<RecordBatch>,
    options: &WriteOptions,
    amount: &Wanted,
    most: u64,
    wanted: u64,
    files: FileCount,
) -> Result<Fit, Failure> {
    let mut sample = |rows| Ok(file_columns(generator.block(rows)?)?);
    let sample: &mut SampleFn<'_> = &mut sample;
    let mut sizer = Sizer::new(options, sample);
    let mut solve = |rows: &Range<u64>, block_bytes: u64| {
        sizer
            .solve(rows.clone(), block_bytes)
            .map_err(|error| match error {
                blockwrite::Error::Sample(_) => Failure::new(ExitCode::Source, error),
                error => failure(error),
            })
    };
    let mut block_bytes = wanted;
    loop {
        let (rows, files, encoder, sizing) = match amount {
            Wanted::Rows(rows) => {
                let (encoder, sizing) = solve(rows, block_bytes)?;
                let bytes = sizing.file_bytes(rows.clone());
                (rows.clone(), files.of_bytes(bytes), encoder, sizing)
            }
            Wanted::Size(ByteSize(bytes)) => {
                // Of all files together; each has a footer of its own.
                let files = files.of_bytes(*bytes);
                let rows_for = |sizing: &BlockSizing| {
                    // The first of several files tells nothing of the others where rows change.
                    if sizing.drift.is_some() {
                        let footers = (files - 1).saturating_mul(sizing.footer_fixed_bytes);
                        return sizing.rows_for_file(0, bytes.saturating_sub(footers));
                    }
                    let rows = sizing.rows_for_file(0, *bytes / files);
                    rows.saturating_mul(files)
                };
                // First as if the table went on for ever, then over the rows that this suggests, and
                // once more while a table that drifts is another one over them.
                let (_, rough) = solve(&(0..most.min(blockgen::MAX_ROWS / 2)), block_bytes)?;
                let mut suggested = rows_for(&rough).min(most);
                let mut rounds = 0;
                loop {
                    let (encoder, sizing) = solve(&(0..suggested), block_bytes)?;
                    let rows = rows_for(&sizing);
                    rounds += 1;
                    let stands = rows.abs_diff(suggested) <= suggested / 200;
                    if sizing.drift.is_some() && !stands && rounds < MOST_ROUNDS {
                        suggested = rows.min(most);
                        continue;
                    }
                    if rows > most {
                        return Err(too_few(generator.table(), most, &sizing, *bytes));
                    }
                    break (0..rows, files, encoder, sizing);
                }
            }
        };
        let total = rows.end - rows.start;
        let cut = EvenCut {
            files: files.clamp(1, total.max(1)),
            rows,
        };
        check_files(generator.table(), &cut)?;
        let groups = most_groups(&cut, &sizing);
        if groups <= MAX_ROW_GROUPS {
            if block_bytes != wanted {
                log::warn!(
                    "blocks of {} would be more than the {} row groups that a Parquet file holds: raised to {}",
                    ByteSize(wanted),
                    grouped(MAX_ROW_GROUPS),
                    decimal(block_bytes),
                );
            }
            return Ok(Fit {
                cut,
                encoder,
                sizing,
            });
        }
        if sizing.limited_by.is_some() {
            return Err(Failure::say(
                ExitCode::Usage,
                format!(
                    "{} row groups a file are needed, and a Parquet file holds {}",
                    grouped(groups),
                    grouped(MAX_ROW_GROUPS)
                ),
            )
            .advise("Make more files with --files."));
        }
        // A hundredth more than needed, because the next solution differs a little.
        let raised = match sizing.drift {
            Some(_) => block_bytes as f64 * (groups as f64 / MAX_ROW_GROUPS as f64),
            None => cut.most_rows().div_ceil(MAX_ROW_GROUPS) as f64 * sizing.row_bytes,
        };
        block_bytes = (raised * 1.01).ceil() as u64;
    }
}

/// Row groups of the file that has most.
fn most_groups(cut: &EvenCut, sizing: &BlockSizing) -> u64 {
    match sizing.drift {
        None => sizing.row_groups(0..cut.most_rows()),
        Some(_) => {
            let files = (0..cut.files).map(|file| sizing.row_groups(cut.rows_of(file)));
            files.max().unwrap_or(0)
        }
    }
}

/// A size that is far too small is a slip.
fn check_files(table: &str, cut: &EvenCut) -> Result<(), Failure> {
    if cut.files <= MAX_FILES {
        return Ok(());
    }
    let sentence = format!(
        "table `{}` would become {} files, and {} at most are made",
        printable(table),
        grouped(cut.files),
        grouped(MAX_FILES)
    );
    Err(Failure::say(ExitCode::Usage, sentence).advise("Ask for larger files with --file-size."))
}

/// A table that ends before its file has the size that was asked for.
fn too_few(table: &str, most: u64, sizing: &BlockSizing, bytes: u64) -> Failure {
    let sentence = format!(
        "a file of {} is asked for, and all {} rows of table `{table}` make about {}",
        decimal(bytes),
        grouped(most),
        decimal(sizing.file_bytes(0..most))
    );
    Failure::say(ExitCode::Usage, sentence).advise(
        "Its rows follow from its parents': raise theirs in the spec, or leave the size out.",
    )
}
