//! Names that were meant for us: variables with our prefix that are nearly one that is read.

use super::table::SETTINGS;

/// The prefix that is ours alone; nobody else's variables are looked at.
const OURS: &str = "PIPELINE_";
/// Names a file of settings; as it is no setting itself, it is read from the environment only.
pub(super) const CONFIG: &str = "PIPELINE_CONFIG";
/// What tests of this program tell it.
const TESTS: &str = "PIPELINE_TEST_";

/// The variable that `name` was probably meant to be; `None` if `name` is read itself, is not
/// ours, or is near to nothing.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    let word = name.strip_prefix(OURS)?;
    let known = |other: &str| {
        SETTINGS
            .iter()
            .any(|s| s.variables.iter().any(|v| v.name == other))
    };
    if known(name) || name == CONFIG || name.starts_with(TESTS) {
        return None;
    }
    candidates()
        .filter_map(|(like, variable)| {
            let distance = strsim::damerau_levenshtein(&like, word);
            // In a short word one slip makes another word.
            let allowed = match word.len() {
                0..3 => 0,
                3..6 => 1,
                _ => 2,
            };
            (distance <= allowed).then_some((distance, variable))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, variable)| variable)
}

/// What may follow the prefix by mistake, and the variable that is meant by it: our own names,
/// keys of settings, and whole names of others.
fn candidates() -> impl Iterator<Item = (String, &'static str)> {
    let settings = SETTINGS.iter().flat_map(|setting| {
        let by_key = setting
            .variables
            .first()
            .map(|first| (setting.key.to_ascii_uppercase(), first.name));
        let by_name = setting.variables.iter().map(|variable| {
            let word = variable.name.strip_prefix(OURS).unwrap_or(variable.name);
            (word.to_owned(), variable.name)
        });
        by_name.chain(by_key)
    });
    settings.chain([("CONFIG".to_owned(), CONFIG)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_names_of_others() {
        for (name, expected) in [
            ("PIPELINE_SEDE", Some("PIPELINE_SEED")),
            ("PIPELINE_THREAD", Some("PIPELINE_THREADS")),
            ("PIPELINE_BLOCKSIZE", Some("PIPELINE_BLOCK_SIZE")),
            ("PIPELINE_BLOCK_SIZE_MB", Some("BLOCK_SIZE_MB")),
            ("PIPELINE_PROFILE", Some("AWS_PROFILE")),
            ("PIPELINE_CONFG", Some(CONFIG)),
            (CONFIG, None),
            ("PIPELINE_SEED", None),
            ("PIPELINE_TEST_SEDE", None),
            ("PIPELINE_ID", None),
            ("PIPELINE_STAGE", None),
            ("PIPELINE_URL", None),
            ("SEDE", None),
            ("AWS_REGIO", None),
        ] {
            assert_eq!(meant(name), expected, "{name}");
        }
    }
}
