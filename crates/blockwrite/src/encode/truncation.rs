//! Long minima and maxima cut to bounds that still hold, as the parquet crate cuts them.

/// The first bytes of a minimum: what is shorter sorts before it.
pub(super) fn lower(value: &[u8], most: Option<usize>, utf8: bool) -> (Vec<u8>, bool) {
    let cut = longer(value, most).and_then(|most| match text(value, utf8) {
        Some(text) => (1..=most).rfind(|at| text.is_char_boundary(*at)),
        None => Some(most),
    });
    match cut {
        Some(cut) => (value[..cut].to_vec(), true),
        None => (value.to_vec(), false),
    }
}

/// The first bytes of a maximum, the last of them raised so that they sort behind it; the maximum
/// itself where no such bytes are.
pub(super) fn upper(value: &[u8], most: Option<usize>, utf8: bool) -> (Vec<u8>, bool) {
    let cut = longer(value, most).and_then(|most| match text(value, utf8) {
        Some(text) => {
            // A character has four bytes at most.
            let from = most.saturating_sub(3);
            let cut = (from..=most).rfind(|at| text.is_char_boundary(*at))?;
            raised_text(&text[..cut])
        }
        None => raised_bytes(&value[..most]),
    });
    match cut {
        Some(cut) => (cut, true),
        None => (value.to_vec(), false),
    }
}

fn longer(value: &[u8], most: Option<usize>) -> Option<usize> {
    most.filter(|most| value.len() > *most)
}

fn text(value: &[u8], utf8: bool) -> Option<&str> {
    utf8.then(|| std::str::from_utf8(value).ok()).flatten()
}

/// The text up to the last character that has a next one of the same length, and that one.
fn raised_text(text: &str) -> Option<Vec<u8>> {
    text.char_indices().rev().find_map(|(at, last)| {
        let next = char::from_u32(u32::from(last) + 1)?;
        if next.len_utf8() != last.len_utf8() {
            return None;
        }
        let mut raised = text.as_bytes()[..at].to_vec();
        raised.extend_from_slice(next.encode_utf8(&mut [0; 4]).as_bytes());
        Some(raised)
    })
}

/// The bytes as one number, and one more.
fn raised_bytes(bytes: &[u8]) -> Option<Vec<u8>> {
    let at = bytes.iter().rposition(|byte| *byte != 0xFF)?;
    let mut raised = bytes.to_vec();
    raised[at] += 1;
    raised[at + 1..].fill(0);
    Some(raised)
}
