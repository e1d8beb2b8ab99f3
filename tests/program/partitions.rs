//! Tables in the folders of partitions: which rows are in each, and what is told of them.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use embedded_s3::{Fault, FaultPlan, Operation, Rule};
use expect_test::{Expect, expect};

use crate::support::program::Program;
#[cfg(unix)]
use crate::support::program::{stopped, until};
use crate::support::rows::{assert_same, people, read, write_parquet};
use crate::support::s3::S3;

/// All files below a folder by their names in it, hidden ones too.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

fn without(rows: &RecordBatch, column: &str) -> RecordBatch {
    let mut rows = rows.clone();
    rows.remove_column(rows.schema().index_of(column).unwrap());
    rows
}

/// The rows in which a column of text has a value, without that column.
fn rows_of(all: &RecordBatch, column: &str, value: &str) -> RecordBatch {
    let values = all.column_by_name(column).unwrap().as_string::<i32>();
    let rows = (0..all.num_rows()).filter(|row| values.value(*row) == value);
    let rows: UInt32Array = rows.map(|row| row as u32).collect();
    without(&take_record_batch(all, &rows).unwrap(), column)
}

fn mark(bytes: &[u8], name: &str) -> String {
    let (_, footer) = read(bytes.to_vec());
    let marks = footer.file_metadata().key_value_metadata().unwrap();
    let found = marks.iter().find(|mark| mark.key == name);
    found
        .and_then(|mark| mark.value.clone())
        .unwrap_or_default()
}

const SHOP: [&str; 6] = ["run", "shop", "--table", "orders", "--rows", "orders=5000"];

#[test]
fn each_row_is_in_the_folder_of_its_value() {
    let program = Program::new();
    let args = ["--rows", "20000", "--block-size", "64KiB", "--threads", "3"];
    let ran = program
        .run(
            args.iter()
                .chain(&["--partition-by", "country", "--to", "out/"]),
        )
        .ok();
    let all = people(42, 0..20_000);
    let found = files(&program.path("out"));
    let mut rows = 0;
    for (name, bytes) in &found {
        let country = name.strip_prefix("country=").unwrap();
        let country = country.strip_suffix("/part-00000.parquet").unwrap();
        let country = country.replace("%27", "'");
        let (of_country, _) = read(bytes.clone());
        assert_same(&of_country, &rows_of(&all, "country", &country));
        rows += of_country.num_rows();
    }
    assert_eq!(rows, 20_000);
    assert_eq!(found.len(), 244);

    let (_, done) = ran.stderr.split_once("Done\n").unwrap();
    assert!(
        done.contains("  files       244 in 244 partitions of "),
        "{done}"
    );
    assert!(done.contains("  first file  out/country="), "{done}");
    assert!(
        ran.stderr.contains("/part-00000.parquet is in place: "),
        "{}",
        ran.stderr
    );
}

/// Any number of threads makes the same files, and so does the command that stands in one.
#[test]
fn threads_change_nothing_and_a_file_says_how_it_was_made() {
    let program = Program::new();
    let asked = [
        "--rows",
        "30000",
        "--block-size",
        "128KiB",
        "--partition-by",
        "is_active",
        "--partition-buffer",
        "300kB",
        "--file-size",
        "400kB",
        "--seed",
        "7",
    ];
    for (to, threads) in [("one/", "1"), ("three/", "3")] {
        let more = ["--to", to, "--threads", threads];
        program.run(asked.iter().chain(&more)).ok();
    }
    let one = files(&program.path("one"));
    assert!(one == files(&program.path("three")));
    let names: Vec<_> = one.keys().map(String::as_str).collect();
    assert!(
        names.contains(&"is_active=true/part-00001.parquet"),
        "{names:?}"
    );

    let file = &one["is_active=false/part-00001.parquet"];
    assert_eq!(mark(file, "pipeline.partition"), "is_active=false");
    assert_eq!(mark(file, "pipeline.rows"), "0..30000");
    let command = mark(file, "pipeline.made-by");
    let words = command.split(' ').skip(1).chain(["--to", "again/"]);
    program.run(words).ok();
    assert!(one == files(&program.path("again")), "{command}");
    let ids: std::collections::BTreeSet<_> = one
        .values()
        .map(|file| mark(file, "pipeline.content-id"))
        .collect();
    assert_eq!(ids.len(), one.len());
}

#[test]
fn a_partition_becomes_files_of_about_the_wanted_size() {
    let program = Program::new();
    let args = ["--rows", "60000", "--block-size", "64KiB", "--to", "out/"];
    let more = ["--partition-by", "is_active", "--file-size", "512KiB"];
    program.run(args.iter().chain(&more)).ok();
    let found = files(&program.path("out"));
    for folder in ["is_active=false", "is_active=true"] {
        let sizes: Vec<_> = found
            .iter()
            .filter(|(name, _)| name.starts_with(folder))
            .map(|(_, bytes)| bytes.len())
            .collect();
        let (last, others) = sizes.split_last().unwrap();
        assert!(others.len() > 2, "{sizes:?}");
        for size in others {
            let share = *size as f64 / f64::from(512 << 10);
            assert!((0.9..1.1).contains(&share), "{sizes:?}");
        }
        assert!(*last < (600 << 10), "{sizes:?}");
    }
}

#[test]
fn several_columns_make_folders_within_folders() {
    let program = Program::new();
    let more = ["--partition-by", "status,is_gift", "--to", "lake/{table}/"];
    program.run(SHOP.iter().chain(&more)).ok();
    let found = files(&program.path("lake/orders"));
    assert!(
        found.contains_key("status=paid/is_gift=false/part-00000.parquet")
            || found.contains_key("status=delivered/is_gift=false/part-00000.parquet"),
        "{:?}",
        found.keys()
    );
    let more = [
        "--partition-by",
        "status",
        "--partition-by",
        "is_gift",
        "--to",
        "x/",
    ];
    program.run(SHOP.iter().chain(&more)).ok();
    // The same folders; where a target is named for several tables, each has one of its own.
    assert!(files(&program.path("x/orders")).keys().eq(found.keys()));
}

#[test]
fn columns_are_kept_where_that_is_asked_for() {
    let program = Program::new();
    let args = [
        "--rows",
        "300",
        "--to",
        "out/",
        "--partition-by",
        "is_active",
    ];
    program
        .run(args.iter().chain(&["--keep-partition-columns"]))
        .ok();
    let found = files(&program.path("out"));
    let (rows, _) = read(found["is_active=true/part-00000.parquet"].clone());
    let values = rows.column_by_name("is_active").unwrap().as_boolean();
    assert_eq!(values.true_count(), rows.num_rows());
    assert_eq!(rows.schema().fields(), people(42, 0..0).schema().fields());
}

/// What stands in other folders, or before, stays.
#[test]
fn options_of_partition_columns_and_names_of_all_kinds_do_no_harm() {
    let csv = "name,note,n\na/b,x,1\n\"it's {5%}\",,2\n..,y,3\n,z,4\n";
    let program = Program::new().with_file("rows.csv", csv).with_file(
        "options.toml",
        "sorting = [{ column = \"n\" }]\n[columns.name]\nencoding = \"plain\"\n",
    );
    let args = ["run", "--from", "rows.csv", "--to", "out/"];
    let more = ["--partition-by", "name", "--write-options", "options.toml"];
    program.run(args.iter().chain(&more)).ok();
    let found = files(&program.path("out"));
    let names: Vec<_> = found.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "name=../part-00000.parquet",
            "name=__HIVE_DEFAULT_PARTITION__/part-00000.parquet",
            "name=a%2Fb/part-00000.parquet",
            "name=it%27s %7B5%25}/part-00000.parquet",
        ]
    );
    let file = &found["name=a%2Fb/part-00000.parquet"];
    assert_eq!(mark(file, "pipeline.source"), "rows.csv");
    assert_eq!(mark(file, "pipeline.partition"), "name=a%2Fb");
}

/// The way in which a table is partitioned anew.
#[test]
fn rows_that_are_read_are_partitioned_as_those_that_are_made() {
    let program = Program::new();
    let all = people(42, 0..3000);
    write_parquet(&program.path("all.parquet"), &all);
    let args = ["run", "--from", "all.parquet", "--block-size", "64KiB"];
    let more = [
        "--partition-by",
        "country",
        "--to",
        "read/",
        "--threads",
        "2",
    ];
    program.run(args.iter().chain(&more)).ok();
    let args = [
        "--rows",
        "3000",
        "--partition-by",
        "country",
        "--to",
        "made/",
    ];
    program.run(args).ok();
    let (read_files, made) = (files(&program.path("read")), files(&program.path("made")));
    assert!(read_files.keys().eq(made.keys()));
    for (name, file) in read_files {
        assert_same(&read(file).0, &read(made[&name].clone()).0);
    }
}

#[test]
fn objects_are_put_and_told_one_by_one() {
    let s3 = S3::embedded();
    let program = s3.program();
    let args = ["--rows", "900", "--partition-by", "is_active", "--json"];
    let ran = program.run(args).ok();
    let events = ran.events();
    let of_files: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "file")
        .collect();
    assert_eq!(of_files.len(), 2);
    let mut rows = 0;
    for event in of_files {
        let folder = event["partition"].as_str().unwrap();
        let key = format!("people/{folder}/part-00000.parquet");
        let head = s3.head(&key).unwrap();
        assert_eq!(
            head.metadata["pipeline-content-id"],
            event["content_id"].as_str().unwrap()
        );
        assert_eq!(event["receipt"]["size"], s3.get(&key).len());
        rows += event["rows"].as_u64().unwrap();
    }
    assert_eq!(rows, 900);
    let summary = events.last().unwrap();
    assert_eq!(summary["outcome"], "committed");
    assert_eq!(summary["rows"], 900);
    assert_eq!(summary["landed"]["files"], 2);
    assert_eq!(summary["landed"]["partitions"], 2);
    let plan = events
        .iter()
        .find(|event| event["event"] == "plan")
        .unwrap();
    assert_eq!(plan["plan"]["partitions"]["possible"], 2);
    assert_eq!(plan["plan"]["partitions"]["most_open"], 256);
    assert!(s3.open_uploads().is_empty());
}

/// Large partitions go by multipart, all at once, and nothing of them is seen before the end.
#[test]
fn a_failure_leaves_whole_files_or_none() {
    let puts = Rule::on(Operation::PutObject).key("people/is_active=true/part-00000.parquet");
    let s3 = S3::embedded_with(FaultPlan::new().with(puts, Fault::error(403, "AccessDenied")));
    let program = s3.program();
    let args = ["--rows", "900", "--partition-by", "is_active", "--json"];
    let ran = program.run(args).failed(5);
    let summary = ran.events().pop().unwrap();
    let stands = s3
        .head("people/is_active=false/part-00000.parquet")
        .is_some();
    assert_eq!(summary["files_in_place"], u64::from(stands));
    if stands {
        assert!(ran.error().ends_with(
            "1 file of table `people` is in place; the same command makes all of them again."
        ));
        assert_eq!(summary["outcome"], "partly_committed");
    }
    assert!(
        s3.head("people/is_active=true/part-00000.parquet")
            .is_none()
    );
    assert!(s3.open_uploads().is_empty());

    let parts = Rule::on(Operation::UploadPart);
    let s3 = S3::embedded_with(FaultPlan::new().with(parts, Fault::error(403, "AccessDenied")));
    let args = [
        "--rows",
        "150000",
        "--compression",
        "none",
        "--partition-by",
    ];
    let ran = s3
        .program()
        .run(args.iter().chain(&["is_active"]))
        .failed(5);
    assert!(!ran.error().contains("in place"), "{}", ran.error());
    assert!(
        s3.head("people/is_active=false/part-00000.parquet")
            .is_none()
    );
    assert!(s3.open_uploads().is_empty());
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing() {
    let program = Program::new();
    let args = ["--rows", "50_000_000", "--partition-by", "country"];
    let mut child = program.start(args.iter().chain(&["--to", "out/"]));
    let said = until(&mut child, "block 9");
    let ran = stopped(child, said, 130);
    expect!["interrupted: no file of table `people` was put in place"].assert_eq(ran.error());
    assert!(program.names().is_empty(), "{:?}", program.names());
}

#[test]
fn copies_are_kept_and_damage_is_listed() {
    let s3 = S3::embedded();
    let spec = "[[tables]]\nname = \"t\"\nrows = 500\n\
        [[tables.columns]]\nname = \"id\"\nkind = \"sequence\"\n\
        [[tables.columns]]\nname = \"part\"\nkind = \"choice\"\nvalues = [1, 2]\n\
        [[tables.damage]]\nkind = \"null\"\ncolumns = [\"id\"]\nshare = 0.1\n";
    let program = s3.program().with_file("damaged.toml", spec);
    let args = ["run", "./damaged.toml", "--keep-local", "kept/"];
    let more = ["--ledger", "damage.csv", "--partition-by", "part"];
    program.run(args.iter().chain(&more)).ok();
    let kept = files(&program.path("kept"));
    let names: Vec<_> = kept.keys().collect();
    assert_eq!(
        names,
        ["part=1/part-00000.parquet", "part=2/part-00000.parquet"]
    );
    for (name, bytes) in &kept {
        assert!(s3.get(&format!("t/{name}")) == bytes, "{name}");
    }
    let ledger = std::fs::read_to_string(program.path("damage.csv")).unwrap();
    let nulls: usize = kept
        .values()
        .map(|file| {
            read(file.clone())
                .0
                .column_by_name("id")
                .unwrap()
                .null_count()
        })
        .sum();
    assert_eq!(ledger.lines().count(), nulls + 1);
}

#[test]
fn a_dry_run_tells_of_partitions_and_makes_none() {
    let program = Program::new();
    let args = [
        "--rows",
        "100000",
        "--partition-by",
        "country",
        "--to",
        "out/",
    ];
    let ran = program
        .run(args.iter().chain(&["--dry-run", "--threads", "1"]))
        .ok();
    let line = |name: &str| {
        let lines = ran.stderr.lines();
        let mut lines = lines.filter_map(|line| line.strip_prefix(&format!("  {name:<12}")));
        lines.next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        line("partitions"),
        "by country, 244 at most, 268 MB of rows may wait"
    );
    assert!(
        line("files").starts_with("one a partition, about "),
        "{}",
        ran.stderr
    );
    assert!(line("row groups").starts_with("of "), "{}", ran.stderr);
    assert_eq!(line("target"), "out/country={country}/part-{part}.parquet");
    assert!(program.names().is_empty());
}

#[test]
fn too_many_partitions_are_refused_before_or_when_they_are_met() {
    let program = Program::new();
    let check = |args: &[&str], error: Expect| {
        let ran = program.run(args).failed(2);
        error.assert_eq(ran.error());
        assert!(!program.path("out").exists());
    };
    check(
        &[
            "--partition-by",
            "country",
            "--max-partitions",
            "100",
            "--to",
            "out/",
        ],
        expect![
            "`country` can have 244 values in these rows, and 100 partitions at most may be open at once. Raise --max-partitions, or partition by a column of fewer values."
        ],
    );
    check(
        &[
            "--partition-by",
            "age,is_active",
            "--max-partitions",
            "99",
            "--to",
            "out/",
        ],
        expect![
            "`age` and `is_active` can have 126 values in these rows, and 99 partitions at most may be open at once. Raise --max-partitions, or partition by a column of fewer values."
        ],
    );
    // As many as there are rows.
    program
        .run([
            "--rows",
            "9",
            "--partition-by",
            "id",
            "--max-partitions",
            "9",
            "--to",
            "few/",
        ])
        .ok();
    assert_eq!(files(&program.path("few")).len(), 9);
    check(
        &["--rows", "20000", "--partition-by", "name", "--to", "out/"],
        expect![
            "there are more than 256 partitions by `name`: the row that would open another one belongs to `name=Bernhard Williamson`. Raise --max-partitions, or partition by a column of fewer values."
        ],
    );
    write_parquet(&program.path("all.parquet"), &people(42, 0..2000));
    check(
        &[
            "run",
            "--from",
            "all.parquet",
            "--partition-by",
            "country",
            "--max-partitions",
            "9",
            "--to",
            "out/",
        ],
        expect![
            "there are more than 9 partitions by `country`: the row that would open another one belongs to `country=Lithuania`. Raise --max-partitions, or partition by a column of fewer values."
        ],
    );
}

#[test]
fn what_contradicts_itself_is_refused() {
    let program = Program::new();
    let check = |args: &[&str], error: Expect| {
        let ran = program.run(args).failed(2);
        error.assert_eq(ran.error());
        assert!(program.names().is_empty());
    };
    check(
        &["--partition-by", "contry", "--to", "out/"],
        expect![
            "table `people`: `partition_by` names the column `contry`, which the schema does not have: did you mean `country`? (columns: id, uuid, name, email, phone, street, city, country, company, job, salary, age, is_active, created_at, notes)"
        ],
    );
    check(
        &["--partition-by", "salary", "--to", "out/"],
        expect![
            "can't partition by `salary`: it is Float64, and floats that look the same may differ: take whole numbers, decimals or text"
        ],
    );
    check(
        &["--partition-by", "created_at", "--to", "out/"],
        expect![[
            r#"can't partition by `created_at`: it is Timestamp(µs, "UTC"), and rows seldom share a moment: take a date, or a part of it as a number"#
        ]],
    );
    check(
        &["--partition-by", "country,country", "--to", "out/"],
        expect!["`partition_by` is a list with `country` twice, and allowed is each column once"],
    );
    check(
        &["--partition-by", "country", "--to", "people.parquet"],
        expect![
            "`people.parquet` is one file, and several are asked for. Name a folder, `people/`, or write {part} into the name, `people-{part}.parquet`."
        ],
    );
    check(
        &["--partition-by", "country", "--to", "-"],
        expect![
            "standard output takes one file a table. Name a folder, `out/`, or leave out what makes several files."
        ],
    );
    check(
        &["--partition-by", "country", "--files", "4", "--to", "out/"],
        expect![
            "--files can't stand beside --partition-by: how many rows a partition has is not known before they are there. Say with --file-size how large a file of a partition may become, or nothing."
        ],
    );
    check(
        &[
            "--partition-by",
            "country",
            "--file-size",
            "1MB",
            "--only-files",
            "0..1",
            "--to",
            "out/",
        ],
        expect![
            "--only-files can't stand beside --partition-by: all files of a table are made at once"
        ],
    );
    check(
        &["--partition-by", "country,", "--to", "out/"],
        expect![
            "--partition-by: `country,` is not a list of columns: write COLUMN,…, for example country,city"
        ],
    );
    check(
        &[
            "--partition-by",
            "country",
            "--max-partitions",
            "0",
            "--to",
            "out/",
        ],
        expect![
            "--max-partitions: `0` is not a number of partitions: write a whole number from 1 to 10000"
        ],
    );
    check(
        &["run", "shop", "--partition-by", "country", "--to", "out/"],
        expect![
            "table `products`: `partition_by` names the column `country`, which the schema does not have (columns: product_id, sku, description, category, supplier, price, weight_g)"
        ],
    );
}
