//! Holds options against what they may be, and against the columns that there are.

use std::fmt::Display;
use std::ops::RangeInclusive;

use parquet::basic::Type;
use parquet::schema::types::ColumnDescPtr;

use super::{ColumnOptions, Encoding, WriteOptions};
use crate::leaves::{Leaf, nearest};
use crate::{AutoEncodings, BloomFilter, Compatibility, Error, PageVersion, Result};

/// Sizes that a data page or a dictionary may be given: smaller ones would drown in headers, and
/// one without end would hold a chunk in memory twice and pass the format's 2 GiB.
const PAGE_BYTES: RangeInclusive<usize> = 1024..=256 * 1024 * 1024;
const BATCH_VALUES: RangeInclusive<usize> = 1..=1024 * 1024;

impl WriteOptions {
    /// Checks what can be told without a schema: numbers within their ranges, options that
    /// agree with each other.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] for the first option that can't be followed.
    pub fn check(&self) -> Result<()> {
        check_page_bytes("page_bytes", self.page_bytes)?;
        check_page_bytes("dictionary_page_bytes", self.dictionary_page_bytes)?;
        if !BATCH_VALUES.contains(&self.batch_values) {
            return Err(refused("batch_values", self.batch_values, "1 to 1048576"));
        }
        let at_least_one = [
            ("page_rows", self.page_rows),
            ("statistics_text_bytes", self.statistics_text_bytes),
            (
                "page_statistics_text_bytes",
                self.page_statistics_text_bytes,
            ),
        ];
        for (option, number) in at_least_one {
            if number == Some(0) {
                return Err(refused(option, 0, "1 and more"));
            }
        }
        check_threshold("v2_compression_threshold", self.v2_compression_threshold)?;
        for (column, options) in &self.columns {
            check_column(column, options)?;
        }
        match self.compatibility {
            Compatibility::Standard => Ok(()),
            Compatibility::Legacy => self.check_legacy(),
        }
    }

    /// What older readers do not have is refused where it was asked for.
    fn check_legacy(&self) -> Result<()> {
        let refused = |option: &str, found: &dyn Display, allowed: &str| {
            let allowed = format!("{allowed}, because compatibility is legacy");
            Err(refused(option, found, &allowed))
        };
        if self.page_version != PageVersion::V1 {
            return refused("page_version", &2, "1");
        }
        if self.auto_encodings != AutoEncodings::Everywhere {
            return refused("auto_encodings", &"all", "everywhere");
        }
        if !self.path_in_schema {
            return refused("path_in_schema", &false, "true");
        }
        let columns = self.columns.iter();
        let codecs = columns.filter_map(|(column, options)| {
            Some((of_column(column, "compression"), options.compression?))
        });
        for (option, codec) in [("compression".to_owned(), self.compression)]
            .into_iter()
            .chain(codecs)
        {
            if !codec.is_read_by_legacy() {
                return refused(&option, &codec, "none, snappy, gzip or zstd");
            }
        }
        for (column, options) in &self.columns {
            if let Some(encoding) = options.encoding
                && !encoding.is_read_everywhere()
            {
                let option = of_column(column, "encoding");
                return refused(&option, &encoding, "auto, plain or dictionary");
            }
        }
        Ok(())
    }

    /// Checks that columns that are named are there, and may have what they are to have. `leaves`
    /// and `columns` are the leaf columns for Arrow and for Parquet.
    pub(crate) fn check_columns(&self, leaves: &[Leaf], columns: &[ColumnDescPtr]) -> Result<()> {
        for column in self.columns.keys() {
            if !leaves.iter().any(|leaf| leaf.paths.contains(column)) {
                return Err(unknown_column("columns", column, leaves));
            }
        }
        for (leaf, column) in leaves.iter().zip(columns) {
            self.check_leaf(leaf, column.physical_type())?;
        }
        Ok(())
    }

    fn check_leaf(&self, leaf: &Leaf, physical: Type) -> Result<()> {
        let options = self.of_leaf(leaf);
        if options.bloom_filter.is_some() && physical == Type::BOOLEAN {
            let option = of_column(leaf.path(), "bloom_filter");
            return Err(refused(&option, "one", "none, because it is a BOOLEAN"));
        }
        let allowed = Encoding::allowed(physical, self.page_version);
        match options.encoding {
            None | Some(Encoding::Auto) => Ok(()),
            Some(encoding) if allowed.contains(&encoding) => Ok(()),
            Some(encoding) => {
                let allowed: Vec<_> = allowed.iter().map(ToString::to_string).collect();
                Err(refused(
                    &of_column(leaf.path(), "encoding"),
                    encoding,
                    &format!("auto, {} for {physical}", allowed.join(", ")),
                ))
            }
        }
    }
}

fn check_column(column: &str, options: &ColumnOptions) -> Result<()> {
    let bytes = [
        ("page_bytes", options.page_bytes),
        ("dictionary_page_bytes", options.dictionary_page_bytes),
    ];
    for (option, bytes) in bytes {
        check_page_bytes(&of_column(column, option), bytes.unwrap_or(1024))?;
    }
    if let Some(share) = options.v2_compression_threshold {
        check_threshold(&of_column(column, "v2_compression_threshold"), share)?;
    }
    if let Some(id) = options.field_id
        && id < 0
    {
        let option = of_column(column, "field_id");
        return Err(refused(&option, id, "0 to 2147483647"));
    }
    match &options.bloom_filter {
        Some(filter) => check_bloom_filter(&of_column(column, "bloom_filter"), filter),
        None => Ok(()),
    }
}

fn check_bloom_filter(option: &str, filter: &BloomFilter) -> Result<()> {
    if !BloomFilter::DISTINCT.contains(&filter.distinct) {
        let option = format!("{option}.distinct");
        return Err(refused(&option, filter.distinct, "1 to 4294967296"));
    }
    if !filter.rate_is_one() {
        let option = format!("{option}.false_positives");
        let allowed = "a number above 0 and below 1";
        return Err(refused(&option, filter.false_positives, allowed));
    }
    if !filter.fits() {
        let found = format!(
            "{} distinct values at {}",
            filter.distinct, filter.false_positives
        );
        return Err(refused(option, found, "what needs at most 128 MiB"));
    }
    Ok(())
}

fn check_page_bytes(option: &str, bytes: usize) -> Result<()> {
    if PAGE_BYTES.contains(&bytes) {
        return Ok(());
    }
    let allowed = "1024 (1 KiB) to 268435456 (256 MiB)";
    Err(refused(option, bytes, allowed))
}

fn check_threshold(option: &str, share: f64) -> Result<()> {
    if share.is_finite() && share > 0.0 {
        return Ok(());
    }
    Err(refused(option, share, "a number above 0"))
}

/// The name of a column's option, as TOML has it.
fn of_column(column: &str, option: &str) -> String {
    format!("columns.{column}.{option}")
}

pub(crate) fn refused(option: &str, found: impl Display, allowed: &str) -> Error {
    Error::Option {
        option: option.to_owned(),
        found: found.to_string(),
        allowed: allowed.to_owned(),
    }
}

pub(crate) fn unknown_column(option: &'static str, column: &str, leaves: &[Leaf]) -> Error {
    let mut known: Vec<&str> = Vec::new();
    for path in leaves.iter().flat_map(|leaf| &leaf.paths) {
        if !known.contains(&path.as_str()) {
            known.push(path);
        }
    }
    Error::UnknownColumn {
        option,
        column: column.to_owned(),
        nearest: nearest(column, &known),
        known: known.join(", "),
    }
}
