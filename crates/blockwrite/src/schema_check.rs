//! Holds each block against the schema that the first one fixed.

use arrow::datatypes::{Field, Schema};

use crate::{Error, Result};

/// Compares names, order, types and nullability of top-level fields; metadata may differ.
pub(crate) fn check(expected: &Schema, found: &Schema) -> Result<()> {
    // The usual case costs one pointer comparison a field.
    for (want, have) in expected.fields().iter().zip(found.fields()) {
        if std::sync::Arc::ptr_eq(want, have) {
            continue;
        }
        if want.name() != have.name() {
            return Err(mismatch(
                want.name(),
                format!("{} here", describe(want)),
                format!("the field `{}`", have.name()),
            ));
        }
        if !want.data_type().equals_datatype(have.data_type())
            || want.is_nullable() != have.is_nullable()
        {
            return Err(mismatch(want.name(), describe(want), describe(have)));
        }
    }
    let (wanted, had) = (expected.fields().len(), found.fields().len());
    if had < wanted {
        let missing = expected.field(had);
        return Err(mismatch(
            missing.name(),
            describe(missing),
            "no such field".into(),
        ));
    }
    if had > wanted {
        let extra = found.field(wanted);
        return Err(mismatch(
            extra.name(),
            "no such field".into(),
            describe(extra),
        ));
    }
    Ok(())
}

fn mismatch(field: &str, expected: String, found: String) -> Error {
    Error::SchemaMismatch {
        field: field.to_owned(),
        expected,
        found,
    }
}

fn describe(field: &Field) -> String {
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
    use arrow::datatypes::DataType;
    use expect_test::{Expect, expect};

    fn schema(fields: &[(&str, DataType, bool)]) -> Schema {
        Schema::new(
            fields
                .iter()
                .map(|(name, data_type, nullable)| Field::new(*name, data_type.clone(), *nullable))
                .collect::<Vec<_>>(),
        )
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
        let marked = plain
            .clone()
            .with_metadata([("k".to_owned(), "v".to_owned())].into());
        assert!(check(&plain, &marked).is_ok());
    }
}
