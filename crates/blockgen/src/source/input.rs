//! The bytes of a source: from a file or a stream, counted, unpacked, their first ones looked at.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::SourceError;

/// Bytes asked of the system, and of an unpacker, at a time.
const BUFFER_BYTES: usize = 256 << 10;

/// As many first bytes as any mark takes, and some white space before JSON.
const LOOK_BYTES: usize = 64;

/// How far a source has been read; shared with who shows it.
#[derive(Clone, Debug, Default)]
pub struct BytesRead(Arc<AtomicU64>);

impl BytesRead {
    /// Bytes read so far, as they lie in the files: packed ones count packed.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Unpacked bytes, the first of which are known.
pub(super) struct Input {
    /// The name of the file, for errors.
    pub file: Arc<str>,
    /// The first bytes, at most 64. They are still to be read.
    pub first: Vec<u8>,
    /// Whether the bytes are other than those of the file.
    pub packed: bool,
    reader: Box<dyn BufRead + Send>,
}

impl Input {
    /// Of a file.
    pub fn open(path: &Path, read: &BytesRead) -> Result<Self, SourceError> {
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Self::of(&name, file, read),
            Err(source) => Err(SourceError::Open { file: name, source }),
        }
    }

    /// Of a stream.
    pub fn of(
        name: &str,
        stream: impl Read + Send + 'static,
        read: &BytesRead,
    ) -> Result<Self, SourceError> {
        let file: Arc<str> = Arc::from(name);
        let counted = Counted {
            stream,
            read: read.clone(),
        };
        let bytes = BufReader::with_capacity(BUFFER_BYTES, counted);
        let (first, bytes) = look(&file, Box::new(bytes))?;
        let (packed, reader) = unpack(&file, &first, bytes)?;
        let (first, reader) = if packed {
            look(&file, reader)?
        } else {
            (first, reader)
        };
        Ok(Self {
            file,
            first,
            packed,
            reader,
        })
    }

    /// The bytes as they are.
    #[cfg(feature = "ipc")]
    pub fn into_bytes(self) -> Box<dyn BufRead + Send> {
        self.reader
    }

    /// The bytes as UTF-8 text, without the mark that some programs begin it with.
    #[cfg(any(feature = "csv", feature = "json"))]
    pub fn into_text(mut self) -> Result<Box<dyn BufRead + Send>, SourceError> {
        if self.first.starts_with(&[0xFF, 0xFE]) || self.first.starts_with(&[0xFE, 0xFF]) {
            return Err(SourceError::Encoding {
                file: self.file.to_string(),
                encoding: "UTF-16",
            });
        }
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        if self.first.starts_with(MARK) {
            // They lie in memory, so this cannot fail and is done at once.
            self.reader.consume(MARK.len());
        }
        Ok(self.reader)
    }
}

/// Reads the first bytes without taking them.
fn look(
    file: &str,
    mut reader: Box<dyn BufRead + Send>,
) -> Result<(Vec<u8>, Box<dyn BufRead + Send>), SourceError> {
    let mut first = Vec::with_capacity(LOOK_BYTES);
    let mut start = reader.by_ref().take(LOOK_BYTES as u64);
    start
        .read_to_end(&mut first)
        .map_err(|source| SourceError::Read {
            file: file.to_owned(),
            source,
        })?;
    let again = Cursor::new(first.clone()).chain(reader);
    Ok((first, Box::new(again)))
}

/// By the magic number: names lie, and streams have none.
fn unpack(
    file: &str,
    first: &[u8],
    packed: Box<dyn BufRead + Send>,
) -> Result<(bool, Box<dyn BufRead + Send>), SourceError> {
    const GZIP: &[u8] = &[0x1F, 0x8B];
    const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];
    if first.starts_with(GZIP) {
        Ok((true, gunzip(file, packed)?))
    } else if first.starts_with(ZSTD) {
        Ok((true, unzstd(file, packed)?))
    } else {
        Ok((false, packed))
    }
}

#[cfg(feature = "compression")]
fn gunzip(
    _file: &str,
    packed: Box<dyn BufRead + Send>,
) -> Result<Box<dyn BufRead + Send>, SourceError> {
    // What `cat a.gz b.gz` gives has several members, and so has what bgzip writes.
    let unpacked = flate2::bufread::MultiGzDecoder::new(packed);
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, unpacked)))
}

#[cfg(feature = "compression")]
fn unzstd(
    file: &str,
    packed: Box<dyn BufRead + Send>,
) -> Result<Box<dyn BufRead + Send>, SourceError> {
    let unpacked = zstd::Decoder::with_buffer(packed).map_err(|source| SourceError::Read {
        file: file.to_owned(),
        source,
    })?;
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, unpacked)))
}

#[cfg(not(feature = "compression"))]
use not_built as gunzip;
#[cfg(not(feature = "compression"))]
use not_built as unzstd;

#[cfg(not(feature = "compression"))]
fn not_built(
    file: &str,
    _packed: Box<dyn BufRead + Send>,
) -> Result<Box<dyn BufRead + Send>, SourceError> {
    Err(SourceError::NotBuilt {
        file: file.to_owned(),
        feature: "compression",
    })
}

/// Counts what is read.
struct Counted<R> {
    stream: R,
    read: BytesRead,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.stream.read(into)?;
        self.read.add(bytes as u64);
        Ok(bytes)
    }
}
