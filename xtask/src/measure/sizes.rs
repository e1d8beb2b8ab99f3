//! `measure --sizes`: whether files and row groups have the sizes that were asked for.
//!
//! Of the row groups of a file, all but the last, 95 in a hundred must be within 5 % of the block
//! size; a file within 2 % of its size. Groups that end at a limit (rows, Arrow data) are held against
//! the size that the plan gives them, as `inspect` knows no better.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::figures::Figures;
use super::table::size;
use super::{PROGRAM, RUN_LIMIT, inspect, json_lines, release_program};
use crate::columns::aligned;
use crate::e2e::without_settings;
use crate::process::{self, Interrupt};
use crate::report::say;
use crate::run_folder::RunFolder;
use crate::workspace::Workspace;

const GROUP_WITHIN: f64 = 0.05;
/// What floating point makes of a size that is just within.
const ROUNDING: f64 = 1e-9;
const GROUPS_WITHIN: f64 = 0.95;
const FILE_WITHIN: f64 = 0.02;

const CODECS: [&str; 4] = ["snappy", "zstd", "lz4", "none"];

/// Its rows become five times as long, in steps.
const GROWING: &str = include_str!("growing.toml");
const GROWING_FILE: &str = "growing.toml";

/// What is made in each codec: the spec, how much of it, the size of the file that this asks for, and
/// the size of its blocks.
const CASES: &[(&str, [&str; 2], Option<u64>, &str)] = &[
    ("people", ["--size", "10MB"], Some(10_000_000), "100kB"),
    ("people", ["--size", "10MB"], Some(10_000_000), "1MB"),
    ("people", ["--size", "100MB"], Some(100_000_000), "1MiB"),
    ("people", ["--size", "100MB"], Some(100_000_000), "16MiB"),
    ("people", ["--size", "300MB"], Some(300_000_000), "64MiB"),
    ("people", ["--size", "1GB"], Some(1_000_000_000), "16MiB"),
    ("lineitem", ["--scale", "0.1"], None, "100kB"),
    ("lineitem", ["--scale", "1"], None, "1MiB"),
    ("lineitem", ["--scale", "1"], None, "16MiB"),
    ("lineitem", ["--size", "50MB"], Some(50_000_000), "5MB"),
    ("events", ["--scale", "1"], None, "100kB"),
    ("events", ["--scale", "5"], None, "1MiB"),
    (GROWING_FILE, ["--rows", "2000000"], None, "100kB"),
    (GROWING_FILE, ["--rows", "2000000"], None, "1MiB"),
    (GROWING_FILE, ["--size", "50MB"], Some(50_000_000), "1MiB"),
    (GROWING_FILE, ["--size", "100MB"], Some(100_000_000), "5MB"),
];

/// One file, held against what was asked for.
struct Judged {
    case: String,
    groups: usize,
    within: usize,
    /// Off the wanted size: the smallest and the largest group, and the file.
    groups_off: Option<(f64, f64)>,
    /// The limit at which groups ended, if they did.
    limit: Option<String>,
    wanted_bytes: Option<u64>,
    file_bytes: u64,
}

impl Judged {
    fn file_off(&self) -> Option<f64> {
        let wanted = self.wanted_bytes?;
        Some(self.file_bytes as f64 / wanted as f64 - 1.0)
    }

    fn passes(&self) -> bool {
        let groups = self.within as f64 >= self.groups as f64 * GROUPS_WITHIN;
        let file = self.file_off().is_none_or(|off| off.abs() <= FILE_WITHIN);
        groups && file
    }

    fn json(&self) -> Value {
        json!({
            "case": self.case,
            "groups": self.groups,
            "within": self.within,
            "smallest_off": self.groups_off.map(|off| off.0),
            "largest_off": self.groups_off.map(|off| off.1),
            "ended_at": self.limit,
            "file_bytes": self.file_bytes,
            "file_off": self.file_off(),
            "pass": self.passes(),
        })
    }

    fn cells(&self) -> [String; 7] {
        let percent = |off: f64| format!("{:+.1} %", off * 100.0);
        let or_nothing = |off: Option<f64>| off.map_or("-".to_owned(), percent);
        let limit = self
            .limit
            .as_ref()
            .map(|limit| format!(" (ended at {limit})"));
        [
            if self.passes() { "ok" } else { "MISSED" }.to_owned(),
            format!("{}/{}", self.within, self.groups),
            or_nothing(self.groups_off.map(|off| off.0)),
            or_nothing(self.groups_off.map(|off| off.1)),
            size(self.file_bytes),
            or_nothing(self.file_off()),
            self.case.clone() + &limit.unwrap_or_default(),
        ]
    }
}

/// A file to make.
struct Case {
    name: String,
    args: Vec<String>,
    wanted_bytes: Option<u64>,
}

/// Each case in each codec, as far as its name has all these words.
fn cases(words: &[String]) -> Result<Vec<Case>> {
    let mut all = Vec::new();
    for (spec, amount, wanted_bytes, block) in CASES {
        for codec in CODECS {
            let name = format!("{spec} {} {block} {codec}", amount.join(" "));
            let has = |word: &String| name.split(' ').any(|one| one == word);
            if words.iter().all(has) {
                let options = ["--block-size", block, "--compression", codec];
                let args = [&[*spec], &amount[..], &options].concat();
                all.push(Case {
                    name,
                    args: args.into_iter().map(str::to_owned).collect(),
                    wanted_bytes: *wanted_bytes,
                });
            }
        }
    }
    if all.is_empty() {
        bail!("no case has all of the words {}", words.join(", "));
    }
    Ok(all)
}

/// Makes every case in every codec, and prints a table; of all cases those that have all words of
/// `only`.
///
/// # Errors
///
/// No such case; a file that can't be made; sizes that are not as asked.
pub fn run(
    workspace: &Workspace,
    only: &[String],
    as_json: bool,
    interrupt: &Interrupt,
) -> Result<()> {
    let cases = cases(only)?;
    let program = release_program(workspace, interrupt)?;
    let folder = RunFolder::create(&workspace.own_folder().join("sizes"))?;
    fs::write(folder.path().join(GROWING_FILE), GROWING).context("cannot write a spec")?;
    let mut all = Vec::new();
    for case in cases {
        say(&format!("==> {}", case.name));
        all.push(judge(&program, folder.path(), case, interrupt)?);
    }
    let text = if as_json {
        all.iter().map(|one| format!("{}\n", one.json())).collect()
    } else {
        table(&all) + "\n"
    };
    let printed = io::stdout().lock().write_all(text.as_bytes());
    printed.context("cannot print the table")?;
    let missed = all.iter().filter(|one| !one.passes()).count();
    if missed > 0 {
        bail!(
            "{missed} of {} files have not the sizes that were asked for",
            all.len()
        );
    }
    Ok(())
}

fn judge(program: &Path, folder: &Path, case: Case, interrupt: &Interrupt) -> Result<Judged> {
    let args = &case.args;
    let file = folder.join("sized.parquet");
    let command = |of: &[&str]| {
        let mut command = Command::new(program);
        command.args(of).current_dir(folder);
        without_settings(&mut command);
        command
    };
    let mut planned = command(&["run", "--dry-run", "--json", "--to", "sized.parquet"]);
    let planned = process::capture(PROGRAM, planned.args(args), interrupt, RUN_LIMIT)?;
    let mut made = command(&["run", "-q", "--to", "sized.parquet"]);
    let made = process::capture(PROGRAM, made.args(args), interrupt, RUN_LIMIT)?;
    if !made.status.success() {
        bail!("{} was not made: {}", case.name, made.err.trim());
    }
    let (figures, outcome) = inspect(command(&["inspect", "--json"]).arg(&file), interrupt)?;
    outcome?;
    fs::remove_file(&file).context("cannot remove a file that was judged")?;
    let figures = figures
        .first()
        .context("`inspect` says nothing of a file")?;
    let plan = json_lines(&planned.out)?;
    let limited = plan.iter().find_map(Limited::of);
    Ok(judged(case.name, figures, limited, case.wanted_bytes))
}

/// Groups that a limit ends, as the plan has them.
struct Limited {
    by: String,
    group_bytes: u64,
}

impl Limited {
    /// What a plan in JSON says of its only table.
    fn of(line: &Value) -> Option<Self> {
        let table = &line["plan"];
        Some(Self {
            by: table["limited_by"].as_str()?.replace('_', " "),
            group_bytes: table["group_bytes"].as_u64()?,
        })
    }
}

fn judged(
    case: String,
    figures: &Figures,
    limited: Option<Limited>,
    wanted_bytes: Option<u64>,
) -> Judged {
    let groups = figures.whole_groups();
    let target = limited
        .as_ref()
        .map(|limited| limited.group_bytes)
        .or(figures.target_bytes);
    let target = target.unwrap_or(0).max(1) as f64;
    let off = |size: &u64| *size as f64 / target - 1.0;
    let offs = groups.iter().map(off);
    // A file of one group has none to judge.
    let is_judged = figures.groups.len() > 1;
    let extremes = offs.clone().fold(None, |found: Option<(f64, f64)>, off| {
        let (least, most) = found.unwrap_or((off, off));
        Some((least.min(off), most.max(off)))
    });
    Judged {
        case,
        groups: if is_judged { groups.len() } else { 0 },
        within: offs
            .filter(|off| is_judged && off.abs() <= GROUP_WITHIN + ROUNDING)
            .count(),
        groups_off: extremes.filter(|_| is_judged),
        limit: limited.map(|limited| limited.by),
        wanted_bytes,
        file_bytes: figures.file_bytes,
    }
}

fn table(all: &[Judged]) -> String {
    const TITLES: [&str; 7] = [
        "",
        "within 5 %",
        "smallest",
        "largest",
        "file",
        "off",
        "case",
    ];
    let mut rows = vec![TITLES.map(str::to_owned)];
    rows.extend(all.iter().map(Judged::cells));
    aligned(&rows).join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::figures::inspected;
    use super::*;

    fn of(sizes: &[u64], wanted_bytes: Option<u64>, limited: Option<Limited>) -> Judged {
        let figures = Figures::of(&inspected(sizes, Some(1_000))).unwrap();
        judged("people".to_owned(), &figures, limited, wanted_bytes)
    }

    #[test]
    fn cases_are_chosen_by_words() {
        let chosen = |words: &[&str]| {
            let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
            cases(&words).map(|cases| cases.into_iter().map(|case| case.name).collect::<Vec<_>>())
        };
        assert_eq!(
            chosen(&["people", "none", "64MiB"]).unwrap(),
            ["people --size 300MB 64MiB none"]
        );
        assert_eq!(chosen(&[]).unwrap().len(), CASES.len() * CODECS.len());
        let error = chosen(&["people", "brotli"]).unwrap_err().to_string();
        assert_eq!(error, "no case has all of the words people, brotli");
    }

    #[test]
    fn groups_and_files_are_judged() {
        let limited = Limited {
            by: "rows".to_owned(),
            group_bytes: 500,
        };
        let all = [
            of(&[1_000, 1_050, 960, 7], Some(3_100), None),
            of(&[1_000, 1_051, 960, 7], None, None),
            of(&[1_000, 1_000], Some(2_000), None),
            of(&[500, 510, 3], None, Some(limited)),
            of(&[7], None, None),
        ];
        let expected = [
            "        within 5 %  smallest  largest     file     off  case",
            "    ok         3/3    -4.0 %   +5.0 %  3.12 kB  +0.5 %  people",
            "MISSED         2/3    -4.0 %   +5.1 %  3.12 kB       -  people",
            "MISSED         1/1    +0.0 %   +0.0 %  2.10 kB  +5.0 %  people",
            "    ok         2/2    +0.0 %   +2.0 %  1.11 kB       -  people (ended at rows)",
            "    ok         0/0         -        -    107 B       -  people",
        ];
        assert_eq!(table(&all).lines().collect::<Vec<_>>(), expected);
        assert_eq!(all[1].json()["pass"], false);
    }
}
