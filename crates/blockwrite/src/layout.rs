//! What schema and options come to: the columns of the file, and how a block becomes them.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use parquet::arrow::arrow_writer::{ArrowRowGroupWriterFactory, ArrowWriterOptions};
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter, PARQUET_FIELD_ID_META_KEY};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnDescPtr;

use crate::compatibility::{FileTypes, converted};
use crate::error::parquet_error;
use crate::leaves::{Leaf, dotted, leaves};
use crate::schema_policy::Policy;
use crate::sort_order::SortOrder;
use crate::{Error, Result, WriteOptions};

/// The layout of files of one schema and one set of options.
pub(crate) struct Layout {
    /// What blocks have.
    pub(crate) schema: SchemaRef,
    /// What the file has: the types that its readers know, and field ids.
    pub(crate) file_schema: SchemaRef,
    /// The leaf columns for Arrow…
    pub(crate) leaves: Vec<Leaf>,
    /// …and for Parquet.
    pub(crate) columns: Vec<ColumnDescPtr>,
    pub(crate) properties: WriterProperties,
    /// The order of its rows, if one is declared.
    pub(crate) order: Option<SortOrder>,
    /// The schema that blocks are converted to, where the file has other types.
    conversion: Option<SchemaRef>,
    policy: Policy,
    arrow_schema: bool,
    schema_root: Option<String>,
}

impl Layout {
    pub(crate) fn new(schema: SchemaRef, options: &WriteOptions) -> Result<Self> {
        options.check()?;
        let leaves = leaves(&schema)?;
        let types = FileTypes {
            compatibility: options.compatibility,
            coerced: options.coerce_types,
        };
        let converted = types.of(&schema)?;
        let file_schema = with_field_ids(options, &converted);
        let columns = ArrowSchemaConverter::new()
            .with_coerce_types(options.coerce_types)
            .convert(&file_schema)
            .map_err(parquet_error("express the schema in Parquet"))?
            .columns()
            .to_vec();
        options.check_columns(&leaves, &columns)?;
        let order = SortOrder::new(&options.sorting, &converted, &leaves)?;
        let declared = order.as_ref().map(SortOrder::declared).unwrap_or_default();
        Ok(Self {
            properties: options.properties(&leaves, &columns, declared)?,
            conversion: (converted.fields() != schema.fields()).then_some(converted),
            policy: Policy {
                schema: options.schema_policy,
                by_name: options.match_by_name,
            },
            arrow_schema: options.arrow_schema,
            schema_root: options.schema_root.clone(),
            schema,
            file_schema,
            leaves,
            columns,
            order,
        })
    }

    /// A block as one of the schema.
    pub(crate) fn conform<'a>(&self, block: &'a RecordBatch) -> Result<Cow<'a, RecordBatch>> {
        self.policy.conform(&self.schema, block)
    }

    /// A block as the file has it.
    pub(crate) fn file_block<'a>(&self, block: &'a RecordBatch) -> Result<Cow<'a, RecordBatch>> {
        let block = self.conform(block)?;
        match &self.conversion {
            Some(schema) => converted(&block, schema).map(Cow::Owned),
            None => Ok(block),
        }
    }

    /// A column of the schema as the file has it.
    pub(crate) fn file_column(&self, index: usize, column: ArrayRef) -> Result<ArrayRef> {
        let Some(schema) = &self.conversion else {
            return Ok(column);
        };
        let [have, want] = [&self.schema, schema].map(|schema| &schema.fields()[index]);
        if have == want {
            return Ok(column);
        }
        let alone = |field: &FieldRef| Arc::new(Schema::new(vec![field.clone()]));
        // Names and metadata within it may be others than the schema's.
        let have = Field::new(have.name(), column.data_type().clone(), have.is_nullable());
        let block = RecordBatch::try_new(alone(&Arc::new(have)), vec![column]);
        let block = block.map_err(Error::Conversion)?;
        Ok(converted(&block, &alone(want))?.column(0).clone())
    }

    /// A file of this layout, and what makes the writers of its columns.
    pub(crate) fn new_file<W: io::Write + Send>(
        &self,
        sink: W,
    ) -> Result<(SerializedFileWriter<W>, ArrowRowGroupWriterFactory)> {
        let mut options = ArrowWriterOptions::new()
            .with_properties(self.properties.clone())
            .with_skip_arrow_metadata(!self.arrow_schema);
        if let Some(root) = &self.schema_root {
            options = options.with_schema_root(root.clone());
        }
        // By way of `ArrowWriter`, because it adds the Arrow schema to the footer, from which
        // readers restore types that Parquet alone does not tell apart.
        ArrowWriter::try_new_with_options(sink, self.file_schema.clone(), options)
            .and_then(ArrowWriter::into_serialized_writer)
            .map_err(parquet_error("begin a Parquet file"))
    }
}

/// The schema with the field ids of the options, in the metadata where the parquet crate looks for
/// them.
fn with_field_ids(options: &WriteOptions, schema: &SchemaRef) -> SchemaRef {
    if options
        .columns
        .values()
        .all(|column| column.field_id.is_none())
    {
        return schema.clone();
    }
    let fields = fields_with_ids(options, "", schema.fields());
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn fields_with_ids(options: &WriteOptions, parent: &str, fields: &Fields) -> Fields {
    let fields = fields.iter();
    fields
        .map(|field| field_with_id(options, parent, field))
        .collect()
}

fn field_with_id(options: &WriteOptions, parent: &str, field: &FieldRef) -> FieldRef {
    use DataType::{FixedSizeList, LargeList, LargeListView, List, ListView, Map, Struct};
    let path = dotted(parent, field.name());
    let within = |field: &FieldRef| field_with_id(options, &path, field);
    let data_type = match field.data_type() {
        Struct(fields) => Struct(fields_with_ids(options, &path, fields)),
        List(element) => List(within(element)),
        LargeList(element) => LargeList(within(element)),
        ListView(element) => ListView(within(element)),
        LargeListView(element) => LargeListView(within(element)),
        FixedSizeList(element, size) => FixedSizeList(within(element), *size),
        Map(entries, sorted) => match entries.data_type() {
            Struct(fields) => {
                let fields = Struct(fields_with_ids(options, &path, fields));
                let entries = Field::clone(entries).with_data_type(fields);
                Map(Arc::new(entries), *sorted)
            }
            _ => field.data_type().clone(),
        },
        leaf => leaf.clone(),
    };
    let id = options
        .columns
        .get(&path)
        .and_then(|column| column.field_id);
    let field = Field::clone(field).with_data_type(data_type);
    Arc::new(match id {
        Some(id) => {
            let mut metadata = field.metadata().clone();
            metadata.insert(PARQUET_FIELD_ID_META_KEY.to_owned(), id.to_string());
            field.with_metadata(metadata)
        }
        None => field,
    })
}
