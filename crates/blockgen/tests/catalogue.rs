//! The list of kinds, the JSON Schema, and the copies of both that people read.
//!
//! A new kind needs a column in `specs/everything.toml`, under its own name; then `UPDATE_EXPECT=1`
//! writes the files that are made from it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeMap;
use std::fmt::Write;

use blockgen::{DatasetSpec, Generator, OptionEntry, catalogue, shared_column_options};
use expect_test::expect_file;

#[test]
fn each_kind_stands_in_everything_once() {
    let everything = DatasetSpec::builtin("everything").unwrap();
    let mut columns = BTreeMap::<String, usize>::new();
    for table in &everything.tables {
        for column in &table.columns {
            let column = serde_json::to_value(column).unwrap();
            let kind = column["kind"].as_str().unwrap().to_owned();
            assert_eq!(
                column["name"], kind,
                "a column of `everything` is named after its kind"
            );
            *columns.entry(kind).or_default() += 1;
        }
    }
    for kind in catalogue() {
        let name = &kind.name;
        let column = format!("[[tables.columns]]\nname = \"{name}\"\nkind = \"{name}\"");
        match columns.remove(name) {
            Some(1) => {}
            Some(_) => panic!("specs/everything.toml has kind `{name}` more than once"),
            None => {
                panic!("add kind `{name}` to crates/blockgen/specs/everything.toml:\n\n{column}\n")
            }
        }
        assert!(
            !kind.summary.is_empty(),
            "say what kind `{name}` is, above its variant"
        );
        assert!(
            kind.example_spec.contains(&format!("kind = \"{name}\"")),
            "{kind:?}"
        );
        assert!(
            !kind.example_value.is_empty(),
            "`{name}` makes no value; does `everything` compile?"
        );
        assert!(!kind.family.is_empty(), "{kind:?}");
        assert_eq!(
            Some(&kind.example_value),
            kind.example_values.first(),
            "{kind:?}"
        );
        for option in kind.options {
            assert!(
                !option.description.is_empty(),
                "say what `{}` of `{name}` is",
                option.name
            );
            assert!(
                !option.takes.is_empty(),
                "`{}` of `{name}` takes nothing",
                option.name
            );
        }
    }
    assert!(columns.is_empty(), "the list of kinds lacks {columns:?}");
}

#[test]
fn every_builtin_data_set_makes_rows_of_all_its_tables() {
    for name in DatasetSpec::builtin_names() {
        let spec = DatasetSpec::builtin(name).unwrap();
        for table in &spec.tables {
            let generator = Generator::compile(&spec, &table.name, 1).unwrap();
            assert_eq!(generator.block(0..100).unwrap().num_rows(), 100, "{name}");
        }
    }
}

#[test]
fn the_schema_is_the_one_that_editors_read() {
    let schema = serde_json::to_string_pretty(&DatasetSpec::json_schema()).unwrap();
    expect_file!["../../../specs/spec.schema.json"].assert_eq(&format!("{schema}\n"));
}

#[test]
fn copies_for_people_to_read_are_what_is_built_in() {
    for name in DatasetSpec::builtin_names() {
        let copy = format!("{}/../../specs/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        expect_file![copy].assert_eq(DatasetSpec::builtin_toml(name).unwrap());
    }
}

#[test]
fn the_list_of_kinds_for_people_to_read() {
    expect_file!["../../../docs/kinds.md"].assert_eq(&list());
}

const START: &str = "# Kinds of columns

A column of a spec has a `name`, a `kind`, and the options of that kind beside them. This list is \
made from the types that read specs and from the built-in data set `everything`, whose values it \
shows: row 0, or the first that is not null, with the seed 42.

";

fn list() -> String {
    let mut list = START.to_owned();
    let kinds = catalogue();
    writeln!(list, "Options of all kinds:\n").unwrap();
    write_options(&mut list, &shared_column_options());
    writeln!(list, "| kind | holds | example |\n|---|---|---|").unwrap();
    for kind in &kinds {
        let (name, summary) = (&kind.name, cell(&kind.summary));
        // Kinds without options have no section of their own.
        let name = match kind.options.as_slice() {
            [] => format!("`{name}`"),
            _ => format!("[`{name}`](#{name})"),
        };
        writeln!(
            list,
            "| {name} | {summary} | {} |",
            code(&kind.example_value)
        )
        .unwrap();
    }
    for kind in kinds.iter().filter(|kind| !kind.options.is_empty()) {
        writeln!(list, "\n## {}\n\n{}\n", kind.name, kind.summary).unwrap();
        write_options(&mut list, &kind.options);
        writeln!(
            list,
            "```toml\n[[tables.columns]]\n{}\n```",
            kind.example_spec
        )
        .unwrap();
    }
    writeln!(list, "\n## Locales\n").unwrap();
    let schema = DatasetSpec::json_schema();
    for locale in schema["$defs"]["Locale"]["oneOf"].as_array().unwrap() {
        writeln!(list, "- {}", locale["description"].as_str().unwrap()).unwrap();
    }
    list
}

fn write_options(list: &mut String, options: &[OptionEntry]) {
    writeln!(list, "| option | takes | default | |\n|---|---|---|---|").unwrap();
    for option in options {
        let default = match (&option.default, option.required) {
            (_, true) => "required".to_owned(),
            (Some(value), _) => code(value),
            (None, _) => String::new(),
        };
        let (takes, what) = (cell(&option.takes), cell(&option.description));
        writeln!(list, "| `{}` | {takes} | {default} | {what} |", option.name).unwrap();
    }
    list.push('\n');
}

fn code(text: &str) -> String {
    match text.contains('`') {
        true => cell(text),
        false => format!("`{}`", cell(text)),
    }
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace("\n\n", "<br>").replace('|', "\\|")
}
