//! The list of kinds, the JSON Schema, and the copies of both that people read.
//!
//! A new kind needs a column in `specs/everything.toml`, under its own name; then `UPDATE_EXPECT=1`
//! writes the files that are made from it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeMap;
use std::fmt::Write;

use arrow::array::ArrayRef;
use arrow::util::display::array_value_to_string;
use blockgen::{
    DatasetSpec, Generator, OptionEntry, catalogue, damage_catalogue, shared_column_options,
    shared_damage_options,
};
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

#[test]
fn the_page_about_damage() {
    expect_file!["../../../docs/damage.md"].assert_eq(&damage_page());
}

const DAMAGE_START: &str = "# Deliberate damage

A check of data quality is tested with data whose faults are known. `[[tables.damage]]` in a spec \
puts faults into a table, and the table's *ledger* lists each of them: which row, which column, \
what was done, what the value was and what it is now. What the check finds can then be compared \
with what there is to be found.

- Damage is the last step to a table's own rows. References, pulled values, children and all \
columns that are made from a damaged one are made from its undamaged values; so a `row_hash` tells \
of damage, too.
- Which rows are damaged, and how, follows from the seed, the names of table and column and the \
row, as all values do: whatever range is asked for, it has the same damage.
- Where two damages meet in one value, the one that stands first in the list has it, also if it \
leaves the value as it was.
- Values that are not hit are those of the table without damage; without `damage`, a table is the \
same to the byte.

How to get the ledger:

- In Rust, `Generator::ledger(rows)` gives the lines of a range of rows as a `RecordBatch`, as \
`Generator::block(rows)` gives the rows themselves; any range can be asked for, in any order.
- On the command line, `pipeline-cli run my.toml --ledger damage.csv` writes it beside the data, as \
CSV or, by its name, as Parquet. Where several tables are damaged, each has its own: `--ledger \
ledgers/` makes `ledgers/sales.ledger.parquet`, and `--ledger 'ledgers/{table}.csv'` puts the name \
where the path says.

";

/// Small enough to be read, and with every kind of damage.
const DAMAGED: &str = r#"seed = 42

[[tables]]
name = "shops"
rows = 20
columns = [{ name = "id", kind = "sequence" }]

[[tables]]
name = "sales"
columns = [
    { name = "id", kind = "sequence" },
    { name = "shop", kind = "reference", to = "shops.id" },
    { name = "buyer", kind = "person_name" },
    { name = "pieces", kind = "integer", min = 1, max = 9 },
    { name = "sold_on", kind = "date", from = 2024-01-01, to = 2025-01-01 },
]

[[tables.damage]]
kind = "duplicate" # the key of another row
share = 0.05
columns = ["id"]

[[tables.damage]]
kind = "null"
share = 0.05
columns = ["sold_on"]

[[tables.damage]]
kind = "wrong_reference"
share = 0.05

[[tables.damage]]
kind = "out_of_range"
share = 0.1
columns = ["pieces", "sold_on"]

[[tables.damage]]
kind = "malformed"
share = 0.1
how = ["truncated", "doubled_blank", "wrong_case", "mojibake"]
"#;

fn damage_page() -> String {
    let mut page = DAMAGE_START.to_owned();
    writeln!(page, "```toml\n{DAMAGED}```\n").unwrap();
    let spec = DatasetSpec::from_toml(DAMAGED).unwrap();
    let sales = Generator::compile(&spec, "sales", 42).unwrap();
    let ledger = sales.ledger(0..40).unwrap();
    writeln!(page, "The ledger of its first forty rows:\n").unwrap();
    let names: Vec<_> = ledger
        .schema_ref()
        .fields()
        .iter()
        .map(|field| field.name())
        .cloned()
        .collect();
    writeln!(
        page,
        "| {} |\n|{}",
        names.join(" | "),
        "---|".repeat(names.len())
    )
    .unwrap();
    for row in 0..ledger.num_rows() {
        let text = |column: &ArrayRef| array_value_to_string(column, row).unwrap();
        let texts: Vec<_> = ledger.columns().iter().map(text).collect();
        writeln!(page, "| {} |", texts.join(" | ")).unwrap();
    }
    page.push_str(
        "\nA repeated row has a line for each value that it changes. Nulls are shown as nothing.\n\n\
         ## Options of all kinds\n\n",
    );
    write_options(&mut page, &shared_damage_options());
    for kind in damage_catalogue() {
        writeln!(page, "## {}\n\n{}\n", kind.name, kind.summary).unwrap();
        if !kind.options.is_empty() {
            write_options(&mut page, &kind.options);
        }
    }
    writeln!(page, "## Ways in which texts are malformed\n").unwrap();
    let schema = DatasetSpec::json_schema();
    for way in schema["$defs"]["Malformation"]["oneOf"].as_array().unwrap() {
        writeln!(page, "- {}", way["description"].as_str().unwrap()).unwrap();
    }
    page
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
