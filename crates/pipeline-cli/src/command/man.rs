//! `pipeline-cli man`: manual pages, made from the command line itself.
//!
//! The texts that stand below the flags in the help become sections: see [`super::help`].

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli;
use crate::failure::{ExitCode, Failure};
use crate::settings::{SETTINGS, Unit};
use crate::standard_output::print;

/// The page of the program itself, which has what is the same for all commands.
const PROGRAM: &str = "pipeline-cli";

/// At the foot of each page.
const SOURCE: &str = concat!("pipeline-cli ", env!("CARGO_PKG_VERSION"));

/// Examples that work when they are pasted.
const EXAMPLES: &str = "\
Examples:
  pipeline-cli man | man -l -
      read it
  pipeline-cli man --dir ~/.local/share/man/man1
      install the pages of all commands: then `man pipeline-cli-config` works";

/// Arguments of `man`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ManArgs {
    /// Write the pages of all commands into this folder, which is made if it is not there
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}

/// Prints the page of the program, or writes those of all commands.
///
/// # Errors
///
/// Standard output or the folder can't be written.
pub fn man(args: &ManArgs) -> Result<(), Failure> {
    match &args.dir {
        Some(folder) => write_all(folder)
            .with_context(|| format!("could not write manual pages into `{}`", folder.display()))
            .map_err(|error| Failure::new(ExitCode::LocalWrite, error)),
        None => print(page(&built())).map(drop),
    }
}

fn write_all(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let program = built();
    let pages = with_those_below(&program);
    for command in &pages {
        std::fs::write(folder.join(format!("{}.1", name(command))), page(command))?;
    }
    log::info!("{} manual pages in `{}`", pages.len(), folder.display());
    Ok(())
}

/// A command and all below it.
fn with_those_below(command: &Command) -> Vec<&Command> {
    let below = command.get_subcommands().flat_map(with_those_below);
    std::iter::once(command).chain(below).collect()
}

/// The program with the full names of its commands.
fn built() -> Command {
    let mut program = cli::command().disable_help_subcommand(true);
    program.build();
    program
}

/// The name of a page: `pipeline-cli-upload`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or(command.get_name())
}

/// One page.
fn page(command: &Command) -> String {
    let lists = command.has_subcommands();
    let mut command = command.clone();
    // Not the list of all flags that stands there otherwise: they have sections of their own.
    let usage = command.render_usage().to_string();
    let command = command.override_usage(usage.trim_start_matches("Usage:").trim().to_owned());
    let after = command.get_after_long_help().or(command.get_after_help());
    let after = after.map(ToString::to_string).unwrap_or_default();
    let name = name(&command).to_owned();
    let about = command.get_about().map(ToString::to_string);
    let about = about.unwrap_or_default();

    let man = Man::new(command.subcommand_help_heading("COMMANDS"));
    let mut text = Vec::new();
    let written: io::Result<()> = (|| {
        let mut own = Roff::new();
        // By hand: an empty date would be left out, and what follows take its place.
        own.control("TH", [name.as_str(), "1", "\"\"", SOURCE, "User Commands"]);
        // `whatis` wants a name, a dash and no full stop.
        own.control("SH", ["NAME"]);
        own.text([roman(format!("{name} - {}", about.trim_end_matches('.')))]);
        own.to_writer(&mut text)?;
        man.render_synopsis_section(&mut text)?;
        man.render_description_section(&mut text)?;
        man.render_options_section(&mut text)?;
        if lists {
            man.render_subcommands_section(&mut text)?;
        }
        let mut own = Roff::new();
        blocks(&mut own, &after);
        if name == PROGRAM {
            environment(&mut own);
        } else {
            own.control("SH", ["SEE ALSO"]);
            own.text([bold(PROGRAM), roman("(1)")]);
        }
        own.to_writer(&mut text)
    })();
    written.expect("a vector takes what it is given");
    ascii(&String::from_utf8_lossy(&text))
}

/// Other characters by their numbers, which any formatter reads.
fn ascii(text: &str) -> String {
    text.chars().fold(String::new(), |mut ascii, char| {
        if char.is_ascii() {
            ascii.push(char);
        } else {
            let _ = write!(ascii, "\\[u{:04X}]", u32::from(char));
        }
        ascii
    })
}

/// A section for each block of a text below the flags; other lines are paragraphs.
fn blocks(roff: &mut Roff, text: &str) {
    for block in text.split("\n\n") {
        let mut lines = block.lines();
        match lines.next().and_then(|line| line.strip_suffix(':')) {
            Some(heading) if !heading.starts_with(' ') => {
                roff.control("SH", [heading.to_uppercase().as_str()]);
                as_it_stands(roff, lines);
            }
            _ => {
                roff.control("PP", []);
                as_it_stands(roff, block.lines());
            }
        }
    }
}

/// Lines that are neither joined nor broken.
fn as_it_stands<'a>(roff: &mut Roff, lines: impl Iterator<Item = &'a str>) {
    roff.control("nf", []);
    for line in lines {
        roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    roff.control("fi", []);
}

/// Every variable that is read.
fn environment(roff: &mut Roff) {
    roff.control("SH", ["ENVIRONMENT"]);
    let settings = SETTINGS.iter().flat_map(|setting| {
        setting.variables.iter().map(move |variable| {
            let unit = match variable.unit {
                Unit::AsWritten => "",
                Unit::Mebibytes => ", in MiB",
            };
            (variable.name, format!("{}{unit}", setting.help))
        })
    });
    let others = [
        ("PIPELINE_CONFIG", "File of settings, as --config"),
        (
            "RUST_LOG",
            "What is logged; it has the last word over -v and -q",
        ),
        ("NO_COLOR", "No colours, unless it is empty"),
    ];
    for (variable, help) in settings.chain(others.map(|(name, help)| (name, help.to_owned()))) {
        roff.control("TP", []);
        roff.text([bold(variable)]);
        roff.text([roman(help)]);
    }
}
