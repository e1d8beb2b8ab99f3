//! The law: a row is a function of seed, names and index, however the rows are asked for.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::num::NonZeroU64;
use std::sync::LazyLock;
use std::thread;

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::compute::{concat, concat_batches};
use blockgen::{DatasetSpec, GenerateError, Generator, MAX_ROWS};
use proptest::prelude::*;

fn people(seed: u64) -> Generator {
    Generator::compile(&DatasetSpec::builtin("people").unwrap(), "people", seed).unwrap()
}

fn join(generator: &Generator, blocks: &[RecordBatch]) -> RecordBatch {
    concat_batches(&generator.schema(), blocks).unwrap()
}

fn block_rows(rows: u64) -> NonZeroU64 {
    NonZeroU64::new(rows).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Anywhere in the table, for any seed; 0 or more rows on either side.
    #[test]
    fn ranges_compose(
        seed: u64,
        start in prop_oneof![0u64..5_000, 0u64..MAX_ROWS - 2_000],
        first in 0u64..700,
        second in 0u64..700,
    ) {
        let generator = people(seed);
        let (middle, end) = (start + first, start + first + second);
        let whole = generator.block(start..end).unwrap();
        let halves = [generator.block(start..middle), generator.block(middle..end)];
        prop_assert_eq!(whole, join(&generator, &halves.map(Result::unwrap)));
    }

    /// Whatever the size of the blocks, down to one row; and a reader tells how many remain.
    #[test]
    fn block_size_changes_nothing(start in 0u64..1 << 40, rows in 0u64..600, size in 1u64..130) {
        let generator = people(7);
        let reader = generator.blocks(start..start + rows, block_rows(size));
        prop_assert_eq!(reader.size_hint().1, Some(rows.div_ceil(size) as usize));
        prop_assert_eq!(reader.schema(), generator.schema());
        let blocks: Vec<_> = reader.map(Result::unwrap).collect();
        prop_assert!(blocks.iter().all(|block| block.num_rows() as u64 <= size));
        let whole = generator.block(start..start + rows).unwrap();
        prop_assert_eq!(whole, join(&generator, &blocks));
    }
}

/// Every table of every built-in data set, hidden ones too: all kinds of columns, references,
/// children, nested values and damage.
static TABLES: LazyLock<Vec<Generator>> = LazyLock::new(|| {
    let all = DatasetSpec::builtin_names().flat_map(|name| {
        let spec = DatasetSpec::builtin(name).unwrap();
        let tables: Vec<_> = spec.tables.iter().map(|table| &*table.name).collect();
        Generator::compile_tables(&spec, &tables, 42).unwrap()
    });
    all.collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Runs of some thousand rows, cut anywhere and made last part first.
    #[test]
    fn every_column_of_every_built_in_table_composes(
        start in 0u64..1_000_000,
        length in 2_000u64..5_000,
        cuts in prop::collection::vec(0u64..5_000, 0..5),
    ) {
        for generator in TABLES.iter() {
            let rows = generator.rows().unwrap_or(2_000_000);
            let start = start % rows.saturating_sub(length).max(1);
            let end = rows.min(start + length);
            let mut ends: Vec<_> = cuts.iter().map(|cut| end.min(start + cut)).collect();
            ends.extend([start, end]);
            ends.sort_unstable();
            let whole = generator.block(start..end).unwrap();
            let parts = ends.windows(2).rev();
            let parts = parts.map(|ends| generator.block(ends[0]..ends[1]).unwrap());
            let mut parts: Vec<_> = parts.collect();
            parts.reverse();
            for (i, field) in whole.schema().fields().iter().enumerate() {
                let parts: Vec<_> = parts.iter().map(|part| part.column(i).as_ref()).collect();
                let joined = concat(&parts).unwrap();
                let (table, column) = (generator.table(), field.name());
                prop_assert_eq!(whole.column(i), &joined, "{}.{}", table, column);
            }
        }
    }
}

#[test]
fn tasks_run_backwards_on_other_threads_make_the_same_rows() {
    let generator = people(42);
    let tasks: Vec<_> = generator.tasks(1_000..9_000, block_rows(333)).collect();
    assert_eq!(tasks.len(), 25);
    let mut blocks = Vec::new();
    // Started last first, all at once.
    let running: Vec<_> = tasks
        .into_iter()
        .rev()
        .map(|task| thread::spawn(move || (task.rows().start, task.run().unwrap())))
        .collect();
    for thread in running {
        blocks.push(thread.join().unwrap());
    }
    blocks.sort_by_key(|(start, _)| *start);
    let blocks: Vec<_> = blocks.into_iter().map(|(_, block)| block).collect();
    assert_eq!(
        join(&generator, &blocks),
        generator.block(1_000..9_000).unwrap()
    );
}

#[test]
fn adding_moving_and_removing_columns_leaves_the_others_alone() {
    let spec = DatasetSpec::builtin("people").unwrap();
    let mut changed = spec.clone();
    changed.tables[0].columns.remove(1);
    changed.tables[0].columns.reverse();
    let before = people(42).block(0..500).unwrap();
    let after = Generator::compile(&changed, "people", 42).unwrap();
    let after = after.block(0..500).unwrap();
    assert_eq!(after.num_columns(), 14);
    for field in after.schema().fields() {
        let name = field.name();
        assert_eq!(
            before.column_by_name(name),
            after.column_by_name(name),
            "{name}"
        );
    }
}

#[test]
fn seed_table_name_and_column_name_each_decide() {
    let spec = DatasetSpec::builtin("people").unwrap();
    let mut renamed = spec.clone();
    renamed.tables[0].name = "persons".to_owned();
    let mut city_twice = spec.clone();
    let mut city = city_twice.tables[0].columns[6].clone();
    city.name = "birthplace".to_owned();
    city_twice.tables[0].columns.push(city);

    let block = people(42).block(0..100).unwrap();
    let other_seed = people(43).block(0..100).unwrap();
    let other_table = Generator::compile(&renamed, "persons", 42).unwrap();
    let other_table = other_table.block(0..100).unwrap();
    // `id` alone follows from the index.
    for column in 1..15 {
        assert_ne!(block.column(column), other_seed.column(column), "{column}");
        assert_ne!(block.column(column), other_table.column(column), "{column}");
    }
    let two = Generator::compile(&city_twice, "people", 42).unwrap();
    let two = two.block(0..100).unwrap();
    assert_eq!(two.column(6), block.column(6));
    assert_ne!(two.column(6), two.column(15));
}

/// Column by column, each let go of before the next one is made.
#[test]
fn columns_are_those_of_the_block() {
    for generator in TABLES.iter() {
        let rows = 0..generator.rows().unwrap_or(40).min(40);
        let block = generator.block(rows.clone()).unwrap();
        let mut columns = block.columns().iter();
        let taken = generator.columns(rows, |column| {
            assert_eq!(Some(&column), columns.next(), "{}", generator.table());
            Ok::<_, GenerateError>(())
        });
        taken.unwrap();
        assert_eq!(columns.next(), None);
    }
}

#[test]
fn an_error_of_the_taker_ends_it() {
    #[derive(Debug, PartialEq)]
    struct Enough;
    impl From<GenerateError> for Enough {
        fn from(error: GenerateError) -> Self {
            panic!("{error}");
        }
    }
    let mut left = 3;
    let ended = people(7).columns(0..10, |_| {
        left -= 1;
        if left == 0 { Err(Enough) } else { Ok(()) }
    });
    assert_eq!((ended, left), (Err(Enough), 0));
}
