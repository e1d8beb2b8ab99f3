//! `city`: cities called after persons, as the locale's pattern has it.

use std::sync::Arc;

use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::kinds::phrase::{Phrases, Slot};
use crate::locale::{Locale, Tables};
use crate::pool::Pool;
use crate::random::Lane;
use crate::scope::Scope;

pub(in crate::kinds) fn city(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| cities(lane, tables))
}

/// Rivers at which German cities lie, in so many words, to tell them from others of their name;
/// those of the `fake` crate.
const RIVERS: &[&str] = &[
    "(Rhein)", "(Elbe)", "(Donau)", "(Main)", "(Weser)", "(Oder)", "(Neckar)", "(Havel)",
    "(Mosel)", "(Ems)",
];

/// Five shapes, equally often: as many as the `fake` crate has in every locale.
fn cities(lane: Lane, tables: &Tables) -> Phrases {
    let make = Maker {
        tables,
        prefixes: tables.own(|tables| tables.city_prefixes),
        suffixes: tables.own(|tables| tables.city_suffixes),
    };
    let shapes = match tables.locale {
        Locale::DeDe | Locale::NlNl => {
            let mut with_river = make.phrase("{CityPrefix}-{CityName}{CitySuffix}", Name::Last);
            if tables.locale == Locale::DeDe {
                with_river = make.phrase("{CityPrefix}-{CityName}{CitySuffix} {River}", Name::Last);
            }
            vec![
                make.phrase("{CityPrefix}{CityName}{CitySuffix}", Name::LastInLowerCase),
                make.phrase("{CityPrefix} {CityName}{CitySuffix}", Name::Last),
                make.phrase("{CityPrefix}-{CityName}{CitySuffix}", Name::Last),
                with_river,
                make.phrase("{CityName}{CitySuffix}", Name::Last),
            ]
        }
        _ => {
            // A locale without prefixes of its own has cities without.
            let with_prefix = match make.prefixes {
                [] => tables.city,
                _ => tables.city_with_prefix,
            };
            let last = make.phrase(tables.city, Name::Last);
            vec![
                make.phrase(with_prefix, Name::First),
                make.phrase(tables.city, Name::First),
                last.clone(),
                last.clone(),
                last,
            ]
        }
    };
    Phrases::new(lane, shapes)
}

/// What a city is called after.
enum Name {
    First,
    Last,
    LastInLowerCase,
}

struct Maker<'a> {
    tables: &'a Tables,
    prefixes: &'static [&'static str],
    suffixes: &'static [&'static str],
}

impl Maker<'_> {
    fn phrase(&self, template: &str, name: Name) -> Vec<Arc<Pool>> {
        let slots = Slot::of(template);
        let pools = slots.iter().map(|slot| match (slot.name, &name) {
            ("CityPrefix", _) => slot.pool(self.prefixes),
            ("CitySuffix", _) => slot.pool(self.suffixes),
            ("River", _) => slot.pool(RIVERS),
            (_, Name::First) => slot.pool(self.tables.first_names),
            (_, Name::Last) => slot.pool(self.tables.last_names),
            (_, Name::LastInLowerCase) => {
                let names = self
                    .tables
                    .last_names
                    .iter()
                    .map(|name| name.to_lowercase());
                let names: Vec<_> = names.collect();
                slot.pool(&names.iter().map(String::as_str).collect::<Vec<_>>())
            }
        });
        pools.collect()
    }
}
