//! How many rows make a row group of a wanted size: solved from encoded samples.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use arrow::array::RecordBatch;
use parquet::schema::types::ColumnDescPtr;

use crate::drift::{Drift, Knot};
use crate::extrapolation::{Measured, Model, Samples};
use crate::probes::{Probes, probe};
use crate::sizing::{SizeCurve, arrow_bytes, most_rows};
use crate::{
    BlockSizing, BlockWriter as _, ByteDrain, EncodedRowGroup, Error, ParquetBlockWriter, Result,
    RowGroupEncoder, WriteOptions,
};

/// Rows of the very first sample, which is not encoded: enough to see how heavy a row is.
const FIRST_SAMPLE_ROWS: u64 = 2_048;

/// Answers that agree so well need no further sample.
const CLOSE_ENOUGH: f64 = 0.005;

/// Solves block sizes for one table: encodes samples until the answer stands.
///
/// The answer depends on the rows, the options and the wanted sizes alone, so that the same
/// requests make the same file on every machine. What is encoded is bounded, and less for slow
/// codecs: larger groups are extrapolated from samples.
///
/// What one call has learnt serves the next: the encodings decided first stay, and a block
/// that was measured is not encoded again.
pub struct Sizer<'a> {
    options: &'a WriteOptions,
    /// Makes the rows of a range; called a handful of times.
    sample: &'a mut SampleFn<'a>,
    /// Most Arrow data in a sample.
    sample_bytes: u64,
    /// What the first call with rows decided.
    decided: Option<Decided>,
    /// Samples by first row and end, and whether they were encoded without dictionaries.
    measured: BTreeMap<(u64, u64, bool), Measured>,
}

/// Makes a block of the rows in a half-open range.
pub type SampleFn<'a> =
    dyn FnMut(Range<u64>) -> Result<RecordBatch, Box<dyn std::error::Error + Send + Sync>> + 'a;

#[derive(Clone)]
struct Decided {
    encoder: RowGroupEncoder,
    /// The sample that decided.
    tuned_on: Measured,
    footer_fixed_bytes: u64,
    footer_group_bytes: u64,
}

/// So many small samples along a table are as much as one of the largest.
const PROBES_A_SAMPLE: u64 = 8;

/// None of them has a larger share of the table than one of so many.
const SHARE_OF_TABLE: u64 = 100;

/// A range of more rows stands for a table without an end, along which there is nothing to find.
const ENDLESS_ROWS: u64 = 1 << 60;

/// Where in the table a sample lies.
#[derive(Clone, Copy)]
enum Place {
    Start,
    Middle,
    End,
    /// Begins so many rows behind the first.
    At(u64),
}

impl<'a> Sizer<'a> {
    /// A solver over the blocks that `sample` makes.
    pub fn new(options: &'a WriteOptions, sample: &'a mut SampleFn<'a>) -> Self {
        Self {
            options,
            sample,
            sample_bytes: options.sample_bytes(),
            decided: None,
            measured: BTreeMap::new(),
        }
    }

    /// The encoder whose undecided options the samples decided, and the sizes for row groups of
    /// `target_bytes` over the table's `rows`.
    ///
    /// The footer is counted with the key-value metadata of the options: what is only known
    /// later ([`RowGroupEncoder::with_metadata`]) is best planned with pairs of its length.
    ///
    /// # Errors
    ///
    /// [`Error::Sample`] when a sample can't be made; encoding errors.
    pub fn solve(
        &mut self,
        rows: Range<u64>,
        target_bytes: u64,
    ) -> Result<(RowGroupEncoder, BlockSizing)> {
        let total = rows.end.saturating_sub(rows.start);
        let target = target_bytes.max(1) as f64;
        let decided = self.decided(&rows, target_bytes)?;
        let encoder = &decided.encoder;

        // The heaviest rows of any sample count, so that the limit on memory holds where a table
        // grows towards its end.
        let mut arrow_row_bytes = decided.tuned_on.arrow_row_bytes();
        let most_sampled = ((self.sample_bytes as f64 / arrow_row_bytes.max(1e-9)) as u64)
            .min(most_rows(arrow_row_bytes).0)
            .min(total)
            .max(1);
        // Size grows a little slower than rows (dictionaries), so the answer is approached from a
        // sample of its own size, or of the most that is sampled.
        let mut sample_rows = proportional(&decided.tuned_on, target).clamp(1, most_sampled);
        let mut whole = self.measure(encoder, &rows, Place::Start, sample_rows)?;
        let better = proportional(&whole, target).clamp(1, most_sampled);
        if !close(better, sample_rows) {
            sample_rows = better;
            whole = self.measure(encoder, &rows, Place::Start, sample_rows)?;
        }
        let half = self.measure(encoder, &rows, Place::Start, (sample_rows / 2).max(1))?;
        // Tables drift (numbers grow, dates move): the middle and the end have a say too.
        let mut elsewhere = Vec::new();
        if total > 2 * sample_rows {
            for place in [Place::Middle, Place::End] {
                elsewhere.push(self.measure(encoder, &rows, place, sample_rows)?);
            }
        }
        for measured in elsewhere.iter().chain([&half, &whole]) {
            arrow_row_bytes = arrow_row_bytes.max(measured.arrow_row_bytes());
        }

        if let Some(sizing) = self.drifting(&decided, &rows, target, &whole)? {
            return Ok((decided.encoder, sizing));
        }
        let (most, limit) = most_rows(arrow_row_bytes);
        let samples = self.samples(encoder, &rows, Place::Start, [half, whole], target, most)?;
        let everywhere = elsewhere.iter().chain([&samples.whole]);
        let mean_arrow_row_bytes = mean(everywhere.map(Measured::arrow_row_bytes));
        let model = Model::new(samples, &elsewhere);
        let block_rows = model.rows_for(target, most);
        // A table that ends within its first group is predicted from what it has.
        let known_rows = block_rows.min(total.max(1));
        let limited = most < total && block_rows == most && model.bytes(most) < target * 0.95;
        let sizing = BlockSizing {
            block_rows,
            group_bytes: model.bytes(block_rows).round() as u64,
            arrow_bytes: (arrow_row_bytes * block_rows as f64).round() as u64,
            mean_arrow_bytes: (mean_arrow_row_bytes * block_rows as f64).round() as u64,
            row_bytes: model.bytes(known_rows) / known_rows as f64,
            footer_group_bytes: decided.footer_group_bytes,
            footer_fixed_bytes: decided.footer_fixed_bytes,
            limited_by: limited.then_some(limit),
            drift: None,
            curve: SizeCurve::through(known_rows, |rows| model.bytes(rows)),
        };
        Ok((decided.encoder, sizing))
    }

    /// The sizes where rows grow or shrink along the table, by samples all along it; nothing where
    /// they do not. `whole` is a sample at its start.
    fn drifting(
        &mut self,
        decided: &Decided,
        rows: &Range<u64>,
        target: f64,
        whole: &Measured,
    ) -> Result<Option<BlockSizing>> {
        let total = rows.end.saturating_sub(rows.start);
        let group_rows = proportional(whole, target).max(1);
        if total < group_rows.saturating_mul(2) || total > ENDLESS_ROWS {
            return Ok(None);
        }
        // Of the size of a group where groups are small: what headers and dictionaries take is then
        // what it is in a group.
        let probe_bytes = self.sample_bytes / PROBES_A_SAMPLE;
        let probe_rows = (probe_bytes as f64 / whole.arrow_row_bytes().max(1e-9)) as u64;
        // Short beside the table, too: of what is within a sample only the mean is seen.
        let probe_rows = probe_rows
            .min(whole.rows)
            .min(total / SHARE_OF_TABLE)
            .max(1);
        let encoder = &decided.encoder;
        let mut measure =
            |row| self.measure(encoder, rows, Place::At(row - rows.start), probe_rows);
        let Some(probes) = probe(rows, probe_rows, &mut measure)? else {
            return Ok(None);
        };
        // How groups grow with their rows is learnt where rows themselves stay as they are.
        let at = steadiest(&probes, whole.rows).unwrap_or(rows.start);
        let here = measure(at)?;
        let lighter = probes.get(&rows.start).map_or(1.0, Measured::bytes) / here.bytes().max(1.0);
        let whole_rows = ((whole.rows as f64 * lighter).round() as u64).clamp(1, total);
        // Around the same middle, so that both are as heavy.
        let middle = at - rows.start + probe_rows / 2;
        let place = Place::At(middle.saturating_sub(whole_rows / 2));
        let whole = self.measure(encoder, rows, place, whole_rows)?;
        let half_place = Place::At(middle.saturating_sub(whole_rows / 4));
        let half = self.measure(encoder, rows, half_place, (whole_rows / 2).max(1))?;
        let (most, _) = most_rows(whole.arrow_row_bytes());
        let samples = self.samples(encoder, rows, place, [half, whole], target, most)?;

        let (mut arrow_bytes, mut limited_by) = (Vec::new(), None);
        let knots = probes.iter().map(|(row, there)| {
            let model = Model::moved(&samples, &here, there);
            let arrow_row_bytes = there.arrow_row_bytes();
            let (most, limit) = most_rows(arrow_row_bytes);
            let group_rows = model.rows_for(target, most);
            if group_rows == most && model.bytes(most) < target * 0.95 {
                limited_by = Some(limit);
            }
            arrow_bytes.push(arrow_row_bytes * group_rows as f64);
            Knot {
                row: row + probe_rows / 2,
                group_rows,
                group_bytes: model.bytes(group_rows),
            }
        });
        let drift = Drift::through(knots.collect());
        let (groups, bytes) = (drift.groups(rows), drift.bytes(rows));
        let block_rows = ((total as f64 / groups).round() as u64).max(1);
        let group_bytes = bytes / groups;
        Ok(Some(BlockSizing {
            block_rows,
            group_bytes: group_bytes.round() as u64,
            arrow_bytes: arrow_bytes
                .iter()
                .fold(0.0_f64, |most, of| most.max(*of))
                .round() as u64,
            mean_arrow_bytes: mean(arrow_bytes.iter().copied()).round() as u64,
            row_bytes: bytes / total as f64,
            footer_group_bytes: decided.footer_group_bytes,
            footer_fixed_bytes: decided.footer_fixed_bytes,
            limited_by,
            drift: Some(drift),
            curve: SizeCurve::through(block_rows, |rows| {
                group_bytes * rows as f64 / block_rows as f64
            }),
        }))
    }

    /// Encodings and footer, decided once on a sample of about the size of a group, or of the
    /// largest sample's half.
    fn decided(&mut self, rows: &Range<u64>, target_bytes: u64) -> Result<Decided> {
        if let Some(decided) = &self.decided {
            return Ok(decided.clone());
        }
        let first = self.make(rows, Place::Start, FIRST_SAMPLE_ROWS)?;
        let row_bytes = arrow_bytes(&first) as f64 / first.num_rows().max(1) as f64;
        // Compression halves Arrow data more often than not.
        let wanted_bytes = target_bytes.saturating_mul(2).min(self.sample_bytes / 2);
        let wanted_rows = (wanted_bytes as f64 / row_bytes.max(1e-9)) as u64;
        let sample = self.make(rows, Place::Start, wanted_rows.max(1))?;
        let (encoder, group) = RowGroupEncoder::tuned_and_encoded(&sample, self.options)?;
        let tuned_on = Measured::of(&group);
        let (footer_fixed_bytes, footer_group_bytes) = footer(&encoder, group)?;
        let decided = Decided {
            encoder,
            footer_fixed_bytes,
            footer_group_bytes,
            tuned_on,
        };
        if decided.tuned_on.rows > 0 {
            let end = rows.start + decided.tuned_on.rows;
            self.measured
                .insert((rows.start, end, false), decided.tuned_on.clone());
            self.decided = Some(decided.clone());
        }
        Ok(decided)
    }

    /// A sample at a place and its half, and what else of it tells how large a group of `target` bytes
    /// becomes, which has at most `most` rows: its quarter, for dictionaries that grow beyond it, and
    /// the whole without them, where one would become too large.
    fn samples(
        &mut self,
        encoder: &RowGroupEncoder,
        rows: &Range<u64>,
        place: Place,
        [half, whole]: [Measured; 2],
        target: f64,
        most: u64,
    ) -> Result<Samples> {
        let layout = encoder.layout();
        let limit = |column: &ColumnDescPtr| {
            let properties = &layout.properties;
            properties.column_dictionary_page_size_limit(column.path()) as f64
        };
        let mut samples = Samples {
            quarter: None,
            half,
            whole,
            dictionary_limits: layout.columns.iter().map(limit).collect(),
            plain: None,
        };
        let model = Model::new(samples.clone(), &[]);
        if model.extrapolates_dictionaries(model.rows_for(target, most)) {
            let quarter = (samples.half.rows / 2).max(1);
            let start = place.range(rows, samples.whole.rows).start - rows.start;
            samples.quarter = Some(self.measure(encoder, rows, Place::At(start), quarter)?);
        }
        let model = Model::new(samples.clone(), &[]);
        if model.fills_a_dictionary(model.rows_for(target, most)) {
            samples.plain = Some(self.plain(encoder, rows, place, samples.whole.rows)?);
        }
        Ok(samples)
    }

    /// What a sample is without dictionaries.
    fn plain(
        &mut self,
        encoder: &RowGroupEncoder,
        rows: &Range<u64>,
        place: Place,
        wanted: u64,
    ) -> Result<Measured> {
        self.remembered(place.range(rows, wanted), true, |block| {
            let options = encoder
                .options()
                .without_dictionaries(&encoder.layout().leaves);
            RowGroupEncoder::new(encoder.schema().clone(), &options)?.encode(block)
        })
    }

    fn measure(
        &mut self,
        encoder: &RowGroupEncoder,
        rows: &Range<u64>,
        place: Place,
        wanted: u64,
    ) -> Result<Measured> {
        self.remembered(place.range(rows, wanted), false, |block| {
            encoder.encode(block)
        })
    }

    /// A sample, encoded at most once in each way.
    fn remembered(
        &mut self,
        range: Range<u64>,
        plain: bool,
        encode: impl FnOnce(&RecordBatch) -> Result<EncodedRowGroup>,
    ) -> Result<Measured> {
        let key = (range.start, range.end, plain);
        if let Some(measured) = self.measured.get(&key) {
            return Ok(measured.clone());
        }
        let block = (self.sample)(range).map_err(Error::Sample)?;
        let measured = Measured::of(&encode(&block)?);
        self.measured.insert(key, measured.clone());
        Ok(measured)
    }

    fn make(&mut self, rows: &Range<u64>, place: Place, wanted: u64) -> Result<RecordBatch> {
        (self.sample)(place.range(rows, wanted)).map_err(Error::Sample)
    }
}

impl Place {
    /// At most `wanted` rows here.
    fn range(self, rows: &Range<u64>, wanted: u64) -> Range<u64> {
        let total = rows.end.saturating_sub(rows.start);
        let wanted = wanted.min(total);
        let start = rows.start
            + match self {
                Self::Start => 0,
                Self::Middle => (total - wanted) / 2,
                Self::End => total - wanted,
                Self::At(rows) => rows.min(total - wanted),
            };
        start..start + wanted
    }
}

fn mean(of: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = of.fold((0_u32, 0.0), |(count, sum), one| (count + 1, sum + one));
    sum / f64::from(count.max(1))
}

/// The rows of a group of `target` bytes whose rows are those of the sample.
fn proportional(sample: &Measured, target: f64) -> u64 {
    (target * sample.rows as f64 / sample.bytes().max(1.0)).round() as u64
}

/// The first of the two neighbours that differ least, of those with room between them for as many bytes
/// as `rows` have at the start.
fn steadiest(probes: &Probes, rows: u64) -> Option<u64> {
    let pairs = probes.iter().zip(probes.iter().skip(1));
    let bytes = probes.values().next()?.bytes() * rows as f64;
    let apart = pairs.filter(|((a, here), (b, _))| (*b - *a) as f64 * here.bytes() >= bytes);
    // A quotient, which is the same on every system.
    let differ = |(a, b): (&Measured, &Measured)| {
        a.bytes().max(b.bytes()) / a.bytes().min(b.bytes()).max(1.0)
    };
    let least = apart.min_by(|one, other| {
        let [one, other] = [one, other].map(|((_, a), (_, b))| differ((a, b)));
        one.total_cmp(&other)
    });
    least.map(|((row, _), _)| *row)
}

fn close(a: u64, b: u64) -> bool {
    a.abs_diff(b) as f64 <= b as f64 * CLOSE_ENOUGH
}

/// Footer bytes of a file without row groups, and what a group adds: measured on files.
fn footer(encoder: &RowGroupEncoder, group: EncodedRowGroup) -> Result<(u64, u64)> {
    let file_of = |group: Option<EncodedRowGroup>| -> Result<u64> {
        let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), encoder)?;
        if let Some(group) = group {
            writer.append(group)?;
        }
        let stats = writer.finish()?;
        Ok(stats.file_bytes - stats.compressed_bytes)
    };
    let (none, one) = (file_of(None)?, file_of(Some(group))?);
    Ok((none.min(one), one.saturating_sub(none)))
}

impl fmt::Debug for Sizer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sizer")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
