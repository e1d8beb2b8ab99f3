//! From text to spec: each table and each column is read apart, so that all that is wrong is found
//! at once.

use serde::Deserialize;

use super::blame::blame;
use super::explain::Explainer;
use super::left_out::LeftOut;
use super::limits::{MAX_TEXT_BYTES, beyond};
use super::lines::Lines;
use super::node::Node;
use super::place::Place;
use super::schema::SCHEMA_KEY;
use super::{ColumnSpec, DamageKind, DamageSpec, DatasetSpec, TableSpec, json_text, toml_text};
use crate::error::{SpecError, SpecErrors, SpecFault};

/// How the text of a spec is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpecFormat {
    /// TOML 1.0.
    Toml,
    /// JSON, RFC 8259.
    Json,
}

impl SpecFormat {
    /// The format of a file by its name: `.toml` or `.json`, in upper or lower case.
    ///
    /// # Errors
    ///
    /// [`SpecError::UnknownFormat`] for any other name.
    pub fn of_file_name(name: &str) -> Result<Self, SpecError> {
        let (_, extension) = name.rsplit_once('.').unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "toml" => Ok(Self::Toml),
            "json" => Ok(Self::Json),
            _ => Err(SpecError::UnknownFormat {
                name: name.to_owned(),
            }),
        }
    }
}

impl DatasetSpec {
    /// Reads a spec written in TOML: [`read`](Self::read) with [`SpecFormat::Toml`].
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn from_toml(text: &str) -> Result<Self, SpecErrors> {
        Self::read(text, SpecFormat::Toml)
    }

    /// Reads a spec written in JSON: [`read`](Self::read) with [`SpecFormat::Json`].
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn from_json(text: &str) -> Result<Self, SpecErrors> {
        Self::read(text, SpecFormat::Json)
    }

    /// Reads a spec and checks its names. It remembers the lines of its tables, columns and
    /// options for the errors that are found when a table is compiled.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the text, each error with its line: where it is no TOML or
    /// JSON, the place where it stops to be; otherwise every table, column and option that cannot
    /// be read, every name that is missing or stands twice, and what compiling the columns that
    /// can be read finds.
    pub fn read(text: &str, format: SpecFormat) -> Result<Self, SpecErrors> {
        let what = || "the number of bytes of the spec".to_owned();
        if let Some(error) = beyond(text.len(), MAX_TEXT_BYTES, what) {
            return Err(error.into());
        }
        let root = match format {
            SpecFormat::Toml => toml_text::parse(text),
            SpecFormat::Json => json_text::parse(text),
        };
        let mut root = root.map_err(SpecErrors::from)?;
        // For editors; no part of the spec.
        root.take_out(SCHEMA_KEY);
        let mut reader = Reader::default();
        let spec = reader.dataset(&root);
        reader.finish(spec)
    }
}

/// Reads what it can, and remembers what it cannot.
#[derive(Default)]
struct Reader {
    explainer: Explainer,
    left_out: LeftOut,
}

impl Reader {
    fn dataset(&mut self, root: &Node) -> DatasetSpec {
        let bare = root.empty_list("tables");
        let spec = self.part(&bare, &Place::dataset());
        let tables = root.list("tables").iter();
        let tables = tables.zip(1..).filter_map(|(node, i)| self.table(node, i));
        let tables = tables.collect();
        let mut spec: DatasetSpec = spec.unwrap_or_else(|| DatasetSpec::new(Vec::new()));
        spec.tables = tables;
        spec.lines = Lines::of_spec(root);
        spec
    }

    fn table(&mut self, node: &Node, number: usize) -> Option<TableSpec> {
        let bare = node.empty_list("columns").empty_list("damage");
        let place = Place::table(node.text("name"), number);
        let table = self.part(&bare, &place);
        let mut columns = Vec::new();
        for (column, number) in node.list("columns").iter().zip(1..) {
            let place = Place::column(&place, column.text("name"), number);
            match self.part::<ColumnSpec>(column, &place) {
                Some(column) => columns.push(column),
                None => self.left_out.column(node.text("name"), column.text("name")),
            }
        }
        // Where it is the table that cannot be read, its columns can still be checked.
        let bare = || Some(TableSpec::new(node.text("name")?, Vec::new()));
        let mut table: TableSpec = table.or_else(bare)?;
        table.damage = self.damage(node, &place, columns.len());
        table.columns = columns;
        // With no column left, it would seem to have been written without any.
        if table.columns.is_empty() && !self.explainer.is_content() {
            self.left_out.table(table.name);
            return None;
        }
        Some(table)
    }

    /// The damages of a table of which so many columns could be read.
    fn damage(&mut self, node: &Node, place: &Place, columns: usize) -> Vec<DamageSpec> {
        let lacks_columns = columns < node.list("columns").len();
        let damages = node.list("damage").iter().zip(1..).map(|(node, number)| {
            let damage = self.part::<DamageSpec>(node, &Place::damage(place, number));
            // One that fits anything holds the place of what cannot be read, so that those behind
            // it keep their numbers; and of what may fit only columns that could not be read.
            let fits = |damage: &DamageSpec| damage.columns.is_some() || !lacks_columns;
            let nothing = || DamageSpec::new(DamageKind::Null {}, 0.0);
            damage.filter(fits).unwrap_or_else(nothing)
        });
        damages.collect()
    }

    /// Reads a part of the spec, or finds out what is wrong with it.
    fn part<T: for<'de> Deserialize<'de>>(&mut self, node: &Node, place: &Place) -> Option<T> {
        let error = match T::deserialize(node) {
            Ok(part) => return Some(part),
            Err(error) => error,
        };
        if !self.explainer.explain(node, place) {
            let read = |node: &Node| T::deserialize(node).map(drop);
            for fault in blame(node, place, &error, &read) {
                self.explainer.note(fault);
            }
        }
        None
    }

    fn finish(self, spec: DatasetSpec) -> Result<DatasetSpec, SpecErrors> {
        let mut faults = self.explainer.into_faults();
        if faults.is_empty() {
            spec.check_names()?;
            return Ok(spec);
        }
        // What can be read is compiled for what else is wrong, but for errors that only say that
        // something is missing which has been left out.
        if !spec.tables.is_empty() {
            let more = spec.check().err().map(SpecErrors::into_faults);
            let follows = |fault: &SpecFault| self.left_out.explains(fault.error());
            faults.extend(more.into_iter().flatten().filter(|fault| !follows(fault)));
        }
        Err(SpecErrors::of(faults))
    }
}
