//! The plan: every number of a run, resolved before the first byte. No I/O happens here.

use std::num::NonZeroU64;
use std::ops::Range;
use std::path::{Path, PathBuf};

use blockgen::{DatasetSpec, Generator};
use blockwrite::{BlockSizing, Compression, RowGroupEncoder, SampleFn, Sizer, WriteOptions};
use s3up::{ObjectOptions, UploadOptions};
use serde::Serialize;

use crate::address::S3Address;
use crate::byte_size::{ByteSize, decimal};
use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::marks::{CONTENT_ID, content_id, footer_marks};
use crate::row_range::RowRange;
use crate::settings::{Amount, Settings};
use crate::thousands::grouped;

/// The data set there is.
pub const DATASET: &str = "people";

/// Encoded row groups that may wait between the workers and the sink.
pub const QUEUED_GROUPS: usize = 2;

/// Parts of an upload that are on their way at once.
pub const PARTS_IN_FLIGHT: usize = 4;

/// Smaller parts would only cost more requests.
const PART_BYTES: u64 = 8 * 1024 * 1024;

/// Parquet counts row groups in 16 bits; readers refuse files with more.
const MAX_ROW_GROUPS: u64 = 32_767;

/// S3's limit on the parts of one object.
const MAX_PARTS: u64 = 10_000;

/// The footer is kept in memory until the end, as structures several times its size in the file:
/// about so much for each column chunk.
const FOOTER_CHUNK_MEMORY: u64 = 600;

/// Everything a run needs, besides the machine.
#[derive(Debug)]
pub struct Plan {
    /// Makes the rows.
    pub generator: Generator,
    /// Encodes them, with every option decided.
    pub encoder: RowGroupEncoder,
    /// Where the file goes.
    pub destination: Destination,
    /// The numbers.
    pub numbers: Numbers,
}

/// The numbers of a plan. Sizes are bytes.
#[derive(Debug, Clone, Serialize)]
pub struct Numbers {
    /// Data set and table.
    pub dataset: &'static str,
    /// Seed of every value.
    pub seed: u64,
    /// Rows of the table that are made, half-open.
    pub rows: Range<u64>,
    /// Leaf columns.
    pub columns: usize,
    /// Wanted size of a row group.
    pub block_bytes: u64,
    /// What to expect.
    #[serde(flatten)]
    pub sizing: BlockSizing,
    /// Row groups of the file.
    pub row_groups: u64,
    /// Expected size of the file.
    pub file_bytes: u64,
    /// Codec and level.
    pub compression: Compression,
    /// Worker threads.
    pub threads: usize,
    /// Size of a part of the upload.
    pub part_bytes: u64,
    /// Expected parts; one where a single PUT will do.
    pub parts: u64,
    /// What the buffers of the run may hold at most, all together, server and runtime excluded.
    pub memory_bytes: u64,
    /// The local file that is written first and kept, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_local: Option<PathBuf>,
    /// Names the content: the same id means the same bytes.
    pub content_id: String,
}

impl Plan {
    /// Resolves settings into a plan for `threads` workers. Encodes a few sample blocks.
    ///
    /// # Errors
    ///
    /// Targets that can't be understood, data that can't be made.
    pub fn solve(settings: &Settings, threads: usize) -> Result<Self, Failure> {
        let source = |error| Failure::new(ExitCode::Source, error);
        let spec = DatasetSpec::builtin(DATASET).map_err(source)?;
        let generator = Generator::compile(&spec, DATASET, settings.seed).map_err(source)?;
        let destination = Destination::resolve(settings, generator.table())?;
        if let Some(path) = &settings.keep_local {
            check_keep_local(path, &destination)?;
        }
        let provenance = generator.provenance();

        let rows_at_most = blockgen::MAX_ROWS;
        if let Some(rows) = settings.amount.rows()
            && rows.end > rows_at_most
        {
            return Err(Failure::say(
                ExitCode::Usage,
                format!(
                    "row {} is asked for, and a table ends at row {rows_at_most}",
                    rows.end
                ),
            ));
        }
        let options = WriteOptions {
            compression: settings.compression,
            // Of the length that the marks will have, so that their bytes are planned for.
            key_value_metadata: footer_marks(
                DATASET,
                &provenance,
                &(0..0),
                settings.block_size.0,
                &"0".repeat(64),
            ),
            ..WriteOptions::default()
        };
        let (rows, encoder, sizing) = fit(
            &generator,
            &options,
            &settings.amount,
            settings.block_size.0,
        )?;
        let total = rows.end - rows.start;
        let row_groups = sizing.row_groups(total);
        let columns = encoder.schema().fields().len();
        let file_bytes = sizing.file_bytes(total);
        let part_bytes = part_bytes(file_bytes);

        let content_id = content_id(&provenance, &rows, &encoder, &sizing);
        let encoder = encoder
            .with_metadata(footer_marks(
                DATASET,
                &provenance,
                &rows,
                settings.block_size.0,
                &content_id,
            ))
            .map_err(|error| Failure::new(ExitCode::Internal, error))?;

        // A worker holds a block, its pages before compression, and the encoded group; a group
        // is copied once when it is spliced.
        let worker = sizing.arrow_bytes * 2 + sizing.group_bytes;
        let queue = sizing.group_bytes * (QUEUED_GROUPS as u64 + 2);
        let upload = match destination {
            Destination::S3 { .. } => part_bytes * (PARTS_IN_FLIGHT as u64 + 1),
            Destination::File(_) | Destination::Stdout => 0,
        };
        let footer = row_groups * columns as u64 * FOOTER_CHUNK_MEMORY;
        Ok(Self {
            numbers: Numbers {
                dataset: DATASET,
                seed: settings.seed,
                rows,
                columns,
                block_bytes: settings.block_size.0,
                row_groups,
                file_bytes,
                compression: settings.compression,
                threads,
                part_bytes,
                parts: file_bytes.div_ceil(part_bytes).max(1),
                memory_bytes: worker * threads as u64 + queue + upload + footer,
                keep_local: settings.keep_local.clone(),
                content_id,
                sizing,
            },
            generator,
            encoder,
            destination,
        })
    }
}

impl Numbers {
    /// Rows that are made.
    pub fn total_rows(&self) -> u64 {
        self.rows.end - self.rows.start
    }

    /// How the object is uploaded.
    pub fn upload_options(&self) -> UploadOptions {
        UploadOptions {
            part_size: self.part_bytes,
            single_put_below: self.part_bytes,
            parts_in_flight: PARTS_IN_FLIGHT,
            ..UploadOptions::default()
        }
    }

    /// What the object is, besides its bytes.
    pub fn object_options(&self) -> ObjectOptions {
        ObjectOptions {
            content_type: Some("application/vnd.apache.parquet".to_owned()),
            metadata: [(CONTENT_ID.to_owned(), self.content_id.clone())].into(),
            expected_size: Some(self.file_bytes),
        }
    }

    /// Rows of each row group but the last.
    pub fn block_rows(&self) -> NonZeroU64 {
        NonZeroU64::new(self.sizing.block_rows).expect("a sizing has at least one row a block")
    }
}

impl Amount {
    /// The rows, where rows and not bytes were asked for.
    fn rows(&self) -> Option<Range<u64>> {
        match self {
            Self::Rows(rows) => Some(0..*rows),
            Self::Range(RowRange(range)) => Some(range.clone()),
            Self::Size(_) => None,
        }
    }
}

/// The rows to make, and the encoder and sizes that fit them.
fn fit(
    generator: &Generator,
    options: &WriteOptions,
    amount: &Amount,
    wanted: u64,
) -> Result<(Range<u64>, RowGroupEncoder, BlockSizing), Failure> {
    let mut sample = |rows| generator.block(rows).map_err(Into::into);
    let sample: &mut SampleFn<'_> = &mut sample;
    let mut sizer = Sizer::new(options, sample);
    let mut solve = |rows: &Range<u64>, block_bytes: u64| {
        sizer
            .solve(rows.clone(), block_bytes)
            .map_err(|error| match error {
                blockwrite::Error::Sample(_) => Failure::new(ExitCode::Source, error),
                error => Failure::new(ExitCode::Internal, error),
            })
    };
    let mut block_bytes = wanted;
    loop {
        let (rows, encoder, sizing) = match amount.rows() {
            Some(rows) => {
                let (encoder, sizing) = solve(&rows, block_bytes)?;
                (rows, encoder, sizing)
            }
            None => {
                let Amount::Size(ByteSize(bytes)) = amount else {
                    unreachable!("rows are known")
                };
                // First as if the table had no end, then over the rows that this suggests.
                let (_, rough) = solve(&(0..blockgen::MAX_ROWS / 2), block_bytes)?;
                let rows = rough.rows_for_file(*bytes).min(blockgen::MAX_ROWS);
                let (encoder, sizing) = solve(&(0..rows), block_bytes)?;
                (
                    0..sizing.rows_for_file(*bytes).min(blockgen::MAX_ROWS),
                    encoder,
                    sizing,
                )
            }
        };
        let groups = sizing.row_groups(rows.end - rows.start);
        if groups <= MAX_ROW_GROUPS {
            if block_bytes != wanted {
                log::warn!(
                    "blocks of {} would be more than the {} row groups that a Parquet file holds: raised to {}",
                    ByteSize(wanted),
                    grouped(MAX_ROW_GROUPS),
                    decimal(block_bytes),
                );
            }
            return Ok((rows, encoder, sizing));
        }
        if sizing.limited_by.is_some() {
            return Err(Failure::say(
                ExitCode::Usage,
                format!(
                    "{} row groups are needed, and a Parquet file holds {}",
                    grouped(groups),
                    grouped(MAX_ROW_GROUPS)
                ),
            )
            .advise("Make several files with --rows-range."));
        }
        // A hundredth more than needed, because the next solution differs a little.
        let rows = (rows.end - rows.start).div_ceil(MAX_ROW_GROUPS);
        block_bytes = (rows as f64 * sizing.row_bytes * 1.01).ceil() as u64;
    }
}

/// One part size for the whole object: ours, or what keeps a large one within S3's 10,000 parts,
/// with a fifth in reserve for a file that comes out larger than planned.
fn part_bytes(file_bytes: u64) -> u64 {
    let needed = (file_bytes + file_bytes / 5).div_ceil(MAX_PARTS);
    needed.max(PART_BYTES).next_multiple_of(1024 * 1024)
}

/// A file that is kept is a copy of what goes to S3.
fn check_keep_local(path: &Path, destination: &Destination) -> Result<(), Failure> {
    if !matches!(destination, Destination::S3 { .. }) {
        return Err(Failure::say(
            ExitCode::Usage,
            format!(
                "--keep-local keeps a copy of what goes to S3, and `{destination}` is not in S3"
            ),
        )
        .advise("Leave it out, or name a target s3://bucket/key."));
    }
    let advice = "Write a path, for example people.parquet.";
    let text = path.to_string_lossy();
    if text == "-" || S3Address::parse(&text, advice)?.is_some() {
        return Err(Failure::say(
            ExitCode::Usage,
            format!("--keep-local: `{text}` is no local file"),
        )
        .advise(advice));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Layer;

    fn settings(pairs: &[(&'static str, &str)]) -> Settings {
        let mut layer = Layer::default();
        for (key, text) in pairs {
            layer
                .set(key, (*text).to_owned(), "a test".to_owned())
                .unwrap();
        }
        let layers = [Layer::built_in().unwrap(), layer];
        Settings::merge(&layers).unwrap()
    }

    fn plan(pairs: &[(&'static str, &str)]) -> Result<Plan, Failure> {
        Plan::solve(&settings(pairs), 2)
    }

    #[test]
    fn the_number_of_threads_decides_nothing_of_the_content() {
        let settings = settings(&[("rows", "5000")]);
        let ids =
            [1, 2, 5].map(|threads| Plan::solve(&settings, threads).unwrap().numbers.content_id);
        assert!(ids.iter().all(|id| *id == ids[0]));
        let other = plan(&[("seed", "7"), ("rows", "5000")])
            .unwrap()
            .numbers
            .content_id;
        assert_ne!(other, ids[0]);
    }

    #[test]
    fn a_wanted_size_becomes_rows() {
        let numbers = plan(&[("size", "2MB"), ("block_size", "256KiB")])
            .unwrap()
            .numbers;
        let off = numbers.file_bytes as f64 / 2e6 - 1.0;
        assert!(off.abs() < 0.02, "planned {}", numbers.file_bytes);
        assert!(numbers.total_rows() > 5_000);
    }

    #[test]
    fn parts_stay_within_the_limits_of_s3() {
        for (file, part) in [(0, 8 << 20), (1 << 30, 8 << 20), (5 << 40, 630 << 20)] {
            assert_eq!(part_bytes(file), part, "{file}");
        }
        // 5 TiB, the largest object, in parts with a fifth in reserve.
        assert!((5_u64 << 40).div_ceil(part_bytes(5 << 40)) <= MAX_PARTS);
    }

    #[test]
    fn too_many_row_groups_are_seen_and_blocks_raised() {
        let numbers = plan(&[("rows", "2000000000"), ("block_size", "64KiB")])
            .unwrap()
            .numbers;
        assert!(
            numbers.row_groups <= MAX_ROW_GROUPS,
            "{}",
            numbers.row_groups
        );
    }

    #[test]
    fn rows_that_no_table_has_are_refused() {
        let failure = plan(&[("rows", "18446744073709551615")]).unwrap_err();
        assert_eq!(failure.code, ExitCode::Usage);
    }
}
