//! What is seen of a column, or of what lies inside its values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, StringArray};
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DataType, Decimal128Type, Field, FieldRef, Fields, Float64Type,
};
use arrow::error::ArrowError;

use super::numbers::{Floats, Wholes};
use super::texts::Texts;

/// A column.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) name: String,
    pub(super) nullable: bool,
    /// As the data has it.
    pub(super) found_type: DataType,
    /// The nearest that a spec has.
    pub(super) data_type: DataType,
    /// Values that were looked at, with the nulls.
    pub(super) rows: u64,
    pub(super) nulls: u64,
    /// The share of nulls, where it is known better than by what was looked at.
    null_share: Option<f64>,
    pub(super) values: Values,
}

/// What is seen of values that are not null.
#[derive(Debug)]
pub(super) enum Values {
    Bools {
        trues: u64,
    },
    Wholes(Wholes),
    Floats(Floats),
    Texts(Texts),
    /// Lengths of binary values, the least and the most.
    Bytes(Option<(usize, usize)>),
    List(Elements, Box<Seen>),
    Struct(Vec<Seen>),
    Map(Elements, Box<Seen>, Box<Seen>),
    /// Of a type that has nothing like it in specs.
    Unknown,
}

/// How many elements lists or maps have, the least and the most.
pub(super) type Elements = Option<(usize, usize)>;

impl Seen {
    pub(super) fn new(field: &Field) -> Self {
        let data_type = nearest(field.data_type());
        Self {
            name: field.name().clone(),
            nullable: field.is_nullable(),
            found_type: field.data_type().clone(),
            values: Values::of(&data_type),
            data_type,
            rows: 0,
            nulls: 0,
            null_share: None,
        }
    }

    pub(super) fn observe(&mut self, values: &ArrayRef) {
        let start = self.rows;
        self.rows = start.saturating_add(values.len() as u64);
        self.nulls = self
            .nulls
            .saturating_add(values.logical_null_count() as u64);
        let same = values.data_type() == &self.data_type;
        let nearest = match same {
            true => Ok(Arc::clone(values)),
            false => cast(values, &self.data_type),
        };
        let seen = nearest.and_then(|values| self.values.observe(start, &values));
        if seen.is_err() {
            self.values = Values::Unknown;
        }
    }

    /// See [`Proposer::widen`](super::Proposer::widen).
    pub(super) fn widen(&mut self, min: &str, max: &str) {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![min, max]));
        match &mut self.values {
            Values::Wholes(wholes) => {
                let read = cast(&texts, &without_zone(&self.data_type));
                if let Ok(values) = read.and_then(|values| units(&values)) {
                    values
                        .iter()
                        .flatten()
                        .for_each(|value| wholes.reach(value));
                }
            }
            Values::Floats(floats) => {
                let read = [min, max].into_iter().filter_map(|text| text.parse().ok());
                let finite = read.filter(|value: &f64| value.is_finite());
                finite.for_each(|value| floats.reach(value));
            }
            _ => {}
        }
    }

    pub(super) fn set_null_share(&mut self, share: f64) {
        self.null_share = Some(share).filter(|share| (0.0..=1.0).contains(share));
    }

    /// The share of nulls, as far as it is known.
    pub(super) fn null_share(&self) -> f64 {
        let seen = || match self.rows {
            0 => 0.0,
            rows => self.nulls as f64 / rows as f64,
        };
        self.null_share.unwrap_or_else(seen)
    }
}

impl Values {
    fn of(data_type: &DataType) -> Self {
        let inner = |field: &FieldRef| Box::new(Seen::new(field));
        match data_type {
            DataType::Boolean => Self::Bools { trues: 0 },
            DataType::Float32 => Self::Floats(Floats::new(true)),
            DataType::Float64 => Self::Floats(Floats::new(false)),
            DataType::Utf8 => Self::Texts(Texts::new()),
            DataType::Binary | DataType::FixedSizeBinary(_) => Self::Bytes(None),
            DataType::List(item) => Self::List(None, inner(item)),
            DataType::Struct(fields) => {
                Self::Struct(fields.iter().map(|field| Seen::new(field)).collect())
            }
            DataType::Map(entries, _) => match entries.data_type() {
                DataType::Struct(fields) => match fields.as_ref() {
                    [key, value] => Self::Map(None, inner(key), inner(value)),
                    _ => Self::Unknown,
                },
                _ => Self::Unknown,
            },
            kind if kind.is_integer() || kind.is_temporal() => Self::Wholes(Wholes::default()),
            DataType::Decimal128(..) => Self::Wholes(Wholes::default()),
            _ => Self::Unknown,
        }
    }

    /// Values of the type it was made for; `start` is the row of the first.
    fn observe(&mut self, start: u64, values: &ArrayRef) -> Result<(), ArrowError> {
        match self {
            Self::Bools { trues } => {
                let values = values.as_boolean().iter().flatten();
                *trues += values.filter(|value| *value).count() as u64;
            }
            Self::Wholes(wholes) => {
                for (row, value) in (start..).zip(&units(values)?) {
                    if let Some(value) = value {
                        wholes.add(row, value);
                    }
                }
            }
            Self::Floats(floats) => {
                let values = cast(values, &DataType::Float64)?;
                let values = values.as_primitive::<Float64Type>();
                values.iter().flatten().for_each(|value| floats.add(value));
            }
            Self::Texts(texts) => {
                let values = values.as_string::<i32>().iter().flatten();
                values.for_each(|text| texts.add(text));
            }
            Self::Bytes(lengths) => {
                let values = cast(values, &DataType::Binary)?;
                let values = values.as_binary::<i32>();
                values
                    .iter()
                    .flatten()
                    .for_each(|value| widen(lengths, value.len()));
            }
            Self::List(lengths, item) => {
                for list in values.as_list::<i32>().iter().flatten() {
                    widen(lengths, list.len());
                    item.observe(&list);
                }
            }
            Self::Struct(fields) => {
                for (field, values) in fields.iter_mut().zip(values.as_struct().columns()) {
                    field.observe(values);
                }
            }
            Self::Map(lengths, key, value) => {
                for entries in values.as_map().iter().flatten() {
                    widen(lengths, entries.len());
                    if let [keys, values] = entries.columns() {
                        key.observe(keys);
                        value.observe(values);
                    }
                }
            }
            Self::Unknown => {}
        }
        Ok(())
    }
}

fn widen(range: &mut Option<(usize, usize)>, value: usize) {
    let (min, max) = range.unwrap_or((value, value));
    *range = Some((min.min(value), max.max(value)));
}

/// Whole numbers, and times and decimals by what they are counted in.
fn units(values: &ArrayRef) -> Result<Decimal128Array, ArrowError> {
    let counted = match values.data_type() {
        DataType::Date32 | DataType::Time32(_) => cast(values, &DataType::Int32)?,
        kind if kind.is_temporal() => cast(values, &DataType::Int64)?,
        _ => Arc::clone(values),
    };
    let units = match counted.data_type() {
        DataType::Decimal128(..) => counted,
        _ => cast(&counted, &DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0))?,
    };
    Ok(units.as_primitive::<Decimal128Type>().clone())
}

/// Arrow knows zones by name only with a database of them, which is not here; offsets it knows.
fn without_zone(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some("+00:00".into())),
        other => other.clone(),
    }
}

/// The type that a spec has for values of this one.
fn nearest(data_type: &DataType) -> DataType {
    let field = |field: &FieldRef| {
        let data_type = nearest(field.data_type());
        Arc::new(field.as_ref().clone().with_data_type(data_type))
    };
    match data_type {
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView => DataType::Binary,
        DataType::Date64 => DataType::Date32,
        DataType::Float16 => DataType::Float32,
        DataType::Dictionary(_, values) => nearest(values),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => {
            DataType::Decimal128((*precision).min(DECIMAL128_MAX_PRECISION), (*scale).max(0))
        }
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => DataType::List(field(item)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(field).collect::<Fields>()),
        DataType::Map(entries, sorted) => DataType::Map(field(entries), *sorted),
        DataType::Interval(_) => DataType::Utf8,
        other if Values::has(other) => other.clone(),
        other if can_cast_types(other, &DataType::Utf8) => DataType::Utf8,
        other => other.clone(),
    }
}

impl Values {
    fn has(data_type: &DataType) -> bool {
        !matches!(Self::of(data_type), Self::Unknown)
    }
}
