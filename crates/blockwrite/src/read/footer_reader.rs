//! From the length of a file to its footer, in one fetch or two.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::Path;

use bytes::{Bytes, BytesMut};

use super::footer::{Footer, TAIL_BYTES};
use super::footer_check::damaged;
use crate::{Error, Result};

/// Fetched at first: footers are seldom longer, and a request costs more than these bytes.
const FIRST_FETCH_BYTES: u64 = 64 * 1024;

/// A footer that is said to be longer is refused: 256 MiB. The longest that a writer of 32,767 row
/// groups of fifteen columns makes has about 60 MB.
const MAX_FOOTER_BYTES: u64 = 256 * 1024 * 1024;

/// The magic bytes at both ends of a Parquet file, and the length of its footer.
const SMALLEST_FILE_BYTES: u64 = 4 + TAIL_BYTES;

/// Reads the footer of a Parquet file from wherever it lies: it says which bytes it wants, and the
/// caller fetches them. Two fetches at most; one for footers of less than 64 KiB.
///
/// ```
/// # use std::ops::Range;
/// # use bytes::Bytes;
/// # use blockwrite::{BlockWriter, ByteDrain, FooterReader, ParquetBlockWriter, RowGroupEncoder, WriteOptions};
/// # fn main() -> blockwrite::Result<()> {
/// # let schema = arrow::datatypes::Schema::new(vec![arrow::datatypes::Field::new("id", arrow::datatypes::DataType::Int64, false)]);
/// # let encoder = RowGroupEncoder::new(schema.into(), &WriteOptions::default())?;
/// # let mut writer = ParquetBlockWriter::with_encoder(ByteDrain::default(), &encoder)?;
/// # writer.finish()?;
/// # let file: Bytes = writer.into_sink().unwrap().take();
/// # let fetch = |range: Range<u64>| file.slice(range.start as usize..range.end as usize);
/// let mut reader = FooterReader::new(file.len() as u64)?;
/// let footer = loop {
///     let bytes = fetch(reader.wants());
///     if let Some(footer) = reader.push(bytes)? {
///         break footer;
///     }
/// };
/// assert_eq!(footer.rows(), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct FooterReader {
    file_bytes: u64,
    /// What is fetched next.
    wants: Range<u64>,
    /// The end of the file, once it is there.
    tail: Bytes,
}

impl FooterReader {
    /// A reader of the footer of a file of `file_bytes`.
    ///
    /// # Errors
    ///
    /// [`Error::NotParquet`] for a file that is too short to be one.
    pub fn new(file_bytes: u64) -> Result<Self> {
        if file_bytes < SMALLEST_FILE_BYTES {
            return Err(Error::NotParquet {
                reason: match file_bytes {
                    0 => "it is empty".to_owned(),
                    _ => format!(
                        "it has {file_bytes} bytes, and the shortest possible has \
                         {SMALLEST_FILE_BYTES}"
                    ),
                },
            });
        }
        Ok(Self {
            file_bytes,
            wants: file_bytes.saturating_sub(FIRST_FETCH_BYTES)..file_bytes,
            tail: Bytes::new(),
        })
    }

    /// The bytes of the file to fetch next; never empty, and never past the file's end.
    pub fn wants(&self) -> Range<u64> {
        self.wants.clone()
    }

    /// Takes the bytes that were [wanted](Self::wants). `None` where more are wanted.
    ///
    /// # Errors
    ///
    /// [`Error::NotParquet`], [`Error::Encrypted`], [`Error::Damaged`] and [`Error::Parquet`] for
    /// a file that can't be read, [`Error::WrongBytes`] where the length of `bytes` is not that of
    /// what was wanted. The reader is of no use then.
    pub fn push(&mut self, bytes: Bytes) -> Result<Option<Footer>> {
        if bytes.len() as u64 != self.wants.end - self.wants.start {
            return Err(Error::WrongBytes {
                wanted: self.wants.clone(),
                got: bytes.len() as u64,
            });
        }
        let footer_bytes = if self.tail.is_empty() {
            self.tail = bytes;
            self.footer_bytes()?
        } else {
            let mut whole = BytesMut::with_capacity(bytes.len() + self.tail.len());
            whole.extend_from_slice(&bytes);
            whole.extend_from_slice(&self.tail);
            self.tail = whole.freeze();
            self.footer_bytes()?
        };
        let with_tail = footer_bytes + TAIL_BYTES;
        let here = self.tail.len() as u64;
        if with_tail > here {
            self.wants = self.file_bytes - with_tail..self.file_bytes - here;
            return Ok(None);
        }
        let end = self.tail.len() - TAIL_BYTES as usize;
        let footer = self.tail.slice(end - footer_bytes as usize..end);
        Footer::decode(&footer, self.file_bytes).map(Some)
    }

    /// The length of the footer, which the file's end tells, if it can be true.
    fn footer_bytes(&self) -> Result<u64> {
        let Some((_, &[a, b, c, d, ref magic @ ..])) =
            self.tail.split_last_chunk::<{ TAIL_BYTES as usize }>()
        else {
            unreachable!("the shortest file is longer than its tail");
        };
        if magic == b"PARE" {
            return Err(Error::Encrypted);
        }
        if magic != b"PAR1" {
            let begins =
                self.tail.len() as u64 == self.file_bytes && self.tail.starts_with(b"PAR1");
            let verdict = if begins {
                "it begins as one and was cut"
            } else {
                "it is something else, or was cut"
            };
            return Err(Error::NotParquet {
                reason: format!(
                    "it ends with `{}` and not with `PAR1`: {verdict}",
                    magic.escape_ascii()
                ),
            });
        }
        let footer = u64::from(u32::from_le_bytes([a, b, c, d]));
        let most = self.file_bytes - SMALLEST_FILE_BYTES;
        if footer > most {
            return Err(damaged(format!(
                "its footer is said to have {footer} bytes, and the file has {} in all",
                self.file_bytes
            )));
        }
        if footer > MAX_FOOTER_BYTES {
            return Err(damaged(format!(
                "its footer is said to have {footer} bytes, and {MAX_FOOTER_BYTES} is the most \
                 that is read"
            )));
        }
        Ok(footer)
    }
}

/// Reads the footer of the file at `path`.
///
/// # Errors
///
/// [`Error::File`] where the file can't be opened or read, and otherwise [`Error::Unreadable`],
/// whose source is as [`FooterReader::push`] says.
pub fn read_footer(path: impl AsRef<Path>) -> Result<Footer> {
    let path = path.as_ref();
    let failed = |action| {
        move |source| Error::File {
            action,
            path: path.to_owned(),
            source,
        }
    };
    let unreadable = |source| Error::Unreadable {
        path: path.to_owned(),
        source: Box::new(source),
    };
    let mut file = File::open(path).map_err(failed("open"))?;
    let metadata = file.metadata().map_err(failed("look at"))?;
    if metadata.is_dir() {
        return Err(failed("read")(io::ErrorKind::IsADirectory.into()));
    }
    let mut reader = FooterReader::new(metadata.len()).map_err(unreadable)?;
    loop {
        let bytes = read_range(&mut file, reader.wants()).map_err(failed("read"))?;
        if let Some(footer) = reader.push(bytes).map_err(unreadable)? {
            return Ok(footer);
        }
    }
}

fn read_range(file: &mut File, range: Range<u64>) -> io::Result<Bytes> {
    file.seek(SeekFrom::Start(range.start))?;
    let wanted = range.end - range.start;
    // No more than the file has, and than a footer may have.
    let mut bytes = Vec::with_capacity(usize::try_from(wanted).map_err(io::Error::other)?);
    file.take(wanted).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}
