//! The beginning of a text, from which its columns are known.

use std::io::{self, BufRead};

use super::lines::Lines;
use super::text_blocks::{MOST_ROW_BYTES, Text};

/// As much of a text as holds the rows to be looked at, and at most 64 MiB of it.
pub(super) struct Sample {
    pub bytes: Vec<u8>,
    /// Whether the text ends with it.
    pub ends: bool,
}

impl Sample {
    /// Reads until there is enough. How much there is is asked only each time that it has doubled.
    pub fn read(text: &mut dyn BufRead, enough: impl Fn(&Self) -> bool) -> io::Result<Self> {
        let mut sample = Self {
            bytes: Vec::new(),
            ends: false,
        };
        let mut ask_at = 64 << 10;
        while sample.bytes.len() < MOST_ROW_BYTES {
            let more = text.fill_buf()?;
            let bytes = more.len();
            if bytes == 0 {
                sample.ends = true;
                break;
            }
            sample.bytes.extend_from_slice(more);
            text.consume(bytes);
            if sample.bytes.len() >= ask_at {
                if enough(&sample) {
                    break;
                }
                ask_at = sample.bytes.len() * 2;
            }
        }
        Ok(sample)
    }

    /// The sample as the first text of a file.
    pub fn text<'a>(&'a self, file: &'a str) -> Text<'a> {
        Text {
            file,
            bytes: &self.bytes,
            lines: Lines::new(),
            ends: self.ends,
        }
    }
}
