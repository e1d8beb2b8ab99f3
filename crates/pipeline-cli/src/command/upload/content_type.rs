//! The content type of an object, by the end of its file's name.

use std::path::Path;

/// The ends that matter in a data lake, in lower case.
const TYPES: [(&str, &str); 18] = [
    ("parquet", "application/vnd.apache.parquet"),
    ("arrow", "application/vnd.apache.arrow.file"),
    ("feather", "application/vnd.apache.arrow.file"),
    ("arrows", "application/vnd.apache.arrow.stream"),
    ("avro", "application/vnd.apache.avro"),
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("json", "application/json"),
    ("ndjson", "application/x-ndjson"),
    ("jsonl", "application/x-ndjson"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("sql", "application/sql"),
    ("toml", "application/toml"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
    ("gz", "application/gzip"),
    ("zst", "application/zstd"),
];

/// The type of a file, and for all others that of bytes.
pub fn of(path: &Path) -> &'static str {
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or("");
    TYPES
        .iter()
        .find(|(known, _)| end.eq_ignore_ascii_case(known))
        .map_or("application/octet-stream", |(_, content_type)| content_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_name_decides() {
        for (path, content_type) in [
            ("a/people.parquet", "application/vnd.apache.parquet"),
            ("PEOPLE.CSV", "text/csv"),
            ("people.csv.gz", "application/gzip"),
            ("csv", "application/octet-stream"),
            (".csv", "application/octet-stream"),
            ("people.", "application/octet-stream"),
        ] {
            assert_eq!(of(Path::new(path)), content_type, "{path}");
        }
    }
}
