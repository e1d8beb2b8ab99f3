//! The schema as Arrow has it, with the leaf columns of Parquet in it.

use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};

use super::report::SchemaField;

/// A column of Parquet and the field of Arrow that it becomes.
pub struct Leaf {
    pub index: usize,
    pub field: FieldRef,
}

/// Fields in depth-first order, and the leaves among them, which Parquet has in the same order.
pub fn of(arrow: &Schema, parquet: &SchemaDescriptor) -> (Vec<SchemaField>, Vec<Leaf>) {
    let mut walk = Walk {
        parquet,
        fields: Vec::new(),
        leaves: Vec::new(),
    };
    for field in arrow.fields() {
        walk.field(field, "", 0);
    }
    (walk.fields, walk.leaves)
}

struct Walk<'a> {
    parquet: &'a SchemaDescriptor,
    fields: Vec<SchemaField>,
    leaves: Vec<Leaf>,
}

impl Walk<'_> {
    fn field(&mut self, field: &FieldRef, within: &str, depth: usize) {
        let path = format!("{within}{}", field.name());
        let inner = inner_fields(field);
        let index = self.leaves.len();
        let column = inner
            .is_empty()
            .then(|| self.parquet.columns().get(index))
            .flatten();
        self.fields.push(SchemaField {
            path: path.clone(),
            depth,
            arrow_type: field.data_type().to_string(),
            physical_type: column.map(|column| column.physical_type().to_string()),
            logical_type: column.and_then(|column| logical_type(column)),
            nullable: field.is_nullable(),
            column: column.map(|_| index),
        });
        if column.is_some() {
            let field = field.clone();
            self.leaves.push(Leaf { index, field });
        }
        for field in inner {
            self.field(&field, &format!("{path}."), depth + 1);
        }
    }
}

/// Fields that lie in this one. The struct that a map consists of is left out: it has no name
/// that anybody gave it.
fn inner_fields(field: &Field) -> Vec<FieldRef> {
    match field.data_type() {
        DataType::Struct(fields) => fields.iter().cloned().collect(),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => vec![item.clone()],
        DataType::Map(entries, _) => inner_fields(entries),
        _ => Vec::new(),
    }
}

/// As Parquet's own documents write it, or `None` where the physical type says it all.
fn logical_type(column: &ColumnDescriptor) -> Option<String> {
    let unit = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => "MILLIS",
        TimeUnit::MICROS => "MICROS",
        TimeUnit::NANOS => "NANOS",
    };
    let zone = |utc: bool| if utc { "UTC" } else { "LOCAL" };
    let name = match column.logical_type_ref() {
        Some(LogicalType::Decimal(of)) => format!("DECIMAL({}, {})", of.precision, of.scale),
        Some(LogicalType::Integer(of)) => {
            let sign = if of.is_signed { "INT" } else { "UINT" };
            format!("{sign}({})", of.bit_width)
        }
        Some(LogicalType::Time(of)) => {
            format!(
                "TIME({}, {})",
                unit(&of.unit),
                zone(of.is_adjusted_to_u_t_c)
            )
        }
        Some(LogicalType::Timestamp(of)) => {
            format!(
                "TIMESTAMP({}, {})",
                unit(&of.unit),
                zone(of.is_adjusted_to_u_t_c)
            )
        }
        Some(LogicalType::String) => "STRING".to_owned(),
        Some(LogicalType::Date) => "DATE".to_owned(),
        Some(LogicalType::Enum) => "ENUM".to_owned(),
        Some(LogicalType::Json) => "JSON".to_owned(),
        Some(LogicalType::Bson) => "BSON".to_owned(),
        Some(LogicalType::Uuid) => "UUID".to_owned(),
        Some(LogicalType::Float16) => "FLOAT16".to_owned(),
        Some(LogicalType::Variant(_)) => "VARIANT".to_owned(),
        Some(LogicalType::Geometry(_)) => "GEOMETRY".to_owned(),
        Some(LogicalType::Geography(_)) => "GEOGRAPHY".to_owned(),
        // A column that is all nulls.
        Some(LogicalType::Unknown) => "NULL".to_owned(),
        _ => match column.converted_type() {
            ConvertedType::NONE => return None,
            older => older.to_string(),
        },
    };
    Some(name)
}
