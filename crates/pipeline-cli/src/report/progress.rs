//! The progress bar: rows and rate, bytes encoded and uploaded, time left.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use s3up::UploadProgress;

use crate::byte_size::decimal;

/// A bar on a terminal; elsewhere nothing.
pub struct Progress {
    bar: Option<ProgressBar>,
    upload: OnceLock<Arc<UploadProgress>>,
}

impl Progress {
    /// A bar over `rows`, if `draw` asks for one.
    pub(super) fn new(rows: u64, draw: bool, bars: &MultiProgress) -> Self {
        let bar = draw.then(|| {
            let bar = bars.add(ProgressBar::new(rows));
            let style = "{bar:24.cyan/dim} {percent:>3}% {human_pos}/{human_len} rows, {per_sec}, {eta} left{wide_msg}";
            bar.set_style(
                ProgressStyle::with_template(style)
                    .expect("the template is a constant that a test renders")
                    .with_key("per_sec", |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                        // A column of the bar has nowhere to report an error to.
                        let _ = write!(out, "{} rows/s", super::grouped(state.per_sec() as u64));
                    })
                    .progress_chars("━━─"),
            );
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self {
            bar,
            upload: OnceLock::new(),
        }
    }

    /// From now on the bar tells of this upload too.
    pub fn watch(&self, upload: Arc<UploadProgress>) {
        // One run has one upload.
        let _ = self.upload.set(upload);
    }

    /// So many rows are encoded, in so many bytes.
    pub(super) fn blocks(&self, rows: u64, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        bar.set_position(rows);
        let uploaded = self.upload.get().map_or(String::new(), |upload| {
            format!(", {} uploaded", decimal(upload.bytes_acknowledged()))
        });
        bar.set_message(format!(" · {} encoded{uploaded}", decimal(bytes)));
    }

    /// Takes the bar off the screen.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::{InMemoryTerm, ProgressDrawTarget};

    #[test]
    fn a_bar_tells_rows_and_bytes_within_80_columns() {
        let term = InMemoryTerm::new(5, 80);
        let bars =
            MultiProgress::with_draw_target(ProgressDrawTarget::term_like(Box::new(term.clone())));
        let progress = Progress::new(100_000, true, &bars);
        progress.blocks(50_000, 8_100_000);
        let bar = progress.bar.as_ref().unwrap();
        bar.tick();
        let screen = term.contents();
        assert!(screen.contains("50,000/100,000 rows"), "{screen}");
        assert!(screen.contains("left"), "{screen}");
        assert!(
            screen.lines().all(|line| line.chars().count() <= 80),
            "{screen}"
        );
        progress.clear();
    }
}
