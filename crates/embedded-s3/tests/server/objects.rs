//! Buckets and single objects.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest as _, Md5};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Fixture;
use crate::client::hex;

fn md5(text: &str) -> String {
    BASE64_STANDARD.encode(Md5::digest(text))
}

#[tokio::test]
async fn buckets_come_and_go() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    client
        .put("bucket")
        .fails(409, "BucketAlreadyOwnedByYou")
        .await;
    client
        .put("Not_A_Bucket")
        .fails(400, "InvalidBucketName")
        .await;
    client.get("nowhere").fails(404, "NoSuchBucket").await;
    assert_eq!(client.head("nowhere").send().await.unwrap().status, 404);
    client.head("bucket").ok().await;

    client
        .put("far-away")
        .body(
            "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint>\
             </CreateBucketConfiguration>",
        )
        .ok()
        .await;
    let location = client.get("far-away").query("location", "").ok().await;
    assert!(String::from_utf8_lossy(&location.body).contains("eu-west-1"));
    assert_eq!(
        client.get("").ok().await.fields("Name"),
        ["bucket", "far-away"]
    );

    client.put("bucket/a/b").body("x").ok().await;
    client.delete("bucket").fails(409, "BucketNotEmpty").await;
    client.delete("bucket/a/b").ok().await;
    client.delete("bucket").ok().await;
    client
        .put("bucket/k")
        .body("x")
        .fails(404, "NoSuchBucket")
        .await;
}

#[tokio::test]
async fn an_object_comes_back_with_all_that_was_said_of_it() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let put = client
        .put("bucket/a/people.parquet")
        .set("content-type", "application/vnd.apache.parquet")
        .set("x-amz-meta-token", "0123")
        .set("x-amz-meta-name", "=?UTF-8?Q?=C3=A9?=")
        .set("content-md5", &md5("hello"))
        .body("hello")
        .ok()
        .await;
    let etag = format!("\"{}\"", hex(&Md5::digest("hello")));
    assert_eq!(put.header("etag"), etag);
    for reply in [
        client.get("bucket/a/people.parquet").ok().await,
        client.head("bucket/a/people.parquet").ok().await,
    ] {
        assert_eq!(
            reply.header("content-type"),
            "application/vnd.apache.parquet"
        );
        assert_eq!(reply.header("content-length"), "5");
        assert_eq!(reply.header("x-amz-meta-token"), "0123");
        assert_eq!(reply.header("x-amz-meta-name"), "=?UTF-8?B?w6k=?=");
        assert_eq!(reply.header("etag"), etag);
        assert!(reply.headers.contains_key("last-modified"));
        assert!(reply.headers.contains_key("x-amz-request-id"));
    }
    assert_eq!(
        std::fs::read(fixture.path("bucket/a/people.parquet")).unwrap(),
        b"hello"
    );

    // What is put again keeps nothing of what was there.
    client
        .put("bucket/a/people.parquet")
        .body("other")
        .ok()
        .await;
    let reply = client.get("bucket/a/people.parquet").ok().await;
    assert!(!reply.headers.contains_key("x-amz-meta-token"));
    assert_eq!(reply.header("content-type"), "binary/octet-stream");
    assert_eq!(reply.body, "other");
}

#[tokio::test]
async fn ranges_and_conditions_of_reads() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let etag = client
        .put("bucket/k")
        .body("0123456789")
        .ok()
        .await
        .header("etag");
    for (range, expected, header) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=8-99", "89", "bytes 8-9/10"),
    ] {
        let reply = client.get("bucket/k").set("range", range).ok().await;
        assert_eq!(reply.status, 206);
        assert_eq!(reply.body, expected);
        assert_eq!(reply.header("content-range"), header);
    }
    client
        .get("bucket/k")
        .set("range", "bytes=10-")
        .fails(416, "InvalidRange")
        .await;
    client
        .get("bucket/k")
        .set("if-match", "\"x\"")
        .fails(412, "PreconditionFailed")
        .await;
    client.get("bucket/k").set("if-match", &etag).ok().await;
    let unchanged = client
        .get("bucket/k")
        .set("if-none-match", &etag)
        .send()
        .await
        .unwrap();
    assert_eq!(unchanged.status, 304);
    client.get("bucket/other").fails(404, "NoSuchKey").await;
}

#[tokio::test]
async fn a_large_object_streams_both_ways() {
    let fixture = Fixture::new().await;
    let body: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    fixture
        .client
        .put("bucket/large")
        .body(body.clone())
        .ok()
        .await;
    assert!(fixture.client.get("bucket/large").ok().await.body == body);
}

#[tokio::test]
async fn digests_are_checked_before_anything_changes() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    client.put("bucket/k").body("old").ok().await;
    for (name, value, code) in [
        ("content-md5", md5("other"), "BadDigest"),
        ("content-md5", "abc".to_owned(), "InvalidDigest"),
        ("x-amz-checksum-crc32", "AAAAAA==".to_owned(), "BadDigest"),
        (
            "x-amz-checksum-crc64nvme",
            "AAAAAAAAAAA=".to_owned(),
            "BadDigest",
        ),
    ] {
        client
            .put("bucket/k")
            .set(name, &value)
            .body("new")
            .fails(400, code)
            .await;
    }
    // CRC-32 of "new", big-endian.
    let crc = "PGVkQA==";
    let put = client
        .put("bucket/other")
        .set("x-amz-checksum-crc32", crc)
        .body("hello")
        .send();
    assert_eq!(put.await.unwrap().status, 400);
    assert_eq!(client.get("bucket/k").ok().await.body, "old");
    client.get("bucket/other").fails(404, "NoSuchKey").await;
}

#[tokio::test]
async fn a_short_body_is_refused() {
    let fixture = Fixture::new().await;
    let head = fixture
        .client
        .put("bucket/k")
        .body("0123456789")
        .head_text();
    let mut stream = TcpStream::connect(fixture.client.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(b"01234").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 400"), "{reply}");
    assert!(reply.contains("IncompleteBody"), "{reply}");
    fixture.client.get("bucket/k").fails(404, "NoSuchKey").await;
}

#[tokio::test]
async fn conditional_writes() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let etag = client
        .put("bucket/k")
        .set("if-none-match", "*")
        .body("1")
        .ok()
        .await
        .header("etag");
    client
        .put("bucket/k")
        .set("if-none-match", "*")
        .body("2")
        .fails(412, "PreconditionFailed")
        .await;
    client
        .put("bucket/k")
        .set("if-match", "\"x\"")
        .body("2")
        .fails(412, "PreconditionFailed")
        .await;
    client
        .put("bucket/k")
        .set("if-match", &etag)
        .body("3")
        .ok()
        .await;
    assert_eq!(client.get("bucket/k").ok().await.body, "3");
    client
        .delete("bucket/k")
        .set("if-match", &etag)
        .fails(412, "PreconditionFailed")
        .await;
    client.delete("bucket/k").ok().await;
    client.delete("bucket/k").ok().await;
}

#[tokio::test]
async fn of_many_creators_one_wins() {
    let fixture = Fixture::new().await;
    let puts = (0..16).map(|number| {
        let client = fixture.client.clone();
        tokio::spawn(async move {
            let put = client.put("bucket/k").set("if-none-match", "*");
            (
                number,
                put.body(number.to_string()).send().await.unwrap().status,
            )
        })
    });
    let mut winners = Vec::new();
    for put in puts.collect::<Vec<_>>() {
        let (number, status) = put.await.unwrap();
        if status == 200 {
            winners.push(number.to_string());
        }
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(fixture.client.get("bucket/k").ok().await.body, winners[0]);
}

#[tokio::test]
async fn readers_see_old_or_new_bytes_with_their_own_metadata() {
    let fixture = Fixture::new().await;
    let put = |client: crate::client::Client, number: u32| async move {
        let text = number.to_string();
        client
            .put("bucket/k")
            .set("x-amz-meta-number", &text)
            .body(text.clone())
            .ok()
            .await;
    };
    put(fixture.client.clone(), 0).await;
    let writer = tokio::spawn({
        let client = fixture.client.clone();
        async move {
            for number in 1..60 {
                put(client.clone(), number).await;
            }
        }
    });
    while !writer.is_finished() {
        let reply = fixture.client.get("bucket/k").ok().await;
        assert_eq!(reply.header("x-amz-meta-number").as_bytes(), reply.body);
        assert_eq!(
            reply.header("etag"),
            format!("\"{}\"", hex(&Md5::digest(&reply.body)))
        );
    }
    writer.await.unwrap();
}

#[tokio::test]
async fn many_are_deleted_at_once() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    for key in ["a", "b/c", "d"] {
        client.put(&format!("bucket/{key}")).body("x").ok().await;
    }
    let body = "<Delete><Object><Key>a</Key></Object><Object><Key>b/c</Key></Object>\
                <Object><Key>absent</Key></Object></Delete>";
    let reply = client
        .post("bucket")
        .query("delete", "")
        .set("content-md5", &md5(body))
        .body(body)
        .ok()
        .await;
    assert_eq!(reply.fields("Key"), ["a", "b/c", "absent"]);
    assert_eq!(
        client
            .get("bucket")
            .query("list-type", "2")
            .ok()
            .await
            .fields("Key"),
        ["d"]
    );
}

#[tokio::test]
async fn too_much_metadata_is_refused() {
    let fixture = Fixture::new().await;
    fixture
        .client
        .put("bucket/k")
        .set("x-amz-meta-long", &"x".repeat(3000))
        .body("x")
        .fails(400, "MetadataTooLarge")
        .await;
}
