//! JSON, an object a row: one a line, or the elements of one array.

mod faults;
mod objects;
mod shape;
mod values;

use std::io::{Cursor, Read};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::json::reader::{Decoder, ReaderBuilder};

use self::objects::Objects;
use self::values::Values;
use super::agree::Agreed;
use super::error::SourceError;
use super::from_text;
use super::input::Input;
use super::lines::Lines;
use super::options::SourceOptions;
use super::reader::{FileBlocks, Opened};
use super::sample::Sample;
use super::text_blocks::{Text, TextBlocks, TextFormat, read_error};

/// What the objects of a file are.
struct Json {
    schema: SchemaRef,
    /// The same with integers and decimals as text: see [`as_text`].
    read_as: SchemaRef,
    /// What its numbers and times are held against.
    values: Values,
    /// Rows from which the fields are known.
    sampled: u64,
    /// The fields whose types were given.
    given: Vec<String>,
}

/// Opens a file; with the schema of the first where it is one of several.
pub(super) fn open(
    input: Input,
    agreed: Option<&Agreed>,
    options: &SourceOptions,
) -> Result<Opened, SourceError> {
    let file = Arc::clone(&input.file);
    let mut text = Objects::new(&file, input.into_text()?);
    // One more than are looked at, because the last may be cut off.
    let rows = options.infer_rows.get().saturating_add(1);
    let enough = |sample: &Sample| shape::count(&sample.bytes, rows) == rows;
    let sample = Sample::read(&mut text, enough).map_err(|error| read_error(&file, error))?;
    let (schema, sampled) = match agreed {
        Some(agreed) => (Arc::clone(&agreed.schema), agreed.sampled),
        None => shape::schema(&sample.text(&file), options)?,
    };
    let json = Json::new(Arc::clone(&schema), sampled, options);
    let text = Box::new(Cursor::new(sample.bytes).chain(text));
    let blocks = TextBlocks::new(file, text, Lines::new(), json, options);
    Ok(Opened {
        schema,
        sampled,
        blocks: Box::new(blocks) as Box<dyn FileBlocks>,
    })
}

impl Json {
    fn new(schema: SchemaRef, sampled: u64, options: &SourceOptions) -> Self {
        let fields = schema.fields().iter().map(|field| as_text(field));
        let given = |name: &str| options.types.iter().any(|(given, _)| given == name);
        Self {
            values: Values::of(schema.fields(), given),
            read_as: Arc::new(Schema::new(fields.collect::<Fields>())),
            schema,
            sampled,
            given: options.types.iter().map(|(name, _)| name.clone()).collect(),
        }
    }

    /// A decoder of some columns. Fields that are not among them are an error where `strict`.
    fn decoder_of(columns: &SchemaRef, rows: usize, strict: bool) -> Result<Decoder, ArrowError> {
        ReaderBuilder::new(Arc::clone(columns))
            .with_batch_size(rows)
            .with_coerce_primitive(true)
            .with_strict_mode(strict)
            .build_decoder()
    }
}

/// A field with its integers and decimals as text, to be cast once they are read.
///
/// Arrow's reader makes 1 of a 1.5 where an integer is expected; its cast from text refuses it. Of
/// decimals it cuts off what does not fit.
fn as_text(field: &Field) -> Field {
    let inside = |field: &Arc<Field>| Arc::new(as_text(field));
    let data_type = match field.data_type() {
        integer if integer.is_integer() => DataType::Utf8,
        DataType::Decimal128(..) => DataType::Utf8,
        DataType::List(element) => DataType::List(inside(element)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inside).collect()),
        other => other.clone(),
    };
    field.clone().with_data_type(data_type)
}

/// Casts what was read to what it is to be; what does not fit is an error and no null.
fn cast(block: RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    if block.schema_ref() == schema {
        return Ok(block);
    }
    let columns = block.columns().iter().zip(schema.fields());
    let columns = columns.map(|(column, field)| from_text::column(column, field.data_type()));
    RecordBatch::try_new(Arc::clone(schema), columns.collect::<Result<_, _>>()?)
}

impl TextFormat for Json {
    type Decoder = Decoder;

    fn columns(&self) -> usize {
        self.schema.flattened_fields().len()
    }

    fn decoder(&self, rows: usize) -> Result<Decoder, ArrowError> {
        Self::decoder_of(&self.read_as, rows, true)
    }

    fn decode(&self, decoder: &mut Decoder, bytes: &[u8]) -> Result<usize, ArrowError> {
        decoder.decode(bytes)
    }

    fn rows(&self, decoder: &Decoder) -> usize {
        decoder.len() - usize::from(decoder.has_partial_record())
    }

    fn flush(
        &self,
        decoder: &mut Decoder,
        text: &Text<'_>,
    ) -> Result<Option<RecordBatch>, ArrowError> {
        let Some(block) = decoder.flush()? else {
            return Ok(None);
        };
        self.values.check(text.bytes, block.num_rows())?;
        cast(block, &self.schema).map(Some)
    }

    fn fault(&self, text: &Text<'_>, said: &ArrowError) -> SourceError {
        self.find_fault(text)
            .unwrap_or_else(|| SourceError::Malformed {
                place: text.place(0),
                what: said.to_string(),
            })
    }
}
