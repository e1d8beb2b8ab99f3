//! All files of a source, one after the other.

use std::collections::VecDeque;
use std::fmt;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;

use super::agree::Agreed;
use super::error::SourceError;
use super::format::SourceFormat;
use super::input::{BytesRead, Input};
use super::options::SourceOptions;

/// Later files whose columns are looked at before the first is read: enough for most folders, and a
/// moment's work.
const MOST_LOOKED_AT: usize = 100;

/// The blocks of one file.
pub(super) trait FileBlocks: Send {
    /// The next; none when the file is over. Not asked again after an error.
    fn next_block(&mut self) -> Result<Option<RecordBatch>, SourceError>;
}

/// A file that is known to hold what it should, as far as its beginning tells.
pub(super) struct Opened {
    pub schema: SchemaRef,
    /// Rows from which types were inferred; none where the format knows them.
    pub sampled: u64,
    pub blocks: Box<dyn FileBlocks>,
}

/// Blocks read from files or from a stream.
///
/// It is a [`RecordBatchReader`], whose errors carry a [`SourceError`]; [`Source::next_block`] gives
/// them as they are. After an error there are no more blocks. As much is held in memory as a block
/// takes, and for CSV and JSON the sample that columns are inferred from (at most 64 MiB).
pub struct Source {
    format: SourceFormat,
    options: SourceOptions,
    agreed: Agreed,
    current: Option<Box<dyn FileBlocks>>,
    later: VecDeque<PathBuf>,
    read: BytesRead,
}

impl Source {
    /// Reads one file.
    ///
    /// # Errors
    ///
    /// Those of [`Source::open_all`].
    pub fn open(path: impl AsRef<Path>, options: &SourceOptions) -> Result<Self, SourceError> {
        Self::open_all([path.as_ref().to_owned()], options)
    }

    /// Reads several files as one table, in the order given. Each is read when those before it are
    /// over. But the columns of the first 100 later files are compared with those of the first at
    /// once, where that takes no more than a look at their beginnings or footers; those of files
    /// behind them, and of pipes, when it is their turn.
    ///
    /// # Errors
    ///
    /// No file; a first file that cannot be opened, whose format is not known, whose columns cannot
    /// be inferred or are other than the options say; later files that cannot be opened or have
    /// other columns, as far as they are looked at; options that cannot work.
    pub fn open_all(
        paths: impl IntoIterator<Item = PathBuf>,
        options: &SourceOptions,
    ) -> Result<Self, SourceError> {
        let mut paths: VecDeque<_> = paths.into_iter().collect();
        let first = paths.pop_front().ok_or(SourceError::NoFiles)?;
        let read = BytesRead::default();
        let (format, opened) = open_file(&first, None, options, &read)?;
        let name = first.display().to_string();
        let source = Self::starting(&name, format, opened, paths, options, read);
        for later in source.later.iter().take(MOST_LOOKED_AT) {
            source.look_at(later)?;
        }
        Ok(source)
    }

    /// That a later file has the columns of the first, as far as its beginning tells, or its footer.
    fn look_at(&self, path: &Path) -> Result<(), SourceError> {
        // What a pipe has given is gone.
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return Ok(());
        }
        let one_row = SourceOptions {
            infer_rows: NonZeroUsize::MIN,
            block_rows: NonZeroUsize::MIN,
            ..self.options.clone()
        };
        // It is read once more, and counted then.
        let read = BytesRead::default();
        let (format, mut opened) = open_file(path, Some(&self.agreed), &one_row, &read)?;
        if matches!(format, SourceFormat::Csv | SourceFormat::Json) {
            opened.blocks.next_block()?;
        }
        Ok(())
    }

    /// Reads a stream, such as standard input. The name is for errors and may tell the format.
    ///
    /// # Errors
    ///
    /// As [`Source::open_all`]; Parquet, which cannot be read as a stream.
    pub fn from_stream(
        name: &str,
        stream: impl Read + Send + 'static,
        options: &SourceOptions,
    ) -> Result<Self, SourceError> {
        let read = BytesRead::default();
        let input = Input::of(name, stream, &read)?;
        let path = Path::new(name);
        let format = format(path, &input, options)?;
        let opened = open_input(path, input, format, None, options)?;
        let later = VecDeque::new();
        Ok(Self::starting(name, format, opened, later, options, read))
    }

    fn starting(
        file: &str,
        format: SourceFormat,
        opened: Opened,
        later: VecDeque<PathBuf>,
        options: &SourceOptions,
        read: BytesRead,
    ) -> Self {
        Self {
            format,
            options: options.clone(),
            agreed: Agreed {
                file: Arc::from(file),
                schema: opened.schema,
                sampled: opened.sampled,
            },
            current: Some(opened.blocks),
            later,
            read,
        }
    }

    /// The format of the first file.
    pub fn format(&self) -> SourceFormat {
        self.format
    }

    /// How far the files have been read.
    pub fn bytes_read(&self) -> BytesRead {
        self.read.clone()
    }

    /// The next block; none when all is read. No block is empty.
    ///
    /// # Errors
    ///
    /// What cannot be read, with the file and, in a text, the line. The source is over then.
    pub fn next_block(&mut self) -> Result<Option<RecordBatch>, SourceError> {
        let block = self.block();
        if block.is_err() {
            self.current = None;
            self.later.clear();
        }
        block
    }

    fn block(&mut self) -> Result<Option<RecordBatch>, SourceError> {
        loop {
            if let Some(current) = &mut self.current {
                match current.next_block()? {
                    Some(block) if block.num_rows() == 0 => continue,
                    Some(block) => return Ok(Some(block)),
                    None => self.current = None,
                }
            }
            let Some(path) = self.later.pop_front() else {
                return Ok(None);
            };
            let (_, opened) = open_file(&path, Some(&self.agreed), &self.options, &self.read)?;
            self.current = Some(opened.blocks);
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("file", &self.agreed.file)
            .field("schema", &self.agreed.schema)
            .field("later", &self.later)
            .finish_non_exhaustive()
    }
}

impl Iterator for Source {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_block().map_err(ArrowError::from).transpose()
    }
}

impl RecordBatchReader for Source {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.agreed.schema)
    }
}

fn open_file(
    path: &Path,
    agreed: Option<&Agreed>,
    options: &SourceOptions,
    read: &BytesRead,
) -> Result<(SourceFormat, Opened), SourceError> {
    let input = Input::open(path, read)?;
    let format = format(path, &input, options)?;
    let opened = if format == SourceFormat::Parquet && !input.packed {
        open_parquet(path, agreed, options, read)
    } else {
        open_input(path, input, format, agreed, options)
    };
    Ok((format, opened?))
}

fn open_input(
    path: &Path,
    input: Input,
    format: SourceFormat,
    agreed: Option<&Agreed>,
    options: &SourceOptions,
) -> Result<Opened, SourceError> {
    match format {
        SourceFormat::Csv => open_csv(path, input, agreed, options),
        SourceFormat::Json => open_json(input, agreed, options),
        SourceFormat::Ipc => open_ipc(input, agreed, options),
        SourceFormat::Parquet => Err(SourceError::NotAStream {
            file: input.file.to_string(),
        }),
    }
}

fn format(
    path: &Path,
    input: &Input,
    options: &SourceOptions,
) -> Result<SourceFormat, SourceError> {
    let by_name = || SourceFormat::by_name(path).map(|by_name| by_name.format);
    let known = options.format.or_else(by_name);
    known
        .or_else(|| SourceFormat::by_bytes(&input.first))
        .ok_or_else(|| SourceError::UnknownFormat {
            file: input.file.to_string(),
        })
}

fn open_csv(
    path: &Path,
    input: Input,
    agreed: Option<&Agreed>,
    options: &SourceOptions,
) -> Result<Opened, SourceError> {
    #[cfg(feature = "csv")]
    {
        let by_name = SourceFormat::by_name(path);
        let delimiter = by_name.map_or(b',', |by_name| by_name.delimiter);
        super::csv::open(input, delimiter, agreed, options)
    }
    #[cfg(not(feature = "csv"))]
    not_built(&input.file, "csv", (path, agreed, options))
}

fn open_json(
    input: Input,
    agreed: Option<&Agreed>,
    options: &SourceOptions,
) -> Result<Opened, SourceError> {
    #[cfg(feature = "json")]
    return super::json::open(input, agreed, options);
    #[cfg(not(feature = "json"))]
    not_built(&input.file, "json", (agreed, options))
}

fn open_ipc(
    input: Input,
    agreed: Option<&Agreed>,
    options: &SourceOptions,
) -> Result<Opened, SourceError> {
    #[cfg(feature = "ipc")]
    return super::ipc::open(input, agreed, options);
    #[cfg(not(feature = "ipc"))]
    not_built(&input.file, "ipc", (agreed, options))
}

fn open_parquet(
    path: &Path,
    agreed: Option<&Agreed>,
    options: &SourceOptions,
    read: &BytesRead,
) -> Result<Opened, SourceError> {
    #[cfg(feature = "parquet")]
    return super::parquet::open(path, agreed, options, read);
    #[cfg(not(feature = "parquet"))]
    not_built(
        &path.display().to_string(),
        "parquet",
        (agreed, options, read),
    )
}

/// What is left unused is named, so that no part of the crate needs to allow it.
#[cfg(not(all(
    feature = "csv",
    feature = "json",
    feature = "ipc",
    feature = "parquet"
)))]
fn not_built<T>(file: &str, feature: &'static str, _unused: T) -> Result<Opened, SourceError> {
    Err(SourceError::NotBuilt {
        file: file.to_owned(),
        feature,
    })
}
