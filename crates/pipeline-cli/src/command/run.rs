//! `pipeline-cli run`: parse → plan → run. What a planned run does is in `run/carry_out.rs`.

mod carry_out;
mod distinct_folders;
mod files_done;
mod instead;
mod partitioned;
mod parts_done;
mod stands;

use std::path::PathBuf;

use clap::Args;
use tokio::runtime::Handle;

use self::carry_out::Run;
use super::{help, in_runtime, upload};
use crate::cli::{FileArgs, OutputArgs};
use crate::console::Console;
use crate::dataset::Dataset;
use crate::destination::Destination;
use crate::failure::{ExitCode, Failure};
use crate::open_files;
use crate::pipeline;
use crate::plan::{Plan, TablePlan};
use crate::report::Reporter;
use crate::row_range::RowRange;
use crate::settings::{Amount, Flags, Layer, LayerError, Offer, Setting, Settings, load};
use crate::source::{Opened, ReadArgs};

/// What a run is to do, as far as settings say it.
#[derive(Debug, Clone, Args)]
pub struct RunSettings {
    /// Settings.
    #[command(flatten)]
    pub flags: Flags<Everything>,

    /// Make rows A to B-1 of the table only
    #[arg(
        long,
        value_name = "A..B",
        conflicts_with_all = ["rows", "size", "scale"],
        help_heading = "Data"
    )]
    pub rows_range: Option<RowRange>,

    /// Make these tables of the spec only [default: all]
    #[arg(
        long,
        value_name = "NAME,…",
        value_delimiter = ',',
        help_heading = "Data"
    )]
    pub table: Vec<String>,

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

    /// Where rows are read from.
    #[command(flatten)]
    pub source: ReadArgs,

    /// List the damaged values of a damaged table in this file, .csv or .parquet; of several
    /// tables in a folder, which ends with `/`
    #[arg(
        long,
        value_name = "PATH",
        value_hint = clap::ValueHint::FilePath,
        help_heading = "Target"
    )]
    pub ledger: Option<PathBuf>,

    /// Print the plan and end: nothing is written or sent
    #[arg(long, help_heading = "Run")]
    pub dry_run: bool,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `run` as a command; without its name it takes no spec, so that a misspelt command
/// is not taken for one.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::RUN_EXAMPLES, after_long_help = help::everything_of_run())]
pub struct RunCommand {
    /// Which data set.
    #[command(flatten)]
    pub spec: Flags<TheSpec>,

    /// What it is to do.
    #[command(flatten)]
    pub run: RunArgs,
}

/// The one setting that is a bare word.
pub enum TheSpec {}

impl Offer for TheSpec {
    fn offers(setting: &Setting) -> bool {
        setting.key == "spec"
    }
}

/// All settings that have a flag.
pub enum Everything {}

impl Offer for Everything {
    fn offers(setting: &Setting) -> bool {
        setting.flag.is_some()
    }
}

/// Makes the rows and puts them where they belong. `spec` is the layer of the word that names the
/// data set.
///
/// # Errors
///
/// What kept it from doing so.
pub fn run(args: &RunArgs, spec: Layer, console: &Console) -> Result<(), Failure> {
    let source = match args.source.is_given() {
        true => Some((args.source.clone(), instead::rows_to_read(args, &spec)?)),
        false => None,
    };
    let mut settings = settings(&args.settings, spec)?;
    settings.ledger.clone_from(&args.ledger);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = settings.threads.unwrap_or(cores);
    let workers =
        pipeline::workers(threads).map_err(|error| Failure::new(ExitCode::Internal, error))?;
    let outcome = in_runtime(async |interrupt| {
        let plan = tokio::select! {
            plan = solve(&settings, source, threads, workers.handle()) => plan?,
            () = interrupt.asked() => return Err(Failure::interrupted("nothing was begun")),
        };
        let to_stdout = |table: &TablePlan| table.destination == Destination::Stdout;
        if console.json && plan.tables.iter().any(to_stdout) {
            return Err(Failure::say(
                ExitCode::Usage,
                "--json and --to - both claim standard output",
            )
            .advise("Name a file, or leave out --json."));
        }
        open_files::make_room(&plan)?;
        let reporter = Reporter::new(console);
        if args.dry_run {
            reporter.planned(&plan);
        } else {
            let run = Run {
                plan: &plan,
                settings: &settings,
                workers: workers.handle(),
                reporter: &reporter,
                interrupt: &interrupt,
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
async fn solve(
    settings: &Settings,
    source: Option<(ReadArgs, Option<u64>)>,
    threads: usize,
    workers: &Handle,
) -> Result<Plan, Failure> {
    log::debug!("planning: sample blocks are made and encoded");
    let settings = settings.clone();
    workers
        .spawn_blocking(move || match source {
            Some((args, most_rows)) => {
                Plan::read(Opened::open(&args, most_rows)?, &settings, threads)
            }
            None => Plan::solve(Dataset::named(&settings.spec)?, &settings, threads),
        })
        .await
        .unwrap_or_else(|error| Err(Failure::new(ExitCode::Internal, error)))
}

impl RunSettings {
    /// The highest layer: what was given by flags, and the word `spec`.
    ///
    /// # Errors
    ///
    /// A bad value, named with its flag.
    pub fn layer(&self, spec: Layer) -> Result<Layer, LayerError> {
        Ok(self.flags.layer()?.and(spec))
    }
}

/// The settings of the run, with what only a flag can name.
fn settings(asked: &RunSettings, spec: Layer) -> Result<Settings, Failure> {
    let file = asked.file.config.as_deref();
    let mut settings = load(file, asked.layer(spec)?)?;
    settings.for_upload = asked.flags.words_for::<upload::ButEndpoint>();
    if let Some(file) = file {
        let file = file.to_string_lossy().into_owned();
        settings.for_upload.extend(["--config".to_owned(), file]);
    }
    if let Some(range) = &asked.rows_range {
        settings.amount = Amount::Range(range.clone());
    }
    settings.tables.clone_from(&asked.table);
    Ok(settings)
}
