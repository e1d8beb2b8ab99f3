//! The figures as one table, a part for each contest.

use super::made::{Made, Wanted};
use crate::bench::table::rate;
use crate::columns::aligned;

const TITLES: [&str; 9] = [
    "rows/s", "least", "most", "CPU-s/M", "peak MB", "MB", "ours is", "wanted", "name",
];

/// A part for each contest, in the order in which they come.
pub fn of(all: &[Made]) -> String {
    let mut rows = vec![TITLES.map(str::to_owned)];
    rows.extend(all.iter().filter_map(cells));
    let mut aligned = aligned(&rows).into_iter();
    let mut lines: Vec<_> = aligned.next().into_iter().collect();
    let mut contest = "";
    for made in all {
        if made.contest != contest {
            contest = made.contest;
            lines.push(String::new());
            lines.push(format!("{contest}: {}", made.what));
        }
        match made.absent {
            Some(why) => lines.push(format!("  {}: {why}", made.name)),
            None => lines.extend(aligned.next()),
        }
    }
    lines.join("\n")
}

/// Nothing of whom was not there.
fn cells(of: &Made) -> Option<[String; 9]> {
    let figures = of.figures.as_ref()?;
    let wanted = match of.wanted {
        Wanted::Nothing => String::new(),
        Wanted::RowsPerSecond(least) => rate(least),
        Wanted::Times(least) => format!("{least:.0} x"),
        Wanted::MemoryWithin(share) => format!("{:.0} %", share * 100.0),
    };
    let verdict = match of.reached() {
        None => "",
        Some(true) => " ok",
        Some(false) => " MISSED",
    };
    // Beside itself the program is compared by memory alone.
    let ours_is = match (of.wanted, figures.ours_is, figures.memory_of_ours) {
        (Wanted::MemoryWithin(_), _, Some(ratio)) => format!("{:+.1} %", (ratio - 1.0) * 100.0),
        (_, Some(ratio), _) => format!("{ratio:.2} x"),
        _ => String::new(),
    };
    Some([
        rate(figures.rows_per_s),
        rate(figures.least),
        rate(figures.most),
        format!("{:.3}", figures.cpu_s),
        format!("{:.0}", figures.peak_bytes as f64 / 1e6),
        format!("{:.0}", figures.file_bytes as f64 / 1e6),
        ours_is,
        wanted + verdict,
        of.name.clone(),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::made::tests::merged;
    use super::*;

    #[test]
    fn contests_stand_apart_and_targets_are_judged() {
        let all: Vec<_> = [0, 1, 3].into_iter().flat_map(merged).collect();
        let expected = [
            "rows/s  least    most  CPU-s/M  peak MB   MB  ours is         wanted  name",
            "",
            "people: 15 columns",
            "2.00 M  667 k  2.00 M    1.000      100  200               1.50 M ok  pipeline-cli",
            " 500 k  167 k   500 k    4.000      108  200   4.00 x         3 x ok  DuckDB",
            "",
            "six: id, first name, last name, e-mail, code, age",
            "2.00 M  667 k  2.00 M    1.000      100  200           3.80 M MISSED  pipeline-cli",
            "  Fakelake: not run here (see --fakelake); 1.7 made 1.9 M rows/s elsewhere",
            "",
            "memory: people, and twenty times as many",
            "2.00 M  667 k  2.00 M    1.000      100  200                          pipeline-cli",
            " 500 k  167 k   500 k    4.000      108  200   +8.0 %        10 % ok  20 times the rows",
        ];
        assert_eq!(of(&all).lines().collect::<Vec<_>>(), expected);
    }
}
