//! `case`: of several kinds, the one whose condition holds of the row.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::compute::interleave;
use arrow::datatypes::DataType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ColumnKind;
use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::expression::{self, Condition};
use crate::locale::LocaleChoice;
use crate::nullable::Nullable;
use crate::rows::Rows;
use crate::scope::Scope;
use crate::spec::ValueSpec;

/// Options of [`ColumnKind::Case`](crate::ColumnKind::Case).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseOptions {
    /// The cases, 1 to 64, each with `if`, a condition over columns of the same row as in a
    /// `derived`, and beside it `kind` and the options of that kind. The first that holds decides.
    pub when: Vec<CaseBranch>,
    /// What the value is where no condition holds: a `kind` and its options; null if not given.
    /// All kinds make values of one type.
    #[serde(rename = "else", default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Box<ValueSpec>>,
}

/// A kind, and when it is that of the row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CaseBranch {
    /// A condition, such as `country = 'France' and age >= 18`. Where it is null, it doesn't hold.
    #[serde(rename = "if")]
    pub condition: String,
    /// Share of nulls, 0 to 1; none if not given. The values that stay are those without nulls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<f64>,
    /// The locale of texts, in place of the column's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<LocaleChoice>,
    /// What the values are.
    #[serde(flatten)]
    pub kind: ColumnKind,
}

impl CaseBranch {
    /// Values of this kind where the condition holds.
    pub fn new(condition: impl Into<String>, kind: ColumnKind) -> Self {
        Self {
            condition: condition.into(),
            nulls: None,
            locale: None,
            kind,
        }
    }

    fn compile(&self, scope: &Scope<'_>) -> Result<(Condition, Arc<dyn Column>), Rejected> {
        let condition = expression::condition(&self.condition, "if", scope);
        let inner = &scope.in_locale(self.locale.as_ref());
        let column = Nullable::over(self.kind.compile(inner), self.nulls, inner);
        Ok((condition?, column?))
    }
}

const MAX_CASES: usize = 64;

#[derive(Debug)]
struct Case {
    conditions: Vec<Condition>,
    /// One for each condition, and perhaps one for where none holds.
    columns: Vec<Arc<dyn Column>>,
    data_type: DataType,
}

pub(super) fn compile(
    options: &CaseOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    if !(1..=MAX_CASES).contains(&options.when.len()) {
        let found = format!("a list of {}", options.when.len());
        return Err(scope.invalid("when", found, format!("1 to {MAX_CASES} cases")));
    }
    // All are looked at before the first error returns.
    let mut right = Ok(());
    let (mut conditions, mut columns) = (Vec::new(), Vec::new());
    for (branch, number) in options.when.iter().zip(1..) {
        match scope
            .branch("when", &format!("when.{number}"))
            .and_then(|scope| branch.compile(&scope))
        {
            Ok((condition, column)) => {
                conditions.push(condition);
                columns.push(column);
            }
            Err(rejected) => right = Err(rejected),
        }
    }
    if let Some(otherwise) = &options.otherwise {
        match scope
            .branch("else", "else")
            .and_then(|scope| otherwise.compile(&scope))
        {
            Ok(column) => columns.push(column),
            Err(rejected) => right = Err(rejected),
        }
    }
    right?;
    let data_type = columns.first().ok_or(Rejected)?.data_type();
    if let Some(other) = columns
        .iter()
        .find(|column| column.data_type() != data_type)
    {
        let found = format!("cases of types {data_type} and {}", other.data_type());
        return Err(scope.invalid("when", found, "kinds that make values of one type"));
    }
    Ok(Arc::new(Case {
        conditions,
        columns,
        data_type,
    }))
}

impl Case {
    /// For each row of the block the number of its case; that behind the last condition where none
    /// holds.
    fn cases(&self, block: &Block<'_>) -> Result<Vec<u8>, FillError> {
        // There are no more than 64.
        let mut cases = vec![self.conditions.len() as u8; block.rows.len()];
        // From the last to the first, which is the one that counts.
        for (number, condition) in self.conditions.iter().enumerate().rev() {
            let holds = condition.holds(block)?;
            let holds = match holds.nulls() {
                Some(nulls) => holds.values() & nulls.inner(),
                None => holds.values().clone(),
            };
            for (start, end) in holds.set_slices() {
                cases[start..end].fill(number as u8);
            }
        }
        Ok(cases)
    }
}

impl Column for Case {
    fn data_type(&self) -> DataType {
        self.data_type.clone()
    }

    fn nullable(&self) -> bool {
        self.columns.len() == self.conditions.len()
            || self.columns.iter().any(|column| column.nullable())
    }

    fn distinct(&self) -> Option<u64> {
        let mut cases = self.columns.iter().map(|column| column.distinct());
        // One more where no case holds.
        cases.try_fold(1_u64, |sum, values| sum.checked_add(values?))
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let cases = self.cases(block)?;
        let all = self.conditions.len() + 1;
        let mut counts = vec![0; all];
        for case in &cases {
            counts[usize::from(*case)] += 1;
        }
        // Which rows are of each case, so that no value is made that is not needed.
        let mut rows: Vec<Vec<u64>> = counts.into_iter().map(Vec::with_capacity).collect();
        let mut places = Vec::with_capacity(cases.len());
        let mut next = cases.iter();
        block.rows.try_each(|row| {
            let case = usize::from(next.next().copied().unwrap_or_default());
            places.push((case, rows[case].len()));
            rows[case].push(row);
            Ok::<_, FillError>(())
        })?;
        let mut arrays = Vec::with_capacity(all);
        for (case, rows) in rows.iter().enumerate() {
            arrays.push(match self.columns.get(case) {
                Some(column) => column.fill(&Block::new(Rows::Picked(rows)))?,
                None => new_null_array(&self.data_type, rows.len()),
            });
        }
        let arrays: Vec<_> = arrays.iter().map(|array| array as &dyn Array).collect();
        Ok(interleave(&arrays, &places)?)
    }
}
