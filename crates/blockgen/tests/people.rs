//! What the built-in data set `people` holds.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeSet;
use std::fmt::Write;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow::util::display::array_value_to_string;
use blockgen::{DatasetSpec, Generator};
use expect_test::expect;

const ROWS: u64 = 50_000;

fn people() -> Generator {
    Generator::compile(&DatasetSpec::builtin("people").unwrap(), "people", 42).unwrap()
}

fn texts<'a>(block: &'a RecordBatch, column: &str) -> &'a StringArray {
    block.column_by_name(column).unwrap().as_string()
}

/// How many different texts there are.
fn distinct(texts: &StringArray) -> usize {
    texts.iter().collect::<BTreeSet<_>>().len()
}

#[test]
fn schema() {
    let mut schema = String::new();
    for field in people().schema().fields() {
        let null = if field.is_nullable() { " null" } else { "" };
        writeln!(schema, "{}: {}{null}", field.name(), field.data_type()).unwrap();
    }
    expect![[r#"
        id: Int64
        uuid: Utf8
        name: Utf8
        email: Utf8
        phone: Utf8
        street: Utf8
        city: Utf8
        country: Utf8
        company: Utf8
        job: Utf8
        salary: Float64
        age: Int32
        is_active: Boolean
        created_at: Timestamp(µs, "UTC")
        notes: Utf8
    "#]]
    .assert_eq(&schema);
}

#[test]
fn first_rows() {
    let block = people().block(0..2).unwrap();
    let mut rows = String::new();
    for row in 0..block.num_rows() {
        for (field, column) in block.schema().fields().iter().zip(block.columns()) {
            let value = match column.as_primitive_opt::<TimestampMicrosecondType>() {
                Some(micros) => micros.value_as_datetime(row).unwrap().to_string(),
                None => array_value_to_string(column, row).unwrap(),
            };
            writeln!(rows, "{}: {value}", field.name()).unwrap();
        }
    }
    expect![[r#"
        id: 1
        uuid: 9b329fe0-cac9-476c-a92e-55e8a6467c39
        name: Cristal Kuhn
        email: cristal.kuhn1485@example.net
        phone: 875.888.3715 x661
        street: 8883 Name Isle
        city: Eunamouth
        country: Solomon Islands
        company: Rutherford Group
        job: District Healthcare Associate
        salary: 60769.75
        age: 34
        is_active: true
        created_at: 2024-12-29 12:35:31.890478
        notes: Corrupti odio expedita tempora iste aut odit cupiditate repellendus numquam animi et.
        id: 2
        uuid: 06e1e389-73c9-4c9e-bfb5-0aa3ecebcae2
        name: Cordie Schultz
        email: cordie.schultz8091@example.com
        phone: 617.651.3481
        street: 6117 Renner Course
        city: Braunport
        country: Tunisia
        company: Anderson and Murazik LLC
        job: Lead Community-Services Manager
        salary: 127573.04
        age: 74
        is_active: true
        created_at: 2023-02-06 16:51:49.552135
        notes: Sint eum qui enim accusamus corrupti laudantium est sed nesciunt minima a.
    "#]]
    .assert_eq(&rows);
}

#[test]
fn ids_count_from_one_and_uuids_are_unique_and_of_version_4() {
    let block = people().block(10..10 + ROWS).unwrap();
    let ids = block.column(0).as_primitive::<Int64Type>();
    assert!(ids.values().iter().copied().eq(11..=10 + ROWS as i64));

    let uuids = texts(&block, "uuid");
    assert_eq!(distinct(uuids), ROWS as usize);
    for uuid in uuids.iter().flatten() {
        let groups: Vec<_> = uuid.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{uuid}");
        let hex = uuid.replace('-', "");
        assert!(hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
        assert_eq!(&uuid[14..15], "4", "{uuid}");
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    }
}

#[test]
fn an_email_is_spelt_from_its_rows_name() {
    let block = people().block(0..ROWS).unwrap();
    let emails = texts(&block, "email");
    for (name, email) in texts(&block, "name").iter().zip(emails) {
        let (name, email) = (name.unwrap(), email.unwrap());
        let (local, domain) = email.split_once('@').unwrap();
        assert!(
            ["example.com", "example.net", "example.org"].contains(&domain),
            "{email}"
        );
        let (spelt, digits) = local.split_at(local.len() - 4);
        assert!(
            (1_000..10_000).contains(&digits.parse().unwrap()),
            "{email}"
        );
        let expected = name
            .to_ascii_lowercase()
            .replace(' ', ".")
            .replace('\'', "");
        assert_eq!(spelt, expected, "{name} <{email}>");
    }
    // 50,000 draws from 38 billion addresses.
    assert!(distinct(emails) > ROWS as usize - 5);
}

#[test]
fn texts_have_the_shapes_of_their_kinds() {
    let block = people().block(0..ROWS).unwrap();
    for phone in texts(&block, "phone").iter().flatten() {
        let digits = phone.bytes().filter(u8::is_ascii_digit).count();
        assert!((10..=16).contains(&digits), "{phone}");
        assert!(!phone.contains(['#', '^', '\0']), "{phone}");
    }
    for street in texts(&block, "street").iter().flatten() {
        let words: Vec<_> = street.split(' ').collect();
        assert_eq!(words.len(), 3, "{street}");
        assert!((1..10_000).contains(&words[0].parse::<u32>().unwrap()));
    }
    for job in texts(&block, "job").iter().flatten() {
        assert_eq!(job.split(' ').count(), 3, "{job}");
    }
    for notes in texts(&block, "notes").iter().flatten() {
        assert_eq!(notes.split(' ').count(), 12, "{notes}");
        assert!(notes.ends_with('.') && !notes.ends_with(" ."), "{notes}");
        assert!(notes.starts_with(|first: char| first.is_ascii_uppercase()));
    }
    // As many as the tables allow, near enough: nothing is stuck.
    assert_eq!(distinct(texts(&block, "country")), 244);
    // 12 × 22 × 25 titles, of which 50,000 draws should miss three or four.
    assert!((6_585..=6_600).contains(&distinct(texts(&block, "job"))));
    assert!(distinct(texts(&block, "name")) > 48_000);
    assert!(distinct(texts(&block, "city")) > 20_000);
    assert!(distinct(texts(&block, "company")) > 25_000);
    assert_eq!(distinct(texts(&block, "notes")), ROWS as usize);
}

#[test]
fn salaries_have_exactly_two_decimals() {
    let block = people().block(0..ROWS).unwrap();
    let salaries = block.column(10).as_primitive::<Float64Type>();
    let mut cents = BTreeSet::new();
    for &salary in salaries.values() {
        assert!((30_000.0..=150_000.0).contains(&salary), "{salary}");
        // The float nearest to the decimal number, which prints as that number.
        let printed = format!("{salary:.2}");
        assert_eq!(printed.parse::<f64>().unwrap(), salary, "{salary}");
        cents.insert(printed[printed.len() - 2..].to_owned());
    }
    assert_eq!(cents.len(), 100);
    let mean = salaries.values().iter().sum::<f64>() / ROWS as f64;
    assert!((89_000.0..91_000.0).contains(&mean), "{mean}");
}

#[test]
fn numbers_flags_and_times_fill_their_ranges() {
    let block = people().block(0..ROWS).unwrap();
    let ages = block.column(11).as_primitive::<Int32Type>();
    let different: BTreeSet<_> = ages.values().iter().copied().collect();
    assert!(different.into_iter().eq(18..=80));

    let active = block.column(12).as_boolean().true_count() as f64 / ROWS as f64;
    assert!((0.79..0.81).contains(&active), "{active}");

    let times = block.column(13).as_primitive::<TimestampMicrosecondType>();
    let (from, to) = (1_577_836_800_000_000, 1_735_689_600_000_000);
    let earliest = times.values().iter().min().unwrap();
    let latest = times.values().iter().max().unwrap();
    let day = 24 * 3_600 * 1_000_000;
    assert!((from..from + day).contains(earliest), "{earliest}");
    assert!((to - day..to).contains(latest), "{latest}");
    assert!(block.columns().iter().all(|c| c.null_count() == 0));
}

#[test]
fn the_copy_for_people_to_read_is_the_one_that_is_built_in() {
    let copy = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../specs/people.toml"
    ));
    assert_eq!(copy.unwrap(), include_str!("../specs/people.toml"));
}
