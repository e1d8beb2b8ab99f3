//! What the text kinds hold, in every locale.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Float64Type, Int32Type};
use arrow::util::display::array_value_to_string;
use blockgen::{DatasetSpec, Generator, Locale};
use expect_test::expect_file;
use proptest::prelude::*;

use support::{generator, spec};

const ROWS: u64 = 20_000;

/// Every kind that has no options or need not be given any, and is there in every locale.
const KINDS: &str = "person_name first_name last_name name_with_title title suffix gender email \
    free_email username password phone cell_phone street_address street_name secondary_address \
    building_number city zip_code postcode state state_abbreviation country country_code time_zone \
    latitude longitude geohash company company_suffix buzzword catch_phrase bs industry profession \
    job job_seniority job_field job_position domain domain_suffix url ipv4 ipv6 mac http_status \
    image_url user_agent credit_card iban bic isin currency_code currency_name currency_symbol word \
    words paragraph markdown hex_color rgb_color rgba_color hsl_color hsla_color isbn10 isbn13 \
    file_name file_path dir_path file_extension mime_type semver";

/// A column of each, in the locale or the weights given in TOML.
fn all_kinds(locale: &str) -> Generator {
    let columns = KINDS
        .split_whitespace()
        .map(|kind| format!("name = \"{kind}\"; kind = \"{kind}\"; locale = {locale}"));
    let columns: Vec<_> = columns.collect();
    generator(&columns.iter().map(String::as_str).collect::<Vec<_>>())
}

const MIXTURE: &str = "{ en = 3, fr_fr = 1.0, ja_jp = 1, fa_ir = 0.5 }";

fn texts(block: &RecordBatch, column: &str) -> Vec<String> {
    let texts = block.column_by_name(column).unwrap().as_string::<i32>();
    texts.iter().map(|text| text.unwrap().to_owned()).collect()
}

/// The texts of one column with these options.
fn column(options: &str) -> Vec<String> {
    let generator = generator(&[&format!("name = \"a\"; {options}")]);
    texts(&generator.block(0..ROWS).unwrap(), "a")
}

fn distinct<T: Ord>(values: impl IntoIterator<Item = T>) -> usize {
    values.into_iter().collect::<BTreeSet<_>>().len()
}

#[test]
fn a_row_of_every_kind_in_every_locale() {
    let mut rows = String::new();
    for locale in Locale::ALL {
        writeln!(rows, "# {}", locale.name()).unwrap();
        let block = all_kinds(&format!("\"{}\"", locale.name()))
            .block(7..8)
            .unwrap();
        for (field, column) in block.schema().fields().iter().zip(block.columns()) {
            let value = array_value_to_string(column, 0).unwrap();
            writeln!(rows, "{}: {}", field.name(), value.replace('\n', "\\n")).unwrap();
        }
        rows.push('\n');
    }
    expect_file!["texts/rows.txt"].assert_eq(&rows);
}

#[test]
fn no_text_is_empty_and_no_slot_or_symbol_is_left() {
    for locale in Locale::ALL {
        let name = locale.name();
        let block = all_kinds(&format!("\"{name}\"")).block(0..2_000).unwrap();
        for (field, column) in block.schema().fields().iter().zip(block.columns()) {
            let Some(column) = column.as_string_opt::<i32>() else {
                continue;
            };
            for text in column.iter().flatten() {
                let kind = field.name();
                assert!(!text.is_empty(), "{name} {kind}");
                assert!(!text.contains(['{', '}', '\0']), "{name} {kind}: {text}");
                let formatted = kind.ends_with("phone") || kind.ends_with("code");
                assert!(
                    !formatted || !text.contains(['#', '^']),
                    "{name} {kind}: {text}"
                );
                assert_eq!(text.trim(), text, "{name} {kind}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// For every kind, in a mixture of locales, anywhere in the table.
    #[test]
    fn ranges_compose(
        start in prop_oneof![0u64..5_000, 0u64..1 << 62],
        first in 0u64..60,
        second in 0u64..60,
    ) {
        let generator = all_kinds(MIXTURE);
        let (middle, end) = (start + first, start + first + second);
        let whole = generator.block(start..end).unwrap();
        let halves = [start..middle, middle..end].map(|rows| generator.block(rows).unwrap());
        prop_assert_eq!(whole, concat_batches(&generator.schema(), &halves).unwrap());
    }
}

#[test]
fn whatever_tells_of_a_person_tells_the_same() {
    for locale in [MIXTURE, "\"en\"", "\"it_it\"", "\"zh_tw\""] {
        let generator = generator(&[
            &format!(r#"name = "name"; kind = "person_name"; locale = {locale}"#),
            r#"name = "first"; kind = "first_name"; of = "name""#,
            r#"name = "last"; kind = "last_name"; of = "name""#,
            r#"name = "title"; kind = "title"; of = "name""#,
            r#"name = "titled"; kind = "name_with_title"; of = "name""#,
            r#"name = "gender"; kind = "gender"; of = "name""#,
            r#"name = "email"; kind = "email"; of = "name""#,
            r#"name = "free"; kind = "free_email"; of = "name"; unique = true"#,
            r#"name = "user"; kind = "username"; of = "name"; unique = true"#,
        ]);
        let block = generator.block(0..5_000).unwrap();
        let of = |column| texts(&block, column);
        let (first, last, title, titled) = (of("first"), of("last"), of("title"), of("titled"));
        let (gender, email, free, user) = (of("gender"), of("email"), of("free"), of("user"));
        for (row, name) in of("name").iter().enumerate() {
            let (first, last) = (&first[row], &last[row]);
            let names = [
                format!("{first} {last}"),
                format!("{last} {first}"),
                format!("{last}{first}"),
            ];
            assert!(names.contains(name), "{name}: {first}, {last}");
            for part in [first, last, &title[row]] {
                assert!(
                    titled[row].contains(part.as_str()),
                    "{}: {part}",
                    titled[row]
                );
            }
            let wrong: &[&str] = match gender[row].as_str() {
                "female" => &["Mr.", "M.", "Sig.", "Dott.", "先生", "男士", "آقای"],
                "male" => &[
                    "Mrs.", "Ms.", "Miss", "Mme", "Sig.ra", "Dott.ssa", "夫人", "女士",
                ],
                other => panic!("{other}"),
            };
            assert!(!wrong.contains(&title[row].as_str()), "{}", titled[row]);
            // Both addresses spell the same person, and so does the user name.
            let spelt = email[row].trim_end_matches(|c: char| !c.is_ascii_digit());
            let spelt = spelt.trim_end_matches(|c: char| c.is_ascii_digit());
            assert!(
                free[row].starts_with(spelt),
                "{}, {}",
                email[row],
                free[row]
            );
            assert_eq!(spelt.chars().next(), user[row].chars().next());
            if name.is_ascii() {
                let letters = |name: &str| name.to_lowercase().replace(['\'', ' ', '-'], "");
                let plain = format!("{}.{}", letters(first), letters(last));
                assert_eq!(spelt, plain, "{name}");
            }
        }
    }
}

#[test]
fn names_that_tell_of_a_gender_decide_it() {
    let generator = generator(&[
        r#"name = "first"; kind = "first_name""#,
        r#"name = "gender"; kind = "gender"; of = "first""#,
    ]);
    let block = generator.block(0..ROWS).unwrap();
    let mut genders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let columns = texts(&block, "first")
        .into_iter()
        .zip(texts(&block, "gender"));
    let mut female = 0;
    for (first, gender) in columns {
        female += u32::from(gender == "female");
        genders.entry(first).or_default().insert(gender);
    }
    for (name, gender) in [
        ("Agnes", "female"),
        ("Amanda", "female"),
        ("Andrew", "male"),
    ] {
        assert_eq!(genders[name], BTreeSet::from([gender.to_owned()]), "{name}");
    }
    let share = f64::from(female) / ROWS as f64;
    assert!((0.4..0.7).contains(&share), "{share}");
}

#[test]
fn a_mixture_comes_as_often_as_its_weights_say() {
    // Country codes of plates: with a hyphen in France, with blanks in Turkey.
    let plates = column(r#"kind = "license_plate"; locale = { fr_fr = 3, tr_tr = 1 }"#);
    let french = plates.iter().filter(|plate| plate.contains('-')).count();
    let share = french as f64 / ROWS as f64;
    // Five standard deviations of 20,000 draws.
    assert!((share - 0.75).abs() < 0.0154, "{share}");
    // A weight of 0 leaves a locale out, and a single one is no mixture.
    let one = column(r#"kind = "city"; locale = { en = 2, fr_fr = 0 }"#);
    assert_eq!(one, column(r#"kind = "city"; locale = "en""#));
}

#[test]
fn the_inner_locale_wins() {
    let cities = |dataset: &str, table: &str, column: &str| {
        let toml = format!(
            "{dataset}\n[[tables]]\nname = \"t\"\n{table}\n[[tables.columns]]\nname = \"a\"\n\
             kind = \"city\"\n{column}\n"
        );
        let spec = DatasetSpec::from_toml(&toml).unwrap();
        let generator = Generator::compile(&spec, "t", 1).unwrap();
        let texts = texts(&generator.block(0..50).unwrap(), "a");
        (texts, generator.provenance().spec_hash)
    };
    let (en, de, fr) = (
        r#"locale = "en""#,
        r#"locale = "de_de""#,
        r#"locale = "fr_fr""#,
    );
    let german = cities("", "", de);
    assert_ne!(german.0, cities("", "", "").0);
    assert_eq!(cities("", "", en).0, cities("", "", "").0);
    for (dataset, table, column) in [(de, "", ""), (fr, de, ""), (fr, en, de), ("", fr, de)] {
        assert_eq!(cities(dataset, table, column).0, german.0);
    }
    // What decides values is in the hash, wherever it stands.
    assert_eq!(cities(de, "", "").1, cities("", de, "").1);
    assert_ne!(cities(de, "", "").1, cities("", "", "").1);
    assert_ne!(cities(de, "", "").1, cities(fr, "", "").1);
}

#[test]
fn unique_texts_are_unique() {
    for kind in ["email", "free_email", "username"] {
        for locale in ["\"en\"", "\"tr_tr\"", "{ zh_tw = 1, tr_tr = 1 }"] {
            let generator = generator(&[&format!(
                "name = \"a\"; kind = \"{kind}\"; unique = true; locale = {locale}"
            )]);
            // Around the row where numbers become longer, and far away.
            let rows = [0..30_000, 99_000..101_000, (1 << 62)..(1 << 62) + 1_000];
            let blocks = rows.map(|rows| generator.block(rows).unwrap());
            let all = blocks.iter().flat_map(|block| texts(block, "a"));
            assert_eq!(distinct(all), 33_000, "{kind} {locale}");
        }
    }
}

#[test]
fn addresses_reach_nobody_unless_asked_for() {
    for address in column(r#"kind = "email""#) {
        let (_, domain) = address.split_once('@').unwrap();
        assert!(domain.starts_with("example."), "{address}");
    }
    for domain in column(r#"kind = "domain"; locale = "zh_cn""#) {
        assert!(domain.contains(".example."), "{domain}");
        assert!(domain.is_ascii(), "{domain}");
    }
    let open = column(r#"kind = "domain"; reserved = false; locale = "nl_nl""#);
    assert!(open.iter().any(|domain| domain.ends_with(".nl")));
    for url in column(r#"kind = "url""#) {
        let rest = url.strip_prefix("https://").unwrap();
        assert!(rest.split('/').count() <= 3, "{url}");
    }
}

#[test]
fn machines_and_colours_are_as_their_standards_say() {
    let mut octets = [0u32; 256];
    for address in column(r#"kind = "ipv4""#) {
        let parsed: std::net::Ipv4Addr = address.parse().unwrap();
        octets[usize::from(parsed.octets()[3])] += 1;
    }
    // A chi-square of 255 degrees of freedom: mean 255, standard deviation 22.6.
    let expected = ROWS as f64 / 256.0;
    let deviation = |n: &u32| (f64::from(*n) - expected).powi(2) / expected;
    let chi_square: f64 = octets.iter().map(deviation).sum();
    assert!((150.0..380.0).contains(&chi_square), "{chi_square}");

    let addresses = column(r#"kind = "ipv6""#);
    assert_eq!(distinct(&addresses), ROWS as usize);
    for address in addresses {
        let parsed: std::net::Ipv6Addr = address.parse().unwrap();
        let groups = parsed.segments().map(|group| format!("{group:04x}"));
        assert_eq!(address, groups.join(":"));
    }
    for mac in column(r#"kind = "mac""#) {
        let bytes = mac
            .split(':')
            .map(|byte| u8::from_str_radix(byte, 16).unwrap());
        assert_eq!(bytes.count(), 6, "{mac}");
        assert_eq!(mac.to_uppercase(), mac);
    }
    for color in column(r#"kind = "hex_color""#) {
        let digits = color.strip_prefix('#').unwrap();
        assert_eq!(digits.len(), 6);
        u32::from_str_radix(digits, 16).unwrap();
    }
    for color in column(r#"kind = "hsl_color""#) {
        let inner = color
            .strip_prefix("hsl(")
            .unwrap()
            .strip_suffix("%)")
            .unwrap();
        let parts: Vec<u32> = inner
            .split(", ")
            .map(|p| p.trim_end_matches('%').parse().unwrap())
            .collect();
        assert!(
            parts[0] < 360 && parts[1] <= 100 && parts[2] <= 100,
            "{color}"
        );
    }
    let statuses = generator(&[r#"name = "a"; kind = "http_status""#]);
    let statuses = statuses.block(0..ROWS).unwrap();
    let statuses = statuses.column(0).as_primitive::<Int32Type>();
    assert_eq!(distinct(statuses.values().iter().copied()), 60);
    assert!(
        statuses
            .values()
            .iter()
            .all(|code| (100..600).contains(code))
    );
}

/// Luhn's sum over digits and letters, which count as two digits.
fn luhn_holds(text: &str) -> bool {
    let digits = text.chars().map(|c| c.to_digit(36).unwrap().to_string());
    let digits: Vec<u32> = digits
        .collect::<String>()
        .chars()
        .map(|c| c.to_digit(10).unwrap())
        .collect();
    let sum = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, digit)| match i % 2 {
            0 => *digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        });
    sum.sum::<u32>() % 10 == 0
}

#[test]
fn check_digits_hold() {
    for card in column(r#"kind = "credit_card""#) {
        assert!(luhn_holds(&card), "{card}");
        let length = if card.starts_with('3') { 15 } else { 16 };
        assert_eq!(card.len(), length, "{card}");
    }
    for isin in column(r#"kind = "isin""#) {
        assert!(isin.len() == 12 && luhn_holds(&isin), "{isin}");
    }
    for locale in Locale::ALL {
        for iban in column(&format!("kind = \"iban\"; locale = \"{}\"", locale.name())) {
            let moved = iban[4..].chars().chain(iban[..4].chars());
            let digits: String = moved.map(|c| c.to_digit(36).unwrap().to_string()).collect();
            let remainder = digits
                .bytes()
                .fold(0, |r, d| (r * 10 + u32::from(d - b'0')) % 97);
            assert_eq!(remainder, 1, "{iban}");
            assert!(
                (2..=98).contains(&iban[2..4].parse::<u32>().unwrap()),
                "{iban}"
            );
        }
    }
    for isbn in column(r#"kind = "isbn10""#) {
        assert_eq!((isbn.len(), isbn.split('-').count()), (13, 4), "{isbn}");
        assert!(isbn.split('-').all(|part| !part.is_empty()), "{isbn}");
        let digits = isbn
            .chars()
            .filter_map(|c| if c == 'X' { Some(10) } else { c.to_digit(10) });
        let sum: u32 = (1..=10)
            .rev()
            .zip(digits)
            .map(|(weight, digit)| weight * digit)
            .sum();
        assert_eq!(sum % 11, 0, "{isbn}");
    }
    for isbn in column(r#"kind = "isbn13""#) {
        assert_eq!((isbn.len(), isbn.split('-').count()), (17, 5), "{isbn}");
        let digits = isbn.chars().filter_map(|c| c.to_digit(10));
        let sum: u32 = digits
            .enumerate()
            .map(|(i, digit)| if i % 2 == 0 { digit } else { 3 * digit })
            .sum();
        assert_eq!(sum % 10, 0, "{isbn}");
    }
    for bic in column(r#"kind = "bic""#) {
        assert!([8, 11].contains(&bic.len()), "{bic}");
        assert!(
            bic[..6].bytes().all(|byte| byte.is_ascii_uppercase()),
            "{bic}"
        );
    }
}

#[test]
fn lengths_are_those_asked_for() {
    let lengths = |options: &str, of: fn(&str) -> usize| {
        let lengths: BTreeSet<_> = column(options).iter().map(|text| of(text)).collect();
        lengths
    };
    let characters = |text: &str| text.chars().count();
    let words = |text: &str| text.split(' ').count();
    let sentences = |text: &str| text.matches('.').count();
    assert!(
        lengths("kind = \"password\"", characters)
            .into_iter()
            .eq(8..=16)
    );
    let long = lengths("kind = \"password\"; min = 1; max = 128", characters);
    assert!(long.into_iter().eq(1..=128));
    assert!(lengths("kind = \"words\"", words).into_iter().eq(3..=6));
    assert!(
        lengths("kind = \"words\"; min = 1; max = 1", words)
            .into_iter()
            .eq(1..=1)
    );
    assert!(
        lengths("kind = \"words\"; min = 5; max = 11", words)
            .into_iter()
            .eq(5..=11)
    );
    assert!(
        lengths("kind = \"paragraph\"", sentences)
            .into_iter()
            .eq(2..=5)
    );
    let one = lengths("kind = \"paragraph\"; min = 1; max = 1", words);
    assert!(one.into_iter().eq(4..=9));
    assert!(
        lengths("kind = \"geohash\"", characters)
            .into_iter()
            .eq([9])
    );
    assert!(
        lengths("kind = \"geohash\"; precision = 12", characters)
            .into_iter()
            .eq([12])
    );
}

#[test]
fn coordinates_lie_on_the_globe_and_fill_it() {
    for (kind, highest) in [("latitude", 90.0), ("longitude", 180.0)] {
        let generator = generator(&[&format!("name = \"a\"; kind = \"{kind}\"")]);
        let block = generator.block(0..ROWS).unwrap();
        let degrees = block.column(0).as_primitive::<Float64Type>().values();
        assert!(degrees.iter().all(|d| d.abs() <= highest));
        let mean = degrees.iter().sum::<f64>() / ROWS as f64;
        let variance = degrees.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / ROWS as f64;
        // Of a uniform distribution: 0 and a third of the square; within five standard deviations.
        assert!(mean.abs() < highest * 0.021, "{mean}");
        assert!(
            (variance / (highest * highest / 3.0) - 1.0).abs() < 0.04,
            "{variance}"
        );
        for degrees in degrees {
            assert_eq!(format!("{degrees:.6}").parse::<f64>().unwrap(), *degrees);
        }
    }
}

#[test]
fn files_and_markdown_have_their_shapes() {
    for path in column(r#"kind = "file_path""#) {
        assert!(path.starts_with('/') && !path.contains("//"), "{path}");
        assert!(path.rsplit('/').next().unwrap().contains('.'), "{path}");
    }
    for path in column(r#"kind = "dir_path""#) {
        assert!(
            path.starts_with('/') && !path.contains(['.']) && !path.ends_with('/'),
            "{path}"
        );
    }
    for name in column(r#"kind = "mime_type""#) {
        assert_eq!(name.split('/').count(), 2, "{name}");
    }
    let versions = column(r#"kind = "semver""#);
    let unstable = versions
        .iter()
        .filter(|version| version.contains('-'))
        .count();
    assert!((0.085..0.115).contains(&(unstable as f64 / ROWS as f64)));
    for (style, begin, end) in [
        ("bold", "**", "**"),
        ("italic", "*", "*"),
        ("link", "[", ".example)"),
        ("bullet_points", "- ", ""),
        ("list_items", "1. ", ""),
        ("block_quote", "> ", "."),
        ("code", "```\n", "\n```"),
    ] {
        for text in column(&format!("kind = \"markdown\"; style = \"{style}\"")) {
            assert!(text.starts_with(begin) && text.ends_with(end), "{text}");
        }
    }
}

#[test]
fn a_spec_with_locales_reads_back_as_itself() {
    let columns = [
        r#"name = "a"; kind = "person_name"; locale = { en = 0.7, fr_fr = 0.3 }"#,
        r#"name = "b"; kind = "username"; of = "a"; unique = true"#,
        r#"name = "c"; kind = "city"; locale = "ja_jp"; nulls = 0.1"#,
        r#"name = "d"; kind = "markdown"; style = "block_quote""#,
        r#"name = "e"; kind = "url"; reserved = false"#,
    ];
    let text = format!("locale = \"tr_tr\"\n{}", spec(&columns));
    let spec = DatasetSpec::from_toml(&text).unwrap();
    let toml = toml::to_string(&spec).unwrap();
    assert_eq!(DatasetSpec::from_toml(&toml).unwrap(), spec, "{toml}");
    let json = serde_json::to_string(&spec).unwrap();
    assert_eq!(
        serde_json::from_str::<DatasetSpec>(&json).unwrap(),
        spec,
        "{json}"
    );
    let block = Generator::compile(&spec, "t", 1)
        .unwrap()
        .block(0..100)
        .unwrap();
    assert_ne!(block.column(2).null_count(), 0);
}
