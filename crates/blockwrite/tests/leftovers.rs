//! What is left of killed processes is cleared, and nothing else.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use blockwrite::{AtomicFile, Error, is_temporary, remove_leftovers, remove_leftovers_beside};

/// Where a child writes; what is set here makes a process one.
const CHILD_TARGET: &str = "BLOCKWRITE_TEST_CHILD_TARGET";

/// A line that the test harness prints before nothing of its own.
const READY: &str = "half of it is written";

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// This very test in another process, in the middle of writing `target`.
fn writer_in_another_process(target: &Path) -> Child {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "a_killed_process_leaves_what_the_next_one_clears",
        ])
        .arg("--nocapture")
        .env(CHILD_TARGET, target)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains(READY) {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "the child ended");
    }
    child
}

fn write_half_and_wait(target: &str) {
    let mut file = AtomicFile::create(target).unwrap();
    file.write_all(b"half").unwrap();
    file.flush().unwrap();
    let mut out = io::stdout();
    writeln!(out, "\n{READY}").unwrap();
    out.flush().unwrap();
    // Ends with the parent, should that die before it kills.
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn a_killed_process_leaves_what_the_next_one_clears() {
    if let Ok(target) = env::var(CHILD_TARGET) {
        return write_half_and_wait(&target);
    }
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("out.parquet");
    fs::write(&target, "old").unwrap();
    let mut killed = writer_in_another_process(&target);
    let mut living = writer_in_another_process(&target);
    let before = names(dir.path());
    assert_eq!(before.len(), 3);
    assert!(remove_leftovers(dir.path()).unwrap().is_empty());
    assert_eq!(names(dir.path()), before);

    // SIGKILL on Unix: nothing of the child's own runs any more.
    killed.kill().unwrap();
    killed.wait().unwrap();
    let leftovers = remove_leftovers(dir.path()).unwrap();
    assert_eq!(leftovers.len(), 1);
    assert_eq!(leftovers[0].bytes, 4);
    assert!(leftovers[0].error.is_none());
    assert!(!leftovers[0].path.exists());
    assert_eq!(names(dir.path()).len(), 2);
    assert_eq!(fs::read(&target).unwrap(), b"old");

    living.kill().unwrap();
    living.wait().unwrap();
    assert_eq!(remove_leftovers(dir.path()).unwrap().len(), 1);
    assert_eq!(names(dir.path()), ["out.parquet"]);
}

#[test]
fn a_file_of_this_process_is_kept_and_can_be_committed() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("out");
    let mut file = AtomicFile::create(&target).unwrap();
    file.write_all(b"new").unwrap();
    assert!(remove_leftovers(dir.path()).unwrap().is_empty());
    file.commit().unwrap();
    // Readers that lock what they read are not in the way of a file that is committed.
    File::open(&target).unwrap().try_lock().unwrap();
    assert!(remove_leftovers(dir.path()).unwrap().is_empty());
    assert_eq!(names(dir.path()), ["out"]);
}

#[test]
fn what_only_looks_like_a_leftover_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    for name in [
        "out.parquet",
        "notes.abcdefghijkl.blockwrite-tmp",
        ".notes.blockwrite-tmp",
        ".notes.abcdef.blockwrite-tmp",
        ".notes.abcdefghijkl.blockwrite-tmp.bak",
    ] {
        fs::write(at(name), "mine").unwrap();
    }
    fs::create_dir(at(".folder.abcdefghijkl.blockwrite-tmp")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(at("out.parquet"), at(".link.abcdefghijkl.blockwrite-tmp")).unwrap();
        symlink(at("nowhere"), at(".dead.abcdefghijkl.blockwrite-tmp")).unwrap();
    }
    let before = names(dir.path());
    assert!(remove_leftovers(dir.path()).unwrap().is_empty());
    assert_eq!(names(dir.path()), before);
    assert_eq!(fs::read(at("out.parquet")).unwrap(), b"mine");
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let error = remove_leftovers(dir.path().join("none")).unwrap_err();
    assert!(matches!(error, Error::File { .. }), "{error:?}");
    assert!(
        error.to_string().starts_with("could not list the folder"),
        "{error}"
    );
}

/// The window between making a file and locking it: whoever loses it makes another.
#[test]
fn writers_and_clearers_at_the_same_time_lose_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let clearer = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                remove_leftovers(dir.path()).unwrap();
            }
        });
        let writers: Vec<_> = (0..2)
            .map(|writer| {
                let folder = dir.path();
                scope.spawn(move || {
                    for k in 0..200 {
                        let target = folder.join(format!("{writer}-{k}"));
                        let mut file = AtomicFile::create(&target).unwrap();
                        file.write_all(b"whole").unwrap();
                        file.commit().unwrap();
                        assert_eq!(fs::read(&target).unwrap(), b"whole");
                    }
                })
            })
            .collect();
        let ended: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        done.store(true, Ordering::Relaxed);
        clearer.join().unwrap();
        for end in ended {
            end.unwrap();
        }
    });
    assert_eq!(names(dir.path()).len(), 400);
}

/// Behind a link the temporary lies beside the file that the link points to.
#[cfg(unix)]
#[test]
fn leftovers_beside_what_a_link_points_to_are_cleared() {
    let dir = tempfile::tempdir().unwrap();
    let real = dir.path().join("real");
    fs::create_dir(&real).unwrap();
    fs::write(real.join("x.parquet"), "old").unwrap();
    let link = dir.path().join("x.parquet");
    std::os::unix::fs::symlink("real/x.parquet", &link).unwrap();
    let left = real.join(".x.parquet.abcdefghijkl.blockwrite-tmp");
    fs::write(&left, "half").unwrap();

    let cleared = remove_leftovers_beside(&link).unwrap();
    assert_eq!(cleared.len(), 1);
    assert_eq!(cleared[0].bytes, 4);
    assert_eq!(names(&real), ["x.parquet"]);
    assert!(
        remove_leftovers_beside(dir.path().join("new"))
            .unwrap()
            .is_empty()
    );
    assert!(is_temporary(left.file_name().unwrap()));
    assert!(!is_temporary("data.blockwrite-tmp"));
}
