//! `map`: from none to many keys, no two of a row equal, each with a value.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, MapArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{concat, interleave};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use arrow::row::{RowConverter, SortField};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::elements::Elements;
use super::list::default_max;
use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::rows::Rows;
use crate::scope::Scope;
use crate::spec::ValueSpec;

/// Options of [`ColumnKind::Map`](crate::ColumnKind::Map).
///
/// The keys stand in the order in which they were drawn, not sorted. A key that a row has already
/// is drawn again; a row that has drawn eight times as many keys as `max` says stays with fewer
/// entries, even than `min`. So let there be clearly more different keys than `max`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MapOptions {
    /// What the keys are: a kind of text, whole numbers, decimals, dates, times, booleans or
    /// bytes, without nulls.
    pub key: Box<ValueSpec>,
    /// What the values are: any kind, also a list, a struct or another map.
    pub value: Box<ValueSpec>,
    /// The fewest entries; 0 if not given.
    #[serde(default)]
    pub min: u32,
    /// The most entries, up to 1,000; 5 if not given. Every number from `min` to `max` is as
    /// frequent, as long as the keys suffice.
    #[serde(default = "default_max")]
    pub max: u32,
}

const MAX_ENTRIES: u32 = 1_000;

/// Keys that a row may draw for each of `max` entries.
const DRAWS: u64 = 8;

/// Keys that the rows of a group may draw together, unless one row alone may draw more: what is
/// drawn at once is kept until the group has its keys.
const MOST_DRAWN: u64 = 1 << 20;

/// The names by which Parquet's specification of logical types calls the parts of a map; Arrow's
/// leaves them open. So the file's own schema is what every reader expects.
const ENTRIES: &str = "key_value";
const KEY: &str = "key";
const VALUE: &str = "value";

pub(super) fn compile(
    options: &MapOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let elements = if options.max > MAX_ENTRIES {
        Err(scope.invalid("max", options.max, format!("at most {MAX_ENTRIES}")))
    } else {
        Elements::new(options.min, options.max, scope)
    };
    // What is wrong inside is told in the same breath.
    let places = elements.as_ref().map_or(1, Elements::stride);
    let key_scope = scope.elements("key", KEY, places * DRAWS)?;
    let key = options.key.compile(&key_scope);
    let key = key.and_then(|key| check_key(key, options, &key_scope));
    let value = options
        .value
        .compile(&scope.elements("value", VALUE, places)?);
    let (elements, key, value) = (elements?, key?, value?);
    let fields = Fields::from(vec![
        Field::new(KEY, key.data_type(), false),
        Field::new(VALUE, value.data_type(), value.nullable()),
    ]);
    let entries = Field::new(ENTRIES, DataType::Struct(fields.clone()), false);
    Ok(Arc::new(Map {
        elements,
        key,
        value,
        fields,
        entries: Arc::new(entries),
    }))
}

fn check_key(
    key: Arc<dyn Column>,
    options: &MapOptions,
    scope: &Scope<'_>,
) -> Result<Arc<dyn Column>, Rejected> {
    let data_type = key.data_type();
    if data_type.is_nested() || data_type.is_floating() || data_type == DataType::Null {
        let allowed = "a kind of text, whole numbers, decimals, dates, times, booleans or bytes";
        return Err(scope.invalid("kind", format!("one of type {data_type}"), allowed));
    }
    if options.key.nulls.is_some() {
        return Err(scope.invalid("nulls", "given", "none: a key is never null"));
    }
    if key.nullable() {
        let allowed = "a kind without nulls: a key is never null";
        return Err(scope.invalid("kind", "one that makes nulls", allowed));
    }
    Ok(key)
}

#[derive(Debug)]
struct Map {
    elements: Elements,
    key: Arc<dyn Column>,
    value: Arc<dyn Column>,
    fields: Fields,
    entries: FieldRef,
}

impl Column for Map {
    fn data_type(&self) -> DataType {
        DataType::Map(Arc::clone(&self.entries), false)
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let wanted = self.elements.offsets(block.rows)?;
        let (keys, offsets) = self.keys(block.rows, &wanted)?;
        let values = self.elements.fill(&self.value, block.rows, &offsets)?;
        let entries = StructArray::try_new(self.fields.clone(), vec![keys, values], None)?;
        let field = Arc::clone(&self.entries);
        Ok(Arc::new(MapArray::try_new(
            field, offsets, entries, None, false,
        )?))
    }
}

/// A row that has not as many keys as it wants.
struct Open {
    /// Where its keys go among those of the group.
    places: Range<usize>,
    /// The number of its first key.
    first: u64,
    /// Keys drawn so far.
    drawn: u64,
    /// Keys drawn in this round.
    drawing: u64,
    /// Keys kept so far.
    kept: usize,
}

impl Map {
    /// Keys that a row may draw, and so how far apart the first keys of two rows lie.
    fn draws(&self) -> u64 {
        self.elements.stride() * DRAWS
    }

    /// Different keys for each row, as many as wanted if there are as many, and where those of
    /// each row start. Rows are made in groups, so that what is drawn in vain takes little memory.
    fn keys(
        &self,
        rows: Rows<'_>,
        wanted: &OffsetBuffer<i32>,
    ) -> Result<(ArrayRef, OffsetBuffer<i32>), FillError> {
        let stride = self.draws();
        self.elements.check(rows, stride)?;
        let converter = RowConverter::new(vec![SortField::new(self.key.data_type())])?;
        let mut firsts = Vec::with_capacity(rows.len());
        rows.try_each(|row| {
            firsts.push(row * stride);
            Ok::<_, FillError>(())
        })?;
        let wanted: Vec<usize> = wanted.lengths().collect();
        let per_group = (MOST_DRAWN / stride).max(1) as usize;
        let (mut arrays, mut lengths) = (Vec::new(), Vec::with_capacity(wanted.len()));
        for (firsts, wanted) in firsts.chunks(per_group).zip(wanted.chunks(per_group)) {
            arrays.push(self.different(firsts, wanted, &converter, &mut lengths)?);
        }
        let keys = match arrays.as_slice() {
            [] => self.key.fill(&Block::new(Rows::Picked(&[])))?,
            [one] => Arc::clone(one),
            several => {
                let several: Vec<_> = several.iter().map(|array| array as &dyn Array).collect();
                concat(&several)?
            }
        };
        Ok((keys, OffsetBuffer::from_lengths(lengths)))
    }

    /// The keys of a group of rows, by the number of each row's first key and how many it wants;
    /// adds to `lengths` how many each has.
    ///
    /// All rows draw at once, then those again that drew a key twice, and so on; a row keeps the
    /// first of its keys that differ, in the order of their numbers. It draws twice as many for
    /// each that is missing with every round, so that few rounds reach the most that it may draw;
    /// which keys it keeps does not depend on that.
    fn different(
        &self,
        firsts: &[u64],
        wanted: &[usize],
        converter: &RowConverter,
        lengths: &mut Vec<usize>,
    ) -> Result<ArrayRef, FillError> {
        let most = self.draws();
        let mut places = 0;
        let rows = firsts.iter().zip(wanted);
        let mut open: Vec<_> = rows
            .map(|(&first, wanted)| {
                let start = places;
                places += wanted;
                let places = start..places;
                let (drawn, drawing, kept) = (0, 0, 0);
                Open {
                    places,
                    first,
                    drawn,
                    drawing,
                    kept,
                }
            })
            .collect();
        // Which key of which round each place got; places that stay empty are left out at the end.
        let mut found: Vec<Option<(usize, usize)>> = vec![None; places];
        let (mut arrays, mut encoded) = (Vec::new(), Vec::new());
        let mut for_each_missing = 1;
        while !open.is_empty() {
            let mut numbers = Vec::new();
            for row in &mut open {
                let missing = (row.places.len() - row.kept) as u64;
                row.drawing = (missing * for_each_missing).min(most - row.drawn);
                let first = row.first + row.drawn;
                numbers.extend(first..first + row.drawing);
                row.drawn += row.drawing;
            }
            for_each_missing *= 2;
            let array = self.key.fill(&Block::new(Rows::Picked(&numbers)))?;
            encoded.push(converter.convert_columns(&[Arc::clone(&array)])?);
            arrays.push(array);
            let round = arrays.len() - 1;
            let mut seen = Vec::new();
            let mut next = 0;
            for row in &mut open {
                let places = &mut found[row.places.clone()];
                seen.clear();
                let earlier = places[..row.kept].iter().flatten();
                seen.extend(earlier.map(|&(round, at)| encoded[round].row(at)));
                seen.sort_unstable();
                for at in next..next + row.drawing as usize {
                    if row.kept == places.len() {
                        break;
                    }
                    let key = encoded[round].row(at);
                    if let Err(place) = seen.binary_search(&key) {
                        seen.insert(place, key);
                        places[row.kept] = Some((round, at));
                        row.kept += 1;
                    }
                }
                next += row.drawing as usize;
            }
            open.retain(|row| row.kept < row.places.len() && row.drawn < most);
        }
        let mut rest = found.as_slice();
        for wanted in wanted {
            let (places, behind) = rest.split_at(*wanted);
            lengths.push(places.iter().flatten().count());
            rest = behind;
        }
        if let [array] = arrays.as_slice()
            && array.len() == found.len()
            && found.iter().all(Option::is_some)
        {
            return Ok(Arc::clone(array));
        }
        let kept: Vec<_> = found.into_iter().flatten().collect();
        let arrays: Vec<_> = arrays.iter().map(|array| array as &dyn Array).collect();
        Ok(interleave(&arrays, &kept)?)
    }
}
