//! The compression function of MD5 (RFC 1321, section 3.4), of as many messages as there are lanes.

/// A block of a message.
pub(crate) type Block = [u8; 64];

/// What a message has come to.
pub(crate) type State = [u32; 4];

/// Before the first block.
pub(crate) const START: State = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// The integer part of 2^32 times the sine of 1, 2, 3 and so on, without its sign.
#[rustfmt::skip]
const SINES: [u32; 64] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
];

/// By how many bits each step turns, the four of each round over and over.
const TURNS: [[u32; 4]; 4] = [
    [7, 12, 17, 22],
    [5, 9, 14, 20],
    [4, 11, 16, 23],
    [6, 10, 15, 21],
];

/// Sixteen steps, of which every lane makes each before the next is begun. `$word` is the factor
/// and the offset of the word that a step takes, modulo 16.
macro_rules! round {
    ($lanes:ident, $words:ident, $round:literal, $word:expr, $mix:expr) => {
        round!(@steps $lanes, $words, $round, $word, $mix, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    (@steps $lanes:ident, $words:ident, $round:literal, $word:expr, $mix:expr, $($step:literal)*) => {$({
        const WORD: usize = ($word.0 * $step + $word.1) % 16;
        const SINE: u32 = SINES[16 * $round + $step];
        const TURN: u32 = TURNS[$round][$step % 4];
        // In place of moving four variables around, each step takes them in another order.
        const A: usize = (16 - $step) % 4;
        const B: usize = (A + 1) % 4;
        const C: usize = (A + 2) % 4;
        const D: usize = (A + 3) % 4;
        for (lane, word) in $lanes.iter_mut().zip(&$words) {
            let sum = lane[A].wrapping_add(word(WORD)).wrapping_add(SINE);
            let mixed: u32 = $mix(sum, lane[B], lane[C], lane[D]);
            lane[A] = mixed.rotate_left(TURN).wrapping_add(lane[B]);
        }
    })*};
}

/// Takes the next block of each message.
#[inline(always)]
pub(crate) fn compress<const N: usize>(states: &mut [State; N], blocks: [&Block; N]) {
    let words = blocks.map(|block| {
        move |at: usize| {
            let bytes = &block[4 * at..4 * at + 4];
            u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
        }
    });
    let mut lanes = *states;
    round!(
        lanes,
        words,
        0,
        (1, 0),
        |sum: u32, b: u32, c: u32, d: u32| { sum.wrapping_add(((c ^ d) & b) ^ d) }
    );
    // As RFC 1321 has it, but for adding where it takes `or`: no bit is in both, and the half that
    // does not wait for the last step is added first.
    round!(
        lanes,
        words,
        1,
        (5, 1),
        |sum: u32, b: u32, c: u32, d: u32| { sum.wrapping_add(c & !d).wrapping_add(b & d) }
    );
    round!(
        lanes,
        words,
        2,
        (3, 5),
        |sum: u32, b: u32, c: u32, d: u32| { sum.wrapping_add((c ^ d) ^ b) }
    );
    round!(
        lanes,
        words,
        3,
        (7, 0),
        |sum: u32, b: u32, c: u32, d: u32| { sum.wrapping_add(c ^ (b | !d)) }
    );
    for (state, lane) in states.iter_mut().zip(lanes) {
        for (word, after) in state.iter_mut().zip(lane) {
            *word = word.wrapping_add(after);
        }
    }
}
