//! `pipeline-cli config`: every setting, its value, and where it comes from.

mod listing;
mod table;

use std::io;

use clap::Args;

use super::run::{RunSettings, TheSpec};
use crate::cli::OutputArgs;
use crate::console::has_colours;
use crate::failure::{ExitCode, Failure};
use crate::settings::{Flags, LayerError, Settings, Standing, gather, standings, template};
use crate::standard_output::print;

/// Examples that work when they are pasted.
const EXAMPLES: &str = "\
Examples:
  pipeline-cli config
      what a run would use here
  pipeline-cli config --size 50MB --region eu-west-1
      what these flags change
  pipeline-cli config --template > my.toml
      begin a file of settings, for --config my.toml
  pipeline-cli config --json
      the same for programs, with the flags and variables of each setting

Settings that can't be used are told on standard error, with exit code 2; then
nothing is printed, also with --json.";

/// Arguments of `config`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ConfigArgs {
    /// Which data set.
    #[command(flatten)]
    pub spec: Flags<TheSpec>,

    /// What a run would be told.
    #[command(flatten)]
    pub settings: RunSettings,

    /// Print a file with every setting at its built-in value, and nothing else
    #[arg(long, exclusive = true, help_heading = "Output")]
    pub template: bool,

    /// Print one JSON object, whose `settings` are named by their keys
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Say only what went wrong
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

impl ConfigArgs {
    /// What is said beside the settings.
    pub fn output(&self) -> OutputArgs {
        OutputArgs {
            json: self.json,
            verbose: 0,
            quiet: self.quiet,
        }
    }
}

/// Shows the settings: they are what was asked for, so they go to standard output.
///
/// # Errors
///
/// Settings that can't be read, as a run refuses them; standard output can't be written.
pub fn config(args: &ConfigArgs) -> Result<(), Failure> {
    if args.template {
        return print(template()).map(drop);
    }
    let standings = standings_of(args)?;
    if args.json {
        let text = listing::json(&standings);
        let text = text.map_err(|error| Failure::new(ExitCode::Internal, error))?;
        return print(text).map(drop);
    }
    print(table::text(&standings, has_colours(&io::stdout()))).map(drop)
}

fn standings_of(args: &ConfigArgs) -> Result<Vec<Standing>, LayerError> {
    let asked = &args.settings;
    let file = asked.file.config.as_deref();
    let layers = gather(file, asked.layer(args.spec.layer()?)?)?;
    // Not for its result: what a run refuses is refused here too.
    Settings::merge(&layers)?;
    let range = asked.rows_range.as_ref().map(|_| "--rows-range");
    Ok(standings(&layers, range))
}
