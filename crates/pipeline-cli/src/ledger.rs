//! The ledger of a damaged table as a file: `run --ledger`.

use std::fmt;
use std::path::{Path, PathBuf};

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::csv;
use arrow::error::ArrowError;
use blockwrite::{AtomicFile, BlockWriter as _, ParquetBlockWriter, Regroup, WriteOptions};

use crate::failure::{ExitCode, Failure};
use crate::thousands::counted;

/// Wanted size of a row group.
const GROUP_BYTES: u64 = 1 << 20;

/// What a file's name says of how a ledger is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Parquet,
}

/// A ledger that is about to be written; gone again when it is dropped.
pub struct NewLedger {
    path: PathBuf,
    form: Form,
    file: AtomicFile,
}

/// A ledger that is written whole and not yet in its place; gone again when it is dropped.
pub struct Ledger {
    path: PathBuf,
    file: AtomicFile,
    values: u64,
}

/// A ledger in its place.
#[derive(Debug)]
pub struct LedgerDone {
    /// Where it is.
    pub path: PathBuf,
    /// How many damaged values it lists.
    pub values: u64,
}

/// That a file of this name can hold a ledger.
///
/// # Errors
///
/// [`ExitCode::Usage`].
pub fn check_name(path: &Path) -> Result<(), Failure> {
    form_of(path).map(drop)
}

fn form_of(path: &Path) -> Result<Form, Failure> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    match extension.to_lowercase().as_str() {
        "csv" => Ok(Form::Csv),
        "parquet" => Ok(Form::Parquet),
        _ => Err(Failure::say(
            ExitCode::Usage,
            format!(
                "--ledger: `{}` ends with neither .csv nor .parquet",
                path.display()
            ),
        )
        .advise("Name a file that does, or a folder, which ends with `/`.")),
    }
}

impl NewLedger {
    /// Begins a ledger beside `path`.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`].
    pub fn create(path: &Path) -> Result<Self, Failure> {
        let form = form_of(path)?;
        let file =
            AtomicFile::create(path).map_err(|error| Failure::new(ExitCode::LocalWrite, error))?;
        Ok(Self {
            path: path.to_owned(),
            form,
            file,
        })
    }

    /// Writes its `lines`, block by block, and forces them to disk. None where an end was asked
    /// for, of which `is_over` tells between two blocks.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`]; [`ExitCode::Source`] for lines that can't be made.
    pub fn write(
        self,
        lines: impl RecordBatchReader,
        is_over: impl Fn() -> bool,
    ) -> Result<Option<Ledger>, Failure> {
        let written = match self.form {
            Form::Csv => write_csv(self.file, lines, is_over)?,
            Form::Parquet => write_parquet(self.file, lines, is_over)?,
        };
        let Some((mut file, values)) = written else {
            return Ok(None);
        };
        file.sync()
            .map_err(|error| Failure::new(ExitCode::LocalWrite, error))?;
        Ok(Some(Ledger {
            path: self.path,
            file,
            values,
        }))
    }
}

impl Ledger {
    /// Puts it in its place.
    ///
    /// # Errors
    ///
    /// [`ExitCode::LocalWrite`].
    pub fn commit(mut self) -> Result<LedgerDone, Failure> {
        self.file
            .commit()
            .map_err(|error| Failure::new(ExitCode::LocalWrite, error))?;
        Ok(LedgerDone {
            path: self.path,
            values: self.values,
        })
    }
}

/// As people read it.
impl fmt::Display for LedgerDone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = counted(self.values, "damaged value");
        write!(f, "{}, {values}", self.path.display())
    }
}

/// A file that is whole, and the lines in it; none where an end was asked for.
type Written = Option<(AtomicFile, u64)>;

fn write_csv(
    file: AtomicFile,
    lines: impl RecordBatchReader,
    is_over: impl Fn() -> bool,
) -> Result<Written, Failure> {
    let mut writer = csv::Writer::new(file);
    let mut values = 0;
    // Of a table in which nothing was hit, the header is there all the same.
    let header = RecordBatch::new_empty(lines.schema());
    for block in std::iter::once(Ok(header)).chain(lines) {
        if is_over() {
            return Ok(None);
        }
        let block = block.map_err(unmade)?;
        values += block.num_rows() as u64;
        writer
            .write(&block)
            .map_err(|error| Failure::new(ExitCode::LocalWrite, error))?;
    }
    Ok(Some((writer.into_inner(), values)))
}

fn write_parquet(
    file: AtomicFile,
    lines: impl RecordBatchReader,
    is_over: impl Fn() -> bool,
) -> Result<Written, Failure> {
    let local = |error| Failure::new(ExitCode::LocalWrite, error);
    let groups = Regroup::new(lines, &WriteOptions::default(), GROUP_BYTES)
        .map_err(|error| Failure::new(ExitCode::Source, error))?;
    let mut writer = ParquetBlockWriter::with_encoder(file, groups.encoder()).map_err(local)?;
    for group in groups {
        if is_over() {
            return Ok(None);
        }
        writer.write_block(&group.map_err(unmade)?).map_err(local)?;
    }
    let values = writer.finish().map_err(local)?.rows;
    let file = writer.into_sink().expect("the writer is finished");
    Ok(Some((file, values)))
}

fn unmade(error: ArrowError) -> Failure {
    match error {
        ArrowError::ExternalError(error) => Failure::say(ExitCode::Source, error),
        error => Failure::new(ExitCode::Source, error),
    }
}
