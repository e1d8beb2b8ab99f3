//! How a column draws its parents: compiled apart from its values, because other columns take
//! values of the same parents.

use std::sync::Arc;

use super::parents::Parents;
use super::pulled::Pulled;
use crate::column::Column;
use crate::compile::{Compiler, Position, Rejected};
use crate::error::Hint;
use crate::generator::MAX_ROWS;
use crate::kinds::{ColumnKind, ParentDraw, ReferenceOptions};
use crate::relations::MAX_EXPONENT;
use crate::scope::Scope;

/// A compiled reference without its values.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Number of the parents' table.
    table: usize,
    /// Number of the column there that is referred to.
    column: usize,
    /// The parent's row of each row.
    rows: Arc<dyn Column>,
    /// How many rows the parents' table has.
    parents: u64,
    missing: bool,
}

impl Link {
    /// The link of the column that `scope` is about.
    pub(crate) fn of(options: &ReferenceOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let links = &scope.compiler().relations.links;
        let (table, names) = scope.names();
        let place = (table, names.to_vec());
        if let Some(known) = links.borrow().get(&place).cloned() {
            return known;
        }
        let link = Self::compile(options, scope);
        links.borrow_mut().insert(place, link.clone());
        link
    }

    fn compile(options: &ReferenceOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let mut options_are_right = check_options(options, scope);
        let compiler = scope.compiler();
        let (table, column) = find(&options.to, scope)?;
        compiler.relations.need(scope.table_index(), table);
        let parents = compiler.parents(table, &scope.place())?;
        if options.missing > 0.0 {
            let checked = check_missing((table, column), parents, options, scope);
            options_are_right = options_are_right.and(checked);
        }
        if options.unique
            && let Some(values) = scope.known_rows().filter(|values| *values > parents)
        {
            let allowed =
                format!("false: there are {values} values, and {parents} parents to refer to");
            options_are_right = Err(scope.invalid("unique", true, allowed));
        }
        options_are_right?;
        let rows = match options.distribution {
            _ if options.unique => Parents::once(scope.key(), parents),
            ParentDraw::Uniform => Parents::even(scope.key(), parents),
            ParentDraw::Zipf { exponent } => Parents::zipf(scope.key(), parents, exponent),
        };
        let missing = options.missing > 0.0;
        let rows = if missing {
            rows.missing(scope.key(), options.missing)
        } else {
            rows
        };
        Ok(Self {
            table,
            column,
            rows: Arc::new(rows),
            parents,
            missing,
        })
    }

    /// The values that the reference itself holds.
    pub(crate) fn values(&self, compiler: &Compiler<'_>) -> Result<Pulled, Rejected> {
        let column = compiler.column((self.table, self.column))?;
        Ok(Pulled::new(column, &self.rows))
    }

    /// Values of another column of the same parents; null where `reference`, the column of this
    /// link, says that there is no parent.
    pub(crate) fn pull(
        &self,
        compiler: &Compiler<'_>,
        column: usize,
        reference: Arc<dyn Column>,
    ) -> Result<Pulled, Rejected> {
        let pulled = Pulled::new(compiler.column((self.table, column))?, &self.rows);
        Ok(if self.missing || reference.nullable() {
            pulled.with_gaps(reference, self.parents)
        } else {
            pulled
        })
    }

    /// The column that is referred to and the number of its rows, if that column goes on behind
    /// the last of them with as many values that no row has.
    pub(crate) fn behind(&self, compiler: &Compiler<'_>) -> Option<(Arc<dyn Column>, u64)> {
        let position = (self.table, self.column);
        let column = compiler.column(position).ok()?;
        let room = room_behind(position, self.parents, compiler).ok()?;
        (room == Some(true)).then_some((column, self.parents))
    }

    /// Number of the parents' table.
    pub(crate) fn table(&self) -> usize {
        self.table
    }
}

fn check_options(options: &ReferenceOptions, scope: &Scope<'_>) -> Result<(), Rejected> {
    let mut right = Ok(());
    if let ParentDraw::Zipf { exponent } = options.distribution {
        if !(0.0..=MAX_EXPONENT).contains(&exponent) {
            let allowed = format!("0 to {MAX_EXPONENT}");
            right = Err(scope.invalid("distribution.exponent", exponent, allowed));
        }
        if options.unique {
            let allowed = "uniform, because `unique` takes each parent at most once";
            right = Err(scope.invalid("distribution", "zipf", allowed));
        }
    }
    if !(0.0..=1.0).contains(&options.missing) {
        right = Err(scope.invalid("missing", options.missing, "a share, 0 to 1"));
    }
    right
}

/// Whether a column has as many values behind its last row as before it; nothing for kinds of which
/// two rows may share a value, where one behind the last may still be some row's.
fn room_behind(
    position: Position,
    parents: u64,
    compiler: &Compiler<'_>,
) -> Result<Option<bool>, Rejected> {
    let spec = &compiler.spec.tables[position.0].columns[position.1];
    // Asked first: other kinds may be made from the very column whose link this is.
    if !matches!(spec.kind, ColumnKind::Uuid(_) | ColumnKind::Sequence(_)) {
        return Ok(None);
    }
    let end = compiler.column(position)?.end().unwrap_or(MAX_ROWS);
    Ok(Some(parents.saturating_mul(2) <= end.min(MAX_ROWS)))
}

fn check_missing(
    position: Position,
    parents: u64,
    options: &ReferenceOptions,
    scope: &Scope<'_>,
) -> Result<(), Rejected> {
    let allowed = match room_behind(position, parents, scope.compiler())? {
        Some(true) => return Ok(()),
        Some(false) => format!(
            "0: `{}` has {parents} rows, and no room for as many values behind them",
            options.to
        ),
        None => format!(
            "0: `{}` is no sequence or uuid, and of another kind no value is known to be without \
             a row",
            options.to
        ),
    };
    Err(scope.invalid("missing", options.missing, allowed))
}

/// The column that `table.column` names. Names may hold dots themselves: the first that fits.
fn find(to: &str, scope: &Scope<'_>) -> Result<Position, Rejected> {
    let tables = &scope.compiler().spec.tables;
    let mut table_found = None;
    for (index, table) in tables.iter().enumerate() {
        let name = to.strip_prefix(table.name.as_str());
        let Some(name) = name.and_then(|rest| rest.strip_prefix('.')) else {
            continue;
        };
        let mut columns = table.columns.iter();
        if let Some(column) = columns.position(|column| column.name == name) {
            return Ok((index, column));
        }
        table_found = Some(index);
    }
    if scope.compiler().unread.has_path(to) {
        return Err(Rejected);
    }
    let known = tables.iter().enumerate();
    let known = known.filter(|(index, _)| table_found.is_none_or(|found| found == *index));
    let known = known.flat_map(|(_, table)| {
        let columns = table.columns.iter();
        columns.map(|column| format!("{}.{}", table.name, column.name))
    });
    let known: Vec<String> = known.collect();
    let hint = Hint::new(to, known.iter().map(String::as_str));
    let allowed = format!("a column of a table, as `table.column`; {hint}");
    Err(scope.invalid("to", format!("`{to}`"), allowed))
}
