//! The columns of `people` as one writes them with the `fake` crate and nothing else: the thread's
//! own generator, a `String` a value in a `Vec`, and then an array of it.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::error::ArrowError;
use fake::Fake;
use fake::faker::address::en::{BuildingNumber, CityName, CountryName, StreetName};
use fake::faker::boolean::en::Boolean;
use fake::faker::company::en::CompanyName;
use fake::faker::internet::en::SafeEmail;
use fake::faker::job::en::Title;
use fake::faker::lorem::en::Words;
use fake::faker::name::en::Name;
use fake::faker::phone_number::en::PhoneNumber;

/// 2020-01-01 to 2025-01-01, in microseconds.
const CREATED_AT: std::ops::Range<i64> = 1_577_836_800_000_000..1_735_689_600_000_000;

/// So many rows from a first one on.
pub fn people(first: i64, rows: usize) -> Result<RecordBatch, ArrowError> {
    let texts = |value: &dyn Fn() -> String| -> ArrayRef {
        let values: Vec<String> = (0..rows).map(|_| value()).collect();
        Arc::new(StringArray::from(values))
    };
    let ids: Vec<i64> = (0..rows as i64).map(|row| first + row + 1).collect();
    let salaries = (0..rows).map(|_| (3_000_000..=15_000_000).fake::<i64>() as f64 / 100.0);
    let ages: Vec<i32> = (0..rows).map(|_| (18..=80).fake()).collect();
    let active: Vec<bool> = (0..rows).map(|_| Boolean(80).fake()).collect();
    let created: Vec<i64> = (0..rows).map(|_| CREATED_AT.fake()).collect();
    RecordBatch::try_from_iter([
        ("id", Arc::new(Int64Array::from(ids)) as ArrayRef),
        ("uuid", texts(&uuid)),
        ("name", texts(&|| Name().fake())),
        ("email", texts(&|| SafeEmail().fake())),
        ("phone", texts(&|| PhoneNumber().fake())),
        ("street", texts(&street)),
        ("city", texts(&|| CityName().fake())),
        ("country", texts(&|| CountryName().fake())),
        ("company", texts(&|| CompanyName().fake())),
        ("job", texts(&|| Title().fake())),
        ("salary", Arc::new(Float64Array::from_iter_values(salaries))),
        ("age", Arc::new(Int32Array::from(ages))),
        ("is_active", Arc::new(BooleanArray::from(active))),
        (
            "created_at",
            Arc::new(TimestampMicrosecondArray::from(created).with_timezone("UTC")),
        ),
        ("notes", texts(&notes)),
    ])
}

fn street() -> String {
    let number: String = BuildingNumber().fake();
    let street: String = StreetName().fake();
    format!("{number} {street}")
}

fn notes() -> String {
    let words: Vec<String> = Words(12..13).fake();
    words.join(" ")
}

/// `fake` makes them with another crate; this does what that one does, with less ceremony.
fn uuid() -> String {
    let bits: u128 = fake::rand::random();
    let bits = bits & !(0xf << 76) & !(0b11 << 62) | 0x4 << 76 | 0b10 << 62;
    let digits = format!("{bits:032x}");
    let (a, b, c) = (&digits[..8], &digits[8..12], &digits[12..16]);
    format!("{a}-{b}-{c}-{}-{}", &digits[16..20], &digits[20..])
}
