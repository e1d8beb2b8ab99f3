//! The JSON Schema of specs, by which editors complete and check them, errors are explained, and
//! the list of kinds is made.

use std::sync::OnceLock;

use serde_json::{Map, Value as Json, json};

use super::DatasetSpec;
use super::place::Part;

impl DatasetSpec {
    /// The JSON Schema (draft 2020-12) of specs, whether in TOML or in JSON; its descriptions are
    /// the documentation of the options.
    ///
    /// A copy is `specs/spec.schema.json`. An editor that knows TOML reads it where the first line
    /// of a spec is `#:schema` and its address; in JSON the key `$schema` names it.
    pub fn json_schema() -> Json {
        let mut schema = root().clone();
        if let Some(properties) = schema["properties"].as_object_mut() {
            properties.insert(
                SCHEMA_KEY.to_owned(),
                json!({ "description": "Where this schema lies, for editors.", "type": "string" }),
            );
        }
        polish(&mut schema);
        schema
    }
}

/// Other names of kinds, each before the kind that it means; the types have them as `alias`, which
/// schemas made from types do not show.
const ALIASES: [(&str, &str); 1] = [("job_title", "job")];

/// The kind that a name of a kind means.
pub(super) fn kind_of_alias(name: &str) -> &str {
    let found = ALIASES.iter().find(|(alias, _)| *alias == name);
    found.map_or(name, |(_, kind)| kind)
}

/// The key under which a JSON document names its schema.
pub(super) const SCHEMA_KEY: &str = "$schema";

/// As the types have it; made when it is first needed, because reading a spec without errors needs
/// none.
pub(super) fn root() -> &'static Json {
    static ROOT: OnceLock<Json> = OnceLock::new();
    ROOT.get_or_init(|| schemars::schema_for!(DatasetSpec).to_value())
}

/// The schema of a data set, a table, a column or a damage.
pub(super) fn definition(part: Part) -> &'static Json {
    match part {
        Part::Dataset => root(),
        Part::Table => &root()["$defs"]["TableSpec"],
        Part::Column => &root()["$defs"]["ColumnSpec"],
        Part::Damage => &root()["$defs"]["DamageSpec"],
    }
}

/// Brings a schema into the form that editors understand best.
fn polish(schema: &mut Json) {
    match schema {
        Json::Object(members) => {
            if let Some(Json::String(text)) = members.get_mut("description") {
                *text = plain(text);
            }
            close(members);
            name_aliases(members);
            members.values_mut().for_each(polish);
        }
        Json::Array(items) => items.iter_mut().for_each(polish),
        _ => {}
    }
}

/// An object takes no keys but those it names. What stands beside a choice of kinds is written
/// into each of them, because only there can the rest be refused.
fn close(members: &mut Map<String, Json>) {
    let shared = members.get("properties").cloned();
    let needed = members.get("required").cloned();
    if let (Some(Json::Object(shared)), Some(Json::Array(choices))) =
        (shared, members.get_mut("oneOf"))
    {
        for choice in choices.iter_mut().filter_map(Json::as_object_mut) {
            if let Some(own) = choice.get_mut("properties").and_then(Json::as_object_mut) {
                own.extend(shared.clone());
            }
            if let (Some(Json::Array(own)), Some(Json::Array(needed))) =
                (choice.get_mut("required"), &needed)
            {
                own.extend(needed.iter().cloned());
            }
        }
        members.remove("properties");
        members.remove("required");
    }
    if members.contains_key("properties") && members.get("type") == Some(&json!("object")) {
        members
            .entry("additionalProperties")
            .or_insert(json!(false));
    }
}

/// Beside the name of a kind, the other names that it goes by.
fn name_aliases(members: &mut Map<String, Json>) {
    let Some(kind) = members.get_mut("kind").and_then(Json::as_object_mut) else {
        return;
    };
    let of_kind = |(_, name): &&(&str, &str)| kind.get("const") == Some(&json!(name));
    if let Some((alias, name)) = ALIASES.iter().find(of_kind) {
        kind.remove("const");
        kind.insert("enum".to_owned(), json!([name, alias]));
    }
}

/// A documentation comment without its links and line breaks.
pub(super) fn plain(comment: &str) -> String {
    let paragraphs = comment.split("\n\n").map(|text| text.replace('\n', " "));
    let text = paragraphs.collect::<Vec<_>>().join("\n\n");
    let mut rest = text.as_str();
    let mut out = String::new();
    // `[words](address)` leaves the words; brackets without an address stay.
    while let Some(open) = rest.find('[') {
        let link = rest[open..].find("](").and_then(|middle| {
            let words = &rest[open + 1..open + middle];
            let end = rest[open + middle..].find(')')?;
            (!words.contains(['[', ']'])).then_some((words, open + middle + end + 1))
        });
        match link {
            Some((words, end)) => {
                out.push_str(&rest[..open]);
                out.push_str(words);
                rest = &rest[end..];
            }
            None => {
                let shown = rest[open..].strip_prefix("[`");
                let bare = shown.and_then(|inner| inner.split_once("`]"));
                match bare {
                    Some((words, after)) if !words.contains('`') => {
                        out.push_str(&format!("{}`{words}`", &rest[..open]));
                        rest = after;
                    }
                    _ => {
                        out.push_str(&rest[..=open]);
                        rest = &rest[open + 1..];
                    }
                }
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_lose_their_links() {
        for (comment, expected) in [
            ("a\nb\n\nc", "a b\n\nc"),
            ("see [`read`](Self::read), or [`X`].", "see `read`, or `X`."),
            ("an array [1] of `[a, b]`", "an array [1] of `[a, b]`"),
            ("[open", "[open"),
        ] {
            assert_eq!(plain(comment), expected);
        }
    }
}
