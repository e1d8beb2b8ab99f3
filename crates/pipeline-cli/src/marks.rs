//! What a file says of itself: the marks in its footer, and the id of its content.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use blockgen::Provenance;
use blockwrite::{BlockSizing, WriteOptions};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::source::SourceFacts;

/// The name of the content's id among the metadata of an object.
pub const CONTENT_ID: &str = "pipeline-content-id";

/// What decides a file of a partition, besides what decides those of a table.
#[derive(Debug, Serialize)]
pub struct PartitionMark<'a> {
    /// The columns, outer folders first.
    pub columns: &'a [String],
    /// Whether files have them, too.
    pub keeps_columns: bool,
    /// Memory for rows that wait, in bytes.
    pub buffered_bytes: u64,
    /// Where a file ends and another one begins, in bytes.
    pub file_bytes: Option<u64>,
    /// The folder.
    pub folder: &'a str,
    /// The number of the file in it.
    pub number: u64,
}

/// SHA-256 over all that decides rows and encoding of the file, and the partition that it is in, if
/// it is in one. `options` are without the marks, and so without the command in them.
pub fn content_id(
    dataset: &str,
    provenance: &Provenance,
    rows: &Range<u64>,
    options: &WriteOptions,
    sizing: &BlockSizing,
    partition: Option<&PartitionMark<'_>>,
) -> String {
    let mut all = json!({
        "dataset": dataset,
        "provenance": provenance,
        "rows": [rows.start, rows.end],
        "block_rows": sizing.block_rows,
        "options": options,
        "program": env!("CARGO_PKG_VERSION"),
    });
    if let (Some(partition), Some(all)) = (partition, all.as_object_mut()) {
        all.insert("partition".to_owned(), json!(partition));
    }
    // Where groups end follows from it; a table without has the id that it has always had.
    if let (Some(drift), Some(all)) = (&sizing.drift, all.as_object_mut()) {
        all.insert("drift".to_owned(), json!(drift));
    }
    let digest = Sha256::digest(all.to_string());
    digest.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    })
}

/// Any file says how to make it again: key-value metadata for its footer.
///
/// `block_bytes` is the wanted size of a row group.
pub fn footer_marks(
    dataset: &str,
    provenance: &Provenance,
    rows: &Range<u64>,
    block_bytes: u64,
    content_id: &str,
) -> BTreeMap<String, String> {
    let parents = provenance.parent_rows.iter();
    let parents: Vec<_> = parents
        .map(|(table, rows)| format!("{table}={rows}"))
        .collect();
    // As `--rows` takes it; a table that refers to none has no such mark.
    let parents = (!parents.is_empty()).then(|| ("pipeline.parent-rows", parents.join(",")));
    let marks = [
        program(),
        ("pipeline.dataset", dataset.to_owned()),
        ("pipeline.table", provenance.table.clone()),
        ("pipeline.spec-sha256", provenance.spec_hash.clone()),
        (
            "pipeline.algorithm",
            provenance.algorithm_version.to_string(),
        ),
        ("pipeline.seed", provenance.seed.to_string()),
        ("pipeline.rows", format!("{}..{}", rows.start, rows.end)),
        // Whoever looks at the row groups later can tell how near they came.
        ("pipeline.block-bytes", block_bytes.to_string()),
        ("pipeline.content-id", content_id.to_owned()),
    ];
    let marks = marks.into_iter().chain(parents);
    marks.map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The mark of which rows of a source are in a file, which is known at its end.
pub fn rows_mark(rows: Range<u64>) -> (&'static str, String) {
    ("pipeline.rows", format!("{}..{}", rows.start, rows.end))
}

/// What a file says whose rows were read: from where, and how they were cut. Its bytes follow from
/// files that may be gone, so there is no content id.
pub fn source_marks(source: &SourceFacts, block_bytes: u64) -> BTreeMap<String, String> {
    let marks = [
        program(),
        // Without folders: files are passed on.
        ("pipeline.source", source.names()),
        ("pipeline.source-format", source.format.name().to_owned()),
        ("pipeline.block-bytes", block_bytes.to_string()),
    ];
    let marks = marks.into_iter();
    marks.map(|(key, value)| (key.to_owned(), value)).collect()
}

fn program() -> (&'static str, String) {
    let program = concat!("pipeline-cli ", env!("CARGO_PKG_VERSION"));
    ("pipeline.program", program.to_owned())
}
