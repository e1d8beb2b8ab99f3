//! The terminal that bars and log lines share.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use console::Term;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

/// How often a second the terminal is written to at most.
const REFRESH_HZ: u8 = 20;

/// Standard error as a terminal. Log lines go above the bars, and neither tears the other.
#[derive(Clone)]
pub struct Screen {
    lines: MultiProgress,
    terminal: Arc<dyn TermLike>,
    /// Whether there ever were bars: where there were none, nothing but what is said is written.
    used: Arc<AtomicBool>,
    /// Whether bars have colours.
    pub(super) colours: bool,
}

impl Screen {
    /// The screen of this process.
    pub fn stderr(colours: bool) -> Self {
        Self::on(Term::buffered_stderr(), colours)
    }

    /// A screen of one's own.
    pub(super) fn on(terminal: impl TermLike + Clone + 'static, colours: bool) -> Self {
        let drawn = Box::new(CursorHome(terminal.clone()));
        let target = ProgressDrawTarget::term_like_with_hz(drawn, REFRESH_HZ);
        let lines = MultiProgress::with_draw_target(target);
        // Lines are overwritten rather than cleared first: that does not flicker.
        lines.set_move_cursor(true);
        Self {
            lines,
            terminal: Arc::new(terminal),
            used: Arc::default(),
            colours,
        }
    }

    /// How many columns there are.
    pub(super) fn columns(&self) -> usize {
        self.terminal.width().into()
    }

    /// A place below the log lines.
    pub(super) fn canvas(&self) -> ProgressBar {
        self.used.store(true, Relaxed);
        let canvas = self.lines.add(ProgressBar::no_length());
        canvas.set_style(
            ProgressStyle::with_template("{msg}").expect("a constant that tests render"),
        );
        canvas
    }

    /// Takes the bars away for as long as `write` writes to the terminal.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.used.load(Relaxed) {
            self.lines.suspend(write)
        } else {
            write()
        }
    }

    /// Takes the bars off the screen.
    pub fn clear(&self) {
        if self.used.load(Relaxed) {
            // A terminal that is gone shows nothing.
            let _ = self.lines.clear();
        }
    }
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen")
            .field("colours", &self.colours)
            .finish_non_exhaustive()
    }
}

/// Leaves the cursor at the left edge. A terminal echoes Ctrl-C as `^C` where the cursor is: at
/// the right edge that would wrap, and one line of the bars would stay for good.
#[derive(Debug)]
struct CursorHome<T>(T);

impl<T: TermLike> TermLike for CursorHome<T> {
    fn width(&self) -> u16 {
        self.0.width()
    }

    fn height(&self) -> u16 {
        self.0.height()
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_up(lines)
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_down(lines)
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_right(columns)
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_left(columns)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.write_str("\r")?;
        self.0.flush()
    }
}
