//! The records of a text, one after the other, each with where it begins.
//!
//! Blocks are made by arrow's reader, which does not say in which line of the file a record lies.
//! So the text of a sample, and of a block with an error in it, is split once more: by the same
//! `csv-core` that arrow uses.

use csv_core::{ReadRecordResult, Reader};

use super::Dialect;
use crate::source::text_blocks::Text;

/// One record.
pub(super) struct Record {
    /// The first byte of it.
    pub start: usize,
    /// Behind its last byte, or the one that ends its line.
    pub end: usize,
    /// What is between the delimiters, without quotes.
    pub fields: Vec<Vec<u8>>,
    /// It lies in quotes that the end of the text closes.
    pub unclosed: bool,
}

/// Splits a text. A record that the text cuts off is left out.
pub(super) struct Records<'a> {
    text: Text<'a>,
    at: usize,
    splitter: Reader,
    comment: Option<u8>,
    /// Room for a record, which grows with the longest.
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> Records<'a> {
    pub fn new(dialect: &Dialect, text: Text<'a>) -> Self {
        Self {
            text,
            at: 0,
            splitter: dialect.splitter(),
            comment: dialect.comment,
            bytes: vec![0; 1024],
            ends: vec![0; 64],
        }
    }

    /// Passes over what the splitter passes over between records.
    fn pass_over(&mut self) {
        loop {
            let rest = &self.text.bytes[self.at..];
            let ends_of_lines = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
            self.at += ends_of_lines.count();
            let rest = &self.text.bytes[self.at..];
            if rest.is_empty() || rest.first() != self.comment.as_ref() {
                return;
            }
            let comment = rest.iter().position(|byte| *byte == b'\n');
            self.at += comment.unwrap_or(rest.len());
        }
    }

    /// Takes one record from the text; none if the text ends before it does.
    fn split(&mut self) -> Option<Record> {
        let start = self.at;
        let (mut bytes, mut ends) = (0, 0);
        // What the end of the text stands for, if it is that of the file: a new line, then nothing.
        let mut behind: &[&[u8]] = if self.text.ends { &[b"\n", b""] } else { &[] };
        let mut input = &self.text.bytes[start..];
        let mut inside = true;
        loop {
            let (result, taken, written, ended) =
                self.splitter
                    .read_record(input, &mut self.bytes[bytes..], &mut self.ends[ends..]);
            input = &input[taken..];
            if inside {
                self.at += taken;
            }
            bytes += written;
            ends += ended;
            match result {
                ReadRecordResult::OutputFull => self.bytes.resize(self.bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::End => return None,
                ReadRecordResult::InputEmpty => {
                    let (next, later) = behind.split_first()?;
                    inside = false;
                    input = next;
                    behind = later;
                }
                ReadRecordResult::Record => {
                    let unclosed = !inside && behind.is_empty();
                    return Some(self.record(start, ends, unclosed));
                }
            }
        }
    }

    fn record(&self, start: usize, fields: usize, unclosed: bool) -> Record {
        let ends = &self.ends[..fields];
        let starts = std::iter::once(&0).chain(ends);
        let fields = starts
            .zip(ends)
            .map(|(&start, &end)| self.bytes[start..end].to_vec());
        Record {
            start,
            end: self.at,
            fields: fields.collect(),
            unclosed,
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.pass_over();
        if self.at == self.text.bytes.len() {
            return None;
        }
        self.split()
    }
}
