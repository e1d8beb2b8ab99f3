//! What there is to measure.

use blockgen::{DamageKind, DamageSpec, DatasetSpec, MalformedOptions};

use super::Outcome;
use super::subject::Subject;

/// Subjects that are told together.
pub struct Group {
    /// As it is named on the command line.
    pub name: &'static str,
    /// Not compiled before they are asked for.
    pub subjects: Vec<(String, Source)>,
}

/// Where a subject comes from.
pub enum Source {
    /// A table of a built-in data set.
    Table(&'static str),
    /// A table of a spec of ours.
    Whole(DatasetSpec),
    /// A column of a spec, by its table.
    Column(DatasetSpec, String),
}

/// The data set that holds each kind once: its columns are measured, not its tables.
const EVERYTHING: &str = "everything";

/// Kinds of fixed width with uniform values: these are to be as fast as memory.
const FIXED: &str = r#"
[[tables]]
name = "fixed"
columns = [
    { name = "int8", kind = "integer", type = "int8", min = -100, max = 100 },
    { name = "int16", kind = "integer", type = "int16", min = -10_000, max = 10_000 },
    { name = "int32", kind = "integer", type = "int32", min = 18, max = 80 },
    { name = "int64", kind = "integer", min = 1, max = 1_000_000_000_000 },
    { name = "uint64", kind = "integer", type = "uint64" },
    { name = "float32", kind = "float", type = "float32" },
    { name = "float64", kind = "float", min = -1.0, max = 1.0 },
    { name = "float64_cents", kind = "float", min = 0.0, max = 1e5, decimals = 2 },
    { name = "decimal", kind = "decimal", precision = 15, min = "0.00", max = "99999.99" },
    { name = "bool", kind = "bool", probability = 0.3 },
    { name = "date", kind = "date", from = 1992-01-01, to = 1999-01-01 },
    { name = "time", kind = "time" },
    { name = "timestamp", kind = "timestamp", from = "2020-01-01T00:00:00Z", to = "2025-01-01T00:00:00Z" },
    { name = "duration", kind = "duration", min = 0, max = "1h" },
]
"#;

/// Strings that each come from one pool.
const POOLS: &str = r#"
[[tables]]
name = "pools"
columns = [
    { name = "first_name", kind = "first_name" },
    { name = "last_name", kind = "last_name" },
    { name = "country", kind = "country" },
    { name = "country_code", kind = "country_code" },
    { name = "state", kind = "state" },
    { name = "industry", kind = "industry" },
    { name = "word", kind = "word" },
    { name = "choice", kind = "choice", values = ["AIR", "FOB", "MAIL", "RAIL", "REG AIR", "SHIP", "TRUCK"] },
]
"#;

/// All groups in the order in which they are measured.
pub fn all() -> Outcome<Vec<Group>> {
    let everything = DatasetSpec::builtin(EVERYTHING)?;
    Ok(vec![
        Group {
            name: "tables",
            subjects: tables()?,
        },
        Group {
            name: "damage",
            subjects: vec![("people".to_owned(), Source::Whole(damaged("people")?))],
        },
        Group {
            name: "columns",
            subjects: columns(&DatasetSpec::builtin("people")?),
        },
        Group {
            name: "fixed",
            subjects: columns(&DatasetSpec::from_toml(FIXED)?),
        },
        Group {
            name: "pools",
            subjects: columns(&DatasetSpec::from_toml(POOLS)?),
        },
        Group {
            name: "kinds",
            subjects: columns(&everything),
        },
    ])
}

/// The tables of the built-in data sets.
fn tables() -> Outcome<Vec<(String, Source)>> {
    let mut tables = Vec::new();
    for data_set in DatasetSpec::builtin_names().filter(|name| *name != EVERYTHING) {
        for table in DatasetSpec::builtin(data_set)?.written_tables() {
            tables.push((table.name.clone(), Source::Table(data_set)));
        }
    }
    Ok(tables)
}

/// A built-in data set with one value of a hundred damaged in each of four ways.
fn damaged(data_set: &str) -> Outcome<DatasetSpec> {
    let mut spec = DatasetSpec::builtin(data_set)?;
    let kinds = [
        DamageKind::Duplicate {},
        DamageKind::Null {},
        DamageKind::OutOfRange {},
        DamageKind::Malformed(MalformedOptions::default()),
    ];
    for table in &mut spec.tables {
        let damages = kinds.iter().cloned();
        table.damage = damages.map(|kind| DamageSpec::new(kind, 0.01)).collect();
    }
    Ok(spec)
}

/// Each column of a spec for itself.
fn columns(spec: &DatasetSpec) -> Vec<(String, Source)> {
    let mut columns = Vec::new();
    for table in &spec.tables {
        for column in &table.columns {
            let source = Source::Column(spec.clone(), table.name.clone());
            columns.push((column.name.clone(), source));
        }
    }
    columns
}

impl Source {
    /// Compiles the subject of this name.
    pub fn subject(&self, name: &str) -> Outcome<Subject> {
        match self {
            Self::Table(data_set) => Subject::table(&DatasetSpec::builtin(data_set)?, name),
            Self::Whole(spec) => Subject::table(spec, name),
            Self::Column(spec, table) => Subject::column(spec, table, name),
        }
    }
}
