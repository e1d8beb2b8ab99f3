//! The word that somebody probably meant.

/// The word that is nearest to one that is none, if any is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(known, word), known));
    likeness
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}
