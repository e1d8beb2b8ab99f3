//! Values are written into the buffers of arrays, not allocated one by one: a block takes as many
//! allocations as one of a hundred times the rows.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "support/alone.rs"]
mod alone;

use alone::{alone, enlarged};
use blockgen::{DatasetSpec, Generator, catalogue};

/// Buffers are sized by an estimate of the text they will hold; a few may have to grow once.
const SLACK: u64 = 4;

/// Kinds that are not marked fast: the `fake` crate makes a `String` for each value, and a map
/// whose row has drawn a key twice draws again.
const NOT_FAST: &[&str] = &["mime_type", "map"];

/// Allocations of blocks of 1,000, 10,000 and 100,000 rows.
fn allocations(generator: &Generator) -> [u64; 3] {
    [1_000, 10_000, 100_000].map(|rows| {
        let counted = allocation_counter::measure(|| {
            generator.block(0..rows).unwrap();
        });
        counted.count_total
    })
}

fn grows([few, some, many]: [u64; 3]) -> bool {
    some > few + SLACK || many > few + SLACK
}

#[test]
fn people_takes_not_one_more() {
    let spec = DatasetSpec::builtin("people").unwrap();
    let generator = Generator::compile(&spec, "people", 42).unwrap();
    let [few, some, many] = allocations(&generator);
    // Not one more: the estimate of the bytes of text holds, so that no buffer has to grow.
    assert!(some <= few && many <= few, "{few}, {some}, {many}");
    // Fifteen columns: buffers, their owners and the array of each, and the batch.
    assert!(few < 15 * 8, "{few}");
}

/// What children share with their parents, what is computed and what is chosen by conditions.
#[test]
fn lineitem_takes_as_many_for_a_block_of_any_size() {
    let spec = DatasetSpec::builtin("lineitem").unwrap();
    let generator = Generator::compile(&spec, "lineitem", 42).unwrap();
    let allocations = |rows: u64| {
        // Not the first rows: these begin and end within the children of a block of parents.
        let counted = allocation_counter::measure(|| {
            generator.block(1_000..1_000 + rows).unwrap();
        });
        counted.count_total
    };
    let few = allocations(1_000);
    assert!(allocations(100_000) <= few + 1, "{few}");
    assert!(few < 400, "{few}");
}

#[test]
fn no_built_in_table_takes_more_for_more_rows() {
    // `everything` is taken apart below, and `events` has a map, which is named above.
    let left_out = ["everything", "events"];
    for name in DatasetSpec::builtin_names().filter(|name| !left_out.contains(name)) {
        let spec = enlarged(DatasetSpec::builtin(name).unwrap());
        for table in spec.written_tables() {
            let generator = Generator::compile(&spec, &table.name, 42).unwrap();
            let counted = allocations(&generator);
            assert!(!grows(counted), "{name}.{}: {counted:?}", table.name);
        }
    }
}

/// A new kind is fast, or is named above.
#[test]
fn no_kind_takes_more_for_more_rows_but_those_that_are_named() {
    let everything = DatasetSpec::builtin("everything").unwrap();
    let mut slow = Vec::new();
    for table in &everything.tables {
        for column in &table.columns {
            let (generator, _) = alone(&everything, &table.name, &column.name).unwrap();
            let counted = allocations(&generator);
            if grows(counted) {
                slow.push(column.name.as_str());
            }
        }
    }
    assert_eq!(slow, NOT_FAST);
    // Named as they are in `everything`, each column after its kind.
    let kinds = catalogue();
    assert!(
        NOT_FAST
            .iter()
            .all(|slow| kinds.iter().any(|kind| kind.name == *slow))
    );
}

/// Options that `everything` does not show.
#[test]
fn other_options_of_fast_kinds_are_as_fast() {
    let spec = DatasetSpec::from_toml(
        r#"
        [[tables]]
        name = "t"
        columns = [
            { name = "a", kind = "sequence", step = -3, type = "int32" },
            { name = "b", kind = "timestamp", from = 2020-01-01, to = 2021-01-01 },
            { name = "c", kind = "date", from = 1000-01-01, ordered = { every = "1d" } },
            { name = "d", kind = "integer", unique = true },
            { name = "e", kind = "integer", distribution = { zipf = { exponent = 1.1 } }, max = 1000 },
            { name = "f", kind = "float", distribution = { normal = { mean = 0, std_dev = 1 } } },
            { name = "g", kind = "binary", bytes = 20, fixed = true },
            { name = "h", kind = "uuid", version = 7 },
            { name = "i", kind = "decimal", precision = 12, min = "0.00", max = "9.99", nulls = 0.5 },
            { name = "j", kind = "country", locale = { en = 2, de_de = 1 } },
        ]
        "#,
    );
    let generator = Generator::compile(&spec.unwrap(), "t", 42).unwrap();
    let counted = allocations(&generator);
    assert!(!grows(counted), "{counted:?}");
}
