//! Walks over Thrift's compact encoding, in which Parquet's footers and page headers are written.
//!
//! The parquet crate decodes them, but reserves memory for as many elements as a list claims to
//! have. A walk that reads every element before finds out which claims are true, in no memory.

/// What was found instead of Thrift; the position is of no use to anybody.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

type Walk<T> = Result<T, Malformed>;

/// Structs and lists lie within each other a handful of levels deep in Parquet.
const MAX_DEPTH: u8 = 32;

/// The type of a field or of a list's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(u8);

impl Kind {
    pub const LIST: Self = Self(9);
    pub const STRUCT: Self = Self(12);

    fn is_bool(self) -> bool {
        matches!(self.0, 1 | 2)
    }
}

/// A position in encoded bytes.
#[derive(Debug)]
pub struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Thrift<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes walked over.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The next field of the struct that is walked, or `None` at its end; `last` is the id of the
    /// field before, and 0 at the beginning.
    pub fn field(&mut self, last: &mut i64) -> Walk<Option<(i64, Kind)>> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        let delta = i64::from(head >> 4);
        *last = if delta == 0 {
            self.int()?
        } else {
            last.checked_add(delta).ok_or(Malformed)?
        };
        Ok(Some((*last, Kind(head & 0x0f))))
    }

    /// The length of the list that begins here, and what its elements are. Each takes at least
    /// one byte.
    pub fn list(&mut self) -> Walk<(usize, Kind)> {
        let head = self.byte()?;
        let len = match head >> 4 {
            15 => usize::try_from(self.varint()?).map_err(|_| Malformed)?,
            short => usize::from(short),
        };
        if len > self.bytes.len() - self.at {
            return Err(Malformed);
        }
        Ok((len, Kind(head & 0x0f)))
    }

    /// A number of 16, 32 or 64 bits.
    pub fn int(&mut self) -> Walk<i64> {
        let zigzag = self.varint()?;
        Ok((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
    }

    /// Passes over a field's value with all that is in it.
    pub fn skip(&mut self, kind: Kind) -> Walk<()> {
        self.skip_within(kind, MAX_DEPTH)
    }

    fn skip_within(&mut self, kind: Kind, depth: u8) -> Walk<()> {
        let depth = depth.checked_sub(1).ok_or(Malformed)?;
        match kind.0 {
            // A boolean's value is in its field's header.
            1 | 2 => Ok(()),
            3 => self.pass(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let len = self.varint()?;
                self.pass(usize::try_from(len).map_err(|_| Malformed)?)
            }
            // A list and a set.
            9 | 10 => {
                let (len, element) = self.list()?;
                for _ in 0..len {
                    if element.is_bool() {
                        self.pass(1)?;
                    } else {
                        self.skip_within(element, depth)?;
                    }
                }
                Ok(())
            }
            12 => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.skip_within(kind, depth)?;
                }
                Ok(())
            }
            // Maps and what Thrift may have one day; Parquet has neither.
            _ => Err(Malformed),
        }
    }

    fn varint(&mut self) -> Walk<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Malformed)
    }

    fn byte(&mut self) -> Walk<u8> {
        let byte = *self.bytes.get(self.at).ok_or(Malformed)?;
        self.at += 1;
        Ok(byte)
    }

    fn pass(&mut self, bytes: usize) -> Walk<()> {
        if bytes > self.bytes.len() - self.at {
            return Err(Malformed);
        }
        self.at += bytes;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip(bytes: &[u8]) -> Walk<usize> {
        let mut thrift = Thrift::new(bytes);
        thrift.skip(Kind::STRUCT)?;
        Ok(thrift.position())
    }

    #[test]
    fn a_struct_is_walked_to_its_end() {
        // 1: i32 = 300; 2: binary "ab"; 5: list of two i64; 6: true; 20 (long form): empty struct.
        let bytes = [
            0x15, 0xd8, 0x04, 0x18, 2, b'a', b'b', 0x39, 0x26, 2, 4, 0x11, 0x0c, 40, 0, 0, 99,
        ];
        assert_eq!(skip(&bytes), Ok(bytes.len() - 1));
        for cut in 0..bytes.len() - 1 {
            assert_eq!(skip(&bytes[..cut]), Err(Malformed), "cut at {cut}");
        }
    }

    #[test]
    fn claims_that_the_bytes_do_not_hold_are_refused() {
        let long = [0xff, 0xff, 0xff, 0xff, 0x07];
        // A list of two thousand million structs, a text as long, and a number without end.
        assert_eq!(
            skip(&[&[0x19, 0xfc], &long[..], &[0; 9]].concat()),
            Err(Malformed)
        );
        assert_eq!(
            skip(&[&[0x18], &long[..], &[0; 9]].concat()),
            Err(Malformed)
        );
        assert_eq!(
            skip(&[&[0x15], &[0x80; 11][..], &[0; 9]].concat()),
            Err(Malformed)
        );
        // Structs within structs.
        assert_eq!(skip(&[0x1c; 10_000]), Err(Malformed));
    }

    #[test]
    fn numbers_are_zigzag() {
        for (bytes, value) in [
            (&[0][..], 0),
            (&[1], -1),
            (&[0xd8, 0x04], 300),
            (
                &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
                i64::MIN,
            ),
        ] {
            assert_eq!(Thrift::new(bytes).int(), Ok(value));
        }
    }
}
