//! Faults as a client meets them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use embedded_s3::{Fault, FaultPlan, Gate, Operation, Reply, Rule, Stall};

use crate::Fixture;

async fn with(rule: Rule, fault: Fault) -> (Fixture, Arc<FaultPlan>) {
    let plan = Arc::new(FaultPlan::new().with(rule, fault));
    let faults = Arc::clone(&plan);
    let fixture = Fixture::with(|options| options.faults = Some(faults)).await;
    (fixture, plan)
}

fn large() -> Bytes {
    Bytes::from(vec![7; 4 << 20])
}

#[tokio::test]
async fn an_error_is_answered_and_nothing_applied() {
    let (fixture, plan) = with(Rule::on(Operation::PutObject).first(2), Fault::slow_down()).await;
    let client = &fixture.client;
    for _ in 0..2 {
        client
            .put("bucket/k")
            .body(large())
            .fails(503, "SlowDown")
            .await;
        client.get("bucket/k").fails(404, "NoSuchKey").await;
    }
    client.put("bucket/k").body(large()).ok().await;
    assert_eq!(plan.calls(Operation::PutObject), 3);
    assert_eq!(plan.played(), 2);
}

#[tokio::test]
async fn a_lost_reply_is_applied() {
    let (fixture, _) = with(
        Rule::on(Operation::CompleteMultipartUpload).nth(1),
        Fault::lose_reply(),
    )
    .await;
    let client = &fixture.client;
    let id = client.create_upload("bucket/k").await;
    let etag = client
        .upload_part("bucket/k", &id, 1, &Bytes::from_static(b"x"))
        .await;
    let lost = client.complete("bucket/k", &id, &[(1, &etag)]).send().await;
    assert!(lost.is_err(), "{lost:?}");
    assert_eq!(client.get("bucket/k").ok().await.body, "x");
    client
        .complete("bucket/k", &id, &[(1, &etag)])
        .fails(404, "NoSuchUpload")
        .await;
}

#[tokio::test]
async fn a_success_may_hide_an_error() {
    let (fixture, _) = with(
        Rule::on(Operation::CompleteMultipartUpload).nth(1),
        Fault::error_in_success("InternalError"),
    )
    .await;
    let client = &fixture.client;
    let id = client.create_upload("bucket/k").await;
    let etag = client
        .upload_part("bucket/k", &id, 1, &Bytes::from_static(b"x"))
        .await;
    client
        .complete("bucket/k", &id, &[(1, &etag)])
        .fails(200, "InternalError")
        .await;
    client.get("bucket/k").fails(404, "NoSuchKey").await;
    client.complete("bucket/k", &id, &[(1, &etag)]).ok().await;
}

#[tokio::test]
async fn any_bytes_may_be_answered() {
    let html = Reply::raw(200, "<html>").header("x-amz-bucket-region", "eu-west-1");
    let (fixture, _) = with(
        Rule::on(Operation::HeadBucket),
        Fault::Refuse(Reply::Nothing),
    )
    .await;
    assert!(fixture.client.head("bucket").send().await.is_err());
    let (fixture, _) = with(Rule::on(Operation::GetObject), Fault::ApplyThen(html)).await;
    let reply = fixture.client.get("bucket/k").ok().await;
    assert_eq!(reply.body, "<html>");
    assert_eq!(reply.header("x-amz-bucket-region"), "eu-west-1");
    let early = Fault::RefuseEarly(Reply::Error {
        status: 403,
        code: "AccessDenied".into(),
    });
    let (fixture, _) = with(Rule::on(Operation::PutObject), early).await;
    fixture
        .client
        .put("bucket/k")
        .body("x")
        .fails(403, "AccessDenied")
        .await;
}

#[tokio::test]
async fn a_cut_request_changes_nothing() {
    let (fixture, _) = with(
        Rule::on(Operation::PutObject).key("k").nth(1),
        Fault::CutRequest { after_bytes: 1000 },
    )
    .await;
    let client = &fixture.client;
    assert!(client.put("bucket/k").body(large()).send().await.is_err());
    client.get("bucket/k").fails(404, "NoSuchKey").await;
    client.put("bucket/k").body(large()).ok().await;
}

#[tokio::test]
async fn a_damaged_body_meets_its_digest() {
    let (fixture, _) = with(
        Rule::on(Operation::PutObject).nth(1),
        Fault::DamageRequest { at_byte: 3_000_000 },
    )
    .await;
    let client = &fixture.client;
    // MD5 of four MiB of sevens, in Base64.
    let md5 = {
        use base64::Engine as _;
        use md5::Digest as _;
        base64::prelude::BASE64_STANDARD.encode(md5::Md5::digest(large()))
    };
    let put = || {
        client
            .put("bucket/k")
            .set("content-md5", &md5)
            .body(large())
    };
    put().fails(400, "BadDigest").await;
    put().ok().await;
}

#[tokio::test]
async fn a_cut_reply_is_noticed() {
    let (fixture, _) = with(
        Rule::on(Operation::GetObject).nth(1),
        Fault::CutReply { after_bytes: 100 },
    )
    .await;
    let client = &fixture.client;
    client.put("bucket/k").body(large()).ok().await;
    assert!(client.get("bucket/k").send().await.is_err());
    assert!(client.get("bucket/k").ok().await.body == large());
}

#[tokio::test]
async fn stalls_end_when_told_or_by_time() {
    let gate = Gate::closed();
    let (fixture, plan) = with(
        Rule::on(Operation::PutObject),
        Fault::StallReply(Stall::Until(gate.clone())),
    )
    .await;
    let client = fixture.client.clone();
    let put = tokio::spawn(async move { client.put("bucket/k").body("x").send().await });
    gate.arrived(1).await;
    assert_eq!(fixture.client.get("bucket/k").ok().await.body, "x");
    assert!(!put.is_finished());
    gate.open();
    assert_eq!(put.await.unwrap().unwrap().status, 200);

    let wait = Duration::from_millis(50);
    plan.add(
        Rule::on(Operation::HeadObject),
        Fault::Stall(Stall::For(wait)),
    );
    let start = Instant::now();
    fixture.client.head("bucket/k").ok().await;
    assert!(start.elapsed() >= wait);
}
