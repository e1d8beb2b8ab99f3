//! What is seen of texts: lengths, words, forms; and the pattern that all of them follow.

use std::fmt::Write as _;

use super::distinct::Distinct;
use super::forms::Form;

/// Characters of a text beyond which it has no pattern.
const LONGEST_PATTERN: usize = 100;

/// Texts.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) count: u64,
    /// The least and the most characters.
    pub(super) lengths: Option<(usize, usize)>,
    /// The least and the most words.
    pub(super) words: Option<(usize, usize)>,
    pub(super) distinct: Distinct<String>,
    /// Those that all texts have.
    forms: Vec<Form>,
    /// Texts that look like the name of a person.
    like_names: u64,
    /// What stands at each place, as long as all texts have as many, with the same signs.
    places: Option<Vec<Place>>,
    /// There are letters beyond those of hexadecimal digits.
    beyond_hex: bool,
}

/// What stands at one place of all texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The same sign; no letter and no digit.
    Sign(char),
    /// Digits, capitals, small letters.
    Class([bool; 3]),
}

impl Place {
    fn of(c: char) -> Option<Self> {
        let class = [
            c.is_ascii_digit(),
            c.is_ascii_uppercase(),
            c.is_ascii_lowercase(),
        ];
        match class {
            [false, false, false] if c.is_ascii() && !c.is_ascii_control() => Some(Self::Sign(c)),
            [false, false, false] => None,
            class => Some(Self::Class(class)),
        }
    }

    fn with(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Class(a), Self::Class(b)) => {
                Some(Self::Class([a[0] | b[0], a[1] | b[1], a[2] | b[2]]))
            }
            (a, b) => (a == b).then_some(a),
        }
    }

    /// As a pattern has it.
    fn pattern(self, hexadecimal: bool) -> String {
        match self {
            Self::Sign(c) if r"#^?[](){}|\".contains(c) => format!("\\{c}"),
            Self::Sign(c) => c.to_string(),
            Self::Class([true, false, false]) => "#".to_owned(),
            Self::Class([false, true, false]) if !hexadecimal => "?".to_owned(),
            Self::Class([digits, capitals, small]) => {
                let ranges = match hexadecimal {
                    true => ["0-9", "A-F", "a-f"],
                    false => ["0-9", "A-Z", "a-z"],
                };
                let seen = ranges.iter().zip([digits, capitals, small]);
                let seen: String = seen
                    .filter(|(_, is)| *is)
                    .map(|(range, _)| *range)
                    .collect();
                format!("[{seen}]")
            }
        }
    }
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            count: 0,
            lengths: None,
            words: None,
            distinct: Distinct::default(),
            forms: Form::ALL.to_vec(),
            like_names: 0,
            places: None,
            beyond_hex: false,
        }
    }

    pub(super) fn add(&mut self, text: &str) {
        let characters = text.chars().count();
        let words = text.split_whitespace().count();
        widen(&mut self.lengths, characters);
        widen(&mut self.words, words);
        self.distinct
            .add(text.to_owned(), text.len() + size_of::<String>());
        self.forms.retain(|form| form.fits(text));
        self.like_names += u64::from(is_like_a_name(text, words));
        self.beyond_hex |= text
            .bytes()
            .any(|byte| byte.is_ascii_alphabetic() && !byte.is_ascii_hexdigit());
        if self.count == 0 {
            let short = characters <= LONGEST_PATTERN;
            let places = short.then(|| text.chars().map(Place::of).collect());
            self.places = places.flatten();
        } else if let Some(places) = &mut self.places {
            let same_length = places.len() == characters;
            let met = places.iter().zip(text.chars());
            let met = met.map(|(place, c)| place.with(Place::of(c)?));
            let met: Option<Vec<Place>> = same_length.then(|| met.collect()).flatten();
            self.places = met;
        }
        self.count += 1;
    }

    /// The narrowest form of all texts.
    pub(super) fn form(&self) -> Option<Form> {
        self.forms.first().copied().filter(|_| self.count > 0)
    }

    /// Whether most look like names of persons.
    pub(super) fn are_like_names(&self) -> bool {
        self.count > 0 && self.like_names.saturating_mul(5) >= self.count.saturating_mul(4)
    }

    /// A pattern that all texts follow. It tells signs, and where letters and digits stand, but
    /// none of them.
    pub(super) fn pattern(&self) -> Option<String> {
        let places = self.places.as_ref()?;
        let is_class = |place: &Place| matches!(place, Place::Class(_));
        let mixed = |place: &Place| matches!(place, Place::Class([true, capitals, small]) if capitals | small);
        if !places.iter().any(is_class) {
            return None;
        }
        let hexadecimal = !self.beyond_hex && places.iter().any(mixed);
        let mut pattern = String::new();
        for run in places.chunk_by(|a, b| a == b) {
            let [place, ..] = run else { continue };
            let one = place.pattern(hexadecimal);
            match run.len() {
                few @ 1..=4 if one.len() <= 2 => pattern.push_str(&one.repeat(few)),
                1 => pattern.push_str(&one),
                many => {
                    let _ = write!(pattern, "{one}{{{many}}}");
                }
            }
        }
        Some(pattern)
    }
}

fn widen(range: &mut Option<(usize, usize)>, value: usize) {
    let (min, max) = range.unwrap_or((value, value));
    *range = Some((min.min(value), max.max(value)));
}

/// Two to four words that begin with capitals and have no digits.
fn is_like_a_name(text: &str, words: usize) -> bool {
    let is_part = |word: &str| {
        word.starts_with(char::is_uppercase) && !word.contains(|c: char| c.is_ascii_digit())
    };
    (2..=4).contains(&words) && text.split_whitespace().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Texts {
        let mut texts = Texts::new();
        all.iter().for_each(|text| texts.add(text));
        texts
    }

    #[test]
    fn texts_of_one_form_have_a_pattern() {
        for (all, expected) in [
            (&["DE-1234", "FR-0987"][..], Some("??-####")),
            (&["DE-1234", "FR-098"], None),
            (&["a1b2c", "0f3d4"], Some("[0-9a-f]{5}")),
            (&["x1", "22"], Some("[0-9a-z]#")),
            (&["A (1)", "B (2)"], Some(r"? \(#\)")),
            (&["1234567"], Some("#{7}")),
            (&["Zoë"], None),
            (&["--"], None),
            (&[""], None),
            (&[], None),
        ] {
            assert_eq!(texts(all).pattern().as_deref(), expected, "{all:?}");
        }
    }

    #[test]
    fn names_of_persons_are_told_from_things() {
        assert!(
            texts(&[
                "Cristal Kuhn",
                "Jean-Luc de la Tour",
                "Ada Lovelace",
                "A B",
                "C D"
            ])
            .are_like_names()
        );
        assert!(!texts(&["garden hose", "Lamp 3"]).are_like_names());
        assert!(!texts(&[]).are_like_names());
    }
}
