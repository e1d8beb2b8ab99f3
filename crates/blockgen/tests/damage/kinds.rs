//! What each kind of damage makes of a value.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float32Type, Float64Type, Int32Type, Int64Type};
use expect_test::expect;

use super::{cells, spec, table, texts};

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
