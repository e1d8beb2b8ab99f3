//! The flags that make several files of a table.

use std::ops::Range;

use clap::Args;

use crate::byte_size::ByteSize;
use crate::failure::{ExitCode, Failure};
use crate::file_count::{FileCount, parse_file_size, parse_files, parse_only_files};
use crate::settings::Settings;

/// How many files a table becomes.
#[derive(Debug, Clone, Args)]
pub struct FilesArgs {
    /// Make N files of each table, TARGET/part-00000.parquet and so on
    ///
    /// The rows are spread evenly, in their order; with --size, it is the size of all files
    /// together. A table with fewer rows than that becomes a file a row. The target is a folder,
    /// which ends with `/`, or a name with {part} in it. A data set of several tables has a folder
    /// for each in it, unless the target has {table} in it. Files are made one after the other,
    /// and each appears whole.
    #[arg(
        long,
        value_name = "N",
        value_parser = parse_files,
        conflicts_with = "file_size",
        help_heading = "File"
    )]
    pub files: Option<u64>,

    /// Make files of about this size, all equally large
    ///
    /// Their number is rounded, so that no small file is left over: ten files are off by a
    /// twentieth at most, more of them by less, and what is less than a file and a half is one.
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = parse_file_size,
        help_heading = "File"
    )]
    pub file_size: Option<ByteSize>,

    /// Make files A to B-1 of them only, counted from 0
    ///
    /// They come out as they do in a run that makes all of them.
    #[arg(
        long,
        value_name = "A..B",
        value_parser = parse_only_files,
        help_heading = "File"
    )]
    pub only_files: Option<Range<u64>>,
}

impl FilesArgs {
    /// Says in the settings what was asked for.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Usage`] for what can't stand beside it.
    pub fn apply(&self, settings: &mut Settings) -> Result<(), Failure> {
        settings.files = match (self.files, self.file_size) {
            (Some(files), _) => FileCount::Exactly(files),
            (None, Some(size)) => FileCount::OfSize(size),
            (None, None) => FileCount::One,
        };
        settings.only_files.clone_from(&self.only_files);
        if self.only_files.is_some() && settings.files == FileCount::One {
            let sentence = "--only-files takes some of several files, and one is made";
            return Err(Failure::say(ExitCode::Usage, sentence)
                .advise("Say how many there are with --files N or --file-size SIZE."));
        }
        Ok(())
    }

    /// The first of the flags that was given.
    pub fn given(&self) -> Option<&'static str> {
        let flags = [
            (self.files.is_some(), "--files"),
            (self.file_size.is_some(), "--file-size"),
            (self.only_files.is_some(), "--only-files"),
        ];
        flags
            .into_iter()
            .find_map(|(given, flag)| given.then_some(flag))
    }
}
