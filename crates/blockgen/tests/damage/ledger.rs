//! The list of what is damaged, against what is.

use arrow::array::{Array, RecordBatch, RecordBatchReader};
use arrow::compute::concat_batches;
use blockgen::{DamageKind, DamageSpec, DatasetSpec, GenerateError, MAX_ROWS};
use expect_test::expect;
use proptest::prelude::*;
use proptest::sample::select;

use super::{block_rows, cells, spec, table, texts};

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
