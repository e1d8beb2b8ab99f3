//! Parts to one file: in place where the guess of [`slots`](super::slots) held, by copying where
//! it did not.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::upload::{Part, State, Upload};

/// The bytes of an object, before it is one.
#[derive(Debug)]
pub(super) struct Assembled {
    pub(super) file: File,
    pub(super) path: PathBuf,
    /// Removes the copy, if one was made. What was made in place still belongs to the upload.
    _copy: Option<TempPath>,
}

/// Puts `parts` together, in this order. Calls that fail, or whose result is thrown away, leave
/// every part as it was.
pub(super) fn assemble(
    upload: &Upload,
    state: &State,
    parts: &[&Part],
    staging: tempfile::NamedTempFile,
) -> io::Result<Assembled> {
    if in_place(state, parts) {
        return fill_gaps(upload, parts);
    }
    let (mut file, path) = staging.into_parts();
    for part in parts {
        // On Linux the kernel copies from file to file.
        io::copy(&mut part.open(&upload.data_file())?, &mut file)?;
    }
    Ok(Assembled {
        file,
        path: path.to_path_buf(),
        _copy: Some(path),
    })
}

/// Whether all that lies in slots lies where the object needs it, and nobody is writing there.
fn in_place(state: &State, parts: &[&Part]) -> bool {
    let in_slots = parts.iter().filter(|part| part.offset.is_some()).count();
    let all_in_slots = state
        .parts
        .values()
        .filter(|part| part.offset.is_some())
        .count();
    let fits = offsets(parts).all(|(part, offset)| part.offset.is_none_or(|at| at == offset));
    in_slots > 0 && in_slots == all_in_slots && fits && state.slots.writing == 0
}

/// Copies the parts that have files of their own to where no slot is in use.
fn fill_gaps(upload: &Upload, parts: &[&Part]) -> io::Result<Assembled> {
    let path = upload.data_file();
    let mut file = OpenOptions::new().write(true).open(&path)?;
    for (part, offset) in offsets(parts) {
        if part.offset.is_none() {
            file.seek(SeekFrom::Start(offset))?;
            io::copy(&mut part.open(&path)?, &mut file)?;
        }
    }
    file.set_len(parts.iter().map(|part| part.size_bytes).sum())?;
    Ok(Assembled {
        file,
        path,
        _copy: None,
    })
}

fn offsets<'a>(parts: &'a [&'a Part]) -> impl Iterator<Item = (&'a Part, u64)> {
    parts.iter().scan(0, |end, part| {
        let start = *end;
        *end += part.size_bytes;
        Some((*part, start))
    })
}

impl Part {
    /// Its bytes, from its own file or its slot in `data`.
    pub(super) fn open(&self, data: &Path) -> io::Result<io::Take<File>> {
        let file = match self.offset {
            None => File::open(&self.path)?,
            Some(offset) => {
                let mut file = File::open(data)?;
                file.seek(SeekFrom::Start(offset))?;
                file
            }
        };
        Ok(io::Read::take(file, self.size_bytes))
    }
}
