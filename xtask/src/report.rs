//! What a person sees: one line a stage while it runs, and a table of all of them at the end.
//!
//! Everything goes to standard error through `writeln!`, whose failure is ignored: when the
//! terminal has gone away, what was started must still be stopped.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::process::Interrupted;

/// Prints one line to standard error.
#[cfg(not(test))]
pub fn say(line: &str) {
    use io::Write as _;
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// The same for tests, whose harness keeps only what the macro prints to itself.
#[cfg(test)]
#[expect(
    clippy::print_stderr,
    reason = "the harness shows it when a test fails"
)]
pub fn say(line: &str) {
    eprintln!("{line}");
}

/// The stages of a run, in the order they were begun.
pub struct Stages {
    colour: bool,
    started: Instant,
    done: Vec<Stage>,
}

struct Stage {
    name: String,
    took: Duration,
    outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    Interrupted,
}

impl Outcome {
    fn of<T>(result: &Result<T>) -> Self {
        match result {
            Ok(_) => Self::Passed,
            Err(error) if error.is::<Interrupted>() => Self::Interrupted,
            Err(_) => Self::Failed,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Passed => "ok",
            Self::Failed => "FAILED",
            Self::Interrupted => "interrupted",
        }
    }

    /// The terminal's code for the colour of the word.
    fn colour(self) -> u8 {
        match self {
            Self::Passed => 32,
            Self::Failed => 31,
            Self::Interrupted => 33,
        }
    }
}

impl Stages {
    /// Starts the clock. Colours are used on a terminal, unless `NO_COLOR` is set.
    pub fn new() -> Self {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            colour: io::stderr().is_terminal() && !no_colour,
            started: Instant::now(),
            done: Vec::new(),
        }
    }

    /// Announces a stage, does it, and notes how long it took and how it ended.
    pub fn run<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        say(&paint(self.colour, 1, &format!("==> {name}")));
        let begun = Instant::now();
        let result = work();
        self.done.push(Stage {
            name: name.to_owned(),
            took: begun.elapsed(),
            outcome: Outcome::of(&result),
        });
        result
    }

    /// Prints the closing table.
    pub fn close(&self) {
        say("");
        for line in table(&self.done, self.started.elapsed(), self.colour) {
            say(&line);
        }
    }
}

fn table(stages: &[Stage], total: Duration, colour: bool) -> Vec<String> {
    let width = stages
        .iter()
        .map(|stage| stage.name.chars().count())
        .max()
        .unwrap_or(0)
        .max(5);
    let mut lines: Vec<String> = stages
        .iter()
        .map(
            |Stage {
                 name,
                 took,
                 outcome,
             }| {
                let word = paint(colour, outcome.colour(), outcome.word());
                format!("  {name:width$}  {:>9}  {word}", seconds(*took))
            },
        )
        .collect();
    lines.push(format!("  {:width$}  {:>9}", "total", seconds(total)));
    lines
}

fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole >= 60 {
        format!("{} m {:02} s", whole / 60, whole % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

fn paint(colour: bool, code: u8, text: &str) -> String {
    if colour {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Stages {
        Stages {
            colour: false,
            started: Instant::now(),
            done: Vec::new(),
        }
    }

    #[test]
    fn every_stage_is_in_the_table_with_its_outcome() {
        let mut stages = plain();
        stages.run("formatting", || Ok(())).unwrap();
        stages
            .run("tests", || -> Result<()> { anyhow::bail!("two failed") })
            .unwrap_err();
        stages
            .run("more", || -> Result<()> { Err(Interrupted.into()) })
            .unwrap_err();
        stages.done[0].took = Duration::from_millis(1_240);
        stages.done[1].took = Duration::from_secs(61);
        stages.done[2].took = Duration::ZERO;
        assert_eq!(
            table(&stages.done, Duration::from_secs(3_600), false),
            [
                "  formatting      1.2 s  ok",
                "  tests        1 m 01 s  FAILED",
                "  more            0.0 s  interrupted",
                "  total       60 m 00 s",
            ]
        );
    }

    #[test]
    fn an_interrupt_is_seen_through_its_context() {
        let result: Result<()> =
            Err(anyhow::Error::from(Interrupted).context("while LocalStack started"));
        assert_eq!(Outcome::of(&result).word(), "interrupted");
    }

    #[test]
    fn colour_only_where_asked_for() {
        assert_eq!(paint(false, 31, "FAILED"), "FAILED");
        assert_eq!(paint(true, 31, "FAILED"), "\u{1b}[31mFAILED\u{1b}[0m");
    }
}
