//! The command line: its commands, and what is the same for all of them.
//!
//! The arguments of a command stand beside what it does, in `command/`; flags that are settings
//! are made from the table of settings.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};
use clap::{ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::command::completions::CompletionsArgs;
use crate::command::config::ConfigArgs;
use crate::command::head::HeadArgs;
use crate::command::help;
use crate::command::inspect::InspectArgs;
use crate::command::man::ManArgs;
use crate::command::run::{RunArgs, RunCommand};
use crate::command::serve::ServeArgs;
use crate::command::spec::SpecArgs;
use crate::command::upload::UploadArgs;
use crate::command::verify::VerifyArgs;
use crate::console::Stdout;
use crate::dataset::is_spec;

/// Fills a data lake with realistic test data: generates rows, writes Parquet, uploads to S3
///
/// Rows follow from a seed: the same request gives the same bytes, on any machine and with any
/// number of threads. They go to S3 by multipart, in bounded memory and without a local copy.
/// Without arguments: 100,000 people into an S3 that runs inside the program.
#[derive(Debug, Parser)]
#[command(
    name = "pipeline-cli",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = help::EXAMPLES,
    after_long_help = help::everything(),
    max_term_width = 100,
)]
pub struct Cli {
    /// What to do; without one: `run`.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Arguments of `run`.
    #[command(flatten)]
    pub run: RunArgs,
}

/// The command line as clap knows it, with the headings of the texts below the flags styled like
/// those above them.
pub fn command() -> clap::Command {
    styled(Cli::command())
}

/// The command and those below it. Styles are taken off again where they can't be shown.
fn styled(mut command: clap::Command) -> clap::Command {
    let style = *command.get_styles().get_header();
    let headings = |text: &StyledStr| {
        let lines: Vec<_> = text
            .to_string()
            .lines()
            .map(|line| match line {
                line if line.ends_with(':') && !line.starts_with(' ') => {
                    format!("{style}{line}{style:#}")
                }
                line => line.to_owned(),
            })
            .collect();
        lines.join("\n")
    };
    if let Some(text) = command.get_after_help().map(headings) {
        command = command.after_help(text);
    }
    if let Some(text) = command.get_after_long_help().map(headings) {
        command = command.after_long_help(text);
    }
    command.mut_subcommands(styled)
}

/// The arguments, read.
///
/// # Errors
///
/// What clap refuses, and what it answers itself: `--help`, `--version`.
pub fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let mut program = command();
    let args = output_flags_last(args, &program);
    let matches = program.try_get_matches_from_mut(args);
    let mut matches = matches.map_err(a_spec_wants_run)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut program))
}

/// Where a spec stands in the place of a command, says how it is run.
fn a_spec_wants_run(mut error: clap::Error) -> clap::Error {
    let word = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) if is_spec(word) => word.clone(),
        _ => return error,
    };
    let tip = format!("`{word}` is a spec: run `pipeline-cli run {word}`");
    let tips = ContextValue::StyledStrs(vec![tip.into()]);
    error.insert(ContextKind::Suggested, tips);
    error
}

/// `-v upload …` as `upload … -v`: each command has these flags of its own, and a person thinks of
/// them as the program's.
fn output_flags_last(args: &[OsString], program: &clap::Command) -> Vec<OsString> {
    let (flags, commands) = leading(args, program);
    let mut moved = args.to_vec();
    // Right behind the command, and behind the one below it if there is one: what follows `--` is
    // no flag.
    if let Some(words) = moved.get_mut(1..1 + flags + commands) {
        words.rotate_left(flags);
    }
    moved
}

/// How many flags for output stand in front, and how many names of commands behind them.
fn leading(args: &[OsString], program: &clap::Command) -> (usize, usize) {
    let is_output = |arg: &&OsString| {
        arg.to_str().is_some_and(|arg| {
            matches!(arg, "--json" | "--verbose" | "--quiet" | "-q")
                || arg
                    .strip_prefix('-')
                    .is_some_and(|vs| !vs.is_empty() && vs.bytes().all(|letter| letter == b'v'))
        })
    };
    let flags = args.iter().skip(1).take_while(is_output).count();
    let (mut command, mut commands) = (program, 0);
    while let Some(below) = args.get(1 + flags + commands)
        && let Some(found) = command.find_subcommand(below)
    {
        command = found;
        commands += 1;
    }
    (flags, commands)
}

/// What the command that these arguments name puts on standard output, whether or not the others
/// can be read.
pub fn stdout_of(args: &[OsString]) -> Stdout {
    let (flags, commands) = leading(args, &Cli::command());
    let name = (commands > 0).then(|| args[1 + flags].to_str()).flatten();
    match name {
        None | Some("run" | "upload" | "serve") => Stdout::Events,
        Some(_) => Stdout::Data,
    }
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Generate, write and upload (the default)
    Run(Box<RunCommand>),
    /// Upload files that are there already
    Upload(UploadArgs),
    /// Check that objects are still as they were uploaded
    Verify(VerifyArgs),
    /// Keep the embedded S3 up, and print how to reach it
    Serve(ServeArgs),
    /// Show what is in Parquet files: schema, row groups, columns, statistics
    Inspect(InspectArgs),
    /// Show the first rows of a Parquet file
    Head(HeadArgs),
    /// Help to write specs: kinds of columns, examples, checks, proposals
    Spec(SpecArgs),
    /// Show every setting, its value, and where it comes from
    Config(ConfigArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write those of all commands into a folder
    Man(ManArgs),
}

/// From which file settings are read.
#[derive(Debug, Clone, Args)]
pub struct FileArgs {
    /// Read settings from a TOML file [variable: PIPELINE_CONFIG]
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    pub config: Option<PathBuf>,
}

/// What is said, and how.
#[derive(Debug, Clone, Default, Args)]
pub struct OutputArgs {
    /// Print one JSON event a line on standard output, the last of them `summary`
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Say more (-vv: everything); RUST_LOG has the last word
    #[arg(short, long, action = ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,

    /// Say only what went wrong
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn a_spec_without_its_command_is_told_the_command() {
        let said = |word: &str| {
            let refused = parse(&["p".into(), word.into()]).unwrap_err();
            refused.to_string()
        };
        for word in ["shop", "my.toml", "specs/mine.json"] {
            let tip = format!("  tip: `{word}` is a spec: run `pipeline-cli run {word}`\n");
            assert!(said(word).contains(&tip), "{}", said(word));
        }
        assert!(!said("spek").contains("is a spec"), "{}", said("spek"));
    }

    #[test]
    fn flags_for_output_stand_on_either_side_of_the_command() {
        let moved = |line: &str| {
            let args: Vec<OsString> = line.split(' ').map(Into::into).collect();
            let moved = output_flags_last(&args, &command());
            moved.join(" ".as_ref()).into_string().unwrap()
        };
        assert_eq!(moved("p -v --json head x"), "p head -v --json x");
        assert_eq!(moved("p -vv config"), "p config -vv");
        assert_eq!(moved("p --json spec kinds x"), "p spec kinds --json x");
        // Whatever becomes of the arguments, what a command gives is known.
        for (line, stdout) in [
            ("p --json --bogus", Stdout::Events),
            ("p --to head --json", Stdout::Events),
            ("p -v serve --bogus", Stdout::Events),
            ("p --json head", Stdout::Data),
            ("p inspect --bogus", Stdout::Data),
            ("p config --json --rows x", Stdout::Data),
        ] {
            let args: Vec<OsString> = line.split(' ').map(Into::into).collect();
            assert_eq!(stdout_of(&args), stdout, "{line}");
        }
        for same in ["p -v --rows 5", "p --rows 5 head", "p -q", "p head -v x"] {
            assert_eq!(moved(same), same);
        }
    }
}
