//! Parse → plan → run: the order in which a run happens and in which it is taken back.

use std::sync::Arc;
use std::time::Instant;

use blockwrite::WriteStats;
use clap::Args;
use tokio::runtime::Handle;

use super::{help, in_runtime, upload};
use crate::cli::{FileArgs, OutputArgs};
use crate::console::Console;
use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::interrupt::{CLOSE_GRACE, Interrupt, NOT_TAKEN_BACK, TAKE_BACK_GRACE};
use crate::pipeline;
use crate::plan::Plan;
use crate::report::{Reporter, Summary, plan_text};
use crate::row_range::RowRange;
use crate::settings::{Amount, Flags, Offer, Settings, load};
use crate::sink::{Landed, Sink, Watch};

/// What a run is to do, as far as settings say it.
#[derive(Debug, Clone, Args)]
pub struct RunSettings {
    /// Settings.
    #[command(flatten)]
    pub flags: Flags<Everything>,

    /// Make rows A to B-1 of the table only
    #[arg(long, value_name = "A..B", conflicts_with_all = ["rows", "size"], help_heading = "Data")]
    pub rows_range: Option<RowRange>,

    /// The file of settings.
    #[command(flatten)]
    pub file: FileArgs,
}

/// Arguments of `run`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::EXAMPLES, after_long_help = help::everything())]
pub struct RunArgs {
    /// What it is to do.
    #[command(flatten)]
    pub settings: RunSettings,

    /// Print the plan and end: nothing is written or sent
    #[arg(long, help_heading = "Run")]
    pub dry_run: bool,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// All settings that have a flag.
pub enum Everything {}

impl Offer for Everything {
    const KEYS: &'static [&'static str] = &[
        "rows",
        "size",
        "seed",
        "block_size",
        "compression",
        "to",
        "keep_local",
        "bucket",
        "endpoint",
        "region",
        "allow_http",
        "profile",
        "threads",
        "state_dir",
    ];
}

/// Makes the rows and puts them where they belong.
///
/// # Errors
///
/// What kept it from doing so.
pub fn run(args: &RunArgs, console: &Console) -> Result<(), Failure> {
    let settings = settings(&args.settings)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = settings.threads.unwrap_or(cores);
    let workers =
        pipeline::workers(threads).map_err(|error| Failure::new(ExitCode::Internal, error))?;
    let outcome = in_runtime(async |interrupt| {
        let plan = tokio::select! {
            plan = solve(&settings, threads, workers.handle()) => plan?,
            () = interrupt.asked() => return Err(Failure::interrupted("nothing was begun")),
        };
        if console.json && plan.destination == Destination::Stdout {
            return Err(Failure::say(
                ExitCode::Usage,
                "--json and --to - both claim standard output",
            )
            .advise("Name a file, or leave out --json."));
        }
        let bar = console.bar && !args.dry_run;
        let reporter = Arc::new(Reporter::new(
            &plan.numbers,
            console.json,
            bar,
            &console.bars,
        ));
        if args.dry_run {
            reporter.planned(&plan.numbers, &plan_text(&plan));
        } else {
            let run = Run {
                plan: &plan,
                settings: &settings,
                workers: workers.handle(),
                reporter: &reporter,
                interrupt: &interrupt,
                quiet: console.quiet,
            };
            run.carry_out().await?;
        }
        reporter.all_said()
    });
    // A worker that is still at a block ends with it; nobody waits for its result.
    workers.shutdown_background();
    outcome
}

/// On a worker, so that the memory of the samples serves the first blocks.
async fn solve(settings: &Settings, threads: usize, workers: &Handle) -> Result<Plan, Failure> {
    log::debug!("planning: sample blocks are generated and encoded");
    let settings = settings.clone();
    workers
        .spawn_blocking(move || Plan::solve(&settings, threads))
        .await
        .unwrap_or_else(|error| Err(Failure::new(ExitCode::Internal, error)))
}

/// The settings of the run, with the range of rows that only a flag can name.
fn settings(asked: &RunSettings) -> Result<Settings, Failure> {
    let file = asked.file.config.as_deref();
    let mut settings = load(file, &asked.flags)?;
    settings.for_upload = asked.flags.words_for::<upload::WhoAsks>();
    if let Some(file) = file {
        let file = file.to_string_lossy().into_owned();
        settings.for_upload.extend(["--config".to_owned(), file]);
    }
    if let Some(range) = &asked.rows_range {
        settings.amount = Amount::Range(range.clone());
    }
    Ok(settings)
}

/// A planned run and whom it answers to.
struct Run<'a> {
    plan: &'a Plan,
    settings: &'a Settings,
    workers: &'a Handle,
    reporter: &'a Arc<Reporter>,
    interrupt: &'a Interrupt,
    quiet: bool,
}

impl Run<'_> {
    async fn carry_out(&self) -> Result<(), Failure> {
        let plan = self.plan;
        self.reporter
            .begin(&plan.numbers, &plan.destination.to_string());
        let watch = |upload, bytes| self.reporter.progress().watch(upload, bytes);
        let mut sink = tokio::select! {
            sink = Sink::open(plan, self.settings, &watch) => sink?,
            () = self.interrupt.asked() => {
                return Err(Failure::interrupted("no row was made, and nothing was committed"));
            }
        };
        let started = Instant::now();
        let mut outcome = self.write(&mut sink, &watch).await;
        if let Err(failure) = &mut outcome {
            self.reporter.progress().clear();
            let taken_back = self.interrupt.within(TAKE_BACK_GRACE, sink.take_back());
            if taken_back.await.is_none() {
                log::warn!("{NOT_TAKEN_BACK}");
            }
            if failure.code == ExitCode::Interrupted {
                *failure = Failure::interrupted(sink.stands().await);
            }
        }
        let elapsed = started.elapsed();
        // An interrupt asks for haste even where all went well.
        if self
            .interrupt
            .within(CLOSE_GRACE, sink.close())
            .await
            .is_none()
        {
            log::debug!("connections are cut, because there is no more time to close them");
        }
        let (written, landed) = outcome?;
        if self.interrupt.heard() {
            self.reporter.progress().clear();
            let stands = format!("{} before the interrupt was heard", landed.done());
            return Err(Failure::interrupted(stands).but_committed());
        }
        let summary = Summary {
            plan,
            written: &written,
            landed: &landed,
            elapsed,
        };
        self.reporter.done(&summary, self.quiet);
        Ok(())
    }

    /// From the first row to the moment in which the result is visible. Until everything is sent
    /// an interrupt takes it back; after that the sink knows what it can do.
    async fn write(
        &self,
        sink: &mut Sink,
        watch: &Watch<'_>,
    ) -> Result<(WriteStats, Landed), Failure> {
        let sent = async {
            let written = pipeline::run(self.plan, self.workers, sink, self.reporter).await?;
            sink.send_rest().await?;
            Ok::<_, Failure>(written)
        };
        let written = tokio::select! {
            written = sent => written?,
            // What stands is told once all is taken back.
            () = self.interrupt.asked() => return Err(Failure::interrupted("")),
        };
        let landed = sink.finish(self.interrupt, watch).await?;
        Ok((written, landed))
    }
}
