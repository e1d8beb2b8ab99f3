//! Several turns of a contest, merged: medians, and ratios between those who ran in the same turn.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::contest::{Contest, Entry};
use super::target::Verdict;
use crate::bench::encode::spread;
use crate::bench::stopwatch::Took;

/// One upload.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    pub bytes: u64,
    /// As the server counted them.
    pub requests: u64,
    pub took: Took,
}

/// Everybody's upload, by name, in the order of the contest.
pub type Turn = Vec<(String, Transfer)>;

/// One client over all turns.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    pub contest: &'static str,
    /// What is uploaded, in a few words.
    pub what: &'static str,
    pub name: String,
    pub figures: Figures,
    /// What is wanted of it, and whether it is reached.
    pub verdicts: Vec<Verdict>,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    pub turns: usize,
    pub bytes: u64,
    /// By the clock: median, least and most of the turns.
    pub seconds: f64,
    pub least: f64,
    pub most: f64,
    /// Of the client: the median.
    pub cpu_s_per_gib: f64,
    /// The most of all turns.
    pub peak_bytes: u64,
    /// The median.
    pub requests: u64,
    /// How many times as fast the first of the contest is, where that is somebody else.
    pub ours_is: Option<f64>,
    /// How many times as long the fastest peer takes, where there are peers.
    pub peers_take: Option<f64>,
    /// Beside the first of the contest, where that is somebody else.
    pub of_first: Option<OfFirst>,
}

/// How many times what the first has. Time and requests are medians of the turns' ratios; memory is
/// the most of all turns beside the most of all turns, as the table shows it: a short stream does not
/// have all its parts under way in each turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OfFirst {
    pub seconds: f64,
    pub peak: f64,
    pub requests: f64,
}

impl Sent {
    /// For machines.
    pub fn json(&self) -> Value {
        let figures = &self.figures;
        let verdicts = self.verdicts.iter();
        let wanted = verdicts.map(|one| json!({ "wanted": one.text, "reached": one.reached }));
        json!({
            "bench": "upload",
            "group": self.contest,
            "what": self.what,
            "name": self.name,
            "turns": figures.turns,
            "bytes": figures.bytes,
            "seconds": figures.seconds,
            "seconds_lowest": figures.least,
            "seconds_highest": figures.most,
            "cpu_s_per_gib": figures.cpu_s_per_gib,
            "peak_bytes": figures.peak_bytes,
            "requests": figures.requests,
            "ratio": figures.ours_is,
            "fastest_peer_ratio": figures.peers_take,
            "targets": wanted.collect::<Vec<_>>(),
        })
    }
}

/// One entry for each client that took part, in the order of the contest.
pub fn merge(contest: &'static Contest, turns: &[Turn]) -> Result<Vec<Sent>> {
    let (first, _) = turns
        .first()
        .and_then(|turn| turn.first())
        .context("nothing was measured")?;
    let is_there = |entry: &&Entry| {
        let name = entry.name();
        turns.iter().all(|turn| find(turn, &name).is_some())
    };
    let entries = contest.entries.iter().filter(is_there);
    entries
        .map(|entry| {
            let name = entry.name();
            let figures = figures(contest, turns, first, &name)?;
            let targets = entry.targets.iter();
            Ok(Sent {
                contest: contest.name,
                what: contest.what,
                verdicts: targets
                    .filter_map(|target| target.judge(&figures))
                    .collect(),
                name,
                figures,
            })
        })
        .collect()
}

fn figures(contest: &Contest, turns: &[Turn], first: &str, name: &str) -> Result<Figures> {
    let all: Vec<_> = turns.iter().filter_map(|turn| find(turn, name)).collect();
    let bytes = all.first().context("nothing was measured")?.bytes;
    let median = |values: Vec<f64>| spread(values)[1];
    let [least, seconds, most] = spread(all.iter().map(|one| one.took.seconds).collect());
    let gib = bytes as f64 / (1_u64 << 30) as f64;
    // Ratios within a turn: what the machine does besides, all of a turn meet.
    let by_turn = |of: &dyn Fn(&Turn, &Transfer) -> Option<f64>| {
        let ratios = turns.iter().map(|turn| of(turn, find(turn, name)?));
        ratios.collect::<Option<Vec<_>>>().map(median)
    };
    let of_first = |of: &dyn Fn(&Transfer) -> f64| {
        by_turn(&|turn, this| Some(of(this) / of(find(turn, first)?))).filter(|_| name != first)
    };
    let fastest_peer = |turn: &Turn| {
        let peers = contest.entries.iter();
        let peers = peers.filter(|entry| !entry.client.is_ours());
        let seconds = peers.filter_map(|peer| Some(find(turn, &peer.name())?.took.seconds));
        seconds.min_by(f64::total_cmp)
    };
    Ok(Figures {
        turns: all.len(),
        bytes,
        seconds,
        least,
        most,
        cpu_s_per_gib: median(all.iter().map(|one| one.took.cpu_s / gib).collect()),
        peak_bytes: peak(turns, name).unwrap_or(0),
        requests: median(all.iter().map(|one| one.requests as f64).collect()) as u64,
        ours_is: of_first(&|one| one.took.seconds),
        peers_take: by_turn(&|turn, this| Some(fastest_peer(turn)? / this.took.seconds)),
        of_first: of_first(&|one| one.took.seconds)
            .zip(of_first(&|one| one.requests as f64))
            .zip(peak(turns, name).zip(peak(turns, first)))
            .map(|((seconds, requests), (ours, of_first))| OfFirst {
                seconds,
                peak: ours as f64 / of_first as f64,
                requests,
            }),
    })
}

/// The most memory in any turn, in bytes.
fn peak(turns: &[Turn], name: &str) -> Option<u64> {
    let peaks = turns.iter().filter_map(|turn| find(turn, name));
    peaks.map(|one| one.took.peak_bytes).max()
}

fn find<'a>(turn: &'a Turn, name: &str) -> Option<&'a Transfer> {
    let found = turn.iter().find(|(known, _)| known == name);
    found.map(|(_, transfer)| transfer)
}

#[cfg(test)]
pub mod tests {
    use super::super::contest::CONTESTS;
    use super::*;

    /// Turns in which the machine is three times as slow in the second, for all; each client
    /// takes a second more than the one before it.
    pub fn merged(contest: usize, peers: bool) -> Vec<Sent> {
        let contest = &CONTESTS[contest];
        let turn = |slow: f64| {
            let entries = contest.entries.iter().enumerate();
            let there = entries.filter(|(_, entry)| peers || entry.client.is_ours());
            let transfer = |(at, entry): (usize, &Entry)| {
                let transfer = Transfer {
                    bytes: entry.bytes,
                    requests: 130 + 10 * at as u64,
                    took: Took {
                        seconds: slow * (1.0 + at as f64),
                        cpu_s: slow,
                        peak_bytes: 50_000_000 + 4_000_000 * at as u64,
                    },
                };
                (entry.name(), transfer)
            };
            there.map(transfer).collect::<Turn>()
        };
        merge(contest, &[turn(1.0), turn(3.0), turn(1.0)]).unwrap()
    }

    #[test]
    fn ratios_are_those_of_the_same_turn() {
        let all = merged(0, true);
        let [ours, second, peer] = [0, 1, 2].map(|at| all[at].figures.clone());
        assert_eq!((ours.seconds, ours.least, ours.most), (1.0, 1.0, 3.0));
        assert_eq!((ours.ours_is, ours.of_first), (None, None));
        assert_eq!((ours.peers_take, second.peers_take), (Some(3.0), Some(1.5)));
        assert_eq!(peer.ours_is, Some(3.0));
        let verdicts = all[0].verdicts.iter().map(|one| one.reached);
        assert_eq!(verdicts.collect::<Vec<_>>(), [true; 3]);
        assert_eq!(all[2].verdicts, []);
    }

    #[test]
    fn memory_is_the_most_of_all_turns() {
        let transfer = |peak_bytes| Transfer {
            bytes: 1,
            requests: 1,
            took: Took {
                seconds: 1.0,
                cpu_s: 1.0,
                peak_bytes,
            },
        };
        let contest = CONTESTS.iter().find(|contest| contest.name == "memory");
        let contest = contest.unwrap();
        let turn = |peaks: [u64; 3]| {
            let names = contest.entries.iter().map(Entry::name);
            names.zip(peaks.map(transfer)).collect::<Turn>()
        };
        // The shortest was cut short of its most in the first turn.
        let mb = |peaks: [u64; 3]| turn(peaks.map(|peak| peak * 1_000_000));
        let all = merge(contest, &[mb([40, 55, 58]), mb([56, 56, 63])]).unwrap();
        let peaks: Vec<_> = all.iter().map(|one| one.figures.peak_bytes).collect();
        assert_eq!(peaks, [56_000_000, 56_000_000, 63_000_000]);
        let verdicts = all.iter().flat_map(|one| &one.verdicts);
        let told: Vec<_> = verdicts
            .map(|one| (one.text.as_str(), one.reached))
            .collect();
        assert_eq!(
            told,
            [
                ("at most 66 MB: 56", true),
                ("memory within 10 %: +0.0 %", true),
                ("at most 66 MB: 63", true),
                ("memory within 10 %: +12.5 %", false),
            ]
        );
    }

    #[test]
    fn who_was_not_asked_is_not_there() {
        let all = merged(0, false);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].figures.peers_take, None);
        assert_eq!(all[0].verdicts.len(), 2);
    }

    #[test]
    fn a_line_for_machines_holds_the_targets() {
        let line = merged(3, false)[2].json();
        assert_eq!(line["group"], "failures");
        assert_eq!(line["targets"][1]["reached"], true);
        assert_eq!(
            line["targets"][0]["wanted"],
            "at most 30 % slower: +200.0 %"
        );
    }
}
