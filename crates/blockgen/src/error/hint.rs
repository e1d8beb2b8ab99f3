//! "Did you mean": the words there are, and the nearest of them.

use std::fmt;

/// The most words that a misspelt one is compared with.
const MOST_COMPARED: usize = 1_000;

/// The most words that a message tells: about three lines of a terminal. Of more, such as the
/// kinds of columns, only those like the word that was found are told, and how many there are.
const MOST_SHOWN: usize = 24;

/// Words beyond this many bytes are not compared: the distance of two takes the product of their
/// lengths in time.
const LONGEST_WORD: usize = 64;

/// Words of fewer bytes are a part of too many others.
const SHORTEST_PART: usize = 3;

/// The names that would have been right, and the one that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint(Box<Names>);

/// Boxed, so that an error with a hint stays small enough to be returned by value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Names {
    nearest: Option<String>,
    /// Of names that are too many to tell, those that have what was found within them, or are
    /// within it.
    alike: Vec<String>,
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
            .min_by_key(|(slips, _)| *slips);
        let alike = match known.len() {
            ..=MOST_SHOWN => Vec::new(),
            _ => with_a_part_of(found, &known),
        };
        // Two slips from `date`, `name` sooner means `first_name`.
        let nearest = nearest
            .filter(|(slips, _)| *slips <= 1 || alike.is_empty())
            .map(|(_, name)| name.clone());
        Self(Box::new(Names {
            nearest,
            alike,
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
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (known, alike) = (self.known(), &self.0.alike);
        match (self.nearest(), known.len()) {
            (Some(nearest), all) if all > MOST_SHOWN => {
                write!(f, "did you mean `{nearest}`, of {all} known?")
            }
            (Some(nearest), _) => {
                write!(f, "did you mean `{nearest}`? known: {}", quoted(known))
            }
            (None, 0) => f.write_str("there is none to name"),
            (None, 1..=MOST_SHOWN) => write!(f, "known: {}", quoted(known)),
            (None, all) if alike.is_empty() => write!(f, "none of the {all} known is like it"),
            (None, all) => write!(f, "of {all} known, these are like it: {}", quoted(alike)),
        }
    }
}

/// The names that have `found` within them, or are within it; no more than a message tells.
fn with_a_part_of(found: &str, known: &[String]) -> Vec<String> {
    if found.len() < SHORTEST_PART || found.len() > LONGEST_WORD {
        return Vec::new();
    }
    let found = found.to_ascii_lowercase();
    let within = |name: &str| name.len() >= SHORTEST_PART && found.contains(name);
    let alike = |name: &&String| name.contains(&found) || within(name);
    let compared = known.iter().take(MOST_COMPARED);
    compared.filter(alike).take(MOST_SHOWN).cloned().collect()
}

fn quoted(names: &[String]) -> String {
    format!("`{}`", names.join("`, `"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_names_are_all_told() {
        let hint = Hint::new("pirce", ["id", "price"]);
        assert_eq!(
            hint.to_string(),
            "did you mean `price`? known: `id`, `price`"
        );
        let none = Hint::new("x", []);
        assert_eq!(none.to_string(), "there is none to name");
    }

    #[test]
    fn of_many_only_those_like_the_word_are_told() {
        let numbered: Vec<_> = (0..30).map(|n| format!("word_{n}")).collect();
        let many = || {
            let numbered = numbered.iter().map(String::as_str);
            numbered.chain(["person_name", "file_name"])
        };
        let said = |found| Hint::new(found, many()).to_string();
        assert_eq!(
            said("persn_name"),
            "did you mean `person_name`, of 32 known?"
        );
        assert_eq!(
            said("Name"),
            "of 32 known, these are like it: `person_name`, `file_name`"
        );
        assert_eq!(
            said("word_7_name"),
            "of 32 known, these are like it: `word_7`"
        );
        assert_eq!(said("decimal"), "none of the 32 known is like it");
        assert_eq!(said("d"), "none of the 32 known is like it");
        assert_eq!(Hint::new("d", many()).known().len(), 32);
    }

    #[test]
    fn a_message_stays_short_however_many_are_alike() {
        let many: Vec<_> = (0..500).map(|n| format!("a_word_{n}")).collect();
        let hint = Hint::new("word", many.iter().map(String::as_str));
        assert_eq!(hint.to_string().matches('`').count(), 2 * MOST_SHOWN);
    }
}
