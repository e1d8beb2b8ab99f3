//! The flags that name a source and say how it is written.

use std::num::NonZeroUsize;

use blockgen::source::{CsvOptions, SourceFormat, SourceOptions};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};

use super::types::{ColumnType, parse_types};
use crate::failure::{ExitCode, Failure};

/// Where rows are read from, if they are not made.
#[derive(Debug, Clone, Default, Args)]
pub struct ReadArgs {
    /// Read rows in place of making them: CSV, JSON, Parquet or Arrow, packed or not; may be
    /// given several times
    #[arg(
        long,
        value_name = "FILE|GLOB|-",
        value_hint = clap::ValueHint::FilePath,
        help_heading = "Source"
    )]
    pub from: Vec<String>,

    /// Format of the source [default: what its name or its first bytes tell]
    #[arg(
        long,
        value_name = "FORMAT",
        requires = "from",
        value_parser = formats().try_map(|word| word.parse::<SourceFormat>()),
        help_heading = "Source"
    )]
    pub from_format: Option<SourceFormat>,

    /// What divides the fields of a CSV: one character, or \t [default: a comma; in .tsv a tab]
    #[arg(
        long,
        value_name = "CHAR",
        requires = "from",
        value_parser = parse_delimiter,
        help_heading = "Source"
    )]
    pub delimiter: Option<u8>,

    /// The first line of a CSV is a row; columns are named column_1, column_2, …
    #[arg(long, requires = "from", help_heading = "Source")]
    pub no_header: bool,

    /// A word that means null in a CSV, beside an empty field; may be given several times
    #[arg(long, value_name = "WORD", requires = "from", help_heading = "Source")]
    pub null_word: Vec<String>,

    /// Types of columns of CSV and JSON: id=int64,price=decimal(9,2) [default: inferred]
    #[arg(
        long,
        value_name = "COLUMN=TYPE,…",
        requires = "from",
        value_parser = parse_types,
        help_heading = "Source"
    )]
    pub types: Vec<Vec<ColumnType>>,

    /// Rows of CSV and JSON from which columns and types are inferred [default: 10000]
    #[arg(long, value_name = "N", requires = "from", help_heading = "Source")]
    pub infer_rows: Option<NonZeroUsize>,
}

impl ReadArgs {
    /// Whether rows are read at all.
    pub fn is_given(&self) -> bool {
        !self.from.is_empty()
    }

    /// The options of the reader. Of `most_rows` no more than that are in a block, so that what
    /// stands behind them is not looked at.
    pub(super) fn options(&self, most_rows: Option<u64>) -> SourceOptions {
        let usual = SourceOptions::default();
        let most = most_rows.and_then(|rows| NonZeroUsize::new(usize::try_from(rows).ok()?));
        SourceOptions {
            format: self.from_format,
            block_rows: most.map_or(usual.block_rows, |most| most.min(usual.block_rows)),
            infer_rows: self.infer_rows.unwrap_or(usual.infer_rows),
            types: self
                .types
                .iter()
                .flatten()
                .map(|given| (given.column.clone(), given.data_type.clone()))
                .collect(),
            csv: CsvOptions {
                delimiter: self.delimiter,
                header: !self.no_header,
                nulls: self.null_word.clone(),
                ..CsvOptions::default()
            },
            ..usual
        }
    }

    /// That nothing was said that the format has no use for: somebody expects something of it.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Usage`].
    pub(super) fn check(&self, file: &str, format: SourceFormat) -> Result<(), Failure> {
        let is_csv = format == SourceFormat::Csv;
        let is_text = is_csv || format == SourceFormat::Json;
        let flags = [
            ("--delimiter", self.delimiter.is_some(), is_csv),
            ("--no-header", self.no_header, is_csv),
            ("--null-word", !self.null_word.is_empty(), is_csv),
            ("--types", !self.types.is_empty(), is_text),
            ("--infer-rows", self.infer_rows.is_some(), is_text),
        ];
        let idle = flags.iter().find(|(_, given, used)| *given && !used);
        let Some((flag, ..)) = idle else {
            return Ok(());
        };
        let sentence = format!("{flag}: `{file}` is {format}, which has no use for it");
        Err(Failure::say(ExitCode::Usage, sentence)
            .advise("Leave it out, or name another format with --from-format."))
    }
}

/// The words for formats; names by which their files go are taken, too.
fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new([
        PossibleValue::new("csv"),
        PossibleValue::new("json").aliases(["ndjson", "jsonl"]),
        PossibleValue::new("parquet"),
        PossibleValue::new("ipc").aliases(["arrow", "feather"]),
    ])
}

/// One ASCII character, or `\\t`.
///
/// # Errors
///
/// What is neither.
pub fn parse_delimiter(text: &str) -> Result<u8, &'static str> {
    match text.as_bytes() {
        b"\\t" => Ok(b'\t'),
        [one] if one.is_ascii() => Ok(*one),
        _ => Err("write one ASCII character, such as `;`, or `\\t` for a tab"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_is_one_character_or_a_tab_by_name() {
        assert_eq!(parse_delimiter(";"), Ok(b';'));
        assert_eq!(parse_delimiter("\\t"), Ok(b'\t'));
        assert_eq!(parse_delimiter("\t"), Ok(b'\t'));
        for bad in ["", "ab", "é", "\\n"] {
            assert!(parse_delimiter(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_limit_bounds_a_block() {
        let rows = |most| ReadArgs::default().options(most).block_rows.get();
        assert_eq!(rows(None), 8_192);
        assert_eq!(rows(Some(0)), 8_192, "nothing is read then");
        assert_eq!(rows(Some(5)), 5);
        assert_eq!(rows(Some(u64::MAX)), 8_192);
    }
}
