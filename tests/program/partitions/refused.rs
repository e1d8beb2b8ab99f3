//! What is refused of partitions.

use expect_test::{Expect, expect};

use crate::support::program::Program;

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

/// On a file system that takes two values for one name. A link does the same on any.
#[cfg(unix)]
#[test]
fn values_that_share_a_folder_are_refused() {
    let program = Program::new().with_file("rows.csv", "name,n\nX,1\nx,2\n");
    std::fs::create_dir_all(program.path("out/name=X")).unwrap();
    std::os::unix::fs::symlink("name=X", program.path("out/name=x")).unwrap();
    let args = [
        "run",
        "--from",
        "rows.csv",
        "--partition-by",
        "name",
        "--to",
    ];
    let ran = program.run(args.iter().chain(&["out/"])).failed(4);
    expect!["`out/name=X` and `out/name=x` are two partitions and one folder: this file system does not tell the names apart. Write to S3 or to a file system that does, or partition by a column whose values differ in more than capitals and accents."].assert_eq(ran.error());
    assert!(super::files(&program.path("out/name=X")).is_empty());
    // Elsewhere they are two.
    program.run(args.iter().chain(&["else/"])).ok();
    assert_eq!(super::files(&program.path("else")).len(), 2);
}
