//! From a spec to columns: each is compiled once, when it or a column that depends on it is asked
//! for; whatever is wrong anywhere is gathered.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::column::Column;
use crate::error::{SpecError, SpecErrors};
use crate::scope::Scope;
use crate::spec::{ColumnSpec, DatasetSpec};

/// A column could not be compiled; why has been noted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rejected;

/// Where a column stands in its spec: number of the table, number of the column. The fields of a
/// struct stand together as the columns of a table do; they count as tables behind the spec's own.
pub(crate) type Position = (usize, usize);

/// Compiles the columns of a spec for one seed.
pub(crate) struct Compiler<'a> {
    pub(crate) spec: &'a DatasetSpec,
    pub(crate) seed: u64,
    states: RefCell<BTreeMap<Position, State>>,
    /// The columns that are being compiled, each for the sake of the next, and what errors call
    /// them.
    way: RefCell<Vec<(Position, String)>>,
    /// Tables of the spec, and structs met so far.
    tables: Cell<usize>,
    errors: RefCell<Vec<SpecError>>,
}

#[derive(Clone)]
enum State {
    Underway,
    Compiled(Arc<dyn Column>),
    Rejected,
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(spec: &'a DatasetSpec, seed: u64) -> Self {
        Self {
            spec,
            seed,
            states: RefCell::default(),
            way: RefCell::default(),
            tables: Cell::new(spec.tables.len()),
            errors: RefCell::default(),
        }
    }

    /// The columns of a table, in their order; those that are rejected are left out.
    pub(crate) fn table(&self, table: usize) -> Vec<Arc<dyn Column>> {
        let columns = self.spec.tables[table].columns.len();
        let compiled = (0..columns).map(|column| self.column((table, column)));
        compiled.filter_map(Result::ok).collect()
    }

    /// The column at a position.
    pub(crate) fn column(&self, position: Position) -> Result<Arc<dyn Column>, Rejected> {
        let table = &self.spec.tables[position.0];
        let column = &table.columns[position.1];
        self.once(position, column, &Scope::new(self, position.0, table, column))
    }

    /// What stands at a position, compiled when it is first asked for.
    pub(crate) fn once(
        &self,
        position: Position,
        column: &ColumnSpec,
        scope: &Scope<'_>,
    ) -> Result<Arc<dyn Column>, Rejected> {
        let state = self.states.borrow().get(&position).cloned();
        match state {
            Some(State::Compiled(column)) => return Ok(column),
            Some(State::Rejected) => return Err(Rejected),
            Some(State::Underway) => return Err(self.refuse(self.cycle(position, scope))),
            None => {}
        }
        self.states.borrow_mut().insert(position, State::Underway);
        let name = format!("`{}.{}`", scope.table().name, scope.path());
        self.way.borrow_mut().push((position, name));
        let compiled = column.compile(scope);
        self.way.borrow_mut().pop();
        let state = match &compiled {
            Ok(column) => State::Compiled(Arc::clone(column)),
            Err(Rejected) => State::Rejected,
        };
        self.states.borrow_mut().insert(position, state);
        compiled
    }

    /// A number for the fields of another struct.
    pub(crate) fn next_table(&self) -> usize {
        self.tables.replace(self.tables.get() + 1)
    }

    /// Notes what is wrong.
    pub(crate) fn refuse(&self, error: SpecError) -> Rejected {
        self.errors.borrow_mut().push(error);
        Rejected
    }

    /// What was found wrong so far.
    ///
    /// # Errors
    ///
    /// All of it.
    pub(crate) fn finish(self) -> Result<(), SpecErrors> {
        SpecErrors::check(self.errors.into_inner())
    }

    /// The way that leads from a column back to itself.
    fn cycle(&self, position: Position, scope: &Scope<'_>) -> SpecError {
        let way = self.way.borrow();
        let from = way.iter().position(|(step, _)| *step == position);
        let steps = way[from.unwrap_or(0)..].iter().map(|(_, name)| name);
        let back = format!("`{}.{}`", scope.table().name, scope.path());
        let steps: Vec<_> = steps.chain([&back]).map(String::as_str).collect();
        SpecError::Cycle {
            table: scope.table().name.clone(),
            column: scope.path().to_owned(),
            way: steps.join(" needs "),
        }
    }
}
