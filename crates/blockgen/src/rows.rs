//! Which rows a column is asked for: a run of neighbours, or any list of them.

/// Indices of rows. Each was checked to be below [`MAX_ROWS`](crate::MAX_ROWS), or stands for an
/// element of a nested value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rows<'a> {
    /// So many rows from `start` on: what blocks are made of.
    Run { start: u64, count: usize },
    /// These rows, in this order, each as often as it is named: parents of rows, elements of lists.
    Picked(&'a [u64]),
}

impl Rows<'_> {
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Run { count, .. } => count,
            Self::Picked(rows) => rows.len(),
        }
    }

    /// The highest row, if there is one.
    pub(crate) fn highest(self) -> Option<u64> {
        match self {
            Self::Run { count: 0, .. } => None,
            Self::Run { start, count } => Some(start + (count as u64 - 1)),
            Self::Picked(rows) => rows.iter().copied().max(),
        }
    }

    /// A value for each row. Each form has a loop of its own, so that a run of rows is as fast as
    /// if there were no other.
    #[inline]
    pub(crate) fn map<T>(self, mut value: impl FnMut(u64) -> T) -> Vec<T> {
        match self {
            Self::Run { start, count } => (start..start + count as u64).map(value).collect(),
            Self::Picked(rows) => rows.iter().map(|row| value(*row)).collect(),
        }
    }

    /// Calls `visit` with each row until it fails.
    #[inline]
    pub(crate) fn try_each<E>(self, mut visit: impl FnMut(u64) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::Run { start, count } => (start..start + count as u64).try_for_each(visit),
            Self::Picked(rows) => rows.iter().try_for_each(|row| visit(*row)),
        }
    }

    /// One bit for each row.
    #[inline]
    pub(crate) fn bits(self, value: impl Fn(u64) -> bool) -> arrow::buffer::BooleanBuffer {
        use arrow::buffer::BooleanBuffer;
        match self {
            Self::Run { start, count } => {
                BooleanBuffer::collect_bool(count, |i| value(start + i as u64))
            }
            Self::Picked(rows) => BooleanBuffer::collect_bool(rows.len(), |i| value(rows[i])),
        }
    }
}
