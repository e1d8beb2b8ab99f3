//! Tables in the folders of partitions: which rows are in each, and what is told of them.

mod ends_early;
mod objects;
mod planned;
mod refused;
mod rows_of_folders;

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{AsArray, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;

use crate::support::rows::read;

/// All files below a folder by their names in it, hidden ones too.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

fn without(rows: &RecordBatch, column: &str) -> RecordBatch {
    let mut rows = rows.clone();
    rows.remove_column(rows.schema().index_of(column).unwrap());
    rows
}

/// The rows in which a column of text has a value, without that column.
pub fn rows_of(all: &RecordBatch, column: &str, value: &str) -> RecordBatch {
    let values = all.column_by_name(column).unwrap().as_string::<i32>();
    let rows = (0..all.num_rows()).filter(|row| values.value(*row) == value);
    let rows: UInt32Array = rows.map(|row| row as u32).collect();
    without(&take_record_batch(all, &rows).unwrap(), column)
}

pub fn mark(bytes: &[u8], name: &str) -> String {
    let (_, footer) = read(bytes.to_vec());
    let marks = footer.file_metadata().key_value_metadata().unwrap();
    let found = marks.iter().find(|mark| mark.key == name);
    found
        .and_then(|mark| mark.value.clone())
        .unwrap_or_default()
}
