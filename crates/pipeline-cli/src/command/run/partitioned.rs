//! A table whose files stand in the folders of partitions: all of them open at once, and put in
//! place when all rows are there.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use blockwrite::WriteStats;
use futures::future::join_all;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::carry_out::Run;
use super::distinct_folders::DistinctFolders;
use super::parts_done::PartsDone;
use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::interrupt::{NOT_TAKEN_BACK, TAKE_BACK_GRACE};
use crate::ledger::NewLedger;
use crate::new_folders::NewFolders;
use crate::pipeline::{OfPartition, PartFile, Parting};
use crate::plan::{FilePlan, PartitionSet, TablePlan};
use crate::report::{TableDone, TableReport};
use crate::sink::{Landed, SharedSession, Sink, Watch};

/// So many files are confirmed by the disk, or by S3, at once.
const AT_ONCE: usize = 8;

/// The files of a table on their way.
struct Files<'a> {
    run: &'a Run<'a>,
    table: &'a TablePlan,
    set: &'a PartitionSet,
    s3: &'a SharedSession<'a>,
    report: &'a Arc<TableReport>,
    watch: &'a Watch<'a>,
    /// By partition.
    open: BTreeMap<usize, PartSink>,
    folders: NewFolders,
    distinct: DistinctFolders,
    done: PartsDone<'a>,
}

/// A file that is open, or whole and not in its place.
struct PartSink {
    file: PartFile,
    plan: FilePlan,
    sink: Sink,
    /// Once it has all its bytes.
    written: Option<Box<WriteStats>>,
}

impl Run<'_> {
    /// Makes the files of a table that is partitioned. What is in place when one fails stays there;
    /// of all others nothing is left.
    pub(super) async fn partitions<'t>(
        &self,
        table: &'t TablePlan,
        set: &PartitionSet,
        s3: &SharedSession<'_>,
        report: &Arc<TableReport>,
    ) -> Result<TableDone<'t>, Failure> {
        let watch = |upload, _| {
            let bytes = table.numbers.file_bytes();
            report.progress().watch_beside(upload, bytes);
        };
        let mut files = Files {
            run: self,
            table,
            set,
            s3,
            report,
            watch: &watch,
            open: BTreeMap::new(),
            folders: NewFolders::default(),
            distinct: DistinctFolders::default(),
            done: PartsDone::new(&table.numbers.table),
        };
        // What can't be reached is told before a row is made.
        let ready = async {
            Sink::reach(&table.destination, s3).await?;
            self.new_ledger(table).await
        };
        let ledger = match self.unless_asked(ready).await {
            Ok(ledger) => ledger,
            Err(failure) => return Err(files.take_back(failure).await),
        };
        let started = Instant::now();
        let made = files.make(ledger).await;
        report.progress().clear();
        match made {
            Ok(ledger) => {
                let (written, several) = files.done.all();
                Ok(TableDone {
                    plan: table,
                    written,
                    landed: Landed::Several(several),
                    ledger,
                    elapsed: started.elapsed(),
                })
            }
            Err(failure) => Err(files.take_back(failure).await),
        }
    }
}

impl Files<'_> {
    async fn make(
        &mut self,
        ledger: Option<NewLedger>,
    ) -> Result<Option<crate::ledger::LedgerDone>, Failure> {
        let workers = self.run.workers;
        let mut making = Parting::begin(self.table, self.set, workers, self.report);
        while let Some(piece) = self.run.unless_asked(making.next()).await? {
            self.take(piece).await?;
        }
        let written = self.open.values().filter_map(|part| part.written.as_ref());
        let (groups, all) = written.fold((0, 0), |(groups, all), written| {
            (groups + written.compressed_bytes, all + written.file_bytes)
        });
        self.report.all_made(groups, all);
        let ledger = self.run.fill(ledger, self.table).await?;
        self.send_rest().await?;
        self.put_in_place().await?;
        ledger.map(super::carry_out::put_in_place).transpose()
    }

    async fn take(&mut self, piece: OfPartition) -> Result<(), Failure> {
        match piece {
            OfPartition::Begin(partition, file) => self.begin(partition, file).await,
            OfPartition::Bytes(partition, all) => {
                let part = part(self.open.get_mut(&partition))?;
                for bytes in all {
                    self.run.unless_asked(part.sink.write(bytes)).await?;
                }
                Ok(())
            }
            OfPartition::End {
                partition,
                written,
                last,
            } => {
                let part = part(self.open.get_mut(&partition))?;
                part.written = Some(written);
                match last {
                    true => Ok(()),
                    false => self.end(partition).await,
                }
            }
        }
    }

    async fn begin(&mut self, partition: usize, file: PartFile) -> Result<(), Failure> {
        let plan = self.set.file(&file.folder, file.number);
        let local = match &plan.destination {
            Destination::File(path) => Some(path),
            _ => plan.keep_local.as_ref(),
        };
        if let Some(folder) = local.and_then(|path| path.parent()) {
            self.add_folder(folder, &file)?;
        }
        let opening = Sink::open(self.table, &plan, self.s3, self.watch);
        let sink = self.run.unless_asked(opening).await?;
        let part = PartSink {
            file,
            plan,
            sink,
            written: None,
        };
        self.open.insert(partition, part);
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path, file: &PartFile) -> Result<(), Failure> {
        let levels = file.folder.split('/').count();
        tokio::task::block_in_place(|| {
            self.folders.add(folder)?;
            self.distinct.add(folder, levels)
        })
    }

    /// Puts a file in its place while others go on.
    async fn end(&mut self, partition: usize) -> Result<(), Failure> {
        let open = part(self.open.get_mut(&partition))?;
        self.run.unless_asked(open.sink.send_rest()).await?;
        let landed = open
            .sink
            .finish(&self.run.interrupt.clone(), self.watch)
            .await?;
        if let Some(part) = self.open.remove(&partition) {
            self.has_landed(&part, &landed);
        }
        Ok(())
    }

    fn has_landed(&mut self, part: &PartSink, landed: &Landed) {
        if let Some(written) = &part.written {
            self.report
                .part_done(&part.file, &part.plan, written, landed);
            self.done.add(&part.file, &part.plan, written);
        }
    }

    /// Hands over all that was written, where nothing is visible yet.
    async fn send_rest(&mut self) -> Result<(), Failure> {
        let parts = self.open.values_mut();
        let sending = stream::iter(parts)
            .map(|part| part.sink.send_rest())
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>();
        self.run.unless_asked(sending).await
    }

    /// Puts all files in their places. After a failure, or an interrupt, no further one is begun.
    async fn put_in_place(&mut self) -> Result<(), Failure> {
        let parts = std::mem::take(&mut self.open);
        let stop = AtomicBool::new(false);
        let (interrupt, watch) = (self.run.interrupt, self.watch);
        let mut landing = stream::iter(parts)
            .map(async |(partition, mut part)| {
                if stop.load(Ordering::Relaxed) || interrupt.heard() {
                    return (partition, part, None);
                }
                let landed = part.sink.finish(interrupt, watch).await;
                if landed.is_err() {
                    stop.store(true, Ordering::Relaxed);
                }
                (partition, part, Some(landed))
            })
            .buffered(AT_ONCE);
        let mut failed = None;
        while let Some((partition, part, landed)) = landing.next().await {
            match landed {
                Some(Ok(landed)) => self.has_landed(&part, &landed),
                Some(Err(failure)) => {
                    failed = Some(graver(failed, failure));
                    self.open.insert(partition, part);
                }
                None => {
                    self.open.insert(partition, part);
                }
            }
        }
        match failed {
            Some(failure) => Err(failure),
            None if self.open.is_empty() => Ok(()),
            None => Err(Failure::interrupted("")),
        }
    }

    /// Takes back what is open, and adds to a failure what stands.
    async fn take_back(mut self, failure: Failure) -> Failure {
        self.report.progress().clear();
        let sinks = self.open.values_mut();
        let all = join_all(sinks.map(|part| part.sink.take_back()));
        let interrupt = self.run.interrupt;
        if interrupt.within(TAKE_BACK_GRACE, all).await.is_none() {
            log::warn!("{NOT_TAKEN_BACK}");
        }
        let whole = self.open.values().filter_map(|part| part.sink.whole_copy());
        let whole: Vec<_> = whole.map(Path::to_owned).collect();
        drop(self.open);
        self.folders.take_away_empty();
        self.done.after(failure, &whole)
    }
}

/// Of two failures the one that is told; the other one is logged. That of one object nobody knows what
/// became must not be lost.
fn graver(before: Option<Failure>, failure: Failure) -> Failure {
    let Some(before) = before else {
        return failure;
    };
    let is_unknown = |failure: &Failure| failure.code == ExitCode::Unknown;
    let (told, other) = match is_unknown(&failure) && !is_unknown(&before) {
        true => (failure, before),
        false => (before, failure),
    };
    if other.code != ExitCode::Interrupted {
        log::warn!("{other}");
    }
    told
}

fn part(open: Option<&mut PartSink>) -> Result<&mut PartSink, Failure> {
    open.ok_or_else(|| {
        let sentence = "bytes of a partition came before its file was begun";
        Failure::say(ExitCode::Internal, sentence)
    })
}
