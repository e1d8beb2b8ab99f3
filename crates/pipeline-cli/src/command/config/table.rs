//! Settings as people read them: setting, value, origin, under the headings of the groups.

use std::fmt::Write as _;

use crate::settings::{BuiltIn, Setting, Standing, State};

/// Values that are longer than this have their origin on the next line.
const VALUE_WIDTH: usize = 32;

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// The table, with styles where a terminal shows them.
pub fn text(standings: &[Standing], styled: bool) -> String {
    let keys = width(standings.iter().map(|standing| standing.setting.key));
    let values = width(
        standings
            .iter()
            .filter_map(|standing| match &standing.state {
                State::InForce(given) | State::Overruled { given, .. } => Some(given.text.as_str()),
                State::Unset => None,
            }),
    );
    let mut text = String::new();
    let mut group = None;
    for standing in standings {
        if group != Some(standing.setting.group) {
            let gap = if group.is_some() { "\n" } else { "" };
            group = Some(standing.setting.group);
            let heading = paint(BOLD, standing.setting.group.heading(), styled);
            let _ = writeln!(text, "{gap}{heading}");
        }
        let (style, value, origins) = cells(standing);
        let mut line = format!("  {:keys$}  {value:values$}", standing.setting.key);
        let mut beside = value.chars().count() <= values;
        for origin in origins {
            if beside {
                let _ = write!(line, "  {origin}");
            } else {
                let _ = write!(line, "\n  {:keys$}  {:values$}  {origin}", "", "");
            }
            beside = false;
        }
        let _ = writeln!(text, "{}", paint(style, line.trim_end(), styled));
    }
    text
}

/// The widest of these words that fits.
fn width<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words
        .map(|word| word.chars().count())
        .filter(|width| *width <= VALUE_WIDTH)
        .max()
        .unwrap_or(0)
}

/// How a setting looks: its style, its value, and the lines that say where that comes from.
fn cells(standing: &Standing) -> (&'static str, String, Vec<String>) {
    match &standing.state {
        State::InForce(given) => ("", given.text.clone(), vec![given.origin.clone()]),
        State::Overruled { given, by } => {
            let origins = vec![given.origin.clone(), format!("overruled by {by}")];
            (DIM, given.text.clone(), origins)
        }
        State::Unset => (DIM, format!("({})", instead(standing.setting)), Vec::new()),
    }
}

/// What happens where a setting has no value.
fn instead(setting: &Setting) -> &'static str {
    match setting.built_in {
        BuiltIn::Nothing { instead, .. } if !instead.is_empty() => instead,
        _ => "not set",
    }
}

fn paint(style: &str, text: &str, styled: bool) -> String {
    if styled && !style.is_empty() {
        format!("{style}{text}{PLAIN}")
    } else {
        text.to_owned()
    }
}
