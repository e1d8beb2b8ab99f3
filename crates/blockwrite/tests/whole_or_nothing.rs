//! Whatever goes wrong while a file is written: the target is what it was, nothing lies beside it,
//! and the error says what was tried and why it failed.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![cfg(unix)]

use std::env;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use blockwrite::{BlockWriter as _, Compression, Error, ParquetBlockWriter, WriteOptions};

/// Half a million bytes that no codec makes smaller.
fn block() -> RecordBatch {
    let mixed = |i: i64| i.wrapping_mul(0x1E37_79B9_7F4A_7C15) ^ (i << 40);
    let numbers = Int64Array::from_iter_values((0..65_536).map(mixed));
    RecordBatch::try_from_iter([("number", Arc::new(numbers) as _)]).unwrap()
}

fn options() -> WriteOptions {
    WriteOptions {
        compression: Compression::NONE,
        ..WriteOptions::default()
    }
}

/// Writes a whole file.
fn write(target: &Path) -> blockwrite::Result<u64> {
    let mut writer = ParquetBlockWriter::create(target, options())?;
    for _ in 0..4 {
        writer.write_block(&block())?;
    }
    Ok(writer.finish()?.file_bytes)
}

/// Every name below a folder, with what stands in files.
fn all(folder: &Path) -> Vec<(String, Option<Vec<u8>>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut all: Vec<_> = entries
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).ok(),
            )
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_target_that_takes_no_file_is_refused_by_name_and_reason() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("file"), "old").unwrap();
    fs::write(at("locked"), "old").unwrap();
    fs::set_permissions(at("locked"), Permissions::from_mode(0o000)).unwrap();
    symlink(at("nowhere"), at("dangling")).unwrap();
    symlink(at("loop"), at("loop")).unwrap();
    let before = all(dir.path());
    for (target, said) in [
        (
            "folder",
            "can't write to `DIR/folder`: it is a folder; name a file in it",
        ),
        (
            "locked",
            "can't write to `DIR/locked`: the file is read-only; make it writable or name another",
        ),
        (
            "dangling",
            "can't write to `DIR/dangling`: it is a symbolic link to nothing; remove the link or name its target",
        ),
        ("loop", "could not look at `DIR/loop`"),
        (
            "none/file",
            "can't write to `DIR/none/file`: the folder it would stand in does not exist; create it first",
        ),
        ("file/below", "could not look at `DIR/file/below`"),
    ] {
        let error = write(&at(target)).unwrap_err();
        assert!(
            matches!(error, Error::Target { .. } | Error::File { .. }),
            "{error:?}"
        );
        let shown = error
            .to_string()
            .replace(dir.path().to_str().unwrap(), "DIR");
        assert_eq!(shown, said);
    }
    assert_eq!(all(dir.path()), before);
}

/// Modes bind nobody who is root, so the system is asked what it lets this user do.
#[test]
fn a_folder_without_the_right_to_write_is_refused_to_whom_it_binds() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("old"), "old").unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o555)).unwrap();
    let may = File::create(folder.join("probe")).is_ok();
    for name in ["new", "old"] {
        match write(&folder.join(name)) {
            Ok(_) => assert!(may, "{name}"),
            Err(error) => {
                assert!(!may, "{error}");
                assert!(
                    error.to_string().ends_with("get the right to write there"),
                    "{error}"
                );
                assert_eq!(fs::read(folder.join("old")).unwrap(), b"old");
            }
        }
    }
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
}

/// A stream has no name to take back: the error is what is left.
#[cfg(target_os = "linux")]
#[test]
fn a_stream_to_a_full_disk_says_so_and_is_no_file() {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut writer = ParquetBlockWriter::new(full, options());
    let error = writer.write_block(&block()).unwrap_err();
    let Error::Sink { action, source } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (*action, source.kind()),
        ("write a row group", io::ErrorKind::StorageFull)
    );
    assert!(matches!(writer.write_block(&block()), Err(Error::Poisoned)));
    assert!(matches!(writer.finish(), Err(Error::Poisoned)));
}

/// Where a child writes; what is set here makes a process one.
const CHILD_TARGET: &str = "BLOCKWRITE_TEST_NO_ROOM_TARGET";

/// A disk that is full in the middle of a row group, by way of the limit on the size of a file: this
/// very test in another process that may write 600 kB.
#[test]
fn a_file_that_finds_no_room_leaves_the_old_one_and_nothing_else() {
    if let Ok(target) = env::var(CHILD_TARGET) {
        let error = write(Path::new(&target)).unwrap_err();
        assert!(matches!(error, Error::Sink { .. }), "{error:?}");
        assert_eq!(error.to_string(), "could not write a row group");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (name, old) in [("new", None), ("old", Some("old"))] {
        let target = dir.path().join(name);
        if let Some(old) = old {
            fs::write(&target, old).unwrap();
        }
        let before = all(dir.path());
        // What exceeds the limit is a signal first, and an error to whoever takes no notice of it.
        // A unit of `ulimit -f` is 512 bytes, or 1024 in some shells.
        let limited = "trap '' XFSZ; ulimit -f 600; exec \"$0\" \"$@\"";
        let output = Command::new("sh")
            .args(["-c", limited])
            .arg(env::current_exe().unwrap())
            .args([
                "--exact",
                "a_file_that_finds_no_room_leaves_the_old_one_and_nothing_else",
            ])
            .env(CHILD_TARGET, &target)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}"
        );
        assert_eq!(all(dir.path()), before);
    }
}
