//! The table of faults and outcomes: one for all clients.

use embedded_s3::Operation::{
    AbortMultipartUpload, CompleteMultipartUpload, CreateMultipartUpload, HeadObject, PutObject,
    UploadPart,
};
use embedded_s3::{Fault, FaultPlan, Reply, Rule};
use expect_test::expect;
use s3up::{ObjectOptions, Outcome};

use super::set_scene;
use crate::scene::{BUCKET, PART, data};

const SMALL: usize = 100;
const LARGE: usize = 2 * PART + 11;

/// A name, a size, and what the server does.
type Row = (&'static str, usize, Vec<(Rule, Fault)>);

fn rows() -> Vec<Row> {
    let complete = || Rule::on(CompleteMultipartUpload);
    let nonsense = |body: &'static str| Fault::Refuse(Reply::raw(200, body));
    let gone = || Fault::error(404, "NoSuchUpload");
    let lost = || (complete().nth(1), Fault::lose_reply());
    vec![
        (
            "completion: InternalError in a 200",
            LARGE,
            vec![(
                complete().first(2),
                Fault::error_in_success("InternalError"),
            )],
        ),
        (
            "completion: SlowDown in a 200",
            LARGE,
            vec![(complete().first(2), Fault::error_in_success("SlowDown"))],
        ),
        (
            "completion: empty",
            LARGE,
            vec![(complete().nth(1), nonsense(""))],
        ),
        (
            "completion: cut XML",
            LARGE,
            vec![(complete().nth(1), nonsense("<Complete"))],
        ),
        (
            "completion: HTML",
            LARGE,
            vec![(complete().nth(1), nonsense("<html></html>"))],
        ),
        (
            "completion: bytes",
            LARGE,
            vec![(complete().nth(1), nonsense("\u{1}\u{2}"))],
        ),
        (
            "completion: HTML for ever",
            LARGE,
            vec![(complete(), nonsense("<html></html>"))],
        ),
        ("completion: reply lost", LARGE, vec![lost()]),
        (
            "completion: reply lost, HEAD refused",
            LARGE,
            vec![
                lost(),
                (Rule::on(HeadObject), Fault::error(403, "AccessDenied")),
            ],
        ),
        (
            "completion: upload gone, never applied",
            LARGE,
            vec![
                (complete(), gone()),
                (Rule::on(AbortMultipartUpload), gone()),
            ],
        ),
        (
            "completion: refused",
            LARGE,
            vec![(complete(), Fault::error(400, "InvalidPart"))],
        ),
        (
            "completion: fails for ever",
            LARGE,
            vec![(complete(), Fault::internal_error())],
        ),
        (
            "completion: 412 by another's object",
            LARGE,
            vec![(complete(), Fault::error(412, "PreconditionFailed"))],
        ),
        (
            "part: refused, and the abort fails",
            LARGE,
            vec![
                (
                    Rule::on(UploadPart).part(2),
                    Fault::error(400, "InvalidRequest"),
                ),
                (
                    Rule::on(AbortMultipartUpload),
                    Fault::error(403, "AccessDenied"),
                ),
            ],
        ),
        (
            "part: a storm of 503",
            LARGE,
            vec![(Rule::on(UploadPart).first(4), Fault::slow_down())],
        ),
        (
            "part: 500 after the body",
            LARGE,
            vec![(Rule::on(UploadPart).first(2), Fault::internal_error())],
        ),
        (
            "part: reset in the middle",
            LARGE,
            vec![(
                Rule::on(UploadPart).first(2),
                Fault::CutRequest {
                    after_bytes: 100_000,
                },
            )],
        ),
        (
            "part: ends before headers",
            LARGE,
            vec![(Rule::on(UploadPart).first(2), Fault::Refuse(Reply::Nothing))],
        ),
        (
            "part: RequestTimeout",
            LARGE,
            vec![(
                Rule::on(UploadPart).first(2),
                Fault::error(400, "RequestTimeout"),
            )],
        ),
        (
            "part: damaged on the way",
            LARGE,
            vec![(
                Rule::on(UploadPart).part(1).first(2),
                Fault::DamageRequest { at_byte: 4_321 },
            )],
        ),
        (
            "part: early 403",
            LARGE,
            vec![(
                Rule::on(UploadPart),
                Fault::RefuseEarly(Reply::Error {
                    status: 403,
                    code: "AccessDenied".into(),
                }),
            )],
        ),
        (
            "creation: 503",
            LARGE,
            vec![(Rule::on(CreateMultipartUpload).nth(1), Fault::slow_down())],
        ),
        (
            "creation: reply lost",
            LARGE,
            vec![(Rule::on(CreateMultipartUpload).nth(1), Fault::lose_reply())],
        ),
        (
            "put: reply lost",
            SMALL,
            vec![(Rule::on(PutObject).nth(1), Fault::lose_reply())],
        ),
        (
            "put: every reply lost",
            SMALL,
            vec![(Rule::on(PutObject), Fault::lose_reply())],
        ),
        (
            "put: never applied, never answered",
            SMALL,
            vec![(Rule::on(PutObject), Fault::Refuse(Reply::Nothing))],
        ),
        (
            "put: 503 for ever",
            SMALL,
            vec![(Rule::on(PutObject), Fault::slow_down())],
        ),
        (
            "put: clock skew",
            SMALL,
            vec![(
                Rule::on(PutObject),
                Fault::error(403, "RequestTimeTooSkewed"),
            )],
        ),
        (
            "put: refused",
            SMALL,
            vec![(Rule::on(PutObject), Fault::error(403, "AccessDenied"))],
        ),
    ]
}

/// What came of an upload, held against what stands in the store.
async fn outcome(len: usize, faults: Vec<(Rule, Fault)>) -> String {
    let plan = faults
        .into_iter()
        .fold(FaultPlan::new(), |plan, (rule, fault)| {
            plan.with(rule, fault)
        });
    let scene = set_scene(plan).await;
    let object = ObjectOptions::default();
    let mut upload = scene.uploader.start(BUCKET, "k", object).await.unwrap();
    let result = match upload.write(data(len)).await {
        Ok(()) => upload.finish().await,
        Err(error) => Err(error),
    };
    assert!(scene.plan.played() > 0);
    // Looked at by a client of its own: faults may hit every HEAD.
    let client = scene.uploader.client();
    let body = client.get_object(BUCKET, "k", None).await;
    let stored = match body {
        Ok(body) => Some(body.collect().await.unwrap()),
        Err(error) => {
            assert_eq!(error.code(), Some("NoSuchKey"), "{error}");
            None
        }
    };
    let is_whole = stored.as_ref().is_some_and(|stored| *stored == data(len));
    assert!(stored.is_none() || is_whole, "part of an object was seen");
    match result {
        Ok(_) => {
            assert!(is_whole);
            "committed".to_owned()
        }
        Err(error) if error.outcome() == Outcome::NotCommitted => {
            assert!(!is_whole);
            format!("not committed: {:?}", error.kind())
        }
        Err(error) => format!("unknown: {:?}", error.kind()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_has_the_outcome_of_the_table() {
    let mut table = String::new();
    for (name, len, faults) in rows() {
        table += &format!("{name:<40} {}\n", outcome(len, faults).await);
    }
    expect![[r#"
        completion: InternalError in a 200       committed
        completion: SlowDown in a 200            committed
        completion: empty                        committed
        completion: cut XML                      committed
        completion: HTML                         committed
        completion: bytes                        committed
        completion: HTML for ever                not committed: BadReply
        completion: reply lost                   committed
        completion: reply lost, HEAD refused     unknown: NoSuchUpload
        completion: upload gone, never applied   unknown: NoSuchUpload
        completion: refused                      not committed: Rejected
        completion: fails for ever               not committed: ServerError
        completion: 412 by another's object      not committed: Conflict
        part: refused, and the abort fails       not committed: Rejected
        part: a storm of 503                     committed
        part: 500 after the body                 committed
        part: reset in the middle                committed
        part: ends before headers                committed
        part: RequestTimeout                     committed
        part: damaged on the way                 committed
        part: early 403                          not committed: AccessDenied
        creation: 503                            committed
        creation: reply lost                     committed
        put: reply lost                          committed
        put: every reply lost                    committed
        put: never applied, never answered       unknown: ConnectionLost
        put: 503 for ever                        not committed: Busy
        put: clock skew                          not committed: ClockSkew
        put: refused                             not committed: AccessDenied
    "#]]
    .assert_eq(&table);
}
