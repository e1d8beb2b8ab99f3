//! Pieces of a CSV that end where a row ends, in bounded memory.

use bytes::Bytes;

use crate::byte_ranges::Source;
use crate::failure::{ExitCode, Failure};

/// Bytes that are read at once.
const STEP: u64 = 4 << 20;

/// No row may be longer.
const LONGEST_ROW: usize = 64 << 20;

/// Reads a source piece by piece.
pub struct Lines<'a> {
    source: &'a Source,
    read: u64,
    /// The beginning of a row whose end was not read yet.
    rest: Vec<u8>,
}

impl<'a> Lines<'a> {
    /// From its beginning.
    pub fn of(source: &'a Source) -> Self {
        Self {
            source,
            read: 0,
            rest: Vec::new(),
        }
    }

    /// The next rows, whole ones; none at the end.
    ///
    /// # Errors
    ///
    /// The source can't be read; a row of more than 64 MiB.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        while self.read < self.source.bytes() {
            let end = self.source.bytes().min(self.read + STEP);
            let bytes: Bytes = self.source.read(self.read..end).await?;
            self.read = end;
            self.rest.extend_from_slice(&bytes);
            if let Some(end) = last_row_end(&self.rest) {
                let rest = self.rest.split_off(end);
                return Ok(Some(std::mem::replace(&mut self.rest, rest)));
            }
            if self.rest.len() > LONGEST_ROW {
                let sentence = format!(
                    "a row of `{}` is longer than 64 MiB; perhaps a quote is not closed",
                    self.source
                );
                return Err(Failure::say(ExitCode::Source, sentence));
            }
        }
        let rest = std::mem::take(&mut self.rest);
        Ok((!rest.is_empty()).then_some(rest))
    }
}

/// Behind the last end of a line that stands in no quotes.
fn last_row_end(bytes: &[u8]) -> Option<usize> {
    let (mut quoted, mut end) = (false, None);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => end = Some(at + 1),
            _ => {}
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_end_outside_of_quotes() {
        for (text, end) in [
            ("a,b\n1,2\n3", Some(8)),
            ("a,\"b\n", None),
            ("a\n\"b\n\"\"c\n", Some(2)),
            ("", None),
        ] {
            assert_eq!(last_row_end(text.as_bytes()), end, "{text:?}");
        }
    }
}
