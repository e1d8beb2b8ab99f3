//! Row groups that end where a file does.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;

use super::blocks::Groups;
use super::file_set::Ends;
use crate::file_count::EvenCut;

/// Groups of rows that are read, none of which goes beyond the end of a file.
pub(super) struct CutGroups {
    groups: Groups,
    cut: Option<EvenCut>,
    /// The first row that was not given yet.
    next_row: u64,
    /// What is left of the last group.
    rest: Option<RecordBatch>,
}

impl CutGroups {
    /// The same groups, those cut in two that lie across an end that is known.
    pub(super) fn new(groups: Groups, ends: &Ends) -> Self {
        let cut = match ends {
            Ends::Cut(cut) => Some(cut.clone()),
            Ends::AtSize(_) => None,
        };
        Self {
            groups,
            cut,
            next_row: 0,
            rest: None,
        }
    }
}

impl Iterator for CutGroups {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let group = match self.rest.take() {
            Some(rest) => rest,
            None => match self.groups.next()? {
                Ok(group) => group,
                error => return Some(error),
            },
        };
        let rows = group.num_rows() as u64;
        let left = self.cut.as_ref().and_then(|cut| {
            let file = cut.rows_of(cut.file_of(self.next_row));
            file.end.checked_sub(self.next_row)
        });
        // Rows behind the last file, of a source that has grown, are in the last one.
        let fit = left.filter(|left| *left > 0).unwrap_or(rows).min(rows);
        self.next_row = self.next_row.saturating_add(fit);
        if fit < rows {
            self.rest = Some(group.slice(fit as usize, (rows - fit) as usize));
        }
        Some(Ok(group.slice(0, fit as usize)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::Int64Array;

    use super::*;

    #[test]
    fn a_group_is_cut_where_a_file_ends() {
        let group = |rows: i64| {
            let ids = Int64Array::from_iter_values(0..rows);
            Ok(RecordBatch::try_from_iter([("id", Arc::new(ids) as _)]).unwrap())
        };
        let of = |ends: &Ends| {
            let groups: Groups = Box::new([group(4), group(4), group(4)].into_iter());
            let groups = CutGroups::new(groups, ends).map(|group| group.unwrap().num_rows());
            groups.collect::<Vec<_>>()
        };
        let cut = |files, rows| {
            Ends::Cut(EvenCut {
                files,
                rows: 0..rows,
            })
        };
        assert_eq!(of(&cut(2, 12)), [4, 2, 2, 4]);
        assert_eq!(of(&cut(6, 12)), [2, 2, 2, 2, 2, 2]);
        // A source that has become longer, or shorter, since its rows were counted.
        assert_eq!(of(&cut(2, 10)), [4, 1, 3, 2, 2]);
        assert_eq!(of(&cut(2, 20)), [4, 4, 2, 2]);
        assert_eq!(of(&Ends::AtSize(1)), [4, 4, 4]);
    }
}
