//! The blocks of a table on their way to the files that they belong to.

use blockwrite::RowGroupEncoder;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};

use super::blocks::BlockTask;
use super::ends::SoFar;
use super::file_set::FileSet;
use super::table::{Layout, TablePlan};
use crate::failure::Failure;

/// The blocks of a table, none of them made yet, and the files that they belong to.
pub struct Work {
    /// In order, each with the number of its file.
    pub tasks: BoxStream<'static, (u64, BlockTask)>,
    /// Encodes them.
    pub encoder: RowGroupEncoder,
    /// The files, where there may be several.
    set: Option<FileSet>,
    /// Rows that are read belong to a file by what came before them.
    are_read: bool,
}

impl Work {
    /// The number of the first file.
    pub fn first_file(&self) -> u64 {
        self.set.as_ref().map_or(0, |set| set.chosen().start)
    }

    /// Whether rows are read, and counted as they come.
    pub fn are_read(&self) -> bool {
        self.are_read
    }

    /// The file that the next row group belongs to, of `group_bytes` and tagged with a file.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Usage`](crate::ExitCode::Usage) where rows that are read become too many files.
    pub fn file_of(&self, tag: u64, so_far: SoFar, group_bytes: u64) -> Result<u64, Failure> {
        match self.set.as_ref().filter(|_| self.are_read) {
            Some(set) => set.ends().file_of(so_far, group_bytes),
            None => Ok(tag),
        }
    }

    /// The encoder with what a file says of itself.
    ///
    /// # Errors
    ///
    /// None that a plan has not met.
    pub fn encoder_of(&self, file: u64) -> Result<RowGroupEncoder, Failure> {
        match &self.set {
            Some(set) => set.encoder(file),
            None => Ok(self.encoder.clone()),
        }
    }
}

impl TablePlan {
    /// The blocks of the table, in order, none of them made yet. Those of a source are there once.
    pub fn work(&self) -> Work {
        Work {
            tasks: self.tasks_by_file(),
            // With memory of its own, which goes when the table is made.
            encoder: self.encoder.apart(),
            set: match &self.layout {
                Layout::Several(set) => Some(set.clone()),
                Layout::One | Layout::Partitioned(_) => None,
            },
            are_read: self.numbers.origin.source().is_some(),
        }
    }

    fn tasks_by_file(&self) -> BoxStream<'static, (u64, BlockTask)> {
        match &self.layout {
            Layout::One | Layout::Partitioned(_) => self.tasks().map(|task| (0, task)).boxed(),
            Layout::Several(set) => {
                let Some(maker) = self.blocks.maker().cloned() else {
                    // To which file they belong is seen when they are there.
                    return self.tasks().map(|task| (0, task)).boxed();
                };
                let of = set.clone();
                let files = stream::iter(set.chosen()).flat_map(move |file| {
                    let tasks = maker.tasks(of.rows(file));
                    tasks.map(move |task| (file, task))
                });
                files.boxed()
            }
        }
    }

    /// The same for whoever sees to the files alone.
    pub fn tasks(&self) -> BoxStream<'static, BlockTask> {
        self.blocks.tasks()
    }
}
