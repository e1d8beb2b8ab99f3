//! Which value of each setting holds, where it was given, and what became of the others.

use super::setting::Setting;
use super::table::SETTINGS;
use super::{CREDENTIALS, Layer, amount, credentials_layer, files};

/// A setting and what is known of its value.
pub struct Standing {
    /// The setting.
    pub setting: &'static Setting,
    /// Its value.
    pub state: State,
}

/// What is known of a value.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// It holds.
    InForce(Given),
    /// It was given, and something else holds.
    Overruled {
        /// What was given.
        given: Given,
        /// What holds in its place, in words.
        by: String,
    },
    /// No layer gives one.
    Unset,
}

/// A value as it may be shown.
#[derive(Debug, PartialEq, Eq)]
pub struct Given {
    /// As it was written; `***` if it is secret.
    pub text: String,
    /// Where it was given, in words.
    pub origin: String,
}

/// Every setting, in the order of the table. `range` names the flag that asked for certain rows,
/// if one did: then neither rows nor size count.
pub fn standings(layers: &[Layer], range: Option<&str>) -> Vec<Standing> {
    SETTINGS
        .iter()
        .map(|setting| Standing {
            setting,
            state: state(setting, layers, range),
        })
        .collect()
}

fn state(setting: &Setting, layers: &[Layer], range: Option<&str>) -> State {
    let key = setting.key;
    let found = layers.iter().enumerate().rev().find_map(|(at, layer)| {
        let text = shown(setting, layer.get(key)?);
        let origin = layer.origin(key)?.to_owned();
        Some((at, Given { text, origin }))
    });
    let Some((at, given)) = found else {
        return State::Unset;
    };
    let by = match key {
        _ if amount::KEYS.contains(&key) => amount_instead(key, layers, range),
        _ if files::KEYS.contains(&key) => {
            let decided = amount::first_of(&files::KEYS, layers);
            let other = decided.filter(|(deciding, _)| *deciding != key);
            other.map(|(deciding, _)| deciding.to_owned())
        }
        _ if CREDENTIALS.contains(&key) => credentials_instead(key, at, layers),
        _ => None,
    };
    match by {
        Some(by) => State::Overruled { given, by },
        None => State::InForce(given),
    }
}

/// What decides how much is made, if it is not `key`.
fn amount_instead(key: &str, layers: &[Layer], range: Option<&str>) -> Option<String> {
    if let Some(flag) = range {
        return Some(flag.to_owned());
    }
    let (deciding, _) = amount::decided(layers)?;
    (deciding != key).then(|| deciding.to_owned())
}

/// What holds in place of the credential that layer `at` gives.
fn credentials_instead(key: &str, at: usize, layers: &[Layer]) -> Option<String> {
    let deciding = credentials_layer(layers)?;
    let layer = layers.get(deciding)?;
    let given = |keys: &[&str]| keys.iter().find_map(|key| layer.origin(key));
    if at < deciding {
        return given(CREDENTIALS).map(str::to_owned);
    }
    // Beside keys of its own layer a profile is not asked.
    if key == "profile" {
        return given(&["access_key_id", "secret_access_key"]).map(str::to_owned);
    }
    None
}

/// A value as it may be shown: no secret, and no password that somebody put into a URL.
fn shown(setting: &Setting, text: &str) -> String {
    const HIDDEN: &str = "***";
    if setting.secret {
        return HIDDEN.to_owned();
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rfind('@') {
        Some(at) => format!("{scheme}://{HIDDEN}{}", &rest[at..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::find;
    use super::*;

    fn layer(origin: &str, entries: &[(&'static str, &str)]) -> Layer {
        let mut layer = Layer::default();
        for (key, text) in entries {
            let origin = format!("{origin}, {key}");
            layer.set(key, (*text).to_owned(), origin).unwrap();
        }
        layer
    }

    fn said(layers: &[Layer], key: &str) -> String {
        match state(find(key).unwrap(), layers, None) {
            State::InForce(given) => format!("{} from {}", given.text, given.origin),
            State::Overruled { given, by } => {
                format!("{} from {}; {by} holds", given.text, given.origin)
            }
            State::Unset => "unset".to_owned(),
        }
    }

    #[test]
    fn the_highest_layer_that_names_an_amount_decides() {
        let low = layer("low", &[("rows", "5")]);
        let high = layer("high", &[("size", "2MB")]);
        let both = [low, high];
        assert_eq!(said(&both, "rows"), "5 from low, rows; size holds");
        assert_eq!(said(&both, "size"), "2MB from high, size");
        let one = [layer("one", &[("rows", "5"), ("size", "2MB")])];
        assert_eq!(said(&one, "size"), "2MB from one, size; rows holds");
        let rows = state(find("rows").unwrap(), &one, Some("--rows-range"));
        assert!(matches!(rows, State::Overruled { by, .. } if by == "--rows-range"));
    }

    #[test]
    fn credentials_below_the_layer_that_decides_are_not_in_force() {
        let low = layer("low", &[("session_token", "canary"), ("profile", "lab")]);
        let high = layer("high", &[("access_key_id", "id")]);
        let both = [low.clone(), high];
        let by = "high, access_key_id holds";
        assert_eq!(
            said(&both, "session_token"),
            format!("*** from low, session_token; {by}")
        );
        assert_eq!(
            said(&both, "profile"),
            format!("lab from low, profile; {by}")
        );
        assert_eq!(said(&both, "access_key_id"), "id from high, access_key_id");
        assert_eq!(said(&both, "secret_access_key"), "unset");
        assert_eq!(said(&[low], "profile"), "lab from low, profile");
    }

    #[test]
    fn a_password_in_a_url_is_not_shown() {
        let endpoint = find("endpoint").unwrap();
        for (text, expected) in [
            ("http://me:canary@host:1/x", "http://***@host:1/x"),
            ("http://a@canary@host", "http://***@host"),
            ("http://host/a@b", "http://host/a@b"),
            ("embedded", "embedded"),
        ] {
            assert_eq!(shown(endpoint, text), expected);
        }
    }
}
