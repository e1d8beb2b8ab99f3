//! How fast values are made, on one core.
//!
//! ```text
//! arguments ─▶ groups ─▶ subjects ──a block at a time──▶ rates ─▶ a line each: text, or JSON
//! ```
//!
//! `cargo xtask bench gen` builds and runs this, and tabulates its lines; `cargo bench -p blockgen`
//! prints them as they are. Arguments: `--json`, `--seconds S` for each measurement, and the names
//! of groups (`naive`, `tables`, `damage` and `columns` of `people`, `fixed`, `pools`, `kinds`), of tables or of
//! columns, of which all are measured if none is named.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures time and prints what it measured"
)]

// What the tests of every kind do, too.
#[path = "../../tests/support/alone.rs"]
mod alone;
mod arguments;
mod contest;
mod groups;
mod line;
mod naive;
mod rates;
mod subject;

use std::error::Error;

use arguments::Arguments;
use line::Line;

/// What goes wrong in a benchmark is read by whoever changes it.
type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    keep_memory();
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let mut measured = 0;
    let mut print = |line: &Line| {
        measured += 1;
        println!("{}", line.text(arguments.json));
    };
    if arguments.picks(contest::GROUP, "fake") {
        contest::run(arguments.budget, &mut print)?;
    }
    for group in groups::all()? {
        for (name, source) in &group.subjects {
            if !arguments.picks(group.name, name) {
                continue;
            }
            let subject = source.subject(name)?;
            let measured = subject.measure(arguments.budget)?;
            print(&Line {
                group: group.name,
                name,
                beside: &subject.beside,
                block_rows: subject::BLOCK_ROWS,
                rates: &measured.rates,
                bytes_per_row: measured.bytes_per_row,
                ratio: None,
            });
        }
    }
    if measured == 0 {
        return Err("nothing has one of these names".into());
    }
    Ok(())
}

/// Lets the allocator keep the memory of a block for the next one, as `pipeline-cli` does in its
/// `main`, where the reason stands.
fn keep_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(31 << 20)));
}
