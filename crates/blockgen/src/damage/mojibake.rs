//! UTF-8 taken for Windows-1252: what a file looks like that was opened with the wrong encoding.

/// What Windows-1252 has in place of the control characters 0x80 to 0x9F, after the index
/// "windows-1252" of the WHATWG Encoding Standard, which leaves five of them as they are.
const FROM_80_TO_9F: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2c6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
];

/// A text whose bytes are read one by one; the same text if it is in ASCII.
pub(super) fn misread(text: &str) -> String {
    let character = |byte: u8| match byte {
        0x80..=0x9f => FROM_80_TO_9F[usize::from(byte - 0x80)],
        _ => char::from(byte),
    };
    text.bytes().map(character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_everybody_has_seen_it() {
        for (text, misread_as) in [
            ("plain", "plain"),
            ("José", "JosÃ©"),
            ("Müller", "MÃ¼ller"),
            ("it’s 5 €", "itâ€™s 5 â‚¬"),
            ("“x”", "â€œxâ€\u{9d}"),
        ] {
            assert_eq!(misread(text), misread_as);
        }
    }
}
