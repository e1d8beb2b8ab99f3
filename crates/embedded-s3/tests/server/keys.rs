//! Keys of every shape come back exactly, and none leaves the root.

use crate::Fixture;

#[tokio::test]
async fn odd_keys_are_kept_apart_and_come_back() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let long = "é/".repeat(300) + &"x".repeat(124);
    let keys = [
        "..",
        "../../escape",
        "./a",
        "a",
        "a/",
        "a//b",
        "a/b",
        "a/b/c",
        "/leading",
        "b\\c",
        "tab\there",
        "new\nline",
        "100%",
        "100%25",
        "%empty",
        "space here",
        "plus+and=equals&more",
        "日本語/ключ",
        &long,
        &"y".repeat(1024),
    ];
    for key in keys {
        client
            .put(&format!("bucket/{key}"))
            .body(key.to_owned())
            .ok()
            .await;
    }
    for key in keys {
        let reply = client.get(&format!("bucket/{key}")).ok().await;
        assert!(reply.body == key, "{key:?}");
    }
    // Nothing beside the root's own folders.
    let mut names: Vec<_> = std::fs::read_dir(fixture.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, [".embedded-s3", "bucket"]);

    let listed = client
        .get("bucket")
        .query("list-type", "2")
        .query("encoding-type", "url")
        .ok()
        .await;
    assert_eq!(listed.fields("Key").len(), keys.len());

    for key in keys {
        client.delete(&format!("bucket/{key}")).ok().await;
        client
            .get(&format!("bucket/{key}"))
            .fails(404, "NoSuchKey")
            .await;
    }
    assert_eq!(
        std::fs::read_dir(fixture.path("bucket")).unwrap().count(),
        0
    );
}

#[tokio::test]
async fn a_key_above_the_limit_is_refused() {
    let fixture = Fixture::new().await;
    let path = format!("bucket/{}", "k".repeat(1025));
    fixture
        .client
        .put(&path)
        .body("x")
        .fails(400, "KeyTooLongError")
        .await;
}

#[tokio::test]
async fn a_key_that_is_too_long_once_escaped_leaves_nothing() {
    let fixture = Fixture::new().await;
    let path = format!("bucket/a{}b", "/".repeat(1022));
    fixture
        .client
        .put(&path)
        .body("x")
        .fails(400, "KeyTooLongError")
        .await;
    let left = std::fs::read_dir(fixture.path("bucket")).unwrap().count();
    assert_eq!(left, 0);
    let metadata = fixture.path(".embedded-s3/metadata");
    assert!(crate::files(&metadata).is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn links_lead_nowhere() {
    let fixture = Fixture::new().await;
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "secret").unwrap();
    std::os::unix::fs::symlink(outside.path(), fixture.path("bucket/link")).unwrap();
    std::os::unix::fs::symlink(outside.path(), fixture.path("linked-bucket")).unwrap();
    let client = &fixture.client;
    client
        .get("bucket/link/secret")
        .fails(404, "NoSuchKey")
        .await;
    client
        .put("bucket/link/new")
        .body("x")
        .fails(400, "InvalidArgument")
        .await;
    client
        .get("linked-bucket/secret")
        .fails(404, "NoSuchBucket")
        .await;
    let listed = client.get("bucket").query("list-type", "2").ok().await;
    assert!(listed.fields("Key").is_empty());
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 1);
}
