//! A server that says that it has put parts together: what is there then is compared.

use s3up::{ErrorKind, Integrity, ObjectOptions, Outcome, Receipt, UploadOptions, Uploader};

use super::client;
use crate::scene::{BUCKET, PART, config, data, options};
use crate::scripted_server::{Script, ScriptedServer, completed, created, empty};

/// The name under which the token of an upload travels.
const TOKEN: &str = "x-amz-meta-s3up-token: ";

/// Completes an upload of two parts, whatever came, and shows an object of `stored` bytes with the
/// upload's token; none without a size.
async fn confirming(stored: Option<usize>) -> ScriptedServer {
    let token = std::sync::Mutex::new(String::new());
    ScriptedServer::start_with_heads(move |head, _| {
        let lower = head.to_ascii_lowercase();
        let line = lower.lines().next().unwrap_or_default();
        if let Some(found) = lower.lines().find_map(|line| line.strip_prefix(TOKEN)) {
            found.clone_into(&mut token.lock().unwrap());
        }
        if line.contains("?uploads") {
            return created();
        }
        if line.starts_with("post") {
            return completed();
        }
        match stored {
            Some(stored) if line.starts_with("head") => {
                let token = token.lock().unwrap();
                let headers = format!("etag: \"e\"\r\n{TOKEN}{token}\r\ncontent-length: {stored}");
                Script::Answer(format!("HTTP/1.1 200 X\r\n{headers}\r\n\r\n").into_bytes())
            }
            None if line.starts_with("head") => empty(404, ""),
            _ => empty(200, "etag: \"e\"\r\n"),
        }
    })
    .await
}

async fn upload(server: &ScriptedServer) -> Result<Receipt, s3up::Error> {
    let config = config(&server.endpoint, "id", "secret");
    let options = UploadOptions {
        // Then nothing but the size can be compared.
        integrity: Integrity::Off,
        ..options()
    };
    let uploader = Uploader::new(client(&config), options);
    let object = ObjectOptions::default();
    let mut upload = uploader.start(BUCKET, "k", object).await?;
    upload.write(data(PART + 7)).await?;
    upload.finish().await
}

#[tokio::test]
async fn an_object_of_the_size_that_was_sent_is_committed() {
    let server = confirming(Some(PART + 7)).await;
    assert_eq!(upload(&server).await.unwrap().size, (PART + 7) as u64);
}

#[tokio::test]
async fn what_is_shorter_or_gone_is_no_success() {
    for (stored, told) in [
        (Some(PART), "S3 stored 5242880 bytes of 5242887"),
        (None, "S3 confirmed the object, and there is none now"),
    ] {
        let server = confirming(stored).await;
        let error = upload(&server).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Damaged, "{error:?}");
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(error.to_string().contains(told), "{error}");
    }
}
