//! "Did you mean": the words there are, and the nearest of them.

use std::fmt;

/// The most words that a misspelt one is compared with.
const MOST_COMPARED: usize = 1_000;

/// The most words that a message tells; all kinds of columns are fewer.
const MOST_SHOWN: usize = 200;

/// Words beyond this many bytes are not compared: the distance of two takes the product of their
/// lengths in time.
const LONGEST_WORD: usize = 64;

/// The names that would have been right, and the one that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint(Box<Names>);

/// Boxed, so that an error with a hint stays small enough to be returned by value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Names {
    nearest: Option<String>,
    known: Vec<String>,
}

impl Hint {
    pub(crate) fn new<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
        // One slip in three letters, begun ones counted, is still a slip; beyond that, or where
        // no letter is left of a short name, another word was meant.
        let near = |slips: usize, letters: usize| slips <= letters.div_ceil(3) && slips < letters;
        let short = |word: &str| word.len() <= LONGEST_WORD;
        let compared = known.iter().take(MOST_COMPARED);
        let nearest = compared
            .filter(|name| short(name) && short(found))
            .map(|name| (strsim::damerau_levenshtein(found, name), name))
            .filter(|(slips, name)| near(*slips, name.chars().count()))
            .min_by_key(|(slips, _)| *slips)
            .map(|(_, name)| name.clone());
        Self(Box::new(Names { nearest, known }))
    }

    /// The name that was probably meant, if one is near enough.
    pub fn nearest(&self) -> Option<&str> {
        self.0.nearest.as_deref()
    }

    /// All names that would have been right.
    pub fn known(&self) -> &[String] {
        &self.0.known
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nearest) = self.nearest() {
            write!(f, "did you mean `{nearest}`? ")?;
        }
        let shown = &self.known()[..self.known().len().min(MOST_SHOWN)];
        match shown.join("`, `") {
            names if names.is_empty() => write!(f, "there is none to name")?,
            names => write!(f, "known: `{names}`")?,
        }
        match self.known().len() - shown.len() {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
