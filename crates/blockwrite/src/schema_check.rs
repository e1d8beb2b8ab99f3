//! Holds each block against the schema that the first one fixed.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields, SchemaRef};

use crate::leaves::dotted;
use crate::{Error, Result};

/// Compares names, order, types and nullability of fields, those within structs, lists and maps
/// too; metadata may differ, and so may the names of list elements and of a map's entries, keys
/// and values, which mean nothing and which every producer chooses differently.
pub(crate) fn check(expected: &SchemaRef, found: &SchemaRef) -> Result<()> {
    if Arc::ptr_eq(expected, found) {
        return Ok(());
    }
    check_fields("", expected.fields(), found.fields())
}

/// The columns of two schemas, or the children of two structs.
fn check_fields(parent: &str, expected: &Fields, found: &Fields) -> Result<()> {
    for (want, have) in expected.iter().zip(found) {
        let path = dotted(parent, want.name());
        if want.name() != have.name() {
            return Err(mismatch(
                path,
                format!("{} here", describe(want)),
                format!("the field `{}`", dotted(parent, have.name())),
            ));
        }
        check_field(path, want, have)?;
    }
    let (wanted, had) = (expected.len(), found.len());
    if had < wanted {
        let missing = &expected[had];
        let path = dotted(parent, missing.name());
        return Err(mismatch(path, describe(missing), "no such field".into()));
    }
    if had > wanted {
        let extra = &found[wanted];
        let path = dotted(parent, extra.name());
        return Err(mismatch(path, "no such field".into(), describe(extra)));
    }
    Ok(())
}

/// Two fields whose names are compared already or mean nothing.
pub(crate) fn check_field(path: String, want: &FieldRef, have: &FieldRef) -> Result<()> {
    // The usual case costs one pointer comparison a field.
    if Arc::ptr_eq(want, have) {
        return Ok(());
    }
    if want.is_nullable() != have.is_nullable() {
        return Err(mismatch(path, describe(want), describe(have)));
    }
    check_type(path, want, have, want.data_type(), have.data_type())
}

fn check_type(
    path: String,
    want: &Field,
    have: &Field,
    want_type: &DataType,
    have_type: &DataType,
) -> Result<()> {
    use DataType::{
        Dictionary, FixedSizeList, LargeList, LargeListView, List, ListView, Map, RunEndEncoded,
        Struct,
    };
    match (want_type, have_type) {
        (Struct(want), Struct(have)) => check_fields(&path, want, have),
        (List(want), List(have))
        | (LargeList(want), LargeList(have))
        | (ListView(want), ListView(have))
        | (LargeListView(want), LargeListView(have)) => {
            check_field(dotted(&path, want.name()), want, have)
        }
        (FixedSizeList(want, wanted), FixedSizeList(have, had)) if wanted == had => {
            check_field(dotted(&path, want.name()), want, have)
        }
        (Map(want, wanted), Map(have, had)) if wanted == had => check_entries(&path, want, have),
        (Dictionary(wanted, want_values), Dictionary(had, have_values)) if wanted == had => {
            check_type(path, want, have, want_values, have_values)
        }
        (RunEndEncoded(want_ends, want_values), RunEndEncoded(have_ends, have_values))
            if want_ends.data_type() == have_ends.data_type() =>
        {
            check_field(path, want_values, have_values)
        }
        (want_type, have_type) if want_type.equals_datatype(have_type) => Ok(()),
        _ => Err(mismatch(path, describe(want), describe(have))),
    }
}

/// The entries of two maps: a struct of key and value, told apart by position.
fn check_entries(path: &str, want: &FieldRef, have: &FieldRef) -> Result<()> {
    if let (DataType::Struct(wanted), DataType::Struct(had)) = (want.data_type(), have.data_type())
        && wanted.len() == had.len()
        && want.is_nullable() == have.is_nullable()
    {
        for (want, have) in wanted.iter().zip(had) {
            check_field(dotted(path, want.name()), want, have)?;
        }
        return Ok(());
    }
    check_field(dotted(path, want.name()), want, have)
}

pub(crate) fn mismatch(field: String, expected: String, found: String) -> Error {
    Error::SchemaMismatch {
        field,
        expected,
        found,
    }
}

pub(crate) fn describe(field: &Field) -> String {
    let nulls = if field.is_nullable() {
        "nullable"
    } else {
        "not null"
    };
    format!("{} {nulls}", field.data_type())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::Schema;
    use expect_test::{Expect, expect};

    fn schema(fields: &[(&str, DataType, bool)]) -> SchemaRef {
        Arc::new(Schema::new(
            fields
                .iter()
                .map(|(name, data_type, nullable)| Field::new(*name, data_type.clone(), *nullable))
                .collect::<Vec<_>>(),
        ))
    }

    #[test]
    fn a_difference_names_field_expected_and_found() {
        use DataType::{Int32, Int64, Utf8};
        let fixed = [("id", Int64, false), ("word", Utf8, true)];
        let case = |found: &[(&str, DataType, bool)], expect: Expect| {
            expect.assert_eq(&match check(&schema(&fixed), &schema(found)) {
                Ok(()) => "same".to_owned(),
                Err(error) => error.to_string(),
            });
        };
        case(&fixed, expect!["same"]);
        case(
            &[("id", Int32, false), ("word", Utf8, true)],
            expect!["field `id`: expected Int64 not null, found Int32 not null"],
        );
        case(
            &[("id", Int64, true), ("word", Utf8, true)],
            expect!["field `id`: expected Int64 not null, found Int64 nullable"],
        );
        case(
            &[("word", Utf8, true), ("id", Int64, false)],
            expect!["field `id`: expected Int64 not null here, found the field `word`"],
        );
        case(
            &[("id", Int64, false)],
            expect!["field `word`: expected Utf8 nullable, found no such field"],
        );
        case(
            &[
                ("id", Int64, false),
                ("word", Utf8, true),
                ("extra", Utf8, true),
            ],
            expect!["field `extra`: expected no such field, found Utf8 nullable"],
        );
    }

    #[test]
    fn metadata_may_differ() {
        let plain = schema(&[("id", DataType::Int64, false)]);
        let marked = Schema::clone(&plain).with_metadata([("k".to_owned(), "v".to_owned())].into());
        assert!(check(&plain, &Arc::new(marked)).is_ok());
    }

    #[test]
    fn a_difference_deep_inside_is_named_by_its_path() {
        let field = |name: &str, data_type, nullable| Field::new(name, data_type, nullable);
        let of = |fields: &[Field]| DataType::Struct(fields.to_vec().into());
        let float = |name: &str| field(name, DataType::Float64, false);
        let place = of(&[float("lat"), float("lon")]);
        let swapped = of(&[float("lon"), float("lat")]);
        let list =
            |name: &str, of: &DataType| DataType::List(Arc::new(field(name, of.clone(), true)));
        let map = |key: &str, value: &str, of: &DataType| {
            let entries = DataType::Struct(
                vec![
                    field(key, DataType::Utf8, false),
                    field(value, of.clone(), true),
                ]
                .into(),
            );
            DataType::Map(Arc::new(field("entries", entries, false)), false)
        };
        let case = |wanted: &DataType, had: &DataType, expect: Expect| {
            let one = |of: &DataType| schema(&[("at", of.clone(), false)]);
            expect.assert_eq(&match check(&one(wanted), &one(had)) {
                Ok(()) => "same".to_owned(),
                Err(error) => error.to_string(),
            });
        };
        case(&place, &place.clone(), expect!["same"]);
        case(
            &place,
            &swapped,
            expect!["field `at.lat`: expected Float64 not null here, found the field `at.lon`"],
        );
        case(
            &place,
            &of(&[float("lat")]),
            expect!["field `at.lon`: expected Float64 not null, found no such field"],
        );
        case(
            &place,
            &of(&[float("lat"), field("lon", DataType::Float64, true)]),
            expect!["field `at.lon`: expected Float64 not null, found Float64 nullable"],
        );
        case(
            &list("item", &place),
            &list("item", &swapped),
            expect![
                "field `at.item.lat`: expected Float64 not null here, found the field `at.item.lon`"
            ],
        );
        case(
            &list("item", &place),
            &list("element", &place),
            expect!["same"],
        );
        case(
            &list("item", &DataType::Int32),
            &list("item", &DataType::Int64),
            expect!["field `at.item`: expected Int32 nullable, found Int64 nullable"],
        );
        case(
            &map("key", "value", &place),
            &map("key", "value", &swapped),
            expect![
                "field `at.value.lat`: expected Float64 not null here, found the field `at.value.lon`"
            ],
        );
        case(
            &map("key", "value", &place),
            &map("keys", "values", &place),
            expect!["same"],
        );
        case(
            &map("key", "value", &place),
            &map("key", "value", &DataType::Utf8),
            expect![[
                r#"field `at.value`: expected Struct("lat": non-null Float64, "lon": non-null Float64) nullable, found Utf8 nullable"#
            ]],
        );
    }
}
