//! How many rows tables have: as the spec says, or as follows from their parents'.

use std::sync::Arc;

use super::children::{Children, Place};
use super::counts::Counts;
use crate::column::Column;
use crate::compile::{Compiler, Rejected};
use crate::error::{Hint, SpecError};
use crate::generator::MAX_ROWS;
use crate::random::Key;
use crate::spec::{ChildrenSpec, MAX_CHILDREN};

/// What is known of a table's rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Size {
    /// How many there are; unknown if the spec doesn't say.
    pub(crate) rows: Option<u64>,
    pub(crate) family: Option<Family>,
}

/// How a table's rows are the children of another's.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    /// Number of the parents' table.
    pub(crate) parent: usize,
    /// The parent's row of each row.
    pub(crate) parents: Arc<dyn Column>,
    /// The number of each row among its parent's children, from 0.
    pub(crate) lines: Arc<dyn Column>,
}

impl Compiler<'_> {
    /// How many rows a table has, and whose children they are.
    pub(crate) fn size(&self, table: usize) -> Result<Size, Rejected> {
        let known = self.relations.sizes.borrow().get(&table).cloned();
        match known {
            Some(Some(size)) => return size,
            // Only its own parents ask for a table's size while it is being found out.
            Some(None) => return Err(self.counted_by_itself(table)),
            None => {}
        }
        self.relations.sizes.borrow_mut().insert(table, None);
        let size = self.find_size(table);
        let known = Some(size.clone());
        self.relations.sizes.borrow_mut().insert(table, known);
        size
    }

    /// How many rows a table has that `place`, such as "column `orders.customer_id`", refers to.
    pub(super) fn parents(&self, table: usize, place: &str) -> Result<u64, Rejected> {
        match self.size(table)?.rows {
            Some(rows) if rows > 0 => Ok(rows),
            rows => {
                let found = rows.map_or("not given".to_owned(), |rows| rows.to_string());
                let allowed = format!("1 to {MAX_ROWS}, because {place} refers to its rows");
                Err(self.refuse_table(table, "rows", found, allowed))
            }
        }
    }

    /// How many rows a table has, which values of table `of` depend on.
    pub(crate) fn rows_for(&self, of: usize, table: usize, place: &str) -> Result<u64, Rejected> {
        self.relations.need(of, table);
        self.parents(table, place)
    }

    fn find_size(&self, table: usize) -> Result<Size, Rejected> {
        let spec = &self.spec.tables[table];
        let Some(children) = &spec.children else {
            if let Some(rows) = spec.rows.filter(|rows| *rows > MAX_ROWS) {
                return Err(self.refuse_table(table, "rows", rows, format!("0 to {MAX_ROWS}")));
            }
            let rows = spec.rows;
            return Ok(Size { rows, family: None });
        };
        let given = spec.rows.map(|rows| {
            let allowed = rows_follow(&children.of);
            self.refuse_table(table, "rows", rows, allowed)
        });
        let counts = self.counts(table, children);
        let parent = self.parent_table(table, children)?;
        self.relations.need(table, parent);
        let parents = self.size(parent)?.rows.ok_or_else(|| {
            let allowed = format!(
                "0 to {MAX_ROWS}, because table `{}` is counted by its rows",
                spec.name
            );
            self.refuse_table(parent, "rows", "not given", allowed)
        })?;
        let counts = counts?;
        if let Some(rejected) = given {
            return Err(rejected);
        }
        let found = Children::new(counts, parents).filter(|found| found.rows() <= MAX_ROWS);
        let Some(children) = found.map(Arc::new) else {
            let allowed = format!("so many that {parents} parents have {MAX_ROWS} in all at most");
            return Err(self.refuse_table(table, "children.max", children.max, allowed));
        };
        Ok(Size {
            rows: Some(children.rows()),
            family: Some(Family {
                parent,
                parents: Arc::new(Place::parent(&children)),
                lines: Arc::new(Place::line(&children)),
            }),
        })
    }

    fn counts(&self, table: usize, children: &ChildrenSpec) -> Result<Counts, Rejected> {
        let &ChildrenSpec { min, max, mean, .. } = children;
        let mut counts = Ok(());
        if max < min || !(1..=MAX_CHILDREN).contains(&max) {
            let least = if max < min && min <= MAX_CHILDREN {
                format!("min ({min})")
            } else {
                "1".to_owned()
            };
            let allowed = format!("{least} to {MAX_CHILDREN}");
            counts = Err(self.refuse_table(table, "children.max", max, allowed));
        }
        let mean = mean.unwrap_or(f64::midpoint(min.into(), max.into()));
        if counts.is_ok() && !(f64::from(min)..=f64::from(max)).contains(&mean) {
            let allowed = format!("min ({min}) to max ({max})");
            counts = Err(self.refuse_table(table, "children.mean", mean, allowed));
        }
        counts?;
        // No column has an empty name, so none shares this key.
        let key = Key::of_seed(self.seed).child(&self.spec.tables[table].name);
        let key = key.child("").child("children");
        Ok(Counts::new(key, min, max, mean))
    }

    fn parent_table(&self, table: usize, children: &ChildrenSpec) -> Result<usize, Rejected> {
        let tables = || self.spec.tables.iter();
        let found = tables().position(|other| other.name == children.of);
        found.ok_or_else(|| {
            if self.unread.has_table(&children.of) {
                return Rejected;
            }
            let hint = Hint::new(&children.of, tables().map(|other| other.name.as_str()));
            let allowed = format!("the name of a table; {hint}");
            self.refuse_table(table, "children.of", format!("`{}`", children.of), allowed)
        })
    }

    fn counted_by_itself(&self, table: usize) -> Rejected {
        let of = |table: &str| {
            let spec = self.spec.table(table).ok()?;
            Some(spec.children.as_ref()?.of.as_str())
        };
        let name = self.spec.tables[table].name.as_str();
        let mut way = format!("`{name}`");
        let mut next = of(name);
        while let Some(parent) = next {
            way.push_str(&format!(" of `{parent}`"));
            next = of(parent).filter(|_| parent != name);
        }
        let found = format!("`{}`", of(name).unwrap_or_default());
        let allowed = format!("a table whose rows are not counted by this one's ({way})");
        self.refuse_table(table, "children.of", found, allowed)
    }

    /// Notes that an option of a table is not allowed.
    fn refuse_table(
        &self,
        table: usize,
        option: &'static str,
        found: impl ToString,
        allowed: impl Into<String>,
    ) -> Rejected {
        let table = &self.spec.tables[table].name;
        if self.unread.has_options_of(table) {
            return Rejected;
        }
        self.refuse(SpecError::InvalidTable {
            table: table.clone(),
            option,
            found: found.to_string(),
            allowed: allowed.into(),
        })
    }
}

/// What is allowed as the `rows` of a table of children.
pub(crate) fn rows_follow(parent: &str) -> String {
    format!("none: its rows are the children of table `{parent}`, whose rows decide")
}
