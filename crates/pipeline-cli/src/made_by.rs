//! The command that makes a file again.

use std::ops::Range;
use std::path::Path;

use blockgen::Provenance;
use blockwrite::{Compatibility, WriteOptions};

use crate::settings::{Amount, Settings};
use crate::shell_word::shell_word;
use crate::write_options::in_one_word;

/// The name of the command among the marks of a file.
pub const MADE_BY: &str = "pipeline.made-by";

/// The command, as a shell takes it; `--to` is for whoever pastes it.
///
/// `rows` are those of all files of the table; `number` is that of the file, where there are several.
/// A spec of one's own is named without its folder: files are passed on, folders are not.
pub fn made_by(
    dataset: &str,
    provenance: &Provenance,
    rows: &Range<u64>,
    settings: &Settings,
    options: &WriteOptions,
    number: Option<u64>,
) -> String {
    let spec = Path::new(&settings.spec).file_name();
    let spec = spec.map_or_else(
        || settings.spec.clone(),
        |name| name.to_string_lossy().into(),
    );
    let mut words = ["pipeline-cli".to_owned(), "run".to_owned(), spec].to_vec();
    let mut say = |flag: &str, value: String| words.extend([flag.to_owned(), value]);
    if provenance.table != dataset {
        say("--table", provenance.table.clone());
    }
    say("--seed", provenance.seed.to_string());
    let (flag, amount) = amount(provenance, rows, &settings.amount);
    if !amount.is_empty() {
        say(flag, amount);
    }
    if let Some((flag, files)) = settings.files.words() {
        say(flag, files);
    }
    if let Some(number) = number {
        say("--only-files", format!("{number}..{}", number + 1));
    }
    if let Some(columns) = &settings.partition_by {
        say("--partition-by", columns.to_string());
        say(
            "--partition-buffer",
            settings.partition_buffer.in_one_word(),
        );
        say("--max-partitions", settings.max_partitions.to_string());
    }
    say("--block-size", settings.block_size.in_one_word());
    say("--compression", options.compression.to_string());
    if options.compatibility == Compatibility::Legacy {
        say("--compatibility", "legacy".to_owned());
    }
    if let Some(word) = in_one_word(options) {
        say("--write-options", word);
    }
    if settings.partition_by.is_some() && settings.keep_partition_columns {
        words.push("--keep-partition-columns".to_owned());
    }
    let words: Vec<_> = words.iter().map(|word| shell_word(word)).collect();
    words.join(" ")
}

/// How much was asked for, in the words in which the same is asked again: rows of other tables
/// decide values, too, and the samples by which a size is solved decide dictionaries.
fn amount(provenance: &Provenance, rows: &Range<u64>, amount: &Amount) -> (&'static str, String) {
    match amount {
        Amount::OfSpec if provenance.parent_rows.is_empty() && rows.start == 0 => {
            ("--rows", format!("{}={}", provenance.table, rows.end))
        }
        Amount::OfSpec => ("", String::new()),
        Amount::Rows(rows) => ("--rows", rows.to_string()),
        Amount::RowsOf(named) => {
            let named = named.iter().map(|(table, rows)| format!("{table}={rows}"));
            ("--rows", named.collect::<Vec<_>>().join(","))
        }
        Amount::Scale(factor) => ("--scale", factor.to_string()),
        Amount::Size(bytes) => ("--size", bytes.in_one_word()),
        Amount::Range(range) => ("--rows-range", range.to_string()),
    }
}
