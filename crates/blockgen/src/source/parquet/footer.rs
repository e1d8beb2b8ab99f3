//! The footer of a Parquet file, looked over before it is decoded.
//!
//! The parquet crate reserves memory for as many elements as a list in a footer claims to have, and
//! recurses as deep as its schema goes: some bytes that anybody can write would end the process,
//! past any error. So a walk over the encoded footer, in no memory, finds out first whether what it
//! claims is there. The encoding is Thrift's compact protocol
//! (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>).
//!
//! `blockwrite` has a walk like it, `read/footer_check.rs`, and neither crate knows the other: what is
//! mended in one is mended in both.

use parquet::errors::{ParquetError, Result};
use parquet::file::FOOTER_SIZE;
use parquet::file::metadata::{FooterTail, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::ChunkReader;

/// A longer one is refused: a file of 32,767 row groups, the most there can be, of fifteen columns
/// has a footer of about 60 MB.
const MOST_BYTES: usize = 256 << 20;

/// Values inside of one another, of which Parquet has a handful.
const MOST_DEPTH: usize = 32;

/// Groups inside of one another in a schema.
const MOST_GROUPS: usize = 64;

/// The elements of all lists are structs with at least a required field: its header, its value, and
/// the struct's end.
const LEAST_STRUCT_BYTES: usize = 3;

/// Reads the footer of a file; as much memory as its length and what is really in it take.
pub(super) fn read(file: &impl ChunkReader) -> Result<ParquetMetaData> {
    let file_bytes = file.len();
    let wrong = |what: String| ParquetError::General(what);
    let Some(end) = file_bytes.checked_sub(FOOTER_SIZE as u64) else {
        return Err(wrong(format!("it has {file_bytes} bytes")));
    };
    let tail = file.get_bytes(end, FOOTER_SIZE)?;
    let tail = FooterTail::try_from(&*tail)?;
    if tail.is_encrypted_footer() {
        return Err(wrong("it is encrypted".to_owned()));
    }
    let bytes = tail.metadata_length();
    let start = end.checked_sub(bytes as u64);
    let Some(start) = start.filter(|_| bytes <= MOST_BYTES) else {
        return Err(wrong(format!(
            "it says that its footer has {bytes} bytes; allowed are {MOST_BYTES}, and no more than \
             the file has ({file_bytes})"
        )));
    };
    let footer = file.get_bytes(start, bytes)?;
    if check(&footer).is_none() {
        return Err(wrong("its footer is not what a footer is".to_owned()));
    }
    ParquetMetaDataReader::decode_metadata(&footer)
}

/// Whether all that a footer claims to have is there: the struct `FileMetaData` of Parquet's
/// definition, whose second field is the schema.
fn check(footer: &[u8]) -> Option<()> {
    let mut walk = Walk { left: footer };
    let mut last = 0;
    while let Some((field, kind)) = walk.field(&mut last)? {
        match (field, kind) {
            (2, LIST) => walk.schema()?,
            _ => walk.pass(kind, MOST_DEPTH)?,
        }
    }
    Some(())
}

const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// What is still to be walked over. Nothing where it is not what it should be.
struct Walk<'a> {
    left: &'a [u8],
}

impl Walk<'_> {
    /// The schema is a list in depth-first order, in which each group says how many children it
    /// has (field 5).
    fn schema(&mut self) -> Option<()> {
        let (count, kind) = self.list()?;
        // For each group around the element at hand, the children still to come.
        let mut open: Vec<u64> = Vec::new();
        for index in 0..count {
            if index > 0 {
                while open.pop_if(|missing| *missing == 0).is_some() {}
                *open.last_mut()? -= 1;
            }
            let children = (kind == STRUCT).then(|| self.children())??;
            if children > 0 {
                open.push(children);
            }
            if open.len() > MOST_GROUPS {
                return None;
            }
        }
        open.iter().all(|missing| *missing == 0).then_some(())
    }

    fn children(&mut self) -> Option<u64> {
        let (mut last, mut children) = (0, 0);
        while let Some((field, kind)) = self.field(&mut last)? {
            match (field, kind) {
                (5, 4..=6) => {
                    let zigzag = self.number()?;
                    // The lowest bit is the sign.
                    children = (zigzag & 1 == 0).then_some(zigzag >> 1)?;
                }
                _ => self.pass(kind, MOST_DEPTH)?,
            }
        }
        Some(children)
    }

    /// The next field of a struct; none at its end. `last` is the number of the one before.
    fn field(&mut self, last: &mut i64) -> Option<Option<(i64, u8)>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        *last = match i64::from(head >> 4) {
            0 => {
                let zigzag = self.number()?;
                (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64)
            }
            step => last.checked_add(step)?,
        };
        Some(Some((*last, head & 0x0f)))
    }

    /// How many elements a list has, and of which kind.
    fn list(&mut self) -> Option<(usize, u8)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => usize::try_from(self.number()?).ok()?,
            short => usize::from(short),
        };
        let kind = head & 0x0f;
        let least = if kind == STRUCT {
            LEAST_STRUCT_BYTES
        } else {
            1
        };
        (count <= self.left.len() / least).then_some((count, kind))
    }

    /// Passes over a value.
    fn pass(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            // The kind of a field says whether it is true.
            1 | 2 => {}
            3 => self.skip(1)?,
            4..=6 => drop(self.number()?),
            7 => self.skip(8)?,
            8 => {
                let bytes = self.number()?;
                self.skip(usize::try_from(bytes).ok()?)?;
            }
            LIST | 10 => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    match kind {
                        1 | 2 => self.skip(1)?,
                        _ => self.pass(kind, depth)?,
                    }
                }
            }
            STRUCT => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.pass(kind, depth)?;
                }
            }
            // Maps, of which Parquet has none.
            _ => return None,
        }
        Some(())
    }

    /// A number of up to 64 bits, seven a byte, the lowest first.
    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, left) = self.left.split_first()?;
        self.left = left;
        Some(*byte)
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.get(bytes..)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    /// A file of nothing but a footer.
    fn file(footer: &[u8]) -> Bytes {
        let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
        [b"PAR1", footer, &length, b"PAR1"].concat().into()
    }

    fn said(file: Bytes) -> String {
        read(&file).unwrap_err().to_string()
    }

    /// Lists of two thousand million row groups, of which none is there.
    #[test]
    fn claims_that_the_bytes_do_not_hold_take_no_memory() {
        let many = [0xff, 0xff, 0xff, 0xff, 0x07];
        let no_footer = "Parquet error: its footer is not what a footer is";
        for lists in [&[0x49, 0xfc][..], &[0x29, 0xfc], &[0x15, 2, 0x19, 0xfc]] {
            assert_eq!(said(file(&[lists, &many, &[0; 64]].concat())), no_footer);
        }
        // A schema of groups, each in the one before.
        let group = [0x55, 2, 0];
        let deep = [&[0x29, 0xfc, 0xe8, 0x07][..], &group.repeat(1_000), &[0]].concat();
        assert_eq!(said(file(&deep)), no_footer);
        // Structs in structs.
        assert_eq!(said(file(&[0x1c; 100_000])), no_footer);
    }

    #[test]
    fn a_length_is_held_against_the_file() {
        let tail = |length: u32| [&b"PAR1"[..], &length.to_le_bytes(), b"PAR1"].concat();
        for length in [9, u32::MAX] {
            let said = said(tail(length).into());
            let start = format!("Parquet error: it says that its footer has {length} bytes");
            assert!(said.starts_with(&start), "{said}");
        }
        assert_eq!(said(Bytes::from("PAR1")), "Parquet error: it has 4 bytes");
        assert_eq!(
            said(Bytes::from("PAR1\0\0\0\0PARE")),
            "Parquet error: it is encrypted"
        );
    }
}
