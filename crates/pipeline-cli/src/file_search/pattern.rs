//! Glob patterns that the shell did not expand.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

/// A pattern: a folder that is fixed, and what must match below it.
#[derive(Debug)]
pub struct Pattern {
    /// The folder in which to look; keys begin below it.
    pub root: PathBuf,
    /// How many names deep a match can lie; `None` where the pattern doesn't say.
    pub depth: Option<usize>,
    matcher: GlobMatcher,
}

impl Pattern {
    /// Whether a path has the characters of a pattern.
    pub fn looks_like_one(path: &str) -> bool {
        path.contains(SPECIAL)
    }

    /// Splits a pattern where its first name with a special character begins.
    ///
    /// # Errors
    ///
    /// A bracket or brace that is not closed, and the like.
    pub fn parse(text: &str) -> Result<Self, globset::Error> {
        let special = text.find(SPECIAL).unwrap_or(text.len());
        let below = text[..special].rfind('/').map_or(0, |slash| slash + 1);
        let (root, below) = text.split_at(below);
        let matcher = GlobBuilder::new(below)
            // A star stays within a name, as in a shell; `**` goes deeper.
            .literal_separator(true)
            .build()?
            .compile_matcher();
        // Braces may hold slashes that not every match has.
        let open = below.contains("**") || below.contains('{');
        Ok(Self {
            root: PathBuf::from(if root.is_empty() { "." } else { root }),
            depth: (!open).then(|| below.split('/').count()),
            matcher,
        })
    }

    /// Whether the path below the root matches.
    pub fn matches(&self, below_root: &Path) -> bool {
        self.matcher.is_match(below_root)
    }
}

const SPECIAL: [char; 4] = ['*', '?', '[', '{'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_split_where_it_begins_and_matches_as_in_a_shell() {
        let check = |pattern: &str, root: &str, depth, hits: &[&str], misses: &[&str]| {
            let pattern = Pattern::parse(pattern).unwrap();
            assert_eq!(pattern.root, Path::new(root));
            assert_eq!(pattern.depth, depth);
            for hit in hits {
                assert!(pattern.matches(Path::new(hit)), "{hit}");
            }
            for miss in misses {
                assert!(!pattern.matches(Path::new(miss)), "{miss}");
            }
        };
        check("*.csv", ".", Some(1), &["a.csv", ".a.csv"], &["b/a.csv"]);
        check("a/b/*.csv", "a/b/", Some(1), &["x.csv"], &["x.txt"]);
        check("../d?y/x", "../", Some(2), &["day/x"], &["day/y", "x"]);
        check("/a/**/*.csv", "/a/", None, &["x.csv", "b/c/x.csv"], &["x"]);
        check("a/{b/c,d}.csv", "a/", None, &["b/c.csv", "d.csv"], &["c"]);
        check("a/[0-9]", "a/", Some(1), &["7"], &["a"]);
        assert!(Pattern::parse("a[").is_err());
        assert!(Pattern::looks_like_one("2026-*"));
        assert!(!Pattern::looks_like_one("a+b #%.csv"));
    }
}
