//! The text of a pattern, taken apart.

use std::collections::BTreeSet;
use std::sync::Arc;

/// What a pattern is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// One of these characters, each as often; each stands here once. Shared by its repetitions.
    Class(Arc<[char]>),
    /// One of these texts, each as often.
    Group(Vec<Vec<Node>>),
}

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Counted from 1, as editors do.
    pub(super) character: usize,
    pub(super) found: String,
    pub(super) allowed: &'static str,
}

/// Places for a character, through all alternatives and repetitions.
pub(super) const MAX_PLACES: usize = 1_000;

/// Characters of a class: more would make a table of every script there is.
pub(super) const MAX_CHARACTERS: usize = 1_000;

/// Groups within groups.
const MAX_DEPTH: usize = 16;

/// Characters that mean something, and so need a `\` before them to stand for themselves.
const SPECIAL: &str = r"#^?[](){}|\";

pub(super) fn parse(pattern: &str) -> Result<Vec<Node>, Wrong> {
    let mut parser = Parser {
        characters: pattern.chars().collect(),
        at: 0,
    };
    let nodes = parser.alternatives(0)?;
    if parser.at < parser.characters.len() {
        // Only a bracket ends the alternatives before the end.
        return Err(parser.wrong(
            parser.at,
            "`)`, which closes no group",
            r"a `(` before it, or `\)` for the bracket itself",
        ));
    }
    Ok(match <[Vec<Node>; 1]>::try_from(nodes) {
        Ok([nodes]) => nodes,
        Err(alternatives) => vec![Node::Group(alternatives)],
    })
}

/// Places that these nodes have, through all alternatives; a group counts, so that empty ones
/// cannot pile up.
pub(super) fn places(nodes: &[Node]) -> usize {
    let of_node = |node: &Node| match node {
        Node::Class(_) => 1,
        Node::Group(alternatives) => {
            1 + alternatives
                .iter()
                .map(|nodes| places(nodes))
                .sum::<usize>()
        }
    };
    nodes.iter().map(of_node).sum()
}

struct Parser {
    characters: Vec<char>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn wrong(&self, at: usize, found: impl Into<String>, allowed: &'static str) -> Wrong {
        Wrong {
            character: at + 1,
            found: found.into(),
            allowed,
        }
    }

    /// Up to the end or the bracket that closes the group.
    fn alternatives(&mut self, depth: usize) -> Result<Vec<Vec<Node>>, Wrong> {
        let mut alternatives = vec![Vec::new()];
        let mut nodes = Vec::new();
        let mut so_far = 0;
        while let Some(character) = self.peek() {
            let start = self.at;
            match character {
                ')' => break,
                '|' => {
                    self.at += 1;
                    if let Some(last) = alternatives.last_mut() {
                        *last = std::mem::take(&mut nodes);
                    }
                    alternatives.push(Vec::new());
                    so_far += 1;
                }
                _ => {
                    let node = self.node(depth)?;
                    let times = self.times()?;
                    so_far += places(std::slice::from_ref(&node)) * times;
                    if so_far <= MAX_PLACES {
                        nodes.extend(std::iter::repeat_n(node, times));
                    }
                }
            }
            if so_far > MAX_PLACES {
                return Err(self.wrong(
                    start,
                    "the place after which there are too many",
                    "1000 places for characters, repetitions and alternatives counted",
                ));
            }
        }
        if let Some(last) = alternatives.last_mut() {
            *last = nodes;
        }
        Ok(alternatives)
    }

    fn node(&mut self, depth: usize) -> Result<Node, Wrong> {
        let start = self.at;
        let Some(character) = self.peek() else {
            return Ok(Node::Class([].into()));
        };
        self.at += 1;
        let characters: Vec<char> = match character {
            '#' => ('0'..='9').collect(),
            '^' => ('1'..='9').collect(),
            '?' => ('A'..='Z').collect(),
            '[' => self.class(start)?,
            '(' => return self.group(start, depth),
            '\\' => vec![self.escaped(start)?],
            ']' | '{' | '}' => {
                let found = format!("`{character}`, which has nothing to close or to repeat");
                let allowed = r"`\` before it for the character itself";
                return Err(self.wrong(start, found, allowed));
            }
            character => vec![character],
        };
        Ok(Node::Class(characters.into()))
    }

    fn group(&mut self, start: usize, depth: usize) -> Result<Node, Wrong> {
        if depth == MAX_DEPTH {
            return Err(self.wrong(
                start,
                "a group within 16 others",
                "at most 16 around a group",
            ));
        }
        let alternatives = self.alternatives(depth + 1)?;
        if self.peek() != Some(')') {
            let allowed = r"a `)` behind it, or `\(` for the bracket itself";
            return Err(self.wrong(start, "`(`, which is never closed", allowed));
        }
        self.at += 1;
        Ok(Node::Group(alternatives))
    }

    fn escaped(&mut self, start: usize) -> Result<char, Wrong> {
        let allowed = r"one of `#^?[](){}|\-` behind it";
        match self.peek() {
            // A letter might be meant as regular expressions mean it: `\d`.
            Some(character) if SPECIAL.contains(character) || character == '-' => {
                self.at += 1;
                Ok(character)
            }
            Some(character) => Err(self.wrong(start, format!("`\\{character}`"), allowed)),
            None => Err(self.wrong(start, r"`\` at the end", allowed)),
        }
    }

    /// Behind the bracket that opens it.
    fn class(&mut self, start: usize) -> Result<Vec<char>, Wrong> {
        let mut characters = BTreeSet::new();
        // The last character, if a range may start from it.
        let mut from = None;
        loop {
            let at = self.at;
            let Some(mut character) = self.peek() else {
                let allowed = r"a `]` behind it, or `\[` for the bracket itself";
                return Err(self.wrong(start, "`[`, which is never closed", allowed));
            };
            self.at += 1;
            match character {
                ']' if characters.is_empty() => {
                    let allowed = "at least one character between the brackets";
                    return Err(self.wrong(start, "`[]`", allowed));
                }
                ']' => return Ok(characters.into_iter().collect()),
                '^' if at == start + 1 => {
                    let allowed = r"the characters wanted, or `\^` for the character itself";
                    return Err(self.wrong(at, "`[^`: classes cannot be negated", allowed));
                }
                '-' if from.is_some() && self.peek().is_some_and(|next| next != ']') => {
                    let mut to = self.characters[self.at];
                    self.at += 1;
                    if to == '\\' {
                        to = self.escaped(self.at - 1)?;
                    }
                    let first = from.take().unwrap_or(to);
                    self.range(first, to, at, &mut characters)?;
                    self.check_size(&characters, start)?;
                    continue;
                }
                '\\' => character = self.escaped(at)?,
                _ => {}
            }
            characters.insert(character);
            self.check_size(&characters, start)?;
            from = Some(character);
        }
    }

    /// Refuses a class, opened at `start`, of too many characters.
    fn check_size(&self, characters: &BTreeSet<char>, start: usize) -> Result<(), Wrong> {
        if characters.len() <= MAX_CHARACTERS {
            return Ok(());
        }
        let found = "`[`, which opens a class of more characters than that";
        Err(self.wrong(start, found, "at most 1000 characters between the brackets"))
    }

    fn range(
        &self,
        first: char,
        last: char,
        at: usize,
        characters: &mut BTreeSet<char>,
    ) -> Result<(), Wrong> {
        if last < first {
            let found = format!("the range `{first}-{last}`, which ends before it starts");
            return Err(self.wrong(at, found, "the lower character first"));
        }
        if (first..=last).nth(MAX_CHARACTERS).is_some() {
            let found = format!("the range `{first}-{last}`");
            return Err(self.wrong(at, found, "at most 1000 characters"));
        }
        characters.extend(first..=last);
        Ok(())
    }

    /// How often what stands before is wanted.
    fn times(&mut self) -> Result<usize, Wrong> {
        let start = self.at;
        if self.peek() != Some('{') {
            return Ok(1);
        }
        let behind = &self.characters[start + 1..];
        let digits: String = behind.iter().take_while(|c| c.is_ascii_digit()).collect();
        let closed = behind.get(digits.len()) == Some(&'}');
        match digits.parse() {
            Ok(times) if closed && (1..=MAX_PLACES).contains(&times) => {
                self.at += digits.len() + 2;
                Ok(times)
            }
            _ => {
                let allowed = r"a number of repetitions from 1 to 1000, as in `{4}`, or `\{` for the brace itself";
                Err(self.wrong(start, "`{`", allowed))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(characters: &str) -> Node {
        Node::Class(characters.chars().collect())
    }

    #[test]
    fn what_patterns_mean() {
        for (pattern, nodes) in [
            ("", vec![]),
            ("a#", vec![class("a"), class("0123456789")]),
            ("^{2}", vec![class("123456789"), class("123456789")]),
            (r"\#\\\-", vec![class("#"), class("\\"), class("-")]),
            ("[A-CA_-]", vec![class("-ABC_")]),
            (r"[+-]", vec![class("+-")]),
            (r"[\]-_é]", vec![class("]^_é")]),
            (
                "(a|)b",
                vec![Node::Group(vec![vec![class("a")], vec![]]), class("b")],
            ),
            (
                "a|b",
                vec![Node::Group(vec![vec![class("a")], vec![class("b")]])],
            ),
            (
                "(ab){2}",
                vec![Node::Group(vec![vec![class("a"), class("b")]]); 2],
            ),
        ] {
            assert_eq!(parse(pattern), Ok(nodes), "{pattern}");
        }
    }

    /// A thousand places of a thousand characters take no more memory than one of them.
    #[test]
    fn repetitions_share_their_characters() {
        let nodes = parse("[\u{4e00}-\u{51e7}]{1000}").unwrap();
        let Node::Class(first) = &nodes[0] else {
            panic!("a class is no group");
        };
        assert_eq!((first.len(), nodes.len()), (MAX_CHARACTERS, MAX_PLACES));
        let shares = |node: &Node| matches!(node, Node::Class(other) if Arc::ptr_eq(first, other));
        assert!(nodes.iter().all(shares));
    }

    #[test]
    fn the_place_of_what_is_wrong() {
        for (pattern, character) in [
            ("a(b", 2),
            ("ab)", 3),
            ("[ab", 1),
            ("é[]", 2),
            ("[^a]", 2),
            ("a{2", 2),
            ("a{0}", 2),
            ("{2}", 1),
            ("a{2}{3}", 5),
            ("a}", 2),
            (r"ab\d", 3),
            ("\\", 1),
            ("[9-0]", 3),
            ("[ -\u{10ffff}]", 3),
            ("ab[\u{4e00}-\u{4fff}\u{5000}-\u{51ff}]", 3),
            ("#{600}#{600}", 7),
            ("(((#{10}){10}){10}){10}", 2),
            ("(){1000}#", 9),
            (&"(".repeat(100_000), 17),
            (&"#".repeat(100_000), 1_001),
        ] {
            assert_eq!(
                parse(pattern).unwrap_err().character,
                character,
                "{pattern}"
            );
        }
    }
}
