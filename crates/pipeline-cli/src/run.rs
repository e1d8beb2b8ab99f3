//! Parse → plan → run: the order in which a run happens and in which it is taken back.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::MultiProgress;
use tokio::runtime::Handle;

use crate::cli::RunArgs;
use crate::failure::{ExitCode, Failure};
use crate::interrupt::Interrupt;
use crate::logging::{self, Loudness};
use crate::pipeline;
use crate::plan::Plan;
use crate::report::{self, Reporter, Summary, plan_text};
use crate::settings::{Amount, Layer, LayerError, Settings};
use crate::sink::{Landed, Sink};

/// How long an interrupted run may take to finish what is being made visible already.
const FINISH_GRACE: Duration = Duration::from_secs(4);

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
            report::failed(&failure, args.json);
            failure.code as i32
        }
    }
}

fn attempt(args: &RunArgs, bar: bool, bars: &MultiProgress) -> Result<(), Failure> {
    let settings = settings(args)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = settings.threads.unwrap_or(cores);
    let internal = |error| Failure::new(ExitCode::Internal, error);
    let workers = pipeline::workers(threads).map_err(internal)?;
    // On a worker too, so that the memory of the samples serves the first blocks.
    let planning = {
        let settings = settings.clone();
        workers.spawn_blocking(move || Plan::solve(&settings, threads))
    };
    let plan = workers
        .block_on(planning)
        .map_err(|error| Failure::new(ExitCode::Internal, error))??;
    let text_on_stdout = plan.destination == crate::destination::Destination::Stdout;
    if args.json && text_on_stdout {
        return Err(Failure::say(
            ExitCode::Usage,
            "--json and --to - both claim standard output",
        )
        .advise("Name a file, or leave out --json."));
    }
    let reporter = Arc::new(Reporter::new(
        &plan.numbers,
        args.json,
        bar && !args.dry_run,
        bars,
    ));
    if args.dry_run {
        reporter.planned(&plan.numbers, &plan_text(&plan));
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(internal)?;
    let outcome = runtime.block_on(carry_out(
        &plan,
        &settings,
        workers.handle(),
        &reporter,
        args.quiet,
    ));
    // A worker that is still at a block ends with it; nobody waits for its result.
    workers.shutdown_background();
    runtime.shutdown_timeout(Duration::from_millis(200));
    if outcome.is_err() {
        reporter.progress().clear();
    }
    outcome
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

async fn carry_out(
    plan: &Plan,
    settings: &Settings,
    workers: &Handle,
    reporter: &Arc<Reporter>,
    quiet: bool,
) -> Result<(), Failure> {
    let interrupt = Interrupt::listen().map_err(|error| Failure::new(ExitCode::Internal, error))?;
    reporter.begin(&plan.numbers, &plan.destination.to_string());
    let mut sink = tokio::select! {
        sink = Sink::open(plan, settings) => sink?,
        () = interrupt.asked() => return Err(interrupted()),
    };
    if let Sink::S3 { upload, .. } = &sink {
        reporter
            .progress()
            .watch(upload.progress(), plan.numbers.file_bytes);
    }
    let started = Instant::now();
    let written = tokio::select! {
        written = pipeline::run(plan, workers, &mut sink, reporter) => written,
        () = interrupt.asked() => Err(interrupted()),
    };
    let written = match written {
        Ok(written) => written,
        Err(failure) => {
            sink.abort().await;
            return Err(failure);
        }
    };
    let landed = finish(sink, &interrupt).await?;
    let summary = Summary {
        plan,
        written: &written,
        landed: &landed,
        elapsed: started.elapsed(),
    };
    reporter.done(&summary, quiet);
    Ok(())
}

/// Makes the result visible. From here on an interrupt can't take it back, only stop the wait.
async fn finish(sink: Sink, interrupt: &Interrupt) -> Result<Landed, Failure> {
    let finish = sink.finish();
    tokio::pin!(finish);
    tokio::select! {
        landed = &mut finish => return landed,
        () = interrupt.asked() => {}
    }
    tokio::time::timeout(FINISH_GRACE, finish)
        .await
        .unwrap_or_else(|_| {
            Err(Failure::say(
                ExitCode::Unknown,
                "interrupted while the result was being made visible",
            ))
        })
}

fn interrupted() -> Failure {
    Failure::say(
        ExitCode::Interrupted,
        "interrupted: nothing was committed, and what was begun is taken back",
    )
}
