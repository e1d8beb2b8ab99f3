//! Where a column stands while it is compiled: its neighbours, its key, and its place in errors.

use std::sync::Arc;

use crate::column::Column;
use crate::compile::{Compiler, Rejected};
use crate::error::{Hint, SpecError};
use crate::kinds::ColumnKind;
use crate::locale::{LocaleChoice, Locales};
use crate::random::Key;
use crate::spec::{ColumnSpec, TableSpec};

#[derive(Clone)]
pub(crate) struct Scope<'a> {
    compiler: &'a Compiler<'a>,
    /// Number of the table in the spec.
    table_index: usize,
    table: &'a TableSpec,
    siblings: Siblings<'a>,
    /// Name of the column; within a nested one with dots: `place.lat`.
    column: String,
    /// The names on the way to it. Names may hold dots themselves, so that only these tell places
    /// apart.
    names: Vec<String>,
    key: Key,
    /// The innermost that is given: of the column, the table or the data set.
    locale: LocaleChoice,
    /// Values that this one lies in.
    depth: usize,
    /// Values that one row of the table may have here: more than one in a list.
    per_row: u64,
    /// Whether it has a value for each row of the table: not in a list, whose elements are no rows.
    has_rows: bool,
}

/// The columns that one may refer to by name: those of its table, in a struct its fields, in a list
/// none, because the elements of a list are no rows of the table.
#[derive(Clone)]
struct Siblings<'a> {
    columns: &'a [ColumnSpec],
    /// Number of the table or struct, by which the compiler knows it.
    table: usize,
    /// The names on the way to them: of a struct's fields, the struct's.
    names: Vec<String>,
    /// Their keys are children of it.
    key: Key,
    /// The locale of those that have none of their own.
    locale: LocaleChoice,
}

/// Values within values, counted from the column: enough for any real schema, and few enough for
/// any stack.
const MAX_DEPTH: usize = 16;

impl<'a> Scope<'a> {
    pub(crate) fn new(
        compiler: &'a Compiler<'a>,
        table_index: usize,
        table: &'a TableSpec,
        column: &'a ColumnSpec,
    ) -> Self {
        let table_key = Key::of_seed(compiler.seed).child(&table.name);
        let outer = table.locale.as_ref().or(compiler.spec.locale.as_ref());
        let outer = outer.cloned().unwrap_or_default();
        Self {
            compiler,
            table_index,
            table,
            column: column.name.clone(),
            names: vec![column.name.clone()],
            key: table_key.child(&column.name),
            locale: column.locale.clone().unwrap_or(outer.clone()),
            siblings: Siblings {
                columns: &table.columns,
                table: table_index,
                names: Vec::new(),
                key: table_key,
                locale: outer,
            },
            depth: 0,
            per_row: 1,
            has_rows: true,
        }
    }

    /// The same scope in another locale, if one is given.
    pub(crate) fn in_locale(&self, locale: Option<&LocaleChoice>) -> Self {
        let mut scope = self.clone();
        if let Some(locale) = locale {
            scope.locale = locale.clone();
        }
        scope
    }

    /// The scope of something inside this column.
    pub(crate) fn nested(&self, name: &str) -> Self {
        let mut names = self.names.clone();
        names.push(name.to_owned());
        Self {
            column: format!("{}.{name}", self.column),
            names,
            key: self.key.child(name),
            ..self.clone()
        }
    }

    /// The scope of what lies in this column's lists, of which each has `per_list` places.
    ///
    /// # Errors
    ///
    /// Where too many values lie in one another.
    pub(crate) fn elements(
        &self,
        option: &'static str,
        name: &str,
        per_list: u64,
    ) -> Result<Self, Rejected> {
        let mut inside = self.inside(option)?.nested(name);
        inside.per_row = self.per_row.saturating_mul(per_list);
        inside.siblings.columns = &[];
        inside.has_rows = false;
        Ok(inside)
    }

    /// The scope of one of the kinds that this column's values may be of. Unlike an element of a
    /// list it has a value for each row, and may refer to what this column may refer to.
    ///
    /// # Errors
    ///
    /// Where too many values lie in one another.
    pub(crate) fn branch(&self, option: &'static str, name: &str) -> Result<Self, Rejected> {
        Ok(self.inside(option)?.nested(name))
    }

    /// The fields of this column, a struct, each compiled in a scope of its own, where it may refer
    /// to the others. Those that are rejected are left out.
    ///
    /// # Errors
    ///
    /// Where too many values lie in one another.
    pub(crate) fn fields(
        &self,
        option: &'static str,
        fields: &'a [ColumnSpec],
    ) -> Result<Vec<Arc<dyn Column>>, Rejected> {
        let mut inside = self.inside(option)?;
        inside.siblings = Siblings {
            columns: fields,
            table: self.compiler.next_table(),
            names: self.names.clone(),
            // Apart from what else has keys below this column's, such as its nulls.
            key: self.key.child("fields"),
            locale: self.locale.clone(),
        };
        let compiled = (0..fields.len()).map(|index| inside.column(index));
        Ok(compiled.filter_map(Result::ok).collect())
    }

    /// The same scope, one value deeper.
    fn inside(&self, option: &'static str) -> Result<Self, Rejected> {
        if self.depth == MAX_DEPTH {
            let found = format!("a value within {} others", self.depth + 1);
            let allowed = format!("at most {MAX_DEPTH} around a value");
            return Err(self.invalid(option, found, allowed));
        }
        let mut inside = self.clone();
        inside.depth += 1;
        Ok(inside)
    }

    /// The scope of a sibling.
    fn of(&self, sibling: &ColumnSpec) -> Self {
        let Siblings {
            names, key, locale, ..
        } = &self.siblings;
        let locale = sibling.locale.as_ref().unwrap_or(locale);
        let mut names = names.clone();
        names.push(sibling.name.clone());
        Self {
            column: names.join("."),
            names,
            key: key.child(&sibling.name),
            locale: locale.clone(),
            ..self.clone()
        }
    }

    /// A sibling, compiled.
    fn column(&self, index: usize) -> Result<Arc<dyn Column>, Rejected> {
        let column = &self.siblings.columns[index];
        let position = (self.siblings.table, index);
        self.compiler.once(position, column, &self.of(column))
    }

    /// The name of this column; within a nested one with dots: `place.lat`.
    pub(crate) fn path(&self) -> &str {
        &self.column
    }

    /// Where it stands among all columns of the spec: the number of its table, and the names on
    /// the way to it.
    pub(crate) fn names(&self) -> (usize, &[String]) {
        (self.table_index, &self.names)
    }

    /// How many rows the column is asked for, as far as the spec knows: the table's, and in a list
    /// as many times that as a list has places.
    pub(crate) fn known_rows(&self) -> Option<u64> {
        let size = self.compiler.size(self.table_index).ok()?;
        Some(size.rows?.saturating_mul(self.per_row))
    }

    /// Values that one row of the table may have here: 1, more in a list.
    pub(crate) fn per_row(&self) -> u64 {
        self.per_row
    }

    /// The key of this column.
    pub(crate) fn key(&self) -> Key {
        self.key
    }

    /// The table it stands in.
    pub(crate) fn table(&self) -> &'a TableSpec {
        self.table
    }

    /// Its number in the spec.
    pub(crate) fn table_index(&self) -> usize {
        self.table_index
    }

    /// What it is called in errors about something else.
    pub(crate) fn place(&self) -> String {
        format!("column `{}.{}`", self.table.name, self.column)
    }

    /// Refuses a `kind` that needs to know the rows of the table where there are only elements.
    pub(crate) fn own_rows(&self, kind: &str) -> Result<(), Rejected> {
        if self.has_rows {
            return Ok(());
        }
        let allowed = "a kind that needs no row of the table, because elements of lists are none";
        Err(self.invalid("kind", format!("`{kind}`"), allowed))
    }

    /// The compiler, for what spans tables.
    pub(crate) fn compiler(&self) -> &'a Compiler<'a> {
        self.compiler
    }

    /// The names of the columns that stand beside this one, without its own and the hidden ones.
    pub(crate) fn others(&self) -> impl Iterator<Item = &'a str> {
        let Siblings { columns, names, .. } = &self.siblings;
        // Something nested in a column, such as a branch of a `case`, is a part of that column.
        let own = self.names.get(names.len()).map(String::as_str);
        let shown = columns.iter().filter(|other| !other.hidden);
        let names = shown.map(|other| other.name.as_str());
        names.filter(move |name| Some(*name) != own)
    }

    /// Whether there is a column of this name beside this one.
    pub(crate) fn has_sibling(&self, name: &str) -> bool {
        self.siblings.columns.iter().any(|other| other.name == name)
    }

    /// Another column of the same table, which `option` names.
    pub(crate) fn sibling(
        &self,
        option: &'static str,
        name: &str,
    ) -> Result<Arc<dyn Column>, Rejected> {
        let columns = || self.siblings.columns.iter();
        match columns().position(|other| other.name == name) {
            Some(index) => self.column(index),
            None => {
                let hint = Hint::new(name, columns().map(|other| other.name.as_str()));
                Err(self.unknown(option, name, "", hint))
            }
        }
    }

    /// The locales of this column's rows.
    pub(crate) fn locales(&self) -> Result<Locales, Rejected> {
        Locales::new(&self.locale, self.key, self)
    }

    /// The scope of another column of the table, which `option` names and which `fits` because it
    /// is of the kind `wanted`. With its key, that column's value of any row can be made again.
    pub(crate) fn column_of(
        &self,
        option: &'static str,
        name: &str,
        wanted: &'static str,
        fits: impl Fn(&ColumnKind) -> bool,
    ) -> Result<Self, Rejected> {
        let found = self.neighbour(option, name, wanted, fits);
        found.map(|(_, scope)| scope)
    }

    /// The same scope, and the spec of the column that stands there.
    pub(crate) fn neighbour(
        &self,
        option: &'static str,
        name: &str,
        wanted: &'static str,
        fits: impl Fn(&ColumnKind) -> bool,
    ) -> Result<(&'a ColumnSpec, Self), Rejected> {
        let columns = self.siblings.columns.iter();
        let fitting = || columns.clone().filter(|other| fits(&other.kind));
        if let Some(other) = fitting().find(|other| other.name == name) {
            return Ok((other, self.of(other)));
        }
        let hint = Hint::new(name, fitting().map(|other| other.name.as_str()));
        Err(self.unknown(option, name, wanted, hint))
    }

    fn unknown(
        &self,
        option: &'static str,
        found: &str,
        wanted: &'static str,
        hint: Hint,
    ) -> Rejected {
        let of_table = self.siblings.table == self.table_index;
        if of_table && self.compiler.unread.has_column(&self.table.name, found) {
            return Rejected;
        }
        self.compiler.refuse(SpecError::UnknownReference {
            table: self.table.name.clone(),
            column: self.column.clone(),
            option,
            found: found.to_owned(),
            wanted,
            hint,
        })
    }

    /// Notes that an option's value is not allowed.
    pub(crate) fn invalid(
        &self,
        option: &'static str,
        found: impl ToString,
        allowed: impl Into<String>,
    ) -> Rejected {
        self.compiler.refuse(SpecError::InvalidOption {
            table: self.table.name.clone(),
            column: self.column.clone(),
            option,
            found: found.to_string(),
            allowed: allowed.into(),
        })
    }
}
