//! The small program: what it says when it does not serve. `kill` runs it while it does.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output};

use crate::Fixture;
use crate::kill::spawn;

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
    assert!(help.stdout.starts_with(b"usage: embedded-s3 FOLDER "));
    for wrong in [
        &[][..],
        &["--port"],
        &["a", "b"],
        &["--requests"],
        &["a", "--fail-parts"],
        &["a", "--fail-parts", "101"],
        &["a", "--fail-parts", "NaN"],
        &["a", "--seed", "1"],
        &["a", "--fail-parts", "1", "--seed", "-1"],
    ] {
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

#[tokio::test]
async fn parts_fail_as_they_are_asked_to_and_requests_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--requests", "--fail-parts", "100", "--seed", "3"];
    let (mut child, client) = spawn(folder.path(), &flags);
    let requests = BufReader::new(child.stderr.take().unwrap()).lines();
    client.put("bucket").ok().await;
    client.put("bucket/k").body("small").ok().await;
    let id = client.create_upload("bucket/k").await;
    let part = client.part("bucket/k", &id, 1, &"part".into());
    part.fails(503, "SlowDown").await;
    let told: Vec<_> = requests.take(4).map(Result::unwrap).collect();
    assert_eq!(
        told,
        [
            "CreateBucket 200 0",
            "PutObject 200 5",
            "CreateMultipartUpload 200 0",
            "UploadPart 503 4"
        ]
    );
    child.kill().unwrap();
    child.wait().unwrap();
}
