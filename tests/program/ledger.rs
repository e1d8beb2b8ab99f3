//! The ledger of deliberate damage, beside the data that it is about.

use std::collections::BTreeSet;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::util::display::array_value_to_string;
use embedded_s3::{Fault, FaultPlan, Operation, Rule};
use expect_test::expect;

use crate::support::program::Program;
use crate::support::rows::read;
use crate::support::s3::S3;

const SALES: &str = r#"
[[tables]]
name = "sales"
rows = 3000
columns = [
    { name = "id", kind = "sequence" },
    { name = "buyer", kind = "person_name" },
    { name = "pieces", kind = "integer", min = 1, max = 9 },
]
"#;

const DAMAGE: &str = r#"
[[tables.damage]]
kind = "null"
share = 0.05
columns = ["buyer"]
[[tables.damage]]
kind = "out_of_range"
share = 0.05
columns = ["pieces"]
[[tables.damage]]
kind = "duplicate"
share = 0.02
columns = ["id"]
"#;

fn program() -> Program {
    Program::new()
        .with_file("whole.toml", SALES)
        .with_file("damaged.toml", &format!("{SALES}{DAMAGE}"))
}

fn table(program: &Program, name: &str) -> RecordBatch {
    read(std::fs::read(program.path(name)).unwrap()).0
}

/// A value that differs: its row, its column, what it was and what it is.
type Line = (i64, String, Option<String>, Option<String>);

/// What differs between two tables of the same rows.
fn difference(whole: &RecordBatch, damaged: &RecordBatch) -> BTreeSet<Line> {
    let mut lines = BTreeSet::new();
    for (at, field) in whole.schema().fields().iter().enumerate() {
        let (before, after) = (whole.column(at), damaged.column(at));
        for row in 0..whole.num_rows() {
            let shown = |column: &arrow::array::ArrayRef| {
                column
                    .is_valid(row)
                    .then(|| array_value_to_string(column, row).unwrap())
            };
            let (before, after) = (shown(before), shown(after));
            if before != after {
                lines.insert((row as i64, field.name().clone(), before, after));
            }
        }
    }
    lines
}

fn lines(ledger: &RecordBatch) -> BTreeSet<Line> {
    let rows = ledger.column(0).as_primitive::<Int64Type>();
    let text = |column: usize, row| {
        let texts = ledger.column(column).as_string::<i32>();
        texts.is_valid(row).then(|| texts.value(row).to_owned())
    };
    (0..ledger.num_rows())
        .map(|row| {
            let column = text(1, row).unwrap();
            (rows.value(row), column, text(4, row), text(5, row))
        })
        .collect()
}

#[test]
fn the_ledger_is_the_difference_that_the_damage_makes() {
    let program = program();
    let args = ["--block-size", "16KiB", "--to"];
    let run = |spec, more: &[&str]| {
        let words = ["run", spec].into_iter().chain(args);
        program.run(words.chain(more.iter().copied())).ok()
    };
    run("whole.toml", &["whole.parquet"]);
    let ran = run("damaged.toml", &["out/", "--ledger", "out/"]);
    let whole = table(&program, "whole.parquet");
    let damaged = table(&program, "out/sales.parquet");
    let ledger = table(&program, "out/sales.ledger.parquet");
    let difference = difference(&whole, &damaged);
    assert!(difference.len() > 200, "{}", difference.len());
    assert_eq!(lines(&ledger), difference);
    assert_eq!(ledger.num_rows(), difference.len());
    let told = format!(
        "  ledger      out/sales.ledger.parquet, {} damaged values",
        difference.len()
    );
    assert!(ran.stderr.contains(&told), "{}", ran.stderr);

    run("damaged.toml", &["x.parquet", "--ledger", "damage.csv"]);
    let text = std::fs::read_to_string(program.path("damage.csv")).unwrap();
    assert!(text.starts_with("row,column,damage,detail,original,damaged\n"));
    assert_eq!(text.lines().count(), difference.len() + 1);
}

/// Of several damaged tables each has a ledger of its own, by its name in the path.
#[test]
fn ledgers_of_several_tables_have_their_names() {
    let bills = SALES.replace("sales", "bills");
    let shops = "\n[[tables]]\nname = \"shops\"\nrows = 5\n\
                 columns = [{ name = \"id\", kind = \"sequence\" }]\n";
    let program = Program::new()
        .with_file("whole.toml", &format!("{SALES}{bills}{shops}"))
        .with_file(
            "both.toml",
            &format!("{SALES}{DAMAGE}{bills}{DAMAGE}{shops}"),
        );
    program.run(["run", "whole.toml", "--to", "whole/"]).ok();
    let run = |ledger| {
        let args = ["run", "both.toml", "--to", "out/", "--ledger", ledger];
        program.run(args)
    };
    run("notes/{table}-damage.parquet").ok();
    run("ledgers/").ok();
    let mut differences = Vec::new();
    for name in ["sales", "bills"] {
        let whole = table(&program, &format!("whole/{name}.parquet"));
        let damaged = table(&program, &format!("out/{name}.parquet"));
        let difference = difference(&whole, &damaged);
        assert!(difference.len() > 200, "{}", difference.len());
        for ledger in [
            format!("notes/{name}-damage.parquet"),
            format!("ledgers/{name}.ledger.parquet"),
        ] {
            assert_eq!(lines(&table(&program, &ledger)), difference, "{ledger}");
        }
        differences.push(difference);
    }
    assert_ne!(differences[0], differences[1]);
    // The table that is not damaged has none.
    let files = |folder| std::fs::read_dir(program.path(folder)).unwrap().count();
    assert_eq!((files("notes"), files("ledgers"), files("out")), (2, 2, 3));
    expect!["--ledger: `one.csv` takes one table, and 2 are damaged: sales, bills. Name a folder, which ends with `/`, or put {table} in the path, as in ledgers/{table}.csv."]
        .assert_eq(run("one.csv").failed(2).error());
}

#[test]
fn a_part_of_a_table_has_the_ledger_of_its_rows() {
    let program = program();
    let range = ["run", "damaged.toml", "--rows-range", "1000..2000"];
    let more = ["--to", "x.parquet", "--ledger", "l.parquet"];
    program.run(range.iter().chain(&more)).ok();
    let lines = lines(&table(&program, "l.parquet"));
    assert!(lines.iter().all(|(row, ..)| (1000..2000).contains(row)));
    assert!(lines.len() > 50, "{}", lines.len());
}

#[test]
fn a_damaged_table_says_so_where_there_is_no_ledger() {
    let program = program();
    let ran = program.run(["run", "damaged.toml", "--to", "x"]).ok();
    let told = "  damaged     on purpose; --ledger damage.csv lists every damaged value";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let ran = program.run(["run", "whole.toml", "--to", "x"]).ok();
    assert!(!ran.stderr.contains("damaged"), "{}", ran.stderr);
}

#[test]
fn ledgers_that_can_t_be_are_refused_and_leave_nothing() {
    let program = program();
    let before = program.names();
    let refused = |args: &[&str], code| {
        let ran = program.run(["run"].iter().chain(args)).failed(code);
        assert_eq!(program.names(), before, "something was left behind");
        ran.error().to_owned()
    };
    let damaged = |path| refused(&["damaged.toml", "--to", "x.parquet", "--ledger", path], 2);
    expect![[r#"--ledger lists damaged values, and no table that is made is damaged. Ask for damage in the spec, as in `[[tables.damage]]` with `kind = "null"` and `share = 0.01` below the table (docs/damage.md), or leave --ledger out."#]].assert_eq(&refused(&["whole.toml", "--ledger", "l.csv"], 2));
    expect!["--ledger: `l.txt` ends with neither .csv nor .parquet. Name a file that does, or a folder, which ends with `/`."].assert_eq(&damaged("l.txt"));
    expect!["--ledger: `x.parquet` is where the data goes. Name another file."]
        .assert_eq(&damaged("x.parquet"));
    expect!["--ledger: `s3://lake/l.csv` is no local file. Write a path, for example damage.csv or ledgers/."].assert_eq(&damaged("s3://lake/l.csv"));
    // A folder that is not there is told before a row is made.
    let args = ["damaged.toml", "--to", "x.parquet", "--ledger", "no/l.csv"];
    let error = refused(&args, 4);
    assert!(error.contains("no/l.csv"), "{error}");
}

#[test]
fn where_the_data_can_t_be_put_there_is_no_ledger() {
    let refuses = Rule::on(Operation::PutObject).key("sales.parquet");
    let s3 = S3::embedded_with(FaultPlan::new().with(refuses, Fault::error(403, "AccessDenied")));
    let program = s3
        .program()
        .with_file("damaged.toml", &format!("{SALES}{DAMAGE}"));
    let args = ["run", "damaged.toml", "--ledger", "l.csv"];
    program.run(args).failed(5);
    assert_eq!(program.names(), ["damaged.toml"]);
}
