//! Where one file of a table ends and the next begins.

use blockwrite::MAX_ROW_GROUPS;

use crate::byte_size::ByteSize;
use crate::failure::{ExitCode, Failure};
use crate::file_count::{EvenCut, MAX_FILES};
use crate::thousands::grouped;

/// Where the files of a table end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ends {
    /// At rows that are fixed before.
    Cut(EvenCut),
    /// At the row group that brings it nearest to this size, in bytes.
    AtSize(u64),
}

/// What is in a file that is open.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Of its row groups.
    pub bytes: u64,
    /// How many.
    pub groups: usize,
}

/// What is in files so far.
#[derive(Debug, Default, Clone, Copy)]
pub struct SoFar {
    /// The number of the file that is open.
    pub file: u64,
    /// What is in it.
    pub held: Held,
    /// Rows of all files.
    pub rows: u64,
}

impl Held {
    /// One more row group.
    pub fn add(&mut self, group_bytes: u64) {
        self.bytes = self.bytes.saturating_add(group_bytes);
        self.groups += 1;
    }

    /// Whether another row group belongs to the next file: it would take this one further from the
    /// wanted size, where there is one, than it is without, or the format has no room for it.
    pub fn is_full(&self, wanted_bytes: Option<u64>, group_bytes: u64) -> bool {
        let has_its_size =
            wanted_bytes.is_some_and(|wanted| self.bytes.saturating_add(group_bytes / 2) >= wanted);
        self.groups > 0 && (has_its_size || self.groups >= MAX_ROW_GROUPS)
    }
}

impl Ends {
    /// The file that the next row group of rows that are read belongs to.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Usage`] where that would be one file more than there may be.
    pub fn file_of(&self, so_far: SoFar, group_bytes: u64) -> Result<u64, Failure> {
        match self {
            Self::Cut(cut) => Ok(cut.file_of(so_far.rows)),
            Self::AtSize(wanted) => {
                let is_full = so_far.held.is_full(Some(*wanted), group_bytes);
                let file = so_far.file + u64::from(is_full);
                match file < MAX_FILES {
                    true => Ok(file),
                    false => Err(too_many("the source becomes", *wanted)),
                }
            }
        }
    }

    /// Looks at how many files data of about so many bytes will become.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Usage`] where they are clearly too many.
    pub fn check(&self, expected_bytes: u64) -> Result<(), Failure> {
        match self {
            // What is expected may be off by a few in a hundred; then it is seen on the way.
            Self::AtSize(wanted) if expected_bytes / MAX_FILES / 21 * 20 > *wanted => {
                Err(too_many("by its first rows the source becomes", *wanted))
            }
            Self::AtSize(_) | Self::Cut(_) => Ok(()),
        }
    }
}

fn too_many(becomes: &str, wanted: u64) -> Failure {
    let sentence = format!(
        "{becomes} more than {} files of {}, and no more are made",
        grouped(MAX_FILES),
        ByteSize(wanted)
    );
    Failure::say(ExitCode::Usage, sentence).advise("Ask for larger files with --file-size.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn held(bytes: u64, groups: usize) -> Held {
        Held { bytes, groups }
    }

    #[test]
    fn a_file_is_full_where_it_is_nearest_to_its_size() {
        for (bytes, next, full) in [
            (940, 100, false),
            (950, 100, true),
            (1_000, 1, true),
            (999, 1, false),
            (999, 2, true),
            (1, 1_997, false),
            (1, 1_998, true),
        ] {
            assert_eq!(held(bytes, 1).is_full(Some(1_000), next), full, "{bytes}");
        }
        assert!(
            !held(0, 0).is_full(Some(1), 1 << 40),
            "the first group has a file"
        );
        assert!(!held(u64::MAX, MAX_ROW_GROUPS - 1).is_full(None, u64::MAX));
        assert!(held(1, MAX_ROW_GROUPS).is_full(None, 1));
        assert!(held(1, MAX_ROW_GROUPS).is_full(Some(u64::MAX), 1));
    }

    #[test]
    fn the_last_file_takes_what_it_has_room_for_and_no_more() {
        let ends = Ends::AtSize(1_000);
        let of = |file, bytes| {
            let so_far = SoFar {
                file,
                held: held(bytes, 1),
                rows: 7,
            };
            ends.file_of(so_far, 10)
                .map_err(|failure| failure.to_string())
        };
        assert_eq!(of(0, 10), Ok(0));
        assert_eq!(of(0, 1_000), Ok(1));
        assert_eq!(of(9_998, 1_000), Ok(9_999));
        assert_eq!(of(9_999, 900), Ok(9_999));
        expect!["the source becomes more than 10,000 files of 1.00 kB, and no more are made. Ask for larger files with --file-size."]
            .assert_eq(&of(9_999, 1_000).unwrap_err());
        assert!(ends.check(10_500_000).is_ok());
        let failure = ends.check(11_000_000).unwrap_err();
        expect!["by its first rows the source becomes more than 10,000 files of 1.00 kB, and no more are made. Ask for larger files with --file-size."]
            .assert_eq(&failure.to_string());
    }
}
