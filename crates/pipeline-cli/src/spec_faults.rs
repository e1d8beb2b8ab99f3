//! What is wrong with a spec, each fault with the line that it is about and a mark below the word.

use std::error::Error as _;
use std::fmt::Write as _;

use blockgen::{SpecError, SpecErrors, SpecFault};
use serde_json::{Map, Value, json};

use crate::failure::{ExitCode, Failure};
use crate::text_table::{cut, printable};

/// Beyond so many, only their number is told.
const MOST_SHOWN: usize = 100;

/// Of a line in the spec, no more is shown.
const LINE_WIDTH: usize = 72;

/// All that is wrong with the spec `name`, which was read from `text`. Programs find it under
/// `faults`.
pub fn failure(name: &str, text: &str, errors: &SpecErrors) -> Failure {
    let faults = errors.faults();
    let mut said = match faults {
        [one] => format!("{name}: {}", told(one, text)),
        all => {
            let mut said = format!("{name}: {} things are wrong with the spec:", all.len());
            for fault in all.iter().take(MOST_SHOWN) {
                let _ = write!(said, "\n{}", told(fault, text));
            }
            said
        }
    };
    if let more @ 1.. = faults.len().saturating_sub(MOST_SHOWN) {
        let _ = write!(said, "\nand {more} more");
    }
    let facts = faults.iter().map(|fault| {
        let message = sentence(fault);
        json!({ "line": fault.line(), "message": message })
    });
    let facts = Map::from_iter([("faults".to_owned(), Value::Array(facts.collect()))]);
    let failure = Failure::say(ExitCode::Source, said).with_facts(facts);
    match faults.iter().any(about_kinds_of_columns) {
        true => failure.advise("`pipeline-cli spec kinds` shows all kinds of columns."),
        false => failure,
    }
}

/// Whether a column is of a kind that does not exist: these are too many for a sentence.
fn about_kinds_of_columns(fault: &SpecFault) -> bool {
    matches!(fault.error(), SpecError::UnknownKind { place, .. } if place.starts_with("column "))
}

/// With its cause: what a parser says, line and mark included.
fn sentence(fault: &SpecFault) -> String {
    let mut sentence = fault.error().to_string();
    if let Some(cause) = fault.error().source() {
        let _ = write!(sentence, ": {}", cause.to_string().trim_end());
    }
    sentence
}

fn told(fault: &SpecFault, text: &str) -> String {
    let sentence = sentence(fault);
    let number = fault.line().filter(|line| *line > 0);
    let line = number.and_then(|number| text.lines().nth(number as usize - 1));
    match (number, line) {
        // The parser has shown the line.
        (Some(number), Some(line)) if fault.error().source().is_none() => {
            format!(
                "line {number}: {sentence}\n{}",
                excerpt(number, line, &sentence)
            )
        }
        (Some(number), _) => format!("line {number}: {sentence}"),
        (None, _) => sentence,
    }
}

/// The line, and a mark below the word of it that the sentence quotes.
fn excerpt(number: u32, line: &str, sentence: &str) -> String {
    let shown = cut(&printable(line), LINE_WIDTH);
    let gutter = number.to_string();
    let mut text = format!("  {gutter} | {shown}");
    // What is wrong comes last of what was found; behind that stands what is allowed.
    let found = sentence.split("; ").next().unwrap_or(sentence);
    let found = found.split(", which ").next().unwrap_or(found);
    let found = last_quoted(found, &shown).or_else(|| last_quoted(sentence, &shown));
    if let Some((at, word)) = found {
        let before = shown[..at].chars().count();
        let _ = write!(
            text,
            "\n  {:gutter$} | {:before$}{}",
            "",
            "",
            "^".repeat(word.chars().count()),
            gutter = gutter.len(),
        );
    }
    text
}

/// The last of the words quoted in `sentence` that stand in the line, and where.
fn last_quoted<'a>(sentence: &'a str, line: &str) -> Option<(usize, &'a str)> {
    let quoted = sentence.split('`').skip(1).step_by(2);
    quoted
        .filter(|word| !word.is_empty())
        .filter_map(|word| Some((line.rfind(word)?, word)))
        .last()
}

#[cfg(test)]
mod tests {
    use blockgen::DatasetSpec;

    use super::*;

    fn told(text: &str) -> Failure {
        let errors = DatasetSpec::from_toml(text).and_then(|spec| spec.check());
        failure("my.toml", text, &errors.unwrap_err())
    }

    #[test]
    fn a_fault_has_its_line_and_a_mark_below_the_word() {
        let failure =
            told("[[tables]]\nname = \"t\"\n\n[[tables.columns]]\nname = \"n\"\nkind = \"emal\"\n");
        assert_eq!(failure.code, ExitCode::Source);
        let said = failure.to_string();
        assert!(said.starts_with("my.toml: line 6: "), "{said}");
        let shown = "\n  6 | kind = \"emal\"\n    |         ^^^^";
        let advice = "\n`pipeline-cli spec kinds` shows all kinds of columns.";
        assert!(said.ends_with(&format!("{shown}{advice}")), "{said}");
        assert_eq!(failure.facts()["faults"][0]["line"], 6);
    }

    #[test]
    fn the_mark_is_below_what_was_found_and_not_below_what_is_allowed() {
        let column = "[[tables.columns]]\nname = \"e\"\nkind = \"email\"\nof = \"nme\"\n";
        let said = told(&format!("[[tables]]\nname = \"t\"\nrows = 1\n\n{column}")).to_string();
        let shown = "\n  8 | of = \"nme\"\n    |       ^^^";
        assert!(said.contains(shown), "{said}");
    }

    #[test]
    fn several_are_told_one_below_the_other() {
        let column = "[[tables.columns]]\nname = \"n\"\nkind = \"integer\"\nmix = 1\nman = 2\n";
        let failure = told(&format!("[[tables]]\nname = \"t\"\n\n{column}"));
        let said = failure.to_string();
        let first = "my.toml: 2 things are wrong with the spec:\nline 7: ";
        assert!(said.starts_with(first), "{said}");
        assert!(
            said.contains("\n  7 | mix = 1\n    | ^^^\nline 8: "),
            "{said}"
        );
    }

    #[test]
    fn what_is_no_toml_is_shown_by_its_parser() {
        let said = told("[[tables]\n").to_string();
        assert!(said.contains("1 | [[tables]\n"), "{said}");
        assert_eq!(said.matches("[[tables]").count(), 1, "{said}");
    }
}
