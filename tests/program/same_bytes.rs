//! Bytes follow from what is asked for, and from nothing else.

use arrow::compute::concat_batches;
use proptest::prelude::*;

use crate::support::program::Program;
use crate::support::rows::{assert_same, people, read};

fn file(program: &Program, name: &str, args: &[&str]) -> Vec<u8> {
    program.run(args.iter().chain(&["--to", name])).ok();
    std::fs::read(program.path(name)).unwrap()
}

#[test]
fn threads_change_nothing() {
    let program = Program::new();
    let data = [
        "--rows",
        "20000",
        "--block-size",
        "256KiB",
        "--compression",
        "zstd:3",
    ];
    let of = |threads: &str| {
        file(
            &program,
            threads,
            &[&data[..], &["--threads", threads]].concat(),
        )
    };
    let one = of("1");
    assert!(one == of("2"), "2 threads");
    assert!(one == of("5"), "5 threads");
    assert!(
        one == file(&program, "again", &data),
        "as many as there are cores"
    );
}

#[test]
fn another_seed_gives_other_rows() {
    let program = Program::new();
    let of = |seed: &str| file(&program, seed, &["--rows", "100", "--seed", seed]);
    assert!(of("1") != of("2"));
}

#[test]
fn a_range_holds_the_rows_of_the_whole() {
    let program = Program::new();
    let (whole, _) = read(file(&program, "whole", &["--rows", "10000"]));
    let (part, _) = read(file(&program, "part", &["--rows-range", "2500..7501"]));
    assert_same(&part, &whole.slice(2500, 5001));
}

#[test]
fn every_codec_holds_the_same_rows() {
    let program = Program::new();
    for codec in [
        "none", "snappy", "lz4", "gzip", "gzip:9", "zstd", "zstd:19", "brotli:5",
    ] {
        let bytes = file(&program, "out", &["--rows", "1000", "--compression", codec]);
        assert_same(&read(bytes).0, &people(42, 0..1000));
    }
}

#[test]
fn sizes_are_met() {
    let program = Program::new();
    for (size, bytes) in [("3MB", 3e6), ("2MiB", 2_097_152.0)] {
        let file = file(&program, size, &["--size", size, "--block-size", "256KiB"]);
        let off = file.len() as f64 / bytes - 1.0;
        assert!(off.abs() < 0.02, "{} bytes for {size}", file.len());
        let (_, footer) = read(file);
        let (_last, full) = footer.row_groups().split_last().unwrap();
        for group in full {
            let off = group.compressed_size() as f64 / f64::from(256 << 10) - 1.0;
            assert!(
                off.abs() < 0.05,
                "a group of {} bytes",
                group.compressed_size()
            );
        }
    }
}

proptest! {
    // Each case runs the program three times.
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn ranges_compose(start in 0_u64..5_000_000_000, a in 0_u64..1500, b in 0_u64..1500) {
        let program = Program::new();
        let of = |from: u64, to: u64| {
            let range = format!("{from}..{to}");
            read(file(&program, "out", &["--rows-range", &range, "--block-size", "64KiB"])).0
        };
        let (middle, end) = (start + a, start + a + b);
        let (first, second) = (of(start, middle), of(middle, end));
        let composed = concat_batches(&first.schema(), [&first, &second]).unwrap();
        assert_same(&of(start, end), &composed);
    }
}
