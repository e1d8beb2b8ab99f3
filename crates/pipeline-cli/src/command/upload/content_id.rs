//! The id of its content that a file of this program carries in its footer: its object carries it
//! too, whichever way it took.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// The key of the mark in a footer.
const MARK: &str = "pipeline.content-id";
/// What every Parquet file ends with.
const MAGIC: [u8; 4] = *b"PAR1";

/// The id; `None` for a file of any other kind, and for one that can't be read, which its upload
/// will say.
pub fn of(path: &Path) -> Option<String> {
    if !ends_as_parquet(path)? {
        return None;
    }
    let footer = blockwrite::read_footer(path).ok()?;
    let marks = footer.metadata().file_metadata().key_value_metadata()?;
    let id = marks.iter().find(|mark| mark.key == MARK)?.value.clone()?;
    // What is no digest is not ours, and might be more than a header takes.
    let digest = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    digest.then_some(id)
}

/// A look at four bytes, so that other files cost no more.
fn ends_as_parquet(path: &Path) -> Option<bool> {
    let mut file = File::open(path).ok()?;
    file.seek(SeekFrom::End(-(MAGIC.len() as i64))).ok()?;
    let mut end = [0; MAGIC.len()];
    file.read_exact(&mut end).ok()?;
    Some(end == MAGIC)
}
