//! Row groups that end where a file does.

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::error::ArrowError;
use blockwrite::Regroup;

use super::ends::Ends;
use crate::file_count::EvenCut;

/// Row groups one after the other, of one file after the other.
pub(super) trait OfFiles: Iterator<Item = Result<RecordBatch, ArrowError>> {
    /// The next group is the first of its file.
    fn begin_file(&mut self);
}

/// Groups become larger where there are many of them in one file.
impl<R: RecordBatchReader> OfFiles for Regroup<R> {
    fn begin_file(&mut self) {
        Regroup::begin_file(self);
    }
}

/// Groups of rows that are read, none of which goes beyond the end of a file.
pub(super) struct CutGroups<G> {
    groups: G,
    cut: Option<EvenCut>,
    /// The first row that was not given yet.
    next_row: u64,
    /// What is left of the last group.
    rest: Option<RecordBatch>,
}

impl<G: OfFiles> CutGroups<G> {
    /// The same groups, those cut in two that lie across an end that is known.
    pub(super) fn new(groups: G, ends: &Ends) -> Self {
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

    /// Rows that the file still takes, where that is known.
    fn rows_left(&self) -> Option<u64> {
        let cut = self.cut.as_ref()?;
        let file = cut.rows_of(cut.file_of(self.next_row));
        file.end.checked_sub(self.next_row)
    }
}

impl<G: OfFiles> Iterator for CutGroups<G> {
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
        let left = self.rows_left();
        // Rows behind the last file, of a source that has grown, are in the last one.
        let fit = left.filter(|left| *left > 0).unwrap_or(rows).min(rows);
        self.next_row = self.next_row.saturating_add(fit);
        // Files of a size end before they have too many groups, wherever that is.
        if left.is_none_or(|left| left == fit) {
            self.groups.begin_file();
        }
        if fit < rows {
            self.rest = Some(group.slice(fit as usize, (rows - fit) as usize));
        }
        Some(Ok(group.slice(0, fit as usize)))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::sync::Arc;

    use arrow::array::Int64Array;

    use super::*;

    /// Groups, and how many were given when a file began.
    struct Given<I> {
        groups: I,
        given: usize,
        begun: Rc<RefCell<Vec<usize>>>,
    }

    impl<I: Iterator<Item = RecordBatch>> Iterator for Given<I> {
        type Item = Result<RecordBatch, ArrowError>;

        fn next(&mut self) -> Option<Self::Item> {
            self.given += 1;
            self.groups.next().map(Ok)
        }
    }

    impl<I: Iterator<Item = RecordBatch>> OfFiles for Given<I> {
        fn begin_file(&mut self) {
            self.begun.borrow_mut().push(self.given);
        }
    }

    #[test]
    fn a_group_is_cut_where_a_file_ends() {
        let group = |rows: i64| {
            let ids = Int64Array::from_iter_values(0..rows);
            RecordBatch::try_from_iter([("id", Arc::new(ids) as _)]).unwrap()
        };
        let of = |ends: &Ends| {
            let begun = Rc::default();
            let given = Given {
                groups: [group(4), group(4), group(4)].into_iter(),
                given: 0,
                begun: Rc::clone(&begun),
            };
            let groups = CutGroups::new(given, ends).map(|group| group.unwrap().num_rows());
            let groups: Vec<_> = groups.collect();
            (groups, begun.take())
        };
        let cut = |files, rows| {
            Ends::Cut(EvenCut {
                files,
                rows: 0..rows,
            })
        };
        let (groups, begun) = of(&cut(2, 12));
        assert_eq!((groups, begun), (vec![4, 2, 2, 4], vec![2, 3]));
        let (groups, begun) = of(&cut(6, 12));
        assert_eq!((groups, begun), (vec![2; 6], vec![1, 1, 2, 2, 3, 3]));
        // A source that has become longer, or shorter, since its rows were counted.
        assert_eq!(of(&cut(2, 10)).0, [4, 1, 3, 2, 2]);
        assert_eq!(of(&cut(2, 20)).0, [4, 4, 2, 2]);
        assert_eq!(of(&Ends::AtSize(1)), (vec![4, 4, 4], vec![1, 2, 3]));
    }
}
