//! What came of all schedules, as a table.

use std::collections::BTreeMap;
use std::fmt;

use crate::carry_out::{Said, Told};
use crate::judge::Verdict;
use crate::schedule::{Schedule, Way};

pub struct Tally {
    seed: u64,
    schedules: u64,
    faults: u64,
    in_doubt: usize,
    violations: u64,
    said: BTreeMap<(&'static str, Said), u64>,
}

impl Tally {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            schedules: 0,
            faults: 0,
            in_doubt: 0,
            violations: 0,
            said: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, schedule: &Schedule, told: &Told, verdict: &Verdict) {
        self.schedules += 1;
        self.faults += told.faults;
        self.in_doubt += verdict.in_doubt;
        *self.said.entry((way(schedule), told.said)).or_insert(0) += 1;
        if !verdict.violations.is_empty() {
            self.violations += 1;
            let (seed, number) = (self.seed, schedule.number);
            eprintln!("violation in schedule {number} (--seed {seed} --only {number}):");
            for violation in &verdict.violations {
                eprintln!("    {violation}");
            }
            let error = told.error.as_deref().unwrap_or("without an error");
            eprintln!("    {schedule:?}\n    {}: {error}", told.said.name());
        }
    }

    pub fn violations(&self) -> u64 {
        self.violations
    }

    fn of(&self, way: Option<&str>, said: Said) -> u64 {
        let these = self
            .said
            .iter()
            .filter(|((of, what), _)| *what == said && way.is_none_or(|way| way == *of));
        these.map(|(_, count)| count).sum()
    }
}

/// The rows of the table.
const WAYS: [&str; 8] = [
    "stream, one PUT",
    "stream, parts",
    "file, one PUT",
    "file, parts",
    "file, gone on with",
    "batch, stopped",
    "aborted",
    "caller gives up",
];

fn way(schedule: &Schedule) -> &'static str {
    let put = (schedule.len as u64) < schedule.put_below;
    match schedule.way {
        Way::Stream if put => WAYS[0],
        Way::Stream => WAYS[1],
        Way::File if put => WAYS[2],
        Way::File => WAYS[3],
        Way::Resumed => WAYS[4],
        Way::Stopped(..) => WAYS[5],
        Way::Aborted => WAYS[6],
        Way::Cancelled(_) => WAYS[7],
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:18}", "")?;
        for said in Said::ALL {
            write!(f, "{:>15}", said.name())?;
        }
        writeln!(f)?;
        for way in WAYS {
            write!(f, "{way:18}")?;
            for said in Said::ALL {
                write!(f, "{:>15}", self.of(Some(way), said))?;
            }
            writeln!(f)?;
        }
        writeln!(
            f,
            "{} faults; {} uploads left open whose creation was never answered, all reported",
            self.faults, self.in_doubt
        )?;
        write!(f, "seed {}: {} schedules", self.seed, self.schedules)?;
        for said in Said::ALL {
            write!(f, ", {} {}", self.of(None, said), said.name())?;
        }
        writeln!(f, "; {} violations", self.violations)
    }
}
