//! Whole row groups past the parquet crate's writer, which keeps the books.
//!
//! ```text
//! encoded bytes ──expect(position)──────────────────┐
//! parquet crate: footer, offsets, small pieces ─▶ Spliced ─▶ sink
//!                placeholders ─▶ (counted, dropped) ┘
//! ```
//!
//! That writer takes a chunk in pieces of 8 KiB that it copies twice. It only needs to know how long
//! the chunk is, and so it gets a [`Placeholder`] of that length; [`Spliced`] puts the bytes
//! themselves into the sink where the placeholder would stand.

use std::collections::VecDeque;
use std::io::{self, Read, Write};

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

/// So many bytes that stand for others.
pub(crate) struct Placeholder(pub(crate) u64);

impl Length for Placeholder {
    fn len(&self) -> u64 {
        self.0
    }
}

impl ChunkReader for Placeholder {
    type T = io::Take<io::Repeat>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(io::repeat(0).take(self.0.saturating_sub(start)))
    }

    fn get_bytes(&self, _: u64, _: usize) -> parquet::errors::Result<Bytes> {
        Err(ParquetError::NYI("a placeholder has no bytes".to_owned()))
    }
}

/// A sink for the parquet crate's writer. It counts what is written, because
/// `SerializedFileWriter::into_inner` gives the sink back and no longer says how long the file became;
/// it gathers small pieces for sinks to which each costs something; and it puts the bytes that it was
/// told to [`expect`](Self::expect) in the place of placeholders.
pub(crate) struct Spliced<W> {
    pub(crate) sink: W,
    /// Bytes of the file so far, whoever wrote them.
    bytes: u64,
    gathered: Vec<u8>,
    most_gathered: usize,
    /// What comes in place of placeholders, by its position in the file.
    expected: VecDeque<(u64, Bytes)>,
    /// Bytes that are still to come of the placeholder of what is in the file already.
    passing: u64,
    hand_over: fn(&mut W, Bytes) -> io::Result<()>,
    /// Whether the sink refused something, which is then missing in it for ever.
    failed: bool,
}

impl<W: Write> Spliced<W> {
    /// Gathers at most so many bytes of small pieces, and gives what was expected to the sink by
    /// `hand_over`.
    pub(crate) fn new(
        sink: W,
        most_gathered: usize,
        hand_over: fn(&mut W, Bytes) -> io::Result<()>,
    ) -> Self {
        Self {
            sink,
            bytes: 0,
            gathered: Vec::with_capacity(most_gathered),
            most_gathered,
            expected: VecDeque::new(),
            passing: 0,
            hand_over,
            failed: false,
        }
    }

    /// Puts these bytes at `position`, in place of what will be written there. Called in the order of
    /// the file, and before that place is reached.
    pub(crate) fn expect(&mut self, position: u64, bytes: Bytes) {
        // No bytes have no placeholder.
        if !bytes.is_empty() {
            self.expected.push_back((position, bytes));
        }
    }

    /// The sink with everything in it, and how much that is.
    pub(crate) fn finish(mut self) -> io::Result<(W, u64)> {
        self.hand_on()?;
        Ok((self.sink, self.bytes))
    }

    fn hand_on(&mut self) -> io::Result<()> {
        if self.failed {
            return Err(io::Error::other("an earlier write failed"));
        }
        self.failed = true;
        self.sink.write_all(&self.gathered)?;
        self.failed = false;
        self.gathered.clear();
        Ok(())
    }
}

impl<W: Write> Write for Spliced<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.passing == 0
            && let Some((position, _)) = self.expected.front()
            && *position == self.bytes
            && let Some((_, expected)) = self.expected.pop_front()
        {
            self.hand_on()?;
            self.failed = true;
            self.passing = expected.len() as u64;
            self.bytes += self.passing;
            (self.hand_over)(&mut self.sink, expected)?;
            self.failed = false;
        }
        if self.passing > 0 && !self.failed {
            let passed = self.passing.min(bytes.len() as u64);
            self.passing -= passed;
            return Ok(passed as usize);
        }
        // Up to the next placeholder.
        let own = match self.expected.front() {
            Some((position, _)) => {
                let before = usize::try_from(position - self.bytes).unwrap_or(usize::MAX);
                &bytes[..bytes.len().min(before)]
            }
            None => bytes,
        };
        if self.failed || self.gathered.len() + own.len() > self.most_gathered {
            self.hand_on()?;
        }
        let taken = if own.len() >= self.most_gathered {
            let written = self.sink.write(own);
            let is_interrupted = |error: &io::Error| error.kind() == io::ErrorKind::Interrupted;
            self.failed = written.as_ref().is_err_and(|error| !is_interrupted(error));
            written?
        } else {
            self.gathered.extend_from_slice(own);
            own.len()
        };
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.hand_on()?;
        self.sink.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(most_gathered: usize, expected: &[(u64, &'static str)], writes: &[&str]) -> String {
        let hand_over = |sink: &mut Vec<u8>, bytes: Bytes| sink.write_all(&bytes);
        let mut spliced = Spliced::new(Vec::new(), most_gathered, hand_over);
        for (position, bytes) in expected {
            spliced.expect(*position, Bytes::from_static(bytes.as_bytes()));
        }
        for bytes in writes {
            spliced.write_all(bytes.as_bytes()).unwrap();
        }
        let (sink, bytes) = spliced.finish().unwrap();
        assert_eq!(bytes, sink.len() as u64);
        String::from_utf8(sink).unwrap()
    }

    #[test]
    fn what_was_expected_stands_in_place_of_what_was_written() {
        for most_gathered in [0, 3, 100] {
            let of = |expected: &[_], writes: &[_]| written(most_gathered, expected, writes);
            assert_eq!(of(&[], &["abc", "def"]), "abcdef");
            assert_eq!(of(&[(0, "ABC")], &["...", "def"]), "ABCdef");
            assert_eq!(of(&[(3, "DEF")], &["abc", ".", "..", "ghi"]), "abcDEFghi");
            // Pieces need not end where a placeholder does.
            let two = [(2, "CD"), (4, "EF")];
            assert_eq!(of(&two, &["ab....gh"]), "abCDEFgh");
            assert_eq!(of(&two, &["a", "b.", "..", ".gh"]), "abCDEFgh");
            let apart = [(1, "B"), (3, "D")];
            assert_eq!(of(&apart, &["a.c", ".e"]), "aBcDe");
            let empty = [(1, ""), (1, ""), (1, "B")];
            assert_eq!(of(&empty, &["a.c"]), "aBc");
        }
    }

    #[test]
    fn after_a_failure_nothing_more_is_taken() {
        /// Fails once.
        #[derive(Default)]
        struct Once(bool);
        impl Write for Once {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                match std::mem::replace(&mut self.0, true) {
                    false => Err(io::Error::other("once")),
                    true => Ok(bytes.len()),
                }
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for most_gathered in [0, 10] {
            for expected in [0, 1] {
                let hand_over = |sink: &mut Once, bytes: Bytes| sink.write_all(&bytes);
                let mut spliced = Spliced::new(Once::default(), most_gathered, hand_over);
                spliced.expect(expected, Bytes::from_static(b"BCD"));
                let first = spliced.write_all(b"a...").and_then(|()| spliced.flush());
                first.unwrap_err();
                spliced
                    .write_all(b"...")
                    .and_then(|()| spliced.flush())
                    .unwrap_err();
                assert!(spliced.finish().is_err());
            }
        }
    }
}
