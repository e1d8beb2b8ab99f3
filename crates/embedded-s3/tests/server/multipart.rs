//! Multipart uploads.

use bytes::Bytes;
use md5::{Digest as _, Md5};

use crate::client::hex;
use crate::{Fixture, files};

const MIN_PART: usize = 5 << 20;

fn part(byte: u8, len: usize) -> Bytes {
    Bytes::from(vec![byte; len])
}

#[tokio::test]
async fn parts_in_any_order_make_one_object() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let reply = client
        .post("bucket/k")
        .query("uploads", "")
        .set("x-amz-meta-token", "t1")
        .set("content-type", "text/plain")
        .ok()
        .await;
    let id = reply.field("UploadId").unwrap();
    let (one, two) = (part(1, MIN_PART), part(2, 10));
    let second = client.upload_part("bucket/k", &id, 2, &two).await;
    client
        .upload_part("bucket/k", &id, 1, &part(9, MIN_PART + 1))
        .await;
    let first = client.upload_part("bucket/k", &id, 1, &one).await;
    client.get("bucket/k").fails(404, "NoSuchKey").await;

    let listed = client.get("bucket/k").query("uploadId", &id).ok().await;
    assert_eq!(listed.fields("PartNumber"), ["1", "2"]);
    assert_eq!(
        listed.fields("Size"),
        [MIN_PART.to_string(), "10".to_owned()]
    );
    assert_eq!(listed.fields("ETag"), [first.clone(), second.clone()]);

    let done = client
        .complete("bucket/k", &id, &[(1, &first), (2, &second)])
        .ok()
        .await;
    let digests = [Md5::digest(&one), Md5::digest(&two)].concat();
    let etag = format!("\"{}-2\"", hex(&Md5::digest(digests)));
    assert_eq!(done.field("ETag"), Some(etag.clone()));

    let head = client.head("bucket/k").ok().await;
    assert_eq!(head.header("etag"), etag);
    assert_eq!(head.header("x-amz-meta-token"), "t1");
    assert_eq!(head.header("content-type"), "text/plain");
    let bytes = std::fs::read(fixture.path("bucket/k")).unwrap();
    assert!(bytes == [one, two].concat());
    assert!(files(&fixture.path(".embedded-s3/uploads")).is_empty());
    assert!(files(&fixture.path(".embedded-s3/staging")).is_empty());
}

/// Whatever the order, the sizes and the repeats: the object is the parts, one after the other.
#[tokio::test]
async fn parts_of_any_sizes_are_put_together() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let (small, large) = (MIN_PART, MIN_PART + 1000);
    for uploads in [
        // Equal parts and a short last one, as uploaders make them, in order and not.
        &[(1, small), (2, small), (3, 10)][..],
        &[(3, 10), (2, small), (1, small)],
        &[(2, small), (3, small), (1, small)],
        // Parts that come again, in the size of before or another.
        &[(1, small), (2, small), (1, small), (3, 7)],
        &[(1, small), (2, 5), (2, small), (3, 7)],
        // Numbers left out, parts that grow and shrink.
        &[(2, small), (5, small), (9, small)],
        &[(1, small), (2, large), (3, small)],
        &[(1, large), (2, small), (3, large)],
    ] {
        let id = client.create_upload("bucket/k").await;
        let mut parts = std::collections::BTreeMap::new();
        for (turn, (number, len)) in uploads.iter().enumerate() {
            let body = part(u8::try_from(16 * turn + 1).unwrap(), *len);
            let etag = client.upload_part("bucket/k", &id, *number, &body).await;
            parts.insert(*number, (etag, body));
        }
        let named: Vec<(u32, &str)> = parts
            .iter()
            .map(|(number, (etag, _))| (*number, etag.as_str()))
            .collect();
        // A refusal on the way must cost no part.
        client
            .complete("bucket/k", &id, &named)
            .set("if-match", "\"none\"")
            .send()
            .await
            .unwrap();
        client.complete("bucket/k", &id, &named).ok().await;
        let expected: Vec<u8> = parts.values().flat_map(|(_, body)| body.to_vec()).collect();
        assert!(
            client.get("bucket/k").ok().await.body == expected,
            "{uploads:?}"
        );
        assert!(files(&fixture.path(".embedded-s3/uploads")).is_empty());
        assert!(files(&fixture.path(".embedded-s3/staging")).is_empty());
    }
}

#[tokio::test]
async fn a_completion_may_leave_parts_out() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let id = client.create_upload("bucket/k").await;
    let (one, two) = (part(1, MIN_PART), part(2, MIN_PART));
    client.upload_part("bucket/k", &id, 1, &one).await;
    let etag = client.upload_part("bucket/k", &id, 2, &two).await;
    client.complete("bucket/k", &id, &[(2, &etag)]).ok().await;
    assert!(client.get("bucket/k").ok().await.body == two);
}

#[tokio::test]
async fn a_part_that_is_still_arriving_cannot_reach_a_finished_object() {
    use tokio::io::AsyncWriteExt as _;

    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let id = client.create_upload("bucket/k").await;
    let one = part(1, MIN_PART);
    let etag = client.upload_part("bucket/k", &id, 1, &one).await;
    // Part 2 begins, and stays open until the object is there.
    let two = part(2, MIN_PART);
    let head = client.part("bucket/k", &id, 2, &two).head_text();
    let mut late = tokio::net::TcpStream::connect(client.address)
        .await
        .unwrap();
    late.write_all(head.as_bytes()).await.unwrap();
    late.write_all(&two[..two.len() / 2]).await.unwrap();
    client.complete("bucket/k", &id, &[(1, &etag)]).ok().await;
    late.write_all(&two[two.len() / 2..]).await.unwrap();
    let mut reply = vec![0; 12];
    tokio::io::AsyncReadExt::read_exact(&mut late, &mut reply)
        .await
        .unwrap();
    assert_eq!(reply, b"HTTP/1.1 404");
    assert!(client.get("bucket/k").ok().await.body == one);
}

#[tokio::test]
async fn wrong_completions_leave_the_upload_open() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let id = client.create_upload("bucket/k").await;
    let one = client.upload_part("bucket/k", &id, 1, &part(1, 10)).await;
    let two = client.upload_part("bucket/k", &id, 2, &part(2, 10)).await;
    let complete = |parts: &[(u32, &str)]| client.complete("bucket/k", &id, parts);
    complete(&[(2, &two), (1, &one)])
        .fails(400, "InvalidPartOrder")
        .await;
    complete(&[(1, &two)]).fails(400, "InvalidPart").await;
    complete(&[(3, &two)]).fails(400, "InvalidPart").await;
    complete(&[(1, &one), (2, &two)])
        .fails(400, "EntityTooSmall")
        .await;
    complete(&[]).fails(400, "MalformedXML").await;
    client
        .part("bucket/k", &id, 0, &part(1, 1))
        .fails(400, "InvalidArgument")
        .await;
    client
        .part("bucket/k", &id, 10_001, &part(1, 1))
        .fails(400, "InvalidArgument")
        .await;
    complete(&[(2, &two)]).ok().await;
    assert_eq!(client.get("bucket/k").ok().await.body, part(2, 10));
}

#[tokio::test]
async fn what_is_closed_is_gone() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let id = client.create_upload("bucket/k").await;
    let etag = client.upload_part("bucket/k", &id, 1, &part(1, 10)).await;
    client
        .complete("bucket/other", &id, &[(1, &etag)])
        .fails(404, "NoSuchUpload")
        .await;
    client.complete("bucket/k", &id, &[(1, &etag)]).ok().await;
    client
        .complete("bucket/k", &id, &[(1, &etag)])
        .fails(404, "NoSuchUpload")
        .await;

    let id = client.create_upload("bucket/k").await;
    client.upload_part("bucket/k", &id, 1, &part(2, 10)).await;
    client.delete("bucket/k").query("uploadId", &id).ok().await;
    client
        .delete("bucket/k")
        .query("uploadId", &id)
        .fails(404, "NoSuchUpload")
        .await;
    client
        .part("bucket/k", &id, 1, &part(1, 1))
        .fails(404, "NoSuchUpload")
        .await;
    client
        .get("bucket/k")
        .query("uploadId", &id)
        .fails(404, "NoSuchUpload")
        .await;
    assert_eq!(client.get("bucket/k").ok().await.body, part(1, 10));
}

#[tokio::test]
async fn a_repeated_completion_may_succeed() {
    let fixture = Fixture::with(|options| options.repeated_complete_succeeds = true).await;
    let client = &fixture.client;
    let id = client.create_upload("bucket/k").await;
    let etag = client.upload_part("bucket/k", &id, 1, &part(1, 10)).await;
    let first = client.complete("bucket/k", &id, &[(1, &etag)]).ok().await;
    let again = client.complete("bucket/k", &id, &[(1, &etag)]).ok().await;
    assert_eq!(first.field("ETag"), again.field("ETag"));
    client.put("bucket/k").body("other").ok().await;
    client
        .complete("bucket/k", &id, &[(1, &etag)])
        .fails(404, "NoSuchUpload")
        .await;
}

#[tokio::test]
async fn completions_may_be_conditional() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let id = client.create_upload("bucket/k").await;
    let etag = client.upload_part("bucket/k", &id, 1, &part(1, 10)).await;
    client.put("bucket/k").body("first").ok().await;
    client
        .complete("bucket/k", &id, &[(1, &etag)])
        .set("if-none-match", "*")
        .fails(412, "PreconditionFailed")
        .await;
    assert_eq!(client.get("bucket/k").ok().await.body, "first");
    client.delete("bucket/k").ok().await;
    client
        .complete("bucket/k", &id, &[(1, &etag)])
        .set("if-none-match", "*")
        .ok()
        .await;
}

#[tokio::test]
async fn a_damaged_part_is_refused_and_the_earlier_one_stays() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let id = client.create_upload("bucket/k").await;
    let etag = client.upload_part("bucket/k", &id, 1, &part(1, 10)).await;
    client
        .part("bucket/k", &id, 1, &part(2, 10))
        .set("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")
        .fails(400, "BadDigest")
        .await;
    client.complete("bucket/k", &id, &[(1, &etag)]).ok().await;
    assert_eq!(client.get("bucket/k").ok().await.body, part(1, 10));
}

#[tokio::test]
async fn open_uploads_are_listed_with_who_opened_them() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let mut expected = Vec::new();
    for key in ["a", "b", "b", "c"] {
        let id = client.create_upload(&format!("bucket/{key}")).await;
        expected.push((key.to_owned(), id));
    }
    expected[1..3].sort_by(|a, b| a.1.cmp(&b.1));
    let mut listed = Vec::new();
    let mut markers: Option<(String, String)> = None;
    loop {
        let mut call = client
            .get("bucket")
            .query("uploads", "")
            .query("max-uploads", "1");
        if let Some((key, id)) = &markers {
            call = call.query("key-marker", key).query("upload-id-marker", id);
        }
        let reply = call.ok().await;
        let (key, id) = (
            reply.field("Key").unwrap(),
            reply.field("UploadId").unwrap(),
        );
        assert_eq!(
            reply.field("ID").as_deref(),
            Some(client.access_key_id.as_str())
        );
        listed.push((key, id));
        let Some(key) = reply.field("NextKeyMarker") else {
            break;
        };
        markers = Some((key, reply.field("NextUploadIdMarker").unwrap()));
    }
    listed[1..3].sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(listed, expected);
}
