//! "Did you mean": the words there are, and the nearest of them.

use std::fmt;

/// The most words that a misspelt one is compared with.
const MOST_COMPARED: usize = 1_000;

/// The most words that a message tells in full: some lines of a screen.
const MOST_SHOWN: usize = 40;

/// The words that it tells where there are more.
const NEAREST_SHOWN: usize = 6;

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
    /// Those that a message tells, the nearest first, where there are too many to tell all.
    some: Option<Vec<String>>,
    known: Vec<String>,
}

impl Hint {
    pub(crate) fn new<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
        // One slip in three letters, begun ones counted, is still a slip; beyond that, or where
        // no letter is left of a short name, another word was meant.
        let near = |slips: usize, letters: usize| slips <= letters.div_ceil(3) && slips < letters;
        let compared = compared(found, &known);
        let nearest = compared
            .iter()
            .find(|(slips, name)| near(*slips, name.chars().count()))
            .map(|(_, name)| (*name).clone());
        let some = (known.len() > MOST_SHOWN).then(|| {
            let names = compared.into_iter().map(|(_, name)| name);
            names.take(NEAREST_SHOWN).cloned().collect()
        });
        Self(Box::new(Names {
            nearest,
            some,
            known,
        }))
    }

    /// The name that was probably meant, if one is near enough.
    pub fn nearest(&self) -> Option<&str> {
        self.0.nearest.as_deref()
    }

    /// All names that would have been right.
    pub fn known(&self) -> &[String] {
        &self.0.known
    }

    /// Whether they are so many that the message tells only the nearest.
    pub fn is_shortened(&self) -> bool {
        self.0.some.is_some()
    }
}

/// Known words with the slips between them and the word that was found, the nearest first.
fn compared<'a>(found: &str, known: &'a [String]) -> Vec<(usize, &'a String)> {
    let short = |word: &str| word.len() <= LONGEST_WORD;
    let known = known.iter().take(MOST_COMPARED);
    let mut compared: Vec<_> = known
        .filter(|name| short(name) && short(found))
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .collect();
    // Stable: of words that are as near, the one that is known first comes first.
    compared.sort_by_key(|(slips, _)| *slips);
    compared
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nearest) = self.nearest() {
            write!(f, "did you mean `{nearest}`? ")?;
        }
        let all = self.known();
        match (&self.0.some, all.len()) {
            (_, 0) => write!(f, "there is none to name"),
            (None, _) => write!(f, "known: `{}`", all.join("`, `")),
            (Some(none), count) if none.is_empty() => write!(f, "{count} are known"),
            (Some(some), count) => write!(f, "the nearest of {count}: `{}`", some.join("`, `")),
        }
    }
}
