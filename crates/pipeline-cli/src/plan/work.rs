//! The blocks of a table on their way to the files that they belong to.

use blockwrite::RowGroupEncoder;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};

use super::blocks::BlockTask;
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
}

impl Work {
    /// The number of the first file.
    pub fn first_file(&self) -> u64 {
        self.set.as_ref().map_or(0, |set| set.chosen().start)
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
        let tasks = match &self.layout {
            Layout::One | Layout::Partitioned(_) => self.tasks().map(|task| (0, task)).boxed(),
            Layout::Several(set) => {
                let maker = self.blocks.maker();
                let of = set.clone();
                let files = stream::iter(set.chosen()).flat_map(move |file| {
                    let tasks = match &maker {
                        Some(maker) => maker.of(of.rows(file)).tasks(),
                        None => stream::empty().boxed(),
                    };
                    tasks.map(move |task| (file, task))
                });
                files.boxed()
            }
        };
        Work {
            tasks,
            encoder: self.encoder.clone(),
            set: match &self.layout {
                Layout::Several(set) => Some(set.clone()),
                Layout::One | Layout::Partitioned(_) => None,
            },
        }
    }

    /// The same for whoever sees to the files alone.
    pub fn tasks(&self) -> BoxStream<'static, BlockTask> {
        self.blocks.tasks()
    }
}
