//! Sizes come out as asked: the codecs and sizes that fit into seconds. The whole table is `cargo xtask measure --sizes`.

use crate::support::program::Program;
use crate::support::rows::read;

/// Notes of 2 words at the beginning and of 14 at the end, in four steps.
const GROWING: &str = r#"
[[tables]]
name = "growing"
rows = 40_000

[[tables.columns]]
name = "id"
kind = "sequence"

[[tables.columns]]
name = "note"
kind = "case"
when = [
    { if = "id < 4000", kind = "lorem", words = 2 },
    { if = "id < 12000", kind = "lorem", words = 5 },
    { if = "id < 25000", kind = "lorem", words = 9 },
]
else = { kind = "lorem", words = 14 }
"#;

fn program() -> Program {
    let program = Program::new();
    std::fs::write(program.path("growing.toml"), GROWING).unwrap();
    program
}

/// Makes a file, and holds its row groups against their wanted size: all but the last, which takes
/// what is left over, and nineteen of twenty.
fn check(program: &Program, args: &[&str], group_bytes: f64, file_bytes: f64) {
    program
        .run(args.iter().chain(&["--to", "out.parquet"]))
        .ok();
    let file = std::fs::read(program.path("out.parquet")).unwrap();
    let length = file.len() as f64;
    let (_, footer) = read(file);
    let (_last, full) = footer.row_groups().split_last().unwrap();
    let sizes: Vec<_> = full.iter().map(|group| group.compressed_size()).collect();
    assert!(
        sizes.len() >= 3,
        "{args:?}: {} row groups are few to judge",
        sizes.len()
    );
    let near = |size: &&i64| (**size as f64 / group_bytes - 1.0).abs() <= 0.05;
    let within = sizes.iter().filter(near).count();
    assert!(
        within * 20 >= sizes.len() * 19,
        "{args:?}: {within} row groups are near {group_bytes} of {sizes:?}"
    );
    let off = length / file_bytes - 1.0;
    assert!(off.abs() <= 0.02, "{args:?}: {length} bytes, {off:+.3}");
}

#[test]
fn files_and_row_groups_of_people_have_the_wanted_size() {
    let program = program();
    for codec in ["snappy", "zstd", "lz4", "none"] {
        for (size, bytes, block, group) in
            [("1MB", 1e6, "100kB", 100e3), ("3MB", 3e6, "500kB", 500e3)]
        {
            let args = [
                "--size",
                size,
                "--block-size",
                block,
                "--compression",
                codec,
            ];
            check(&program, &args, group, bytes);
        }
    }
}

#[test]
fn where_groups_of_a_growing_table_end_depends_on_no_thread() {
    let program = program();
    let of = |threads: &str| {
        let args = [
            "run",
            "growing.toml",
            "--block-size",
            "50kB",
            "--threads",
            threads,
        ];
        program.run(args.iter().chain(&["--to", threads])).ok();
        std::fs::read(program.path(threads)).unwrap()
    };
    assert!(of("1") == of("4"));
}

#[test]
fn the_plan_tells_from_how_few_to_how_many_rows_a_group_has() {
    let program = program();
    let ran = program
        .run(["run", "growing.toml", "--block-size", "50kB", "--dry-run"])
        .ok();
    let line = ran.stderr.lines().find(|line| line.contains("row groups"));
    let line = line.unwrap();
    // As `row groups  40 of 600 to 2,900 rows, about 50.0 kB each (50 kB wanted)`.
    let (_, rows) = line.split_once(" of ").unwrap();
    let (rows, _) = rows.split_once(" rows, about ").unwrap();
    let (fewest, most) = rows.split_once(" to ").unwrap();
    let number = |text: &str| text.replace(',', "").parse::<u64>().unwrap();
    assert!(number(fewest) * 2 < number(most), "{line}");
}
