use blockgen::source::{CsvOptions, SourceOptions, parse_type};
use expect_test::{Expect, expect};

use super::support::{number, options, source, told};

/// What several texts hold.
const TWO_ROWS: &str = "\
a: Int64
b: Utf8
+---+---+
| a | b |
+---+---+
| 1 | x |
| 2 | y |
+---+---+
";

fn check_with(options: &SourceOptions, text: &str, expected: Expect) {
    expected.assert_eq(&told(source("a.csv", text.as_bytes(), options)));
}

fn check(text: &str, expected: Expect) {
    check_with(&options(), text, expected);
}

fn with(csv: CsvOptions) -> SourceOptions {
    SourceOptions { csv, ..options() }
}

fn with_types(types: &[(&str, &str)]) -> SourceOptions {
    let types = types
        .iter()
        .map(|(name, word)| ((*name).to_owned(), parse_type(word).unwrap()));
    SourceOptions {
        types: types.collect(),
        ..options()
    }
}

#[test]
fn times_with_a_zone_are_instants() {
    check(
        "utc,offset,mixed,local\n\
         2024-01-31T10:00:00Z,2024-01-31 10:00:00+02:00,2024-01-31T10:00:00Z,2024-01-31 10:00:00.5\n\
         2024-01-31T10:00:00.25Z,2024-07-31T10:00:00.5-01:30,2024-01-31T10:00:00,2024-01-31\n",
        expect![[r#"
            utc: Timestamp(µs, "+00:00")
            offset: Timestamp(µs, "+00:00")
            mixed: Utf8
            local: Timestamp(µs)
            +--------------------------+--------------------------+----------------------+-------------------------+
            | utc                      | offset                   | mixed                | local                   |
            +--------------------------+--------------------------+----------------------+-------------------------+
            | 2024-01-31T10:00:00Z     | 2024-01-31T08:00:00Z     | 2024-01-31T10:00:00Z | 2024-01-31T10:00:00.500 |
            | 2024-01-31T10:00:00.250Z | 2024-07-31T11:30:00.500Z | 2024-01-31T10:00:00  | 2024-01-31T00:00:00     |
            +--------------------------+--------------------------+----------------------+-------------------------+
        "#]],
    );
}

#[test]
fn types_are_inferred() {
    check(
        "id,share,ok,day,at,zip,name,none\n\
         1,0.5,true,2024-01-31,2024-01-31T10:00:00,01234,Ann,\n\
         -2,1,false,1999-12-31,2024-01-31 10:00:00.25,99,\"Bob, \"\"B\"\"\",\n\
         ,,,,,,,\n\
         9223372036854775807,1e3,TRUE,2024-02-29,2024-01-31,1,\"two\nlines\",\n",
        expect![[r#"
            id: Int64
            share: Float64
            ok: Boolean
            day: Date32
            at: Timestamp(µs)
            zip: Utf8
            name: Utf8
            none: Utf8
            +---------------------+--------+-------+------------+-------------------------+-------+----------+------+
            | id                  | share  | ok    | day        | at                      | zip   | name     | none |
            +---------------------+--------+-------+------------+-------------------------+-------+----------+------+
            | 1                   | 0.5    | true  | 2024-01-31 | 2024-01-31T10:00:00     | 01234 | Ann      |      |
            | -2                  | 1.0    | false | 1999-12-31 | 2024-01-31T10:00:00.250 | 99    | Bob, "B" |      |
            |                     |        |       |            |                         |       |          |      |
            | 9223372036854775807 | 1000.0 | true  | 2024-02-29 | 2024-01-31T00:00:00     | 1     | two      |      |
            |                     |        |       |            |                         |       | lines    |      |
            +---------------------+--------+-------+------------+-------------------------+-------+----------+------+
        "#]],
    );
}

#[test]
fn ends_of_lines_marks_and_empty_lines_are_nobodys_business() {
    let check =
        |text: &str| assert_eq!(told(source("a.csv", text.as_bytes(), &options())), TWO_ROWS);
    check("a,b\n1,x\n2,y\n");
    check("a,b\r\n1,x\r\n2,y\r\n");
    check("a,b\r1,x\r2,y");
    check("\u{feff}a,b\n\n1,x\n\n\n2,y");
}

#[test]
fn a_file_may_be_written_otherwise() {
    check_with(
        &with(CsvOptions {
            delimiter: Some(b';'),
            header: false,
            quote: b'\'',
            escape: Some(b'\\'),
            comment: Some(b'#'),
            nulls: vec!["NA".to_owned(), ".*".to_owned()],
        }),
        "# made by hand\n1;'a;b'\n# a pause\nNA;'it\\'s'\n3;.*\n4;xx\n",
        expect![[r#"
            column_1: Int64
            column_2: Utf8
            +----------+----------+
            | column_1 | column_2 |
            +----------+----------+
            | 1        | a;b      |
            |          | it's     |
            | 3        |          |
            | 4        | xx       |
            +----------+----------+
        "#]],
    );
    let tabs = told(source("a.tsv", b"a\tb\n1,5\tx\n", &options()));
    expect![[r#"
        a: Utf8
        b: Utf8
        +-----+---+
        | a   | b |
        +-----+---+
        | 1,5 | x |
        +-----+---+
    "#]]
    .assert_eq(&tabs);
}

#[test]
fn types_can_be_given() {
    check_with(
        &with_types(&[
            ("id", "text"),
            ("price", "decimal(9,2)"),
            ("at", "timestamp_utc"),
            ("small", "uint8"),
        ]),
        "id,price,at,small\n7,1.5,2024-01-31T10:00:00+02:00,255\n8,-20,2024-01-31T10:00:00Z,0\n",
        expect![[r#"
            id: Utf8
            price: Decimal128(9, 2)
            at: Timestamp(µs, "+00:00")
            small: UInt8
            +----+--------+----------------------+-------+
            | id | price  | at                   | small |
            +----+--------+----------------------+-------+
            | 7  | 1.50   | 2024-01-31T08:00:00Z | 255   |
            | 8  | -20.00 | 2024-01-31T10:00:00Z | 0     |
            +----+--------+----------------------+-------+
        "#]],
    );
    check_with(
        &with_types(&[("pirce", "text")]),
        "id,price\n1,2\n",
        expect![[r#"
            `a.csv` has no column `pirce`, for which a type is given; did you mean `price`? known: `id`, `price`
        "#]],
    );
}

#[test]
fn a_file_without_rows_has_columns_and_one_without_anything_has_none() {
    check(
        "a,b\n",
        expect![[r#"
        a: Utf8
        b: Utf8
        +---+---+
        | a | b |
        +---+---+
        +---+---+
    "#]],
    );
    check(
        "a,b",
        expect![[r#"
        a: Utf8
        b: Utf8
        +---+---+
        | a | b |
        +---+---+
        +---+---+
    "#]],
    );
    check(
        "",
        expect![[r#"
        `a.csv` has no columns: expected a header, found nothing
    "#]],
    );
    check(
        "\n\n",
        expect![[r#"
        `a.csv` has no columns: expected a header, found nothing
    "#]],
    );
    check_with(
        &with(CsvOptions {
            header: false,
            ..CsvOptions::default()
        }),
        "",
        expect![[r#"
            `a.csv` has no columns: expected a row, found nothing
        "#]],
    );
}

#[test]
fn a_column_without_a_name_gets_one_and_no_two_share_one() {
    check(
        ",b\n0,x\n",
        expect![[r#"
        column_1: Int64
        b: Utf8
        +----------+---+
        | column_1 | b |
        +----------+---+
        | 0        | x |
        +----------+---+
    "#]],
    );
    check(
        "a,b,a\n1,2,3\n",
        expect![[r#"
        `a.csv` has two columns named `a`
    "#]],
    );
}

#[test]
fn ragged_rows_are_told_with_their_line() {
    // In the sample.
    check(
        "a,b\n1,\"x\ny\"\n2\n",
        expect![[r#"
            `a.csv`, line 4: found 1 field, expected 2, one for each column
        "#]],
    );
    check(
        "a,b\n1,2,3\n",
        expect![[r#"
        `a.csv`, line 2: found 3 fields, expected 2, one for each column
    "#]],
    );
    // Behind it.
    let one = SourceOptions {
        infer_rows: number(1),
        ..options()
    };
    let rows = "1,x\r\n".repeat(9);
    check_with(
        &one,
        &format!("a,b\r\n{rows}2\r\n3,y\r\n"),
        expect![[r#"
            `a.csv`, line 11: found 1 field, expected 2, one for each column
        "#]],
    );
    check_with(
        &one,
        &format!("a,b\r\n{rows}2,3,4,5"),
        expect![[r#"
        `a.csv`, line 11: found 4 fields, expected 2, one for each column
    "#]],
    );
}

#[test]
fn values_of_other_types_are_told_with_line_column_and_why_they_were_not_expected() {
    let two = SourceOptions {
        infer_rows: number(2),
        ..options()
    };
    let text = "id,name\n1,\"two\nlines\"\n2,b\n\n# 3,c\n4,d\n5x,e\n6,f\n";
    check_with(
        &two,
        text,
        expect![[r#"
        `a.csv`, line 6, column `id`: found `# 3`, expected int64, as the first 2 rows suggest
    "#]],
    );
    let commented = SourceOptions {
        csv: CsvOptions {
            comment: Some(b'#'),
            ..CsvOptions::default()
        },
        ..two.clone()
    };
    check_with(
        &commented,
        text,
        expect![[r#"
        `a.csv`, line 8, column `id`: found `5x`, expected int64, as the first 2 rows suggest
    "#]],
    );
    check_with(
        &two,
        "a\n1\n2\n1.5\n",
        expect![[r#"
        `a.csv`, line 4, column `a`: found `1.5`, expected int64, as the first 2 rows suggest
    "#]],
    );
    check_with(
        &two,
        "a\n2024-01-01\n2024-01-02\nnever",
        expect![[r#"
        `a.csv`, line 4, column `a`: found `never`, expected date, as the first 2 rows suggest
    "#]],
    );
    check_with(
        &with_types(&[("a", "int8")]),
        "a\n1\n\"1,000,000,000,000,000,000,000,000,000,000,000,000\"\n",
        expect![[r#"
            `a.csv`, line 3, column `a`: found `1,000,000,000,000,000,000,000,000,000,00…`, expected int8
        "#]],
    );
    check_with(
        &with_types(&[("a", "date")]),
        "a\n2024-02-30\n",
        expect![[r#"
            `a.csv`, line 2, column `a`: found `2024-02-30`, expected date
        "#]],
    );
}

#[test]
fn a_quote_that_is_not_closed_is_told_with_the_line_of_its_row() {
    check(
        "a,b\n1,x\n2,\"y\n3,z\n",
        expect![[r#"
        `a.csv`, line 3: a quote in the row that begins here is not closed
    "#]],
    );
    check(
        "a,b\n1,x\n\"2,y\n3,z",
        expect![[r#"
        `a.csv`, line 3: a quote in the row that begins here is not closed
    "#]],
    );
    let one = SourceOptions {
        infer_rows: number(1),
        ..options()
    };
    check_with(
        &one,
        "a\nx\ny\n\"z\n\n",
        expect![[r#"
        `a.csv`, line 4: a quote in the row that begins here is not closed
    "#]],
    );
}

#[test]
fn other_encodings_are_refused() {
    let check = |bytes: &[u8], expected: Expect| {
        expected.assert_eq(&told(source("a.csv", bytes, &options())));
    };
    check(
        b"a,b\n1,x\n2,caf\xE9\n",
        expect![[r#"
        `a.csv`, line 3: found bytes that are not UTF-8; convert the file first (iconv does)
    "#]],
    );
    check(
        b"na\xEFve\n1\n",
        expect![[r#"
        `a.csv`, line 1: found bytes that are not UTF-8; convert the file first (iconv does)
    "#]],
    );
    check(
        b"\xFF\xFEa\0,\0",
        expect![[r#"
        `a.csv` is UTF-16 and not UTF-8; convert it first (iconv does)
    "#]],
    );
}

#[test]
fn signs_have_one_meaning() {
    let check = |csv: CsvOptions, expected: Expect| check_with(&with(csv), "a\n1\n", expected);
    check(
        CsvOptions {
            delimiter: Some(b'"'),
            ..CsvOptions::default()
        },
        expect![[r#"
            cannot read with `"` as both delimiter and quote
        "#]],
    );
    check(
        CsvOptions {
            delimiter: Some(b'\n'),
            ..CsvOptions::default()
        },
        expect![[r#"
            cannot read with the delimiter `\n`: it must be one ASCII character that ends no line
        "#]],
    );
}

/// Rows that become longer behind a long run of short ones make smaller blocks, not larger ones.
#[test]
fn blocks_are_bounded_in_rows_and_bytes() {
    let short = "1,x\n".repeat(10_000);
    let long = format!("2,{}\n", "y".repeat(10_000)).repeat(100);
    let text = format!("a,b\n{short}{long}{short}");
    let options = SourceOptions {
        block_bytes: number(100_000),
        ..SourceOptions::default()
    };
    let mut blocks = source("a.csv", text.as_bytes(), &options).unwrap();
    let (mut rows, mut before) = (0, 0);
    while let Some(block) = blocks.next_block().unwrap() {
        let bytes = block.get_array_memory_size();
        // Half of them are those of the reader's own buffers, which it lets grow by doubling.
        assert!(
            bytes < 500_000,
            "{} rows are {bytes} bytes",
            block.num_rows()
        );
        rows += block.num_rows();
        before += 1;
    }
    assert_eq!(rows, 20_100);
    assert!(before > 10, "{before} blocks");
}
