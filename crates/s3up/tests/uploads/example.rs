//! The examples, run as programs would be: by arguments and variables.

use embedded_s3::FaultPlan;

use crate::scene::{BUCKET, PART, Scene, data};

#[allow(dead_code, reason = "`main` only prints what `run` returns")]
#[path = "../../examples/upload_file.rs"]
mod upload_file;

#[allow(dead_code, reason = "`main` only prints what `run` returns")]
#[path = "../../examples/upload_stream.rs"]
mod upload_stream;

fn variable(name: &str) -> Option<String> {
    let value = match name {
        "AWS_ACCESS_KEY_ID" => "test-key",
        "AWS_SECRET_ACCESS_KEY" => "test-secret",
        _ => return None,
    };
    Some(value.to_owned())
}

#[tokio::test]
async fn upload_file_uploads_a_file() {
    let scene = Scene::new(FaultPlan::new()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    std::fs::write(&path, data(2 * PART)).unwrap();
    let path = path.display().to_string();
    let endpoint = scene.server.endpoint();
    let target = format!("s3://{BUCKET}/a/b");
    let receipt = upload_file::run(&[path.clone(), target, endpoint], variable)
        .await
        .unwrap();
    assert_eq!(
        (receipt.key.as_str(), receipt.size),
        ("a/b", 2 * PART as u64)
    );
    assert!(scene.object("a/b").await.unwrap() == data(2 * PART));

    for wrong in [vec![], vec![path.clone()], vec![path, "lake/k".to_owned()]] {
        let error = upload_file::run(&wrong, |_| None).await.unwrap_err();
        assert!(error.to_string().contains("s3://"), "{error}");
    }
}

#[tokio::test]
async fn upload_stream_uploads_what_it_reads() {
    let scene = Scene::new(FaultPlan::new()).await;
    let endpoint = scene.server.endpoint();
    let arguments = [format!("s3://{BUCKET}/a/b"), endpoint];
    // Neither a whole number of chunks nor of parts.
    let bytes = data(2 * PART + 3);
    let stream = std::io::Cursor::new(bytes.clone());
    let receipt = upload_stream::run(&arguments, variable, stream)
        .await
        .unwrap();
    assert_eq!(receipt.size, bytes.len() as u64);
    assert!(scene.object("a/b").await.unwrap() == bytes);

    let error = upload_stream::run(&arguments, |_| None, &b""[..]).await;
    assert_eq!(error.unwrap_err().to_string(), "set AWS_ACCESS_KEY_ID");
}
