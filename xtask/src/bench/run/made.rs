//! Several turns of a contest, merged: medians, and ratios between those who ran in the same turn.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::contest::{Contest, Contestant};
use crate::bench::encode::spread;
use crate::bench::stopwatch::Took;

/// A file as somebody made it.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub rows: u64,
    pub file_bytes: u64,
    pub took: Took,
}

/// Everybody's file, by name, in the order of the contest.
pub type Turn = Vec<(String, File)>;

/// One contestant over all turns.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub contest: &'static str,
    /// What is made, in a few words.
    pub what: &'static str,
    pub name: String,
    pub figures: Option<Figures>,
    /// Why there are none.
    pub absent: Option<&'static str>,
    /// Rows a second that are wanted, or how many times as fast as this one ours is to be.
    pub wanted: Wanted,
}

/// What the project holds itself to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wanted {
    Nothing,
    RowsPerSecond(f64),
    /// Of this one's rows a second.
    Times(f64),
    /// Of the memory of the first: within so much of it.
    MemoryWithin(f64),
}

/// More rows take no more memory, by more than this share.
const MEMORY_WITHIN: f64 = 0.1;

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    pub turns: usize,
    pub rows: u64,
    pub file_bytes: u64,
    /// By the clock: median, least and most of the turns.
    pub rows_per_s: f64,
    pub least: f64,
    pub most: f64,
    /// Seconds of a core for a million rows: the median.
    pub cpu_s: f64,
    /// The most of all turns.
    pub peak_bytes: u64,
    /// How many times as fast ours is, and how many times as much memory it takes than ours: the
    /// medians of the turns' ratios.
    pub ours_is: Option<f64>,
    pub memory_of_ours: Option<f64>,
}

impl Made {
    /// Whether what is wanted is reached, where anything is and it could be measured.
    pub fn reached(&self) -> Option<bool> {
        let figures = self.figures.as_ref()?;
        match self.wanted {
            Wanted::Nothing => None,
            Wanted::RowsPerSecond(least) => Some(figures.rows_per_s >= least),
            Wanted::Times(least) => Some(figures.ours_is? >= least),
            Wanted::MemoryWithin(share) => Some((figures.memory_of_ours? - 1.0).abs() <= share),
        }
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let mut line = json!({ "bench": "run", "group": self.contest, "name": self.name });
        match &self.figures {
            None => line["not_run"] = self.absent.into(),
            Some(figures) => {
                line["turns"] = figures.turns.into();
                line["rows"] = figures.rows.into();
                line["file_bytes"] = figures.file_bytes.into();
                line["rows_per_s"] = figures.rows_per_s.into();
                line["rows_per_s_lowest"] = figures.least.into();
                line["rows_per_s_highest"] = figures.most.into();
                line["cpu_s_per_million_rows"] = figures.cpu_s.into();
                line["peak_bytes"] = figures.peak_bytes.into();
                line["ratio"] = figures.ours_is.into();
                line["memory_ratio"] = figures.memory_of_ours.into();
                line["reached"] = self.reached().into();
            }
        }
        line
    }
}

/// One entry for each contestant, in the order of the contest; those who were not there say why.
pub fn merge(contest: &'static Contest, turns: &[Turn]) -> Result<Vec<Made>> {
    let first = turns.first().context("nothing was measured")?;
    let (ours, _) = first.first().context("nobody took part")?;
    let mut all = Vec::new();
    for contestant in contest.contestants {
        let name = contestant.name();
        let made = |figures, absent, wanted| Made {
            contest: contest.name,
            what: contest.what,
            name: name.clone(),
            figures,
            absent,
            wanted,
        };
        if first.iter().any(|(known, _)| *known == name) {
            let figures = figures(turns, ours, &name)?;
            all.push(made(Some(figures), None, wanted(contest, contestant)));
        } else if let Some((absent, why)) = contest.absent()
            && absent == *contestant
        {
            all.push(made(None, Some(why), Wanted::Nothing));
        }
    }
    Ok(all)
}

fn wanted(contest: &Contest, of: &Contestant) -> Wanted {
    match (of, of.wanted_ratio(), contest.wanted) {
        (Contestant::Ours { times }, ..) if *times > 1 => Wanted::MemoryWithin(MEMORY_WITHIN),
        (_, Some(times), _) => Wanted::Times(times),
        (_, _, Some(least)) if of.is_ours() => Wanted::RowsPerSecond(least),
        _ => Wanted::Nothing,
    }
}

fn figures(turns: &[Turn], ours: &str, name: &str) -> Result<Figures> {
    let (theirs, our_files) = (of_all(turns, name)?, of_all(turns, ours)?);
    let first = theirs.first().context("nothing was measured")?;
    ensure!(
        theirs.iter().all(|file| file.rows > 0),
        "{name} made no rows"
    );
    let rate = |file: &&File| file.rows as f64 / file.took.seconds;
    let memory = |file: &&File| file.took.peak_bytes as f64;
    let median = |values: Vec<f64>| spread(values)[1];
    let by_turn = |of: &dyn Fn(&File, &File) -> f64| {
        let pairs = our_files.iter().zip(&theirs);
        (name != ours).then(|| median(pairs.map(|(ours, theirs)| of(ours, theirs)).collect()))
    };
    let [least, rows_per_s, most] = spread(theirs.iter().map(rate).collect());
    let cpu_s = theirs
        .iter()
        .map(|file| file.took.cpu_s / file.rows as f64 * 1e6);
    Ok(Figures {
        turns: theirs.len(),
        rows: first.rows,
        file_bytes: first.file_bytes,
        rows_per_s,
        least,
        most,
        cpu_s: median(cpu_s.collect()),
        peak_bytes: theirs
            .iter()
            .map(|file| file.took.peak_bytes)
            .max()
            .unwrap_or(0),
        ours_is: by_turn(&|ours, theirs| rate(&ours) / rate(&theirs)),
        memory_of_ours: by_turn(&|ours, theirs| memory(&theirs) / memory(&ours)),
    })
}

/// The file of each turn.
fn of_all<'a>(turns: &'a [Turn], name: &str) -> Result<Vec<&'a File>> {
    let find = |turn: &'a Turn| {
        let found = turn.iter().find(|(known, _)| known == name);
        found
            .map(|(_, file)| file)
            .with_context(|| format!("a turn has not measured `{name}`"))
    };
    turns.iter().map(find).collect()
}

#[cfg(test)]
pub mod tests {
    use super::super::contest::CONTESTS;
    use super::*;

    fn file(rows: u64, seconds: f64, peak_bytes: u64) -> File {
        File {
            rows,
            file_bytes: rows * 100,
            took: Took {
                seconds,
                cpu_s: seconds * 2.0,
                peak_bytes,
            },
        }
    }

    /// Two turns, of which the machine is three times as slow in the second, for all.
    pub fn merged(contest: usize) -> Vec<Made> {
        let contest = &CONTESTS[contest];
        let turn = |slow: f64| {
            let contestants = contest.contestants.iter().enumerate();
            let there = contestants.filter(|(_, of)| **of != Contestant::Fakelake);
            let files = there.map(|(at, of)| {
                let seconds = slow * (1.0 + 3.0 * at as f64);
                (
                    of.name(),
                    file(2_000_000, seconds, 100_000_000 + 8_000_000 * at as u64),
                )
            });
            files.collect::<Turn>()
        };
        merge(contest, &[turn(1.0), turn(3.0), turn(1.0)]).unwrap()
    }

    #[test]
    fn ratios_are_those_of_the_same_turn() {
        let all = merged(0);
        let [ours, theirs] = [0, 1].map(|at| all[at].figures.clone().unwrap());
        assert_eq!(
            (ours.rows_per_s, ours.cpu_s, ours.ours_is),
            (2e6, 1.0, None)
        );
        assert_eq!(
            (theirs.ours_is, theirs.memory_of_ours),
            (Some(4.0), Some(1.08))
        );
        assert_eq!(ours.least, 2e6 / 3.0);
        assert_eq!([&all[0], &all[1]].map(Made::reached), [Some(true); 2]);
    }

    #[test]
    fn what_is_wanted_can_be_missed() {
        let mut all = merged(3);
        assert_eq!(all[1].wanted, Wanted::MemoryWithin(0.1));
        assert_eq!(all[1].reached(), Some(true));
        all[1].figures.as_mut().unwrap().memory_of_ours = Some(1.11);
        assert_eq!(all[1].reached(), Some(false));
        all[1].wanted = Wanted::Times(4.1);
        assert_eq!(all[1].reached(), Some(false));
    }

    #[test]
    fn who_was_not_there_says_so() {
        let all = merged(1);
        assert_eq!(
            (all.len(), all[1].figures.is_none(), all[1].reached()),
            (2, true, None)
        );
        let line = all[1].json();
        assert!(
            line["not_run"]
                .as_str()
                .unwrap()
                .starts_with("not run here"),
            "{line}"
        );
        assert_eq!(line.get("rows_per_s"), None);
    }
}
