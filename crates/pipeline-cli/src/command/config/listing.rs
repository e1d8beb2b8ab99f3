//! Settings as programs read them: one JSON object.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use crate::settings::{BuiltIn, Standing, State, Unit, long};

/// `{"settings": {"rows": {…}, …}}`, in the order in which people read of them.
///
/// # Errors
///
/// None that is known.
pub fn json(standings: &[Standing]) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(&Listing {
        settings: ByKey(standings),
    })?;
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
struct Listing<'a> {
    settings: ByKey<'a>,
}

struct ByKey<'a>(&'a [Standing]);

impl Serialize for ByKey<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for standing in self.0 {
            map.serialize_entry(standing.setting.key, &Entry::from(standing))?;
        }
        map.end()
    }
}

/// One setting. Values are text, as they were written: `1MiB` stays `1MiB`.
#[derive(Serialize)]
struct Entry<'a> {
    /// What was given, `***` for secrets.
    value: Option<&'a str>,
    /// Where.
    origin: Option<&'a str>,
    /// Whether it counts.
    in_force: bool,
    /// What counts in its place.
    overruled_by: Option<&'a str>,
    /// What happens where nothing is given.
    otherwise: Option<&'static str>,
    /// A value that could be given.
    example: &'static str,
    secret: bool,
    group: &'static str,
    help: &'static str,
    flag: Option<Flag>,
    /// The name of its value, where it is a bare word on the command line.
    word: Option<&'static str>,
    variables: Vec<Variable>,
}

#[derive(Serialize)]
struct Flag {
    name: String,
    /// Whether a value follows.
    takes_value: bool,
}

#[derive(Serialize)]
struct Variable {
    name: &'static str,
    /// Of a plain number; nothing where values are written as everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
}

impl<'a> From<&'a Standing> for Entry<'a> {
    fn from(standing: &'a Standing) -> Self {
        let setting = standing.setting;
        let (given, overruled_by) = match &standing.state {
            State::InForce(given) => (Some(given), None),
            State::Overruled { given, by } => (Some(given), Some(by.as_str())),
            State::Unset => (None, None),
        };
        let (otherwise, example) = match setting.built_in {
            BuiltIn::Value(text) => (None, text),
            BuiltIn::Nothing { instead, example } => (Some(instead), example),
        };
        Self {
            value: given.map(|given| given.text.as_str()),
            origin: given.map(|given| given.origin.as_str()),
            in_force: matches!(standing.state, State::InForce(_)),
            overruled_by,
            otherwise: otherwise.filter(|text| !text.is_empty()),
            example,
            secret: setting.secret,
            group: setting.group.heading(),
            help: setting.help,
            flag: setting.flag.map(|flag| Flag {
                name: format!("--{}", long(setting.key)),
                takes_value: flag.value_name.is_some(),
            }),
            word: setting.word,
            variables: setting.variables.iter().map(Variable::from).collect(),
        }
    }
}

impl From<&crate::settings::Variable> for Variable {
    fn from(variable: &crate::settings::Variable) -> Self {
        Self {
            name: variable.name,
            unit: match variable.unit {
                Unit::AsWritten => None,
                Unit::Mebibytes => Some("MiB"),
            },
        }
    }
}
