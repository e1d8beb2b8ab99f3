//! The bars as a terminal shows them: one line each, columns under one another.

use console::Style;

use super::pace::span;
use super::reading::Reading;
use crate::text_table::{cut, printable};

/// Columns of a bar: fewer are none, and more tell nothing.
const BAR_COLUMNS: std::ops::RangeInclusive<usize> = 6..=40;

/// Between two cells.
const GAP: &str = "  ";

/// What a rate and a time need mostly: bars that change their length with every digit are hard to
/// read.
const SPEED_COLUMNS: usize = "99.9 MB/s".len();
const TIME_COLUMNS: usize = "12m05s left".len();

/// The cells that are shown, by their place in a row of [`table`]; the first choice that fits
/// counts. What is given up first is what the percents say, too.
const CHOICES: [&[usize]; 4] = [&[0, 1, 2, 3, 4], &[0, 1, 3, 4], &[0, 1, 4], &[0, 1]];

/// Draws `readings`, none of the lines wider than `columns`.
pub(super) fn picture(readings: &[Reading], columns: usize, colours: bool) -> String {
    let table = table(readings);
    let Some(first) = table.first() else {
        return String::new();
    };
    let width = |cells: &[usize]| {
        let widths = cells
            .iter()
            .map(|cell| first[*cell].chars().count() + GAP.len());
        widths.sum::<usize>() - GAP.len()
    };
    let [.., last] = CHOICES;
    let fitting = CHOICES.into_iter().find(|cells| width(cells) <= columns);
    let cells = fitting.unwrap_or(last);
    let room = columns.saturating_sub(width(cells) + GAP.len());
    let bar_columns = match room.min(*BAR_COLUMNS.end()) {
        room if BAR_COLUMNS.contains(&room) => room,
        _ => 0,
    };
    let mut lines = Vec::new();
    for (reading, row) in readings.iter().zip(&table) {
        let mut line: Vec<_> = cells.iter().map(|cell| row[*cell].as_str()).collect();
        let bar = bar(reading, bar_columns, colours);
        if bar_columns > 0 {
            line.insert(1, &bar);
        }
        let line = line.join(GAP);
        lines.push(match fitting {
            Some(_) => line.trim_end().to_owned(),
            None => line.chars().take(columns).collect(),
        });
    }
    lines.join("\n")
}

/// A line below the bars that tells what is wrong, cut where the terminal ends.
pub(super) fn notice(text: &str, columns: usize, colours: bool) -> String {
    let style = Style::new().yellow().force_styling(colours);
    format!("\n{}", style.apply_to(cut(text, columns)))
}

/// A text that takes one line of `columns`: a name may hold anything.
pub(super) fn clipped(text: &str, columns: usize) -> String {
    cut(&printable(text), columns)
}

/// A row for each reading: name, percent, amount, rate, time. The cells of a column are as wide
/// as its widest.
fn table(readings: &[Reading]) -> Vec<[String; 5]> {
    let times: Vec<_> = readings.iter().map(time).collect();
    let speeds: Vec<_> = readings
        .iter()
        .map(|reading| reading.speed().unwrap_or_default())
        .collect();
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
    let name = widest(&mut readings.iter().map(|reading| reading.name.len()));
    let amounts = |reading: &Reading| {
        let whole = reading.whole_number().unwrap_or_default();
        reading.amount().len().max(whole.len())
    };
    let at = widest(&mut readings.iter().map(amounts));
    let whole = widest(&mut readings.iter().map(|reading| reading.of_whole().len()));
    let speed = widest(&mut speeds.iter().map(String::len)).max(SPEED_COLUMNS);
    let time = widest(&mut times.iter().map(String::len)).max(TIME_COLUMNS);
    let rows = readings.iter().zip(speeds.iter().zip(&times));
    rows.map(|(reading, (speed_cell, time_cell))| {
        [
            format!("{:<name$}", reading.name),
            match reading.percent() {
                Some(percent) => format!("{percent:>3}%"),
                None => " ".repeat("100%".len()),
            },
            format!("{:>at$} {:<whole$}", reading.amount(), reading.of_whole()),
            format!("{speed_cell:>speed$}"),
            format!("{time_cell:>time$}"),
        ]
    })
    .collect()
}

/// The time left, or the time that it took.
fn time(reading: &Reading) -> String {
    match (reading.took, reading.left) {
        (Some(took), _) => format!("in {}", span(took)),
        (None, Some(left)) => format!("{} left", span(left)),
        (None, None) => String::new(),
    }
}

fn bar(reading: &Reading, columns: usize, colours: bool) -> String {
    let part = match reading.total {
        Some(0) => 1.0,
        Some(total) => reading.at as f64 / total as f64,
        None => return " ".repeat(columns),
    };
    let full = (part * columns as f64) as usize;
    let done = Style::new().cyan().force_styling(colours);
    let rest = Style::new().dim().force_styling(colours);
    format!(
        "{}{}",
        done.apply_to("━".repeat(full)),
        rest.apply_to("─".repeat(columns - full))
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use expect_test::expect;

    use super::super::reading::Unit;
    use super::*;

    fn reading(name: &'static str, unit: Unit, at: u64, total: u64) -> Reading {
        Reading {
            name,
            unit,
            at,
            total: Some(total),
            rate: None,
            left: None,
            took: None,
        }
    }

    /// A run that is well under way.
    fn run() -> Vec<Reading> {
        let seconds = Duration::from_secs;
        vec![
            Reading {
                rate: Some(312_345.0),
                took: Some(seconds(18)),
                ..reading("generated", Unit::Rows, 50_000_000, 50_000_000)
            },
            Reading {
                rate: Some(56_300_000.0),
                left: Some(seconds(7)),
                ..reading("encoded", Unit::Bytes, 8_200_000_000, 8_560_000_000)
            },
            Reading {
                rate: Some(9_990_000.0),
                left: Some(seconds(725)),
                ..reading("uploaded", Unit::Bytes, 998_000_000, 8_560_000_000)
            },
        ]
    }

    #[test]
    fn bars_line_up_at_every_width() {
        let mut shown = String::new();
        for columns in [160, 80, 60, 40, 20, 8] {
            shown += &format!("{columns}:\n{}\n", picture(&run(), columns, false));
        }
        expect![[r#"
            160:
            generated  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  100%  50,000,000 of 50,000,000 rows  312,000/s      in 18 s
            encoded    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━──   95%     8.20 GB of 8.56 GB          56.3 MB/s     7 s left
            uploaded   ━━━━────────────────────────────────────   11%      998 MB of 8.56 GB          9.99 MB/s  12m05s left
            80:
            generated  ━━━━━━━━  100%  50,000,000 of 50,000,000 rows  312,000/s      in 18 s
            encoded    ━━━━━━━─   95%     8.20 GB of 8.56 GB          56.3 MB/s     7 s left
            uploaded   ────────   11%      998 MB of 8.56 GB          9.99 MB/s  12m05s left
            60:
            generated  ━━━━━━━━━━━━━━━━━━━  100%  312,000/s      in 18 s
            encoded    ━━━━━━━━━━━━━━━━━━─   95%  56.3 MB/s     7 s left
            uploaded   ━━─────────────────   11%  9.99 MB/s  12m05s left
            40:
            generated  100%  312,000/s      in 18 s
            encoded     95%  56.3 MB/s     7 s left
            uploaded    11%  9.99 MB/s  12m05s left
            20:
            generated  100%
            encoded     95%
            uploaded    11%
            8:
            generate
            encoded 
            uploaded
        "#]].assert_eq(&shown);
    }

    #[test]
    fn a_run_that_has_just_begun_promises_nothing() {
        let begun = [
            reading("generated", Unit::Rows, 0, 2_600_000_000),
            reading("encoded", Unit::Bytes, 0, 434_000_000_000),
        ];
        expect![[r#"
            generated  ──────────    0%      0.0 M of 2,600.0 M rows
            encoded    ──────────    0%        0 B of 434 GB"#]]
        .assert_eq(&picture(&begun, 80, false));
    }

    #[test]
    fn what_has_no_known_end_has_neither_bar_nor_percent() {
        let open = |name, unit, at| Reading {
            total: None,
            ..reading(name, unit, at, 0)
        };
        let under_way = [
            reading("read", Unit::Bytes, 12_300_000, 49_200_000),
            open("decoded", Unit::Rows, 250_000),
            open("encoded", Unit::Bytes, 4_560_000),
        ];
        expect![[r#"
            read     ━━━━━────────────────   25%  12.3 MB of 49.2 MB
            decoded                               250,000 rows
            encoded                               4.56 MB"#]]
        .assert_eq(&picture(&under_way, 80, false));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for columns in 0..200 {
            for line in picture(&run(), columns, true).lines() {
                let width = console::measure_text_width(line);
                assert!(width <= columns, "{width} of {columns}: {line}");
            }
        }
    }

    #[test]
    fn a_notice_takes_one_line_however_long_it_is() {
        assert_eq!(notice("Put failed: no route", 10, false), "\nPut faile…");
        assert_eq!(notice("Put", 10, true), "\n\u{1b}[33mPut\u{1b}[0m");
    }

    #[test]
    fn only_colours_are_escape_codes() {
        assert!(!picture(&run(), 80, false).contains('\u{1b}'));
        let coloured = picture(&run(), 80, true);
        assert!(coloured.contains("\u{1b}[36m━"), "{coloured:?}");
        assert_eq!(
            console::strip_ansi_codes(&coloured),
            picture(&run(), 80, false)
        );
    }
}
