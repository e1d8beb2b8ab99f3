//! The page of the documentation on faults and outcomes, and whether it is true.

use std::fmt::Write as _;
use std::path::Path;

use crate::single::Line;

const HEAD: &str = "\
# What becomes of an upload when something goes wrong

An upload ends in one of three ways, and says in which. *Committed*: the object is there, as it was
sent. *Not committed*: it is not there and will not appear. *Unknown*: a reply was lost, and looking
did not decide it. What decides is a random token on the object and its size, never that some object
is there.

This table is made by a run: each line is a fault that the embedded S3 plays on one kind of request,
the first time that it is made or each time, to an upload with three attempts a request and nothing at
its key, and to both clients alike. Behind the colon stands the kind of the error (`s3up::ErrorKind`). A
test holds the page equal to what happens; `cargo xtask faults --write-docs` writes it.

";

const TAIL: &str = "
What is *unknown* here is so for a reason: a PUT whose reply was lost may still be on its way, and an
object may appear when all attempts are over. An upload in parts does better, because it can be aborted:
once the abort is confirmed, nothing can appear.

The table is of streams, whose bytes are gone when a completion meets another write of the same key
(409 ConditionalRequestConflict). Of a file, a new upload is begun then, and all parts sent again.

An object that is only to be created (`--create-only`) is looked for before anything is sent: one that is
there already is left as it is, and costs no upload. Where somebody else creates it in the meantime, S3
refuses. An upload in parts is *not committed* then, if its abort succeeds. A single PUT is *unknown*:
behind a proxy that sends a request twice, the first may have been stored and then been replaced by the
other writer.

Beyond single faults, `cargo xtask faults` plays random schedules of them over streams, files, batches
that are stopped, uploads that are gone on with and callers that give up, over keys at which an older
object stands or another writer writes meanwhile. After each, the object has to be absent, the old one
or exactly the new one, in agreement with what was said, and no upload may be left open that a sweep of
the journal does not end or report.
";

/// The page, from what was seen.
pub fn of(lines: &[Line]) -> String {
    let mut page = HEAD.to_owned();
    page += "| what happens | to | the first time | each time |\n|---|---|---|---|\n";
    let mut before = "";
    for line in lines {
        let fault = if line.fault == before { "" } else { line.fault };
        before = line.fault;
        let request = line.request.name();
        let (once, always) = (&line.once, &line.always);
        let _ = writeln!(page, "| {fault} | {request} | {once} | {always} |");
    }
    page + TAIL
}

/// Compares the page with the one in the repository, or writes that.
pub fn hold(page: &str, write: bool) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/upload-outcomes.md");
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    if found == page {
        return Ok(());
    }
    if write {
        std::fs::write(&path, page).unwrap();
        return Ok(());
    }
    let mut difference = String::from(
        "docs/upload-outcomes.md is not what happens (write it by `cargo xtask faults --write-docs`):\n",
    );
    for line in page.lines().filter(|line| !found.contains(line)) {
        let _ = writeln!(difference, "  now: {line}");
    }
    for line in found.lines().filter(|line| !page.contains(line)) {
        let _ = writeln!(difference, "  was: {line}");
    }
    Err(difference)
}
