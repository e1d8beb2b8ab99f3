use blockgen::source::{CsvOptions, SourceOptions, parse_type};
use expect_test::{Expect, expect};

use super::support::{number, options, source, told};

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
fn types_are_inferred() {
    check(
        "id,share,ok,day,at,zip,name,none\n\
         1,0.5,true,2024-01-31,2024-01-31T10:00:00,01234,Ann,\n\
         -2,1,false,1999-12-31,2024-01-31 10:00:00.25,99,\"Bob, \"\"B\"\"\",\n\
         ,,,,,,,\n\
         9223372036854775807,1e3,TRUE,2024-02-29,2024-01-31,1,\"two\nlines\",\n",
        expect![[""]],
    );
}

#[test]
fn ends_of_lines_marks_and_empty_lines_are_nobodys_business() {
    let expected = || expect![[""]];
    check("a,b\n1,x\n2,y\n", expected());
    check("a,b\r\n1,x\r\n2,y\r\n", expected());
    check("a,b\r1,x\r2,y", expected());
    check("\u{feff}a,b\n\n1,x\n\n\n2,y", expected());
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
        expect![[""]],
    );
    let tabs = told(source("a.tsv", b"a\tb\n1,5\tx\n", &options()));
    expect![[""]].assert_eq(&tabs);
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
        expect![[""]],
    );
    check_with(
        &with_types(&[("pirce", "text")]),
        "id,price\n1,2\n",
        expect![[""]],
    );
}

#[test]
fn a_file_without_rows_has_columns_and_one_without_anything_has_none() {
    check("a,b\n", expect![[""]]);
    check("a,b", expect![[""]]);
    check("", expect![[""]]);
    check("\n\n", expect![[""]]);
    check_with(
        &with(CsvOptions {
            header: false,
            ..CsvOptions::default()
        }),
        "",
        expect![[""]],
    );
}

#[test]
fn a_column_without_a_name_gets_one_and_no_two_share_one() {
    check(",b\n0,x\n", expect![[""]]);
    check("a,b,a\n1,2,3\n", expect![[""]]);
}

#[test]
fn ragged_rows_are_told_with_their_line() {
    // In the sample.
    check("a,b\n1,\"x\ny\"\n2\n", expect![[""]]);
    check("a,b\n1,2,3\n", expect![[""]]);
    // Behind it.
    let one = SourceOptions {
        infer_rows: number(1),
        ..options()
    };
    let rows = "1,x\r\n".repeat(9);
    check_with(&one, &format!("a,b\r\n{rows}2\r\n3,y\r\n"), expect![[""]]);
    check_with(&one, &format!("a,b\r\n{rows}2,3,4,5"), expect![[""]]);
}

#[test]
fn values_of_other_types_are_told_with_line_column_and_why_they_were_not_expected() {
    let two = SourceOptions {
        infer_rows: number(2),
        ..options()
    };
    let text = "id,name\n1,\"two\nlines\"\n2,b\n\n# 3,c\n4,d\n5x,e\n6,f\n";
    check_with(&two, text, expect![[""]]);
    let commented = SourceOptions {
        csv: CsvOptions {
            comment: Some(b'#'),
            ..CsvOptions::default()
        },
        ..two.clone()
    };
    check_with(&commented, text, expect![[""]]);
    check_with(&two, "a\n1\n2\n1.5\n", expect![[""]]);
    check_with(&two, "a\n2024-01-01\n2024-01-02\nnever", expect![[""]]);
    check_with(
        &with_types(&[("a", "int8")]),
        "a\n1\n\"1,000,000,000,000,000,000,000,000,000,000,000,000\"\n",
        expect![[""]],
    );
    check_with(
        &with_types(&[("a", "date")]),
        "a\n2024-02-30\n",
        expect![[""]],
    );
}

#[test]
fn a_quote_that_is_not_closed_is_told_with_the_line_of_its_row() {
    check("a,b\n1,x\n2,\"y\n3,z\n", expect![[""]]);
    check("a,b\n1,x\n\"2,y\n3,z", expect![[""]]);
    let one = SourceOptions {
        infer_rows: number(1),
        ..options()
    };
    check_with(&one, "a\nx\ny\n\"z\n\n", expect![[""]]);
}

#[test]
fn other_encodings_are_refused() {
    let check = |bytes: &[u8], expected: Expect| {
        expected.assert_eq(&told(source("a.csv", bytes, &options())));
    };
    check(b"a,b\n1,x\n2,caf\xE9\n", expect![[""]]);
    check(b"na\xEFve\n1\n", expect![[""]]);
    check(b"\xFF\xFEa\0,\0", expect![[""]]);
}

#[test]
fn signs_have_one_meaning() {
    let check = |csv: CsvOptions, expected: Expect| check_with(&with(csv), "a\n1\n", expected);
    check(
        CsvOptions {
            delimiter: Some(b'"'),
            ..CsvOptions::default()
        },
        expect![[""]],
    );
    check(
        CsvOptions {
            delimiter: Some(b'\n'),
            ..CsvOptions::default()
        },
        expect![[""]],
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
