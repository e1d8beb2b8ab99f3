//! From the damages of a spec to what is done to each column.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::duplicate::Repeat;
use super::malformed::Malformed;
use super::out_of_range::OutOfRange;
use super::wrong_reference::WrongReference;
use super::{Damage, Harm, Stroke};
use crate::column::Column;
use crate::compile::{Compiler, Rejected};
use crate::error::{Hint, SpecError};
use crate::kinds::ColumnKind;
use crate::random::Key;
use crate::relations::Link;
use crate::scope::Scope;
use crate::share::Share;
use crate::spec::{DamageKind, DamageSpec, Malformation, MalformedOptions, TableSpec};

impl Compiler<'_> {
    /// The damage of a table; without what is wrong with it, which is noted.
    pub(crate) fn damage(&self, table: usize) -> Damage {
        let spec = &self.spec.tables[table];
        let mut building = Building {
            compiler: self,
            table,
            spec,
            damage: Damage {
                columns: spec.columns.iter().map(|_| Vec::new()).collect(),
                repeats: Vec::new(),
            },
        };
        for (damage, number) in spec.damage.iter().zip(1..) {
            // Noted where it was found.
            let _ = building.add(damage, number);
        }
        building.of_written()
    }
}

/// The damage of a table, damage by damage.
struct Building<'a> {
    compiler: &'a Compiler<'a>,
    /// Number of the table in the spec.
    table: usize,
    spec: &'a TableSpec,
    damage: Damage,
}

/// The columns that a damage is for.
struct Wanted {
    columns: Vec<usize>,
    /// Whether the spec names them.
    named: bool,
}

impl Building<'_> {
    fn add(&mut self, damage: &DamageSpec, number: usize) -> Result<(), Rejected> {
        let share = match (0.0..=1.0).contains(&damage.share) {
            true => Ok(damage.share),
            false => Err(self.invalid(number, "share", damage.share, "a share, 0 to 1")),
        };
        let ways = match &damage.kind {
            DamageKind::Malformed(options) => self.ways(options, number),
            _ => Ok([].into()),
        };
        let wanted = self.wanted(damage, number);
        let (share, ways, wanted) = (share?, ways?, wanted?);
        if let DamageKind::Duplicate {} = damage.kind {
            self.add_repeat(share, wanted.columns);
            return Ok(());
        }
        let mut fits_any = false;
        for &column in &wanted.columns {
            let Ok(compiled) = self.compiler.column((self.table, column)) else {
                // Wrong for another reason, and it might have fitted.
                fits_any = true;
                continue;
            };
            let key = self.key(column, damage.kind.word());
            match self.harm(&damage.kind, column, &compiled, &ways, key) {
                Some(harm) => {
                    let share = Share::new(key.lane(0), share);
                    self.damage.columns[column].push(Stroke { share, harm });
                    fits_any = true;
                }
                None if wanted.named => {
                    let name = &self.spec.columns[column].name;
                    let found = format!("`{name}` ({})", compiled.data_type());
                    self.invalid(number, "columns", found, fitting(&damage.kind));
                }
                None => {}
            }
        }
        let unread = self.compiler.unread.has_columns_of(&self.spec.name);
        if !fits_any && !wanted.named && !unread {
            let allowed = format!("{}, of which the table has none", fitting(&damage.kind));
            self.invalid(number, "columns", "not given", allowed);
        }
        Ok(())
    }

    /// The same rows of all columns.
    fn add_repeat(&mut self, share: f64, columns: Vec<usize>) {
        let repeat = self.damage.repeats.len();
        // Beside the keys of columns, none of which has an empty name.
        let key = Key::of_seed(self.compiler.seed).child(&self.spec.name);
        let key = key.child("").child("duplicate").child(&repeat.to_string());
        for &column in &columns {
            self.damage.columns[column].push(Stroke {
                share: Share::new(key.lane(0), share),
                harm: Harm::Repeat(repeat),
            });
        }
        self.damage.repeats.push(Repeat::new(key, share, columns));
    }

    /// The damage by the numbers of the columns that are written; the hidden ones have none.
    fn of_written(self) -> Damage {
        let written = |column: &usize| !self.spec.columns[*column].hidden;
        let Damage {
            columns,
            mut repeats,
        } = self.damage;
        for column in repeats.iter_mut().flat_map(|repeat| &mut repeat.columns) {
            *column = (0..*column).filter(&written).count();
        }
        let columns = columns.into_iter().enumerate();
        Damage {
            repeats,
            columns: columns
                .filter(|(column, _)| written(column))
                .map(|(_, strokes)| strokes)
                .collect(),
        }
    }

    /// The key of a damage of a column, by how many of its kind the column has already, so that
    /// it is none of its business what else there is.
    fn key(&self, column: usize, kind: &'static str) -> Key {
        let before = self.damage.columns[column].iter();
        let before = before.filter(|stroke| stroke.harm.word() == kind).count();
        let key = Key::of_seed(self.compiler.seed).child(&self.spec.name);
        let key = key.child(&self.spec.columns[column].name).child("damage");
        key.child(kind).child(&before.to_string())
    }

    /// What is done to a column; none if the damage doesn't fit it.
    fn harm(
        &self,
        kind: &DamageKind,
        column: usize,
        compiled: &Arc<dyn Column>,
        ways: &Arc<[Malformation]>,
        key: Key,
    ) -> Option<Harm> {
        match kind {
            DamageKind::Null {} => Some(Harm::Null),
            // The same for all columns, and made apart.
            DamageKind::Duplicate {} => None,
            DamageKind::OutOfRange {} => {
                OutOfRange::of(compiled.as_ref(), key).map(Harm::OutOfRange)
            }
            DamageKind::Malformed(_) => {
                let is_text = compiled.data_type() == arrow::datatypes::DataType::Utf8;
                let malformed = Malformed::new(Arc::clone(ways), key);
                is_text.then_some(Harm::Malformed(malformed))
            }
            DamageKind::WrongReference {} => {
                let spec = &self.spec.columns[column];
                let ColumnKind::Reference(reference) = &spec.kind else {
                    return None;
                };
                // It is compiled, and so is its link.
                let scope = Scope::new(self.compiler, self.table, self.spec, spec);
                let link = Link::of(reference, &scope).ok()?;
                let (keys, parents) = link.behind(self.compiler)?;
                let wrong = WrongReference::new(keys, parents, key);
                Some(Harm::WrongReference(wrong))
            }
        }
    }

    fn wanted(&self, damage: &DamageSpec, number: usize) -> Result<Wanted, Rejected> {
        let Some(names) = &damage.columns else {
            let columns = self.spec.columns.iter().enumerate();
            let columns = columns.filter(|(_, column)| !column.hidden);
            let columns = columns.map(|(number, _)| number).collect();
            let named = false;
            return Ok(Wanted { columns, named });
        };
        if names.is_empty() {
            let allowed = "names of columns, or not given for all that it fits";
            return Err(self.invalid(number, "columns", "empty", allowed));
        }
        let mut columns = BTreeSet::new();
        let mut rejected = None;
        for name in names {
            let known = || self.spec.columns.iter().map(|column| column.name.as_str());
            let found = format!("`{name}`");
            match known().position(|known| known == name) {
                Some(column) if self.spec.columns[column].hidden => {
                    let found = format!("{found}, which is hidden");
                    rejected =
                        Some(self.invalid(number, "columns", found, "columns that are written"));
                }
                Some(column) if columns.insert(column) => {}
                Some(_) => {
                    let found = format!("{found} twice");
                    rejected = Some(self.invalid(number, "columns", found, "each column once"));
                }
                None if self.compiler.unread.has_column(&self.spec.name, name) => {
                    rejected = Some(Rejected);
                }
                None => {
                    let allowed = format!("names of columns; {}", Hint::new(name, known()));
                    rejected = Some(self.invalid(number, "columns", found, allowed));
                }
            }
        }
        // Those that are known are checked, too, but only if there are any.
        match rejected {
            Some(rejected) if columns.is_empty() => Err(rejected),
            _ => Ok(Wanted {
                columns: columns.into_iter().collect(),
                named: true,
            }),
        }
    }

    /// The ways in which texts are malformed, each once.
    fn ways(
        &self,
        options: &MalformedOptions,
        number: usize,
    ) -> Result<Arc<[Malformation]>, Rejected> {
        let Some(ways) = &options.how else {
            return Ok(Malformation::ALL.into());
        };
        if ways.is_empty() {
            let allowed = "one way at least, or not given for all of them";
            return Err(self.invalid(number, "how", "empty", allowed));
        }
        let twice = ways
            .iter()
            .enumerate()
            .find(|(i, way)| ways[..*i].contains(way));
        if let Some((_, way)) = twice {
            let found = format!("`{}` twice", way.word());
            return Err(self.invalid(number, "how", found, "each way once"));
        }
        Ok(ways.as_slice().into())
    }

    /// Notes what is wrong with a damage.
    fn invalid(
        &self,
        number: usize,
        option: &'static str,
        found: impl ToString,
        allowed: impl Into<String>,
    ) -> Rejected {
        self.compiler.refuse(SpecError::InvalidDamage {
            table: self.spec.name.clone(),
            number,
            option,
            found: found.to_string(),
            allowed: allowed.into(),
        })
    }
}

/// The columns that a damage fits.
fn fitting(kind: &DamageKind) -> &'static str {
    match kind {
        DamageKind::Null {} | DamageKind::Duplicate {} => "any column",
        DamageKind::OutOfRange {} => {
            "a column of numbers or times whose range leaves room for other values of its type"
        }
        DamageKind::Malformed(_) => "a column of texts (Utf8)",
        DamageKind::WrongReference {} => {
            "a `reference` to a `sequence` or a `uuid` with room behind its last row"
        }
    }
}
