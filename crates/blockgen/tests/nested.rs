//! Values within values: lists, structs, maps.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use std::collections::BTreeSet;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::Int64Type;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use blockgen::{DatasetSpec, GenerateError, Generator, MAX_ROWS};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use support::{generator, spec};

const COLUMNS: [&str; 6] = [
    r#"name = "tags"; kind = "list"; nulls = 0.1; item = { kind = "city", nulls = 0.2 }"#,
    r#"name = "matrix"; kind = "list"; max = 3; item = { kind = "list", min = 2, max = 2, item = { kind = "integer", min = 0, max = 9 } }"#,
    r#"name = "who"; kind = "struct"; nulls = 0.1; fields = [{ name = "mail", kind = "email", of = "name" }, { name = "name", kind = "person_name" }, { name = "line", kind = "template", template = "{name} <{mail}>" }, { name = "nulls", kind = "bool", nulls = 0.5 }]"#,
    r#"name = "visits"; kind = "list"; item = { kind = "struct", fields = [{ name = "n", kind = "integer", min = 0, max = 99 }, { name = "text", kind = "template", template = "{n:03}" }] }"#,
    r#"name = "few"; kind = "map"; max = 4; key = { kind = "pattern", pattern = "[a-d]" }; value = { kind = "bool", nulls = 0.5 }"#,
    r#"name = "full"; kind = "map"; min = 2; max = 2; key = { kind = "uuid" }; value = { kind = "list", item = { kind = "city" } }"#,
];

fn block(rows: std::ops::Range<u64>) -> RecordBatch {
    generator(&COLUMNS).block(rows).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn ranges_compose(
        start in prop_oneof![0u64..5_000, 0u64..1 << 50],
        first in 0u64..200,
        second in 0u64..200,
    ) {
        let (middle, end) = (start + first, start + first + second);
        let whole = block(start..end);
        let halves = [block(start..middle), block(middle..end)];
        prop_assert_eq!(&whole, &concat_batches(&whole.schema(), &halves).unwrap());
    }
}

#[test]
fn a_block_goes_through_arrow_ipc() {
    for rows in [0..0, 0..1, 1_000..1_500] {
        let block = block(rows);
        let mut bytes = Vec::new();
        let mut writer = StreamWriter::try_new(&mut bytes, &block.schema()).unwrap();
        writer.write(&block).unwrap();
        writer.finish().unwrap();
        let mut reader = StreamReader::try_new(bytes.as_slice(), None).unwrap();
        assert_eq!(reader.next().unwrap().unwrap(), block);
        for column in block.columns() {
            column.to_data().validate_full().unwrap();
        }
    }
}

#[test]
fn the_schema_names_the_parts_as_arrow_and_parquet_do() {
    let schema = generator(&COLUMNS).schema();
    let types: String = schema
        .fields()
        .iter()
        .map(|field| format!("{field}\n"))
        .collect();
    expect![[r#"
        Field { "tags": nullable List(Utf8) }
        Field { "matrix": List(non-null List(non-null Int64)) }
        Field { "who": nullable Struct("mail": non-null Utf8, "name": non-null Utf8, "line": non-null Utf8, "nulls": Boolean) }
        Field { "visits": List(non-null Struct("n": non-null Int64, "text": non-null Utf8)) }
        Field { "few": Map("key_value": non-null Struct("key": non-null Utf8, "value": Boolean), unsorted) }
        Field { "full": Map("key_value": non-null Struct("key": non-null Utf8, "value": non-null List(non-null Utf8)), unsorted) }
    "#]].assert_eq(&types);
}

#[test]
fn lists_are_of_every_length_each_as_often_and_their_items_even() {
    const ROWS: usize = 40_000;
    let lists = generator(&[
        r#"name = "a"; kind = "list"; min = 1; max = 6; item = { kind = "integer", min = 0, max = 9 }"#,
    ])
    .block(0..ROWS as u64)
    .unwrap();
    let lists = lists.column(0).as_list::<i32>();
    let mut lengths = [0usize; 7];
    // By place in the list, and by what stood in the place before.
    let (mut values, mut pairs) = ([[0usize; 10]; 6], [0usize; 100]);
    for list in lists.iter().flatten() {
        let list = list.as_primitive::<Int64Type>().values();
        lengths[list.len()] += 1;
        for (place, value) in list.iter().enumerate() {
            values[place][*value as usize] += 1;
        }
        for pair in list.windows(2) {
            pairs[(pair[0] * 10 + pair[1]) as usize] += 1;
        }
    }
    assert_eq!(lengths[0], 0);
    assert_even(&lengths[1..]);
    for place in &values {
        assert_even(place);
    }
    assert_even(&pairs);
}

fn assert_even(counts: &[usize]) {
    let expected = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
    let deviation = |count: &usize| (*count as f64 - expected).powi(2) / expected;
    let chi_square: f64 = counts.iter().map(deviation).sum();
    let freedom = counts.len() as f64 - 1.0;
    let unevenness = (chi_square - freedom) / (2.0 * freedom).sqrt();
    assert!(unevenness.abs() < 4.5, "{unevenness}: {counts:?}");
}

/// No two elements have one number, in lists of lists either: a sequence shows them.
#[test]
fn elements_never_meet() {
    let block = generator(&[
        r#"name = "a"; kind = "list"; max = 3; item = { kind = "list", max = 4, item = { kind = "sequence", start = 0 } }"#,
    ])
    .block(0..2_000)
    .unwrap();
    let numbers = block.column(0).as_list::<i32>().values();
    let numbers = numbers.as_list::<i32>().values();
    let numbers = numbers.as_primitive::<Int64Type>().values();
    let different: BTreeSet<_> = numbers.iter().collect();
    assert_eq!(different.len(), numbers.len());
    assert!(numbers.len() > 5_000);
    assert!(
        numbers
            .iter()
            .all(|number| (0..2_000 * 12).contains(number))
    );
}

#[test]
fn fields_refer_to_fields_of_the_same_struct() {
    let block = block(0..300);
    let who = block.column_by_name("who").unwrap().as_struct();
    let text = |field: &str, row| {
        let field = who.column_by_name(field).unwrap();
        field.as_string::<i32>().value(row).to_owned()
    };
    for row in 0..300 {
        let (name, mail) = (text("name", row), text("mail", row));
        let surname = name.rsplit(' ').next().unwrap().to_lowercase();
        let letters: String = surname
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        assert!(mail.contains(&letters), "{name} {mail}");
        assert_eq!(text("line", row), format!("{name} <{mail}>"));
    }
    let visits = block.column_by_name("visits").unwrap().as_list::<i32>();
    let visits = visits.values().as_struct();
    let numbers = visits.column(0).as_primitive::<Int64Type>().values();
    let texts = visits.column(1).as_string::<i32>();
    for (number, text) in numbers.iter().zip(texts) {
        assert_eq!(text, Some(format!("{number:03}").as_str()));
    }
    assert!(numbers.len() > 300);
}

#[test]
fn nulls_of_a_list_and_of_its_items_are_as_frequent_as_asked() {
    let block = block(0..20_000);
    let tags = block.column_by_name("tags").unwrap();
    assert!((1_800..2_200).contains(&tags.null_count()));
    let items = tags.as_list::<i32>().values();
    let share = items.null_count() as f64 / items.len() as f64;
    assert!((share - 0.2).abs() < 0.01, "{share}");
    // A field's nulls and the struct's are drawn apart, whatever the field is called.
    let who = block.column_by_name("who").unwrap().as_struct();
    let field = who.column_by_name("nulls").unwrap();
    let both = (0..20_000).filter(|row| who.is_null(*row) && field.is_null(*row));
    assert!((850..1_150).contains(&both.count()));
}

#[test]
fn the_keys_of_a_row_differ() {
    let block = block(0..5_000);
    let few = block.column_by_name("few").unwrap().as_map();
    let mut lengths = [0usize; 5];
    for row in 0..5_000 {
        let entries = few.value(row);
        let keys = entries.column(0).as_string::<i32>();
        let different: BTreeSet<_> = keys.iter().flatten().collect();
        assert_eq!(different.len(), keys.len());
        lengths[keys.len()] += 1;
    }
    // Four keys of four are missed by fewer than one row in a thousand that wants them.
    assert_even(&lengths);

    // Where there are not as many keys as wanted, all there are.
    let hopeless = generator(&[
        r#"name = "a"; kind = "map"; min = 3; max = 5; key = { kind = "bool" }; value = { kind = "bool" }"#,
    ]);
    let maps = hopeless.block(0..500).unwrap();
    let maps = maps.column(0).as_map();
    assert!((0..500).all(|row| maps.value_length(row) == 2));
}

#[test]
fn lists_may_be_empty_throughout() {
    let block = generator(&[
        r#"name = "a"; kind = "list"; max = 0; item = { kind = "uuid" }"#,
        r#"name = "b"; kind = "map"; max = 0; key = { kind = "uuid" }; value = { kind = "uuid" }"#,
    ])
    .block(5..50)
    .unwrap();
    assert_eq!(block.column(0).as_list::<i32>().values().len(), 0);
    assert_eq!(block.column(1).as_map().entries().len(), 0);
}

fn refused(column: &str, expected: &Expect) {
    let spec = DatasetSpec::from_toml(&spec(&[column]));
    let error = spec.and_then(|spec| Generator::compile(&spec, "t", 1));
    expected.assert_eq(&error.unwrap_err().to_string());
}

#[test]
fn what_cannot_lie_within() {
    for (column, expected) in [
        (
            r#"kind = "list"; min = 3; max = 2; item = { kind = "integer", min = 1, max = 0 }"#,
            expect![[r#"
                2 things are wrong with the spec:
                  line 8: option `max` of column `t.a` is 2; allowed is min (3) or more
                  line 9: option `max` of column `t.a.item` is 0; allowed is min (1) or more"#]],
        ),
        (
            r#"kind = "list"; max = 65537; item = { kind = "uuid" }"#,
            expect!["line 7: option `max` of column `t.a` is 65537; allowed is at most 65536"],
        ),
        (
            r#"kind = "list"; max = 256; item = { kind = "list", max = 257, item = { kind = "uuid" } }"#,
            expect![
                "line 8: option `max` of column `t.a.item` is 257; allowed is at most 256: a row has at most 65536 elements, and 256 lists of this column"
            ],
        ),
        (
            r#"kind = "list"; item = { kind = "uuid", nulls = 2.0 }"#,
            expect!["line 7: option `nulls` of column `t.a.item` is 2; allowed is a share, 0 to 1"],
        ),
        (
            r#"kind = "list"; item = { kind = "template", template = "{a}" }"#,
            expect![
                "line 7: option `template` of column `t.a.item` names `a`, which is no column in this table; there is none to name"
            ],
        ),
        (
            r#"kind = "struct"; fields = []"#,
            expect![
                "line 7: option `fields` of column `t.a` is empty; allowed is one field or more"
            ],
        ),
        (
            r#"kind = "struct"; fields = [{ name = "", kind = "uuid" }, { name = "b", kind = "uuid" }, { name = "b", kind = "uuid" }]"#,
            expect![[r#"
                2 things are wrong with the spec:
                  line 7: option `fields` of column `t.a` is a list whose field 1 has an empty name; allowed is a name, because values are derived from it
                  line 7: option `fields` of column `t.a` is a list that names `b` twice; allowed is a name of its own for each field"#]],
        ),
        (
            r#"kind = "struct"; fields = [{ name = "b", kind = "struct", fields = [{ name = "c", kind = "email", of = "d" }, { name = "e", kind = "lorem", words = 0 }] }]"#,
            expect![[r#"
                2 things are wrong with the spec:
                  line 7: option `of` of column `t.a.b.c` names `d`, which is no column of kind `person_name`, or `first_name`, `last_name` or `name_with_title` without `of`, in this table; there is none to name
                  line 7: option `words` of column `t.a.b.e` is 0; allowed is 1 to 1000"#]],
        ),
        (
            r#"kind = "struct"; fields = [{ name = "b", kind = "template", template = "{c}" }, { name = "c", kind = "template", template = "{b}" }]"#,
            expect![
                "line 7: column `t.a.b` needs itself: `t.a.b` needs `t.a.c` needs `t.a.b`; take one of these steps out"
            ],
        ),
        (
            r#"kind = "map"; max = 1001; key = { kind = "float", min = 0.0, max = 1.0 }; value = { kind = "bool", probability = 7.0 }"#,
            expect![[r#"
                3 things are wrong with the spec:
                  line 7: option `max` of column `t.a` is 1001; allowed is at most 1000
                  line 8: option `kind` of column `t.a.key` is one of type Float64; allowed is a kind of text, whole numbers, decimals, dates, times, booleans or bytes
                  line 9: option `probability` of column `t.a.value` is 7; allowed is 0 to 1"#]],
        ),
        (
            r#"kind = "map"; key = { kind = "uuid", nulls = 0.5 }; value = { kind = "uuid" }"#,
            expect![
                "line 7: option `nulls` of column `t.a.key` is given; allowed is none: a key is never null"
            ],
        ),
        (
            r#"kind = "map"; key = { kind = "list", item = { kind = "uuid" } }; value = { kind = "uuid" }"#,
            expect![
                "line 7: option `kind` of column `t.a.key` is one of type List(non-null Utf8); allowed is a kind of text, whole numbers, decimals, dates, times, booleans or bytes"
            ],
        ),
    ] {
        refused(&format!("name = \"a\"; {column}"), &expected);
    }
}

#[test]
fn values_lie_within_sixteen_others_and_no_more() {
    let nested = |depth: usize| {
        let lists = "{ kind = \"list\", max = 1, item = ".repeat(depth);
        format!(
            "name = \"a\"; kind = \"list\"; max = 1; item = {lists}{{ kind = \"uuid\" }}{}",
            " }".repeat(depth)
        )
    };
    assert_eq!(
        generator(&[&nested(15)]).block(0..10).unwrap().num_rows(),
        10
    );
    refused(
        &nested(16),
        &expect![
            "line 8: option `item` of column `t.a.item.item.item.item.item.item.item.item.item.item.item.item.item.item.item.item` is a value within 17 others; allowed is at most 16 around a value"
        ],
    );
}

#[test]
fn blocks_with_too_many_elements_and_rows_without_numbers() {
    let lists = generator(&[
        r#"name = "a"; kind = "list"; min = 1000; max = 2000; item = { kind = "bool" }"#,
    ]);
    let error = lists.block(0..70_000).unwrap_err();
    assert!(matches!(error, GenerateError::TooManyElements { .. }));
    expect!["cannot make 70000 rows of column `t.a` in one block: its lists hold more than 67108864 elements; ask for smaller blocks"].assert_eq(&error.to_string());

    let last = MAX_ROWS / 2_000;
    assert_eq!(lists.block(last - 1..last).unwrap().num_rows(), 1);
    let error = lists.block(last - 1..last + 1).unwrap_err();
    assert!(matches!(error, GenerateError::ElementBeyondLimit { .. }));
    expect!["cannot make rows up to 4611686018427388 of column `t.a`: with lists as long as `max` says, its elements can be numbered for 4611686018427387 rows; ask for lower rows, or for shorter lists"].assert_eq(&error.to_string());
}

#[test]
fn a_spec_with_nested_values_reads_back_as_itself() {
    let toml = spec(&COLUMNS);
    let spec = DatasetSpec::from_toml(&toml).unwrap();
    let written = toml::to_string(&spec).unwrap();
    assert_eq!(DatasetSpec::from_toml(&written).unwrap(), spec, "{written}");
    let json = serde_json::to_string(&spec).unwrap();
    assert_eq!(serde_json::from_str::<DatasetSpec>(&json).unwrap(), spec);
}

/// Whether there are just as many keys as wanted, one too few, or hardly any: the keys are those
/// that come first, in the order of their numbers, and no more than a few rounds find them.
#[test]
fn rows_that_want_as_many_keys_as_there_are() {
    for (keys, wanted) in [(1_000, 1_000), (999, 1_000), (5, 1_000), (64, 60)] {
        let map = format!(
            r#"name = "a"; kind = "map"; min = {wanted}; max = {wanted}; key = {{ kind = "integer", min = 1, max = {keys} }}; value = {{ kind = "integer", min = 0, max = 9 }}"#
        );
        let generator = generator(&[&map]);
        let rows = generator.block(0..30).unwrap();
        let maps = rows.column(0).as_map();
        for row in 0..30 {
            let entries = maps.value(row);
            let found = entries.column(0).as_primitive::<Int64Type>().values();
            let different: BTreeSet<_> = found.iter().collect();
            assert_eq!(different.len(), found.len());
            // Eight draws for each of 1,000 keys leave one of 3,000 out; a row wants no more.
            assert!(
                found.len() >= wanted.min(keys) - 5,
                "{} of {keys}",
                found.len()
            );
            assert!(found.len() <= wanted.min(keys));
        }
        let parts = [
            generator.block(0..7).unwrap(),
            generator.block(7..30).unwrap(),
        ];
        assert_eq!(rows, concat_batches(&rows.schema(), &parts).unwrap());
    }
}

/// More rows than are made in one group.
#[test]
fn maps_of_many_rows_are_those_of_few() {
    let generator = generator(&[
        r#"name = "a"; kind = "map"; max = 200; key = { kind = "integer", min = 1, max = 250 }; value = { kind = "bool" }"#,
    ]);
    let whole = generator.block(0..1_500).unwrap();
    let parts: Vec<_> = [0..1, 1..655, 655..656, 656..1_400, 1_400..1_500]
        .into_iter()
        .map(|rows| generator.block(rows).unwrap())
        .collect();
    assert_eq!(whole, concat_batches(&whole.schema(), &parts).unwrap());
}
