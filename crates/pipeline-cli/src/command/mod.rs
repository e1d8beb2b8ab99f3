//! The commands, one a file: arguments, what it does, what it prints.

pub mod completions;
pub mod config;
pub mod head;
pub mod help;
pub mod inspect;
pub mod man;
pub mod run;
pub mod serve;
pub mod spec;
pub mod upload;
pub mod verify;

use std::ffi::OsString;
use std::time::Duration;

use crate::cli::{self, Command, OutputArgs};
use crate::console::{Console, Stdout};
use crate::failure::{ExitCode, Failure};
use crate::interrupt::Interrupt;
use crate::report;
use crate::settings::Layer;

/// The whole program: arguments in, exit code out.
pub fn main(args: impl IntoIterator<Item = OsString>) -> i32 {
    let args: Vec<_> = args.into_iter().collect();
    let stdout = cli::stdout_of(&args);
    let cli = match cli::parse(&args) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, &args, stdout),
    };
    match cli.command {
        None => execute(stdout, &cli.run.output, |on| {
            run::run(&cli.run, Layer::default(), on)
        }),
        Some(Command::Run(args)) => execute(stdout, &args.run.output, |on| {
            run::run(&args.run, args.spec.layer()?, on)
        }),
        Some(Command::Upload(args)) => {
            execute(stdout, &args.output, |on| upload::upload(&args, on))
        }
        Some(Command::Verify(args)) => {
            execute(stdout, &args.output, |on| verify::verify(&args, on))
        }
        Some(Command::Serve(args)) => execute(stdout, &args.output, |on| serve::serve(&args, on)),
        Some(Command::Inspect(args)) => {
            execute(stdout, &args.output, |on| inspect::inspect(&args, on))
        }
        Some(Command::Head(args)) => execute(stdout, &args.output, |on| head::head(&args, on)),
        Some(Command::Spec(args)) => execute(stdout, &args.output(), |on| spec::spec(&args, on)),
        Some(Command::Config(args)) => execute(stdout, &args.output(), |_| config::config(&args)),
        Some(Command::Completions(args)) => execute(stdout, &OutputArgs::default(), |_| {
            completions::completions(&args)
        }),
        Some(Command::Man(args)) => execute(stdout, &OutputArgs::default(), |_| man::man(&args)),
    }
}

fn execute(
    stdout: Stdout,
    output: &OutputArgs,
    command: impl FnOnce(&Console) -> Result<(), Failure>,
) -> i32 {
    let console = Console::open(output);
    let outcome = command(&console);
    console.close(outcome, stdout)
}

/// Arguments that can't be read, and what is no error: `--help`, `--version`.
fn refuse(error: &clap::Error, args: &[OsString], stdout: Stdout) -> i32 {
    let printed = error.print();
    if !error.use_stderr()
        && let Err(cause) = printed
        && cause.kind() != std::io::ErrorKind::BrokenPipe
    {
        // Help that was asked for and could not be given.
        let said = format!("could not write to standard output: {cause}");
        report::failed(&Failure::say(ExitCode::LocalWrite, said), false);
        return ExitCode::LocalWrite as i32;
    }
    // What can't be said on standard error can't be said anywhere; the exit code remains.
    let events = stdout == Stdout::Events && args.iter().any(|arg| arg == "--json");
    if error.use_stderr() && events {
        let first = error.render().to_string();
        let first = first.lines().next().unwrap_or_default();
        let first = first.trim_start_matches("error: ");
        report::failed_event(&Failure::say(ExitCode::Usage, first));
    }
    error.exit_code()
}

/// Runs the asynchronous part of a command, which is told of Ctrl-C and SIGTERM.
///
/// # Errors
///
/// Those of `work`; a system without threads or handlers for signals.
pub fn in_runtime<T>(
    work: impl AsyncFnOnce(Interrupt) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let internal = |error| Failure::new(ExitCode::Internal, error);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(internal)?;
    let outcome = runtime.block_on(async {
        let interrupt = Interrupt::listen().map_err(internal)?;
        work(interrupt).await
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}
