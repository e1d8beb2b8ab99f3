//! An expression's text as words and signs.

use super::Mistake;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or a keyword, as it is written.
    Word(String),
    /// A name in double quotes, which is never a keyword.
    Quoted(String),
    /// Digits, and perhaps a point.
    Number(String),
    /// A text in single quotes.
    Text(String),
    /// An operator, a bracket or a comma.
    Sign(&'static str),
    End,
}

/// Two characters first, because some begin with another sign.
const SIGNS: [&str; 15] = [
    "<=", ">=", "<>", "!=", "<", ">", "=", "+", "-", "*", "/", "%", "(", ")", ",",
];

impl Token {
    /// In the words of errors.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Word(word) => format!("`{word}`"),
            Self::Quoted(name) => format!("`\"{name}\"`"),
            Self::Number(digits) => format!("`{digits}`"),
            Self::Text(text) => format!("the text '{text}'"),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "its end".to_owned(),
        }
    }

    /// Whether it is this word, which must be in lower case, in letters of any case.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(found) if found.eq_ignore_ascii_case(word))
    }
}

/// The tokens with the bytes at which they start; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Mistake> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, bytes) = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if first.is_ascii_digit() || first == '.' {
            number(rest).ok_or_else(|| Mistake {
                at,
                found: "`.`".to_owned(),
                allowed: "digits before or behind a point".to_owned(),
            })?
        } else if first.is_alphabetic() || first == '_' {
            let of_name = |c: char| c.is_alphanumeric() || c == '_';
            let bytes = rest.find(|c| !of_name(c)).unwrap_or(rest.len());
            (Token::Word(rest[..bytes].to_owned()), bytes)
        } else if first == '\'' || first == '"' {
            let (inner, bytes) = quoted(rest, first).ok_or_else(|| Mistake {
                at,
                found: format!("`{first}`, which no other closes"),
                allowed: "texts in single quotes, names in double ones".to_owned(),
            })?;
            match first {
                '"' => (Token::Quoted(inner), bytes),
                _ => (Token::Text(inner), bytes),
            }
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Token::Sign(sign), sign.len())
        } else {
            return Err(Mistake {
                at,
                found: format!("`{first}`"),
                allowed: "numbers, texts in single quotes, names of columns, and operators"
                    .to_owned(),
            });
        };
        tokens.push((at, token));
        at += bytes;
    }
    tokens.push((at, Token::End));
    Ok(tokens)
}

/// Digits with at most one point, and as many bytes as that takes.
fn number(rest: &str) -> Option<(Token, usize)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(rest);
    let bytes = match rest[whole..].strip_prefix('.') {
        Some(fraction) => whole + 1 + digits(fraction),
        None => whole,
    };
    (bytes > 1 || whole == 1).then(|| (Token::Number(rest[..bytes].to_owned()), bytes))
}

/// What stands between quotes, of which two within stand for one.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut inner = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != quote {
            inner.push(character);
        } else if characters.next_if(|(_, next)| *next == quote).is_some() {
            inner.push(quote);
        } else {
            return Some((inner, at + 1));
        }
    }
    None
}
