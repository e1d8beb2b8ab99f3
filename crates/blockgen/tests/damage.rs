//! Deliberate damage: done to what the spec says and to nothing else, and told of in a ledger.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchReader};
use arrow::compute::concat_batches;
use arrow::datatypes::{Float32Type, Float64Type, Int32Type, Int64Type};
use blockgen::{DamageKind, DamageSpec, DatasetSpec, GenerateError, Generator, MAX_ROWS};
use expect_test::expect;
use proptest::prelude::*;
use proptest::sample::select;

/// Columns of all sorts, parents, and children.
const SPEC: &str = r#"
[[tables]]
name = "parents"
rows = 50
columns = [
    { name = "id", kind = "sequence" },
    { name = "key", kind = "uuid" },
    { name = "country", kind = "country" },
]

[[tables]]
name = "t"
rows = 4_000
columns = [
    { name = "id", kind = "sequence" },
    { name = "name", kind = "person_name" },
    { name = "email", kind = "email", of = "name" },
    { name = "note", kind = "lorem", words = 3, nulls = 0.3 },
    { name = "age", kind = "integer", type = "int32", min = 18, max = 65 },
    { name = "byte", kind = "integer", type = "uint8", min = 10, nulls = 0.2 },
    { name = "score", kind = "float", min = 0.0, max = 1.0 },
    { name = "narrow", kind = "float", type = "float32", min = -1.0, max = 1.0 },
    { name = "price", kind = "decimal", min = 1, max = 99.99 },
    { name = "cents", kind = "float", min = 0.99, max = 9.99, decimals = 2 },
    { name = "day", kind = "date", from = 2020-01-01, to = 2021-01-01 },
    { name = "at", kind = "timestamp", from = 2020-01-01, to = 2021-01-01 },
    { name = "berlin", kind = "timestamp", from = 2020-01-01, to = 2021-01-01, unit = "ms", timezone = "Europe/Berlin" },
    { name = "opens", kind = "time", from = "08:00:00", to = "18:00:00", unit = "s" },
    { name = "took", kind = "duration", min = 0, max = "1h" },
    { name = "lat", kind = "latitude" },
    { name = "is_new", kind = "bool" },
    { name = "one", kind = "constant", value = 7 },
    { name = "tags", kind = "list", max = 3, item = { kind = "word" } },
    { name = "place", kind = "struct", fields = [
        { name = "lat", kind = "latitude" },
        { name = "seen", kind = "timestamp", from = 2020-01-01, to = 2021-01-01 },
    ] },
    { name = "by_key", kind = "map", max = 2, key = { kind = "word" }, value = { kind = "bool" } },
    { name = "bytes", kind = "binary", max_bytes = 4 },
    { name = "parent", kind = "reference", to = "parents.id", nulls = 0.1 },
    { name = "parent_key", kind = "reference", to = "parents.key" },
    { name = "country", kind = "pull", of = "parent", column = "country" },
    { name = "hash", kind = "row_hash" },
]

[[tables]]
name = "children"
children = { of = "t", max = 3 }
columns = [
    { name = "id", kind = "parent", column = "id" },
    { name = "name", kind = "parent", column = "name" },
]
"#;

fn spec(damage: &str) -> DatasetSpec {
    let mut spec = DatasetSpec::from_toml(SPEC).unwrap();
    if !damage.is_empty() {
        let text = format!(
            "[[tables]]\nname = \"t\"\ncolumns = [{{ name = \"id\", kind = \"uuid\" }}]\n{damage}"
        );
        spec.tables[1].damage = DatasetSpec::from_toml(&text).unwrap().tables[0]
            .damage
            .clone();
    }
    spec
}

fn table(spec: &DatasetSpec, name: &str, seed: u64) -> Generator {
    Generator::compile(spec, name, seed).unwrap_or_else(|errors| panic!("{errors}"))
}

fn block_rows(rows: u64) -> NonZeroU64 {
    NonZeroU64::new(rows).unwrap()
}

/// Row and column of each line of a ledger.
fn cells(ledger: &RecordBatch) -> Vec<(u64, String)> {
    let rows = ledger.column(0).as_primitive::<Int64Type>();
    let columns = ledger.column(1).as_string::<i32>();
    let rows = rows.values().iter().map(|row| *row as u64);
    rows.zip(columns.iter().map(|name| name.unwrap().to_owned()))
        .collect()
}

/// Row and column of each value that differs, by row and then by column.
fn differences(a: &RecordBatch, b: &RecordBatch, start: u64) -> Vec<(u64, String)> {
    let mut found = Vec::new();
    for row in 0..a.num_rows() {
        for (column, field) in a.schema().fields().iter().enumerate() {
            if a.column(column).slice(row, 1) != b.column(column).slice(row, 1) {
                found.push((start + row as u64, field.name().clone()));
            }
        }
    }
    found
}

/// The values of a ledger's column of texts.
fn texts(ledger: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column: &ArrayRef = ledger.column_by_name(name).unwrap();
    let texts = column.as_string::<i32>().iter();
    texts.map(|text| text.map(str::to_owned)).collect()
}

/// One damage, of any kind, to all columns that it fits or to one.
fn any_damage() -> impl Strategy<Value = DamageSpec> {
    const KINDS: [&str; 5] = [
        "null",
        "duplicate",
        "out_of_range",
        "malformed",
        "wrong_reference",
    ];
    let share = prop_oneof![Just(0.0), Just(1.0), 0.0..0.2f64, 0.0..1.0f64];
    (select(&KINDS[..]), share, any::<bool>()).prop_map(|(kind, share, all)| {
        let mut damage = serde_json::json!({ "kind": kind, "share": share });
        if !all {
            let column = match kind {
                "out_of_range" => "age",
                "wrong_reference" => "parent",
                "malformed" => "note",
                _ => "tags",
            };
            damage["columns"] = serde_json::json!([column]);
        }
        serde_json::from_value(damage).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The ledger holds each value that differs from the table without damage, and no other, and
    /// says what both are; and it composes, as blocks do.
    #[test]
    fn the_ledger_is_the_difference(
        damages in prop::collection::vec(any_damage(), 1..4),
        seed: u64,
        start in prop_oneof![0u64..5, 0u64..3_000],
        first in 0u64..60,
        second in 0u64..60,
    ) {
        let clean = spec("");
        let mut dirty = clean.clone();
        dirty.tables[1].damage = damages;
        let (clean, dirty) = (table(&clean, "t", seed), table(&dirty, "t", seed));
        let (middle, end) = (start + first, start + first + second);
        let (was, is) = (clean.block(start..end).unwrap(), dirty.block(start..end).unwrap());
        let ledger = dirty.ledger(start..end).unwrap();
        prop_assert_eq!(cells(&ledger), differences(&was, &is, start));
        for (original, damaged) in texts(&ledger, "original").iter().zip(texts(&ledger, "damaged")) {
            // Nothing is shown that is not there.
            prop_assert!(original.is_some() || damaged.is_some());
        }
        let halves = [start..middle, middle..end];
        let blocks = halves.clone().map(|rows| dirty.block(rows).unwrap());
        prop_assert_eq!(&is, &concat_batches(&dirty.schema(), &blocks).unwrap());
        let ledgers = halves.map(|rows| dirty.ledger(rows).unwrap());
        prop_assert_eq!(&ledger, &concat_batches(&ledger.schema(), &ledgers).unwrap());
        let ledgers = dirty.ledgers(start..end, block_rows(7));
        prop_assert_eq!(ledgers.schema(), ledger.schema());
        let ledgers: Vec<_> = ledgers.map(Result::unwrap).collect();
        prop_assert_eq!(&ledger, &concat_batches(&ledger.schema(), &ledgers).unwrap());
    }

    /// Behind another damage too: a damage of one column changes no other.
    #[test]
    fn a_damage_is_of_its_own_columns(seed: u64, start in 0u64..1 << 58) {
        let mut one = spec("");
        // No row of it has a parent to be counted by.
        one.tables.truncate(2);
        let mut two = one.clone();
        let malformed = DamageKind::Malformed(Default::default());
        let mut name = DamageSpec::new(malformed.clone(), 0.5);
        name.columns = Some(vec!["name".to_owned()]);
        let mut note = DamageSpec::new(malformed, 0.5);
        note.columns = Some(vec!["note".to_owned()]);
        one.tables[1].damage = vec![name.clone()];
        two.tables[1].damage = vec![note, name];
        let block = |spec: &DatasetSpec| table(spec, "t", seed).block(start..start + 100).unwrap();
        let (one, two) = (block(&one), block(&two));
        for field in one.schema().fields().iter().filter(|field| field.name() != "note") {
            let name = field.name();
            prop_assert_eq!(one.column_by_name(name), two.column_by_name(name), "{}", name);
        }
        prop_assert_ne!(one.column_by_name("note"), two.column_by_name("note"));
    }
}

/// Share of rows with a line of one kind in one column, against the share that was asked for.
#[test]
fn shares_are_kept() {
    const ROWS: u64 = 100_000;
    let mut spec = spec(
        r#"damage = [
            { kind = "duplicate", share = 0.02, columns = ["id", "email"] },
            { kind = "null", share = 0.3, columns = ["name", "age"] },
            { kind = "out_of_range", share = 0.01, columns = ["age", "score"] },
            { kind = "malformed", share = 0.1, columns = ["email"] },
            { kind = "wrong_reference", share = 0.05, columns = ["parent_key"] },
        ]"#,
    );
    spec.tables.truncate(2);
    let ledger = table(&spec, "t", 42).ledger(0..ROWS).unwrap();
    let mut counts = BTreeMap::<(String, String), f64>::new();
    let kinds = texts(&ledger, "damage").into_iter().map(Option::unwrap);
    for ((_, column), kind) in cells(&ledger).into_iter().zip(kinds) {
        *counts.entry((kind, column)).or_default() += 1.0;
    }
    let expected = [
        ("duplicate", "email", 0.02),
        ("duplicate", "id", 0.02),
        ("malformed", "email", 0.1 * 0.98),
        ("null", "age", 0.3),
        ("null", "name", 0.3),
        ("out_of_range", "age", 0.01 * 0.7),
        ("out_of_range", "score", 0.01),
        ("wrong_reference", "parent_key", 0.05),
    ];
    assert_eq!(counts.len(), expected.len(), "{counts:?}");
    for (kind, column, share) in expected {
        let count = counts[&(kind.to_owned(), column.to_owned())];
        let rows = ROWS as f64;
        let deviation = (count - rows * share).abs() / (rows * share * (1.0 - share)).sqrt();
        assert!(deviation < 4.5, "{kind} of {column}: {count}");
    }
}

/// Which rows are hit in one column says nothing about another.
#[test]
fn columns_are_hit_apart() {
    let spec = spec(r#"damage = [{ kind = "null", share = 0.5, columns = ["name", "age"] }]"#);
    let block = table(&spec, "t", 42).block(0..4_000).unwrap();
    let (name, age) = (
        block.column_by_name("name").unwrap(),
        block.column_by_name("age").unwrap(),
    );
    let both = (0..4_000)
        .filter(|row| name.is_null(*row) && age.is_null(*row))
        .count();
    // A quarter, within five standard deviations.
    assert!((863..1_137).contains(&both), "{both}");
}

#[test]
fn nulls_come_where_none_may_be() {
    let clean = table(&spec(""), "t", 1);
    let dirty =
        spec(r#"damage = [{ kind = "null", share = 1, columns = ["id", "tags", "place"] }]"#);
    let dirty = table(&dirty, "t", 1);
    for (was, is) in clean.schema().fields().iter().zip(dirty.schema().fields()) {
        let damaged = ["id", "tags", "place"].contains(&is.name().as_str());
        assert_eq!(is.is_nullable(), damaged || was.is_nullable(), "{is}");
    }
    let block = dirty.block(0..100).unwrap();
    assert_eq!(block.column_by_name("id").unwrap().null_count(), 100);
    // What is made of it is as if it were there.
    let was = clean.block(0..100).unwrap();
    assert_eq!(was.column_by_name("hash"), block.column_by_name("hash"));
}

#[test]
fn repeated_rows_are_earlier_ones_as_they_are_seen() {
    let spec = spec(
        r#"damage = [
            { kind = "duplicate", share = 0.1 },
            { kind = "null", share = 0.05, columns = ["name"] },
        ]"#,
    );
    let generator = table(&spec, "t", 42);
    let block = generator.block(0..2_000).unwrap();
    let ledger = generator.ledger(0..2_000).unwrap();
    let (kinds, details) = (texts(&ledger, "damage"), texts(&ledger, "detail"));
    let mut repeated = BTreeMap::new();
    for ((row, _), (kind, detail)) in cells(&ledger).into_iter().zip(kinds.iter().zip(details)) {
        if kind.as_deref() == Some("duplicate") {
            let source: u64 = detail
                .unwrap()
                .strip_prefix("row ")
                .unwrap()
                .parse()
                .unwrap();
            assert!(source < row);
            assert_eq!(*repeated.entry(row).or_insert(source), source);
        }
    }
    assert!((150..250).contains(&repeated.len()), "{}", repeated.len());
    for (row, source) in &repeated {
        let one = |row: &u64| block.slice(*row as usize, 1);
        assert_eq!(one(row), one(source), "row {row} repeats row {source}");
    }
    // From all over, not from near by.
    let half = repeated
        .iter()
        .filter(|(row, source)| **source * 2 < **row)
        .count();
    assert!((70..130).contains(&half), "{half}");
}

#[test]
fn other_tables_and_other_columns_see_no_damage() {
    let clean = spec("");
    let dirty = spec(
        r#"damage = [
        { kind = "null", share = 0.5, columns = ["name", "id"] },
        { kind = "duplicate", share = 0.5, columns = ["parent"] },
    ]"#,
    );
    let rows = |spec: &DatasetSpec, name| table(spec, name, 3).block(0..1_000).unwrap();
    assert_eq!(rows(&clean, "children"), rows(&dirty, "children"));
    let (was, is) = (rows(&clean, "t"), rows(&dirty, "t"));
    for column in ["email", "country", "hash"] {
        assert_eq!(was.column_by_name(column), is.column_by_name(column));
    }
    // Nor is damage a part of what children follow from.
    let hash = |spec: &DatasetSpec, name| table(spec, name, 3).provenance().spec_hash;
    assert_eq!(hash(&clean, "children"), hash(&dirty, "children"));
    assert_ne!(hash(&clean, "t"), hash(&dirty, "t"));
}

#[test]
fn keys_that_no_parent_has() {
    let spec = spec(r#"damage = [{ kind = "wrong_reference", share = 0.5 }]"#);
    let generator = table(&spec, "t", 5);
    let block = generator.block(0..1_000).unwrap();
    let parents = block
        .column_by_name("parent")
        .unwrap()
        .as_primitive::<Int64Type>();
    assert!(
        parents
            .iter()
            .flatten()
            .all(|parent| (1..=100).contains(&parent))
    );
    let wrong = parents
        .iter()
        .flatten()
        .filter(|parent| *parent > 50)
        .count();
    assert!((380..520).contains(&wrong), "{wrong}");
    let keys = table(&spec, "parents", 5).block(0..50).unwrap();
    let keys: Vec<_> = keys
        .column(1)
        .as_string::<i32>()
        .iter()
        .map(Option::unwrap)
        .map(str::to_owned)
        .collect();
    let ledger = generator.ledger(0..1_000).unwrap();
    for ((_, column), damaged) in cells(&ledger).iter().zip(texts(&ledger, "damaged")) {
        assert!(column != "parent_key" || !keys.contains(&damaged.unwrap()));
    }
}

/// Every column that has a range, each value damaged.
#[test]
fn out_of_range_is_outside_and_near() {
    let spec = spec(r#"damage = [{ kind = "out_of_range", share = 1 }]"#);
    let block = table(&spec, "t", 9).block(0..2_000).unwrap();
    let within = |name: &str, low: f64, high: f64, far: f64| {
        let column = block.column_by_name(name).unwrap();
        let data_type = column.data_type().clone();
        let values = match name {
            "age" => column
                .as_primitive::<Int32Type>()
                .iter()
                .flatten()
                .map(f64::from)
                .collect(),
            "narrow" => column
                .as_primitive::<Float32Type>()
                .iter()
                .flatten()
                .map(f64::from)
                .collect(),
            "byte" => {
                let wide =
                    arrow::compute::cast(column, &arrow::datatypes::DataType::Float64).unwrap();
                wide.as_primitive::<Float64Type>()
                    .iter()
                    .flatten()
                    .collect::<Vec<_>>()
            }
            _ => column
                .as_primitive::<Float64Type>()
                .iter()
                .flatten()
                .collect(),
        };
        assert!(!values.is_empty());
        let (above, below): (Vec<f64>, Vec<f64>) = values.iter().partition(|value| **value > high);
        assert!(
            above.iter().all(|value| *value <= high + far),
            "{name} {data_type}"
        );
        assert!(
            below
                .iter()
                .all(|value| *value < low && *value >= low - far),
            "{name}"
        );
        (above.len(), below.len())
    };
    for (name, low, high, far) in [
        ("age", 18.0, 65.0, 47.0),
        ("score", 0.0, 1.0, 1.0),
        ("narrow", -1.0, 1.0, 2.0),
        ("cents", 0.99, 9.99, 9.01),
        ("lat", -90.0, 90.0, 180.0),
    ] {
        let (above, below) = within(name, low, high, far);
        assert_eq!(above + below, 2_000);
        assert!((890..1_110).contains(&above), "{name}: {above}");
    }
    // The range ends with the type above.
    let (above, _) = within("byte", 10.0, 255.0, 1_000.0);
    assert_eq!(above, 0);
}

#[test]
fn a_ledger_as_it_is_read() {
    let spec = spec(
        r#"damage = [
            { kind = "duplicate", share = 0.1, columns = ["id"] },
            { kind = "null", share = 0.1, columns = ["place", "name"] },
            { kind = "out_of_range", share = 0.1, columns = ["age", "price", "day", "berlin", "opens", "took"] },
            { kind = "malformed", share = 0.1, columns = ["name", "email"] },
            { kind = "wrong_reference", share = 0.1, columns = ["parent"] },
        ]"#,
    );
    let ledger = table(&spec, "t", 42).ledger(0..25).unwrap();
    let shown = arrow::util::pretty::pretty_format_batches(&[ledger]).unwrap();
    // Control characters do unexpected things to those who read this file.
    let is_hidden = |character: char| character.is_control() && character != '\n';
    let shown = shown.to_string().replace(is_hidden, "¿");
    expect![[r#"
        +-----+--------+-----------------+-------------------+-----------------------------------------------------+-----------------------------+
        | row | column | damage          | detail            | original                                            | damaged                     |
        +-----+--------+-----------------+-------------------+-----------------------------------------------------+-----------------------------+
        | 0   | name   | null            |                   | Agustina Heathcote                                  |                             |
        | 0   | parent | wrong_reference |                   | 40                                                  | 54                          |
        | 1   | opens  | out_of_range    | above             | 15:49:53                                            | 18:45:37                    |
        | 3   | name   | malformed       | leading_blank     | Agustina Sporer                                     |  Agustina Sporer            |
        | 3   | berlin | out_of_range    | above             | 2020-08-28T01:26:22.909Z                            | 2021-08-31T00:44:58.008Z    |
        | 4   | parent | wrong_reference |                   | 43                                                  | 70                          |
        | 5   | id     | duplicate       | row 2             | 6                                                   | 3                           |
        | 5   | berlin | out_of_range    | below             | 2020-03-26T17:14:50.012Z                            | 2019-05-30T20:37:02.857Z    |
        | 5   | took   | out_of_range    | below             | PT2797.501077S                                      | -PT2640.119084S             |
        | 6   | place  | null            |                   | {lat: -29.61666, seen: 2020-07-22T20:59:53.284122Z} |                             |
        | 6   | parent | wrong_reference |                   | 26                                                  | 54                          |
        | 7   | price  | out_of_range    | below             | 19.91                                               | -77.88                      |
        | 7   | opens  | out_of_range    | below             | 14:40:16                                            | 01:21:20                    |
        | 9   | name   | malformed       | swapped           | Neva Beatty                                         | Neva Betaty                 |
        | 9   | price  | out_of_range    | below             | 60.48                                               | -64.18                      |
        | 11  | email  | malformed       | mojibake          | sasha.ratke2821@example.net                         | sasha.ratke2821@exam�le.net |
        | 12  | price  | out_of_range    | above             | 47.45                                               | 126.13                      |
        | 12  | opens  | out_of_range    | above             | 09:28:59                                            | 20:31:43                    |
        | 13  | berlin | out_of_range    | above             | 2020-08-03T11:10:09.099Z                            | 2021-02-22T00:32:38.271Z    |
        | 15  | price  | out_of_range    | below             | 64.59                                               | -15.87                      |
        | 15  | took   | out_of_range    | below             | PT2058.089599S                                      | -PT2700.523217S             |
        | 16  | email  | malformed       | mojibake          | brock.jast3197@example.org                          | brock.jast3197@example.o�g  |
        | 18  | berlin | out_of_range    | below             | 2020-02-23T20:03:19.706Z                            | 2019-12-10T19:46:12.973Z    |
        | 19  | name   | malformed       | control_character | Rashawn Vandervort                                  | Rashawn Vandervo¿rt         |
        | 20  | name   | null            |                   | Pearline Hermiston                                  |                             |
        | 20  | age    | out_of_range    | above             | 47                                                  | 88                          |
        | 20  | price  | out_of_range    | below             | 86.20                                               | -78.95                      |
        | 20  | opens  | out_of_range    | above             | 09:51:57                                            | 23:49:51                    |
        | 21  | price  | out_of_range    | above             | 68.68                                               | 181.02                      |
        | 22  | price  | out_of_range    | below             | 37.90                                               | -87.63                      |
        | 22  | day    | out_of_range    | above             | 2020-08-17                                          | 2021-06-23                  |
        | 23  | name   | null            |                   | Arnulfo Conn                                        |                             |
        | 23  | took   | out_of_range    | below             | PT205.813278S                                       | -PT389.85715S               |
        +-----+--------+-----------------+-------------------+-----------------------------------------------------+-----------------------------+
    "#]].assert_eq(&format!("{shown}\n"));
}

#[test]
fn each_way_to_malform_a_text() {
    let columns = ["name", "email", "note", "country"];
    let ways = [
        "truncated",
        "swapped",
        "doubled_blank",
        "leading_blank",
        "trailing_blank",
        "wrong_case",
        "control_character",
        "mojibake",
        "empty",
    ];
    let mut shown = String::new();
    for how in ways {
        let damage = format!(
            "damage = [{{ kind = \"malformed\", share = 1, how = [\"{how}\"], columns = {columns:?} }}]"
        );
        let mut spec = spec(&damage);
        spec.locale = serde_json::from_value(serde_json::json!("fr_fr")).unwrap();
        let ledger = table(&spec, "t", 4).ledger(0..3).unwrap();
        let (original, damaged) = (texts(&ledger, "original"), texts(&ledger, "damaged"));
        for (detail, (original, damaged)) in texts(&ledger, "detail")
            .iter()
            .zip(original.iter().zip(damaged))
        {
            assert_eq!(detail.as_deref(), Some(how));
            let (original, damaged) = (original.as_ref().unwrap(), damaged.unwrap());
            shown.push_str(&format!("{how}: {original:?} {damaged:?}\n"));
        }
    }
    expect![[r#"
        truncated: "Marjolaine Gibert" "Marjolaine "
        truncated: "marjolaine.gibert1583@example.org" "marjola"
        truncated: "Quia sed qui." "Q"
        truncated: "Fédération de Russie" "Fédération d"
        truncated: "Elio Baptiste" "El"
        truncated: "elio.baptiste8437@example.org" "elio.ba"
        truncated: "Anna Foulon" "An"
        truncated: "anna.foulon5232@example.net" "anna.fo"
        truncated: "Est soluta voluptatem." "Est sol"
        truncated: "Vanuatu" "Van"
        swapped: "Marjolaine Gibert" "MarjolaineG ibert"
        swapped: "marjolaine.gibert1583@example.org" "marjoliane.gibert1583@example.org"
        swapped: "Quia sed qui." "uQia sed qui."
        swapped: "Fédération de Russie" "Fédération ed Russie"
        swapped: "Elio Baptiste" "Eilo Baptiste"
        swapped: "elio.baptiste8437@example.org" "elio.bpatiste8437@example.org"
        swapped: "Anna Foulon" "nAna Foulon"
        swapped: "anna.foulon5232@example.net" "anna.fuolon5232@example.net"
        swapped: "Est soluta voluptatem." "Est soulta voluptatem."
        swapped: "Vanuatu" "Vaunatu"
        doubled_blank: "Marjolaine Gibert" "Marjolaine  Gibert"
        doubled_blank: "Quia sed qui." "Quia  sed qui."
        doubled_blank: "Fédération de Russie" "Fédération de  Russie"
        doubled_blank: "Elio Baptiste" "Elio  Baptiste"
        doubled_blank: "Anna Foulon" "Anna  Foulon"
        doubled_blank: "Est soluta voluptatem." "Est  soluta voluptatem."
        leading_blank: "Marjolaine Gibert" " Marjolaine Gibert"
        leading_blank: "marjolaine.gibert1583@example.org" " marjolaine.gibert1583@example.org"
        leading_blank: "Quia sed qui." " Quia sed qui."
        leading_blank: "Fédération de Russie" " Fédération de Russie"
        leading_blank: "Elio Baptiste" " Elio Baptiste"
        leading_blank: "elio.baptiste8437@example.org" " elio.baptiste8437@example.org"
        leading_blank: "Anna Foulon" " Anna Foulon"
        leading_blank: "anna.foulon5232@example.net" " anna.foulon5232@example.net"
        leading_blank: "Est soluta voluptatem." " Est soluta voluptatem."
        leading_blank: "Vanuatu" " Vanuatu"
        trailing_blank: "Marjolaine Gibert" "Marjolaine Gibert "
        trailing_blank: "marjolaine.gibert1583@example.org" "marjolaine.gibert1583@example.org "
        trailing_blank: "Quia sed qui." "Quia sed qui. "
        trailing_blank: "Fédération de Russie" "Fédération de Russie "
        trailing_blank: "Elio Baptiste" "Elio Baptiste "
        trailing_blank: "elio.baptiste8437@example.org" "elio.baptiste8437@example.org "
        trailing_blank: "Anna Foulon" "Anna Foulon "
        trailing_blank: "anna.foulon5232@example.net" "anna.foulon5232@example.net "
        trailing_blank: "Est soluta voluptatem." "Est soluta voluptatem. "
        trailing_blank: "Vanuatu" "Vanuatu "
        wrong_case: "Marjolaine Gibert" "MARJOLAINE GIBERT"
        wrong_case: "marjolaine.gibert1583@example.org" "MARJOLAINE.GIBERT1583@EXAMPLE.ORG"
        wrong_case: "Quia sed qui." "QUIA SED QUI."
        wrong_case: "Fédération de Russie" "FÉDÉRATION DE RUSSIE"
        wrong_case: "Elio Baptiste" "ELIO BAPTISTE"
        wrong_case: "elio.baptiste8437@example.org" "ELIO.BAPTISTE8437@EXAMPLE.ORG"
        wrong_case: "Anna Foulon" "ANNA FOULON"
        wrong_case: "anna.foulon5232@example.net" "ANNA.FOULON5232@EXAMPLE.NET"
        wrong_case: "Est soluta voluptatem." "EST SOLUTA VOLUPTATEM."
        wrong_case: "Vanuatu" "VANUATU"
        control_character: "Marjolaine Gibert" "Marjolaine \u{8}Gibert"
        control_character: "marjolaine.gibert1583@example.org" "marjol\u{1b}aine.gibert1583@example.org"
        control_character: "Quia sed qui." "\u{1}Quia sed qui."
        control_character: "Fédération de Russie" "Fédération d\u{8}e Russie"
        control_character: "Elio Baptiste" "E\u{1b}lio Baptiste"
        control_character: "elio.baptiste8437@example.org" "elio.b\u{7f}aptiste8437@example.org"
        control_character: "Anna Foulon" "A\u{8}nna Foulon"
        control_character: "anna.foulon5232@example.net" "anna.f\u{7f}oulon5232@example.net"
        control_character: "Est soluta voluptatem." "Est so\u{7}luta voluptatem."
        control_character: "Vanuatu" "Va\u{1b}nuatu"
        mojibake: "Marjolaine Gibert" "Marjolaine �ibert"
        mojibake: "marjolaine.gibert1583@example.org" "marjol�ine.gibert1583@example.org"
        mojibake: "Quia sed qui." "�uia sed qui."
        mojibake: "Fédération de Russie" "FÃ©dÃ©ration de Russie"
        mojibake: "Elio Baptiste" "E�io Baptiste"
        mojibake: "elio.baptiste8437@example.org" "elio.b�ptiste8437@example.org"
        mojibake: "Anna Foulon" "A�na Foulon"
        mojibake: "anna.foulon5232@example.net" "anna.f�ulon5232@example.net"
        mojibake: "Est soluta voluptatem." "Est so�uta voluptatem."
        mojibake: "Vanuatu" "Va�uatu"
        empty: "Marjolaine Gibert" ""
        empty: "marjolaine.gibert1583@example.org" ""
        empty: "Quia sed qui." ""
        empty: "Fédération de Russie" ""
        empty: "Elio Baptiste" ""
        empty: "elio.baptiste8437@example.org" ""
        empty: "Anna Foulon" ""
        empty: "anna.foulon5232@example.net" ""
        empty: "Est soluta voluptatem." ""
        empty: "Vanuatu" ""
    "#]].assert_eq(&shown);
}

/// Where one way cannot change a value the next does, and where none can nothing is counted.
#[test]
fn what_cannot_be_malformed_is_left_alone() {
    let lines = |how: &str| {
        let damage = format!(
            "damage = [{{ kind = \"malformed\", share = 1, how = {how}, columns = [\"country\", \"hash\"] }}]"
        );
        let ledger = table(&spec(&damage), "t", 4).ledger(0..500).unwrap();
        let details = texts(&ledger, "detail").into_iter().map(Option::unwrap);
        let mut counts = BTreeMap::<String, usize>::new();
        details.for_each(|detail| *counts.entry(detail).or_default() += 1);
        counts
    };
    let doubled = lines(r#"["doubled_blank"]"#)["doubled_blank"];
    assert!(doubled < 250, "{doubled}");
    let both = lines(r#"["doubled_blank", "trailing_blank"]"#);
    assert_eq!(
        both["doubled_blank"] + both["trailing_blank"],
        1_000 - nulls_of_country()
    );
}

fn nulls_of_country() -> usize {
    let block = table(&spec(""), "t", 4).block(0..500).unwrap();
    block.column_by_name("country").unwrap().null_count()
}

#[test]
fn tables_without_damage_have_an_empty_ledger() {
    let generator = table(&spec(""), "t", 1);
    assert!(!generator.is_damaged());
    let ledger = generator.ledger(0..10).unwrap();
    assert_eq!(ledger.num_rows(), 0);
    assert_eq!(ledger.num_columns(), 6);
    let dirty = table(
        &spec(r#"damage = [{ kind = "null", share = 0.1 }]"#),
        "t",
        1,
    );
    assert!(dirty.is_damaged());
    assert_eq!(dirty.ledger(5..5).unwrap().schema(), ledger.schema());
    let error = dirty.ledger(0..MAX_ROWS + 1).unwrap_err();
    assert!(matches!(error, GenerateError::RowBeyondLimit { .. }));
    // As a reader that fails: once, and then no more.
    let mut ledgers = dirty.ledgers(std::ops::Range { start: 5, end: 3 }, block_rows(2));
    assert!(ledgers.next().unwrap().is_err());
    assert!(ledgers.next().is_none());
}
