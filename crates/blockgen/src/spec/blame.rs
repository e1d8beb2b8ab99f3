//! Which option it is that cannot be read, where its type is right and only its reader refuses it.

use serde::de::value::Error;

use super::node::{Node, Value};
use super::place::Place;
use crate::error::{SpecError, SpecFault};

/// More options than any kind has.
const MOST_TRIED: usize = 64;

/// serde names no option where it reads a column through its kind, so they are taken out one after
/// the other: the one without which it says something else is the one it spoke of.
pub(super) fn blame(
    node: &Node,
    place: &Place,
    error: &Error,
    read: &dyn Fn(&Node) -> Result<(), Error>,
) -> Vec<SpecFault> {
    let mut faults = Vec::new();
    let mut left = node.clone();
    let mut said = error.to_string();
    for entry in node.entries().iter().take(MOST_TRIED) {
        if ["name", "kind"].contains(&entry.key.as_str()) {
            continue;
        }
        if let Value::Map(entries) = &mut left.value {
            entries.retain(|other| other.key != entry.key);
        }
        let now = read(&left).err().map(|error| error.to_string());
        if now.as_ref() == Some(&said) {
            continue;
        }
        let place = place.option(&entry.key);
        faults.push(unreadable(entry.line, &place, said));
        match now {
            // That it is missing now is our own doing.
            Some(next) if !next.starts_with("missing field") => said = next,
            _ => return faults,
        }
    }
    if faults.is_empty() {
        faults.push(unreadable(node.name_line(), place, said));
    }
    faults
}

fn unreadable(line: u32, place: &Place, message: String) -> SpecFault {
    let what = place.describe();
    SpecFault::new(Some(line), SpecError::Unreadable { what, message })
}
