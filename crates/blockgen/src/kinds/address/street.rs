//! `street_name`, `street_address` and `secondary_address`.

use std::sync::Arc;

use crate::column::Column;
use crate::compile::Rejected;
use crate::kinds::localised;
use crate::kinds::phrase::{Phrases, Slot, numbers};
use crate::locale::{Locale, Tables};
use crate::pool::Pool;
use crate::random::Lane;
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer};

/// House numbers of `street_address`: 1 to 9999.
const HIGHEST_NUMBER: u32 = 9_999;

/// Flats, floors and entrances: 1 to 98, as the `fake` crate has them.
const HIGHEST_SECONDARY_NUMBER: u32 = 98;

/// Streets are called after persons: half by their given names, half by their family names.
fn streets(lane: Lane, tables: &Tables) -> Phrases {
    let slots = Slot::of(tables.street);
    let street = |names: &[&str]| {
        let pools = slots.iter().map(|slot| match slot.name {
            "StreetSuffix" => slot.pool(tables.street_suffixes),
            _ => slot.pool(names),
        });
        pools.collect()
    };
    let streets = [street(tables.first_names), street(tables.last_names)];
    Phrases::new(lane, streets)
}

pub(in crate::kinds) fn street_name(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| streets(lane, tables))
}

pub(in crate::kinds) fn street_address(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    localised::compile(scope, |tables| StreetAddress::new(lane, tables))
}

/// A house number and a street, in the order of the country.
#[derive(Debug)]
struct StreetAddress {
    lane: Lane,
    numbers: Arc<Pool>,
    number_first: bool,
    streets: Phrases,
}

impl StreetAddress {
    fn new(lane: Lane, tables: &Tables) -> Self {
        // What stands before and behind the number; the `fake` crate has no addresses, so this is
        // how letters are addressed in each country.
        let (before, behind, number_first) = match tables.locale {
            Locale::En | Locale::ArSa | Locale::CyGb | Locale::FrFr => ("", " ", true),
            Locale::ItIt | Locale::PtBr | Locale::PtPt => (", ", "", false),
            Locale::ZhCn => ("", "号", false),
            Locale::ZhTw => ("", "號", false),
            _ => (" ", "", false),
        };
        Self {
            lane,
            numbers: numbers(before, 1..=HIGHEST_NUMBER, behind),
            number_first,
            streets: streets(lane, tables),
        }
    }
}

impl Text for StreetAddress {
    fn lengths(&self) -> Lengths {
        self.numbers.lengths() + self.streets.lengths()
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        let mut draws = self.lane.draws(row);
        let number = self.numbers.draw(&mut draws);
        if self.number_first {
            out.push(&self.numbers, number);
        }
        self.streets.draw(&mut draws, out);
        if !self.number_first {
            out.push(&self.numbers, number);
        }
    }
}

pub(in crate::kinds) fn secondary_address(scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
    let lane = scope.key().lane(0);
    let numbers: Vec<_> = (1..=HIGHEST_SECONDARY_NUMBER)
        .map(|number| number.to_string())
        .collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    localised::compile(scope, |tables| {
        let slots = Slot::of(tables.secondary_address);
        let pools = slots.iter().map(|slot| match slot.name {
            "Number" => slot.pool(&numbers),
            _ => slot.pool(tables.secondary_address_types),
        });
        Phrases::new(lane, [pools.collect()])
    })
}
