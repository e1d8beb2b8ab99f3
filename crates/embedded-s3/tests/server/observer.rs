//! What an observer is told of each request.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use embedded_s3::{Fault, FaultPlan, Operation, Rule, ServedRequest};

use crate::Fixture;

/// A server that reports, with its first request, which makes the bucket, read already.
async fn observed(plan: FaultPlan) -> (Fixture, mpsc::Receiver<ServedRequest>) {
    let (tell, told) = mpsc::channel();
    let fixture = Fixture::with(|options| {
        options.faults = Some(Arc::new(plan));
        options.observer = Some(Arc::new(move |request: &ServedRequest| {
            let _listening = tell.send(request.clone());
        }));
    })
    .await;
    let first = next(&told);
    assert_eq!(first.operation, Some(Operation::CreateBucket));
    (fixture, told)
}

fn next(told: &mpsc::Receiver<ServedRequest>) -> ServedRequest {
    told.recv_timeout(Duration::from_secs(20)).unwrap()
}

/// All but the time, in one line.
fn line(request: &ServedRequest) -> String {
    format!(
        "{} {} {} {} in {} out {}",
        request.method,
        request.path,
        request.operation.map_or("-", Operation::name),
        request.status.unwrap_or_default(),
        request.received_bytes,
        request.sent_bytes,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_is_told_once_with_its_bytes() {
    let (fixture, told) = observed(FaultPlan::new()).await;
    let client = &fixture.client;
    client.put("bucket/a b").body("12345").ok().await;
    assert_eq!(
        line(&next(&told)),
        "PUT bucket/a%20b PutObject 200 in 5 out 0"
    );
    client.get("bucket/a b").query("x-id", "4711").ok().await;
    assert_eq!(
        line(&next(&told)),
        "GET bucket/a%20b GetObject 200 in 0 out 5"
    );
    client.head("bucket/a b").ok().await;
    assert_eq!(
        line(&next(&told)),
        "HEAD bucket/a%20b HeadObject 200 in 0 out 0"
    );
    let missing = client.get("bucket/none").fails(404, "NoSuchKey").await;
    let expected = format!(
        "GET bucket/none GetObject 404 in 0 out {}",
        missing.body.len()
    );
    assert_eq!(line(&next(&told)), expected);
    let mut stranger = client.clone();
    stranger.access_key_id = "NOBODY".to_owned();
    let refused = stranger
        .get("bucket")
        .fails(403, "InvalidAccessKeyId")
        .await;
    let expected = format!("GET bucket - 403 in 0 out {}", refused.body.len());
    assert_eq!(line(&next(&told)), expected);
    fixture.server.shutdown().await;
    assert!(told.recv().is_err(), "a request was told twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_reply_is_told_too() {
    let plan = FaultPlan::new().with(Rule::on(Operation::PutObject), Fault::lose_reply());
    let (fixture, told) = observed(plan).await;
    let put = fixture.client.put("bucket/k").body("12345").send().await;
    assert!(put.is_err(), "{put:?}");
    assert_eq!(line(&next(&told)), "PUT bucket/k PutObject 0 in 5 out 0");
}
