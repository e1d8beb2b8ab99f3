//! What is made by whom, and what is wanted of it.

use std::path::Path;

/// Threads of everybody.
pub const THREADS: u64 = 2;

/// The spec of six columns, and the file in which it lies in the folder of the bench.
pub const SIX: &str = include_str!("six.toml");
pub const SIX_FILE: &str = "six.toml";

/// The same rows, or rows of the same columns, by several.
pub struct Contest {
    pub name: &'static str,
    /// In a few words, for people.
    pub what: &'static str,
    /// The spec of ours.
    pub spec: &'static str,
    /// Whether the number of rows is ours to choose.
    pub chooses_rows: bool,
    rows: u64,
    /// Ours first.
    pub contestants: &'static [Contestant],
    /// Rows a second that the project holds itself to.
    pub wanted: Option<f64>,
}

/// Somebody who makes a file.
#[derive(Debug, PartialEq)]
pub enum Contestant {
    /// The program, with so many times the rows of the contest.
    Ours { times: u64 },
    /// By SQL.
    DuckDb,
    /// The rows of TPC-H itself.
    Tpchgen,
    /// Where somebody has installed it.
    Fakelake,
}

const OURS: Contestant = Contestant::Ours { times: 1 };

/// All there are.
pub const CONTESTS: &[Contest] = &[
    Contest {
        name: "people",
        what: "15 columns",
        spec: "people",
        chooses_rows: true,
        rows: 3_000_000,
        contestants: &[OURS, Contestant::DuckDb],
        wanted: Some(1.5e6),
    },
    Contest {
        name: "six",
        what: "id, first name, last name, e-mail, code, age",
        spec: SIX_FILE,
        chooses_rows: true,
        rows: 10_000_000,
        contestants: &[OURS, Contestant::Fakelake],
        wanted: Some(3.8e6),
    },
    Contest {
        name: "lineitem",
        what: "16 columns, the rows of TPC-H at scale factor 1",
        spec: "lineitem",
        chooses_rows: false,
        rows: 6_000_000,
        contestants: &[OURS, Contestant::Tpchgen],
        wanted: None,
    },
    Contest {
        name: "memory",
        what: "people, and twenty times as many",
        spec: "people",
        chooses_rows: true,
        rows: 1_000_000,
        contestants: &[OURS, Contestant::Ours { times: 20 }],
        wanted: None,
    },
];

/// The names of the contests, as they are asked for.
pub fn names() -> Vec<&'static str> {
    CONTESTS.iter().map(|contest| contest.name).collect()
}

impl Contest {
    /// Rows that a contestant is to make.
    pub fn rows(&self, of: &Contestant, quick: bool) -> u64 {
        match of {
            // What memory comes to shows after many row groups.
            Contestant::Ours { times } if *times > 1 => self.rows * times,
            _ if quick && self.name != "memory" => self.rows / 5,
            _ => self.rows,
        }
    }

    /// Who would be there if he were installed, and what was seen of him elsewhere.
    pub fn absent(&self) -> Option<(Contestant, &'static str)> {
        let fakelake = self.contestants.contains(&Contestant::Fakelake);
        fakelake.then_some((
            Contestant::Fakelake,
            "not run here (see --fakelake); 1.7 made 1.9 M rows/s elsewhere",
        ))
    }
}

impl Contestant {
    /// For people.
    pub fn name(&self) -> String {
        match self {
            Self::Ours { times: 1 } => "pipeline-cli".to_owned(),
            Self::Ours { times } => format!("{times} times the rows"),
            Self::DuckDb => "DuckDB".to_owned(),
            Self::Tpchgen => "tpchgen-cli".to_owned(),
            Self::Fakelake => "Fakelake".to_owned(),
        }
    }

    /// Whether it is ours.
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Ours { .. })
    }

    /// How many times as fast as this one ours is to be.
    pub fn wanted_ratio(&self) -> Option<f64> {
        match self {
            Self::Ours { .. } => None,
            Self::DuckDb => Some(3.0),
            Self::Tpchgen => Some(1.0),
            Self::Fakelake => Some(2.0),
        }
    }

    /// The name of its file; who can't be told otherwise names it himself.
    pub fn file(&self) -> &'static str {
        match self {
            Self::Tpchgen => "lineitem.parquet",
            _ => "file.parquet",
        }
    }
}

/// The six columns in Fakelake's words. It ends the name of its file itself.
pub fn fakelake_config(file: &Path, rows: &str) -> String {
    let name = file.with_extension("");
    let columns = [
        ("id", "Increment.integer", ""),
        ("first_name", "Person.fname", ""),
        ("last_name", "Person.lname", ""),
        ("email", "Person.email", ""),
        ("code", "Random.String.alphanumeric", "    length: 10\n"),
        ("age", "Random.Number.i32", "    min: 18\n    max: 80\n"),
    ];
    let columns = columns.map(|(name, provider, options)| {
        format!("  - name: {name}\n    provider: {provider}\n{options}")
    });
    format!(
        "columns:\n{}info:\n  output_name: {}\n  output_format: parquet\n  rows: {rows}\n",
        columns.concat(),
        name.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_is_the_first_of_every_contest() {
        for contest in CONTESTS {
            assert_eq!(contest.contestants[0], OURS, "{}", contest.name);
        }
    }

    #[test]
    fn a_quick_run_has_fewer_rows_where_they_say_enough() {
        let rows = |at: usize, quick| {
            let contest: &Contest = &CONTESTS[at];
            contest
                .contestants
                .iter()
                .map(|of| contest.rows(of, quick))
                .collect::<Vec<_>>()
        };
        assert_eq!(rows(0, false), [3_000_000, 3_000_000]);
        assert_eq!(rows(0, true), [600_000, 600_000]);
        assert_eq!(rows(3, true), [1_000_000, 20_000_000]);
    }
}
