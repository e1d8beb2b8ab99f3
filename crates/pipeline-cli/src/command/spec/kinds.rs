//! `pipeline-cli spec kinds`: what columns can hold, from the list of kinds that the generator
//! makes of its own types.

use std::fmt::Write as _;

use blockgen::{KindEntry, OptionEntry, catalogue, shared_column_options};
use clap::Args;
use serde_json::json;

use crate::cli::OutputArgs;
use crate::console::Console;
use crate::failure::{ExitCode, Failure};
use crate::standard_output::{columns, print};
use crate::text_table::{cut, printable};
use crate::wrapped::wrapped;

/// Examples that work when they are pasted.
const EXAMPLES: &str = "\
Examples:
  pipeline-cli spec kinds
      all of them, by families
  pipeline-cli spec kinds integer
      one with its options, an example, and five values
  pipeline-cli spec kinds --json
      the same for programs";

/// Arguments of `spec kinds`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = EXAMPLES,
    mut_arg("json", |arg| arg.help("Print one JSON object")),
)]
pub struct KindsArgs {
    /// Which one; without it: all, in short
    pub kind: Option<String>,

    /// What is said.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Shows all kinds, or one.
///
/// # Errors
///
/// There is no such kind; standard output can't be written.
pub fn kinds(args: &KindsArgs, console: &Console) -> Result<(), Failure> {
    let width = columns();
    let text = match (&args.kind, console.json) {
        (None, false) => all(&catalogue(), width),
        (None, true) => line(&json!({
            "kinds": catalogue(),
            "shared_options": shared_column_options(),
        })),
        (Some(name), false) => one(&named(name)?, width),
        (Some(name), true) => line(&json!(named(name)?)),
    };
    print(text).map(drop)
}

fn line(value: &serde_json::Value) -> String {
    format!("{value}\n")
}

fn named(name: &str) -> Result<KindEntry, Failure> {
    KindEntry::named(name).map_err(|hint| {
        let sentence = format!("there is no kind of columns `{name}`; {hint}");
        Failure::say(ExitCode::Usage, sentence).advise("`pipeline-cli spec kinds` shows all.")
    })
}

/// What stands in front of what is said of a kind.
const INDENT: usize = 2;

fn all(kinds: &[KindEntry], width: usize) -> String {
    let names = kinds.iter().map(|kind| kind.name.len()).max().unwrap_or(0);
    let indent = INDENT + names + 2;
    let mut text = String::new();
    let mut family = "";
    for kind in kinds {
        if kind.family != family {
            let gap = if family.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}{}", kind.family);
            family = kind.family;
        }
        let summary = wrapped(&kind.summary, indent, width);
        let _ = writeln!(text, "  {:names$}  {summary}", kind.name);
        let value = format!("value: {}", printable(&kind.example_value));
        let value = cut(&value, width.saturating_sub(indent));
        let _ = writeln!(text, "{:indent$}{value}", "");
        if !kind.options.is_empty() {
            let options: Vec<_> = kind.options.iter().map(|o| o.name.as_str()).collect();
            let options = format!("options: {}", options.join(", "));
            let options = wrapped(&options, indent, width);
            let _ = writeln!(text, "{:indent$}{options}", "");
        }
    }
    let shared = shared_column_options();
    let names: Vec<_> = shared.iter().map(|option| option.name.as_str()).collect();
    let more = format!(
        "{} kinds. Columns of every kind may also have {}. `pipeline-cli spec kinds KIND` shows \
         the options of one.",
        kinds.len(),
        listed(&names),
    );
    let _ = writeln!(text, "\n{}", wrapped(&more, 0, width));
    text
}

/// "`a`, `b` and `c`".
fn listed(names: &[&str]) -> String {
    match names {
        [first @ .., second_last, last] => {
            let first: String = first.iter().map(|name| format!("`{name}`, ")).collect();
            format!("{first}`{second_last}` and `{last}`")
        }
        few => few.iter().map(|name| format!("`{name}`")).collect(),
    }
}

fn one(kind: &KindEntry, width: usize) -> String {
    let mut text = format!("{} ({})\n", kind.name, kind.family.to_lowercase());
    let _ = writeln!(text, "  {}", wrapped(&kind.summary, INDENT, width));
    if !kind.options.is_empty() {
        let _ = writeln!(text, "\nOptions");
        options(&mut text, &kind.options, width);
    }
    let _ = writeln!(text, "\nOptions of every kind");
    options(&mut text, &shared_column_options(), width);
    let _ = writeln!(text, "\nExample\n  [[tables.columns]]");
    for line in kind.example_spec.lines() {
        let _ = writeln!(text, "  {line}");
    }
    let _ = writeln!(text, "\nValues of it");
    for value in &kind.example_values {
        let value = cut(&printable(value), width.saturating_sub(INDENT));
        let _ = writeln!(text, "  {value}");
    }
    text
}

fn options(text: &mut String, options: &[OptionEntry], width: usize) {
    let names = options.iter().map(|option| option.name.len()).max();
    let names = names.unwrap_or(0);
    let indent = INDENT + names + 2;
    for option in options {
        let takes = match (&option.default, option.required) {
            (_, true) => format!("{}; required", option.takes),
            (Some(default), false) => format!("{} [default: {default}]", option.takes),
            (None, false) => option.takes.clone(),
        };
        let takes = wrapped(&takes, indent, width);
        let _ = writeln!(text, "  {:names$}  {takes}", option.name);
        let description = wrapped(&option.description, indent, width);
        let _ = writeln!(text, "{:indent$}{description}", "");
    }
}
