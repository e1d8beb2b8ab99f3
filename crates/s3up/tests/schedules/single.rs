//! Every fault by itself: what an upload says that meets it once, and one that meets it each time.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use embedded_s3::Operation::{
    self, CompleteMultipartUpload, CreateMultipartUpload, PutObject, UploadPart,
};
use embedded_s3::{EmbeddedS3, Fault, FaultPlan, Options, Reply, Rule, Stall};
use futures::{StreamExt, stream};
use s3up::{
    Credentials, Endpoint, ObjectOptions, Outcome, RetryPolicy, S3Config, StaticCredentials,
    Timeouts, UploadOptions, Uploader,
};

use crate::client::Client;
use crate::stage::{BUCKET, PART};

/// A request that a fault may meet, and the way in which an object then goes out.
const REQUESTS: [Operation; 4] = [
    PutObject,
    CreateMultipartUpload,
    UploadPart,
    CompleteMultipartUpload,
];

/// A line of the page.
pub struct Line {
    /// What happens.
    pub fault: &'static str,
    pub request: Operation,
    /// What the upload says where it happens the first time.
    pub once: String,
    /// And where it happens each time.
    pub always: String,
}

/// The faults, in words, and which requests can meet them.
fn faults() -> Vec<(&'static str, &'static [Operation], Fault)> {
    const ALL: &[Operation] = &REQUESTS;
    const BODIES: &[Operation] = &[PutObject, UploadPart];
    const DECIDING: &[Operation] = &[PutObject, CompleteMultipartUpload];
    const IN_XML: &[Operation] = &[CreateMultipartUpload, CompleteMultipartUpload];
    const OF_AN_UPLOAD: &[Operation] = &[UploadPart, CompleteMultipartUpload];
    let error = |status, code| Reply::Error {
        status,
        code: Cow::Borrowed(code),
    };
    let refused = |status, code| Fault::Refuse(error(status, code));
    let done = Fault::ApplyThen;
    vec![
        (
            "500 InternalError, nothing done",
            ALL,
            Fault::internal_error(),
        ),
        ("503 SlowDown", ALL, Fault::slow_down()),
        ("400 RequestTimeout", ALL, refused(400, "RequestTimeout")),
        ("403 AccessDenied", ALL, refused(403, "AccessDenied")),
        (
            "403 RequestTimeTooSkewed",
            ALL,
            refused(403, "RequestTimeTooSkewed"),
        ),
        (
            "307 to another service",
            ALL,
            Fault::Refuse(Reply::raw(307, ELSEWHERE)),
        ),
        (
            "404 NoSuchUpload, though it is there",
            OF_AN_UPLOAD,
            refused(404, "NoSuchUpload"),
        ),
        (
            "409 OperationAborted",
            DECIDING,
            refused(409, "OperationAborted"),
        ),
        (
            "409 ConditionalRequestConflict",
            DECIDING,
            refused(409, "ConditionalRequestConflict"),
        ),
        (
            "412 PreconditionFailed",
            DECIDING,
            refused(412, "PreconditionFailed"),
        ),
        (
            "200, and InternalError in it",
            DECIDING,
            Fault::error_in_success("InternalError"),
        ),
        (
            "200, and a page of HTML in it",
            ALL,
            Fault::Refuse(Reply::raw(200, "<html></html>")),
        ),
        (
            "200, and XML in it that is cut off",
            IN_XML,
            Fault::Refuse(Reply::raw(200, "<CompleteMultipart")),
        ),
        (
            "502 of a proxy",
            ALL,
            Fault::Refuse(Reply::raw(502, "<html></html>")),
        ),
        (
            "refused while the body is sent",
            BODIES,
            Fault::RefuseEarly(error(503, "SlowDown")),
        ),
        (
            "the connection is cut in the body",
            BODIES,
            Fault::CutRequest { after_bytes: 1_000 },
        ),
        (
            "a byte of the body is damaged",
            BODIES,
            Fault::DamageRequest { at_byte: 1_000 },
        ),
        (
            "the connection is cut, nothing done",
            ALL,
            Fault::Refuse(Reply::Nothing),
        ),
        (
            "no reply in time, nothing done",
            ALL,
            Fault::Stall(Stall::For(TOO_LONG)),
        ),
        ("done, and the reply is lost", ALL, Fault::lose_reply()),
        (
            "done, and no reply in time",
            ALL,
            Fault::StallReply(Stall::For(TOO_LONG)),
        ),
        (
            "done, and 500 InternalError",
            ALL,
            done(error(500, "InternalError")),
        ),
        (
            "done, and 200 with nothing in it",
            ALL,
            done(Reply::raw(200, "")),
        ),
        (
            "done, and the reply is cut off",
            DECIDING,
            Fault::CutReply { after_bytes: 50 },
        ),
    ]
}

const ELSEWHERE: &str = "<Error><Code>TemporaryRedirect</Code>\
                         <Endpoint>s3.example.org</Endpoint></Error>";

/// For ever, as far as these uploads are concerned.
const TOO_LONG: Duration = Duration::from_secs(60 * 60);
/// How long they wait, where they meet that.
const PATIENCE: Duration = Duration::from_millis(700);

/// Plays each fault on each request that can meet it.
pub async fn play(client: Client) -> Vec<Line> {
    let cases = faults().into_iter().flat_map(|(what, requests, fault)| {
        let requests = requests.iter().copied();
        requests.map(move |request| (what, request, fault.clone()))
    });
    stream::iter(cases)
        .map(|(what, request, fault)| async move {
            let first = Rule::on(request).nth(1);
            let once = said(client, request, first, fault.clone()).await;
            let always = said(client, request, Rule::on(request), fault).await;
            Line {
                fault: what,
                request,
                once,
                always,
            }
        })
        .buffered(8)
        .collect()
        .await
}

async fn said(client: Client, request: Operation, rule: Rule, fault: Fault) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(folder.path());
    // Calls that are held up are cut at the end.
    options.shutdown_grace = Duration::ZERO;
    let plan = Arc::new(FaultPlan::new());
    options.faults = Some(plan.clone());
    options.access_key_id = Some("test-key".into());
    options.secret_access_key = Some("test-secret".into());
    let server = EmbeddedS3::start(options).await.unwrap();
    let held_up = matches!(fault, Fault::Stall(_) | Fault::StallReply(_));
    let uploader = uploader(client, &server, request, held_up);
    uploader.ensure_bucket(BUCKET).await.unwrap();
    plan.add(rule, fault);
    let object = ObjectOptions::default();
    let mut upload = uploader.start(BUCKET, "k", object).await.unwrap();
    let written = upload.write(Bytes::from_static(BODY)).await;
    let ended = match written {
        Ok(()) => upload.finish().await,
        Err(error) => Err(error),
    };
    // One that looks has time, whatever the uploader had.
    let patient = self::uploader(client, &server, request, false);
    let stands = stands(&patient).await;
    let said = match ended {
        Ok(_) => {
            assert!(stands, "{request:?}: committed, and not there");
            "committed".to_owned()
        }
        Err(error) if error.outcome() == Outcome::NotCommitted => {
            assert!(!stands, "{request:?}: not committed, and there");
            format!("not committed: {:?}", error.kind())
        }
        Err(error) => format!("unknown: {:?}", error.kind()),
    };
    server.shutdown().await;
    said
}

/// What is uploaded: larger than what is cut off or damaged above.
const BODY: &[u8] = &[7; 2_000];

/// Whether the object is there, and then it is whole.
async fn stands(uploader: &Uploader) -> bool {
    let body = match uploader.client().get_object(BUCKET, "k", None).await {
        Ok(body) => body.collect().await.unwrap(),
        Err(error) => {
            assert_eq!(error.code(), Some("NoSuchKey"), "{error}");
            return false;
        }
    };
    assert!(body == BODY, "part of an object was seen");
    true
}

/// Only who meets a server that does not reply has little patience: a busy machine changes nothing.
fn uploader(client: Client, server: &EmbeddedS3, request: Operation, impatient: bool) -> Uploader {
    let keys = Credentials::Static(StaticCredentials::new("test-key", "test-secret", None));
    let endpoint = Endpoint::Url(server.endpoint().parse().unwrap());
    let mut config = S3Config::new(endpoint, "us-east-1", keys);
    if impatient {
        config.timeouts = Timeouts {
            first_byte: PATIENCE,
            complete_first_byte: PATIENCE,
            min_bytes_per_second: 50 << 20,
            ..Timeouts::default()
        };
    }
    let options = UploadOptions {
        part_size: PART,
        // Everything but a PUT is part of an upload in parts, however few bytes it has.
        single_put_below: if request == PutObject { PART } else { 1 },
        retry: RetryPolicy {
            max_attempts: 3,
            base_delay: Duration::from_millis(1),
            max_delay: Duration::from_millis(4),
            ..RetryPolicy::default()
        },
        ..UploadOptions::default()
    };
    Uploader::new(client.connect(&config), options)
}
