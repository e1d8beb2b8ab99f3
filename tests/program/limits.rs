//! Tables that come up against a limit of the format or of memory, as a person reads of them.

use expect_test::{Expect, expect};

use crate::support::program::Program;

#[test]
fn tiny_blocks_of_many_rows_are_raised_and_told() {
    let check = |more: &[&str], expect: Expect| {
        let args = ["--dry-run", "--threads", "2"];
        let rows = ["--rows", "2_000_000_000", "--block-size", "64KiB"];
        let ran = Program::new()
            .run(args.iter().chain(&rows).chain(more))
            .ok();
        // When it was said is another matter.
        let warning = ran.stderr.split_once("s] warn: ");
        let said = warning.map_or(ran.stderr.as_str(), |(_, said)| said);
        expect.assert_eq(said);
    };
    check(
        &["--to", "out/people.parquet"],
        expect![[r#"
            blocks of 64 KiB would be more than the 32,767 row groups that a Parquet file holds: raised to 10.9 MB; with more files (--files) they stay small
            Plan
              data        people, seed 42
              rows        2,000,000,000 (0..2000000000), 15 columns
              row groups  32,451 of 61,632 rows, about 10.9 MB each (64 KiB wanted)
              file        about 352 GB, compression snappy
              threads     2
              memory      at most about 560 MB in buffers
              target      out/people.parquet
        "#]],
    );
    check(
        &["--files", "1000", "--to", "out/"],
        expect![[r#"
            Plan
              data        people, seed 42
              rows        2,000,000,000 (0..2000000000), 15 columns
              row groups  6,494,000 of 308 rows, about 65.6 kB each (64 KiB wanted)
              files       1,000 of about 438 MB each, about 438 GB in all, compression snappy
              threads     2
              memory      at most about 97.8 MB in buffers
              target      out/part-{part}.parquet
        "#]],
    );
}
