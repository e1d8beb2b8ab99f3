//! Page headers in Thrift's compact protocol, as the format's `parquet.thrift` defines them.
//!
//! The parquet crate writes the same bytes, but only together with the page, which it copies; here
//! a page is compressed to where it stays.

use parquet::basic::Encoding;
use parquet::errors::Result;

use super::chunk::too_large;
use super::hybrid;

// Types of fields in the compact protocol:
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
const FALSE: u8 = 2;
const I32: u8 = 5;
const STRUCT: u8 = 12;
const STOP: u8 = 0;

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageKind {
    /// Rows, of the first version of data pages.
    Data(Encoding),
    /// The entries of the dictionary, in no order.
    Dictionary,
}

/// Appends the header of a page of so many values.
///
/// # Errors
///
/// Sizes and counts past 2^31 - 1, which the format has no room for.
pub(super) fn write(
    kind: PageKind,
    values: usize,
    uncompressed: usize,
    compressed: usize,
    out: &mut Vec<u8>,
) -> Result<()> {
    let [values, uncompressed, compressed] = [values, uncompressed, compressed]
        .map(|number| i32::try_from(number).map_err(|_| too_large(number)));
    let (values, uncompressed, compressed) = (values?, uncompressed?, compressed?);
    // Of `PageType`: 0 is a data page, 2 a dictionary.
    let (number, header) = match kind {
        PageKind::Data(_) => (0, 5),
        PageKind::Dictionary => (2, 7),
    };
    field(1, I32, out);
    varint(number, out);
    field(1, I32, out);
    varint(uncompressed, out);
    field(1, I32, out);
    varint(compressed, out);
    field(header - 3, STRUCT, out);
    field(1, I32, out);
    varint(values, out);
    match kind {
        PageKind::Data(encoding) => {
            // The encodings of values, of definition levels and of repetition levels.
            for encoding in [encoding, Encoding::RLE, Encoding::RLE] {
                field(1, I32, out);
                varint(encoding as i32, out);
            }
        }
        PageKind::Dictionary => {
            field(1, I32, out);
            varint(Encoding::PLAIN as i32, out);
            // Whether entries are sorted: the value of a boolean is its type.
            field(1, FALSE, out);
        }
    }
    out.extend_from_slice(&[STOP, STOP]);
    Ok(())
}

/// The head of a field whose number is by `step` above that of the one before it.
fn field(step: u8, kind: u8, out: &mut Vec<u8>) {
    out.push((step << 4) | kind);
}

/// A number in zigzag, seven bits a byte.
fn varint(number: i32, out: &mut Vec<u8>) {
    let zigzag = ((number << 1) ^ (number >> 31)) as u32;
    hybrid::varint(zigzag.into(), out);
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use parquet::column::page::{CompressedPage, Page, PageWriter as _};
    use parquet::file::writer::{SerializedPageWriter, TrackedWrite};

    use super::*;

    #[test]
    fn headers_are_those_of_the_parquet_crate() {
        let sizes = [0, 1, 63, 64, 8191, 8192, 1 << 20, (1 << 20) + 5];
        let kinds = [
            PageKind::Data(Encoding::PLAIN),
            PageKind::Data(Encoding::RLE_DICTIONARY),
            PageKind::Dictionary,
        ];
        for kind in kinds {
            for (compressed, values) in sizes.into_iter().zip(sizes.into_iter().rev()) {
                let uncompressed = 2 * compressed + 1;
                let mut ours = Vec::new();
                write(kind, values, uncompressed, compressed, &mut ours).unwrap();
                assert_eq!(ours, theirs(kind, values, uncompressed, compressed));
            }
        }
    }

    fn theirs(kind: PageKind, values: usize, uncompressed: usize, compressed: usize) -> Vec<u8> {
        let buf = Bytes::from(vec![0; compressed]);
        let num_values = values as u32;
        let page = match kind {
            PageKind::Data(encoding) => Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding: Encoding::RLE,
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            },
            PageKind::Dictionary => Page::DictionaryPage {
                buf,
                num_values,
                encoding: Encoding::PLAIN,
                is_sorted: false,
            },
        };
        let mut sink = TrackedWrite::new(Vec::new());
        SerializedPageWriter::new(&mut sink)
            .write_page(CompressedPage::new(page, uncompressed))
            .unwrap();
        let mut written = sink.into_inner().unwrap();
        written.truncate(written.len() - compressed);
        written
    }

    #[test]
    fn a_page_past_the_format_is_refused() {
        let kind = PageKind::Dictionary;
        let error = write(kind, 1, 1 << 31, 1, &mut Vec::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Parquet error: a page of 2147483648 bytes is too large"
        );
    }
}
