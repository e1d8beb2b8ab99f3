//! `head`: the first rows, from no more of a file than they need.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, Date32Array, Decimal128Array, Float64Array, Int64Array, ListArray,
    RecordBatch, StringArray, StructArray, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Int32Type, Schema};
use expect_test::expect;
use unicode_width::UnicodeWidthStr as _;

use crate::support::program::{Program, Ran};
use crate::support::rows::{people, write_parquet};

fn people_file(rows: &str) -> Program {
    let program = Program::new();
    let data = [
        "--rows",
        rows,
        "--block-size",
        "128KiB",
        "--to",
        "p.parquet",
        "-q",
    ];
    program.run(data).ok();
    program
}

fn text(ran: &Ran) -> &str {
    std::str::from_utf8(&ran.stdout).unwrap()
}

#[test]
fn rows_are_a_table_that_fits() {
    let program = people_file("3000");
    let ran = program.run(["head", "p.parquet", "-n", "3"]).ok();
    assert_eq!(ran.stderr, "");
    expect![[r#"
        id  uuid            name            email           phone          street
        ──  ──────────────  ──────────────  ──────────────  ─────────────  ─────────────
         1  9b329fe0-cac9…  Cristal Kuhn    cristal.kuhn1…  875.888.3715…  8883 Name Is…
         2  06e1e389-73c9…  Cordie Schultz  cordie.schult…  617.651.3481   6117 Renner …
         3  d55ce3f3-95a0…  Joshuah Weber   joshuah.weber…  158-341-6584   6269 Rowan S…

        3 of 3,000 rows, 6 of 15 columns: --wide shows all
    "#]]
    .assert_eq(text(&ran));
    assert!(text(&ran).lines().all(|line| line.width() <= 80));
    let ran = program.run(["head", "p.parquet", "-n", "2", "--wide"]).ok();
    expect![[r#"
        id  uuid                                  name            email                           phone              street              city       country          company                   job                                 salary  age  is_active  created_at                   notes
        ──  ────────────────────────────────────  ──────────────  ──────────────────────────────  ─────────────────  ──────────────────  ─────────  ───────────────  ────────────────────────  ───────────────────────────────  ─────────  ───  ─────────  ───────────────────────────  ─────────────────────────────────────────────────────────────────────────────────────
         1  9b329fe0-cac9-476c-a92e-55e8a6467c39  Cristal Kuhn    cristal.kuhn1485@example.net    875.888.3715 x661  8883 Name Isle      Eunamouth  Solomon Islands  Rutherford Group          District Healthcare Associate     60769.75   34  true       2024-12-29T12:35:31.890478Z  Corrupti odio expedita tempora iste aut odit cupiditate repellendus numquam animi et.
         2  06e1e389-73c9-4c9e-bfb5-0aa3ecebcae2  Cordie Schultz  cordie.schultz8091@example.com  617.651.3481       6117 Renner Course  Braunport  Tunisia          Anderson and Murazik LLC  Lead Community-Services Manager  127573.04   74  true       2023-02-06T16:51:49.552135Z  Sint eum qui enim accusamus corrupti laudantium est sed nesciunt minima a.

        2 of 3,000 rows
    "#]].assert_eq(text(&ran));
    let ten = program.run(["head", "p.parquet"]).ok();
    assert!(
        text(&ten).contains("\n10 of 3,000 rows, "),
        "{}",
        text(&ten)
    );
}

#[test]
fn fewer_rows_than_asked_for_are_all_rows() {
    let program = people_file("3");
    let ran = program.run(["head", "p.parquet", "-n", "1000000"]).ok();
    // Titles, a rule, rows, a gap, the end.
    assert_eq!(text(&ran).lines().count(), 2 + 3 + 2, "{}", text(&ran));
    assert!(text(&ran).contains("\n3 of 3 rows, "));
    let ran = program.run(["head", "p.parquet", "-n", "0"]).ok();
    expect![[r#"
        id  uuid  name  email  phone  street  city  country  company  job  salary  age
        ──  ────  ────  ─────  ─────  ──────  ────  ───────  ───────  ───  ──────  ───

        0 of 3 rows, 12 of 15 columns: --wide shows all
    "#]]
    .assert_eq(text(&ran));
    let none = people_file("0");
    let ran = none.run(["head", "p.parquet"]).ok();
    assert!(text(&ran).contains("\n0 of 0 rows, "), "{}", text(&ran));
    for args in [&["-n", "0"][..], &[]] {
        let ran = none
            .run(["head", "--json", "p.parquet"].iter().chain(args))
            .ok();
        assert_eq!(text(&ran), "");
    }
    program.run(["head", "p.parquet", "-n", "-1"]).failed(2);
}

/// Every batch of the decoder arrives, in order, with the values of the generator.
#[test]
fn json_is_one_object_a_row() {
    let program = people_file("3000");
    let ran = program
        .run(["head", "--json", "-n", "2500", "p.parquet"])
        .ok();
    let rows = ran.events();
    let expected = people(42, 0..2500);
    assert_eq!(rows.len(), 2500);
    let strings = |name: &str| {
        let column = expected.column_by_name(name).unwrap().clone();
        column
            .as_any()
            .downcast_ref::<StringArray>()
            .unwrap()
            .clone()
    };
    let (names, notes) = (strings("name"), strings("notes"));
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row["id"], at + 1);
        assert_eq!(row["name"], names.value(at));
        assert_eq!(row["notes"], notes.value(at));
        assert_eq!(row.as_object().unwrap().len(), expected.num_columns());
    }
}

#[test]
fn rows_of_every_batch_line_up() {
    let program = people_file("3000");
    let ran = program.run(["head", "-n", "3000", "p.parquet"]).ok();
    let mut ids = 0;
    let mut titles = 0;
    for line in text(&ran).lines() {
        assert!(line.width() <= 80, "{line}");
        let (first, _) = line.trim_start().split_once(' ').unwrap_or_default();
        if first == "id" {
            titles += 1;
        } else if first.parse() == Ok(ids + 1) && !line.ends_with("shows all") {
            ids += 1;
        }
    }
    assert_eq!(ids, 3000);
    // A batch has rows of one row group. In the second one ids have four digits, for which there is
    // no room under the titles of the first.
    assert_eq!(titles, 2, "{}", text(&ran));
}

#[test]
fn values_of_every_type_are_shown() {
    let decimals = Decimal128Array::from(vec![Some(1_234_567), None])
        .with_precision_and_scale(12, 2)
        .unwrap();
    let instants = TimestampMillisecondArray::from(vec![Some(1_700_000_000_123), None]);
    let lists =
        ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None]);
    let inner: ArrayRef = Arc::new(StringArray::from(vec![Some("Ulm"), None]));
    let place = StructArray::from(vec![(
        Arc::new(Field::new("city", DataType::Utf8, true)),
        inner,
    )]);
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("price", Arc::new(decimals) as ArrayRef, true),
        (
            "day",
            Arc::new(Date32Array::from(vec![Some(19_000), None])),
            true,
        ),
        (
            "at",
            Arc::new(instants.with_timezone("Europe/Berlin")),
            true,
        ),
        (
            "raw",
            Arc::new(BinaryArray::from_opt_vec(vec![Some(b"\x00\xff"), None])),
            true,
        ),
        (
            "text",
            Arc::new(StringArray::from(vec![
                Some("a\u{1b}[31m\nb"),
                Some("山田"),
            ])),
            true,
        ),
        (
            "part",
            Arc::new(Float64Array::from(vec![Some(0.1), None])),
            true,
        ),
        ("list", Arc::new(lists), true),
        ("place", Arc::new(place), true),
    ])
    .unwrap();
    let program = Program::new();
    write_parquet(&program.path("types.parquet"), &batch);
    let ran = program.run(["head", "--wide", "types.parquet"]).ok();
    expect![[r#"
           price  day         at                        raw   text            part  list       place
        ────────  ──────────  ────────────────────────  ────  ──────────────  ────  ─────────  ────────────
        12345.67  2022-01-08  2023-11-14T22:13:20.123Z  00ff  a\u{1b}[31m\nb   0.1  [1, null]  {city: Ulm}
            null  null        null                      null  山田            null  null       {city: null}

        2 of 2 rows
    "#]].assert_eq(text(&ran));
    let ran = program.run(["head", "--json", "types.parquet"]).ok();
    expect![[r#"
        {"price":12345.67,"day":"2022-01-08","at":"2023-11-14T22:13:20.123Z","raw":"00ff","text":"a\u001b[31m\nb","part":0.1,"list":[1,null],"place":{"city":"Ulm"}}
        {"price":null,"day":null,"at":null,"raw":null,"text":"山田","part":null,"list":null,"place":{"city":null}}
    "#]].assert_eq(text(&ran));
}

#[test]
fn a_file_of_many_columns_shows_the_first() {
    let fields: Vec<_> = (0..200)
        .map(|at| Field::new(format!("column_{at}"), DataType::Int64, false))
        .collect();
    let column: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![column; 200]).unwrap();
    let program = Program::new();
    write_parquet(&program.path("many.parquet"), &batch);
    let ran = program.run(["head", "many.parquet"]).ok();
    expect![[r#"
        column_0  column_1  column_2  column_3  column_4  column_5  column_6  column_7
        ────────  ────────  ────────  ────────  ────────  ────────  ────────  ────────
               1         1         1         1         1         1         1         1
               2         2         2         2         2         2         2         2

        2 of 2 rows, 8 of 200 columns: --wide shows all
    "#]]
    .assert_eq(text(&ran));
}

/// `head … | head -1`: whoever has seen enough is no failure.
#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let program = people_file("3000");
    for json in [&["--json"][..], &["--wide"]] {
        let args = ["head", "p.parquet", "-n", "3000"].iter().chain(json);
        let mut child = program.start(args);
        let mut first = String::new();
        let mut stdout = BufReader::with_capacity(1, child.stdout.take().unwrap());
        stdout.read_line(&mut first).unwrap();
        drop(stdout);
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{first}");
    }
}

/// The examples of `head` and `inspect`, run by a shell in the order of the help.
#[cfg(unix)]
#[test]
fn examples_work_when_they_are_pasted() {
    let program = Program::new();
    let binaries = Path::new(env!("CARGO_BIN_EXE_pipeline-cli"))
        .parent()
        .unwrap();
    for command in ["head", "inspect"] {
        let help = program.run([command, "--help"]).ok();
        let examples = text(&help)
            .lines()
            .filter(|line| line.starts_with("  pipeline-cli"));
        let mut run = 0;
        for line in examples {
            let output = std::process::Command::new("sh")
                .args(["-c", line])
                .env_clear()
                .env("PATH", format!("{}:/usr/bin:/bin", binaries.display()))
                .env("HOME", program.path(""))
                .current_dir(program.path(""))
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{line}: {said}");
            run += 1;
        }
        assert_eq!(run, 5, "{}", text(&help));
    }
    assert!(program.path("people.ndjson").is_file());
}
