//! Parse → plan → run: the order in which a run happens and in which it is taken back.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use blockwrite::WriteStats;
use clap::Parser as _;
use indicatif::MultiProgress;
use tokio::runtime::Handle;

use crate::cli::{Cli, RunArgs};
use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::interrupt::Interrupt;
use crate::logging::{self, Loudness};
use crate::pipeline;
use crate::plan::Plan;
use crate::report::{self, Reporter, Summary, plan_text};
use crate::settings::{Amount, Layer, LayerError, Settings};
use crate::sink::{Landed, Sink};

/// How long an interrupted run may take to finish what is being made visible already, and then
/// to take back what is left: together within the five seconds that a system gives.
const FINISH_GRACE: Duration = Duration::from_secs(3);
const CLOSE_GRACE: Duration = Duration::from_millis(1500);

/// The whole program: arguments in, exit code out.
pub fn main(args: impl IntoIterator<Item = OsString>) -> i32 {
    let args: Vec<_> = args.into_iter().collect();
    match Cli::try_parse_from(&args) {
        Ok(cli) => run(&cli.into_run()),
        Err(error) => {
            // What can't be printed can't be said anywhere; the exit code remains.
            let _ = error.print();
            if error.use_stderr() && args.iter().any(|arg| arg == "--json") {
                let first = error.render().to_string();
                let first = first.lines().next().unwrap_or_default();
                let first = first.trim_start_matches("error: ");
                report::failed_event(&Failure::say(ExitCode::Usage, first));
            }
            error.exit_code()
        }
    }
}

/// Runs what the arguments ask for and returns the process's exit code.
pub fn run(args: &RunArgs) -> i32 {
    let terminal = std::io::stderr().is_terminal();
    let bar = terminal && !args.json && !args.quiet;
    let bars = MultiProgress::new();
    let loudness = Loudness {
        verbose: args.verbose,
        quiet: args.quiet,
        bar,
    };
    let filters = variable("RUST_LOG").filter(|filters| !filters.is_empty());
    logging::install(loudness, filters.as_deref(), &bars);
    match attempt(args, bar, &bars) {
        Ok(()) => 0,
        Err(failure) => {
            // Bars that are still up would tear the paragraph.
            let _ = bars.clear();
            report::failed(&failure, args.json);
            failure.code as i32
        }
    }
}

fn attempt(args: &RunArgs, bar: bool, bars: &MultiProgress) -> Result<(), Failure> {
    let internal = |error| Failure::new(ExitCode::Internal, error);
    let settings = settings(args)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = settings.threads.unwrap_or(cores);
    let workers = pipeline::workers(threads).map_err(internal)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(internal)?;
    let outcome = runtime.block_on(async {
        let interrupt = Interrupt::listen().map_err(internal)?;
        let plan = tokio::select! {
            plan = solve(&settings, threads, workers.handle()) => plan?,
            () = interrupt.asked() => return Err(interrupted()),
        };
        if args.json && plan.destination == Destination::Stdout {
            return Err(Failure::say(
                ExitCode::Usage,
                "--json and --to - both claim standard output",
            )
            .advise("Name a file, or leave out --json."));
        }
        let bar = bar && !args.dry_run;
        let reporter = Arc::new(Reporter::new(&plan.numbers, args.json, bar, bars));
        if args.dry_run {
            reporter.planned(&plan.numbers, &plan_text(&plan));
        } else {
            let run = Run {
                plan: &plan,
                settings: &settings,
                workers: workers.handle(),
                reporter: &reporter,
                interrupt: &interrupt,
                quiet: args.quiet,
            };
            run.carry_out().await?;
        }
        reporter.all_said()
    });
    // A worker that is still at a block ends with it; nobody waits for its result.
    workers.shutdown_background();
    runtime.shutdown_timeout(Duration::from_millis(200));
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

/// The layers, lowest first, merged.
fn settings(args: &RunArgs) -> Result<Settings, Failure> {
    let failed = |error: LayerError| Failure::new(ExitCode::Usage, error);
    let mut layers = vec![Layer::built_in().map_err(failed)?];
    let file = args
        .config
        .clone()
        .or_else(|| variable("PIPELINE_CONFIG").map(Into::into));
    if let Some(file) = file {
        layers.push(Layer::file(&file).map_err(failed)?);
    }
    layers.push(Layer::dotenv(Path::new(".env")).map_err(failed)?);
    layers.push(Layer::environment(variable).map_err(failed)?);
    layers.push(args.layer().map_err(failed)?);
    let mut settings = Settings::merge(&layers).map_err(failed)?;
    if let Some(range) = &args.rows_range {
        settings.amount = Amount::Range(range.clone());
    }
    Ok(settings)
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
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
        let mut sink = tokio::select! {
            sink = Sink::open(plan, self.settings) => sink?,
            () = self.interrupt.asked() => return Err(interrupted()),
        };
        if let Some(upload) = sink.progress() {
            self.reporter
                .progress()
                .watch(upload, plan.numbers.file_bytes);
        }
        let started = Instant::now();
        let outcome = self.write(&mut sink).await;
        if outcome.is_err() {
            self.reporter.progress().clear();
        }
        // An interrupt asks for haste even where all went well.
        let closing = sink.close();
        tokio::pin!(closing);
        tokio::select! {
            () = &mut closing => {}
            () = self.interrupt.asked() => {
                if tokio::time::timeout(CLOSE_GRACE, closing).await.is_err() {
                    log::warn!("what was begun could not be taken back in time");
                }
            }
        }
        let (written, landed) = outcome?;
        let summary = Summary {
            plan,
            written: &written,
            landed: &landed,
            elapsed: started.elapsed(),
        };
        self.reporter.done(&summary, self.quiet);
        Ok(())
    }

    /// From the first row to the moment in which the result is visible. Until everything is sent
    /// an interrupt takes it back; after that it can only stop the wait.
    async fn write(&self, sink: &mut Sink) -> Result<(WriteStats, Landed), Failure> {
        let sent = async {
            let written = pipeline::run(self.plan, self.workers, sink, self.reporter).await?;
            sink.send_rest().await?;
            Ok(written)
        };
        let written = tokio::select! {
            written = sent => written?,
            () = self.interrupt.asked() => return Err(interrupted()),
        };
        let finish = sink.finish();
        tokio::pin!(finish);
        let landed = tokio::select! {
            landed = &mut finish => landed?,
            () = self.interrupt.asked() => {
                tokio::time::timeout(FINISH_GRACE, finish).await.unwrap_or_else(|_| {
                    let target = &self.plan.destination;
                    Err(Failure::say(
                        ExitCode::Unknown,
                        format!("interrupted while {target} was being made visible"),
                    ))
                })?
            }
        };
        Ok((written, landed))
    }
}

fn interrupted() -> Failure {
    Failure::say(
        ExitCode::Interrupted,
        "interrupted: nothing was committed, and what was begun is taken back",
    )
}
