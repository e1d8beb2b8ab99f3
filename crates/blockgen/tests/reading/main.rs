//! Specs as text: everything that is wrong with one is said at once, each with its line.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod all_at_once;
mod places;
mod shapes;

use std::error::Error;

use blockgen::{DatasetSpec, SpecFormat};
use expect_test::Expect;

/// What is said of a spec whose text, or whose tables, are refused; but not which words there are,
/// because their number grows.
#[track_caller]
fn refused(text: &str, format: SpecFormat, expected: &Expect) {
    let spec = DatasetSpec::read(text, format).and_then(|spec| spec.check());
    let error = spec.unwrap_err();
    let mut said = String::new();
    for line in error.to_string().lines() {
        let line = line.split_once(" known: ").map_or(line, |(start, _)| start);
        said.push_str(&format!("{line}\n"));
    }
    if let Some(source) = error.source() {
        said.push_str(&format!("{}\n", source.to_string().trim_end()));
    }
    expected.assert_eq(&said);
}

#[track_caller]
fn toml(text: &str, expected: &Expect) {
    refused(text, SpecFormat::Toml, expected);
}

#[track_caller]
fn json(text: &str, expected: &Expect) {
    refused(text, SpecFormat::Json, expected);
}
