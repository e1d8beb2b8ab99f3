//! Temporary redirects: followed within the service, and nowhere else.

use embedded_s3::{Fault, FaultPlan, Operation, Reply, Rule};
use s3up::{ErrorKind, ObjectOptions, Outcome, Receipt};

use super::{set_scene, uploader};
use crate::scene::{BUCKET, PART, config, data};
use crate::scripted_server::{Script, ScriptedServer};

/// A redirect as S3 writes one, in header and body.
fn redirect(headers: &str, body: &str) -> Script {
    let len = body.len();
    let reply =
        format!("HTTP/1.1 307 X\r\n{headers}content-length: {len}\r\n\r\n{body}").into_bytes();
    Script::Answer(reply)
}

async fn upload(uploader: &s3up::Uploader, len: usize) -> Result<Receipt, s3up::Error> {
    let object = ObjectOptions::default();
    let mut upload = uploader.start(BUCKET, "k", object).await?;
    upload.write(data(len)).await?;
    upload.finish().await
}

#[tokio::test]
async fn what_was_redirected_is_sent_again_whole() {
    for (len, operation) in [
        (100, Operation::PutObject),
        (2 * PART + 7, Operation::CreateMultipartUpload),
        (2 * PART + 7, Operation::UploadPart),
        (2 * PART + 7, Operation::CompleteMultipartUpload),
    ] {
        let scene = set_scene(FaultPlan::new()).await;
        let endpoint = scene.server.endpoint();
        let host = endpoint.trim_start_matches("http://");
        let body =
            format!("<Error><Code>TemporaryRedirect</Code><Endpoint>{host}</Endpoint></Error>");
        let fault = Fault::Refuse(Reply::raw(307, body));
        scene.plan.add(Rule::on(operation).first(2), fault);
        let receipt = upload(&scene.uploader, len).await.unwrap();
        assert_eq!(receipt.size, len as u64);
        assert!(
            scene.object("k").await.unwrap() == data(len),
            "{operation:?}"
        );
        assert_eq!(scene.open_uploads().await, 0);
    }
}

#[tokio::test]
async fn a_redirect_to_another_service_is_told_and_not_followed() {
    let other = ScriptedServer::start(|_, _| Script::Close).await;
    let location = format!("location: {}/k?x=1\r\n", other.endpoint);
    let own_region = format!("x-amz-bucket-region: us-east-1\r\n{location}");
    let body = "<Error><Code>TemporaryRedirect</Code></Error>";
    for headers in [location, own_region] {
        let server = ScriptedServer::start(move |_, _| redirect(&headers, body)).await;
        for len in [10, PART] {
            let before = server.requests();
            let uploader = uploader(&config(&server.endpoint, "id", "secret"));
            let error = upload(&uploader, len).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirected, "{error:?}");
            assert_eq!(error.outcome(), Outcome::NotCommitted);
            assert_eq!(error.redirect(), Some(other.endpoint.as_str()));
            assert_eq!(error.right_region(), None);
            let shown = error.to_string();
            let shown = shown.replace(&server.endpoint, "ENDPOINT");
            let shown = shown.replace(&other.endpoint, "OTHER");
            expect_test::expect!["cannot upload s3://lake/k at ENDPOINT: the endpoint sends requests for it to OTHER for now; try again in a few minutes, or, if you trust that address, set it as the endpoint"].assert_eq(&shown);
            assert_eq!(server.requests() - before, 1);
        }
    }
    assert_eq!(other.requests(), 0);
}

#[tokio::test]
async fn a_redirect_to_another_region_names_it() {
    let headers =
        "x-amz-bucket-region: eu-west-3\r\nlocation: https://s3.eu-west-3.amazonaws.com/\r\n";
    let body = "<Error><Code>TemporaryRedirect</Code></Error>";
    let server = ScriptedServer::start(move |_, _| redirect(headers, body)).await;
    let uploader = uploader(&config(&server.endpoint, "id", "secret"));
    let error = upload(&uploader, 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongRegion, "{error:?}");
    assert_eq!(error.right_region(), Some("eu-west-3"));
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_redirect_in_a_circle_ends_with_the_attempts() {
    let server = ScriptedServer::start_with_heads(|head, _| {
        let host = head.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("host: ")
                .map(str::to_owned)
        });
        let location = format!("location: http://{}/lake/k\r\n", host.unwrap());
        redirect(&location, "")
    })
    .await;
    let uploader = uploader(&config(&server.endpoint, "id", "secret"));
    let error = upload(&uploader, 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirected, "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotCommitted);
    assert_eq!(server.requests(), 8);
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_told() {
    for headers in ["", "location: /lake/k\r\n", "location: ftp://x/\r\n"] {
        let server = ScriptedServer::start(move |_, _| redirect(headers, "")).await;
        let uploader = uploader(&config(&server.endpoint, "id", "secret"));
        let error = upload(&uploader, 10).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirected, "{error:?}");
        assert_eq!(error.redirect(), None);
        let shown = error.to_string().replace(&server.endpoint, "ENDPOINT");
        expect_test::expect!["cannot upload s3://lake/k at ENDPOINT: the endpoint sends requests for it elsewhere for now, and does not say where; try again in a few minutes, or set the endpoint of the bucket's region"].assert_eq(&shown);
        assert_eq!(server.requests(), 1);
    }
}
