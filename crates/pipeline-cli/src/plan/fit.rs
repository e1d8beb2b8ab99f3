//! The rows of a file and where its row groups end, from blocks that were really encoded.

use std::ops::Range;

use arrow::array::RecordBatch;
use blockgen::Generator;
use blockwrite::{BlockSizing, MAX_ROW_GROUPS, RowGroupEncoder, SampleFn, Sizer, WriteOptions};

use super::choice::Wanted;
use super::limits::GroupLimit;
use crate::byte_size::{ByteSize, decimal};
use crate::failure::{ExitCode, Failure};
use crate::file_count::{EvenCut, FileCount, MAX_FILES};
use crate::text_table::printable;
use crate::thousands::grouped;
use crate::write_options::failure;

/// Solutions at most for a table whose rows grow so that more of them are others.
const MOST_ROUNDS: u32 = 6;

/// How often blocks that were raised for a limit are lowered again.
const MOST_LOWERED: u32 = 3;

/// What is asked of a table.
pub(super) struct Asked<'a> {
    pub(super) generator: &'a Generator,
    pub(super) options: &'a WriteOptions,
    pub(super) amount: &'a Wanted,
    /// Rows in the table.
    pub(super) most: u64,
    /// Wanted size of a row group.
    pub(super) block_bytes: u64,
    pub(super) files: FileCount,
}

/// What was found for a table.
pub(super) struct Fit {
    /// The rows to make, and the files that they become.
    pub(super) cut: EvenCut,
    pub(super) encoder: RowGroupEncoder,
    pub(super) sizing: BlockSizing,
}

/// Encoder and sizes for row groups of so many bytes over these rows.
type Solve<'a> =
    dyn FnMut(&Range<u64>, u64) -> Result<(RowGroupEncoder, BlockSizing), Failure> + 'a;

/// The rows to make, the files that they become, and the encoder and sizes that fit them; files have
/// what `file_columns` leaves of a block. Where row groups of the wanted size are too many for a file,
/// larger ones.
pub(super) fn fit(
    asked: &Asked<'_>,
    file_columns: impl Fn(RecordBatch) -> blockwrite::Result<RecordBatch>,
) -> Result<Fit, Failure> {
    let mut sample = |rows| Ok(file_columns(asked.generator.block(rows)?)?);
    let sample: &mut SampleFn<'_> = &mut sample;
    let mut sizer = Sizer::new(asked.options, sample);
    let mut solve = |rows: &Range<u64>, block_bytes: u64| {
        let solved = sizer.solve(rows.clone(), block_bytes);
        solved.map_err(|error| match error {
            blockwrite::Error::Sample(_) => Failure::new(ExitCode::Source, error),
            error => failure(error),
        })
    };
    let mut block_bytes = asked.block_bytes;
    // The smallest blocks so far that are few enough, where larger ones are needed than were asked for.
    let mut few_enough = None;
    let mut lowered = 0;
    let (block_bytes, fit, limit) = loop {
        let fit = match fit_blocks(asked, block_bytes, &mut solve) {
            Ok(fit) => fit,
            Err(error) => match few_enough {
                Some(before) => break before,
                None => return Err(error),
            },
        };
        let limit = GroupLimit::of(fit.encoder.leaf_columns());
        let groups = most_groups(&fit.cut, &fit.sizing);
        if groups > limit.groups && fit.sizing.limited_by.is_none() {
            if let Some(before) = few_enough {
                break before;
            }
            block_bytes = needed(block_bytes, &fit, groups, limit).max(a_little_more(block_bytes));
            continue;
        }
        // They can't become larger.
        if !GroupLimit::has_room_for(groups) {
            return Err(too_many_groups(groups));
        }
        let enough = needed(block_bytes, &fit, groups, limit).max(asked.block_bytes);
        let is_close = a_little_more(a_little_more(enough)) >= block_bytes;
        if is_close || lowered == MOST_LOWERED {
            break (block_bytes, fit, limit);
        }
        few_enough = Some((block_bytes, fit, limit));
        block_bytes = enough;
        lowered += 1;
    };
    if block_bytes != asked.block_bytes {
        log::warn!("{}", limit.raised(asked.block_bytes, block_bytes));
    }
    Ok(fit)
}

/// The same for blocks of one size.
fn fit_blocks(asked: &Asked<'_>, block_bytes: u64, solve: &mut Solve<'_>) -> Result<Fit, Failure> {
    let (rows, files, encoder, sizing) = match asked.amount {
        Wanted::Rows(rows) => {
            let (encoder, sizing) = solve(rows, block_bytes)?;
            let bytes = sizing.file_bytes(rows.clone());
            (rows.clone(), asked.files.of_bytes(bytes), encoder, sizing)
        }
        Wanted::Size(ByteSize(bytes)) => {
            // Of all files together; each has a footer of its own.
            let files = asked.files.of_bytes(*bytes);
            let (rows, encoder, sizing) = fit_size(asked, *bytes, files, block_bytes, solve)?;
            (0..rows, files, encoder, sizing)
        }
    };
    let total = rows.end - rows.start;
    let cut = EvenCut {
        files: files.clamp(1, total.max(1)),
        rows,
    };
    check_files(asked.generator.table(), &cut)?;
    Ok(Fit {
        cut,
        encoder,
        sizing,
    })
}

/// How many rows `files` of `bytes` together have: first as if the table went on for ever, then over the
/// rows that this suggests, and once more while a table that drifts is another one over them.
fn fit_size(
    asked: &Asked<'_>,
    bytes: u64,
    files: u64,
    block_bytes: u64,
    solve: &mut Solve<'_>,
) -> Result<(u64, RowGroupEncoder, BlockSizing), Failure> {
    let rows_for = |sizing: &BlockSizing| {
        // The first of several files tells nothing of the others where rows change.
        if sizing.drift.is_some() {
            let footers = (files - 1).saturating_mul(sizing.footer_fixed_bytes);
            return sizing.rows_for_file(0, bytes.saturating_sub(footers));
        }
        let rows = sizing.rows_for_file(0, bytes / files);
        rows.saturating_mul(files)
    };
    let table = asked.generator.table();
    let (_, rough) = solve(&(0..asked.most.min(blockgen::MAX_ROWS / 2)), block_bytes)?;
    let mut suggested = rows_for(&rough).min(asked.most);
    let mut rounds = 0;
    loop {
        let (encoder, sizing) = solve(&(0..suggested), block_bytes)?;
        let rows = rows_for(&sizing);
        rounds += 1;
        let stands = rows.abs_diff(suggested) <= suggested / 200;
        if sizing.drift.is_some() && !stands {
            if rounds < MOST_ROUNDS {
                suggested = rows.min(asked.most);
                continue;
            }
            log::warn!("{}", undecided(table, bytes, suggested, rows));
        }
        if rows > asked.most {
            return Err(too_few(table, asked.most, &sizing, bytes));
        }
        return Ok((rows, encoder, sizing));
    }
}

/// What is said of a table whose rows change so that no number of them agrees with itself.
fn undecided(table: &str, bytes: u64, before: u64, rows: u64) -> String {
    let off = rows.abs_diff(before) as f64 / before.max(1) as f64 * 100.0;
    format!(
        "table `{}`: how many rows make {} did not become clear, as rows change along the way; the \
         last two of {MOST_ROUNDS} answers differ by {off:.1} %, and so may the size",
        printable(table),
        decimal(bytes),
    )
}

/// The size of blocks that are as many as the limit allows, going by what was found for others of
/// `block_bytes`; a hundredth more, because the next solution differs a little. In larger groups a row
/// may take less, so that what follows from small ones is too much at first.
fn needed(block_bytes: u64, fit: &Fit, groups: u64, limit: GroupLimit) -> u64 {
    let needed = match fit.sizing.drift {
        Some(_) => block_bytes as f64 * (groups as f64 / limit.groups as f64),
        None => fit.cut.most_rows().div_ceil(limit.groups) as f64 * fit.sizing.row_bytes,
    };
    (needed * 1.01).ceil() as u64
}

/// The least step by which blocks are raised, so that there is an end.
fn a_little_more(block_bytes: u64) -> u64 {
    block_bytes
        .saturating_add(block_bytes / 100)
        .saturating_add(1)
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

fn too_many_groups(groups: u64) -> Failure {
    let sentence = format!(
        "{} row groups a file are needed, and a Parquet file holds {}",
        grouped(groups),
        grouped(MAX_ROW_GROUPS as u64)
    );
    Failure::say(ExitCode::Usage, sentence).advise("Make more files with --files.")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_that_was_not_found_is_told() {
        assert_eq!(
            undecided("t", 5_000_000, 1_000, 1_073),
            "table `t`: how many rows make 5.00 MB did not become clear, as rows change along the \
             way; the last two of 6 answers differ by 7.3 %, and so may the size"
        );
    }
}
