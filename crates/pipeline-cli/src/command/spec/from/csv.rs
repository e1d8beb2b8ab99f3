//! A look at a CSV: once for the types of its columns, and once for its values.

use std::sync::Arc;

use arrow::csv::ReaderBuilder;
use arrow::csv::reader::Format;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use blockgen::Proposer;

use super::Look;
use super::lines::Lines;
use crate::byte_ranges::Source;
use crate::failure::{ExitCode, Failure};

/// More rows than a file has. Arrow's reader adds the line of the names to it.
const ALL: usize = usize::MAX / 2;

/// What may part columns.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Looks at all rows, or at the first `sample` of them.
///
/// # Errors
///
/// What can't be read; rows of other lengths than the first.
pub async fn look(source: &Source, sample: Option<u64>) -> Result<Look, Failure> {
    let sample = sample.and_then(|rows| usize::try_from(rows).ok());
    let (schema, delimiter) = schema(source, sample).await?;
    let fields = schema.fields().iter();
    // A column may have nulls if one was seen.
    let fields = fields.map(|field| field.as_ref().clone().with_nullable(false));
    let mut proposer = Proposer::new(&Schema::new(fields.collect::<Vec<_>>()));
    let mut left = sample.unwrap_or(ALL).min(ALL);
    let mut lines = Lines::of(source);
    let mut first = true;
    while left > 0
        && let Some(piece) = lines.next().await?
    {
        let reader = ReaderBuilder::new(Arc::clone(&schema))
            .with_header(std::mem::take(&mut first))
            .with_delimiter(delimiter)
            .with_bounds(0, left)
            .build(piece.as_slice());
        for batch in reader.map_err(|error| unreadable(source, error))? {
            let batch = batch.map_err(|error| unreadable(source, error))?;
            left = left.saturating_sub(batch.num_rows());
            proposer.observe(&batch);
        }
    }
    source.unchanged().await?;
    let all = left > 0;
    Ok(Look {
        rows: all.then(|| proposer.rows()),
        proposer,
    })
}

/// The names of the first line, with types that all values can be read as.
async fn schema(source: &Source, sample: Option<usize>) -> Result<(SchemaRef, u8), Failure> {
    let mut lines = Lines::of(source);
    let mut found: Option<(Vec<Field>, u8)> = None;
    let mut left = sample.unwrap_or(ALL).min(ALL);
    while left > 0
        && let Some(piece) = lines.next().await?
    {
        let delimiter = found
            .as_ref()
            .map_or_else(|| delimiter(&piece), |(_, known)| *known);
        let format = Format::default()
            .with_header(found.is_none())
            .with_delimiter(delimiter);
        let inferred = format.infer_schema(piece.as_slice(), Some(left));
        let (schema, rows) = inferred.map_err(|error| unreadable(source, error))?;
        left = left.saturating_sub(rows);
        let fields = schema.fields().iter().map(|field| field.as_ref().clone());
        found = Some(match found {
            None => (fields.collect(), delimiter),
            Some((before, _)) => {
                let both = before.into_iter().zip(fields);
                let both = both.map(|(before, now)| {
                    let data_type = common(before.data_type(), now.data_type());
                    before.with_data_type(data_type)
                });
                (both.collect(), delimiter)
            }
        });
    }
    let Some((fields, delimiter)) = found else {
        let sentence = format!("`{source}` is empty; its first line is to name the columns");
        return Err(Failure::say(ExitCode::Source, sentence));
    };
    Ok((Arc::new(Schema::new(fields)), delimiter))
}

/// The type that holds values of both.
fn common(one: &DataType, other: &DataType) -> DataType {
    match (one, other) {
        (one, other) if one == other => one.clone(),
        (DataType::Null, other) | (other, DataType::Null) => other.clone(),
        (DataType::Int64, DataType::Float64) | (DataType::Float64, DataType::Int64) => {
            DataType::Float64
        }
        _ => DataType::Utf8,
    }
}

/// The one that comes most often in the first line.
fn delimiter(piece: &[u8]) -> u8 {
    let line = piece
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let times = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    let mut best = b',';
    for delimiter in DELIMITERS {
        if times(delimiter) > times(best) {
            best = delimiter;
        }
    }
    best
}

fn unreadable(source: &Source, error: ArrowError) -> Failure {
    let tried = format!("could not read `{source}` as CSV");
    Failure::new(ExitCode::Source, anyhow::Error::new(error).context(tried))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_parted_by_what_comes_most_often() {
        for (line, expected) in [
            ("a,b;c,d\n;;;;;", b','),
            ("a;b", b';'),
            ("a\tb\n", b'\t'),
            ("a", b','),
        ] {
            assert_eq!(delimiter(line.as_bytes()), expected, "{line}");
        }
    }
}
