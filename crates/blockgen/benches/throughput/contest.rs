//! `people`, by the generator and by the `fake` crate alone, in turns: what else the machine does
//! meets both alike.

use std::hint::black_box;
use std::time::{Duration, Instant};

use blockgen::DatasetSpec;

use super::line::Line;
use super::naive;
use super::rates::Rates;
use super::subject::{BLOCK_ROWS, Subject};
use super::{Outcome, subject};

/// As it is named on the command line.
pub const GROUP: &str = "naive";

/// Rows that `fake` makes at a time: about as long as a block of the generator takes.
const NAIVE_ROWS: usize = 8_192;

/// Measures both, for twice the time.
pub fn run(budget: Duration, print: &mut impl FnMut(&Line<'_>)) -> Outcome<()> {
    let people = Subject::table(&DatasetSpec::builtin("people")?, "people")?;
    let mut blocks = people.blocks()?;
    let (mut ours, mut theirs) = (Rates::default(), Rates::default());
    let mut bytes = [0, 0];
    let mut first = 0;
    let mut turn = |ours: &mut Rates, theirs: &mut Rates| -> Outcome<()> {
        ours.add(|| {
            let block = black_box(blocks.next_block()?);
            bytes[0] = subject::data_bytes(&block)?;
            Ok(block.num_rows() as u64)
        })?;
        theirs.add(|| {
            let block = black_box(naive::people(first, NAIVE_ROWS)?);
            first += NAIVE_ROWS as i64;
            bytes[1] = subject::data_bytes(&block)?;
            Ok(NAIVE_ROWS as u64)
        })
    };
    turn(&mut Rates::default(), &mut Rates::default())?;
    let begun = Instant::now();
    while ours.len() < 3 || begun.elapsed() < 2 * budget {
        turn(&mut ours, &mut theirs)?;
    }
    let ratio = ours.median() / theirs.median();
    let line = |name, rates, block_rows, bytes: usize, ratio| Line {
        group: GROUP,
        name,
        beside: &[],
        block_rows,
        rates,
        bytes_per_row: bytes as f64 / block_rows as f64,
        ratio,
    };
    print(&line("people", &ours, BLOCK_ROWS, bytes[0], None));
    let rows = NAIVE_ROWS as u64;
    print(&line("fake", &theirs, rows, bytes[1], Some(ratio)));
    Ok(())
}
