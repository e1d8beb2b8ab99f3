//! Whatever a spec says: no panic, no endless loop; and what compiles makes rows that keep the law.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use blockgen::{DatasetSpec, Generator, MAX_ROWS, SpecFormat};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const ROWS: u64 = 8;

/// Reads a text as either format, and makes a few rows of each table that compiles.
fn exercise(text: &str) {
    for format in [SpecFormat::Toml, SpecFormat::Json] {
        match DatasetSpec::read(text, format) {
            Ok(spec) => rows_of_all_tables(&spec),
            // Said in full: that must not panic either.
            Err(errors) => assert!(!errors.to_string().is_empty()),
        }
    }
}

fn rows_of_all_tables(spec: &DatasetSpec) {
    for table in &spec.tables {
        let Ok(generator) = Generator::compile(spec, &table.name, 7) else {
            continue;
        };
        // The highest rows there may be, where sums of row and option would overflow.
        let _ = generator.block(MAX_ROWS - ROWS..MAX_ROWS);
        let _ = generator.ledger(MAX_ROWS - ROWS..MAX_ROWS);
        let Ok(whole) = generator.block(0..ROWS) else {
            continue;
        };
        generator.ledger(0..ROWS).unwrap();
        let (start, end) = (generator.block(0..3), generator.block(3..ROWS));
        assert_eq!(start.unwrap(), whole.slice(0, 3));
        assert_eq!(end.unwrap(), whole.slice(3, ROWS as usize - 3));
    }
}

/// What stands in place of an option's value: numbers at the ends of their types, and values of
/// every other type.
const VALUES: [&str; 28] = [
    "0",
    "-1",
    "1",
    "16",
    "70000",
    "4294967296",
    "-9223372036854775808",
    "9223372036854775807",
    "18446744073709551615",
    "0.5",
    "-0.0",
    "1e-320",
    "1e308",
    "-1e308",
    "nan",
    "inf",
    "true",
    "\"\"",
    "\"a\"",
    "\"id\"",
    "\"sequence\"",
    "\"9999-12-31T23:59:59.999999999Z\"",
    "\"1w\"",
    "0000-01-01",
    "\"\\u0000{%[(|é\"",
    "[]",
    "{}",
    "[1, \"a\", {}]",
];

const DAMAGE: [&str; 5] = [
    "null",
    "duplicate",
    "out_of_range",
    "malformed",
    "wrong_reference",
];

fn builtin() -> impl Strategy<Value = String> {
    let names: Vec<_> = DatasetSpec::builtin_names().collect();
    select(names).prop_map(|name| DatasetSpec::builtin_toml(name).unwrap().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// A built-in spec with a few options that have other values.
    #[test]
    fn options_of_any_value(
        text in builtin(),
        changes in prop::collection::vec((any::<Index>(), select(&VALUES[..])), 1..4),
    ) {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        let options = |line: &&mut String| line.contains(" = ") && !line.starts_with("kind");
        for (at, value) in changes {
            let mut options: Vec<_> = lines.iter_mut().filter(options).collect();
            let at = at.index(options.len());
            let (key, _) = options[at].split_once(" = ").unwrap();
            *options[at] = format!("{key} = {value}");
        }
        exercise(&lines.join("\n"));
    }

    /// A built-in spec in which each kind has options of another.
    #[test]
    fn kinds_with_options_of_others(
        text in builtin(),
        from in any::<Index>(),
        to in any::<Index>(),
    ) {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        let (from, to) = (from.index(lines.len()), to.index(lines.len()));
        lines.swap(from, to);
        exercise(&lines.join("\n"));
    }

    /// A built-in spec, in either format, with a part cut out or written twice.
    #[test]
    fn texts_with_holes(
        text in builtin(),
        json: bool,
        ends in [any::<Index>(), any::<Index>()],
        twice: bool,
    ) {
        let text = match json {
            true => serde_json::to_string_pretty(&DatasetSpec::from_toml(&text).unwrap()).unwrap(),
            false => text,
        };
        let [a, b] = ends.map(|end| text.floor_char_boundary(end.index(text.len() + 1)));
        let (start, end) = (a.min(b), a.max(b));
        let part = if twice { &text[start..end].repeat(2) } else { "" };
        exercise(&format!("{}{part}{}", &text[..start], &text[end..]));
    }

    /// A built-in spec in which each table is damaged.
    #[test]
    fn damage_of_any_kind(
        text in builtin(),
        kinds in prop::collection::vec(select(&DAMAGE[..]), 1..5),
        share in select(&VALUES[..]),
        shares in prop::collection::vec(0.0..=1.0f64, 5),
        option in select(&["share", "columns", "how", "kind", ""][..]),
    ) {
        let mut text = text.replace("\n[[tables]]", "\n[[damaged]]").replacen("[[damaged]]", "[[tables]]", 1);
        let mut damage = String::new();
        for (kind, own) in kinds.iter().zip(shares) {
            damage.push_str(&format!("\n[[tables.damage]]\nkind = \"{kind}\"\nshare = {own}\n"));
        }
        if !option.is_empty() {
            let known = format!("{option} = ");
            damage = damage.lines().filter(|line| !line.starts_with(&known)).collect::<Vec<_>>().join("\n");
            damage.push_str(&format!("\n{option} = {share}\n"));
        }
        damage.push('\n');
        text = text.replace("\n[[damaged]]", &format!("{damage}\n[[tables]]"));
        text.push_str(&damage);
        exercise(&text);
    }

    #[test]
    fn texts_of_any_kind(text in ".{0,300}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        exercise(&text);
        exercise(&String::from_utf8_lossy(&bytes));
    }

    /// Any JSON that has the outline of a spec.
    #[test]
    fn json_of_any_shape(
        kind in select(blockgen::catalogue()).prop_map(|kind| kind.name),
        options in prop::collection::btree_map("[a-z_]{1,8}", any::<i64>(), 0..4),
        other in ".{0,20}",
    ) {
        let mut column = serde_json::json!({ "name": other, "kind": kind });
        for (name, value) in options {
            column[name] = value.into();
        }
        let table = serde_json::json!({ "name": "t", "rows": 10, "columns": [column] });
        exercise(&serde_json::json!({ "tables": [table] }).to_string());
    }
}
