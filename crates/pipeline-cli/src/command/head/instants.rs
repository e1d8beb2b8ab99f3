//! Instants in UTC, which is what Parquet keeps.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::error::ArrowError;

/// The same rows, with every zone of time shown as the offset zero: for any other zone than an
/// offset, and be it `UTC`, Arrow would need a data base of time zones. The instants stay.
///
/// # Errors
///
/// A type that holds instants and can't be taken apart.
pub fn in_utc(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let schema = batch.schema();
    let fields: Vec<FieldRef> = schema.fields().iter().map(field_in_utc).collect();
    let columns = batch.columns().iter().zip(&fields);
    let columns = columns.map(|(column, field)| {
        if column.data_type() == field.data_type() {
            Ok(column.clone())
        } else {
            cast(column, field.data_type())
        }
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
}

fn field_in_utc(field: &FieldRef) -> FieldRef {
    let kind = type_in_utc(field.data_type());
    Arc::new(Field::new(field.name(), kind, field.is_nullable()))
}

fn type_in_utc(kind: &DataType) -> DataType {
    match kind {
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some("+00:00".into())),
        DataType::List(item) => DataType::List(field_in_utc(item)),
        DataType::LargeList(item) => DataType::LargeList(field_in_utc(item)),
        DataType::FixedSizeList(item, size) => DataType::FixedSizeList(field_in_utc(item), *size),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(field_in_utc).collect()),
        DataType::Map(entries, sorted) => DataType::Map(field_in_utc(entries), *sorted),
        DataType::Dictionary(key, value) => {
            DataType::Dictionary(key.clone(), Box::new(type_in_utc(value)))
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array as _, ArrayRef, ListArray, StructArray, TimestampSecondArray};
    use arrow::buffer::OffsetBuffer;
    use arrow::datatypes::TimeUnit;
    use arrow::util::display::array_value_to_string;

    #[test]
    fn instants_are_told_in_utc_however_deep_they_lie() {
        let instants = TimestampSecondArray::from(vec![Some(0), None]);
        let instants: ArrayRef = Arc::new(instants.with_timezone("Asia/Tokyo"));
        let kind = DataType::Timestamp(TimeUnit::Second, Some("Asia/Tokyo".into()));
        let item = Arc::new(Field::new("item", kind.clone(), true));
        let one_each = OffsetBuffer::from_lengths([1, 1]);
        let list = ListArray::new(item, one_each, instants.clone(), None);
        let inner = Arc::new(Field::new("at", kind, true));
        let place = StructArray::from(vec![(inner, instants.clone())]);
        let batch = RecordBatch::try_from_iter([
            ("plain", instants),
            ("list", Arc::new(list) as ArrayRef),
            ("place", Arc::new(place) as ArrayRef),
        ])
        .unwrap();
        let batch = in_utc(&batch).unwrap();
        let shown: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| array_value_to_string(column, 0).unwrap())
            .collect();
        assert_eq!(
            shown,
            [
                "1970-01-01T00:00:00Z",
                "[1970-01-01T00:00:00Z]",
                "{at: 1970-01-01T00:00:00Z}"
            ]
        );
        assert!(batch.column(0).is_null(1));
    }
}
