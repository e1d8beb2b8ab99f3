//! S3's replies as small trees of text. Everything that is not whole, well-formed and small is an
//! error, so that a reply that was cut short can never pass for a shorter one.

use quick_xml::Reader;
use quick_xml::events::Event;

const MAX_DEPTH: usize = 16;

/// An element with its text and its children; attributes carry nothing in S3's replies.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// The text of the first child of this name, if there is one and it is not empty. White space
    /// is part of it, as it may be part of a key.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        let child = self.children.iter().find(|child| child.name == name)?;
        (!child.text.is_empty()).then_some(child.text.as_str())
    }

    /// The children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// Reads a whole document.
pub(crate) fn parse(body: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(body).map_err(|_| "the body is not text".to_owned())?;
    if text.trim().is_empty() {
        return Err("the body is empty".to_owned());
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| format!("the body is not XML: {error}"))?;
        match event {
            Event::Start(start) => {
                if root.is_some() {
                    return Err("the body goes on behind its end".to_owned());
                }
                if open.len() == MAX_DEPTH {
                    return Err("the body is nested too deeply".to_owned());
                }
                let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
                open.push(Element {
                    name,
                    ..Element::default()
                });
            }
            Event::End(_) => {
                // The reader has checked that the names match.
                let closed = open.pop().ok_or("the body closes what was never opened")?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(closed),
                    None => root = Some(closed),
                }
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| error.to_string())?;
                add_text(&mut open, &text)?;
            }
            Event::CData(text) => {
                let text = text.decode().map_err(|error| error.to_string())?;
                add_text(&mut open, &text)?;
            }
            Event::GeneralRef(reference) => {
                let bad = |_| "the body holds a reference that XML does not know".to_owned();
                let text = match reference.resolve_char_ref().map_err(bad)? {
                    Some(character) => character.to_string(),
                    None => {
                        let name = reference.decode().map_err(|error| error.to_string())?;
                        quick_xml::escape::resolve_predefined_entity(&name)
                            .ok_or("the body holds an entity that XML does not know")?
                            .to_owned()
                    }
                };
                add_text(&mut open, &text)?;
            }
            Event::DocType(_) => return Err("the body is a document of another kind".to_owned()),
            Event::Eof => break,
            _ => {}
        }
    }
    if !open.is_empty() {
        return Err("the body was cut short".to_owned());
    }
    root.ok_or_else(|| "the body is not XML".to_owned())
}

fn add_text(open: &mut [Element], text: &str) -> Result<(), String> {
    match open.last_mut() {
        Some(element) => {
            element.text.push_str(text);
            Ok(())
        }
        // White space around the root: S3 sends it to keep a connection open.
        None if text
            .chars()
            .all(|c| c.is_ascii_whitespace() || c == '\u{feff}') =>
        {
            Ok(())
        }
        None => Err("the body is not XML".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY: &str = "  <?xml version=\"1.0\"?>\n<R xmlns=\"x\"><ETag>&quot;a&#45;1&quot;</ETag>\
                         <P><N>1</N></P><P><N>2</N></P><E/></R>\n";

    #[test]
    fn a_whole_reply_is_read() {
        // The declaration may stand behind white space in real replies.
        let root = parse(REPLY.trim_start().as_bytes()).unwrap();
        assert_eq!(root.name, "R");
        assert_eq!(root.text_of("ETag"), Some("\"a-1\""));
        assert_eq!(root.text_of("E"), None);
        let numbers: Vec<_> = root.all("P").filter_map(|part| part.text_of("N")).collect();
        assert_eq!(numbers, ["1", "2"]);
    }

    #[test]
    fn keep_alive_white_space_in_front_is_skipped() {
        assert!(parse(REPLY.as_bytes()).is_ok());
    }

    #[test]
    fn every_prefix_of_a_reply_is_an_error() {
        let whole = REPLY.trim();
        for end in 0..whole.len() {
            assert!(
                parse(&whole.as_bytes()[..end]).is_err(),
                "{}",
                &whole[..end]
            );
        }
    }

    #[test]
    fn what_is_not_a_reply_is_an_error() {
        for bad in [
            "",
            "   ",
            "plain text",
            "<!DOCTYPE html><html></html>",
            "<html><br></html>",
            "<a></b>",
            "<a></a><b></b>",
            "<a>&nbsp;</a>",
            "{\"json\": 1}",
        ] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(parse(&[0xff, 0xfe, 0x00]).is_err());
        assert!(parse("<a>".repeat(40).as_bytes()).is_err());
    }
}
