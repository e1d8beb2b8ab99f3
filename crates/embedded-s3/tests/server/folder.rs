//! The folder: locked, cleaned after a crash, and open to a person.

use std::time::Duration;

use bytes::Bytes;
use embedded_s3::{EmbeddedS3, Options, StartError};

use crate::client::Client;
use crate::{Fixture, files};

#[tokio::test]
async fn one_server_a_folder() {
    let fixture = Fixture::new().await;
    let second = EmbeddedS3::start(Options::new(fixture.folder.path())).await;
    let Err(StartError::Locked {
        root,
        pid,
        endpoint,
    }) = &second
    else {
        panic!("{second:?}");
    };
    assert_eq!(root, fixture.folder.path());
    assert_eq!(*pid, Some(std::process::id()));
    assert_eq!(*endpoint, Some(fixture.server.endpoint()));
    let first = fixture.server.endpoint();
    fixture.server.shutdown().await;

    // The next one leaves its own word, not that of the one before.
    let third = EmbeddedS3::start(Options::new(fixture.folder.path()))
        .await
        .unwrap();
    let lock = std::fs::read_to_string(fixture.folder.path().join(".embedded-s3/lock")).unwrap();
    let expected = format!("{}\n{}\n", std::process::id(), third.endpoint());
    assert_eq!(lock, expected, "the first was {first}");
}

#[tokio::test]
async fn a_taken_port_is_named_and_the_folder_is_free_again() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(folder.path());
    options.listen = address;
    let refused = EmbeddedS3::start(options.clone()).await.unwrap_err();
    let port = address.port();
    assert_eq!(
        refused.to_string(),
        format!(
            "cannot listen on {address}: port {port} is taken: choose another, or port 0 for \
             any that is free"
        )
    );
    options.listen.set_port(0);
    EmbeddedS3::start(options).await.unwrap();
}

#[tokio::test]
async fn a_file_in_place_of_the_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    std::fs::write(&file, "x").unwrap();
    for root in [file.clone(), file.join("s3")] {
        let refused = EmbeddedS3::start(Options::new(root)).await.unwrap_err();
        assert!(
            matches!(&refused, StartError::Folder { file_in_the_way: Some(found), .. } if *found == file),
            "{refused:?}"
        );
        let said = format!("{} is a file, not a folder", file.display());
        assert!(refused.to_string().ends_with(&said), "{refused}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_at_start_is_kept() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    client
        .put("bucket/k")
        .set("x-amz-meta-token", "t")
        .body("x")
        .ok()
        .await;
    let id = client.create_upload("bucket/u").await;
    client
        .upload_part("bucket/u", &id, 1, &Bytes::from_static(b"part"))
        .await;
    let private = fixture.path(".embedded-s3");
    fixture.server.shutdown().await;

    // A folder in place of a file cannot be read, whoever asks.
    let uploads = private.join("uploads").join(&id);
    let record = uploads.join("upload.json");
    std::fs::rename(&record, private.join("record")).unwrap();
    std::fs::create_dir(&record).unwrap();
    let unreadable = private.join("metadata/bucket/folder");
    std::fs::create_dir(&unreadable).unwrap();
    std::fs::write(private.join("metadata/.DS_Store"), "x").unwrap();
    std::fs::write(private.join("uploads/.DS_Store"), "x").unwrap();
    let server = EmbeddedS3::start(Options::new(fixture.folder.path()))
        .await
        .unwrap();
    assert!(unreadable.exists());
    server.shutdown().await;

    std::fs::remove_dir(&record).unwrap();
    std::fs::rename(private.join("record"), &record).unwrap();
    let server = EmbeddedS3::start(Options::new(fixture.folder.path()))
        .await
        .unwrap();
    let client = Client::new(&server);
    let head = client.head("bucket/k").ok().await;
    assert_eq!(head.header("x-amz-meta-token"), "t");
    let parts = client.get("bucket/u").query("uploadId", &id).ok().await;
    assert_eq!(parts.fields("PartNumber"), ["1"]);
}

#[tokio::test]
async fn a_restart_keeps_objects_and_open_uploads_and_drops_the_rest() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    client
        .put("bucket/a/k")
        .set("x-amz-meta-token", "t")
        .body("old")
        .ok()
        .await;
    let id = client.create_upload("bucket/u").await;
    let etag = client
        .upload_part("bucket/u", &id, 1, &Bytes::from_static(b"part"))
        .await;
    let private = fixture.path(".embedded-s3");
    fixture.server.shutdown().await;

    // What a kill may leave: bytes on their way, metadata whose rename never came, an upload
    // without its record, a part cut short.
    let metadata = private.join("metadata/bucket");
    let one = files(&metadata).remove(0);
    std::fs::write(private.join("staging/left"), "left").unwrap();
    std::fs::copy(metadata.join(&one), metadata.join(format!("{one}0"))).unwrap();
    std::fs::create_dir(private.join("uploads/half")).unwrap();
    let short = format!("uploads/{id}/2-9-99-00000000000000000000000000000000");
    std::fs::write(private.join(short), "short").unwrap();

    let server = EmbeddedS3::start(Options::new(fixture.folder.path()))
        .await
        .unwrap();
    let client = Client::new(&server);
    assert!(files(&private.join("staging")).is_empty());
    assert_eq!(files(&metadata), [one]);
    assert!(!private.join("uploads/half").exists());
    let old = client.get("bucket/a/k").ok().await;
    assert_eq!(
        (old.header("x-amz-meta-token").as_str(), &old.body[..]),
        ("t", &b"old"[..])
    );
    let open = client.get("bucket").query("uploads", "").ok().await;
    assert_eq!(open.fields("UploadId"), [id.as_str()]);
    let parts = client.get("bucket/u").query("uploadId", &id).ok().await;
    assert_eq!(parts.fields("ETag"), [etag.as_str()]);
    client.complete("bucket/u", &id, &[(1, &etag)]).ok().await;
    assert_eq!(client.get("bucket/u").ok().await.body, "part");
}

#[tokio::test]
async fn files_put_or_edited_by_hand_are_served_without_our_metadata() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    std::fs::create_dir(fixture.path("bucket/by")).unwrap();
    std::fs::write(fixture.path("bucket/by/hand.csv"), "1,2").unwrap();
    let found = client.get("bucket/by/hand.csv").ok().await;
    assert_eq!(found.body, "1,2");
    assert!(found.header("etag").ends_with("-0\""));

    client
        .put("bucket/k")
        .set("x-amz-meta-token", "t")
        .body("ours")
        .ok()
        .await;
    std::fs::write(fixture.path("bucket/k"), "theirs").unwrap();
    let edited = client.get("bucket/k").ok().await;
    assert_eq!(edited.body, "theirs");
    assert!(!edited.headers.contains_key("x-amz-meta-token"));
    let listed = client.get("bucket").query("list-type", "2").ok().await;
    assert_eq!(listed.fields("Key"), ["by/hand.csv", "k"]);
}

#[tokio::test]
async fn a_moved_folder_keeps_its_metadata() {
    let fixture = Fixture::new().await;
    fixture
        .client
        .put("bucket/k")
        .set("x-amz-meta-token", "t")
        .body("x")
        .ok()
        .await;
    fixture.server.shutdown().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("s3");
    std::fs::rename(fixture.folder.path(), &moved).unwrap();
    let server = EmbeddedS3::start(Options::new(&moved)).await.unwrap();
    let head = Client::new(&server).head("bucket/k").ok().await;
    assert_eq!(head.header("x-amz-meta-token"), "t");
}

#[tokio::test]
async fn shutdown_lets_a_request_end_and_closes_idle_connections() {
    use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
    use std::sync::Arc;

    let gate = Gate::closed();
    let plan = FaultPlan::new().with(
        Rule::on(Operation::PutObject),
        Fault::Stall(Stall::Until(gate.clone())),
    );
    let fixture = Fixture::with(|options| options.faults = Some(Arc::new(plan))).await;
    let idle = tokio::net::TcpStream::connect(fixture.client.address)
        .await
        .unwrap();
    let client = fixture.client.clone();
    let put = tokio::spawn(async move { client.put("bucket/k").body("x").send().await });
    gate.arrived(1).await;
    let stop = tokio::spawn(fixture.server.shutdown());
    gate.open();
    assert_eq!(put.await.unwrap().unwrap().status, 200);
    stop.await.unwrap();
    idle.readable().await.unwrap();
    assert_eq!(idle.try_read(&mut [0; 1]).unwrap(), 0);
}

#[tokio::test]
async fn shutdown_waits_for_no_connection_that_is_kept_alive() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let fixture = Fixture::with(|options| options.shutdown_grace = Duration::from_secs(3600)).await;
    let client = &fixture.client;
    client.put("bucket/k").body("x").ok().await;
    let mut kept = tokio::net::TcpStream::connect(client.address)
        .await
        .unwrap();
    let get = client.get("bucket/k").head_text();
    let mut reply = Vec::new();
    // A second request on it proves that the connection is kept.
    for _ in 0..2 {
        kept.write_all(get.as_bytes()).await.unwrap();
        reply.clear();
        while !reply.ends_with(b"\r\n\r\nx") {
            assert_ne!(kept.read_buf(&mut reply).await.unwrap(), 0);
        }
        assert!(reply.starts_with(b"HTTP/1.1 200 "));
    }
    let stopping = tokio::time::timeout(Duration::from_secs(30), fixture.server.shutdown());
    stopping.await.unwrap();
    assert_eq!(kept.read_buf(&mut reply).await.unwrap(), 0);
}

#[tokio::test]
async fn parts_in_their_slots_survive_a_restart_unless_damaged() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let id = client.create_upload("bucket/u").await;
    let bodies = [1_u8, 2, 3].map(|byte| Bytes::from(vec![byte; 5 << 20]));
    let mut etags = Vec::new();
    for (number, body) in (1..).zip(&bodies) {
        etags.push(client.upload_part("bucket/u", &id, number, body).await);
    }
    let data = fixture.path(&format!(".embedded-s3/uploads/{id}/data"));
    fixture.server.shutdown().await;

    // A power cut may leave less than was acknowledged.
    let file = std::fs::OpenOptions::new().write(true).open(data).unwrap();
    file.set_len((15 << 20) - 1).unwrap();
    let server = EmbeddedS3::start(Options::new(fixture.folder.path()))
        .await
        .unwrap();
    let client = Client::new(&server);
    let parts = client.get("bucket/u").query("uploadId", &id).ok().await;
    assert_eq!(parts.fields("ETag"), etags[..2]);
    let again = client.upload_part("bucket/u", &id, 3, &bodies[2]).await;
    let named = [(1, etags[0].as_str()), (2, &etags[1]), (3, &again)];
    client.complete("bucket/u", &id, &named).ok().await;
    assert!(client.get("bucket/u").ok().await.body == bodies.concat());
}
