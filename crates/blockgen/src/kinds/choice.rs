//! `choice`: one of some values, each as often as its weight says.

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, BooleanArray, PrimitiveArray};
use arrow::datatypes::{
    DataType, Date32Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::pool::Pool;
use crate::random::{Key, Lane};
use crate::scalar::{Scalar, ScalarType, Scalars, Written};
use crate::scope::Scope;
use crate::text::{Lengths, Text, TextBuffer, TextColumn};
use crate::weights::{Alias, WeightError};

/// Options of [`ColumnKind::Choice`](crate::ColumnKind::Choice).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceOptions {
    /// The values, all of one type: text, numbers, true and false, in TOML also dates, times, or
    /// both. One that stands twice comes twice as often.
    pub values: Vec<Scalar>,
    /// How often each value comes, against the others: as many as there are values, each 0 or more,
    /// of any sum. All values come equally often if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<Vec<f64>>,
    /// The type of the values, if it is another than they look: `float` for `1`, `timestamp`,
    /// `date` or `time` for text.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<ScalarType>,
}

impl<'de> Deserialize<'de> for ChoiceOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Choice {
            values: Vec<Written>,
            #[serde(default)]
            weights: Option<Vec<f64>>,
            #[serde(rename = "type", default)]
            data_type: Option<ScalarType>,
        }

        let choice = Choice::deserialize(deserializer)?;
        let (values, data_type) = Written::settle_all(choice.values, choice.data_type)?;
        Ok(Self {
            values,
            weights: choice.weights,
            data_type,
        })
    }
}

pub(super) fn compile(
    options: &ChoiceOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let values = Scalars::new(&options.values, options.data_type, "values", scope);
    let chooser = match &options.weights {
        None => Ok(Chooser::evenly(scope.key(), options.values.len())),
        Some(weights) => Chooser::weighted(scope, weights, options.values.len()),
    };
    Ok(column(values?, chooser?))
}

pub(super) fn column(values: Scalars, chooser: Chooser) -> Arc<dyn Column> {
    match values {
        Scalars::Text(texts) => Arc::new(TextColumn::new(ChoiceOfText::new(&texts, chooser))),
        Scalars::Whole(values) => Choice::<Int64Type>::column(values, chooser),
        Scalars::Float(values) => Choice::<Float64Type>::column(values, chooser),
        Scalars::Timestamp(moments) => {
            let values = moments.into_iter().map(|moment| moment.0).collect();
            Arc::new(Choice::<TimestampMicrosecondType> {
                values,
                data_type: DataType::Timestamp(
                    arrow::datatypes::TimeUnit::Microsecond,
                    Some("UTC".into()),
                ),
                chooser,
            })
        }
        Scalars::Date(dates) => {
            Choice::<Date32Type>::column(dates.into_iter().map(|date| date.0).collect(), chooser)
        }
        Scalars::Time(micros) => Choice::<Time64MicrosecondType>::column(micros, chooser),
        Scalars::Bool(values) => Arc::new(ChoiceOfBool {
            values: values.into(),
            chooser,
        }),
    }
}

/// The numbers of the values.
#[derive(Debug)]
pub(super) struct Chooser {
    lane: Lane,
    count: u64,
    /// If not all of them come equally often.
    weights: Option<Alias>,
}

impl Chooser {
    pub(super) fn evenly(key: Key, count: usize) -> Self {
        Self {
            lane: key.lane(0),
            count: count as u64,
            weights: None,
        }
    }

    fn weighted(scope: &Scope<'_>, weights: &[f64], count: usize) -> Result<Self, Rejected> {
        if weights.len() != count {
            let found = format!("a list of {}", weights.len());
            return Err(scope.invalid("weights", found, format!("one for each value ({count})")));
        }
        let alias = Alias::new(weights).map_err(|error| {
            let found = match error {
                WeightError::NotAWeight { weight, .. } => weight.to_string(),
                _ => first_few(weights),
            };
            scope.invalid("weights", found, error.to_string())
        })?;
        Ok(Self {
            weights: Some(alias),
            ..Self::evenly(scope.key(), count)
        })
    }

    #[inline]
    fn of(&self, row: u64) -> usize {
        let mut draws = self.lane.draws(row);
        match &self.weights {
            None => draws.below(self.count) as usize,
            Some(weights) => weights.draw(&mut draws),
        }
    }
}

/// A list as messages tell of it: how long it is, and how it begins.
fn first_few(weights: &[f64]) -> String {
    const FEW: usize = 8;
    match weights.len() {
        0..=FEW => format!("{weights:?}"),
        count => format!("a list of {count} that begins with {:?}", &weights[..FEW]),
    }
}

struct Choice<T: ArrowPrimitiveType> {
    values: Box<[T::Native]>,
    data_type: DataType,
    chooser: Chooser,
}

impl<T: ArrowPrimitiveType> Choice<T> {
    fn column(values: Vec<T::Native>, chooser: Chooser) -> Arc<dyn Column> {
        Arc::new(Self {
            values: values.into(),
            data_type: T::DATA_TYPE,
            chooser,
        })
    }
}

impl<T: ArrowPrimitiveType> fmt::Debug for Choice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Choice")
            .field("type", &self.data_type)
            .field("values", &self.values.len())
            .finish_non_exhaustive()
    }
}

impl<T: ArrowPrimitiveType> Column for Choice<T> {
    fn data_type(&self) -> DataType {
        self.data_type.clone()
    }

    fn distinct(&self) -> Option<u64> {
        Some(self.chooser.count)
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = block.rows.map(|row| self.values[self.chooser.of(row)]);
        let array = PrimitiveArray::<T>::new(values.into(), None);
        Ok(Arc::new(array.with_data_type(self.data_type.clone())))
    }
}

#[derive(Debug)]
struct ChoiceOfBool {
    values: Box<[bool]>,
    chooser: Chooser,
}

impl Column for ChoiceOfBool {
    fn data_type(&self) -> DataType {
        DataType::Boolean
    }

    fn distinct(&self) -> Option<u64> {
        Some(self.chooser.count.min(2))
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let values = block.rows.bits(|row| self.values[self.chooser.of(row)]);
        Ok(Arc::new(BooleanArray::new(values, None)))
    }
}

#[derive(Debug)]
struct ChoiceOfText {
    texts: Pool,
    lengths: Lengths,
    chooser: Chooser,
}

impl ChoiceOfText {
    fn new(texts: &[String], chooser: Chooser) -> Self {
        let pool = Pool::new(texts);
        let mut lengths = pool.lengths();
        if let Some(weights) = &chooser.weights {
            let shares = weights.shares();
            let weighted = texts
                .iter()
                .zip(shares)
                .map(|(text, share)| text.len() as f64 * share);
            lengths.mean = weighted.sum();
        }
        Self {
            texts: pool,
            lengths,
            chooser,
        }
    }
}

impl Text for ChoiceOfText {
    fn lengths(&self) -> Lengths {
        self.lengths
    }

    fn distinct(&self) -> Option<u64> {
        Some(self.chooser.count)
    }

    #[inline]
    fn write(&self, row: u64, out: &mut TextBuffer) {
        out.push(&self.texts, self.chooser.of(row));
    }
}
