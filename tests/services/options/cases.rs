//! The table of option combinations.

use arrow::array::RecordBatch;
use blockwrite::WriteOptions;
use serde_json::{Value, json};

/// A file: its name, its options, and who does not read it.
pub struct Case {
    pub name: String,
    pub options: WriteOptions,
    /// The columns that it has; none: all.
    columns: Vec<&'static str>,
    /// A reader that refuses it, by a part of what it says.
    refused: Vec<(&'static str, &'static str)>,
}

impl Case {
    fn of(name: &str, toml: &str) -> Self {
        let options = toml::from_str(toml);
        Self {
            name: name.to_owned(),
            options: options.unwrap_or_else(|error| panic!("{name}: {error}")),
            columns: Vec::new(),
            refused: Vec::new(),
        }
    }

    fn with(mut self, columns: &[&'static str]) -> Self {
        self.columns = columns.to_vec();
        self
    }

    fn refused_by(mut self, reader: &'static str, reason: &'static str) -> Self {
        self.refused.push((reader, reason));
        self
    }

    /// The blocks of the case.
    pub fn blocks(&self, all: &[RecordBatch]) -> Vec<RecordBatch> {
        if self.columns.is_empty() {
            return all.to_vec();
        }
        let columns = |block: &RecordBatch| -> Vec<usize> {
            let schema = block.schema();
            let index = |name: &&str| schema.index_of(name).unwrap();
            self.columns.iter().map(index).collect()
        };
        let blocks = all
            .iter()
            .map(|block| block.project(&columns(block)).unwrap());
        blocks.collect()
    }

    /// As the script has it.
    pub fn described(&self) -> Value {
        json!({
            "name": self.name,
            "options": self.options,
            "refused": self.refused.iter().map(|(reader, reason)| json!([reader, reason])).collect::<Vec<_>>(),
        })
    }
}

/// Columns of one physical type, and the encodings that they may be asked to have.
const ENCODINGS: &[(&str, &[&str], &[&str])] = &[
    ("boolean", &["boolean"], &["plain", "rle"]),
    (
        "int32",
        &[
            "int8",
            "int16",
            "int32",
            "uint8",
            "uint16",
            "uint32",
            "date",
            "time_ms",
            "decimal_9",
        ],
        &[
            "plain",
            "dictionary",
            "delta_binary_packed",
            "byte_stream_split",
        ],
    ),
    (
        "int64",
        &[
            "int64",
            "uint64",
            "time_us",
            "utc_us",
            "local_ns",
            "decimal_18",
        ],
        &[
            "plain",
            "dictionary",
            "delta_binary_packed",
            "byte_stream_split",
        ],
    ),
    (
        "float",
        &["float32", "float64"],
        &["plain", "dictionary", "byte_stream_split"],
    ),
    (
        "text",
        &["text", "large_text", "bytes"],
        &[
            "plain",
            "dictionary",
            "delta_length_byte_array",
            "delta_byte_array",
        ],
    ),
    (
        "packed",
        &["packed"],
        &[
            "plain",
            "dictionary",
            "delta_length_byte_array",
            "delta_byte_array",
        ],
    ),
    (
        "fixed",
        &["fixed", "decimal_38"],
        &["plain", "byte_stream_split", "delta_byte_array"],
    ),
    (
        "nested",
        &["list", "structs", "map"],
        &["plain", "dictionary"],
    ),
];

/// What readers say to encodings that they do not have for a type.
fn known_refusals(group: &str, encoding: &str) -> Vec<(&'static str, &'static str)> {
    let split = "BYTE_STREAM_SPLIT encoding is only supported for FLOAT or DOUBLE data";
    let packed = "Not yet implemented: DecodeArrow of DictAccumulator for Delta";
    let fixed = "encoded optional parquet pages not yet supported";
    match (group, encoding) {
        ("int32" | "int64", "byte_stream_split") => vec![("duckdb", split)],
        ("fixed", "byte_stream_split") => vec![("duckdb", split), ("polars", fixed)],
        ("fixed", "delta_byte_array") => vec![("polars", fixed)],
        ("packed", "delta_length_byte_array" | "delta_byte_array") => vec![("pyarrow", packed)],
        _ => Vec::new(),
    }
}

/// All of them.
pub fn cases() -> Vec<Case> {
    let mut cases = vec![Case::of("default", "")];
    for codec in ["none", "snappy", "lz4", "gzip:6", "zstd:3", "brotli:3"] {
        let name = codec.replace(':', "_");
        for version in ["1", "2"] {
            let toml = format!("compression = '{codec}'\npage_version = '{version}'");
            cases.push(Case::of(&format!("codec_{name}_pages_{version}"), &toml));
        }
    }
    for (group, columns, encodings) in ENCODINGS {
        for encoding in *encodings {
            for version in ["1", "2"] {
                let asked = columns
                    .iter()
                    .map(|column| format!("columns.{column}.encoding = '{encoding}'\n"));
                let toml = format!(
                    "page_version = '{version}'\nstatistics = 'page'\npage_bytes = 2048\n{}",
                    asked.collect::<String>()
                );
                let name = format!("{group}_{encoding}_pages_{version}");
                let mut case = Case::of(&name, &toml).with(columns);
                for (reader, reason) in known_refusals(group, encoding) {
                    case = case.refused_by(reader, reason);
                }
                cases.push(case);
            }
        }
    }
    cases.push(Case::of(
        "fixed_dictionary_pages_2",
        "page_version = '2'\ncolumns.fixed.encoding = 'dictionary'\ncolumns.decimal_38.encoding = 'dictionary'",
    ));
    for level in ["none", "chunk", "page"] {
        cases.push(Case::of(
            &format!("statistics_{level}"),
            &format!("statistics = '{level}'\npage_bytes = 4096"),
        ));
    }
    cases.extend([
        Case::of(
            "statistics_in_page_headers",
            "statistics = 'page'\npage_header_statistics = true",
        ),
        Case::of("no_offset_index", "offset_index = false"),
        Case::of(
            "small_pages_and_dictionaries",
            "page_bytes = 1024\npage_rows = 100\nbatch_values = 64\ndictionary_page_bytes = 1024",
        ),
        Case::of("auto_all", "auto_encodings = 'all'"),
        Case::of(
            "auto_all_zstd_pages_2",
            "auto_encodings = 'all'\ncompression = 'zstd:3'\npage_version = '2'\nv2_compression_threshold = 0.8",
        ),
        Case::of("legacy", "compatibility = 'legacy'"),
        Case::of("legacy_gzip", "compatibility = 'legacy'\ncompression = 'gzip'"),
        Case::of("coerced", "coerce_types = true"),
        Case::of(
            "no_arrow_schema",
            "arrow_schema = false\nschema_root = 'hive_schema'\ncreated_by = 'parquet-mr version 1.10.1'",
        ),
        Case::of("no_path_in_schema", "path_in_schema = false")
            .refused_by("pyarrow", "TProtocolException: Invalid data")
            .refused_by("duckdb", "TProtocolException: Invalid data"),
        Case::of(
            "field_ids",
            "columns.int64.field_id = 3\ncolumns.structs.field_id = 4\ncolumns.'structs.a'.field_id = 5",
        ),
        Case::of(
            "sorted",
            "sorting = [{ column = 'row' }, { column = 'text', descending = true, nulls_first = true }]",
        ),
        Case::of("sorted_by_packed_text", "sorting = [{ column = 'ordered' }]"),
    ]);
    for position in ["after_row_group", "end"] {
        let filters = [
            "row", "int32", "uint32", "float64", "text", "packed", "bytes", "date",
        ]
        .map(|column| {
            format!(
                "columns.{column}.bloom_filter = {{ distinct = 2000, false_positives = 0.01 }}\n"
            )
        });
        let toml = format!("bloom_filter_position = '{position}'\n{}", filters.concat());
        cases.push(Case::of(&format!("bloom_filters_{position}"), &toml));
    }
    cases
}
