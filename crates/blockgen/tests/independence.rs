//! Values that are put together from several draws: no part tells anything about another, and as
//! many values come as there would be if all were drawn afresh.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use arrow::array::AsArray;
use blockgen::Generator;

use support::generator;

const ROWS: u64 = 30_000;

/// Every kind whose texts fall into parts that are meant to have nothing to do with one another.
/// Not here: kinds that draw one thing, and those with check digits or titles, whose parts agree.
const COMPOSED: &[&str] = &[
    r#"kind = "email""#,
    r#"kind = "email"; unique = true"#,
    r#"kind = "email"; of = "who""#,
    r#"kind = "email"; of = "first""#,
    r#"kind = "email"; locale = { en = 1, de_de = 1 }"#,
    r#"kind = "free_email""#,
    r#"kind = "free_email"; of = "who""#,
    r#"kind = "username""#,
    r#"kind = "username"; unique = true"#,
    r#"kind = "username"; of = "who""#,
    r#"kind = "person_name""#,
    r#"kind = "phone""#,
    r#"kind = "cell_phone""#,
    r#"kind = "street_address""#,
    r#"kind = "street_name""#,
    r#"kind = "secondary_address""#,
    r#"kind = "postcode""#,
    r#"kind = "license_plate"; locale = "fr_fr""#,
    r#"kind = "domain""#,
    r#"kind = "domain"; reserved = false"#,
    r#"kind = "url""#,
    r#"kind = "ipv4""#,
    r#"kind = "ipv6""#,
    r#"kind = "mac""#,
    r#"kind = "image_url""#,
    r#"kind = "words""#,
    r#"kind = "lorem"; words = 12"#,
    r#"kind = "paragraph"; min = 1; max = 1"#,
    r#"kind = "markdown"; style = "link""#,
    r#"kind = "markdown"; style = "list_items""#,
    r#"kind = "rgb_color""#,
    r#"kind = "hsl_color""#,
    r#"kind = "file_name""#,
    r#"kind = "file_path""#,
    r#"kind = "semver""#,
    r#"kind = "uuid""#,
    r###"kind = "pattern"; pattern = "##-??-(a|b|c)-[x-z]{9}-###""###,
    r###"kind = "pattern"; pattern = "##-??-(a|b|c)-[x-z]{9}-###"; unique = true"###,
];

const HEXADECIMAL: [&str; 3] = [r#"kind = "ipv6""#, r#"kind = "mac""#, r#"kind = "uuid""#];

fn column(options: &str) -> Generator {
    generator(&[
        &format!(r#"name = "value"; {options}"#),
        r#"name = "who"; kind = "person_name""#,
        r#"name = "first"; kind = "first_name""#,
    ])
}

fn values(options: &str) -> Vec<String> {
    let block = column(options).block(0..ROWS).unwrap();
    let texts = block.column(0).as_string::<i32>().iter().flatten();
    texts.map(str::to_owned).collect()
}

/// In place of what they stand for; no text has them.
const LETTER: char = '\u{1}';
const DIGIT: char = '\u{2}';

/// Runs of letters and runs of digits, and what is left of the text without them.
/// Where digits are hexadecimal, letters are some of them.
fn parts(text: &str, hexadecimal: bool) -> (Vec<&str>, String) {
    let class = |c: char| match c {
        _ if c.is_ascii_digit() && !hexadecimal => DIGIT,
        _ if c.is_ascii_digit() => LETTER,
        _ if c.is_alphabetic() => LETTER,
        _ => c,
    };
    let (mut parts, mut shape) = (Vec::new(), String::new());
    let mut start = 0;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let next = rest.peek();
        let end = next.map_or(text.len(), |(at, _)| *at);
        if next.is_some_and(|(_, next)| class(*next) == class(c) && class(c) != c) {
            continue;
        }
        if matches!(class(c), DIGIT | LETTER) {
            parts.push(&text[start..end]);
            shape.push(class(c));
        } else {
            shape.push_str(&text[start.max(at)..end]);
        }
        start = end;
    }
    (parts, shape)
}

/// How far the parts of rows are from having nothing to do with one another: chi-square of their
/// table of contingency, over groups of `GROUPS` by hash, in standard deviations.
fn dependence(pairs: &[(usize, usize)]) -> f64 {
    let mut table = [[0.0; GROUPS]; GROUPS];
    for (a, b) in pairs {
        table[*a][*b] += 1.0;
    }
    let rows = table.map(|row| row.iter().sum::<f64>());
    let columns: [f64; GROUPS] = std::array::from_fn(|b| table.iter().map(|row| row[b]).sum());
    let filled = |sums: &[f64]| sums.iter().filter(|sum| **sum > 0.0).count() as f64;
    let freedom = (filled(&rows) - 1.0) * (filled(&columns) - 1.0);
    if freedom < 1.0 {
        return 0.0;
    }
    let mut chi_square = 0.0;
    for (a, row) in table.iter().enumerate() {
        for (b, found) in row.iter().enumerate() {
            let expected = rows[a] * columns[b] / pairs.len() as f64;
            if expected > 0.0 {
                chi_square += (found - expected).powi(2) / expected;
            }
        }
    }
    (chi_square - freedom) / (2.0 * freedom).sqrt()
}

const GROUPS: usize = 8;

fn group(part: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    part.hash(&mut hasher);
    (hasher.finish() % GROUPS as u64) as usize
}

#[test]
fn no_part_of_a_value_tells_of_another() {
    for options in COMPOSED {
        let values = values(options);
        let hexadecimal = HEXADECIMAL.contains(options);
        let mut by_shape: BTreeMap<String, Vec<Vec<&str>>> = BTreeMap::new();
        for value in &values {
            let (parts, shape) = parts(value, hexadecimal);
            by_shape.entry(shape).or_default().push(parts);
        }
        let mut compared = 0;
        for (shape, values) in by_shape {
            // Of so few, chi-square says nothing.
            if values.len() < 1_000 {
                continue;
            }
            let count = values[0].len();
            for (a, b) in (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))) {
                let pairs = values
                    .iter()
                    .map(|parts| (group(parts[a]), group(parts[b])));
                let dependence = dependence(&pairs.collect::<Vec<_>>());
                compared += 1;
                assert!(
                    dependence < 6.0,
                    "{options}: parts {a} and {b} of {shape}: {dependence:.1}, such as {:?}",
                    values[0]
                );
            }
        }
        assert!(compared > 0, "{options}: such as {}", values[0]);
    }
}

/// As many different addresses as the comment on their number of digits promises: 38 thousand
/// million of equal frequency, so of 30,000 rows hardly a pair shares one.
#[test]
fn hardly_any_two_addresses_are_equal() {
    for options in [
        r#"kind = "email""#,
        r#"kind = "free_email""#,
        r#"kind = "email"; of = "who""#,
    ] {
        let distinct: BTreeSet<_> = values(options).into_iter().collect();
        assert!(
            distinct.len() as u64 >= ROWS - 3,
            "{options}: {}",
            distinct.len()
        );
    }
}

/// Behind one given name come all numbers that there are rows for.
#[test]
fn a_name_is_followed_by_many_numbers() {
    let mut numbers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    for address in values(r#"kind = "email""#) {
        let (parts, _) = parts(&address, false);
        let (name, number) = (parts[0].to_owned(), parts[2].to_owned());
        numbers.entry(name.clone()).or_default().insert(number);
        *rows.entry(name).or_default() += 1;
    }
    for (name, rows) in rows {
        // Of 9,000 numbers, rows² / 18,000 come twice in the mean; twice that, and two more for the
        // thousands of names, are still chance.
        let found = numbers[&name].len();
        assert!(
            found + 2 + rows * rows / 9_000 >= rows,
            "{name}: {found} numbers in {rows} rows"
        );
    }
}
