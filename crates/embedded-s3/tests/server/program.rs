//! The small program: what it says when it does not serve. `kill` runs it while it does.

use std::path::Path;
use std::process::{Command, Output};

use crate::Fixture;

fn run(inside: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_embedded-s3"))
        .args(arguments)
        .current_dir(inside)
        .output()
        .unwrap()
}

#[test]
fn flags_are_no_folders() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["--help"]);
    assert!(help.status.success());
    assert!(help.stdout.starts_with(b"usage: embedded-s3 FOLDER\n"));
    for wrong in [&[][..], &["--port"], &["a", "b"]] {
        let refused = run(folder.path(), wrong);
        assert_eq!(refused.status.code(), Some(2), "{wrong:?}");
        assert!(refused.stderr.starts_with(b"usage: "), "{wrong:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_folder_in_use_is_said_in_words() {
    let fixture = Fixture::new().await;
    let refused = run(fixture.folder.path(), &["."]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stderr).unwrap();
    let process = format!("is served by process {}", std::process::id());
    assert!(said.starts_with("embedded-s3: the folder . "), "{said}");
    assert!(said.contains(&process), "{said}");
}
