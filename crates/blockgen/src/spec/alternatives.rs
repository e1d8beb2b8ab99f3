//! The JSON Schema of specs, as far as it is needed to say what is wrong: what may stand in a
//! place, as one or several alternatives.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::node::Value;
use super::schema::{plain, root};

/// Deeper chains of choices than the types have.
const MAX_DEPTH: usize = 16;

static NOTHING: Json = Json::Null;

/// The schemas of types that a TOML date or time outside of quotes can be read as.
const MOMENTS: [&str; 4] = ["Date", "Moment", "Scalar", "TimeOfDay"];

/// One of the things that may stand in a place: what holds for it on every level of choices.
#[derive(Clone)]
pub(super) struct Alternative(Vec<&'static Json>);

/// All that may stand in a place.
pub(super) fn alternatives(schema: &'static Json) -> Vec<Alternative> {
    let mut found = Vec::new();
    expand(schema, &Alternative(Vec::new()), &mut found);
    found
}

fn expand(schema: &'static Json, outer: &Alternative, found: &mut Vec<Alternative>) {
    let mut here = outer.clone();
    here.0.push(schema);
    if here.0.len() > MAX_DEPTH {
        return found.push(here);
    }
    if let Some(name) = schema["$ref"].as_str() {
        return expand(referred(name), &here, found);
    }
    let choices = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    match choices {
        Some(choices) => choices
            .iter()
            .for_each(|choice| expand(choice, &here, found)),
        None => found.push(here),
    }
}

fn referred(name: &str) -> &'static Json {
    let name = name.trim_start_matches('#');
    root().pointer(name).unwrap_or(&NOTHING)
}

impl Alternative {
    fn each<T>(&self, of: impl Fn(&'static Json) -> Option<T>) -> Vec<T> {
        self.0.iter().filter_map(|schema| of(schema)).collect()
    }

    /// The JSON types it may have; none if it may have any.
    fn types(&self) -> Vec<&'static str> {
        let innermost = self
            .0
            .iter()
            .rev()
            .find_map(|schema| match &schema["type"] {
                Json::String(one) => Some(vec![one.as_str()]),
                Json::Array(several) => Some(several.iter().filter_map(Json::as_str).collect()),
                _ => None,
            });
        innermost.unwrap_or_default()
    }

    /// Whether a value is of its type, whatever else holds for it.
    pub(super) fn takes(&self, value: &Value) -> bool {
        let types = self.types();
        let names: &[&str] = match value {
            Value::Null => &["null"],
            Value::Bool(_) => &["boolean"],
            Value::Integer(_) => &["integer", "number"],
            Value::Float(_) => &["number"],
            Value::Text(_) => &["string"],
            Value::Moment(_) => return types.is_empty() || self.takes_moments(),
            Value::List(_) => &["array"],
            Value::Map(_) => &["object"],
        };
        types.is_empty() || names.iter().any(|name| types.contains(name))
    }

    /// Whether it is one of the types that are read from a text or a moment.
    fn takes_moments(&self) -> bool {
        let names = self.each(|schema| schema["$ref"].as_str());
        let mut names = names
            .into_iter()
            .filter_map(|name| name.strip_prefix("#/$defs/"));
        names.any(|name| MOMENTS.contains(&name))
    }

    /// Its types in the words of those who write specs.
    pub(super) fn expects(&self) -> Vec<&'static str> {
        let words = self.types().into_iter().filter_map(|name| match name {
            "boolean" => Some("a boolean"),
            "integer" => Some("a whole number"),
            "number" => Some("a number"),
            "string" => Some("a text"),
            "array" => Some("a list"),
            "object" => Some("a map"),
            // Where nothing may stand, the option may as well be left out.
            _ => None,
        });
        words.collect()
    }

    /// The words that may stand here; none where any text may.
    pub(super) fn words(&self) -> Option<Vec<&'static str>> {
        let words = self.each(|schema| match (&schema["const"], &schema["enum"]) {
            (Json::String(word), _) => Some(vec![word.as_str()]),
            (_, Json::Array(words)) => Some(words.iter().filter_map(Json::as_str).collect()),
            _ => None,
        });
        words.into_iter().next()
    }

    /// The numbers that alone may stand here; none where any may.
    pub(super) fn numbers(&self) -> Vec<&'static Json> {
        let all = self.each(|schema| schema["enum"].as_array());
        let numbers = all.into_iter().flatten();
        numbers.filter(|value| value.is_number()).collect()
    }

    /// What the innermost of its documentation says.
    pub(super) fn description(&self) -> String {
        let all = self.each(|schema| schema["description"].as_str());
        plain(all.last().unwrap_or(&""))
    }

    /// The whole numbers that may stand here.
    pub(super) fn range(&self) -> Option<(i128, i128)> {
        let bound = |key: &str| self.each(|schema| schema[key].as_i64().map(i128::from));
        let format = self.each(|schema| schema["format"].as_str());
        let (least, most) = match format.first() {
            Some(&"int8") => (i8::MIN.into(), i8::MAX.into()),
            Some(&"int16") => (i16::MIN.into(), i16::MAX.into()),
            Some(&"int32") => (i32::MIN.into(), i32::MAX.into()),
            Some(&"int64") => (i64::MIN.into(), i64::MAX.into()),
            Some(&"uint8") => (0, u8::MAX.into()),
            Some(&"uint16") => (0, u16::MAX.into()),
            Some(&"uint32") => (0, u32::MAX.into()),
            Some(&("uint64" | "uint")) => (0, u64::MAX.into()),
            _ => return None,
        };
        let least = bound("minimum").into_iter().fold(least, i128::max);
        let most = bound("maximum").into_iter().fold(most, i128::min);
        Some((least, most))
    }

    /// What the elements of a list must be.
    pub(super) fn items(&self) -> Option<&'static Json> {
        self.each(|schema| schema.get("items")).into_iter().next()
    }

    /// The options of a map, by their names.
    pub(super) fn options(&self) -> BTreeMap<&'static str, &'static Json> {
        let all = self.each(|schema| schema["properties"].as_object());
        let all = all.into_iter().flatten();
        all.map(|(name, schema)| (name.as_str(), schema)).collect()
    }

    /// What stands under keys that are no options, where there may be such.
    pub(super) fn others(&self) -> Option<&'static Json> {
        let all = self.each(|schema| schema.get("additionalProperties"));
        all.into_iter().find(|schema| schema.is_object())
    }

    /// What those keys must be.
    pub(super) fn keys(&self) -> Option<&'static Json> {
        let all = self.each(|schema| schema.get("propertyNames"));
        all.into_iter().next()
    }

    /// The options that must be given.
    pub(super) fn required(&self) -> Vec<&'static str> {
        let all = self.each(|schema| schema["required"].as_array());
        all.into_iter().flatten().filter_map(Json::as_str).collect()
    }

    /// The one word that may stand under a key.
    pub(super) fn constant(&self, key: &str) -> Option<&'static str> {
        self.options().get(key)?["const"].as_str()
    }

    /// The key by whose word several alternatives are told apart.
    pub(super) fn tag(several: &[&Self]) -> Option<&'static str> {
        let first = several.first()?.options();
        let tells = |key: &&&str| several.iter().all(|one| one.constant(key).is_some());
        first.keys().find(tells).copied()
    }
}
