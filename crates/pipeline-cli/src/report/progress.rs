//! Progress while it runs: bars on a terminal, a log line now and then elsewhere.
//!
//! ```text
//! whoever works ──▶ Bar (two numbers) ◀── a thread that looks ten times a second ──▶ Screen or log
//! ```
//!
//! Who works stores a number and never waits for a terminal.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use s3up::UploadProgress;

pub use super::bar::Bar;
use super::bar::Track;
use super::events;
use super::picture::{clipped, notice, picture};
use super::progress_line::{Turn, progress_line};
pub use super::reading::Unit;
use super::screen::Screen;
use super::trouble::Trouble;
use crate::logging::PROGRESS_TARGET;

/// How often the numbers are looked at.
const TICK: Duration = Duration::from_millis(100);

/// The bars of a command, in the order in which they were asked for.
pub struct Progress {
    /// Nothing, where nobody looks.
    board: Option<Arc<Board>>,
    /// What a bar follows, for lines that tell of it beside other things.
    upload: Mutex<Option<Followed>>,
}

/// Uploads that come one after the other, or go on side by side, in one bar.
struct Followed {
    /// Bytes of those that have ended.
    before: u64,
    live: Uploads,
    bar: Bar,
}

/// Those that go on.
type Uploads = Arc<Mutex<Vec<Arc<UploadProgress>>>>;

impl Followed {
    fn bytes(&self) -> u64 {
        self.before + acknowledged(&self.live)
    }
}

fn acknowledged(uploads: &Uploads) -> u64 {
    let uploads = lock(uploads);
    uploads
        .iter()
        .map(|upload| upload.bytes_acknowledged())
        .sum()
}

struct Board {
    shown: Mutex<Shown>,
    ended: Condvar,
}

struct Shown {
    voice: Voice,
    /// Which of several things the bars are about.
    title: Option<String>,
    /// Programs are told of trouble, too.
    events: bool,
    /// The trouble of the last event.
    event: Option<Trouble>,
    /// The uploads that a bar follows.
    uploads: Uploads,
    tracks: Vec<Track>,
    /// The thread that looks is there.
    watched: bool,
    /// Nothing is drawn over the last words.
    ended: bool,
}

enum Voice {
    Bars {
        screen: Screen,
        canvas: ProgressBar,
    },
    /// Log lines; `told` and `trouble` are what they told last.
    Lines {
        turn: Turn,
        told: u64,
        trouble: Option<Trouble>,
    },
    /// Neither: only events.
    Silence,
}

impl Progress {
    /// Bars on `screen` if `draw`, else log lines where the log takes them; with `events`, what
    /// programs should know while it runs.
    pub fn new(draw: bool, events: bool, screen: &Screen) -> Self {
        let voice = if draw {
            let canvas = screen.canvas();
            let screen = screen.clone();
            Voice::Bars { screen, canvas }
        } else if log::log_enabled!(target: PROGRESS_TARGET, log::Level::Info) {
            Voice::Lines {
                turn: Turn::new(Instant::now()),
                told: 0,
                trouble: None,
            }
        } else if events {
            Voice::Silence
        } else {
            return Self {
                board: None,
                upload: Mutex::default(),
            };
        };
        let shown = Shown {
            voice,
            title: None,
            events,
            event: None,
            uploads: Uploads::default(),
            tracks: Vec::new(),
            watched: false,
            ended: false,
        };
        Self {
            board: Some(Arc::new(Board {
                shown: Mutex::new(shown),
                ended: Condvar::new(),
            })),
            upload: Mutex::default(),
        }
    }

    /// The same below a title, for one of several things that come one after the other.
    #[must_use]
    pub fn titled(self, title: Option<String>) -> Self {
        if let Some(board) = &self.board {
            board.shown().title = title;
        }
        self
    }

    /// A bar below the others, at 0 of `total`. A `total` that is planned is an estimate: the bar
    /// never runs past its end. Without a `total` it is a counter.
    pub fn bar(&self, name: &'static str, unit: Unit, total: impl Into<Option<u64>>) -> Bar {
        let Some(board) = &self.board else {
            return Bar::default();
        };
        let (track, bar) = Track::new(name, unit, total.into());
        let mut shown = board.shown();
        shown.tracks.push(track);
        if let Voice::Bars { .. } = shown.voice {
            shown.look(Instant::now());
        }
        if !shown.watched {
            // Without a thread to spare there is no progress to be seen, and the work goes on.
            let watching = Arc::clone(board);
            let spawned = thread::Builder::new()
                .name("progress".to_owned())
                .spawn(move || watching.watch());
            shown.watched = spawned.is_ok();
        }
        bar
    }

    /// A bar `uploaded` that follows an upload of about `bytes`, if that is known. A further upload
    /// goes on in the same bar: `bytes` are those of all of them.
    pub fn watch(&self, upload: Arc<UploadProgress>, bytes: impl Into<Option<u64>>) {
        let mut followed = lock(&self.upload);
        let (before, bar) = match followed.take() {
            Some(ended) => (ended.bytes(), ended.bar),
            None => (0, self.bar("uploaded", Unit::Bytes, bytes)),
        };
        let live = Uploads::new(Mutex::new(vec![upload]));
        self.follow(&mut followed, before, live, bar);
    }

    /// The same of an upload that goes on beside those that are watched.
    pub fn watch_beside(&self, upload: Arc<UploadProgress>, bytes: impl Into<Option<u64>>) {
        let mut followed = lock(&self.upload);
        if let Some(followed) = &*followed {
            lock(&followed.live).push(upload);
            return;
        }
        let bar = self.bar("uploaded", Unit::Bytes, bytes);
        let live = Uploads::new(Mutex::new(vec![upload]));
        self.follow(&mut followed, 0, live, bar);
    }

    fn follow(&self, followed: &mut Option<Followed>, before: u64, live: Uploads, bar: Bar) {
        if let Some(board) = &self.board {
            board.shown().uploads = Arc::clone(&live);
        }
        let current = Arc::clone(&live);
        bar.follow(move || before + acknowledged(&current));
        *followed = Some(Followed { before, live, bar });
    }

    /// Bytes that S3 has confirmed, where there is an upload.
    pub(super) fn uploaded(&self) -> Option<u64> {
        lock(&self.upload).as_ref().map(Followed::bytes)
    }

    /// So many bytes there are to upload, now that it is known.
    pub(super) fn upload_is_of(&self, bytes: u64) {
        if let Some(followed) = &*lock(&self.upload) {
            followed.bar.set_total(bytes);
        }
    }

    /// A log line has told how far it is, so that one of ours would tell it twice.
    pub(super) fn told(&self) {
        if let Some(board) = &self.board
            && let Voice::Lines { turn, .. } = &mut board.shown().voice
        {
            turn.taken(Instant::now());
        }
    }

    /// Takes the bars off the screen for good.
    pub fn clear(&self) {
        let Some(board) = &self.board else { return };
        let mut shown = board.shown();
        shown.ended = true;
        shown.tracks.clear();
        if let Voice::Bars { canvas, .. } = &shown.voice {
            canvas.finish_and_clear();
        }
        board.ended.notify_all();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Board {
    fn shown(&self) -> MutexGuard<'_, Shown> {
        lock(&self.shown)
    }

    /// Looks until the end.
    fn watch(&self) {
        let mut shown = self.shown();
        while !shown.ended {
            shown.look(Instant::now());
            (shown, _) = self
                .ended
                .wait_timeout(shown, TICK)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Shown {
    fn look(&mut self, now: Instant) {
        let readings: Vec<_> = self
            .tracks
            .iter_mut()
            .map(|track| track.read(now))
            .collect();
        let trouble = {
            let uploads = lock(&self.uploads);
            let mut uploads = uploads.iter();
            uploads.find_map(|upload| Trouble::of(upload, now))
        };
        if self.events {
            self.tell_programs(trouble.clone(), now);
        }
        match &mut self.voice {
            Voice::Bars { screen, canvas } => {
                let (columns, colours) = (screen.columns(), screen.colours);
                let bars = picture(&readings, columns, colours);
                let mut lines = match &self.title {
                    Some(title) => format!("{}\n{bars}", clipped(title, columns)),
                    None => bars,
                };
                if let Some(trouble) = &trouble {
                    for line in trouble.lines(now) {
                        lines += &notice(&line, columns, colours);
                    }
                }
                canvas.set_message(lines);
            }
            Voice::Lines {
                turn,
                told,
                trouble: told_trouble,
            } => {
                let to_tell = readings.iter().map(|reading| reading.at).sum();
                let moved = *told != to_tell;
                // Told at once, and then with each line for as long as it lasts.
                let news = trouble.as_ref().is_some_and(|trouble| {
                    let before = told_trouble.as_ref();
                    !before.is_some_and(|before| before.same_request(trouble))
                });
                if ((moved || news) && turn.is_due(now) || turn.is_overdue(now))
                    && let Some(line) = progress_line(&readings)
                {
                    // That nothing moves is news once it lasts.
                    let still = if moved {
                        ""
                    } else {
                        "nothing moved since the last line; "
                    };
                    let title = self.title.iter().map(|title| format!("{title}: "));
                    let title: String = title.collect();
                    let why = match &trouble {
                        Some(trouble) => format!("; {}", trouble.sentence(now)),
                        None => String::new(),
                    };
                    log::info!(target: PROGRESS_TARGET, "{title}{still}{line}{why}");
                    turn.taken(now);
                    *told = to_tell;
                    *told_trouble = trouble;
                }
            }
            Voice::Silence => {}
        }
    }

    /// An event for each attempt that fails, once there is trouble.
    fn tell_programs(&mut self, trouble: Option<Trouble>, now: Instant) {
        let Some(trouble) = trouble else { return };
        let before = self.event.as_ref();
        if before.is_some_and(|before| before.same_attempt(&trouble)) {
            return;
        }
        // Where standard output refuses, the events of the command itself are refused, too.
        let _ = events::emit(&trouble.event(now));
        self.event = Some(trouble);
    }
}

/// What these locks guard is good after any panic: progress is no reason for a second one.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    /// A screen, and progress on it that looks only when it is told to.
    fn still(columns: u16) -> (InMemoryTerm, Progress) {
        let terminal = InMemoryTerm::new(8, columns);
        let progress = Progress::new(true, false, &Screen::on(terminal.clone(), false));
        progress.board.as_ref().unwrap().shown().watched = true;
        (terminal, progress)
    }

    impl Progress {
        fn look_after(&self, seconds: u64) {
            let later = Instant::now() + Duration::from_secs(seconds);
            self.board.as_ref().unwrap().shown().look(later);
        }
    }

    #[test]
    fn bars_come_as_they_are_asked_for_and_go_for_good() {
        let (terminal, progress) = still(80);
        let rows = progress.bar("generated", Unit::Rows, 1000);
        rows.add(200);
        rows.add(50);
        progress.look_after(0);
        let shown = terminal.contents();
        assert_eq!(shown.lines().count(), 1, "{shown}");
        assert!(
            shown.contains(" 25%") && shown.contains("250 of 1,000 rows"),
            "{shown}"
        );

        let upload = progress.bar("uploaded", Unit::Bytes, 2_000_000);
        upload.follow(|| 1_000_000);
        progress.look_after(2);
        let shown = terminal.contents();
        assert_eq!(shown.lines().count(), 2, "{shown}");
        assert!(shown.contains(" 50%  1.00 MB of 2.00 MB"), "{shown}");

        progress.clear();
        rows.set(500);
        progress.look_after(3);
        assert_eq!(terminal.contents(), "");
    }

    #[test]
    fn a_title_stands_above_the_bars_and_fits() {
        let (terminal, progress) = still(30);
        let name = "a table with a name that is longer than a line";
        let progress = progress.titled(Some(format!("2/4 {name}")));
        progress.bar("generated", Unit::Rows, 1000);
        progress.look_after(0);
        let shown = terminal.contents();
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!(lines.len(), 2, "{shown}");
        assert!(
            lines[0].starts_with("2/4 a table with") && lines[0].ends_with('…'),
            "{shown}"
        );
        assert!(lines[1].starts_with("generated"), "{shown}");
    }

    #[test]
    fn a_bar_never_runs_past_its_end() {
        let (terminal, progress) = still(80);
        let bar = progress.bar("encoded", Unit::Bytes, 1000);
        bar.set(2000);
        progress.look_after(1);
        assert!(terminal.contents().contains("100%  2.00 kB of 2.00 kB"));
        bar.set_total(4000);
        progress.look_after(1);
        assert!(terminal.contents().contains(" 50%  2.00 kB of 4.00 kB"));
    }

    #[test]
    fn ctrl_c_and_log_lines_leave_nothing_of_a_bar_behind() {
        use indicatif::TermLike as _;
        let (terminal, progress) = still(40);
        progress.bar("encoded", Unit::Bytes, 1000);
        progress.bar("uploaded", Unit::Bytes, 1000);
        progress.look_after(1);
        // As a terminal echoes it.
        terminal.write_str("^C").unwrap();
        progress.look_after(1);
        assert_eq!(terminal.contents().lines().count(), 2);
        assert!(
            !terminal.contents().contains("^C"),
            "{}",
            terminal.contents()
        );
        let shown = progress.board.as_ref().unwrap().shown();
        let Voice::Bars { screen, .. } = &shown.voice else {
            unreachable!("these are bars");
        };
        screen.suspend(|| terminal.write_line("a line").unwrap());
        // The line stands where the bars began, and they are below it.
        let shown = terminal.contents();
        let lines: Vec<_> = shown
            .lines()
            .map(|line| &line[..line.len().min(8)])
            .collect();
        assert_eq!(lines, ["a line", "encoded ", "uploaded"], "{shown}");
    }

    #[test]
    fn what_is_dropped_is_gone() {
        let (terminal, progress) = still(80);
        progress.bar("encoded", Unit::Bytes, 1000);
        progress.look_after(1);
        assert_ne!(terminal.contents(), "");
        drop(progress);
        assert_eq!(terminal.contents(), "");
    }
}
