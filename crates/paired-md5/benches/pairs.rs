//! Bytes a second of one core: one message alone, two together, and the `md-5` crate.
//!
//! `cargo bench -p paired-md5`

#![allow(clippy::print_stdout, reason = "a bench shows its figures")]

use std::time::{Duration, Instant};

use md5::Digest as _;
use paired_md5::{Md5, update_both};

/// A slice that stays in a cache, as the pieces of a part do.
const SLICE: usize = 64 * 1024;

/// How long each is measured.
const TIME: Duration = Duration::from_millis(500);

fn main() {
    let slices = [vec![1; SLICE], vec![2; SLICE]];
    let [one, two] = &slices;
    let mut md5s = [Md5::new(), Md5::new()];
    let [a, b] = &mut md5s;
    let mut known = md5::Md5::new();
    show("one message", SLICE, || a.update(one));
    show("two messages", 2 * SLICE, || {
        update_both((a, one), (b, two));
    });
    show("one message, md-5", SLICE, || known.update(one));
    std::hint::black_box((md5s.map(Md5::finish), known.finalize()));
}

fn show(name: &str, bytes: usize, mut digest: impl FnMut()) {
    let began = Instant::now();
    let mut times = 0;
    while began.elapsed() < TIME {
        digest();
        times += 1;
    }
    let rate = (times * bytes) as f64 / began.elapsed().as_secs_f64() / 1e6;
    println!("{rate:5.0} MB/s  {name}");
}
