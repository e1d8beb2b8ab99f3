//! Log lines on standard error that never tear the progress bar and never carry a secret.

use std::io::{self, Write};
use std::time::Instant;

use env_logger::{Builder, Target, WriteStyle};
use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::report::Screen;
use crate::text_table::printable_lines;

/// Target of the line that each block gets.
pub const BLOCK_TARGET: &str = "pipeline_cli::block";

/// Target of the lines that stand for bars where none are drawn.
pub const PROGRESS_TARGET: &str = "pipeline_cli::progress";

/// How much is said.
#[derive(Debug, Clone, Copy)]
pub struct Loudness {
    /// `-v`, counted.
    pub verbose: u8,
    /// `-q`.
    pub quiet: bool,
    /// A bar tells the progress, so that a line a block would tell it twice.
    pub bar: bool,
    /// Whether the words for levels have colours.
    pub colours: bool,
}

/// Installs the program's logger. `filters` is the value of `RUST_LOG`, which has the last word.
pub fn install(loudness: Loudness, filters: Option<&str>, screen: &Screen) {
    let started = Instant::now();
    let mut builder = Builder::new();
    match filters {
        Some(filters) => {
            builder.parse_filters(filters);
        }
        None => {
            let (ours, others) = match loudness {
                Loudness { quiet: true, .. } => (LevelFilter::Error, LevelFilter::Error),
                Loudness { verbose: 0, .. } => (LevelFilter::Info, LevelFilter::Warn),
                Loudness { verbose: 1, .. } => (LevelFilter::Debug, LevelFilter::Info),
                _ => (LevelFilter::Trace, LevelFilter::Debug),
            };
            builder.filter_level(others);
            for module in ["pipeline_cli", "blockgen", "blockwrite", "s3up"] {
                builder.filter_module(module, ours);
            }
            if loudness.bar && loudness.verbose == 0 {
                builder.filter_module(BLOCK_TARGET, LevelFilter::Warn);
            }
        }
    }
    builder
        .write_style(if loudness.colours {
            WriteStyle::Always
        } else {
            WriteStyle::Never
        })
        .target(Target::Pipe(Box::new(BesideBars {
            screen: screen.clone(),
            // An echoed ^C is written over; a line is always longer.
            start: if loudness.bar { "\r" } else { "" },
        })))
        .format(move |line, record| {
            let seconds = started.elapsed().as_secs_f64();
            let level = record.level();
            let style = line.default_level_style(level);
            // Names of files, tables and keys are others' words.
            let said = printable_lines(&record.args().to_string());
            match level {
                Level::Info => writeln!(line, "[{seconds:7.2}s] {said}"),
                level => {
                    let name = level.as_str().to_ascii_lowercase();
                    writeln!(line, "[{seconds:7.2}s] {style}{name}{style:#}: {said}")
                }
            }
        });
    let logger = Discreet(builder.build());
    log::set_max_level(logger.0.filter());
    // Only a second logger in one process could fail here, and then the first one goes on.
    let _ = log::set_boxed_logger(Box::new(logger));
}

/// Crates below us print headers, and with them credentials, at debug: whatever the filters say,
/// their lines stop at info.
struct Discreet(env_logger::Logger);

impl Discreet {
    fn may_speak(metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Info
            || !s3up::NOISY_LOG_TARGETS.iter().any(|noisy| {
                metadata
                    .target()
                    .strip_prefix(noisy)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            })
    }
}

impl Log for Discreet {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        Self::may_speak(metadata) && self.0.enabled(metadata)
    }

    fn log(&self, record: &Record<'_>) {
        if Self::may_speak(record.metadata()) {
            self.0.log(record);
        }
    }

    fn flush(&self) {
        self.0.flush();
    }
}

/// Takes the bars off the screen for the time of a line.
struct BesideBars {
    screen: Screen,
    /// What goes before a line.
    start: &'static str,
}

impl Write for BesideBars {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.screen.suspend(|| {
            let mut stderr = io::stderr().lock();
            stderr.write_all(self.start.as_bytes())?;
            stderr.write_all(bytes)
        })?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noisy_crates_are_capped_and_others_are_not() {
        let may = |target: &str, level| {
            Discreet::may_speak(&Metadata::builder().target(target).level(level).build())
        };
        assert!(!may("rusoto_core::request", Level::Debug));
        assert!(!may("hyper", Level::Trace));
        assert!(may("rusoto_core::request", Level::Warn));
        assert!(may("s3up::retry", Level::Debug));
        assert!(may("hyperion", Level::Debug));
    }
}
