//! Files: names, paths, versions and types. Paths have forward slashes on every system.

use std::sync::Arc;

use super::faked::Faked;
use super::localised;
use super::phrase::{Phrases, around, everywhere, numbers};
use crate::column::Column;
use crate::compile::Rejected;
use crate::pool::Pool;
use crate::scope::Scope;
use crate::text::TextColumn;

/// `file_name`: a word and an extension.
pub(super) fn file_name(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| {
        let name = around("", tables.path_segments, ".");
        Phrases::new(lane, [vec![name, around("", tables.file_extensions, "")]])
    })
}

/// As many words as a path has at most.
const MAX_DEPTH: usize = 4;

/// `file_path` and `dir_path`: a folder of a Unix system and one to four words in it, with an
/// extension or without.
pub(super) fn path(scope: &Scope<'_>, of_file: bool) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| {
        // The root itself is a slash, and so is what stands before the first word.
        let roots = tables.root_directories.iter();
        let root = Arc::new(Pool::new(roots.map(|root| root.trim_end_matches('/'))));
        let segment = around("/", tables.path_segments, "");
        let extension = around(".", tables.file_extensions, "");
        Phrases::new(
            lane,
            (1..=MAX_DEPTH).map(|depth| {
                let mut parts = vec![Arc::clone(&root)];
                parts.resize(1 + depth, Arc::clone(&segment));
                parts.extend(of_file.then(|| Arc::clone(&extension)));
                parts
            }),
        )
    })
}

/// `semver`: one in ten is a pre-release.
pub(super) fn semver(scope: &Scope<'_>) -> Arc<dyn Column> {
    let stable = vec![
        numbers("", 0..=8, "."),
        numbers("", 0..=19, "."),
        numbers("", 0..=19, ""),
    ];
    let mut unstable = stable.clone();
    unstable.push(Arc::new(Pool::new(["-alpha", "-beta", "-rc"])));
    unstable.push(numbers(".", 0..=8, ""));
    let stable = std::iter::repeat_n(stable, 9);
    everywhere(scope, stable.chain([unstable]))
}

/// Both halves of a media type have 127 characters at most (RFC 6838, section 4.2).
const LONGEST_MIME_TYPE: usize = 255;

/// `mime_type`: the table is not open to us, so the `fake` crate draws.
pub(super) fn mime_type(scope: &Scope<'_>) -> Arc<dyn Column> {
    use fake::Fake;
    use fake::faker::filesystem::en::MimeType;

    Arc::new(TextColumn::new(Faked::new(
        scope.key().lane(0),
        LONGEST_MIME_TYPE,
        |rng| MimeType().fake_with_rng(rng),
    )))
}
