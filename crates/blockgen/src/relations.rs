//! Tables that refer to one another: a row's parent is found from the row alone, and the parent's
//! values are made again where they are needed.
//!
//! ```text
//! row ──Parents (drawn: `reference`)────┐
//!                                       ├──▶ parent's row ──Pulled──▶ value of a parent's column
//! row ──Children (counted: `children`)──┘
//! ```
//!
//! The only thing about another table that is an input to values is how many rows it has.

mod children;
mod counts;
mod links;
mod parents;
mod pulled;
mod sizes;
mod zipf;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use self::links::Link;
pub(crate) use self::pulled::Pulled;
pub(crate) use self::sizes::{Family, Size, rows_follow};
pub(crate) use self::zipf::MAX_EXPONENT;

use crate::compile::Rejected;

/// A column by its table and the names on the way to it, which may hold dots.
type Names = (usize, Vec<String>);

/// What the compiler has found out about the tables of a spec, each thing once. Tables go by their
/// number in the spec.
#[derive(Default)]
pub(crate) struct Relations {
    /// How many rows tables have; nothing while that is being found out.
    sizes: RefCell<BTreeMap<usize, Option<Result<Size, Rejected>>>>,
    /// How columns draw their parents.
    links: RefCell<BTreeMap<Names, Result<Link, Rejected>>>,
    /// The tables that a table's values depend on.
    needs: RefCell<BTreeMap<usize, BTreeSet<usize>>>,
}

impl Relations {
    /// Notes that values of `table` depend on rows of `parent`.
    fn need(&self, table: usize, parent: usize) {
        let mut needs = self.needs.borrow_mut();
        needs.entry(table).or_default().insert(parent);
    }

    /// All tables that values of `table` depend on, over any number of steps; itself among them if
    /// its rows refer to one another.
    pub(crate) fn needs(&self, table: usize) -> BTreeSet<usize> {
        let needs = self.needs.borrow();
        let mut found = BTreeSet::new();
        let mut open = vec![table];
        while let Some(table) = open.pop() {
            let parents = needs.get(&table).into_iter().flatten();
            open.extend(parents.filter(|parent| found.insert(**parent)));
        }
        found
    }
}
