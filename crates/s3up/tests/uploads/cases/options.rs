//! What an object is to be, as it travels, and that the signature covers it.

use std::sync::{Arc, Mutex};

use embedded_s3::FaultPlan;
use s3up::{Encryption, Integrity, ObjectOptions, UploadOptions, Uploader};

use super::{client, set_scene, uploader};
use crate::scene::{BUCKET, PART, config, data, options};
use crate::scripted_server::{ScriptedServer, completed, created, empty};

/// Answers as an S3 would, and keeps the heads of requests.
async fn recorder() -> (ScriptedServer, Arc<Mutex<Vec<String>>>) {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heads);
    let server = ScriptedServer::start_with_heads(move |head, before| {
        kept.lock().unwrap().push(head.to_owned());
        let line = head.lines().next().unwrap_or_default();
        // There is nothing yet.
        if line.starts_with("HEAD") && before == 0 {
            return empty(404, "");
        }
        if line.contains("?uploads") {
            return created();
        }
        if line.starts_with("POST") {
            return completed();
        }
        empty(200, "etag: \"e\"\r\n")
    })
    .await;
    (server, heads)
}

/// The headers by which a request says what an object is to be, each with whether it was signed.
fn said(head: &str) -> Vec<String> {
    let lower = head.to_ascii_lowercase();
    let signed = lower
        .split("signedheaders=")
        .nth(1)
        .and_then(|rest| rest.split(',').next())
        .unwrap_or_default()
        .to_owned();
    let told = [
        "content-type",
        "content-md5",
        "if-none-match",
        "x-amz-acl",
        "x-amz-checksum",
        "x-amz-expected",
        "x-amz-meta-team",
        "x-amz-request-payer",
        "x-amz-server-side",
        "x-amz-storage",
        "x-amz-tagging",
    ];
    let mut said: Vec<String> = head
        .lines()
        .skip(1)
        .filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            let name = name.to_ascii_lowercase();
            let is_told = told.iter().any(|start| name.starts_with(start));
            let mark = match signed.split(';').any(|signed| signed == name) {
                true => "",
                false => " (not signed)",
            };
            is_told.then(|| format!("{name}: {value}{mark}"))
        })
        .collect();
    said.sort();
    said
}

fn everything() -> ObjectOptions {
    ObjectOptions {
        content_type: Some("text/plain".into()),
        metadata: [("team".to_owned(), "data".to_owned())].into(),
        storage_class: Some("STANDARD_IA".into()),
        encryption: Some(Encryption::Kms {
            key_id: Some("alias/lake".into()),
        }),
        tags: [("stage".to_owned(), "a b".to_owned())].into(),
        acl: Some("bucket-owner-full-control".into()),
        create_only: true,
        ..ObjectOptions::default()
    }
}

async fn heads_of(len: usize, integrity: Integrity) -> Vec<Vec<String>> {
    heads_in_parts(len, PART, integrity).await
}

async fn heads_in_parts(len: usize, part: usize, integrity: Integrity) -> Vec<Vec<String>> {
    let (server, heads) = recorder().await;
    let mut config = config(&server.endpoint, "id", "secret");
    config.requester_pays = true;
    config.expected_bucket_owner = Some("123456789012".into());
    let uploader = Uploader::new(
        client(&config),
        UploadOptions {
            integrity,
            part_size: part as u64,
            single_put_below: PART as u64,
            parts_in_flight: 1,
            ..options()
        },
    );
    let mut upload = uploader.start(BUCKET, "k", everything()).await.unwrap();
    upload.write(data(len)).await.unwrap();
    upload.finish().await.unwrap();
    let heads = heads.lock().unwrap();
    // Without the looks at what stands there before and after.
    let sent = heads.iter().filter(|head| !head.starts_with("HEAD"));
    sent.map(|head| said(head)).collect()
}

#[tokio::test]
async fn one_put_carries_every_option_signed() {
    let heads = heads_of(3, Integrity::Crc64Nvme).await;
    expect_test::expect![[r#"
        content-type: text/plain
        if-none-match: *
        x-amz-acl: bucket-owner-full-control
        x-amz-checksum-crc64nvme: X8x+5hol7eo=
        x-amz-expected-bucket-owner: 123456789012
        x-amz-meta-team: data
        x-amz-request-payer: requester
        x-amz-server-side-encryption-aws-kms-key-id: alias/lake
        x-amz-server-side-encryption: aws:kms
        x-amz-storage-class: STANDARD_IA
        x-amz-tagging: stage=a%20b"#]]
    .assert_eq(&heads[0].join("\n"));
}

#[tokio::test]
async fn an_upload_in_parts_says_each_thing_where_it_belongs() {
    let heads = heads_of(PART, Integrity::Crc64Nvme).await;
    let [create, part, complete] = &heads[..] else {
        panic!("{heads:?}");
    };
    for said in [
        "x-amz-storage-class: STANDARD_IA",
        "x-amz-checksum-type: FULL_OBJECT",
    ] {
        assert!(create.contains(&said.to_owned()), "{create:?}");
    }
    assert!(!create.iter().any(|said| said.starts_with("if-none-match")));
    let crc = |said: &[String]| {
        let crc = said
            .iter()
            .find(|said| said.starts_with("x-amz-checksum-crc64nvme: "));
        crc.cloned().unwrap()
    };
    // One part is the whole object.
    assert_eq!(crc(part), crc(complete));
    assert!(complete.contains(&"if-none-match: *".to_owned()));
    for request in &heads {
        assert!(request.contains(&"x-amz-request-payer: requester".to_owned()));
        assert!(
            !request.iter().any(|said| said.ends_with("(not signed)")),
            "{request:?}"
        );
    }
}

#[tokio::test]
async fn the_checksum_of_the_whole_does_not_depend_on_its_parts() {
    let mut seen = std::collections::BTreeSet::new();
    for part in [PART, PART + 1_234_567, 4 * PART] {
        let heads = heads_in_parts(2 * PART + 7, part, Integrity::Crc64Nvme).await;
        let complete = heads.last().unwrap();
        let crc = complete
            .iter()
            .find(|said| said.starts_with("x-amz-checksum-crc64nvme"));
        seen.insert(crc.unwrap().clone());
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[tokio::test]
async fn integrity_is_what_was_asked_for() {
    for (integrity, sent) in [
        (Integrity::Md5, "content-md5"),
        (Integrity::Crc64Nvme, "x-amz-checksum-crc64nvme"),
        (Integrity::Off, ""),
    ] {
        for request in heads_of(3, integrity).await {
            let found = request
                .iter()
                .find(|said| said.starts_with("content-md5") || said.starts_with("x-amz-checksum"));
            let name = found.map_or("", |said| said.split(": ").next().unwrap());
            assert_eq!(name, sent);
        }
    }
}

#[tokio::test]
async fn by_itself_each_client_sends_the_best_checksum_that_it_has() {
    let best =
        match client(&config("http://127.0.0.1:1", "id", "secret")).integrity(Integrity::Auto) {
            Some(Integrity::Crc64Nvme) => "x-amz-checksum-crc64nvme: ",
            Some(Integrity::Md5) => "content-md5: ",
            other => panic!("{other:?}"),
        };
    let is_aws_sdk = std::any::type_name::<super::Client>().contains("AwsSdk");
    assert_eq!(best.contains("crc64"), is_aws_sdk);
    for len in [3, PART + 1] {
        let heads = heads_of(len, Integrity::Auto).await;
        let with_bytes: Vec<_> = heads
            .iter()
            .filter(|said| said.iter().any(|said| said.starts_with(best)))
            .collect();
        // The one PUT; or two parts, and the completion where that carries the whole object's.
        let wanted = match (len, is_aws_sdk) {
            (3, _) => 1,
            (_, false) => 2,
            (_, true) => 3,
        };
        assert_eq!(with_bytes.len(), wanted, "{heads:?}");
    }
}

#[tokio::test]
async fn every_kind_of_checksum_is_checked_and_damage_sent_again() {
    use embedded_s3::{Fault, Operation, Rule};
    for integrity in [Integrity::Md5, Integrity::Crc64Nvme] {
        for (len, rule) in [
            (100, Rule::on(Operation::PutObject).nth(1)),
            (PART + 1, Rule::on(Operation::UploadPart).part(1).nth(1)),
        ] {
            let damage = Fault::DamageRequest { at_byte: 7 };
            let scene = set_scene(FaultPlan::new().with(rule, damage)).await;
            let uploader = scene.uploader.clone().with_options(UploadOptions {
                integrity,
                ..options()
            });
            let object = ObjectOptions::default();
            let mut upload = uploader.start(BUCKET, "k", object).await.unwrap();
            upload.write(data(len)).await.unwrap();
            let progress = upload.progress();
            upload.finish().await.unwrap();
            assert_eq!(progress.retries(), 1, "{integrity:?}");
            assert!(scene.object("k").await.unwrap() == data(len));
        }
    }
}

#[tokio::test]
async fn options_that_s3_does_not_take_are_refused_before_anything_is_sent() {
    let (server, heads) = recorder().await;
    let object = ObjectOptions {
        acl: Some("mine".into()),
        ..ObjectOptions::default()
    };
    let uploader = uploader(&config(&server.endpoint, "id", "secret"));
    let error = uploader.start(BUCKET, "k", object).await.err().unwrap();
    assert_eq!(error.kind(), s3up::ErrorKind::InvalidInput);
    let long = "k".repeat(1025);
    for (bucket, key) in [(BUCKET, ""), (BUCKET, &long), ("a", "k"), ("UP", "k")] {
        let object = ObjectOptions::default();
        let error = uploader.start(bucket, key, object).await.err().unwrap();
        assert_eq!(
            error.kind(),
            s3up::ErrorKind::InvalidInput,
            "{bucket} {key}"
        );
    }
    assert!(heads.lock().unwrap().is_empty());
}

#[tokio::test]
async fn encryption_by_s3_is_asked_for_where_an_upload_begins() {
    for (len, at) in [(3, "PUT"), (PART, "POST")] {
        let (server, heads) = recorder().await;
        let object = ObjectOptions {
            encryption: Some(Encryption::S3),
            ..ObjectOptions::default()
        };
        let uploader = uploader(&config(&server.endpoint, "id", "secret"));
        let mut upload = uploader.start(BUCKET, "k", object).await.unwrap();
        upload.write(data(len)).await.unwrap();
        upload.finish().await.unwrap();
        let heads = heads.lock().unwrap();
        assert!(heads[0].starts_with(at), "{}", heads[0]);
        let asked = said(&heads[0]);
        let asked_for = "x-amz-server-side-encryption: AES256".to_owned();
        assert!(asked.contains(&asked_for), "{asked:?}");
    }
}

#[tokio::test]
async fn a_completion_with_the_checksum_of_other_bytes_is_refused() {
    let scene = set_scene(FaultPlan::new()).await;
    let client = scene.uploader.client();
    // Whether the parts came with checksums or not.
    for with_checksums in [true, false] {
        let object = s3up::NewObject {
            bucket: BUCKET.into(),
            key: "k".into(),
            integrity: Integrity::Crc64Nvme,
            ..s3up::NewObject::default()
        };
        let created = client.create_multipart_upload(object).await.unwrap();
        let upload = s3up::UploadRef {
            bucket: BUCKET.into(),
            key: "k".into(),
            upload_id: created.upload_id,
        };
        let mut parts = Vec::new();
        for (number, bytes) in [(1, data(PART)), (2, data(9))] {
            let crc = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, &bytes);
            let part = s3up::UploadPart {
                upload: upload.clone(),
                number,
                body: bytes.into(),
                checksum: with_checksums.then_some(s3up::Checksum::Crc64Nvme(crc)),
            };
            let etag = client.upload_part(part).await.unwrap();
            parts.push(s3up::CompletedPart { number, etag });
        }
        let whole = [data(PART), data(9)].concat();
        let crc = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, &whole);
        let completion = |crc| s3up::Completion {
            upload: upload.clone(),
            parts: parts.clone(),
            checksum: Some(s3up::Checksum::Crc64Nvme(crc)),
            create_only: false,
        };
        let other = client.complete_multipart_upload(completion(!crc)).await;
        assert_eq!(other.unwrap_err().code(), Some("BadDigest"));
        assert_eq!(scene.object("k").await, None);
        let right = client.complete_multipart_upload(completion(crc)).await;
        right.unwrap();
        assert!(scene.object("k").await.unwrap() == whole);
        client.delete_object(BUCKET, "k").await.unwrap();
    }
}
