//! The measurements of a bench as one table.

use super::measurement::Measurement;
use crate::columns::aligned;

const TITLES: [&str; 8] = [
    "rows/s", "slowest", "fastest", "MB/s", "B/row", "wanted", "ours is", "name",
];

/// Between a name and those of the columns that were made beside it.
const BESIDE: &str = ", with ";

/// Characters of a line, so that it fits a terminal that is not wide.
const WIDTH: usize = 80;

/// Rows a second that the project holds itself to, by group and name; `*` is any name.
const WANTED: &[(&str, &str, f64)] = &[
    ("tables", "people", 2.5e6),
    ("tables", "lineitem", 4e6),
    ("fixed", "*", 50e6),
    ("pools", "*", 40e6),
];

/// How many times as fast as `fake` alone the generator is to be.
const WANTED_RATIO: f64 = 6.0;

/// A part for each group, in the order in which they come.
pub fn of(measurements: &[Measurement]) -> String {
    let mut rows = vec![TITLES.map(str::to_owned)];
    rows.extend(measurements.iter().map(cells));
    let mut aligned = aligned(&rows).into_iter();
    let mut lines: Vec<_> = aligned.next().into_iter().collect();
    let mut group = "";
    for (line, measurement) in aligned.zip(measurements) {
        if measurement.group != group {
            group = &measurement.group;
            lines.push(String::new());
            lines.push(group.to_owned());
        }
        lines.push(folded(line));
    }
    lines.join("\n")
}

/// What stands beside a name goes to a line of its own where it would leave the terminal.
fn folded(line: String) -> String {
    match line.split_once(BESIDE) {
        Some((name, beside)) if line.chars().count() > WIDTH => {
            let beside = format!("with {beside}");
            format!("{name},\n{beside:>WIDTH$}")
        }
        _ => line,
    }
}

fn cells(of: &Measurement) -> [String; 8] {
    let names = if of.beside.is_empty() {
        of.name.clone()
    } else {
        format!("{}{BESIDE}{}", of.name, of.beside.join(" and "))
    };
    let wanted = match of.ratio {
        Some(ratio) if of.group == "naive" => verdict(ratio >= WANTED_RATIO, "6 x"),
        _ => wanted(of).map_or(String::new(), |least| {
            verdict(of.rows_per_s >= least, &rate(least))
        }),
    };
    [
        rate(of.rows_per_s),
        rate(of.lowest),
        rate(of.highest),
        format!("{:.0}", of.rows_per_s * of.bytes_per_row / 1e6),
        format!("{:.1}", of.bytes_per_row),
        wanted,
        of.ratio
            .map_or(String::new(), |ratio| format!("{ratio:.1} x")),
        names,
    ]
}

/// What is wanted of it.
fn wanted(of: &Measurement) -> Option<f64> {
    let fits = |(group, name, _): &&(&str, &str, f64)| {
        *group == of.group && (*name == "*" || *name == of.name)
    };
    WANTED.iter().find(fits).map(|(_, _, least)| *least)
}

fn verdict(reached: bool, least: &str) -> String {
    if reached {
        format!("{least} ok")
    } else {
        format!("{least} MISSED")
    }
}

/// A number of rows a second in three digits: `2.61 M`.
pub fn rate(rows_per_s: f64) -> String {
    let (value, unit) = if rows_per_s >= 999_500.0 {
        (rows_per_s / 1e6, "M")
    } else {
        (rows_per_s / 1e3, "k")
    };
    let digits = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{value:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::super::measurement::line;
    use super::*;

    #[test]
    fn groups_stand_apart_and_targets_are_judged() {
        let lines = [
            line("tables", "people", 2_600_000),
            line("fixed", "int8", 40_000_000),
            line("naive", "fake", 400_000),
            line("kinds", "email", 123_456),
        ];
        let mut all = Measurement::all(&lines.join("\n")).unwrap();
        all[2] = all[2].clone().beside_ours(&all[0]);
        for (i, one) in all.iter_mut().enumerate() {
            one.beside.truncate(i / 2);
        }
        let expected = [
            "rows/s  slowest  fastest  MB/s  B/row         wanted  ours is  name",
            "",
            "tables",
            "2.60 M   1.30 M   5.20 M    27   10.5      2.50 M ok           people",
            "",
            "fixed",
            "40.0 M   20.0 M   80.0 M   420   10.5  50.0 M MISSED           int8",
            "",
            "naive",
            " 400 k    200 k    800 k     4   10.5         6 x ok    6.5 x  fake, with a",
            "",
            "kinds",
            " 123 k   61.7 k    247 k     1   10.5                          email, with a",
        ];
        assert_eq!(of(&all).lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_line_that_is_too_long_is_folded() {
        let mut all = Measurement::all(&line("kinds", "template", 7_300_000)).unwrap();
        all[0].beside = ["first_name", "last_name", "domain", "person_name"]
            .map(Into::into)
            .into();
        let table = of(&all);
        let lines: Vec<_> = table.lines().rev().take(2).collect();
        assert_eq!(
            lines[0],
            "                        with first_name and last_name and domain and person_name"
        );
        assert_eq!(lines[0].len(), WIDTH);
        assert!(lines[1].ends_with("  template,"), "{table}");
    }

    #[test]
    fn a_rate_has_three_digits() {
        let rates = [0.0, 1.0, 999_400.0, 999_500.0, 12_345_678.0, 1.23e8].map(rate);
        assert_eq!(
            rates,
            ["0.00 k", "0.00 k", "999 k", "1.00 M", "12.3 M", "123 M"]
        );
    }
}
