//! Kinds and their options in words, out of the JSON Schema of the types.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::alternatives::{Alternative, alternatives};
use super::place::Part;
use super::schema::{definition, plain};

/// A kind, or one of its options.
pub(crate) struct Words {
    pub(crate) name: &'static str,
    /// What its documentation says.
    pub(crate) description: String,
    /// Which values it takes, if it is an option.
    pub(crate) takes: String,
    /// Whether it must be given, if it is an option.
    pub(crate) required: bool,
    /// What holds if it is not, if it is an option and there is such a value.
    pub(crate) default: Option<String>,
    /// Its options, those that must be given first, if it is a kind.
    pub(crate) options: Vec<Words>,
}

/// All kinds of columns, or of damage, in the order of the list of kinds, with the options that are
/// not common to all.
pub(crate) fn kinds(of: Part) -> Vec<Words> {
    let shared = definition(of)["properties"].as_object();
    let is_own = |name: &str| name != "kind" && shared.is_none_or(|all| !all.contains_key(name));
    let kinds = alternatives(definition(of));
    let kinds = kinds.iter().filter_map(|kind| {
        let name = kind.constant("kind")?;
        let description = kind.description();
        // "`uuid`: " begins what is said of `uuid`.
        let description = match description.split_once("`: ") {
            Some((start, rest)) if start.trim_start_matches('`') == name => rest.to_owned(),
            _ => description,
        };
        let options = kind.options();
        let own = options.into_iter().filter(|(name, _)| is_own(name));
        Some(Words {
            name,
            description,
            takes: String::new(),
            required: false,
            default: None,
            options: in_words(own.collect(), &kind.required()),
        })
    });
    kinds.collect()
}

/// The options that all kinds of columns, or of damage, have, `kind` and `name` apart.
pub(crate) fn shared_options(of: Part) -> Vec<Words> {
    let definition = definition(of);
    let Some(shared) = definition["properties"].as_object() else {
        return Vec::new();
    };
    let shared = shared.iter().map(|(name, schema)| (name.as_str(), schema));
    let required = definition["required"].as_array().into_iter().flatten();
    let required: Vec<_> = required.filter_map(Json::as_str).collect();
    let shared = shared.filter(|(name, _)| *name != "name");
    in_words(shared.collect(), &required)
}

fn in_words(options: BTreeMap<&'static str, &'static Json>, required: &[&str]) -> Vec<Words> {
    let options = options.into_iter().map(|(name, schema)| {
        let description = plain(schema["description"].as_str().unwrap_or_default());
        let required = required.contains(&name);
        Words {
            name,
            takes: takes(schema),
            required,
            default: default(&description, schema).filter(|_| !required),
            description,
            options: Vec::new(),
        }
    });
    let mut options: Vec<_> = options.collect();
    // Stable: by name within each.
    options.sort_by_key(|option| !option.required);
    options
}

/// The default, which documentation gives as "…; 1 if not given."
fn default(description: &str, schema: &Json) -> Option<String> {
    let said = description
        .split_once(" if not given")
        .and_then(|(start, _)| {
            let (_, value) = start.rsplit_once("; ")?;
            let bare = value
                .strip_prefix('`')
                .and_then(|text| text.strip_suffix('`'));
            let bare = bare.filter(|text| !text.contains('`'));
            Some(bare.unwrap_or(value).to_owned())
        });
    said.or_else(|| match &schema["default"] {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    })
}

/// The values that an option takes, such as "a text or a whole number".
fn takes(schema: &'static Json) -> String {
    let all = alternatives(schema);
    // What takes a kind takes any, and each has options of its own.
    if all.iter().any(|one| one.constant("kind").is_some()) {
        return "a `kind` and its options".to_owned();
    }
    let mut words = Vec::new();
    let mut types = Vec::new();
    for one in all {
        match one.words() {
            Some(known) if !known.is_empty() => words.extend(known),
            _ => types.extend(one_type(&one)),
        }
    }
    types.dedup();
    // More words than anyone reads in a table have a name of their own.
    let words: Vec<_> = match words.len() {
        0..=8 => words.iter().map(|word| format!("`{word}`")).collect(),
        _ => vec!["a word".to_owned()],
    };
    words
        .into_iter()
        .chain(types)
        .collect::<Vec<_>>()
        .join(" or ")
}

fn one_type(one: &Alternative) -> Vec<String> {
    match (one.items(), one.numbers()) {
        (Some(items), _) => vec![format!("a list, each {}", takes(items))],
        (None, numbers) if !numbers.is_empty() => numbers.iter().map(ToString::to_string).collect(),
        _ if one.others().is_none() && !one.options().is_empty() => {
            let options: Vec<_> = one.options().into_keys().collect();
            vec![format!("a map (`{}`)", options.join("`, `"))]
        }
        _ => one.expects().into_iter().map(str::to_owned).collect(),
    }
}
