//! What a receipt proves, and what is told when it no longer holds.

use embedded_s3::Operation::{CompleteMultipartUpload, GetObject, HeadObject};
use embedded_s3::{Fault, FaultPlan, Reply, Rule};
use s3up::{ErrorKind, ObjectOptions, Outcome, Receipt};

use crate::scene::{BUCKET, PART, Scene, data};

async fn upload(scene: &Scene, len: usize) -> Receipt {
    let mut object = ObjectOptions::default();
    object.metadata.insert("content-id".into(), "7f".into());
    let mut upload = scene.uploader.start(BUCKET, "k", object).await.unwrap();
    upload.write(data(len)).await.unwrap();
    upload.finish().await.unwrap()
}

async fn told(scene: &Scene, receipt: &Receipt) -> Vec<String> {
    let differences = scene.uploader.verify(receipt).await.unwrap();
    differences.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn an_object_is_what_its_receipt_says_until_somebody_writes_it() {
    let scene = Scene::new(FaultPlan::new()).await;
    for len in [0, 10, PART + 1] {
        let receipt = upload(&scene, len).await;
        let text = serde_json::to_string(&receipt).unwrap();
        let receipt: Receipt = serde_json::from_str(&text).unwrap();
        assert_eq!(told(&scene, &receipt).await, [""; 0], "{len}");
        assert_eq!(receipt.metadata["content-id"], "7f");
        match len {
            0 | 10 => assert_eq!(receipt.md5.unwrap(), receipt.etag.trim_matches('"')),
            _ => {
                let md5s = receipt.parts.iter().map(|part| part.md5.clone().unwrap());
                let etags = receipt.parts.iter().map(|part| part.etag.trim_matches('"'));
                assert!(md5s.eq(etags) && receipt.md5.is_none());
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
    let scene = Scene::new(FaultPlan::new()).await;
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

/// What an upload of two parts says where the completion is answered so.
async fn completed_with(etag: &str) -> Result<Receipt, s3up::Error> {
    let body = format!(
        "<CompleteMultipartUploadResult><ETag>{etag}</ETag></CompleteMultipartUploadResult>"
    );
    let reply = Fault::ApplyThen(Reply::raw(200, body));
    let plan = FaultPlan::new().with(Rule::on(CompleteMultipartUpload), reply);
    let scene = Scene::new(plan).await;
    let mut upload = scene
        .uploader
        .start(BUCKET, "k", ObjectOptions::default())
        .await
        .unwrap();
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
