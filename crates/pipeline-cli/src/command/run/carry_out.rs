//! A planned run: its tables one after the other, and the order in which each is taken back.

use std::sync::Arc;
use std::time::Instant;

use blockwrite::WriteStats;
use tokio::runtime::Handle;

use super::files_done::FilesDone;
use super::stands::Stands;
use crate::failure::{ExitCode, Failure};
use crate::interrupt::{CLOSE_GRACE, Interrupt, NOT_TAKEN_BACK, TAKE_BACK_GRACE};
use crate::ledger::{Ledger, LedgerDone, NewLedger};
use crate::leftovers;
use crate::new_folders::NewFolders;
use crate::pipeline::Making;
use crate::plan::{FilePlan, FileSet, Layout, Plan, TablePlan};
use crate::report::{FinishedTable, Reporter, TableDone, TableReport, Written};
use crate::settings::Settings;
use crate::sink::{Landed, SharedSession, Sink, Watch};

/// A planned run and whom it answers to.
pub(super) struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) settings: &'a Settings,
    pub(super) workers: &'a Handle,
    pub(super) reporter: &'a Reporter,
    pub(super) interrupt: &'a Interrupt,
}

impl Run<'_> {
    /// Makes all tables, and tells of them.
    ///
    /// # Errors
    ///
    /// What kept one from being made, and what stands.
    pub(super) async fn carry_out(&self) -> Result<(), Failure> {
        self.reporter.begin(self.plan);
        let mut folders = NewFolders::make(&self.plan.folders)?;
        let s3 = SharedSession::new(self.settings);
        let outcome = match self.plan.only_table() {
            Some(table) => self.one(table, s3).await,
            None => self.several(s3).await,
        };
        if outcome.is_err() {
            folders.take_away_empty();
        }
        outcome
    }

    async fn one(&self, table: &TablePlan, s3: SharedSession<'_>) -> Result<(), Failure> {
        let outcome = self.table(0, table, &s3).await;
        self.close(s3).await;
        let done = outcome?;
        if self.interrupt.heard() {
            let stands = format!("{} before the interrupt was heard", done.landed.done());
            return Err(Failure::interrupted(stands).but_committed());
        }
        self.reporter.done(&done);
        Ok(())
    }

    /// Those that are in place when one fails stay there.
    async fn several(&self, s3: SharedSession<'_>) -> Result<(), Failure> {
        let started = Instant::now();
        let tables = &self.plan.tables;
        let mut done: Vec<FinishedTable> = Vec::with_capacity(tables.len());
        let mut failed = None;
        for (at, table) in tables.iter().enumerate() {
            if self.interrupt.heard() {
                break;
            }
            match self.table(at, table, &s3).await {
                Ok(table) => done.push(table.into()),
                Err(failure) => {
                    failed = Some(failure);
                    break;
                }
            }
            if let Some(table) = done.last() {
                self.reporter.table_done(table);
            }
        }
        let elapsed = started.elapsed();
        self.close(s3).await;
        let stands = Stands {
            plan: self.plan,
            done: &done,
        };
        if let Some(failure) = failed {
            return Err(stands.after(failure));
        }
        if self.interrupt.heard() {
            return Err(stands.after_interrupt());
        }
        self.reporter.all_done(self.plan, &done, elapsed);
        Ok(())
    }

    /// An interrupt asks for haste even where all went well.
    async fn close(&self, s3: SharedSession<'_>) {
        let closed = self.interrupt.within(CLOSE_GRACE, s3.close()).await;
        if closed.is_none() {
            log::debug!("connections are cut, because there is no more time to close them");
        }
    }

    /// Makes the table at a position of the plan.
    async fn table<'t>(
        &self,
        at: usize,
        table: &'t TablePlan,
        s3: &SharedSession<'_>,
    ) -> Result<TableDone<'t>, Failure> {
        let report = self.reporter.table(self.plan, at, table);
        match &table.layout {
            Layout::One => self.only_file(table, s3, &report).await,
            Layout::Several(set) => self.files(table, set, s3, &report).await,
            Layout::Partitioned(set) => self.partitions(table, set, s3, &report).await,
        }
    }

    /// Makes the file of a table that becomes one.
    async fn only_file<'t>(
        &self,
        table: &'t TablePlan,
        s3: &SharedSession<'_>,
        report: &Arc<TableReport>,
    ) -> Result<TableDone<'t>, Failure> {
        let watch = |upload, bytes| report.progress().watch(upload, bytes);
        let file = table.only_file();
        let opened = tokio::select! {
            sink = Sink::open(table, &file, s3, &watch) => sink,
            () = self.interrupt.asked() => Err(Failure::interrupted(self.not_begun(table))),
        };
        // What can't be written is told before a row is made.
        let opened = match (opened, self.new_ledger(table).await) {
            (Ok(sink), Ok(ledger)) => Ok((sink, ledger)),
            (Ok(sink), Err(failure)) => Err(self.take_back(sink, failure).await),
            (Err(failure), _) => Err(failure),
        };
        let (mut sink, ledger) = match opened {
            Ok(opened) => opened,
            Err(failure) => {
                report.progress().clear();
                return Err(failure);
            }
        };
        let started = Instant::now();
        let write = async |sink: &mut Sink| {
            let mut making = Making::begin(table, self.workers, report);
            let written = self.send(&mut making, sink).await?;
            let ledger = self.fill(ledger, table).await?;
            let landed = sink.finish(self.interrupt, &watch as &Watch<'_>).await?;
            let ledger = ledger.map(put_in_place).transpose()?;
            Ok::<_, Failure>((written, landed, ledger))
        };
        let outcome: Result<(WriteStats, Landed, Option<LedgerDone>), Failure> =
            write(&mut sink).await;
        report.progress().clear();
        match outcome {
            Ok((written, landed, ledger)) => Ok(TableDone {
                plan: table,
                written: Written::from(&written),
                landed,
                ledger,
                elapsed: started.elapsed(),
            }),
            Err(failure) => Err(self.take_back(sink, failure).await),
        }
    }

    /// Makes the files of a table one after the other, while the workers go on from one to the next.
    /// Those that are in place when one fails stay there.
    async fn files<'t>(
        &self,
        table: &'t TablePlan,
        set: &FileSet,
        s3: &SharedSession<'_>,
        report: &Arc<TableReport>,
    ) -> Result<TableDone<'t>, Failure> {
        // What can't be written is told before a row is made.
        let ledger = match self.new_ledger(table).await {
            Ok(ledger) => ledger,
            Err(failure) => {
                report.progress().clear();
                return Err(failure);
            }
        };
        let mut started = Instant::now();
        let mut making = None;
        let mut done = FilesDone::new(table, set, self.plan.only_table().is_some());
        for number in set.chosen() {
            let begin = || {
                started = Instant::now();
                Making::begin(table, self.workers, report)
            };
            let file = set.file(number);
            let outcome = self
                .file(table, &file, s3, report, || {
                    making.get_or_insert_with(begin)
                })
                .await;
            match outcome {
                Ok((written, landed)) => {
                    report.file_done(number, set.of(), &file, &written, &landed);
                    done.add(&file, &written);
                }
                Err(failure) => {
                    report.progress().clear();
                    return Err(done.after(failure));
                }
            }
            if number + 1 == set.chosen().end {
                break;
            }
            let goes_on = async {
                match &mut making {
                    Some(making) => making.goes_on().await,
                    None => Ok(false),
                }
            };
            let goes_on = match self.interrupt.heard() {
                true => Err(Failure::interrupted("")),
                false => self.unless_asked(goes_on).await,
            };
            match goes_on {
                Ok(true) => {}
                Ok(false) => break,
                Err(failure) => {
                    report.progress().clear();
                    return Err(match failure.code {
                        ExitCode::Interrupted => done.after_interrupt(),
                        _ => done.after(failure),
                    });
                }
            }
        }
        let listed = self.list_damage(ledger, table).await;
        report.progress().clear();
        let ledger = listed.map_err(|failure| done.after(failure))?;
        let (written, several) = done.all();
        Ok(TableDone {
            plan: table,
            written,
            landed: Landed::Several(several),
            ledger,
            elapsed: started.elapsed(),
        })
    }

    /// Makes one of several files; `making` begins the table where this is the first.
    async fn file<'m>(
        &self,
        table: &TablePlan,
        file: &FilePlan,
        s3: &SharedSession<'_>,
        report: &Arc<TableReport>,
        making: impl FnOnce() -> &'m mut Making,
    ) -> Result<(WriteStats, Landed), Failure> {
        let watch = |upload, _| report.progress().watch(upload, table.numbers.file_bytes());
        let mut sink = tokio::select! {
            sink = Sink::open(table, file, s3, &watch) => sink?,
            () = self.interrupt.asked() => {
                let stands = format!("{} was not begun", file.destination);
                return Err(Failure::interrupted(stands));
            }
        };
        let write = async |sink: &mut Sink| {
            let written = self.send(making(), sink).await?;
            let landed = sink.finish(self.interrupt, &watch as &Watch<'_>).await?;
            Ok::<_, Failure>((written, landed))
        };
        let outcome: Result<(WriteStats, Landed), Failure> = write(&mut sink).await;
        match outcome {
            Ok(done) => Ok(done),
            Err(failure) => Err(self.take_back(sink, failure).await),
        }
    }

    /// Work that an interrupt ends.
    pub(super) async fn unless_asked<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            done = work => done,
            // What stands is told once all is taken back.
            () = self.interrupt.asked() => Err(Failure::interrupted("")),
        }
    }

    /// From the first row to the moment in which everything is sent. Until then an interrupt takes
    /// it back; after that the sink knows what it can do.
    async fn send(&self, making: &mut Making, sink: &mut Sink) -> Result<WriteStats, Failure> {
        let sent = async {
            let written = making.next_file(sink).await?;
            sink.send_rest().await?;
            Ok::<_, Failure>(written)
        };
        self.unless_asked(sent).await
    }

    /// The ledger that the table asks for, begun.
    pub(super) async fn new_ledger(&self, table: &TablePlan) -> Result<Option<NewLedger>, Failure> {
        let Some((path, _)) = table.ledger() else {
            return Ok(None);
        };
        leftovers::clear_files(path).await;
        NewLedger::create(path).map(Some)
    }

    /// The ledger, written whole and not in its place: that is for the time when the data is.
    pub(super) async fn fill(
        &self,
        ledger: Option<NewLedger>,
        table: &TablePlan,
    ) -> Result<Option<Ledger>, Failure> {
        let (Some(ledger), Some((_, lines))) = (ledger, table.ledger()) else {
            return Ok(None);
        };
        let interrupt = self.interrupt.clone();
        let written = self
            .workers
            .spawn_blocking(move || ledger.write(lines, || interrupt.heard()));
        match written.await {
            Ok(Ok(Some(ledger))) => Ok(Some(ledger)),
            // What stands is told once all is taken back.
            Ok(Ok(None)) => Err(Failure::interrupted("")),
            Ok(Err(failure)) => Err(failure),
            Err(error) => Err(Failure::new(ExitCode::Internal, error)),
        }
    }

    /// The ledger of files that are all in place.
    async fn list_damage(
        &self,
        ledger: Option<NewLedger>,
        table: &TablePlan,
    ) -> Result<Option<LedgerDone>, Failure> {
        const BEHIND: &str = "The data is in place, its ledger is not.";
        match self.fill(ledger, table).await {
            Ok(ledger) => ledger.map(put_in_place).transpose(),
            Err(failure) if failure.code == ExitCode::Interrupted => {
                let stands = "the data is in place, its ledger is not";
                Err(Failure::interrupted(stands).but_committed())
            }
            Err(failure) => Err(failure.advise(BEHIND).but_committed()),
        }
    }

    async fn take_back(&self, mut sink: Sink, failure: Failure) -> Failure {
        let taken_back = self.interrupt.within(TAKE_BACK_GRACE, sink.take_back());
        if taken_back.await.is_none() {
            log::warn!("{NOT_TAKEN_BACK}");
        }
        match failure.code {
            ExitCode::Interrupted => Failure::interrupted(sink.stands().await),
            _ => failure,
        }
    }

    /// What stands where the target was not yet open, in a clause.
    fn not_begun(&self, table: &TablePlan) -> String {
        match self.plan.only_table() {
            Some(_) => "no row was made, and nothing was committed".to_owned(),
            None => format!("no row of table `{}` was made", table.numbers.table),
        }
    }
}

/// The ledger, now that the data is in place.
pub(super) fn put_in_place(ledger: Ledger) -> Result<LedgerDone, Failure> {
    tokio::task::block_in_place(|| ledger.commit()).map_err(|failure| {
        let failure = failure.advise("The data is in place, its ledger is not.");
        failure.but_committed()
    })
}
