//! How many elements each row has, and which: what lists and maps have in common.
//!
//! An element is made like a row: from its number alone. Element `j` of row `r` has the number
//! `r × max + j`, where `max` is the most that any row has. So no two elements meet, whatever the
//! other rows hold; and as the number of an element is below that of rows, its own elements, in a
//! list of lists, are numbered in the same way from it. A list that is shorter than `max` leaves
//! the rest of its numbers unused.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::buffer::{OffsetBuffer, ScalarBuffer};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::generator::MAX_ROWS;
use crate::random::Lane;
use crate::rows::Rows;
use crate::scope::Scope;

/// Elements that one row of a table may have in one column, through all lists in lists.
const MAX_PER_ROW: u64 = 1 << 16;

/// Elements that one block may have in one column: four a row in the largest block, 64 a row in
/// one of a million rows. Half a GiB of numbers, and no more than four times that for most kinds.
const MAX_PER_BLOCK: usize = 1 << 26;

/// From `min` to `max` elements a row, each number as often.
#[derive(Clone, Debug)]
pub(super) struct Elements {
    lane: Lane,
    min: u64,
    max: u64,
    /// Numbers that a row takes up.
    stride: u64,
    /// Rows of the table whose elements have numbers.
    max_rows: u64,
    max_per_block: usize,
}

impl Elements {
    pub(super) fn new(min: u32, max: u32, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let (min, max) = (u64::from(min), u64::from(max));
        let most = MAX_PER_ROW / scope.per_row().max(1);
        if max > most {
            let mut allowed = format!("at most {most}");
            if scope.per_row() > 1 {
                allowed.push_str(&format!(
                    ": a row has at most {MAX_PER_ROW} elements, and {} lists of this column",
                    scope.per_row()
                ));
            }
            return Err(scope.invalid("max", max, allowed));
        }
        if max < min {
            return Err(scope.invalid("max", max, format!("min ({min}) or more")));
        }
        Ok(Self {
            lane: scope.key().lane(0),
            min,
            max,
            stride: max.max(1),
            max_rows: MAX_ROWS / (max.max(1) * scope.per_row()),
            max_per_block: MAX_PER_BLOCK,
        })
    }

    /// Most elements of a row, and 1 where there are none.
    pub(super) fn stride(&self) -> u64 {
        self.stride
    }

    /// Fails for rows whose elements would not have numbers, if each row takes up `stride` of them.
    pub(super) fn check(&self, rows: Rows<'_>, stride: u64) -> Result<(), FillError> {
        match rows.highest() {
            Some(row) if row >= MAX_ROWS / stride => Err(FillError::ElementBeyondLimit {
                max_rows: self.max_rows / (stride / self.stride),
            }),
            _ => Ok(()),
        }
    }

    /// Where the elements of each row start, and where those of the last one end.
    pub(super) fn offsets(&self, rows: Rows<'_>) -> Result<OffsetBuffer<i32>, FillError> {
        let too_many = FillError::TooManyElements {
            max_elements: self.max_per_block,
        };
        let fewest = (rows.len() as u64).saturating_mul(self.min);
        if fewest > self.max_per_block as u64 {
            return Err(too_many);
        }
        let choices = self.max - self.min + 1;
        let mut offsets = Vec::with_capacity(rows.len() + 1);
        offsets.push(0i32);
        let mut end = 0u64;
        let counted = rows.try_each(|row| {
            end += self.min + self.lane.draws(row).below(choices);
            if end > self.max_per_block as u64 {
                return Err(());
            }
            offsets.push(end as i32);
            Ok(())
        });
        match counted {
            Ok(()) => Ok(OffsetBuffer::new(ScalarBuffer::from(offsets))),
            Err(()) => Err(too_many),
        }
    }

    /// The values of a column for the elements of these rows, one row's behind another's.
    pub(super) fn fill(
        &self,
        column: &Arc<dyn Column>,
        rows: Rows<'_>,
        offsets: &OffsetBuffer<i32>,
    ) -> Result<ArrayRef, FillError> {
        self.check(rows, self.stride)?;
        let total = offsets.last().map_or(0, |end| *end as usize);
        if let Rows::Run { start, count } = rows
            && total as u64 == count as u64 * self.stride
        {
            // No row leaves a number unused: neighbours, which are faster.
            let start = start * self.stride;
            let count = total;
            return column.fill(&Block::new(Rows::Run { start, count }));
        }
        let mut numbers = Vec::with_capacity(total);
        let mut lengths = offsets.lengths();
        rows.try_each(|row| {
            let first = row * self.stride;
            numbers.extend(first..first + lengths.next().unwrap_or(0) as u64);
            Ok::<_, FillError>(())
        })?;
        column.fill(&Block::new(Rows::Picked(&numbers)))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::UInt64Array;
    use arrow::compute::take;
    use proptest::prelude::*;

    use super::*;
    use crate::compile::Compiler;
    use crate::random::Key;
    use crate::spec::DatasetSpec;

    /// Composed and nested columns of every form.
    const COLUMNS: &str = r##"
        [[tables]]
        name = "t"
        columns = [
            { name = "code", kind = "pattern", pattern = "^##-(a|b#)?[A-F0-9]{20}", nulls = 0.3 },
            { name = "serial", kind = "pattern", pattern = "#{15}", unique = true },
            { name = "label", kind = "template", template = "{code}/{serial:word}" },
            { name = "tags", kind = "list", item = { kind = "city", nulls = 0.2 }, nulls = 0.1 },
            { name = "fixed", kind = "list", min = 3, max = 3, item = { kind = "integer", min = 0, max = 9 } },
            { name = "matrix", kind = "list", max = 4, item = { kind = "list", min = 2, max = 2, item = { kind = "uuid" } } },
            { name = "place", kind = "struct", nulls = 0.1, fields = [
                { name = "city", kind = "city", nulls = 0.5 },
                { name = "line", kind = "template", template = "in {city}" },
                { name = "spots", kind = "list", item = { kind = "struct", fields = [
                    { name = "n", kind = "integer", min = 0, max = 9 },
                    { name = "n2", kind = "template", template = "{n:03}" },
                ] } },
            ] },
            { name = "few", kind = "map", max = 4, key = { kind = "pattern", pattern = "[a-d]" }, value = { kind = "bool", nulls = 0.5 } },
            { name = "full", kind = "map", min = 2, max = 2, key = { kind = "uuid" }, value = { kind = "list", item = { kind = "city" } } },
        ]
    "##;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Rows that are picked are those that stand in the run.
        #[test]
        fn any_rows_are_those_of_the_run(
            seed: u64,
            start in prop_oneof![0u64..100, 0u64..1 << 40],
            picked in prop::collection::vec(0u64..40, 0..60),
        ) {
            let spec = DatasetSpec::from_toml(COLUMNS).unwrap();
            let compiler = Compiler::new(&spec, seed);
            let columns = compiler.table(0);
            compiler.finish().unwrap();
            let rows: Vec<u64> = picked.iter().map(|row| start + row).collect();
            for column in columns {
                let run = column.fill(&Block::new(run(start, 40))).unwrap();
                let found = column.fill(&Block::new(Rows::Picked(&rows))).unwrap();
                let expected = take(&run, &UInt64Array::from(picked.clone()), None).unwrap();
                prop_assert_eq!(&found, &expected);
                prop_assert_eq!(found.data_type(), &column.data_type());
            }
        }
    }

    fn elements(min: u64, max: u64, max_per_block: usize) -> Elements {
        Elements {
            lane: Key::of_seed(1).lane(0),
            min,
            max,
            stride: max.max(1),
            max_rows: MAX_ROWS / max.max(1),
            max_per_block,
        }
    }

    fn run(start: u64, count: usize) -> Rows<'static> {
        Rows::Run { start, count }
    }

    #[test]
    fn a_block_has_as_many_elements_as_it_may_have_and_no_more() {
        assert!(elements(3, 3, 30).offsets(run(0, 10)).is_ok());
        for (min, max) in [(3, 3), (0, 300)] {
            let refused = elements(min, max, 30).offsets(run(0, 11));
            assert!(matches!(
                refused,
                Err(FillError::TooManyElements { max_elements: 30 })
            ));
        }
    }

    #[test]
    fn the_last_row_with_numbers_is_made_and_the_next_refused() {
        let elements = elements(0, 1_000, 1 << 20);
        let last = MAX_ROWS / 1_000 - 1;
        assert!(elements.check(run(last, 1), 1_000).is_ok());
        assert!(matches!(
            elements.check(run(last, 2), 1_000),
            Err(FillError::ElementBeyondLimit { max_rows }) if max_rows == last + 1
        ));
        assert!(elements.check(run(u64::MAX, 0), 1_000).is_ok());
    }
}
