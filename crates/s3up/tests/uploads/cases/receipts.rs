//! What a receipt proves, and what is told when it no longer holds.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use embedded_s3::Operation::{CompleteMultipartUpload, GetObject, HeadObject};
use embedded_s3::{Fault, FaultPlan, Reply, Rule};
use s3up::{ErrorKind, Integrity, ObjectOptions, Outcome, Receipt, UploadOptions};

use super::{set_scene, uploader};
use crate::scene::{BUCKET, PART, Scene, config, data, options};
use crate::scripted_server::{Script, ScriptedServer, answer, created, empty};

async fn upload(scene: &Scene, len: usize) -> Receipt {
    upload_with(scene, len, Integrity::Auto).await
}

async fn upload_with(scene: &Scene, len: usize, integrity: Integrity) -> Receipt {
    let mut object = ObjectOptions::default();
    object.metadata.insert("content-id".into(), "7f".into());
    let uploader = scene.uploader.clone().with_options(UploadOptions {
        integrity,
        ..options()
    });
    let mut upload = uploader.start(BUCKET, "k", object).await.unwrap();
    upload.write(data(len)).await.unwrap();
    upload.finish().await.unwrap()
}

/// The store makes ETags from MD5s, so that each is there to be compared.
fn is_known_by_md5(receipt: &Receipt) {
    let md5_is_etag =
        |md5: &Option<String>, etag: &str| md5.as_deref() == Some(etag.trim_matches('"'));
    match &receipt.parts[..] {
        [] => assert!(md5_is_etag(&receipt.md5, &receipt.etag), "{receipt:?}"),
        parts => {
            assert!(parts.iter().all(|part| md5_is_etag(&part.md5, &part.etag)));
            // That of the whole does not follow from those of its parts.
            assert_eq!(receipt.md5, None);
        }
    }
    assert_eq!(receipt.crc64nvme, None);
}

fn is_known_by_crc(receipt: &Receipt) {
    let crc_of = |bytes: &[u8]| {
        let crc = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, bytes);
        Some(format!("{crc:016x}"))
    };
    let bytes = data(usize::try_from(receipt.size).unwrap());
    assert_eq!(receipt.crc64nvme, crc_of(&bytes));
    for (part, bytes) in receipt.parts.iter().zip(bytes.chunks(PART)) {
        assert_eq!(part.crc64nvme, crc_of(bytes));
    }
    let md5s = receipt.parts.iter().map(|part| &part.md5);
    assert!(md5s.chain([&receipt.md5]).all(Option::is_none));
}

async fn told(scene: &Scene, receipt: &Receipt) -> Vec<String> {
    let differences = scene.uploader.verify(receipt).await.unwrap();
    differences.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn an_object_is_what_its_receipt_says_until_somebody_writes_it() {
    let scene = set_scene(FaultPlan::new()).await;
    for integrity in [Integrity::Md5, Integrity::Crc64Nvme] {
        for len in [0, 10, PART + 1] {
            let receipt = upload_with(&scene, len, integrity).await;
            let text = serde_json::to_string(&receipt).unwrap();
            let receipt: Receipt = serde_json::from_str(&text).unwrap();
            assert_eq!(told(&scene, &receipt).await, [""; 0], "{len}");
            assert_eq!(receipt.metadata["content-id"], "7f");
            match integrity {
                Integrity::Md5 => is_known_by_md5(&receipt),
                _ => is_known_by_crc(&receipt),
            }
        }
    }
    let receipt = upload(&scene, 10).await;
    let again = upload(&scene, 10).await;
    // The same bytes, and still the object of another.
    let other = ["it is the object of another upload"];
    assert_eq!(told(&scene, &receipt).await, other);
    let stranger = s3up::PutObject {
        object: s3up::NewObject {
            bucket: BUCKET.into(),
            key: "k".into(),
            ..s3up::NewObject::default()
        },
        body: data(3).into(),
        checksum: None,
    };
    let stored = scene.uploader.client().put_object(stranger).await.unwrap();
    let expected = [
        "it is an object without an upload's mark".to_owned(),
        "it has 3 bytes, and 10 were uploaded".to_owned(),
        format!("its ETag is {}, and it was {}", stored.etag, again.etag),
        "its metadata `content-id` is none, and it was 7f".to_owned(),
    ];
    assert_eq!(told(&scene, &again).await, expected);
    let client = scene.uploader.client();
    client.delete_object(BUCKET, "k").await.unwrap();
    assert_eq!(told(&scene, &again).await, ["there is no object"]);

    let denied = Fault::error(403, "AccessDenied");
    scene.plan.add(Rule::on(HeadObject), denied);
    let error = scene.uploader.verify(&again).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AccessDenied);
}

#[tokio::test]
async fn a_range_that_breaks_off_is_read_again() {
    let scene = set_scene(FaultPlan::new()).await;
    upload(&scene, 1_000).await;
    let cut = Fault::CutReply { after_bytes: 7 };
    scene.plan.add(Rule::on(GetObject).first(2), cut);
    let uploader = &scene.uploader;
    let read = uploader.get_range(BUCKET, "k", 100..200).await.unwrap();
    assert!(read == data(1_000)[100..200]);
    assert_eq!(scene.plan.calls(GetObject), 3);
    let head = uploader.head(BUCKET, "k").await.unwrap().unwrap();
    assert_eq!((head.size, &*head.metadata["content-id"]), (1_000, "7f"));
    assert_eq!(uploader.head(BUCKET, "absent").await.unwrap(), None);
    let error = uploader
        .get_range(BUCKET, "absent", 0..1)
        .await
        .unwrap_err();
    assert_eq!(error.s3_code(), Some("NoSuchKey"), "{error:?}");
}

/// What an upload of two parts says where the completion is answered so. The MD5s of its parts tell
/// which ETag would be the right one.
async fn completed_with(etag: &str) -> Result<Receipt, s3up::Error> {
    let body = format!(
        "<CompleteMultipartUploadResult><ETag>{etag}</ETag></CompleteMultipartUploadResult>"
    );
    let reply = Fault::ApplyThen(Reply::raw(200, body));
    let plan = FaultPlan::new().with(Rule::on(CompleteMultipartUpload), reply);
    let scene = set_scene(plan).await;
    let uploader = scene.uploader.clone().with_options(UploadOptions {
        integrity: Integrity::Md5,
        ..options()
    });
    let object = ObjectOptions::default();
    let mut upload = uploader.start(BUCKET, "k", object).await.unwrap();
    upload.write(data(PART + 1)).await.unwrap();
    let result = upload.finish().await;
    // The ETag of parts is proof enough; where there is none, the size is looked at.
    assert_eq!(scene.plan.calls(HeadObject), 1);
    result
}

#[tokio::test]
async fn an_etag_that_contradicts_is_told_and_one_of_another_form_is_not() {
    let other = format!("\"{}-2\"", "0".repeat(32));
    let error = completed_with(&other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(error.to_string().contains("with the ETag"), "{error}");
    for opaque in ["\"CJ+opaque\"", "\"opaque-2\""] {
        assert_eq!(completed_with(opaque).await.unwrap().etag, opaque);
    }
}

/// A bucket with versions. Where `lost`, the reply to a completion does not arrive, and the repeated
/// one meets an upload that is gone.
async fn with_versions(size: usize, lost: bool) -> ScriptedServer {
    let token = Mutex::new(String::new());
    let completions = AtomicUsize::new(0);
    ScriptedServer::start_with_heads(move |head, _| {
        let line = head.lines().next().unwrap_or_default();
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        if let Some((_, value)) =
            headers.find(|(name, _)| name.eq_ignore_ascii_case("x-amz-meta-s3up-token"))
        {
            value.clone_into(&mut token.lock().unwrap());
        }
        let completed = "<CompleteMultipartUploadResult><ETag>\"e-2\"</ETag>\
                         </CompleteMultipartUploadResult>";
        if line.starts_with("POST") && line.contains("?uploads") {
            return created();
        }
        if line.starts_with("POST") {
            return match (lost, completions.fetch_add(1, Relaxed)) {
                (true, 0) => Script::Close,
                (true, _) => answer(404, "<Error><Code>NoSuchUpload</Code></Error>"),
                (false, _) => {
                    let len = completed.len();
                    let reply = format!(
                        "HTTP/1.1 200 X\r\nx-amz-version-id: of-completion\r\n\
                         content-length: {len}\r\n\r\n{completed}"
                    );
                    Script::Answer(reply.into_bytes())
                }
            };
        }
        if line.starts_with("HEAD") {
            let token = token.lock().unwrap();
            let reply = format!(
                "HTTP/1.1 200 X\r\netag: \"e-2\"\r\nx-amz-version-id: of-head\r\n\
                 x-amz-meta-s3up-token: {token}\r\ncontent-length: {size}\r\n\r\n"
            );
            return Script::Answer(reply.into_bytes());
        }
        match line.contains("uploadId") {
            true => empty(200, "etag: \"e\"\r\n"),
            false => empty(200, "etag: \"e\"\r\nx-amz-version-id: of-put\r\n"),
        }
    })
    .await
}

#[tokio::test]
async fn the_version_that_was_made_is_in_the_receipt() {
    for (len, lost, expected) in [
        (10, false, "of-put"),
        (PART + 1, false, "of-completion"),
        // What the reply would have said is found where the object is.
        (PART + 1, true, "of-head"),
    ] {
        let server = with_versions(len, lost).await;
        let uploader = uploader(&config(&server.endpoint, "id", "secret"));
        let object = ObjectOptions::default();
        let mut upload = uploader.start(BUCKET, "k", object).await.unwrap();
        upload.write(data(len)).await.unwrap();
        let receipt = upload.finish().await.unwrap();
        assert_eq!(receipt.version_id.as_deref(), Some(expected));
    }
    // A bucket without versions tells none.
    let scene = set_scene(FaultPlan::new()).await;
    for len in [10, PART + 1] {
        assert_eq!(upload(&scene, len).await.version_id, None);
    }
}
