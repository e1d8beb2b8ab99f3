//! What is wrong with a part of a spec that serde refuses, by the JSON Schema of its type: all of
//! it, where serde stops at the first thing, and in the words of specs.
//!
//! serde alone decides what is refused; this only says why. So a schema that were stricter than
//! the types would refuse nothing.

use serde_json::Value as Json;

use super::alternatives::{Alternative, alternatives};
use super::node::{Entry, Node, Value};
use super::place::{Part, Place, shown};
use super::schema::{definition, kind_of_alias};
use crate::error::{Hint, SpecError, SpecFault};

/// Nobody reads more; a spec of 16 MiB could have millions.
const MOST_FAULTS: usize = 1_000;

/// Gathers what is wrong.
#[derive(Default)]
pub(super) struct Explainer {
    faults: Vec<SpecFault>,
}

impl Explainer {
    pub(super) fn note(&mut self, fault: SpecFault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }

    pub(super) fn into_faults(self) -> Vec<SpecFault> {
        self.faults
    }

    /// Notes all that is wrong by the schema; whether anything is.
    pub(super) fn explain(&mut self, node: &Node, place: &Place) -> bool {
        let before = self.faults.len();
        self.at(node, definition(place.part), place);
        self.faults.len() > before || before == MOST_FAULTS
    }

    fn refuse(&mut self, line: u32, error: SpecError) {
        self.note(SpecFault::new(Some(line), error));
    }

    fn at(&mut self, node: &Node, schema: &'static Json, place: &Place) {
        let all = alternatives(schema);
        let fitting: Vec<_> = all.iter().filter(|one| one.takes(&node.value)).collect();
        let Some(first) = fitting.first() else {
            let mut expected: Vec<_> = all.iter().flat_map(Alternative::expects).collect();
            expected.dedup();
            return self.wrong_type(node, place, expected.join(" or "));
        };
        match &node.value {
            Value::Map(entries) => self.map(node, entries, &fitting, place),
            Value::List(items) => {
                let Some(schema) = first.items() else { return };
                for (item, number) in items.iter().zip(1..) {
                    let place = match (item.text("name"), item.get("kind")) {
                        (_, None) => place.clone(),
                        (Some(name), _) => place.nested(name),
                        (None, _) => place.nested(&format!("{}.{number}", place.option)),
                    };
                    self.at(item, schema, &place);
                }
            }
            Value::Text(text) => {
                let words: Vec<_> = fitting.iter().filter_map(|one| one.words()).collect();
                // One alternative without words takes any.
                if words.len() == fitting.len() && !words.concat().contains(&text.as_str()) {
                    self.no_word(node, text, words.concat(), &all, place);
                }
            }
            Value::Integer(value) => {
                if let [one] = fitting.as_slice()
                    && let Some((least, most)) = one.range()
                    && !(least..=most).contains(value)
                {
                    let error = SpecError::WrongType {
                        what: place.describe(),
                        found: value.to_string(),
                        expected: format!("a whole number of {least} to {most}"),
                    };
                    self.refuse(node.line, error);
                }
            }
            _ => {}
        }
    }

    /// A map, of which one alternative may be told by a word under a key that all of them have.
    fn map(&mut self, node: &Node, entries: &[Entry], fitting: &[&Alternative], place: &Place) {
        if let [one] = fitting {
            return self.options(node, entries, one, place);
        }
        let Some(tag) = Alternative::tag(fitting) else {
            // Each has a key of its own by which it is known.
            let has = |one: &Alternative| {
                let options = one.options();
                entries
                    .iter()
                    .any(|entry| options.contains_key(entry.key.as_str()))
            };
            return match fitting.iter().find(|one| has(one)) {
                Some(one) => self.options(node, entries, one, place),
                None => {
                    let known: Vec<_> = fitting.iter().flat_map(|one| one.options()).collect();
                    let known: Vec<_> = known.into_iter().map(|(name, _)| name).collect();
                    let owner = format!("option `{}`", place.option);
                    for entry in entries {
                        self.unknown_option(entry, &known, owner.clone(), place);
                    }
                    if entries.is_empty() {
                        self.wrong_type(node, place, format!("one of `{}`", known.join("`, `")));
                    }
                }
            };
        };
        let Some(told) = node.get(tag) else {
            let error = SpecError::MissingOption {
                place: place.what.clone(),
                option: place.path_of(tag),
                owner: place.part.describe().to_owned(),
            };
            return self.refuse(node.name_line(), error);
        };
        let Value::Text(word) = &told.value else {
            return self.wrong_type(told, &place.option(tag), "a text".to_owned());
        };
        let meant = kind_of_alias(word);
        match fitting.iter().find(|one| one.constant(tag) == Some(meant)) {
            Some(one) => self.options(node, entries, one, place),
            None => {
                let known: Vec<_> = fitting.iter().filter_map(|one| one.constant(tag)).collect();
                if tag != "kind" || !place.option.is_empty() {
                    return self.unknown_word(told.line, word, known, &place.option(tag));
                }
                let error = SpecError::UnknownKind {
                    place: place.what.clone(),
                    kind: shown(word),
                    hint: Hint::new(word, known),
                };
                self.refuse(told.line, error);
            }
        }
    }

    /// The options of one alternative.
    fn options(&mut self, node: &Node, entries: &[Entry], one: &Alternative, place: &Place) {
        let options = one.options();
        let owner = match one.constant("kind") {
            Some(kind) if matches!(place.part, Part::Column | Part::Damage) => {
                format!("kind `{kind}`")
            }
            _ if place.option.is_empty() => place.part.describe().to_owned(),
            _ => format!("option `{}`", place.option),
        };
        for entry in entries {
            let inner = match entry.value.get("kind") {
                Some(_) => place.nested(&entry.key),
                None => place.option(&entry.key),
            };
            if let Some(schema) = options.get(entry.key.as_str()) {
                self.at(&entry.value, schema, &inner);
            } else if let Some(schema) = one.others() {
                self.key(entry, one, place);
                self.at(&entry.value, schema, &inner);
            } else {
                let known: Vec<_> = options.keys().copied().collect();
                self.unknown_option(entry, &known, owner.clone(), place);
            }
        }
        for option in one.required() {
            if node.get(option).is_none() {
                let error = SpecError::MissingOption {
                    place: place.what.clone(),
                    option: place.path_of(option),
                    owner: match option {
                        "name" => place.part.describe().to_owned(),
                        "if" => "a case".to_owned(),
                        _ => owner.clone(),
                    },
                };
                self.refuse(node.name_line(), error);
            }
        }
    }

    /// A key of a map whose keys are free, or one of a few words.
    fn key(&mut self, entry: &Entry, one: &Alternative, place: &Place) {
        let Some(schema) = one.keys() else { return };
        let words: Vec<_> = alternatives(schema)
            .iter()
            .filter_map(Alternative::words)
            .flatten()
            .collect();
        if !words.is_empty() && !words.contains(&entry.key.as_str()) {
            self.unknown_word(entry.line, &entry.key, words, place);
        }
    }

    /// A text that is none of the words that may stand alone. It may be one of those that have
    /// options, such as the names of distributions, or mean one.
    fn no_word(
        &mut self,
        node: &Node,
        text: &str,
        mut known: Vec<&'static str>,
        all: &[Alternative],
        place: &Place,
    ) {
        for one in all.iter().filter(|one| !one.takes(&node.value)) {
            let options: Vec<_> = one.options().into_iter().collect();
            let [(name, schema)] = options.as_slice() else {
                continue;
            };
            if *name == text {
                let of_it = alternatives(schema);
                let needed = of_it.first().map(Alternative::required).unwrap_or_default();
                let expected = match needed.as_slice() {
                    [] => format!("it with its options, as `{{ {name} = … }}`,"),
                    needed => {
                        let needed = needed.join(" = …, ");
                        format!("it with its options, as `{{ {name} = {{ {needed} = … }} }}`,")
                    }
                };
                return self.refuse(
                    node.line,
                    SpecError::WrongType {
                        what: place.describe(),
                        found: format!("`{name}` alone"),
                        expected,
                    },
                );
            }
            known.push(name);
        }
        self.unknown_word(node.line, text, known, place);
    }

    fn wrong_type(&mut self, node: &Node, place: &Place, expected: String) {
        let error = SpecError::WrongType {
            what: place.describe(),
            found: node.value.describe().to_owned(),
            expected,
        };
        self.refuse(node.line, error);
    }

    fn unknown_word(&mut self, line: u32, word: &str, known: Vec<&str>, place: &Place) {
        let error = SpecError::UnknownWord {
            what: place.describe(),
            found: shown(word),
            hint: Hint::new(word, known),
        };
        self.refuse(line, error);
    }

    fn unknown_option(&mut self, entry: &Entry, known: &[&str], owner: String, place: &Place) {
        let elsewhere = match place.part {
            Part::Column if place.option.is_empty() => kinds_with(&entry.key),
            _ => String::new(),
        };
        let error = SpecError::UnknownOption {
            place: place.what.clone(),
            option: place.path_of(&entry.key),
            owner,
            elsewhere,
            hint: Hint::new(&entry.key, known.iter().copied()),
        };
        self.refuse(entry.line, error);
    }
}

/// The kinds that have an option of this name, as a part of a sentence.
fn kinds_with(option: &str) -> String {
    let kinds = alternatives(definition(Part::Column));
    let kinds = kinds
        .iter()
        .filter(|kind| kind.options().contains_key(option));
    let kinds: Vec<_> = kinds.filter_map(|kind| kind.constant("kind")).collect();
    match kinds.as_slice() {
        [] => String::new(),
        [kind] => format!(" (kind `{kind}` has it)"),
        [first, second] => format!(" (kinds `{first}` and `{second}` have it)"),
        [first, second, rest @ ..] => {
            format!(
                " (kinds `{first}`, `{second}` and {} more have it)",
                rest.len()
            )
        }
    }
}
