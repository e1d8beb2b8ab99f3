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

use std::ffi::OsString;
use std::time::Duration;

use crate::cli::{self, Command, OutputArgs};
use crate::console::Console;
use crate::failure::{ExitCode, Failure};
use crate::interrupt::Interrupt;
use crate::report;

/// The whole program: arguments in, exit code out.
pub fn main(args: impl IntoIterator<Item = OsString>) -> i32 {
    let args: Vec<_> = args.into_iter().collect();
    let cli = match cli::parse(&args) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, &args),
    };
    match cli.command {
        None => execute(&cli.run.output, |console| run::run(&cli.run, console)),
        Some(Command::Run(args)) => execute(&args.output, |console| run::run(&args, console)),
        Some(Command::Upload(args)) => {
            execute(&args.output, |console| upload::upload(&args, console))
        }
        Some(Command::Serve(args)) => execute(&args.output, |console| serve::serve(&args, console)),
        Some(Command::Inspect(args)) => execute(&args.output, |console| {
            inspect::inspect(&args, console).map_err(Failure::of_reading)
        }),
        Some(Command::Head(args)) => execute(&args.output, |console| {
            head::head(&args, console).map_err(Failure::of_reading)
        }),
        Some(Command::Spec(args)) => execute(&args.output(), |console| spec::spec(&args, console)),
        Some(Command::Config(args)) => execute(&args.output(), |_| config::config(&args)),
        Some(Command::Completions(args)) => {
            execute(&OutputArgs::default(), |_| completions::completions(&args))
        }
        Some(Command::Man(args)) => execute(&OutputArgs::default(), |_| man::man(&args)),
    }
}

fn execute(output: &OutputArgs, command: impl FnOnce(&Console) -> Result<(), Failure>) -> i32 {
    let console = Console::open(output);
    let outcome = command(&console);
    console.close(outcome)
}

/// Arguments that can't be read, and what is no error: `--help`, `--version`.
fn refuse(error: &clap::Error, args: &[OsString]) -> i32 {
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
    if error.use_stderr() && args.iter().any(|arg| arg == "--json") {
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
