//! Replies that are no S3's: each ends in a bounded time, none in a success or a panic.

use std::sync::Arc;
use std::time::{Duration, Instant};

use s3up::{
    CallError, CompletedPart, Completion, ErrorKind, NewObject, ObjectOptions, Outcome, PutObject,
    RetryPolicy, S3Client, S3Config, Timeouts, UploadOptions, UploadRef, Uploader,
};

use super::Client;
use crate::scene::{BUCKET, PART, config, data};
use crate::scripted_server::{Script, ScriptedServer, answer, empty};

/// Limits short enough to be met in a test.
fn impatient(endpoint: &str) -> S3Config {
    let mut config = config(endpoint, "id", "CANARY-SECRET");
    config.timeouts = Timeouts {
        first_byte: Duration::from_millis(700),
        complete_first_byte: Duration::from_millis(700),
        stall: Duration::from_millis(700),
        ..Timeouts::default()
    };
    config
}

fn client(endpoint: &str) -> Client {
    Client::new(&impatient(endpoint)).unwrap()
}

fn uploader(endpoint: &str) -> Uploader {
    let retry = RetryPolicy {
        max_attempts: 2,
        base_delay: Duration::from_millis(2),
        ..RetryPolicy::default()
    };
    let options = UploadOptions {
        retry,
        part_size: PART as u64,
        ..UploadOptions::default()
    };
    Uploader::new(Arc::new(client(endpoint)), options)
}

fn one_put(len: usize) -> PutObject {
    PutObject {
        object: NewObject {
            bucket: BUCKET.into(),
            key: "k".into(),
            ..NewObject::default()
        },
        body: data(len).into(),
        ..PutObject::default()
    }
}

async fn complete(script: impl Fn() -> Script + Send + Sync + 'static) -> CallError {
    let server = ScriptedServer::start(move |_, _| script()).await;
    let upload = UploadRef {
        bucket: BUCKET.into(),
        key: "k".into(),
        upload_id: "u".into(),
    };
    let parts = [CompletedPart {
        number: 1,
        etag: "e".into(),
    }];
    let began = Instant::now();
    let result = client(&server.endpoint)
        .complete_multipart_upload(Completion {
            upload,
            parts: parts.into(),
            checksum: None,
            create_only: false,
        })
        .await;
    assert!(began.elapsed() < Duration::from_secs(5));
    result.unwrap_err()
}

#[tokio::test]
async fn a_completion_is_never_taken_for_a_success() {
    let whole = "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>";
    for cut in 0..whole.len() {
        let error = complete(move || answer(200, &whole[..cut])).await;
        assert!(
            matches!(error, CallError::BadReply { status: 200, .. }),
            "{cut}: {error}"
        );
    }
    for body in [
        "<html></html>",
        "<Error><Code>InternalError</Code></Error>",
        "\u{0}\u{1}",
        "{}",
    ] {
        let error = complete(move || answer(200, body)).await;
        assert!(error.may_have_taken_effect(), "{error}");
    }
    // The length promises more than comes.
    let short =
        || Script::AnswerEarly(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n<Comp".to_vec());
    assert!(matches!(complete(short).await, CallError::Broken { .. }));
    // Longer than any reply of S3.
    let endless = || answer(200, &" ".repeat(9 << 20));
    assert!(matches!(
        complete(endless).await,
        CallError::BadReply { .. }
    ));
    // Headers, half a body, silence.
    let stuck = || Script::Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n<Comp".to_vec());
    assert!(matches!(complete(stuck).await, CallError::TimedOut { .. }));
    assert!(matches!(
        complete(|| Script::Silence).await,
        CallError::TimedOut { .. }
    ));
    assert!(matches!(
        complete(|| Script::Close).await,
        CallError::Broken { .. }
    ));
}

#[tokio::test]
async fn odd_headers_panic_nothing() {
    let odd = "ETag: \"\u{fc}\"\r\nx-amz-server-side-encryption-bucket-key-enabled: perhaps\r\n\
               x-amz-missing-meta: many\r\nx-amz-meta-name: \u{fc}\r\nlast-modified: yesterday\r\n";
    let server = ScriptedServer::start(move |_, _| empty(200, odd)).await;
    let client = client(&server.endpoint);
    let head = client.head_object(BUCKET, "k").await.unwrap().unwrap();
    assert_eq!((head.size, head.etag, head.last_modified), (0, None, None));
    let put = client.put_object(one_put(0));
    assert!(matches!(put.await, Err(CallError::BadReply { .. })));
}

#[tokio::test]
async fn a_success_without_etag_or_upload_id_is_an_error() {
    let server = ScriptedServer::start(|line, _| match line {
        line if line.contains("uploads") => answer(200, "<InitiateMultipartUploadResult/>"),
        _ => empty(200, ""),
    })
    .await;
    let uploader = uploader(&server.endpoint);
    for len in [10, PART] {
        let mut upload = uploader
            .start(BUCKET, "k", ObjectOptions::default())
            .await
            .unwrap();
        let written = upload.write(data(len)).await;
        let error = match written {
            Ok(()) => upload.finish().await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.kind(), ErrorKind::BadReply, "{error:?}");
    }
}

#[tokio::test]
async fn an_early_refusal_of_a_large_body_is_read() {
    let refusal = "HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 45\r\n\r\n\
                   <Error><Code>AccessDenied</Code></Error>     ";
    let server =
        ScriptedServer::start(move |_, _| Script::AnswerEarly(refusal.as_bytes().to_vec())).await;
    // More than the sockets hold, so that writing fails.
    let mut options = UploadOptions {
        part_size: 32 << 20,
        single_put_below: 32 << 20,
        ..UploadOptions::default()
    };
    options.retry.max_attempts = 1;
    for _ in 0..10 {
        let uploader = Uploader::new(Arc::new(client(&server.endpoint)), options.clone());
        let mut upload = uploader
            .start(BUCKET, "k", ObjectOptions::default())
            .await
            .unwrap();
        upload.write(data(20 << 20)).await.unwrap();
        let error = upload.finish().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AccessDenied, "{error:?}");
        assert_eq!(error.outcome(), Outcome::NotCommitted);
    }
}

#[tokio::test]
async fn a_server_that_stops_reading_is_left_in_time() {
    let server = ScriptedServer::start(|_, _| Script::StopReading).await;
    let mut options = UploadOptions {
        part_size: 32 << 20,
        single_put_below: 32 << 20,
        ..UploadOptions::default()
    };
    options.retry = RetryPolicy {
        max_attempts: 1,
        ..options.retry
    };
    let uploader = Uploader::new(Arc::new(client(&server.endpoint)), options);
    let mut upload = uploader
        .start(BUCKET, "k", ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(20 << 20)).await.unwrap();
    let began = Instant::now();
    let error = upload.finish().await.unwrap_err();
    // One limit for the PUT, one for the HEAD that looks for what came of it.
    assert!(
        began.elapsed() < Duration::from_secs(6),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::TimedOut, Outcome::Unknown)
    );
}

#[tokio::test]
async fn a_transfer_that_never_stands_still_and_is_too_slow_ends_in_time() {
    // By slices of 64 KiB it would take six seconds; half a second is granted.
    let pace = Duration::from_millis(20);
    let server = ScriptedServer::start(move |_, _| Script::AnswerAtPace(pace, Vec::new())).await;
    let mut config = impatient(&server.endpoint);
    config.timeouts.exchange = Duration::from_millis(300);
    config.timeouts.min_bytes_per_second = 100 << 20;
    let began = Instant::now();
    let client = Client::new(&config).unwrap();
    let error = client.put_object(one_put(20 << 20)).await.unwrap_err();
    assert!(matches!(error, CallError::TimedOut { .. }), "{error:?}");
    assert!(error.may_have_taken_effect());
    let elapsed = began.elapsed();
    assert!(elapsed >= Duration::from_millis(500), "{elapsed:?}");
    assert!(elapsed < Duration::from_secs(4), "{elapsed:?}");
}

#[tokio::test]
async fn a_server_that_never_agrees_on_keys_is_left_in_time() {
    // Whoever connects waits for a word of TLS.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let mut config = impatient(&format!("https://{address}"));
    config.timeouts.connect = Duration::from_millis(300);
    let began = Instant::now();
    let client = Client::new(&config).unwrap();
    let error = client.put_object(one_put(10)).await.unwrap_err();
    assert!(matches!(error, CallError::Connect { .. }), "{error:?}");
    assert!(!error.may_have_taken_effect());
    let elapsed = began.elapsed();
    assert!(elapsed >= Duration::from_millis(300), "{elapsed:?}");
    // The default is five seconds.
    assert!(elapsed < Duration::from_secs(4), "{elapsed:?}");
}

#[tokio::test]
async fn a_slow_reader_is_given_the_time_for_what_is_buffered() {
    // 16 slices of 64 KiB take longer than the limit of the first byte, and less than a body of
    // 1 MiB is granted at 512 KiB/s.
    let pace = Duration::from_millis(60);
    let reply = "HTTP/1.1 200 X\r\netag: e\r\ncontent-length: 0\r\n\r\n";
    let server =
        ScriptedServer::start(move |_, _| Script::AnswerAtPace(pace, reply.as_bytes().to_vec()))
            .await;
    let mut config = impatient(&server.endpoint);
    config.timeouts.min_bytes_per_second = 512 << 10;
    let mut options = UploadOptions::default();
    options.retry.max_attempts = 1;
    let uploader = Uploader::new(Arc::new(Client::new(&config).unwrap()), options);
    let mut upload = uploader
        .start(BUCKET, "k", ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(1 << 20)).await.unwrap();
    let receipt = upload.finish().await.unwrap();
    assert!(receipt.elapsed > config.timeouts.first_byte);
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn redirects_are_named_and_not_followed() {
    for (status, headers, body, region) in [
        (
            301,
            "x-amz-bucket-region: eu-west-3\r\nlocation: http://127.0.0.1:1/\r\n",
            "",
            Some("eu-west-3"),
        ),
        (
            400,
            "",
            "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-north-1</Region></Error>",
            Some("eu-north-1"),
        ),
    ] {
        let server = ScriptedServer::start(move |_, _| {
            let len = body.len();
            Script::Answer(
                format!("HTTP/1.1 {status} X\r\n{headers}content-length: {len}\r\n\r\n{body}")
                    .into_bytes(),
            )
        })
        .await;
        let mut upload = uploader(&server.endpoint)
            .start(BUCKET, "k", ObjectOptions::default())
            .await
            .unwrap();
        upload.write(data(10)).await.unwrap();
        let error = upload.finish().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WrongRegion, "{error:?}");
        assert_eq!(error.right_region(), region);
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn a_skewed_clock_is_named() {
    let body = "<Error><Code>RequestTimeTooSkewed</Code><Message>too large</Message></Error>";
    let server = ScriptedServer::start(move |line, _| match line.starts_with("HEAD") {
        true => empty(403, "x-amz-bucket-region: eu-west-3\r\n"),
        false => answer(403, body),
    })
    .await;
    let error = uploader(&server.endpoint)
        .ensure_bucket(BUCKET)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ClockSkew, "{error:?}");
    assert!(error.to_string().contains("clock"));
}

#[tokio::test]
async fn a_quoting_server_leaks_no_secret() {
    // SignatureDoesNotMatch quotes the canonical request, in which a session token stands.
    let body = "<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message>\
                <CanonicalRequest>x-amz-security-token:CANARY-TOKEN</CanonicalRequest></Error>";
    let server = ScriptedServer::start(move |_, _| answer(403, body)).await;
    let mut upload = uploader(&server.endpoint)
        .start(BUCKET, "k", ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(10)).await.unwrap();
    let error = upload.finish().await.unwrap_err();
    let shown = format!("{error} {error:?} {:?}", impatient(&server.endpoint));
    assert!(!shown.contains("CANARY"), "{shown}");
}
