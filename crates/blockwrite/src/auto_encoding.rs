//! Which encoding a column is given, by what a sample came to, and why.

use std::collections::HashSet;
use std::fmt;

use arrow::array::{Array as _, ArrayRef, AsArray as _, RecordBatch};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use parquet::schema::types::ColumnDescriptor;
use serde::Serialize;

use crate::{AutoEncodings, Encoding, WriteOptions};

/// The encoding of a leaf column, and how it came to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EncodingChoice {
    /// Path of the column.
    pub column: String,
    /// What it is encoded as.
    pub encoding: Encoding,
    /// Why.
    pub reason: EncodingReason,
    /// Distinct values in the sample, nulls aside, where they could be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distinct: Option<u64>,
    /// Values in the sample, nulls aside.
    pub values: u64,
    /// What was tried, the cheapest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trials: Vec<EncodingTrial>,
}

/// An encoding that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EncodingTrial {
    /// The encoding.
    pub encoding: Encoding,
    /// What the sample of the column came to, compressed, in bytes.
    pub bytes: u64,
}

/// Why a column has its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EncodingReason {
    /// The options say so.
    Asked,
    /// There were no rows to try with.
    NoRows,
    /// There is no other for its type.
    OnlyOne,
    /// All values differ, so that a dictionary would only be added to them.
    AllDistinct,
    /// No dearer one saved enough.
    Cheapest,
    /// It saved enough.
    Smaller,
}

/// What is to be tried for a column.
#[derive(Debug)]
pub(crate) struct Candidates {
    pub(crate) encodings: Vec<Encoding>,
    distinct: Option<u64>,
    values: u64,
    /// What is known before anything is tried.
    known: Option<EncodingReason>,
}

impl Candidates {
    /// What may be tried for a leaf column whose encoding is `asked` for or open.
    pub(crate) fn of(
        options: &WriteOptions,
        asked: Option<Encoding>,
        column: &ColumnDescriptor,
        values: Option<&ArrayRef>,
    ) -> Self {
        let count = values.map_or(0, |values| {
            (values.len() - values.logical_null_count()) as u64
        });
        let distinct = values.and_then(count_distinct);
        let of = |encodings: Vec<Encoding>, known| Self {
            encodings,
            distinct,
            values: count,
            known,
        };
        if let Some(asked) = asked {
            return of(vec![asked], Some(EncodingReason::Asked));
        }
        let allowed = Encoding::allowed(column.physical_type(), options.page_version);
        if values.is_some_and(|values| values.is_empty()) {
            let open = Encoding::Dictionary;
            let open = if allowed.contains(&open) {
                open
            } else {
                Encoding::Plain
            };
            return of(vec![open], Some(EncodingReason::NoRows));
        }
        let mut encodings = allowed.to_vec();
        // PyArrow builds no dictionaries from the delta encodings of texts.
        let packed =
            values.is_none_or(|values| matches!(values.data_type(), DataType::Dictionary(..)));
        encodings.retain(|encoding| match options.auto_encodings {
            AutoEncodings::Everywhere => encoding.is_read_everywhere(),
            AutoEncodings::All if packed => encoding.is_read_everywhere(),
            AutoEncodings::All => encoding.is_read_by_others(column.physical_type()),
        });
        if encodings.len() == 1 {
            return of(encodings, Some(EncodingReason::OnlyOne));
        }
        if distinct.is_some_and(|distinct| distinct == count && count > 0) {
            encodings.retain(|encoding| *encoding != Encoding::Dictionary);
            if encodings.len() == 1 {
                return of(encodings, Some(EncodingReason::AllDistinct));
            }
        }
        of(encodings, None)
    }

    /// The index of the encoding that is taken, by the bytes of each.
    ///
    /// The cheapest one is given up for a dearer one that saves the share which that is worth.
    pub(crate) fn winner(&self, bytes: &[u64]) -> usize {
        let mut winner = 0;
        for (index, encoding) in self.encodings.iter().enumerate().skip(1) {
            if (bytes[index] as f64) < bytes[winner] as f64 * encoding.worth_it() {
                winner = index;
            }
        }
        winner
    }

    /// What is said of it.
    pub(crate) fn choice(self, column: &str, bytes: &[u64], winner: usize) -> EncodingChoice {
        let smaller = || match winner {
            0 => EncodingReason::Cheapest,
            _ => EncodingReason::Smaller,
        };
        let trials = self.encodings.iter().zip(bytes);
        let trials = trials.map(|(&encoding, &bytes)| EncodingTrial { encoding, bytes });
        EncodingChoice {
            column: column.to_owned(),
            encoding: self.encodings[winner],
            reason: self.known.unwrap_or_else(smaller),
            distinct: self.distinct,
            values: self.values,
            trials: trials.collect(),
        }
    }
}

/// A sentence without its full stop: `dictionary, which saves 62 % of the bytes (3 distinct values
/// of 5000)`.
impl fmt::Display for EncodingChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.encoding)?;
        match self.reason {
            EncodingReason::Asked => f.write_str(", as asked for"),
            EncodingReason::NoRows => f.write_str(", as there were no rows to try with"),
            EncodingReason::OnlyOne => f.write_str(", the only one for its type"),
            EncodingReason::AllDistinct => {
                write!(f, ", as all {} values differ", self.values)
            }
            EncodingReason::Cheapest => {
                f.write_str(", as nothing else saves enough")?;
                self.counted(f)
            }
            EncodingReason::Smaller => {
                let bytes = |encoding| {
                    let mut trials = self.trials.iter();
                    trials
                        .find(|trial| trial.encoding == encoding)
                        .map_or(1.0, |trial| trial.bytes as f64)
                };
                let first = self.trials.first().map_or(1.0, |trial| trial.bytes as f64);
                let saved = (1.0 - bytes(self.encoding) / first.max(1.0)) * 100.0;
                write!(f, ", which saves {:.0} % of the bytes", saved.floor())?;
                self.counted(f)
            }
        }
    }
}

impl EncodingChoice {
    fn counted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.distinct {
            Some(distinct) => write!(f, " ({distinct} distinct values of {})", self.values),
            None => Ok(()),
        }
    }
}

/// The values of each leaf column of a block; nothing for those that are not taken apart here.
pub(crate) fn leaf_values(block: &RecordBatch) -> Vec<Option<ArrayRef>> {
    let mut found = Vec::new();
    for column in block.columns() {
        collect(column, &mut found);
    }
    found
}

fn collect(array: &ArrayRef, found: &mut Vec<Option<ArrayRef>>) {
    /// The elements of a list's slice.
    fn used(values: &ArrayRef, first: usize, last: usize) -> ArrayRef {
        values.slice(first, last - first)
    }
    match array.data_type() {
        DataType::Struct(_) => {
            for child in array.as_struct().columns() {
                collect(child, found);
            }
        }
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            let offsets = list.value_offsets();
            let (first, last) = (offsets[0], offsets[list.len()]);
            collect(&used(list.values(), first as usize, last as usize), found);
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            let offsets = list.value_offsets();
            let (first, last) = (offsets[0], offsets[list.len()]);
            collect(&used(list.values(), first as usize, last as usize), found);
        }
        DataType::FixedSizeList(..) => collect(array.as_fixed_size_list().values(), found),
        DataType::Map(..) => {
            let map = array.as_map();
            let offsets = map.value_offsets();
            let (first, last) = (offsets[0] as usize, offsets[map.len()] as usize);
            collect(&used(map.keys(), first, last), found);
            collect(&used(map.values(), first, last), found);
        }
        DataType::ListView(element) | DataType::LargeListView(element) => {
            let leaves = leaves_within(element.data_type());
            found.extend(std::iter::repeat_n(None, leaves));
        }
        _ => found.push(Some(array.clone())),
    }
}

fn leaves_within(data_type: &DataType) -> usize {
    match crate::leaves::inner(data_type) {
        crate::leaves::Inner::Fields(fields) => fields
            .iter()
            .map(|field| leaves_within(field.data_type()))
            .sum(),
        _ => 1,
    }
}

/// Distinct values, nulls aside.
fn count_distinct(values: &ArrayRef) -> Option<u64> {
    let field = SortField::new(values.data_type().clone());
    let rows = RowConverter::new(vec![field])
        .and_then(|converter| converter.convert_columns(std::slice::from_ref(values)))
        .ok()?;
    let nulls = values.logical_nulls();
    let distinct: HashSet<&[u8]> = (0..values.len())
        .filter(|row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(*row)))
        .map(|row| rows.row(row).data())
        .collect();
    Some(distinct.len() as u64)
}
