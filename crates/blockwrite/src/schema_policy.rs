//! Blocks whose schema is not that of the file: which of them fit, and how.

use std::borrow::Cow;
use std::collections::HashMap;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

use crate::leaves::dotted;
use crate::schema_check::{self, describe, mismatch};
use crate::{Result, conversion};

/// What a block may have in place of the schema that the first one fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemaPolicy {
    /// The same fields in the same order, with the same types. Metadata may differ.
    #[default]
    Exact,
    /// Also what each value of which the schema holds exactly:
    ///
    /// [`Error::Inexact`]: crate::Error::Inexact
    ///
    /// - narrower integers of the same sign, unsigned ones in wider signed ones, integers in
    ///   floats that hold them (64 bits: [`Error::Inexact`] for a value that is not held),
    ///   narrower floats;
    /// - fewer digits of a decimal, before or behind the point;
    /// - timestamps, times and durations in coarser units (an overflow is [`Error::Inexact`]);
    /// - texts and bytes in any of their layouts; bytes of fixed length in bytes;
    /// - lists in large lists; dictionaries and runs of what fits in place of plain values;
    /// - what has no nulls where there may be some, and nothing but nulls;
    /// - no field at all, where nulls may be: it is filled with them.
    ///
    /// A field that the schema does not have is an error, never left out.
    Widen,
}

/// What may be done to a block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) schema: SchemaPolicy,
    pub(crate) by_name: bool,
}

impl Policy {
    /// A block of another schema as one of `want`.
    pub(crate) fn conform<'a>(
        self,
        want: &SchemaRef,
        block: &'a RecordBatch,
    ) -> Result<Cow<'a, RecordBatch>> {
        let have = block.schema_ref();
        // The usual case, and what errors are about where nothing is to be widened.
        let same = schema_check::check(want, have);
        if same.is_ok() || (self.schema == SchemaPolicy::Exact && !self.by_name) {
            return same.map(|()| Cow::Borrowed(block));
        }
        self.check_fields("", want.fields(), have.fields())?;
        conversion::block(self, block, want).map(Cow::Owned)
    }

    fn check_fields(self, parent: &str, want: &Fields, have: &Fields) -> Result<()> {
        for (field, partner) in want.iter().zip(partners(self, parent, have, want)?) {
            if let Some(index) = partner {
                self.check_field(dotted(parent, field.name()), field, &have[index])?;
            }
        }
        Ok(())
    }

    fn check_field(self, path: String, want: &FieldRef, have: &FieldRef) -> Result<()> {
        let fits = |yes: bool| match yes {
            true => Ok(()),
            false => Err(mismatch(path.clone(), describe(want), describe(have))),
        };
        let nulls =
            want.is_nullable() || (!have.is_nullable() && *have.data_type() != DataType::Null);
        let widen = self.schema == SchemaPolicy::Widen;
        fits(nulls && (widen || want.is_nullable() == have.is_nullable()))?;
        self.check_within(&path, want, have)
            .unwrap_or_else(|| match widen {
                true => fits(widens(have.data_type(), want.data_type())),
                false => schema_check::check_field(path.clone(), want, have),
            })
    }

    /// The fields within two fields, if both have some and of the same kind.
    fn check_within(self, path: &str, want: &Field, have: &Field) -> Option<Result<()>> {
        use DataType::{FixedSizeList, LargeList, List, Map, Struct};
        Some(match (want.data_type(), have.data_type()) {
            (Struct(want), Struct(have)) => self.check_fields(path, want, have),
            (List(want), List(have)) | (LargeList(want), LargeList(have)) => {
                self.check_field(dotted(path, want.name()), want, have)
            }
            (LargeList(want), List(have)) if self.schema == SchemaPolicy::Widen => {
                self.check_field(dotted(path, want.name()), want, have)
            }
            (FixedSizeList(want, wanted), FixedSizeList(have, had)) if wanted == had => {
                self.check_field(dotted(path, want.name()), want, have)
            }
            (Map(want, wanted), Map(have, had)) if wanted == had => {
                let (Struct(want), Struct(have)) = (want.data_type(), have.data_type()) else {
                    return None;
                };
                let mut pairs = want.iter().zip(have);
                pairs.try_for_each(|(want, have)| {
                    self.check_field(dotted(path, want.name()), want, have)
                })
            }
            _ => return None,
        })
    }
}

/// For each field of `want` which of `have` it is; none where nulls are to be filled in.
///
/// By position (of those that are not missing), or by name.
pub(crate) fn partners(
    policy: Policy,
    parent: &str,
    have: &Fields,
    want: &Fields,
) -> Result<Vec<Option<usize>>> {
    let places = by_name(parent, have)?;
    by_name(parent, want)?;
    let mut next = 0;
    let mut partners = Vec::with_capacity(want.len());
    for field in want {
        let place = places.get(field.name().as_str()).copied();
        partners.push(match place {
            Some(index) if policy.by_name || index == next => {
                next = index + 1;
                Some(index)
            }
            Some(_) => {
                return Err(mismatch(
                    dotted(parent, field.name()),
                    format!("{} here", describe(field)),
                    format!(
                        "the field `{}`",
                        dotted(parent, have[next.min(have.len() - 1)].name())
                    ),
                ));
            }
            None if policy.schema == SchemaPolicy::Widen && field.is_nullable() => None,
            None => {
                let path = dotted(parent, field.name());
                return Err(mismatch(path, describe(field), "no such field".into()));
            }
        });
    }
    let extra = (0..have.len()).find(|index| !partners.contains(&Some(*index)));
    match extra {
        None => Ok(partners),
        Some(index) => {
            let extra = &have[index];
            let path = dotted(parent, extra.name());
            Err(mismatch(path, "no such field".into(), describe(extra)))
        }
    }
}

fn by_name<'a>(parent: &str, fields: &'a Fields) -> Result<HashMap<&'a str, usize>> {
    let mut places = HashMap::with_capacity(fields.len());
    for (index, field) in fields.iter().enumerate() {
        if places.insert(field.name().as_str(), index).is_some() {
            return Err(mismatch(
                dotted(parent, field.name()),
                "one field of the name".into(),
                "two".into(),
            ));
        }
    }
    Ok(places)
}

/// Whether values of one type without others within may become values of another.
fn widens(from: &DataType, to: &DataType) -> bool {
    use DataType::{
        Binary, BinaryView, Dictionary, Duration, FixedSizeBinary, Float16, Float32, Float64, Int8,
        Int16, Int32, Int64, LargeBinary, LargeUtf8, Null, RunEndEncoded, Time32, Time64,
        Timestamp, UInt8, UInt16, UInt32, UInt64, Utf8, Utf8View,
    };
    if from.equals_datatype(to) {
        return true;
    }
    match (from, to) {
        (Null, _) => true,
        (Dictionary(_, values), to) if !matches!(to, Dictionary(..)) => widens(values, to),
        (RunEndEncoded(_, values), to) if !matches!(to, RunEndEncoded(..)) => {
            widens(values.data_type(), to)
        }
        (Int8, Int16 | Int32 | Int64 | Float16 | Float32 | Float64)
        | (Int16, Int32 | Int64 | Float32 | Float64)
        | (Int32, Int64 | Float64)
        | (UInt8, UInt16 | UInt32 | UInt64 | Int16 | Int32 | Int64 | Float16 | Float32 | Float64)
        | (UInt16, UInt32 | UInt64 | Int32 | Int64 | Float32 | Float64)
        | (UInt32, UInt64 | Int64 | Float64)
        | (Int64 | UInt64 | Float32, Float64)
        | (Float16, Float32 | Float64)
        | (Utf8 | LargeUtf8 | Utf8View, Utf8 | LargeUtf8 | Utf8View)
        | (
            Binary | LargeBinary | BinaryView | FixedSizeBinary(_),
            Binary | LargeBinary | BinaryView,
        ) => true,
        (Timestamp(from, here), Timestamp(to, there)) => here == there && is_finer(*to, *from),
        (Time32(from) | Time64(from), Time32(to) | Time64(to)) | (Duration(from), Duration(to)) => {
            is_finer(*to, *from)
        }
        (from, to) => match (digits(from), digits(to)) {
            // As many digits behind the point, and as many before it.
            (Some((all, behind)), Some((to_all, to_behind))) => {
                to_behind >= behind && to_all - to_behind >= all - behind
            }
            _ => false,
        },
    }
}

/// All digits of a decimal, and those behind the point.
fn digits(data_type: &DataType) -> Option<(i16, i16)> {
    match data_type {
        DataType::Decimal32(all, behind)
        | DataType::Decimal64(all, behind)
        | DataType::Decimal128(all, behind)
        | DataType::Decimal256(all, behind) => Some(((*all).into(), (*behind).into())),
        _ => None,
    }
}

fn is_finer(one: TimeUnit, than: TimeUnit) -> bool {
    let rank = |unit| match unit {
        TimeUnit::Second => 0,
        TimeUnit::Millisecond => 1,
        TimeUnit::Microsecond => 2,
        TimeUnit::Nanosecond => 3,
    };
    rank(one) > rank(than)
}
