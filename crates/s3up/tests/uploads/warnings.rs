//! Warnings of the whole test process, which has one log for all clients: each test looks for those
//! of its own folder.

use std::path::Path;
use std::sync::{Mutex, Once};

static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Warnings;

impl log::Log for Warnings {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= log::Level::Warn
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let text = record.args().to_string();
            TOLD.lock().unwrap().push(text);
        }
    }

    fn flush(&self) {}
}

/// Those that speak of this folder.
pub fn of(folder: &Path) -> Vec<String> {
    let folder = folder.display().to_string();
    let all = TOLD.lock().unwrap();
    let ours = all.iter().filter(|text| text.contains(&folder));
    ours.map(|text| text.replace(&folder, "FOLDER")).collect()
}

/// From now on they are kept.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Warnings).unwrap();
        log::set_max_level(log::LevelFilter::Warn);
    });
}
