//! A schedule: what is uploaded over what, and how bad the weather is. All of it follows from a
//! seed and a number.

use crate::draw::Draw;
use crate::stage::PART;

/// How an object is uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Bytes that are written, and the end waited for.
    Stream,
    /// A file.
    File,
    /// A file, again and again, each time going on where the last one ended.
    Resumed,
    /// A batch of one file that is stopped after so many milliseconds, with as many to end in.
    Stopped(u64, u64),
    /// Bytes that are written and thrown away at the end.
    Aborted,
    /// The caller gives up after so many milliseconds.
    Cancelled(u64),
}

/// What stands at the key before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    Nothing,
    /// An object that is older by the server's clock.
    Old,
    /// One of the same second.
    New,
}

/// When another writer writes to the same key.
#[derive(Clone, Copy, Debug)]
pub struct Intruder {
    /// At which call that decides: PUT, Complete or HEAD, counted from 1.
    pub at: u32,
    /// Once that call has been applied, and not before.
    pub behind: bool,
}

/// One upload and its weather.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub number: u64,
    /// From which the faults of its calls are drawn.
    pub seed: u64,
    pub way: Way,
    pub before: Before,
    /// Bytes of the object.
    pub len: usize,
    /// Below which one PUT is made.
    pub put_below: u64,
    pub parts_in_flight: usize,
    /// Whether parts and PUTs bear checksums.
    pub checksums: bool,
    /// Of a hundred calls so many meet a fault, …
    pub percent: u64,
    /// … but none that has been made so often already.
    pub clears_up_after: u32,
    pub intruder: Option<Intruder>,
    /// Whether it is to be written only if nothing stands there.
    pub create_only: bool,
}

impl Schedule {
    pub fn draw(seed: u64, number: u64) -> Self {
        let mut draw = Draw::of(&[seed, number]);
        let way = match draw.below(100) {
            0..30 => Way::Stream,
            30..52 => Way::File,
            52..74 => Way::Resumed,
            74..84 => Way::Stopped(draw.below(40), draw.below(40)),
            84..90 => Way::Aborted,
            _ => Way::Cancelled(draw.below(60)),
        };
        // Most are small: what decides is the same, and parts have at least 5 MiB.
        let small = usize::try_from(draw.below(100_000)).unwrap();
        let (len, put_below) = match draw.below(100) {
            0..35 => (small, PART),
            35..72 => (small.max(1), 1),
            72..80 => (PART as usize, PART),
            80..96 => (PART as usize + small.max(1), PART),
            _ => (2 * PART as usize + small.max(1), PART),
        };
        let create_only = draw.chance(25);
        // One that is only to create looks at the key first, which is a call more.
        let calls = 2 + u64::from(create_only);
        let intruder = draw
            .chance(if create_only { 50 } else { 15 })
            .then(|| Intruder {
                at: 1 + u32::try_from(draw.below(calls)).unwrap(),
                behind: draw.chance(50),
            });
        Self {
            number,
            seed: draw.below(u64::MAX),
            way,
            before: draw.one_of(&[Before::Nothing, Before::Old, Before::New]),
            len,
            put_below,
            parts_in_flight: draw.one_of(&[1, 2, 4]),
            checksums: draw.chance(80),
            percent: draw.one_of(&[0, 10, 30, 60, 95]),
            clears_up_after: draw.one_of(&[1, 2, 3, 4, u32::MAX]),
            intruder,
            create_only,
        }
    }

    /// The object's key, which no other schedule has.
    pub fn key(&self) -> String {
        format!("schedule-{}", self.number)
    }
}
