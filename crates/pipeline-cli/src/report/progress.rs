//! The progress on a terminal: a bar for rows made and one for bytes that S3 has confirmed, each
//! with its rate and the time left.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};
use s3up::UploadProgress;
use tokio::task::JoinHandle;

use super::grouped;
use crate::byte_size::decimal;

/// How often the screen is renewed.
const TICK: Duration = Duration::from_millis(100);

/// Bars on a terminal; elsewhere nothing.
pub struct Progress {
    bars: Option<Bars>,
}

struct Bars {
    screen: MultiProgress,
    rows: ProgressBar,
    upload: OnceLock<(ProgressBar, JoinHandle<()>)>,
}

impl Progress {
    /// A bar over `rows`, if `draw` asks for one.
    pub(super) fn new(rows: u64, draw: bool, screen: &MultiProgress) -> Self {
        let bars = draw.then(|| {
            let bar = screen.add(ProgressBar::new(rows));
            let count = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let (at, all) = (grouped(state.pos()), grouped(state.len().unwrap_or(0)));
                // A column of the bar has nowhere to report an error to.
                let _ = write!(out, "{at} of {all}");
            };
            let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = write!(out, "{} rows/s", grouped(state.per_sec() as u64));
            };
            bar.set_style(
                style("rows")
                    .with_key("count", count)
                    .with_key("rate", rate),
            );
            bar.enable_steady_tick(TICK);
            Bars {
                screen: screen.clone(),
                rows: bar,
                upload: OnceLock::new(),
            }
        });
        Self { bars }
    }

    /// From now on a second bar tells of this upload, which is to become about `bytes` long. Must
    /// be called inside a runtime.
    pub fn watch(&self, upload: Arc<UploadProgress>, bytes: u64) {
        let Some(bars) = &self.bars else { return };
        let bar = bars.screen.add(ProgressBar::new(bytes));
        let count = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let (at, all) = (decimal(state.pos()), decimal(state.len().unwrap_or(0)));
            let _ = write!(out, "{at} of {all}");
        };
        let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = write!(out, "{}/s", decimal(state.per_sec() as u64));
        };
        bar.set_style(
            style("uploaded")
                .with_key("count", count)
                .with_key("rate", rate),
        );
        let following = tokio::spawn({
            let bar = bar.clone();
            async move {
                let mut ticks = tokio::time::interval(TICK);
                loop {
                    ticks.tick().await;
                    // The planned size is an estimate: a bar never runs past its end.
                    let at = upload.bytes_acknowledged();
                    bar.set_length(bytes.max(at));
                    bar.set_position(at);
                }
            }
        });
        // One run has one upload.
        let _ = bars.upload.set((bar, following));
    }

    /// So many rows are encoded.
    pub(super) fn rows(&self, rows: u64) {
        if let Some(bars) = &self.bars {
            bars.rows.set_position(rows);
        }
    }

    /// Takes the bars off the screen.
    pub fn clear(&self) {
        let Some(bars) = &self.bars else { return };
        bars.rows.finish_and_clear();
        if let Some((bar, following)) = bars.upload.get() {
            following.abort();
            bar.finish_and_clear();
        }
    }
}

fn style(name: &str) -> ProgressStyle {
    let template =
        format!("{name:<9}{{bar:16.cyan/dim}} {{percent:>3}}% {{count}}, {{rate}}, {{eta}} left");
    ProgressStyle::with_template(&template)
        .expect("the template is a constant that a test renders")
        .progress_chars("━━─")
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::{InMemoryTerm, ProgressDrawTarget};

    #[test]
    fn the_bar_tells_rows_rate_and_time_within_80_columns() {
        let term = InMemoryTerm::new(5, 80);
        let target = ProgressDrawTarget::term_like(Box::new(term.clone()));
        let progress = Progress::new(
            5_000_000_000,
            true,
            &MultiProgress::with_draw_target(target),
        );
        progress.rows(2_500_000_000);
        progress.bars.as_ref().unwrap().rows.tick();
        let screen = term.contents();
        assert!(
            screen.contains("50% 2,500,000,000 of 5,000,000,000, "),
            "{screen}"
        );
        assert!(
            screen.contains("rows/s, ") && screen.ends_with(" left"),
            "{screen}"
        );
        progress.clear();
        assert_eq!(term.contents(), "");
    }
}
