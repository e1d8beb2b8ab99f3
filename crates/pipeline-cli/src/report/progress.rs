//! The progress on a terminal: a bar for rows made and one for bytes that S3 has confirmed, each
//! with its rate and the time left.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use s3up::UploadProgress;
use tokio::task::JoinHandle;

use crate::byte_size::decimal;
use crate::thousands::grouped;

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
            bar.set_style(style("rows"));
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
        bar.set_style(style("uploaded"));
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
                    let rate = decimal(bar.per_sec() as u64);
                    bar.set_message(format!(
                        "{} of {}, {rate}/s{}",
                        decimal(at),
                        decimal(bytes.max(at)),
                        left(&bar)
                    ));
                }
            }
        });
        // One run has one upload.
        let _ = bars.upload.set((bar, following));
    }

    /// So many rows are encoded.
    pub(super) fn rows(&self, rows: u64) {
        let Some(Bars { rows: bar, .. }) = &self.bars else {
            return;
        };
        // A block that was under way when the run ended draws nothing over the last words.
        if bar.is_finished() {
            return;
        }
        bar.set_position(rows);
        let all = grouped(bar.length().unwrap_or(rows));
        let rate = grouped(bar.per_sec() as u64);
        bar.set_message(format!(
            "{}/{all}, {rate} rows/s{}",
            grouped(rows),
            left(bar)
        ));
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

/// The time left, in the words of the rest of the line; nothing at the end.
fn left(bar: &ProgressBar) -> String {
    let seconds = bar.eta().as_secs();
    match (bar.length() == Some(bar.position()), seconds) {
        (true, _) => String::new(),
        (_, 0..60) => format!(", {seconds} s left"),
        (_, 60..3600) => format!(", {}m{:02}s left", seconds / 60, seconds % 60),
        _ => format!(", {}h{:02}m left", seconds / 3600, seconds / 60 % 60),
    }
}

fn style(name: &str) -> ProgressStyle {
    // A message that is too wide for the terminal is cut, not wrapped.
    let template = format!("{name:<9}{{bar:10.cyan/dim}} {{percent:>3}}% {{wide_msg}}");
    ProgressStyle::with_template(&template)
        .expect("the template is a constant that a test renders")
        .progress_chars("━━─")
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::{InMemoryTerm, ProgressDrawTarget};

    #[test]
    fn a_bar_takes_one_line_however_narrow_the_terminal() {
        for columns in [40, 80, 160] {
            let term = InMemoryTerm::new(5, columns);
            let target = ProgressDrawTarget::term_like(Box::new(term.clone()));
            let screen = MultiProgress::with_draw_target(target);
            let progress = Progress::new(50_000_000, true, &screen);
            progress.rows(25_000_000);
            progress.bars.as_ref().unwrap().rows.tick();
            let shown = term.contents();
            assert_eq!(shown.lines().count(), 1, "{shown}");
            if columns >= 80 {
                assert!(shown.contains("50% 25,000,000/50,000,000, "), "{shown}");
                assert!(
                    shown.contains(" rows/s, ") && shown.trim_end().ends_with(" left"),
                    "{shown}"
                );
            }
            progress.clear();
            progress.rows(2_600_000_000);
            assert_eq!(term.contents(), "");
        }
    }
}
