//! `spec`: kinds, examples, checks, the schema, and proposals from files.

use std::process::Command;
use std::sync::Arc;

use arrow::array::RecordBatch;
use blockgen::{DatasetSpec, Generator, catalogue};
use expect_test::expect;
use unicode_width::UnicodeWidthStr as _;

use crate::support::program::{Program, Ran};
use crate::support::rows::write_parquet;

fn text(ran: &Ran) -> &str {
    std::str::from_utf8(&ran.stdout).unwrap()
}

#[test]
fn all_kinds_are_told_and_every_line_fits() {
    let ran = Program::new().run(["spec", "kinds"]).ok();
    for kind in catalogue() {
        let begins = format!("\n  {} ", kind.name);
        assert!(text(&ran).contains(&begins), "{}", kind.name);
    }
    assert!(text(&ran).lines().all(|line| line.width() <= 80));
    let ran = Program::new().run(["spec", "kinds", "--json"]).ok();
    let [all] = ran.events().try_into().unwrap();
    assert_eq!(all["kinds"].as_array().unwrap().len(), catalogue().len());
}

#[test]
fn one_kind_is_told_with_its_options_and_values() {
    let ran = Program::new().run(["spec", "kinds", "bool"]).ok();
    expect![[r#"
        bool (choices)
          `Boolean`, true with a probability.

        Options
          probability  a number [default: 0.5]
                       Probability of `true`, 0 to 1; 0.5 if not given.

        Options of every kind
          hidden  a boolean [default: false]
                  Whether the column is there for others of its table alone, which may
                  refer to it, and is left out of what is written; false if not given.
          locale  a word or a map
                  The locale of this column's texts, in place of the table's. A column
                  that tells of another column's persons (`of`) is in their locale.
          nulls   a number [default: none]
                  Share of nulls, 0 to 1; none if not given. The values that stay are
                  those of the column without nulls.

        Example
          [[tables.columns]]
          name = "bool"
          kind = "bool"
          probability = 0.8
          nulls = 0.1 # of any kind, a share may be null

        Values of it
          true
          true
          false
          true
          true
    "#]]
    .assert_eq(text(&ran));
    let ran = Program::new().run(["spec", "kinds", "integr"]).failed(2);
    expect!["there is no kind of columns `integr`; did you mean `integer`, of 102 known? `pipeline-cli spec kinds` shows all."]
        .assert_eq(ran.error());
}

#[test]
fn an_example_is_printed_as_it_stands_and_passes_its_check() {
    for name in DatasetSpec::builtin_names() {
        let printed = Program::new().run(["spec", "example", name]).ok();
        assert_eq!(text(&printed), DatasetSpec::builtin_toml(name).unwrap());
        let program = Program::new().with_file("my.toml", text(&printed));
        let ran = program.run(["spec", "check", "my.toml", "-n", "2"]).ok();
        assert!(text(&ran).starts_with("my.toml: "), "{}", text(&ran));
        assert!(text(&ran).lines().all(|line| line.width() <= 80));
    }
    let ran = Program::new().run(["spec", "example"]).ok();
    for name in DatasetSpec::builtin_names() {
        assert!(text(&ran).contains(&format!("\n{name} ")), "{}", text(&ran));
    }
    Program::new().run(["spec", "example", "shopp"]).failed(2);
}

#[test]
fn a_check_tells_columns_sizes_and_rows() {
    let spec = "[[tables]]\nname = \"t\"\nrows = 5\n\n[[tables.columns]]\nname = \"id\"\n\
                kind = \"sequence\"\n\n[[tables.columns]]\nname = \"b\"\nkind = \"bool\"\nnulls = 0.25\n";
    let program = Program::new().with_file("my.toml", spec);
    let ran = program.run(["spec", "check", "my.toml", "-n", "2"]).ok();
    let said = text(&ran);
    assert!(
        said.starts_with("my.toml: 1 table, 2 columns, seed 42\n\nt: 5 rows, about "),
        "{said}"
    );
    for line in [
        "id      sequence  Int64    none",
        "b       bool      Boolean  25%",
        "2 of 5 rows",
    ] {
        assert!(said.contains(line), "{said}");
    }
    let ran = program.run(["spec", "check", "my.toml", "--json"]).ok();
    let [all] = ran.events().try_into().unwrap();
    assert_eq!(all["tables"][0]["columns"][1]["nullable"], true);
    assert_eq!(all["tables"][0]["first_rows"][4]["id"], 5);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let spec = "[[tables]]\nname = \"t\"\n\n[[tables.columns]]\nname = \"n\"\nkind = \"integr\"\n\n\
                [[tables.columns]]\nname = \"m\"\nkind = \"integer\"\nmix = 1\n";
    let program = Program::new().with_file("my.toml", spec);
    let ran = program.run(["spec", "check", "my.toml"]).failed(3);
    let said = ran.error();
    assert!(
        said.starts_with("my.toml: 2 things are wrong with the spec:\nline 6: "),
        "{said}"
    );
    assert!(
        said.contains("  6 | kind = \"integr\"\n    |         ^^^^^^"),
        "{said}"
    );
    let ran = program
        .run(["spec", "check", "my.toml", "--json"])
        .failed(3);
    let [summary] = ran.events().try_into().unwrap();
    assert_eq!(summary["faults"][1]["line"], 11);
    let ran = program.run(["spec", "check", "none.toml"]).failed(3);
    assert!(
        ran.error()
            .starts_with("could not read the spec `none.toml`: "),
        "{}",
        ran.error()
    );
    program.run(["spec", "check", "poeple"]).failed(2);
    program.run(["spec", "check", "my.yaml"]).failed(2);
}

#[test]
fn the_schema_is_json() {
    let ran = Program::new().run(["spec", "schema"]).ok();
    let schema: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(schema, DatasetSpec::json_schema());
}

/// Names, types and nullability of what a spec makes.
fn schema_of(spec: &str) -> arrow::datatypes::SchemaRef {
    let spec = DatasetSpec::from_toml(spec).unwrap();
    let table = &spec.tables[0].name;
    Generator::compile(&spec, table, 1).unwrap().schema()
}

#[test]
fn a_spec_from_a_file_has_the_schema_of_the_file() {
    for name in DatasetSpec::builtin_names() {
        let spec = DatasetSpec::builtin(name).unwrap();
        for table in &spec.tables {
            let generator = Generator::compile(&spec, &table.name, 42).unwrap();
            let block: RecordBatch = generator.block(0..600).unwrap();
            let program = Program::new();
            write_parquet(&program.path("made.parquet"), &block);
            for more in [&[][..], &["--no-values"], &["--sample", "50"]] {
                let args = ["spec", "from", "made.parquet"].iter().chain(more);
                let ran = program.run(args).ok();
                let schema = schema_of(text(&ran));
                assert_eq!(schema, block.schema(), "{}\n{}", table.name, text(&ran));
            }
        }
    }
}

#[test]
fn a_spec_from_a_csv_is_commented_and_keeps_what_is_rare() {
    let mut csv = "id,e_mail,status,amount,at,code,secret\n".to_owned();
    for row in 0..100 {
        let status = if row % 3 == 0 { "open" } else { "done" };
        let secret = if row == 7 { "Zaphod" } else { "none" };
        csv += &format!(
            "{},someone{row}@corp.test,{status},{}.5,2024-01-{:02},AB-{:04},{secret}\n",
            row + 1,
            row % 40,
            row % 28 + 1,
            row * 37 % 10_000,
        );
    }
    let program = Program::new().with_file("orders.csv", &csv);
    let ran = program
        .run(["spec", "from", "orders.csv", "-o", "o.toml"])
        .ok();
    assert_eq!(text(&ran), "");
    let made = std::fs::read_to_string(program.path("o.toml")).unwrap();
    for (column, kind) in [
        ("id", "sequence"),
        ("e_mail", "email"),
        ("status", "choice"),
        ("amount", "float"),
        ("at", "date"),
        ("code", "pattern"),
        ("secret", "choice"),
    ] {
        let column = format!("name = \"{column}\"\nkind = \"{kind}\"");
        assert!(made.contains(&column), "{made}");
    }
    assert!(made.contains("name = \"orders\"\nrows = 100\n"), "{made}");
    assert!(made.contains("pattern = \"??-####\""), "{made}");
    for hidden in ["Zaphod", "corp.test", "AB-"] {
        assert!(!made.contains(hidden), "{hidden}: {made}");
    }
    program.run(["spec", "check", "o.toml"]).ok();
    let again = program
        .run(["spec", "from", "orders.csv", "-o", "o.toml"])
        .failed(4);
    expect!["`o.toml` is there already. Name another file, or remove that one."]
        .assert_eq(again.error());
    let ran = program
        .run(["spec", "from", "orders.csv", "--no-values"])
        .ok();
    assert!(!text(&ran).contains("\"open\""), "{}", text(&ran));
}

/// What `run --from` reads, a spec can be proposed from.
#[test]
fn rows_of_any_format_become_a_spec() {
    let rows = |n: u32| (0..n).map(|row| (row, ["north", "south"][row as usize % 2]));
    let csv: String = rows(50).map(|(id, way)| format!("{id};{way}\n")).collect();
    let json: String = rows(50)
        .map(|(id, way)| format!("{{\"id\":{id},\"way\":\"{way}\"}}\n"))
        .collect();
    let program = Program::new()
        .with_file("ways.csv", &format!("id;way\n{csv}"))
        .with_file("bare.csv", &csv)
        .with_file("packed.csv", &csv)
        .with_file("ways.ndjson", &json);
    let gzip = Command::new("gzip")
        .arg(program.path("packed.csv"))
        .status();
    assert!(gzip.unwrap().success());
    let columns = |args: &[&str]| {
        let ran = program.run(["spec", "from"].iter().chain(args)).ok();
        let made = text(&ran).to_owned();
        assert!(made.contains("\"north\""), "{made}");
        assert!(made.contains("rows = 50\n"), "{made}");
        let names = made.lines().filter(|line| line.starts_with("name = "));
        names.map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    let named = r#"name = "ways" name = "id" name = "way""#;
    assert_eq!(columns(&["ways.csv"]), named);
    assert_eq!(columns(&["ways.ndjson"]), named);
    let bare = r#"name = "column_1" name = "column_2""#;
    assert_eq!(
        columns(&["bare.csv", "--no-header"]),
        format!(r#"name = "bare" {bare}"#)
    );
    assert_eq!(
        columns(&["packed.csv.gz", "--no-header", "--delimiter", ";"]),
        format!(r#"name = "packed" {bare}"#)
    );
    let ran = program
        .run(["spec", "from", "ways.csv", "--sample", "20"])
        .ok();
    assert!(text(&ran).contains("rows = 20\n"), "{}", text(&ran));
    let refused = program
        .run(["spec", "from", "ways.ndjson", "--no-header"])
        .failed(2);
    expect!["`ways.ndjson` is not named as a CSV is. --delimiter and --no-header say how a CSV is written; leave them out."]
        .assert_eq(refused.error());
}

#[test]
fn what_can_t_be_looked_at_is_told() {
    let program = Program::new()
        .with_file("empty.csv", "")
        .with_file("torn.csv", "a,b\n1,2\n1,2,3\n")
        .with_file("text.parquet", "no Parquet at all");
    for (file, begins) in [
        (
            "empty.csv",
            "`empty.csv` has no columns: expected a header, found nothing",
        ),
        (
            "torn.csv",
            "`torn.csv`, line 3: found 3 fields, expected 2, one for each column",
        ),
        ("text.parquet", "could not read `text.parquet`"),
        ("none.parquet", "could not read `none.parquet`"),
    ] {
        let ran = program.run(["spec", "from", file]).failed(3);
        assert!(ran.error().starts_with(begins), "{}", ran.error());
    }
}

/// Columns that are not written are not shown, and do not lend their kinds to others.
#[test]
fn hidden_columns_are_not_shown() {
    let program = Program::new();
    let check = ["spec", "check", "lineitem", "-n", "0"];
    let ran = program.run(check).ok();
    expect![[r#"
        lineitem: 1 table, 16 columns, seed 42

        lineitem: 6,000,000 rows, about 300 MB
          column           kind         type               nulls
          l_orderkey       parent       Int64              none
          l_partkey        reference    Int64              none
          l_suppkey        derived      Int64              none
          l_linenumber     line_number  Int32              none
          l_quantity       derived      Decimal128(15, 2)  none
          l_extendedprice  derived      Decimal128(15, 2)  none
          l_discount       decimal      Decimal128(15, 2)  none
          l_tax            decimal      Decimal128(15, 2)  none
          l_returnflag     case         Utf8               none
          l_linestatus     case         Utf8               none
          l_shipdate       offset       Date32             none
          l_commitdate     offset       Date32             none
          l_receiptdate    offset       Date32             none
          l_shipinstruct   choice       Utf8               none
          l_shipmode       choice       Utf8               none
          l_comment        excerpt      Utf8               none
    "#]]
    .assert_eq(text(&ran));
    let ran = program.run(check.iter().chain(&["--json"])).ok();
    let columns = &ran.events()[0]["tables"][0]["columns"];
    let columns = columns.as_array().unwrap().iter();
    let shown =
        columns.map(|column| format!("{} {} {}\n", column["name"], column["kind"], column["type"]));
    expect![[r#"
        "l_orderkey" "parent" "Int64"
        "l_partkey" "reference" "Int64"
        "l_suppkey" "derived" "Int64"
        "l_linenumber" "line_number" "Int32"
        "l_quantity" "derived" "Decimal128(15, 2)"
        "l_extendedprice" "derived" "Decimal128(15, 2)"
        "l_discount" "decimal" "Decimal128(15, 2)"
        "l_tax" "decimal" "Decimal128(15, 2)"
        "l_returnflag" "case" "Utf8"
        "l_linestatus" "case" "Utf8"
        "l_shipdate" "offset" "Date32"
        "l_commitdate" "offset" "Date32"
        "l_receiptdate" "offset" "Date32"
        "l_shipinstruct" "choice" "Utf8"
        "l_shipmode" "choice" "Utf8"
        "l_comment" "excerpt" "Utf8"
    "#]]
    .assert_eq(&shown.collect::<String>());
}

/// Types that a spec does not have come out as the nearest.
#[test]
fn any_type_of_parquet_becomes_a_spec() {
    use arrow::array::{ArrayRef, LargeStringArray, NullArray};
    let texts: ArrayRef = Arc::new(LargeStringArray::from(vec![Some("a b"), None]));
    let nulls: ArrayRef = Arc::new(NullArray::new(2));
    let batch =
        RecordBatch::try_from_iter_with_nullable([("texts", texts, true), ("", nulls, true)]);
    let program = Program::new();
    write_parquet(&program.path("odd.parquet"), &batch.unwrap());
    let ran = program.run(["spec", "from", "odd.parquet"]).ok();
    assert!(
        text(&ran).contains("LargeUtf8 in the data"),
        "{}",
        text(&ran)
    );
    assert_eq!(schema_of(text(&ran)).fields().len(), 2);
}
