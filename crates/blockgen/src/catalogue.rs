//! The list of kinds: what each holds, its options, and an example. Its words are those of the
//! types, by way of their JSON Schema; its examples are the columns of the data set `everything`,
//! made by the generator. So there is no second place to forget.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef};

use serde::Serialize;

use crate::display::Shown;
use crate::error::Hint;
use crate::generator::Generator;
use crate::spec::{DatasetSpec, EVERYTHING, Part, Words, kinds, shared_options};

/// A kind of columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KindEntry {
    /// As a spec names it.
    pub name: String,
    /// What it stands among in the list of kinds, such as "Persons".
    pub family: &'static str,
    /// The Arrow type, and what its values are.
    pub summary: String,
    /// The options of this kind, those that must be given first; those of all kinds are
    /// [`shared_column_options`].
    pub options: Vec<OptionEntry>,
    /// A column of this kind as it stands in a spec, in TOML.
    pub example_spec: String,
    /// A value of that column, as text: row 0, or the first that is not null, with the seed 42.
    pub example_value: String,
    /// The first values of that column that are not null, five where there are so many; the first
    /// of them is `example_value`.
    pub example_values: Vec<String>,
}

/// The families of kinds, each with the first of its kinds: a family ends where the next begins.
/// So a kind that is new stands in the family of its neighbours.
const FAMILIES: [(&str, &str); 20] = [
    ("sequence", "Keys"),
    ("person_name", "Persons"),
    ("email", "Accounts"),
    ("phone", "Telephones"),
    ("street_address", "Addresses and places"),
    ("license_plate", "Cars"),
    ("company", "Companies and jobs"),
    ("domain", "Internet"),
    ("credit_card", "Banks and money"),
    ("word", "Words"),
    ("hex_color", "Colours"),
    ("isbn10", "Books"),
    ("file_name", "Files"),
    ("float", "Numbers"),
    ("bool", "Choices"),
    ("date", "Dates and times"),
    ("binary", "Bytes"),
    ("lorem", "Composed texts"),
    ("reference", "Relations"),
    ("list", "Nested values"),
];

/// An option of a kind of columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OptionEntry {
    /// As a spec names it.
    pub name: String,
    /// The values it takes, such as "a whole number" or "`int32` or `int64`".
    pub takes: String,
    /// Whether it must be given.
    pub required: bool,
    /// What holds if it is not given, where something else than nothing does.
    pub default: Option<String>,
    /// What it is for, with unit and range.
    pub description: String,
}

/// Every kind of columns that a spec may have, in the order of
/// [`ColumnKind`](crate::ColumnKind).
pub fn catalogue() -> Vec<KindEntry> {
    let mut examples = examples();
    let mut family = "";
    let kinds = kinds(Part::Column).into_iter().map(|kind| {
        let begun = FAMILIES.iter().find(|(first, _)| *first == kind.name);
        family = begun.map_or(family, |(_, name)| name);
        let (example_spec, example_values) = examples.remove(kind.name).unwrap_or_default();
        KindEntry {
            name: kind.name.to_owned(),
            family,
            summary: kind.description,
            options: entries(kind.options),
            example_spec,
            example_value: example_values.first().cloned().unwrap_or_default(),
            example_values,
        }
    });
    kinds.collect()
}

impl KindEntry {
    /// The kind of this name.
    ///
    /// # Errors
    ///
    /// The names there are, and the nearest of them, where there is none.
    pub fn named(name: &str) -> Result<Self, Hint> {
        let all = catalogue();
        let hint = Hint::new(name, all.iter().map(|kind| kind.name.as_str()));
        all.into_iter().find(|kind| kind.name == name).ok_or(hint)
    }
}

/// The options that columns of every kind have beside `name` and `kind`.
pub fn shared_column_options() -> Vec<OptionEntry> {
    entries(shared_options(Part::Column))
}

/// A kind of deliberate damage.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DamageEntry {
    /// As a spec names it.
    pub name: String,
    /// What it does to values, and which columns it fits.
    pub summary: String,
    /// The options of this kind; those of all kinds are [`shared_damage_options`].
    pub options: Vec<OptionEntry>,
}

/// Every kind of damage that a spec may have, in the order of [`DamageKind`](crate::DamageKind).
pub fn damage_catalogue() -> Vec<DamageEntry> {
    let kinds = kinds(Part::Damage).into_iter().map(|kind| DamageEntry {
        name: kind.name.to_owned(),
        summary: kind.description,
        options: entries(kind.options),
    });
    kinds.collect()
}

/// The options that every kind of damage has beside `kind`.
pub fn shared_damage_options() -> Vec<OptionEntry> {
    entries(shared_options(Part::Damage))
}

fn entries(options: Vec<Words>) -> Vec<OptionEntry> {
    options.into_iter().map(OptionEntry::from).collect()
}

impl From<Words> for OptionEntry {
    fn from(words: Words) -> Self {
        Self {
            name: words.name.to_owned(),
            takes: words.takes,
            required: words.required,
            default: words.default,
            description: words.description,
        }
    }
}

/// The seed of the values that are shown.
const SEED: u64 = 42;

/// Rows that are made to find values that are not null.
const ROWS: u64 = 16;

/// Values that are shown of a kind.
const VALUES: usize = 5;

/// Of each kind, the text of a column and a few of its values.
fn examples() -> BTreeMap<String, (String, Vec<String>)> {
    let mut values = BTreeMap::new();
    if let Ok(everything) = DatasetSpec::from_toml(EVERYTHING) {
        for table in &everything.tables {
            let Ok(generator) = Generator::compile(&everything, &table.name, SEED) else {
                continue;
            };
            let rows = generator.rows().unwrap_or(ROWS).min(ROWS);
            let Ok(block) = generator.block(0..rows) else {
                continue;
            };
            let written = table.columns.iter().filter(|column| !column.hidden);
            for (column, values_of) in written.zip(block.columns()) {
                let place = (table.name.clone(), column.name.clone());
                values.insert(place, shown(values_of));
            }
        }
    }
    let mut table = String::new();
    let mut examples = BTreeMap::new();
    for part in EVERYTHING.split("\n[[").skip(1) {
        let named = |key: &str| {
            let lines = part.lines().filter_map(|line| line.split_once(" = "));
            let mut found = lines.filter(|(name, _)| *name == key);
            let (_, value) = found.next()?;
            let value = value.split(" #").next().unwrap_or(value);
            Some(value.trim().trim_matches('"').to_owned())
        };
        let Some(name) = named("name") else { continue };
        if part.starts_with("tables]]") {
            table = name;
        } else if let Some(kind) = named("kind") {
            let text = part.split_once("]]\n").map_or(part, |(_, text)| text);
            let value = values.remove(&(table.clone(), name)).unwrap_or_default();
            examples.insert(kind, (text.trim().to_owned(), value));
        }
    }
    examples
}

/// The first values that are not null.
fn shown(values: &ArrayRef) -> Vec<String> {
    let Ok(shown) = Shown::new(values) else {
        return Vec::new();
    };
    let Ok(texts) = shown.texts() else {
        return Vec::new();
    };
    let all = (0..values.len()).filter_map(|row| texts.at(row));
    all.take(VALUES).collect()
}
