//! From a spec to columns: each is compiled once, when it or a column that depends on it is asked
//! for; whatever is wrong anywhere is gathered.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::column::Column;
use crate::error::{SpecError, SpecErrors};
use crate::scope::Scope;
use crate::spec::{DatasetSpec, TableSpec};

/// A column could not be compiled; why has been noted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rejected;

/// Where a column stands in its spec: number of the table, number of the column.
pub(crate) type Position = (usize, usize);

/// Compiles the columns of a spec for one seed.
pub(crate) struct Compiler<'a> {
    pub(crate) spec: &'a DatasetSpec,
    pub(crate) seed: u64,
    states: RefCell<BTreeMap<Position, State>>,
    /// The columns that are being compiled, each for the sake of the next.
    way: RefCell<Vec<Position>>,
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
        let state = self.states.borrow().get(&position).cloned();
        match state {
            Some(State::Compiled(column)) => return Ok(column),
            Some(State::Rejected) => return Err(Rejected),
            Some(State::Underway) => return Err(self.refuse(self.cycle(position))),
            None => {}
        }
        self.states.borrow_mut().insert(position, State::Underway);
        self.way.borrow_mut().push(position);
        let (table, column) = self.names(position);
        let compiled = column.compile(&Scope::new(self, position.0, table, column));
        self.way.borrow_mut().pop();
        let state = match &compiled {
            Ok(column) => State::Compiled(Arc::clone(column)),
            Err(Rejected) => State::Rejected,
        };
        self.states.borrow_mut().insert(position, state);
        compiled
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

    fn names(&self, (table, column): Position) -> (&'a TableSpec, &'a crate::spec::ColumnSpec) {
        let table = &self.spec.tables[table];
        (table, &table.columns[column])
    }

    /// The way that leads from a column back to itself.
    fn cycle(&self, position: Position) -> SpecError {
        let way = self.way.borrow();
        let from = way.iter().position(|step| *step == position).unwrap_or(0);
        let steps = way[from..].iter().chain([&position]);
        let steps = steps.map(|step| {
            let (table, column) = self.names(*step);
            format!("`{}.{}`", table.name, column.name)
        });
        let steps: Vec<_> = steps.collect();
        let (table, column) = self.names(position);
        SpecError::Cycle {
            table: table.name.clone(),
            column: column.name.clone(),
            way: steps.join(" needs "),
        }
    }
}
