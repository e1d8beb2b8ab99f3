//! Lines of a text that is read in pieces.

/// The line that the next byte belongs to. A line ends with `\n`, `\r\n` or `\r`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    line: u64,
    after_return: bool,
}

impl Lines {
    /// At the first byte of a file: in line 1.
    pub fn new() -> Self {
        Self {
            line: 1,
            after_return: false,
        }
    }

    /// The line that the next byte belongs to, the first being 1.
    pub fn line(self) -> u64 {
        self.line
    }

    /// Passes over a piece of the text.
    pub fn pass(&mut self, text: &[u8]) {
        let Some((first, last)) = text.first().zip(text.last()) else {
            return;
        };
        let count = |wanted: u8| text.iter().filter(|&&byte| byte == wanted).count();
        let returns = count(b'\r');
        // `\r\n` is one end, in one piece or cut in two.
        let mut pairs = usize::from(self.after_return && *first == b'\n');
        if returns > 0 {
            let ends = text.windows(2).filter(|pair| *pair == b"\r\n");
            pairs += ends.count();
        }
        self.line += (count(b'\n') + returns - pairs) as u64;
        self.after_return = *last == b'\r';
    }

    /// The same, further on.
    pub fn after(mut self, text: &[u8]) -> Self {
        self.pass(text);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_end_of_a_line_counts_once_wherever_the_text_is_cut() {
        let check = |text: &[u8], line: u64| {
            for cut in 0..=text.len() {
                let (start, end) = text.split_at(cut);
                let lines = Lines::new().after(start).after(end);
                assert_eq!(lines.line(), line, "{text:?} cut at {cut}");
            }
        };
        check(b"", 1);
        check(b"a\nb\n", 3);
        check(b"a\r\nb\r\n", 3);
        check(b"a\rb\r", 3);
        check(b"\r\r\n\n\n\r", 6);
    }
}
