//! CSV: columns and types from the first rows, then arrow's reader.

mod faults;
mod infer;
mod records;

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, RecordBatchOptions};
use arrow::csv::reader::{Decoder, Format, ReaderBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;

use self::records::{Record, Records};
use super::agree::Agreed;
use super::error::SourceError;
use super::from_text;
use super::input::Input;
use super::lines::Lines;
use super::loss::Check;
use super::options::{CsvOptions, SourceOptions};
use super::reader::{FileBlocks, Opened};
use super::sample::Sample;
use super::text_blocks::{Text, TextBlocks, TextFormat, read_error};

/// How one file is written, and what its columns are.
struct Csv {
    dialect: Dialect,
    schema: SchemaRef,
    /// The same with text in place of what a check holds against its text.
    read_as: SchemaRef,
    /// For each column.
    checks: Vec<Option<Check>>,
    /// Rows from which the types were inferred.
    sampled: u64,
    /// The columns whose types were given.
    given: BTreeSet<String>,
}

/// The options of a file, all of them known.
#[derive(Clone)]
struct Dialect {
    delimiter: u8,
    header: bool,
    quote: u8,
    escape: Option<u8>,
    comment: Option<u8>,
    nulls: Option<regex::Regex>,
    null_words: Vec<String>,
}

/// Opens a file; with the schema of the first where it is one of several.
pub(super) fn open(
    input: Input,
    delimiter: u8,
    agreed: Option<&Agreed>,
    options: &SourceOptions,
) -> Result<Opened, SourceError> {
    let file = Arc::clone(&input.file);
    let dialect = Dialect::new(&options.csv, delimiter)?;
    let mut text = input.into_text()?;
    // A header, and one row more than are looked at, to see that the last of these is whole.
    let enough = |sample: &Sample| {
        let records = Records::new(&dialect, sample.text(&file));
        records
            .take(options.infer_rows.get().saturating_add(2))
            .count()
            > options.infer_rows.get().saturating_add(1)
    };
    let sample = Sample::read(&mut *text, enough).map_err(|error| read_error(&file, error))?;

    let start = start(&dialect, &sample.text(&file), agreed)?;
    let rows = Text {
        bytes: &sample.bytes[start.at..],
        lines: start.lines,
        ..sample.text(&file)
    };
    let (schema, sampled) = match agreed {
        Some(agreed) => (Arc::clone(&agreed.schema), agreed.sampled),
        None => infer::schema(&dialect, start.names, &rows, options)?,
    };
    let csv = Csv::new(dialect, Arc::clone(&schema), sampled, options);
    let mut rest = sample.bytes;
    rest.drain(..start.at);
    let text = Box::new(Cursor::new(rest).chain(text));
    let blocks = TextBlocks::new(file, text, start.lines, csv, options);
    Ok(Opened {
        schema,
        sampled,
        blocks: Box::new(blocks) as Box<dyn FileBlocks>,
    })
}

/// Where the rows begin, and the names of their columns.
struct Start {
    at: usize,
    lines: Lines,
    names: Vec<String>,
}

fn start(
    dialect: &Dialect,
    text: &Text<'_>,
    agreed: Option<&Agreed>,
) -> Result<Start, SourceError> {
    let mut records = Records::new(dialect, *text);
    let Some(first) = records.next() else {
        if !text.ends {
            return Err(text.too_long());
        }
        return match agreed {
            // One of several files may be empty, like the parts that Spark writes.
            Some(_) => Ok(Start {
                at: text.bytes.len(),
                lines: text.lines.after(text.bytes),
                names: Vec::new(),
            }),
            None => Err(SourceError::NoColumns {
                file: text.file.to_owned(),
                expected: if dialect.header { "a header" } else { "a row" },
            }),
        };
    };
    if dialect.header {
        let names = names_of(text, &first, dialect.delimiter)?;
        if let Some(agreed) = agreed {
            same_names(text.file, &names, agreed)?;
        }
        let at = first.end;
        Ok(Start {
            at,
            lines: text.lines.after(&text.bytes[..at]),
            names,
        })
    } else {
        Ok(Start {
            at: 0,
            lines: text.lines,
            names: (1..=first.fields.len()).map(numbered).collect(),
        })
    }
}

/// Most columns of a file: more than any table of people's has, few enough for any memory.
const MOST_COLUMNS: usize = 32_768;

fn numbered(number: usize) -> String {
    format!("column_{number}")
}

/// The names in a header. A column without one (an index that pandas wrote) gets its number.
fn names_of(text: &Text<'_>, header: &Record, delimiter: u8) -> Result<Vec<String>, SourceError> {
    if header.fields.len() > MOST_COLUMNS {
        return Err(SourceError::Malformed {
            place: text.place(header.start),
            what: format!(
                "found {} columns, the most that are read is {MOST_COLUMNS}; \
                 is this a header, and `{}` what divides it?",
                header.fields.len(),
                said(delimiter),
            ),
        });
    }
    let mut seen = BTreeSet::new();
    let names = header.fields.iter().enumerate().map(|(index, name)| {
        let name = std::str::from_utf8(name).map_err(|_| faults::not_utf8(text, header.start))?;
        let name = match name.trim() {
            "" => numbered(index + 1),
            _ => name.to_owned(),
        };
        if !seen.insert(name.clone()) {
            return Err(SourceError::DuplicateColumn {
                file: text.file.to_owned(),
                column: name,
            });
        }
        Ok(name)
    });
    names.collect()
}

fn same_names(file: &str, names: &[String], agreed: &Agreed) -> Result<(), SourceError> {
    let fields = names
        .iter()
        .map(|name| Field::new(name, DataType::Utf8, true));
    let found = Schema::new(fields.collect::<Vec<_>>());
    agreed.names(file, &found)
}

impl Dialect {
    fn new(options: &CsvOptions, by_name: u8) -> Result<Self, SourceError> {
        let dialect = Self {
            delimiter: options.delimiter.unwrap_or(by_name),
            header: options.header,
            quote: options.quote,
            escape: options.escape,
            comment: options.comment,
            nulls: nulls(&options.nulls)?,
            null_words: options.nulls.clone(),
        };
        dialect.check()?;
        Ok(dialect)
    }

    /// Each sign has one meaning, and is one byte of ASCII that ends no line.
    fn check(&self) -> Result<(), SourceError> {
        let signs = [
            ("delimiter", Some(self.delimiter)),
            ("quote", Some(self.quote)),
            ("escape", self.escape),
            ("comment", self.comment),
        ];
        let wrong = |what: String| Err(SourceError::Options { what });
        for (index, (name, sign)) in signs.iter().enumerate() {
            let Some(sign) = *sign else { continue };
            if !sign.is_ascii() || matches!(sign, b'\r' | b'\n') {
                let sign = said(sign);
                return wrong(format!(
                    "the {name} `{sign}`: it must be one ASCII character that ends no line"
                ));
            }
            let same = signs[..index].iter().find(|other| other.1 == Some(sign));
            if let Some((other, _)) = same {
                let sign = said(sign);
                return wrong(format!("`{sign}` as both {other} and {name}"));
            }
        }
        Ok(())
    }

    fn splitter(&self) -> csv_core::Reader {
        csv_core::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .quote(self.quote)
            .escape(self.escape)
            .comment(self.comment)
            .build()
    }

    fn format(&self) -> Format {
        let mut format = Format::default()
            .with_delimiter(self.delimiter)
            .with_quote(self.quote);
        if let Some(escape) = self.escape {
            format = format.with_escape(escape);
        }
        if let Some(comment) = self.comment {
            format = format.with_comment(comment);
        }
        if let Some(nulls) = &self.nulls {
            format = format.with_null_regex(nulls.clone());
        }
        format
    }

    fn is_null(&self, value: &str) -> bool {
        value.is_empty() || self.null_words.iter().any(|word| word == value)
    }
}

/// A sign as a message shows it.
fn said(sign: u8) -> String {
    if sign.is_ascii_graphic() {
        char::from(sign).to_string()
    } else {
        sign.escape_ascii().to_string()
    }
}

/// The form in which arrow's reader wants them.
fn nulls(words: &[String]) -> Result<Option<regex::Regex>, SourceError> {
    if words.is_empty() {
        return Ok(None);
    }
    let words: Vec<_> = words.iter().map(|word| regex::escape(word)).collect();
    let pattern = format!("^(?:|{})$", words.join("|"));
    regex::Regex::new(&pattern)
        .map(Some)
        .map_err(|_| SourceError::Options {
            what: "so many words for null".to_owned(),
        })
}

impl Csv {
    fn new(dialect: Dialect, schema: SchemaRef, sampled: u64, options: &SourceOptions) -> Self {
        let given = options.types.iter().map(|(name, _)| name.clone());
        let given: BTreeSet<_> = given.collect();
        let checks = schema.fields().iter();
        let checks =
            checks.map(|field| Check::new(field.data_type(), !given.contains(field.name())));
        let checks: Vec<_> = checks.collect();
        let fields = schema.fields().iter().zip(&checks).map(|(field, check)| {
            let field = field.as_ref().clone();
            match check {
                Some(_) => field.with_data_type(DataType::Utf8),
                None => field,
            }
        });
        Self {
            read_as: Arc::new(Schema::new(fields.collect::<Vec<_>>())),
            dialect,
            schema,
            checks,
            sampled,
            given,
        }
    }

    /// What was read as text becomes what it is to be.
    fn convert(&self, block: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let fields = self.schema.fields().iter().zip(&self.checks);
        let columns = block.columns().iter().zip(fields);
        let columns = columns.map(|(column, (field, check))| match check {
            None => Ok(Arc::clone(column)),
            Some(check) if check.keeps_all(column.as_string()) => {
                from_text::column(column, field.data_type())
            }
            Some(_) => Err(ArrowError::CastError(format!(
                "a value of `{}` would be changed",
                field.name()
            ))),
        });
        let columns = columns.collect::<Result<_, _>>()?;
        let rows = RecordBatchOptions::new().with_row_count(Some(block.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &rows)
    }
}

impl Dialect {
    fn decoder_of(&self, schema: SchemaRef, rows: usize) -> Decoder {
        ReaderBuilder::new(schema)
            .with_format(self.format())
            .with_batch_size(rows)
            .build_decoder()
    }
}

/// What a decoder has seen, beside what it tells itself.
struct CsvDecoder {
    decoder: Decoder,
    rows: usize,
}

impl CsvDecoder {
    fn rows(&self) -> usize {
        self.rows - self.decoder.capacity()
    }
}

impl TextFormat for Csv {
    type Decoder = CsvDecoder;

    fn columns(&self) -> usize {
        self.schema.fields().len()
    }

    fn decoder(&self, rows: usize) -> Result<CsvDecoder, ArrowError> {
        let decoder = self.dialect.decoder_of(Arc::clone(&self.read_as), rows);
        Ok(CsvDecoder { decoder, rows })
    }

    fn decode(&self, decoder: &mut CsvDecoder, bytes: &[u8]) -> Result<usize, ArrowError> {
        if !bytes.is_empty() {
            return decoder.decoder.decode(bytes);
        }
        // The end of the file ends the last row, as a new line would. If the row goes on behind
        // that, it lies in quotes that nobody closed; the decoder would take it as it is.
        decoder.decoder.decode(b"\n")?;
        let whole = decoder.rows();
        decoder.decoder.decode(b"")?;
        if decoder.rows() > whole {
            return Err(ArrowError::CsvError("a quote is not closed".to_owned()));
        }
        Ok(0)
    }

    fn rows(&self, decoder: &CsvDecoder) -> usize {
        decoder.rows()
    }

    fn flush(
        &self,
        decoder: &mut CsvDecoder,
        _text: &Text<'_>,
    ) -> Result<Option<RecordBatch>, ArrowError> {
        let block = decoder.decoder.flush()?;
        block.map(|block| self.convert(&block)).transpose()
    }

    fn fault(&self, text: &Text<'_>, said: &ArrowError) -> SourceError {
        self.find_fault(text)
            .unwrap_or_else(|| SourceError::Malformed {
                place: text.place(0),
                what: said.to_string(),
            })
    }
}
