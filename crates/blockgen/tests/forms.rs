//! One spec has many forms, in TOML, in JSON and in code, and means the same in all of them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use blockgen::{
    ColumnKind, ColumnSpec, DatasetSpec, EmailOptions, Generator, SequenceOptions, SpecError,
    TableSpec,
};

use support::{generator, spec};

/// Every kind, with every option it has.
const ALL_KINDS: [&str; 17] = [
    r#"name = "sequence"; kind = "sequence"; start = -3"#,
    r#"name = "uuid"; kind = "uuid""#,
    r#"name = "person_name"; kind = "person_name""#,
    r#"name = "email"; kind = "email"; of = "person_name""#,
    r#"name = "phone"; kind = "phone""#,
    r#"name = "street_address"; kind = "street_address""#,
    r#"name = "city"; kind = "city""#,
    r#"name = "country"; kind = "country""#,
    r#"name = "company"; kind = "company""#,
    r#"name = "job"; kind = "job""#,
    r#"name = "float"; kind = "float"; min = 0.1; max = 1e300"#,
    r#"name = "decimal"; kind = "float"; min = 0.07; max = 0.1; decimals = 2"#,
    r#"name = "int32"; kind = "integer"; min = -1; max = 1; type = "int32""#,
    r#"name = "int64"; kind = "integer"; min = -1; max = 9223372036854775807"#,
    r#"name = "bool"; kind = "bool"; probability = 0.1"#,
    r#"name = "timestamp"; kind = "timestamp"; from = 0000-01-01; to = 2024-05-01T12:00:00.000001Z"#,
    r#"name = "lorem"; kind = "lorem"; words = 7"#,
];

#[test]
fn a_spec_written_out_in_toml_or_json_reads_back_as_itself() {
    for text in [
        spec(&ALL_KINDS),
        format!("seed = 9\n{}", spec(&ALL_KINDS)),
        include_str!("../specs/people.toml").to_owned(),
    ] {
        let spec = DatasetSpec::from_toml(&text).unwrap();
        let toml = toml::to_string(&spec).unwrap();
        assert_eq!(DatasetSpec::from_toml(&toml).unwrap(), spec, "{toml}");
        let json = serde_json::to_string(&spec).unwrap();
        assert_eq!(
            serde_json::from_str::<DatasetSpec>(&json).unwrap(),
            spec,
            "{json}"
        );
    }
}

#[test]
fn a_spec_written_by_hand_in_json_is_the_one_in_toml() {
    let json = r#"{
        "tables": [{
            "name": "t",
            "columns": [
                { "name": "n", "kind": "person_name" },
                { "kind": "email", "of": "n", "name": "e" },
                { "name": "f", "kind": "float", "min": 0, "max": 1, "decimals": 3 },
                { "name": "i", "kind": "integer", "min": 0, "max": 1, "type": "int32" },
                { "name": "t", "kind": "timestamp", "from": "2020-01-01", "to": "2021-01-01" }
            ]
        }]
    }"#;
    let toml = spec(&[
        r#"name = "n"; kind = "person_name""#,
        r#"name = "e"; kind = "email"; of = "n""#,
        r#"name = "f"; kind = "float"; min = 0.0; max = 1.0; decimals = 3"#,
        r#"name = "i"; kind = "integer"; min = 0; max = 1; type = "int32""#,
        r#"name = "t"; kind = "timestamp"; from = 2020-01-01; to = 2021-01-01T00:00:00Z"#,
    ]);
    assert_eq!(
        serde_json::from_str::<DatasetSpec>(json).unwrap(),
        DatasetSpec::from_toml(&toml).unwrap()
    );
    let misspelt = json.replace("decimals", "decimal");
    let error = serde_json::from_str::<DatasetSpec>(&misspelt).unwrap_err();
    assert!(
        error.to_string().contains("unknown field `decimal`"),
        "{error}"
    );
}

#[test]
fn a_spec_keeps_its_hash_whatever_its_layout() {
    let hash = |toml: &str| {
        let spec = DatasetSpec::from_toml(toml).unwrap();
        Generator::compile(&spec, "t", 1)
            .unwrap()
            .provenance()
            .spec_hash
    };
    let table = "[[tables]]\nname = \"t\"\n[[tables.columns]]\n";
    let plain = hash(&format!(
        "{table}name = \"a\"\nkind = \"sequence\"\nstart = 1"
    ));
    assert_eq!(plain.len(), 64);
    let same = hash(&format!(
        "seed = 9\n{table}# first\nkind='sequence'\nname='a'"
    ));
    assert_eq!(plain, same);
    let other = hash(&format!(
        "{table}name = \"a\"\nkind = \"sequence\"\nstart = 2"
    ));
    assert_ne!(plain, other);
}

#[test]
fn times_in_quotes_and_without_mean_the_same() {
    let time = |from: &str| {
        generator(&[&format!(
            "name = \"a\"; kind = \"timestamp\"; from = {from}; to = 2030-01-01"
        )])
        .provenance()
        .spec_hash
    };
    let plain = time("\"2024-05-01T12:00:00Z\"");
    for other in [
        "2024-05-01T12:00:00Z",
        "2024-05-01 14:00:00+02:00",
        "2024-05-01T12:00:00",
    ] {
        assert_eq!(time(other), plain, "{other}");
    }
}

#[test]
fn a_spec_built_in_code_is_the_one_read_from_toml() {
    let email = EmailOptions {
        of: Some("name".into()),
        ..EmailOptions::default()
    };
    let columns = vec![
        ColumnSpec::new(
            "id",
            ColumnKind::Sequence(SequenceOptions {
                start: 5,
                ..SequenceOptions::default()
            }),
        ),
        ColumnSpec::new("name", ColumnKind::PersonName {}),
        ColumnSpec::new("e", ColumnKind::Email(email)),
    ];
    let mut built = DatasetSpec::new(vec![TableSpec::new("t", columns)]);
    let read = spec(&[
        r#"name = "id"; kind = "sequence"; start = 5"#,
        r#"name = "name"; kind = "person_name""#,
        r#"name = "e"; kind = "email"; of = "name""#,
    ]);
    assert_eq!(built, DatasetSpec::from_toml(&read).unwrap());

    // What code does to a spec is checked as well.
    built.tables[0].columns[1].name = "id".into();
    let error = Generator::compile(&built, "t", 1).unwrap_err();
    assert!(
        matches!(error.errors()[0], SpecError::DuplicateColumn { .. }),
        "{error}"
    );
}
