//! Paragraphs, broken between words.

use unicode_width::UnicodeWidthStr as _;

/// The text in lines of at most `width` columns of the terminal, those after the first behind
/// `indent` spaces; the first begins where `indent` columns are taken already. Words are not
/// broken, so one that is too long has a line that is.
pub fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let mut out = String::new();
    for paragraph in text.split('\n').filter(|line| !line.trim().is_empty()) {
        let mut taken = indent;
        if !out.is_empty() {
            new_line(&mut out, indent);
        }
        for (at, word) in paragraph.split_whitespace().enumerate() {
            if at > 0 {
                if taken + 1 + word.width() > width {
                    new_line(&mut out, indent);
                    taken = indent;
                } else {
                    out.push(' ');
                    taken += 1;
                }
            }
            out.push_str(word);
            taken += word.width();
        }
    }
    out
}

fn new_line(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole() {
        let text = "one two three\n\na_word_that_is_too_long four";
        assert_eq!(
            wrapped(text, 2, 10),
            "one two\n  three\n  a_word_that_is_too_long\n  four"
        );
        assert_eq!(wrapped("", 2, 10), "");
    }
}
