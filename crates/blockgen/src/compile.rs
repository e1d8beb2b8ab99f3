//! From a spec to columns: each is compiled once, when it or a column that depends on it is asked
//! for; whatever is wrong anywhere is gathered.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::column::Column;
use crate::error::{SpecError, SpecErrors};
use crate::relations::Relations;
use crate::scope::Scope;
use crate::spec::{ColumnSpec, DatasetSpec, Unread};
use crate::stock::Stocks;

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
    /// What the spec lacks without being to blame.
    pub(crate) unread: &'a Unread,
    states: RefCell<BTreeMap<Position, State>>,
    /// What has been found out about the tables.
    pub(crate) relations: Relations,
    /// Running text, by the words it is made of.
    pub(crate) stocks: Stocks,
    /// The columns that are being compiled, each for the sake of the one before.
    way: RefCell<Vec<Step>>,
    /// Tables of the spec, and structs met so far.
    tables: Cell<usize>,
    errors: RefCell<Vec<SpecError>>,
}

#[derive(Clone)]
enum State {
    Underway,
    /// With the number of columns that it takes to make it.
    Compiled(Arc<dyn Column>, u64),
    Rejected,
}

/// A column that is being compiled.
struct Step {
    position: Position,
    /// What errors call it.
    name: String,
    /// The columns it has asked for, each once, and what it takes to make all of them.
    needs: BTreeSet<Position>,
    cost: u64,
}

/// Columns that may be compiled for the sake of one another: a bound for the stack.
const MAX_WAY: usize = 128;

/// Columns that one may be made from, over all steps. Values that lead from table to table are
/// made anew by each that asks, and two questions a step would double the work with every step.
const MAX_COST: u64 = 10_000;

impl<'a> Compiler<'a> {
    pub(crate) fn new(spec: &'a DatasetSpec, seed: u64) -> Self {
        static NOTHING: Unread = Unread::nothing();
        Self::without(&NOTHING, spec, seed)
    }

    /// For a spec whose text had more: what is missing because of that is not told again.
    pub(crate) fn without(unread: &'a Unread, spec: &'a DatasetSpec, seed: u64) -> Self {
        Self {
            spec,
            seed,
            unread,
            states: RefCell::default(),
            relations: Relations::default(),
            stocks: Stocks::default(),
            way: RefCell::default(),
            tables: Cell::new(spec.tables.len()),
            errors: RefCell::default(),
        }
    }

    /// The columns of a table, in their order; those that are rejected are left out.
    pub(crate) fn table(&self, table: usize) -> Vec<Arc<dyn Column>> {
        // For what is wrong with its number of rows, which is noted when it is first asked for.
        let _ = self.size(table);
        let columns = self.spec.tables[table].columns.len();
        let compiled = (0..columns).map(|column| self.column((table, column)));
        compiled.filter_map(Result::ok).collect()
    }

    /// The column at a position.
    pub(crate) fn column(&self, position: Position) -> Result<Arc<dyn Column>, Rejected> {
        let table = &self.spec.tables[position.0];
        let column = &table.columns[position.1];
        self.once(
            position,
            column,
            &Scope::new(self, position.0, table, column),
        )
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
            Some(State::Compiled(column, cost)) => {
                self.charge(position, cost);
                return Ok(column);
            }
            Some(State::Rejected) => return Err(Rejected),
            Some(State::Underway) => return Err(self.refuse(self.cycle(position, scope))),
            None => {}
        }
        let steps = self.way.borrow().len();
        if steps >= MAX_WAY {
            return Err(self.too_many_steps(scope, steps as u64, MAX_WAY as u64));
        }
        self.states.borrow_mut().insert(position, State::Underway);
        self.way.borrow_mut().push(Step {
            position,
            name: format!("`{}.{}`", scope.table().name, scope.path()),
            needs: BTreeSet::new(),
            cost: 0,
        });
        let compiled = column.compile(scope);
        let step = self.way.borrow_mut().pop();
        let cost = step.map_or(0, |step| step.cost);
        let compiled = compiled.and_then(|column| {
            if cost > MAX_COST {
                return Err(self.too_many_steps(scope, cost, MAX_COST));
            }
            Ok(column)
        });
        let state = match &compiled {
            Ok(column) => State::Compiled(Arc::clone(column), cost + 1),
            Err(Rejected) => State::Rejected,
        };
        self.states.borrow_mut().insert(position, state);
        self.charge(position, cost + 1);
        compiled
    }

    /// A number for the fields of another struct.
    pub(crate) fn next_table(&self) -> usize {
        self.tables.replace(self.tables.get() + 1)
    }

    /// Adds what a column takes to that of the column it is compiled for.
    fn charge(&self, position: Position, cost: u64) {
        if let Some(step) = self.way.borrow_mut().last_mut()
            && step.needs.insert(position)
        {
            step.cost = step.cost.saturating_add(cost);
        }
    }

    fn too_many_steps(&self, scope: &Scope<'_>, found: u64, most: u64) -> Rejected {
        self.refuse(SpecError::TooManySteps {
            table: scope.table().name.clone(),
            column: scope.path().to_owned(),
            found,
            most,
        })
    }

    /// Notes what is wrong.
    pub(crate) fn refuse(&self, error: SpecError) -> Rejected {
        self.errors.borrow_mut().push(error.shortened());
        Rejected
    }

    /// What was found wrong so far.
    ///
    /// # Errors
    ///
    /// All of it.
    pub(crate) fn finish(self) -> Result<(), SpecErrors> {
        SpecErrors::check(self.errors.into_inner(), &self.spec.lines)
    }

    /// The way that leads from a column back to itself.
    fn cycle(&self, position: Position, scope: &Scope<'_>) -> SpecError {
        let way = self.way.borrow();
        let from = way.iter().position(|step| step.position == position);
        let steps = way[from.unwrap_or(0)..].iter().map(|step| &step.name);
        let back = format!("`{}.{}`", scope.table().name, scope.path());
        let steps: Vec<_> = steps.chain([&back]).map(String::as_str).collect();
        SpecError::Cycle {
            table: scope.table().name.clone(),
            column: scope.path().to_owned(),
            way: steps.join(" needs "),
        }
    }
}
