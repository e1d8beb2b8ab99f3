//! Rows as Python is given them.

use std::fs::File;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::ipc::writer::FileWriter;

/// An Arrow file of these rows.
pub fn write_arrow(path: &Path, batch: &RecordBatch) {
    let file = File::create(path).unwrap();
    let mut writer = FileWriter::try_new(file, batch.schema_ref()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
}
