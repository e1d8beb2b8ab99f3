//! Bytes as pairs of hexadecimal digits, in lower case.

/// The two digits of every byte.
pub(crate) static DIGITS: [[u8; 2]; 256] = {
    let hex = b"0123456789abcdef";
    let mut digits = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        digits[byte] = [hex[byte >> 4], hex[byte & 15]];
        byte += 1;
    }
    digits
};

/// Appends two digits a byte.
pub(crate) fn append(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend(bytes.iter().flat_map(|byte| DIGITS[usize::from(*byte)]));
}
