//! Which rows are in which folder and file.

use std::collections::BTreeSet;

use arrow::array::AsArray;

use super::{files, mark, rows_of};
use crate::support::program::Program;
use crate::support::rows::{assert_same, people, read, write_parquet};

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
    let ids: BTreeSet<_> = one
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
    for older in ["name=a%2Fb/old.parquet", "name=old/part-00000.parquet"] {
        let older = program.path("out").join(older);
        std::fs::create_dir_all(older.parent().unwrap()).unwrap();
        std::fs::write(older, "of an earlier run").unwrap();
    }
    let args = ["run", "--from", "rows.csv", "--to", "out/"];
    let more = ["--partition-by", "name", "--write-options", "options.toml"];
    program.run(args.iter().chain(&more)).ok();
    let mut found = files(&program.path("out"));
    for older in ["name=a%2Fb/old.parquet", "name=old/part-00000.parquet"] {
        assert_eq!(
            found.remove(older).unwrap(),
            b"of an earlier run",
            "{older}"
        );
    }
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
