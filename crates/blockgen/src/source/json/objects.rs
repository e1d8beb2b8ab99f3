//! Objects one after the other, also where they are the elements of one array.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use crate::source::error::{Place, SourceError};
use crate::source::lines::Lines;

/// Passes a text on. If it is an array, its brackets and the commas between its elements become
/// spaces: what is left is what a reader of one object after the other takes, each in the line
/// where it was.
pub(super) struct Objects {
    file: Arc<str>,
    input: Box<dyn BufRead + Send>,
    state: State,
    lines: Lines,
    /// What was read and is not passed on yet.
    ready: Vec<u8>,
    at: usize,
}

/// Where the next byte lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first that is no white space.
    Before,
    /// In a text that is no array.
    Plain,
    /// In the array, between its elements: behind a comma or the opening bracket, or behind an
    /// element.
    Between { element: bool },
    /// In an element, so many brackets deep.
    Element { depth: u32, string: Quoted },
    /// Behind the array.
    After,
}

/// Whether a byte lies in a string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoted {
    No,
    Yes,
    /// It does, and is what a backslash takes the meaning from.
    Escaped,
}

impl Objects {
    pub fn new(file: &Arc<str>, input: Box<dyn BufRead + Send>) -> Self {
        Self {
            file: Arc::clone(file),
            input,
            state: State::Before,
            lines: Lines::new(),
            ready: Vec::new(),
            at: 0,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.at = 0;
        let text = self.input.fill_buf()?;
        self.ready.extend_from_slice(text);
        let bytes = self.ready.len();
        self.input.consume(bytes);
        if bytes == 0 {
            return self.over();
        }
        for index in 0..bytes {
            let byte = self.ready[index];
            match self.state.pass(byte) {
                Ok((state, kept)) => {
                    self.state = state;
                    if !kept {
                        self.ready[index] = b' ';
                    }
                }
                Err(expected) => {
                    let found = char::from(byte).escape_default();
                    let text = &self.ready[..index];
                    return Err(
                        self.malformed(text, format!("found `{found}`, expected {expected}"))
                    );
                }
            }
            if self.state == State::Plain {
                break;
            }
        }
        self.lines.pass(&self.ready);
        Ok(())
    }

    fn over(&self) -> io::Result<()> {
        match self.state {
            State::Before | State::Plain | State::After => Ok(()),
            State::Between { .. } | State::Element { .. } => {
                Err(self.malformed(b"", "the file ends inside its array".to_owned()))
            }
        }
    }

    /// Known better here than by who reads on.
    fn malformed(&self, before: &[u8], what: String) -> io::Error {
        io::Error::other(SourceError::Malformed {
            place: Box::new(Place {
                file: self.file.to_string(),
                line: self.lines.after(before).line(),
                column: None,
            }),
            what,
        })
    }
}

impl State {
    /// The state behind a byte, and whether the byte is passed on; or what it should have been.
    fn pass(self, byte: u8) -> Result<(Self, bool), &'static str> {
        let space = byte.is_ascii_whitespace();
        let within = |depth, string| Ok((Self::Element { depth, string }, true));
        match self {
            Self::Before if space => Ok((self, true)),
            Self::Before if byte == b'[' => Ok((Self::Between { element: false }, false)),
            Self::Before | Self::Plain => Ok((Self::Plain, true)),
            Self::Between { .. } | Self::After if space => Ok((self, true)),
            Self::Between { .. } if byte == b']' => Ok((Self::After, false)),
            Self::Between { element: true } if byte == b',' => {
                Ok((Self::Between { element: false }, false))
            }
            Self::Between { element: false } if byte == b'{' => within(1, Quoted::No),
            Self::Between { element: true } => Err("a comma or the end of the array"),
            Self::Between { element: false } => Err("an object"),
            Self::After => Err("nothing behind the array"),
            Self::Element { depth, string } => match (string, byte) {
                (Quoted::Escaped, _) => within(depth, Quoted::Yes),
                (Quoted::Yes, b'\\') => within(depth, Quoted::Escaped),
                (Quoted::Yes, b'"') => within(depth, Quoted::No),
                (Quoted::Yes, _) => within(depth, Quoted::Yes),
                (Quoted::No, b'"') => within(depth, Quoted::Yes),
                (Quoted::No, b'{' | b'[') => within(depth.saturating_add(1), Quoted::No),
                (Quoted::No, b'}' | b']') if depth == 1 => {
                    Ok((Self::Between { element: true }, true))
                }
                (Quoted::No, b'}' | b']') => within(depth - 1, Quoted::No),
                (Quoted::No, _) => within(depth, Quoted::No),
            },
        }
    }
}

impl BufRead for Objects {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.state == State::Plain && self.at == self.ready.len() {
            return self.input.fill_buf();
        }
        if self.at == self.ready.len() {
            self.refill()?;
        }
        Ok(&self.ready[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        if self.state == State::Plain && self.at == self.ready.len() {
            self.input.consume(bytes);
        } else {
            self.at += bytes;
        }
    }
}

impl Read for Objects {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?.read(into)?;
        self.consume(bytes);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed_on(text: &'static str) -> Result<String, String> {
        let file = Arc::from("a.json");
        // Bytes come one by one: a state may end anywhere.
        let input = io::BufReader::with_capacity(1, text.as_bytes());
        let mut out = String::new();
        match Objects::new(&file, Box::new(input)).read_to_string(&mut out) {
            Ok(_) => Ok(out),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn an_array_becomes_its_elements() {
        let check = |text, elements: &str| assert_eq!(passed_on(text).as_deref(), Ok(elements));
        check("{\"a\":[1,2]}\n{}\n", "{\"a\":[1,2]}\n{}\n");
        check("[]", "  ");
        check("", "");
        check("[{\"a\":[1,2]},\n {}]\n", " {\"a\":[1,2]} \n {} \n");
        check(r#"[{"a]\"},":"\\"},{}]"#, r#" {"a]\"},":"\\"} {} "#);
    }

    #[test]
    fn what_breaks_an_array_is_told_with_its_line() {
        let check = |text, said: &str| assert_eq!(passed_on(text), Err(said.to_owned()));
        check(
            "[{}\n,1]",
            "`a.json`, line 2: found `1`, expected an object",
        );
        check(
            "[{}\n\n{}]",
            "`a.json`, line 3: found `{`, expected a comma or the end of the array",
        );
        check(
            "[{}]\n7",
            "`a.json`, line 2: found `7`, expected nothing behind the array",
        );
        check(
            "[{},\n{",
            "`a.json`, line 2: the file ends inside its array",
        );
    }
}
