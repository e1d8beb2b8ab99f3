//! Runs over specs: several tables, one file or object each.

use std::collections::BTreeSet;

use arrow::array::{Array as _, Int64Array, RecordBatch};
use embedded_s3::{Fault, FaultPlan, Operation, Rule};
#[cfg(unix)]
use embedded_s3::{Gate, Stall};
use expect_test::{Expect, expect};

use crate::support::program::Program;
#[cfg(unix)]
use crate::support::program::{ended, stopped, terminate, until};
use crate::support::rows::read;
use crate::support::s3::S3;

/// A hundredth of the shop: 200 customers, 10 products, 1,000 orders and their lines.
const SHOP: [&str; 4] = ["run", "shop", "--scale", "0.01"];

const TABLES: [&str; 4] = ["customers", "products", "orders", "order_lines"];

fn table(program: &Program, path: &str) -> RecordBatch {
    read(std::fs::read(program.path(path)).unwrap()).0
}

fn numbers<'a>(table: &'a RecordBatch, column: &str) -> &'a Int64Array {
    let column = table.column_by_name(column).unwrap();
    column.as_any().downcast_ref().unwrap()
}

fn ids(table: &RecordBatch, column: &str) -> BTreeSet<i64> {
    numbers(table, column).iter().flatten().collect()
}

fn marks(bytes: impl Into<bytes::Bytes>) -> std::collections::BTreeMap<String, String> {
    let (_, footer) = read(bytes);
    let marks = footer.file_metadata().key_value_metadata().unwrap();
    let marks = marks.iter();
    let marks = marks.filter(|mark| mark.key.starts_with("pipeline."));
    marks
        .map(|mark| (mark.key.clone(), mark.value.clone().unwrap_or_default()))
        .collect()
}

#[test]
fn several_tables_are_a_file_each_and_refer_to_one_another() {
    let program = Program::new();
    let ran = program.run(SHOP.iter().chain(&["--to", "out/"])).ok();
    let [customers, products, orders, lines] =
        TABLES.map(|name| table(&program, &format!("out/{name}.parquet")));
    assert_eq!(customers.num_rows(), 200);
    assert_eq!(products.num_rows(), 10);
    assert_eq!(orders.num_rows(), 1000);

    let within = |inner: BTreeSet<i64>, outer: BTreeSet<i64>| inner.is_subset(&outer);
    let customer_ids = ids(&customers, "customer_id");
    assert!(within(ids(&orders, "customer_id"), customer_ids.clone()));
    assert!(within(ids(&customers, "referred_by"), customer_ids));
    assert!(within(
        ids(&lines, "product_id"),
        ids(&products, "product_id")
    ));
    assert_eq!(ids(&lines, "order_id"), ids(&orders, "order_id"));

    let said = ran.stderr;
    for words in [
        "1/4 customers: 200 rows",
        "4/4 order_lines: ",
        "] order_lines, block 1/",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (_, done) = said.split_once("Done\n").unwrap();
    let names: Vec<_> = done
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let expected = [
        "table",
        "customers",
        "products",
        "orders",
        "order_lines",
        "all",
    ];
    assert_eq!(names, expected, "{done}");
}

#[test]
fn objects_are_named_after_their_tables_and_say_how_to_make_them_again() {
    let s3 = S3::embedded();
    let program = s3.program();
    program.run(SHOP).ok();
    let of_customers = marks(s3.get("customers.parquet"));
    assert_eq!(of_customers["pipeline.dataset"], "shop");
    assert_eq!(of_customers["pipeline.table"], "customers");
    assert_eq!(of_customers["pipeline.rows"], "0..200");
    let of_lines = marks(s3.get("order_lines.parquet"));
    assert_eq!(
        of_lines["pipeline.parent-rows"],
        "customers=200,orders=1000,products=10"
    );
    for name in TABLES {
        let key = format!("{name}.parquet");
        let id = marks(s3.get(&key))["pipeline.content-id"].clone();
        assert_eq!(s3.head(&key).unwrap().metadata["pipeline-content-id"], id);
    }

    let to = format!("s3://{}/raw/{{table}}/0.parquet", s3.bucket);
    let args = [
        "--to",
        &to,
        "--table",
        "orders,products",
        "--keep-local",
        "kept/",
    ];
    program.run(SHOP.iter().chain(&args)).ok();
    let kept = std::fs::read(program.path("kept/orders.parquet")).unwrap();
    assert!(s3.get("raw/orders/0.parquet") == kept);
    assert!(s3.get("orders.parquet") == kept, "whatever else is made");
    assert!(s3.head("raw/customers/0.parquet").is_none());
    assert!(s3.open_uploads().is_empty());
}

#[test]
fn rows_are_set_by_table_and_children_follow() {
    let program = Program::new();
    let args = ["run", "shop", "--to", "{table}.pq", "--rows"];
    let more = ["orders=300,customers=7", "--rows", "products=3"];
    program.run(args.iter().chain(&more)).ok();
    let [customers, products, orders, lines] =
        TABLES.map(|name| table(&program, &format!("{name}.pq")));
    let rows = [&customers, &products, &orders].map(RecordBatch::num_rows);
    assert_eq!(rows, [7, 3, 300]);
    assert!(
        (300..=2100).contains(&lines.num_rows()),
        "{}",
        lines.num_rows()
    );
    assert!(ids(&orders, "customer_id").is_subset(&ids(&customers, "customer_id")));
    assert_eq!(ids(&lines, "order_id"), ids(&orders, "order_id"));
}

#[test]
fn the_number_of_threads_decides_nothing() {
    let program = Program::new();
    for threads in ["1", "3"] {
        let to = format!("{threads}-{{table}}");
        let args = ["--to", &to, "--threads", threads, "--block-size", "20KiB"];
        program.run(SHOP.iter().chain(&args)).ok();
    }
    for name in TABLES {
        let bytes = |threads| std::fs::read(program.path(format!("{threads}-{name}"))).unwrap();
        assert!(bytes(1) == bytes(3), "{name}");
    }
}

const OWN: &str = r#"
seed = 7
[[tables]]
name = "a"
[[tables.columns]]
name = "id"
kind = "sequence"
[[tables.columns]]
name = "n"
kind = "integer"
"#;

#[test]
fn a_file_is_a_spec_and_its_seed_holds_unless_another_is_named() {
    let program = Program::new().with_file("own.toml", OWN);
    let seed = |args: &[&str]| {
        let args = args.iter().chain(&["--to", "x", "--rows", "10"]);
        program.run(["run", "own.toml"].iter().chain(args)).ok();
        let marks = marks(std::fs::read(program.path("x")).unwrap());
        assert_eq!(marks["pipeline.dataset"], "own.toml");
        marks["pipeline.seed"].clone()
    };
    assert_eq!(seed(&[]), "7");
    assert_eq!(seed(&["--seed", "8"]), "8");
    let plan = program.run(["run", "own.toml", "--dry-run", "--json"]).ok();
    let plan = &plan.events()[0]["plan"];
    assert_eq!(plan["rows"]["end"], 100_000, "as many as of people");
    assert_eq!(
        (&plan["dataset"], &plan["table"]),
        (&"own.toml".into(), &"a".into())
    );

    let named = Program::new()
        .with_file("own.toml", OWN)
        .with("PIPELINE_SPEC", "own.toml");
    let plan = named.run(["--dry-run", "--json"]).ok();
    assert_eq!(plan.events()[0]["plan"]["table"], "a");
}

#[track_caller]
fn refused(program: &Program, args: &[&str], code: i32, error: Expect) {
    let before = program.names();
    let ran = program.run(args).failed(code);
    error.assert_eq(ran.error());
    assert_eq!(program.names(), before, "something was left behind");
}

#[test]
fn words_that_are_no_spec() {
    let program = Program::new();
    let ran = program.run(["run", "shp"]).failed(2);
    let nearest = "there is no built-in spec `shp`; did you mean `shop`? known: `people`, `shop`";
    assert!(ran.error().starts_with(nearest), "{}", ran.stderr);
    refused(
        &program,
        &["run", "shop.yaml"],
        2,
        expect![
            "`shop.yaml` is no spec: its name ends with neither .toml nor .json. Write the name of a built-in spec, or a path that ends with .toml or .json."
        ],
    );
    refused(
        &program,
        &["run", "none.toml"],
        3,
        expect!["could not read the spec `none.toml`: No such file or directory (os error 2)"],
    );
    refused(
        &program,
        &["run", "shop", "--table", "ordrs"],
        2,
        expect![
            "--table: the spec has no table `ordrs`; did you mean `orders`? known: `customers`, `products`, `orders`, `order_lines`"
        ],
    );
}

#[test]
fn all_that_is_wrong_with_a_spec_is_told_before_anything_is_made() {
    let spec = OWN.replace("\"integer\"", "\"integr\"")
        + "\n[[tables]]\nname = \"b\"\n\
        [[tables.columns]]\nname = \"x\"\nkind = \"integer\"\nmin = 5\nmax = 1\n";
    let program = Program::new().with_file("own.toml", &spec);
    let args = ["run", "own.toml", "--to", "out/", "--table", "a"];
    let ran = program.run(args).failed(3);
    expect![[r#"
        own.toml: 2 things are wrong with the spec:
        line 10: column `a.n` is of kind `integr`, which does not exist; did you mean `integer`, of 102 known?
          10 | kind = "integr"
             |         ^^^^^^
        line 18: option `max` of column `b.x` is 1; allowed is min (5) or more
          18 | max = 1
             | ^^^
        `pipeline-cli spec kinds` shows all kinds of columns."#]]
    .assert_eq(ran.error());
    assert_eq!(program.names(), ["own.toml"]);

    let one = OWN.replace("\"integer\"", "\"integer\"\nmin = 5\nmax = 1");
    let program = Program::new().with_file("own.toml", &one);
    refused(
        &program,
        &["run", "own.toml"],
        3,
        expect![[r#"
            own.toml: line 12: option `max` of column `a.n` is 1; allowed is min (5) or more
              12 | max = 1
                 | ^^^"#]],
    );
}

#[test]
fn amounts_of_one_table_where_there_are_several() {
    let program = Program::new();
    refused(
        &program,
        &["run", "shop", "--rows", "10"],
        2,
        expect![
            "--rows: that is for one table, and `shop` has 4: customers, products, orders, order_lines. Write --rows customers=1000 for the rows of one of them, --scale 0.1 for a tenth of all, or pick a table with --table customers."
        ],
    );
    refused(
        &program,
        &["run", "shop", "--size", "1MB"],
        2,
        expect![
            "--size: that is for one table, and `shop` has 4: customers, products, orders, order_lines. Write --rows customers=1000 for the rows of one of them, --scale 0.1 for a tenth of all, or pick a table with --table customers."
        ],
    );
    refused(
        &program,
        &["run", "shop", "--rows-range", "0..10"],
        2,
        expect![
            "--rows-range: that is for one table, and `shop` has 4: customers, products, orders, order_lines. Write --rows customers=1000 for the rows of one of them, --scale 0.1 for a tenth of all, or pick a table with --table customers."
        ],
    );
    refused(
        &program,
        &["run", "shop", "--rows", "ordrs=10"],
        2,
        expect![
            "--rows: the spec has no table `ordrs`; did you mean `orders`? known: `customers`, `products`, `orders`, `order_lines`"
        ],
    );
    refused(
        &program,
        &["run", "shop", "--rows", "order_lines=10"],
        2,
        expect![
            "--rows: option `rows` of table `order_lines` is 10; allowed is none: its rows are the children of table `orders`, whose rows decide. Set the rows of `orders`, as in --rows orders=1000, or take a part of the table with --rows-range."
        ],
    );
    refused(
        &program,
        &["run", "shop", "--rows", "orders=ten"],
        2,
        expect![
            "--rows: `orders=ten` is not a number of rows a table: write TABLE=N, for example orders=1000,customers=50"
        ],
    );
    refused(
        &program,
        &["run", "shop", "--scale", "0"],
        2,
        expect!["--scale: `0` is not a factor: write a number above 0, for example 0.1"],
    );
    let customers = ["run", "shop", "--table", "customers", "--size", "1MB"];
    refused(
        &program,
        &customers,
        2,
        expect![
            "--size: the rows of table `customers` refer to one another, so how many there are must be known first. Name its rows with --rows."
        ],
    );
    let program = program.with("NUM_RECORDS", "500");
    refused(
        &program,
        &["run", "shop"],
        2,
        expect![
            "environment variable NUM_RECORDS: that is for one table, and `shop` has 4: customers, products, orders, order_lines. Write --rows customers=1000 for the rows of one of them, --scale 0.1 for a tenth of all, or pick a table with --table customers."
        ],
    );
    // The highest layer that names an amount decides.
    program.run(SHOP.iter().chain(&["--dry-run"])).ok();
}

#[test]
fn targets_of_one_table_where_there_are_several() {
    let program = Program::new();
    let to = |target| ["run", "shop", "--scale", "0.01", "--to", target];
    refused(
        &program,
        &to("x.parquet"),
        2,
        expect![
            "`x.parquet` takes one table, and there are 4: customers, products, orders, order_lines. Name a folder, `x/`, or write {table} into the name, or pick a table with --table."
        ],
    );
    refused(
        &program,
        &to("-"),
        2,
        expect![
            "standard output takes one table, and there are 4: customers, products, orders, order_lines. Name a folder, `out/`, or write {table} into the name, or pick a table with --table."
        ],
    );
    refused(
        &program,
        &to("s3://lake/x.parquet"),
        2,
        expect![
            "`s3://lake/x.parquet` takes one table, and there are 4: customers, products, orders, order_lines. Name a folder, `s3://lake/x/`, or write {table} into the name, or pick a table with --table."
        ],
    );
    let kept: Vec<_> = SHOP
        .into_iter()
        .chain(["--keep-local", "k.parquet"])
        .collect();
    refused(
        &program,
        &kept,
        2,
        expect![
            "`k.parquet` takes one table, and there are 4: customers, products, orders, order_lines. Name a folder, `k/`, or write {table} into the name, or pick a table with --table."
        ],
    );
    let program = program.with_file("own.toml", &OWN.replace("\"a\"", "\"../a\""));
    let args = ["run", "own.toml", "--to", "out/"];
    refused(
        &program,
        &args,
        2,
        expect![
            "table `../a` can't give its name to a file: it has a slash. Name the file itself, or another table with --table."
        ],
    );
}

#[test]
fn the_plan_of_several_tables_reads_well() {
    let program = Program::new();
    let args = ["--dry-run", "--threads", "2"];
    let ran = program.run(SHOP.iter().chain(&args)).ok();
    expect![[r#"
        Plan
          data        shop, seed 42
          rows        5,210 in 4 tables, made one after the other
          files       about 87.8 kB in all
          compression snappy
          threads     2
          memory      at most about 72.4 MB in buffers
          S3          embedded (data/s3)

          table         rows  columns  row groups    about  target
          customers      200       10           1  24.4 kB  s3://parquet-data-bucket/customers.parquet
          products        10        7           1  3.42 kB  s3://parquet-data-bucket/products.parquet
          orders       1,000        8           1  23.7 kB  s3://parquet-data-bucket/orders.parquet
          order_lines  4,000        9           1  36.2 kB  s3://parquet-data-bucket/order_lines.parquet
    "#]].assert_eq(&ran.stderr);
    assert!(program.names().is_empty());
}

#[test]
fn events_name_their_table_and_the_last_lists_all() {
    let program = Program::new();
    let ran = program
        .run(SHOP.iter().chain(&["--to", "out/", "--json"]))
        .ok();
    let events = ran.events();
    let (summary, events) = events.split_last().unwrap();
    assert!(
        events
            .iter()
            .all(|event| TABLES.contains(&event["table"].as_str().unwrap()))
    );
    let of = |kind: &str| {
        let same = events.iter().filter(|event| event["event"] == kind);
        same.map(|event| event["table"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("plan"), TABLES);
    assert_eq!(of("table"), TABLES);
    assert_eq!(
        (&summary["event"], &summary["outcome"]),
        (&"summary".into(), &"committed".into())
    );
    let tables = summary["tables"].as_array().unwrap();
    let rows: Vec<_> = tables
        .iter()
        .map(|table| table["rows"].as_u64().unwrap())
        .collect();
    assert_eq!(rows[..3], [200, 10, 1000]);
    assert_eq!(summary["rows"], rows.iter().sum::<u64>());
    assert_eq!(tables[2]["target"], "out/orders.parquet");
}

#[test]
fn what_is_in_place_when_a_table_fails_stays_and_is_told() {
    let refuses = Rule::on(Operation::PutObject)
        .key("orders.parquet")
        .first(1);
    let s3 = S3::embedded_with(FaultPlan::new().with(refuses, Fault::error(403, "AccessDenied")));
    let ran = s3.program().run(SHOP.iter().chain(&["--json"])).failed(5);
    expect!["table `orders`: cannot upload s3://BUCKET/orders.parquet at ENDPOINT: these credentials are not allowed to do it; check the policy of the user and of the bucket: S3 answered 403 AccessDenied: a fault played on purpose. Tables customers, products are in place; the same command with `--table orders,order_lines` makes the rest."].assert_eq(&s3.plainly(ran.error()));
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["outcome"], "partly_committed");
    let outcomes: Vec<_> = summary["tables"].as_array().unwrap().iter().collect();
    let outcomes: Vec<_> = outcomes.iter().map(|table| &table["outcome"]).collect();
    assert_eq!(
        outcomes,
        ["committed", "committed", "not_committed", "not_begun"]
    );
    assert!(s3.head("products.parquet").is_some());
    assert!(s3.head("orders.parquet").is_none());

    // As the sentence says.
    let rest = ["--table", "orders,order_lines", "--json"];
    let ran = s3.program().run(SHOP.iter().chain(&rest)).ok();
    assert_eq!(ran.events().pop().unwrap()["outcome"], "committed");
    assert!(s3.head("order_lines.parquet").is_some());
}

#[cfg(unix)]
#[test]
fn an_interrupt_between_two_tables_leaves_whole_ones() {
    let gate = Gate::closed();
    let slow = Rule::on(Operation::PutObject).key("products.parquet");
    let stall = Fault::StallReply(Stall::Until(gate.clone()));
    let s3 = S3::embedded_with(FaultPlan::new().with(slow, stall));
    let mut child = s3.program().start(SHOP.iter().chain(&["--json"]));
    s3.arrived(&gate, 1);
    terminate(&child);
    let said = until(&mut child, "stopping");
    gate.open();
    let ran = ended(child, said).failed(130);
    expect!["interrupted: 2 of 4 tables are made. Tables customers, products are in place; the same command with `--table orders,order_lines` makes the rest."].assert_eq(&s3.plainly(ran.error()));
    let summary = ran.events().pop().unwrap();
    assert_eq!(summary["outcome"], "partly_committed");
    assert_eq!(summary["tables"][1]["outcome"], "committed");
    assert_eq!(summary["tables"][2]["outcome"], "not_begun");
    assert!(s3.head("products.parquet").is_some());
    assert!(s3.head("orders.parquet").is_none());
    assert!(s3.open_uploads().is_empty());
}

#[cfg(unix)]
#[test]
fn folders_that_were_made_in_vain_are_gone() {
    let program = Program::new().with_file("out", "a file");
    let to = |target| ["run", "shop", "--scale", "0.01", "--to", target];
    refused(
        &program,
        &to("out/y/"),
        4,
        expect!["could not make the folder `out/y`: Not a directory (os error 20)"],
    );
    let mut child = program.start(["run", "shop", "-v", "--scale", "100", "--to", "a/{table}/b"]);
    let said = until(&mut child, "block 4/");
    stopped(child, said, 130);
    assert_eq!(program.names(), ["out"]);
}
