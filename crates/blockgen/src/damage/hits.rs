//! Which values of a block are damaged, and by what.

use super::{Damage, Stroke};

/// A value that is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// Index of the row in the block.
    pub(super) index: usize,
    /// The stroke that damages it: the first of those that hit the row.
    pub(super) stroke: usize,
}

/// The hits of a column's strokes in `count` rows from `start` on, by their index.
pub(super) fn hits(strokes: &[Stroke], start: u64, count: usize) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (number, stroke) in strokes.iter().enumerate() {
        let indices = (0..count).filter(|index| stroke.hits(start + *index as u64));
        hits.extend(indices.map(|index| Hit {
            index,
            stroke: number,
        }));
    }
    if strokes.len() > 1 {
        hits.sort_unstable();
        hits.dedup_by_key(|hit| hit.index);
    }
    hits
}

impl Damage {
    /// Whether any value that a row has in these columns is damaged.
    pub(super) fn touches(&self, row: u64, columns: &[usize]) -> bool {
        let strokes = columns
            .iter()
            .filter_map(|column| self.columns.get(*column));
        strokes.flatten().any(|stroke| stroke.hits(row))
    }
}
