//! One fault each: what the server does, and what the upload says came of it.

use embedded_s3::Operation::{
    AbortMultipartUpload, CompleteMultipartUpload, CreateMultipartUpload, HeadObject, PutObject,
    UploadPart,
};
use embedded_s3::{Fault, FaultPlan, Reply, Rule};
use s3up::{ErrorKind, Integrity, ListObjects, ObjectOptions, Outcome, UploadOptions};

use super::{client, set_scene};
use crate::scene::{BUCKET, PART, Scene, data, options};

const KEY: &str = "SlowDown/InternalError";
const MANY: usize = 2 * PART + 11;

/// What came of an upload, in a word, checked against what stands in the store.
async fn upload(scene: &Scene, len: usize) -> String {
    let mut upload = scene
        .uploader
        .start(BUCKET, KEY, ObjectOptions::default())
        .await
        .unwrap();
    let mut result = upload.write(data(len)).await.map(|()| None);
    if result.is_ok() {
        result = upload.finish().await.map(Some);
    }
    match result {
        Ok(_) => {
            assert!(scene.object(KEY).await.unwrap() == data(len));
            assert_eq!(scene.open_uploads().await, 0);
            "committed".to_owned()
        }
        Err(error) if error.outcome() == Outcome::NotCommitted => {
            assert!(
                scene
                    .object(KEY)
                    .await
                    .is_none_or(|found| found != data(len))
            );
            format!("not committed: {:?}", error.kind())
        }
        Err(error) => format!("unknown: {:?}", error.kind()),
    }
}

async fn check(len: usize, faults: Vec<(Rule, Fault)>, expected: &str) {
    let label = format!("{faults:?}");
    let plan = faults
        .into_iter()
        .fold(FaultPlan::new(), |plan, (rule, fault)| {
            plan.with(rule, fault)
        });
    let scene = set_scene(plan).await;
    assert_eq!(upload(&scene, len).await, expected, "{label}");
    assert!(scene.plan.played() > 0, "{label}");
    scene.server.shutdown().await;
}

#[tokio::test]
async fn an_error_inside_a_success_is_tried_again() {
    for code in ["InternalError", "SlowDown"] {
        let fault = Fault::error_in_success(code);
        check(
            MANY,
            vec![(Rule::on(CompleteMultipartUpload).first(2), fault)],
            "committed",
        )
        .await;
    }
}

#[tokio::test]
async fn a_completion_that_answers_nonsense_is_tried_again() {
    for body in ["", "<Complete", "<html><br></html>", "\u{1}\u{2}"] {
        let fault = Fault::Refuse(Reply::raw(200, body));
        check(
            MANY,
            vec![(Rule::on(CompleteMultipartUpload).nth(1), fault)],
            "committed",
        )
        .await;
    }
}

#[tokio::test]
async fn a_completion_whose_reply_is_lost_is_found_by_its_token() {
    let lost = || {
        (
            Rule::on(CompleteMultipartUpload).nth(1),
            Fault::lose_reply(),
        )
    };
    // The second attempt meets NoSuchUpload: the first one was applied.
    check(MANY, vec![lost()], "committed").await;
    // Nonsense instead of the reply.
    let nonsense = Fault::ApplyThen(Reply::raw(200, "<html>"));
    check(
        MANY,
        vec![(Rule::on(CompleteMultipartUpload).nth(1), nonsense)],
        "committed",
    )
    .await;
    // Looking fails for a while, then for good.
    let blind = |rule: Rule| (rule, Fault::internal_error());
    check(
        MANY,
        vec![lost(), blind(Rule::on(HeadObject).first(2))],
        "committed",
    )
    .await;
    let denied = (Rule::on(HeadObject), Fault::error(403, "AccessDenied"));
    let plan = FaultPlan::new()
        .with(lost().0, lost().1)
        .with(denied.0, denied.1);
    let scene = set_scene(plan).await;
    assert_eq!(upload(&scene, MANY).await, "unknown: NoSuchUpload");
}

/// As AWS mostly answers: what was completed may be completed again.
#[tokio::test]
async fn a_completion_that_succeeds_twice_makes_one_object() {
    for integrity in [Integrity::Md5, Integrity::Crc64Nvme, Integrity::Off] {
        let lost = Rule::on(CompleteMultipartUpload).nth(1);
        let plan = FaultPlan::new().with(lost, Fault::lose_reply());
        let scene = Scene::with_server(plan, client, |server| {
            server.repeated_complete_succeeds = true;
        })
        .await;
        let uploader = scene.uploader.clone().with_options(UploadOptions {
            integrity,
            ..options()
        });
        let object = ObjectOptions::default();
        let mut upload = uploader.start(BUCKET, KEY, object).await.unwrap();
        upload.write(data(MANY)).await.unwrap();
        let progress = upload.progress();
        let receipt = upload.finish().await.unwrap();
        assert_eq!(scene.plan.calls(CompleteMultipartUpload), 2);
        assert_eq!(scene.plan.calls(AbortMultipartUpload), 0);
        assert_eq!(progress.retries(), 1);

        assert_eq!(receipt.size, MANY as u64);
        // No byte was sent again for it.
        assert_eq!(receipt.bytes_sent, MANY as u64);
        assert_eq!(receipt.attempts, progress.requests());
        let sizes: Vec<_> = receipt.parts.iter().map(|part| part.size).collect();
        assert_eq!(sizes, [PART as u64, PART as u64, 11]);
        assert_eq!(uploader.verify(&receipt).await.unwrap(), []);

        let list = ListObjects {
            bucket: BUCKET.into(),
            ..ListObjects::default()
        };
        let listed = uploader.client().list_objects(list).await.unwrap();
        assert_eq!(listed.objects.len(), 1, "{listed:?}");
        assert!(scene.object(KEY).await.unwrap() == data(MANY));
        assert_eq!(scene.open_uploads().await, 0);
    }
}

#[tokio::test]
async fn an_older_object_proves_that_ours_is_not_there() {
    let scene = set_scene(FaultPlan::new()).await;
    scene.put_long_ago(KEY, data(3)).await;
    // Nothing is applied; the reply is lost, and then the upload is said to be gone.
    let nothing = Fault::Refuse(Reply::Nothing);
    scene
        .plan
        .add(Rule::on(CompleteMultipartUpload).nth(1), nothing);
    let gone = || Fault::error(404, "NoSuchUpload");
    scene.plan.add(Rule::on(CompleteMultipartUpload), gone());
    scene.plan.add(Rule::on(AbortMultipartUpload), gone());
    assert_eq!(upload(&scene, MANY).await, "not committed: NoSuchUpload");
    assert_eq!(scene.object(KEY).await.unwrap(), data(3));
}

#[tokio::test]
async fn an_upload_that_is_gone_proves_nothing_while_nobody_can_look() {
    // A proxy repeated the completion: it was applied, and the reply is that of the second one.
    let twice = || {
        let gone = Reply::Error {
            status: 404,
            code: "NoSuchUpload".into(),
        };
        (
            Rule::on(CompleteMultipartUpload).nth(1),
            Fault::ApplyThen(gone),
        )
    };
    check(MANY, vec![twice()], "committed").await;
    let denied = (Rule::on(HeadObject), Fault::error(403, "AccessDenied"));
    let plan = FaultPlan::new()
        .with(twice().0, twice().1)
        .with(denied.0, denied.1);
    let scene = set_scene(plan).await;
    assert_eq!(upload(&scene, MANY).await, "unknown: NoSuchUpload");
}

#[tokio::test]
async fn a_newer_object_of_somebody_else_leaves_it_unknown() {
    let scene = set_scene(FaultPlan::new()).await;
    let mut ours = scene
        .uploader
        .start(BUCKET, KEY, ObjectOptions::default())
        .await
        .unwrap();
    ours.write(data(MANY)).await.unwrap();
    // Written after our Create: for all that can be seen, it may have replaced ours.
    let mut theirs = scene
        .uploader
        .start(BUCKET, KEY, ObjectOptions::default())
        .await
        .unwrap();
    theirs.write(data(3)).await.unwrap();
    theirs.finish().await.unwrap();
    let gone = || Fault::error(404, "NoSuchUpload");
    scene.plan.add(Rule::on(CompleteMultipartUpload), gone());
    scene.plan.add(Rule::on(AbortMultipartUpload), gone());
    let error = ours.finish().await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(error.to_string().contains("unknown"), "{error}");
}

#[tokio::test]
async fn a_refused_completion_is_not_committed_and_leaves_nothing() {
    let refused = Fault::error(400, "InvalidPart");
    let plan = FaultPlan::new().with(Rule::on(CompleteMultipartUpload), refused);
    let scene = set_scene(plan).await;
    assert_eq!(upload(&scene, MANY).await, "not committed: Rejected");
    assert_eq!(scene.open_uploads().await, 0);
    assert_eq!(scene.plan.calls(CompleteMultipartUpload), 1);
}

#[tokio::test]
async fn a_server_that_fails_on_completion_is_proven_not_committed() {
    let plan = FaultPlan::new().with(Rule::on(CompleteMultipartUpload), Fault::internal_error());
    let scene = set_scene(plan).await;
    assert_eq!(upload(&scene, MANY).await, "not committed: ServerError");
    assert_eq!(scene.open_uploads().await, 0);
}

#[tokio::test]
async fn a_conflict_is_theirs_unless_the_token_is_ours() {
    let conflict = || Fault::error(412, "PreconditionFailed");
    let lost = (
        Rule::on(CompleteMultipartUpload).nth(1),
        Fault::lose_reply(),
    );
    let then = (Rule::on(CompleteMultipartUpload), conflict());
    check(MANY, vec![lost, then], "committed").await;
    check(
        MANY,
        vec![(Rule::on(CompleteMultipartUpload), conflict())],
        "not committed: Conflict",
    )
    .await;
}

#[tokio::test]
async fn a_put_that_somebody_repeated_may_have_been_replaced() {
    // Nobody asked for a condition: the first PUT was applied, the second one refused by a proxy,
    // and whose object stands there now says nothing of ours.
    let scene = set_scene(FaultPlan::new()).await;
    scene.put_long_ago(KEY, data(3)).await;
    let conflict = Fault::error(412, "PreconditionFailed");
    scene.plan.add(Rule::on(PutObject), conflict);
    assert_eq!(upload(&scene, 100).await, "unknown: Conflict");
    assert_eq!(scene.object(KEY).await.unwrap(), data(3));
}

#[tokio::test]
async fn a_failed_abort_hides_nothing() {
    let faults = vec![
        (
            Rule::on(UploadPart).part(2),
            Fault::error(403, "AccessDenied"),
        ),
        (
            Rule::on(AbortMultipartUpload),
            Fault::error(403, "AccessDenied"),
        ),
    ];
    check(MANY, faults, "not committed: AccessDenied").await;
}

#[tokio::test]
async fn a_failed_part_aborts_the_upload() {
    let plan = FaultPlan::new().with(
        Rule::on(UploadPart).part(1),
        Fault::error(400, "InvalidRequest"),
    );
    let scene = set_scene(plan).await;
    let mut upload = scene
        .uploader
        .start(BUCKET, KEY, ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(PART)).await.unwrap();
    let error = loop {
        if let Err(error) = upload.write(data(PART)).await {
            break error;
        }
    };
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(
        upload.write(data(1)).await.unwrap_err().kind(),
        ErrorKind::Ended
    );
    assert_eq!(upload.finish().await.unwrap_err().kind(), ErrorKind::Ended);
    assert_eq!(scene.open_uploads().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_survive_storms_damage_and_broken_connections() {
    for fault in [
        Fault::slow_down(),
        Fault::internal_error(),
        Fault::error(400, "RequestTimeout"),
        Fault::Refuse(Reply::Nothing),
        Fault::lose_reply(),
        Fault::CutRequest {
            after_bytes: 100_000,
        },
        Fault::DamageRequest { at_byte: 4_321 },
        Fault::Refuse(Reply::raw(502, "<html>Bad Gateway</html>")),
        Fault::RefuseEarly(Reply::Error {
            status: 503,
            code: "SlowDown".into(),
        }),
    ] {
        check(
            MANY,
            vec![(Rule::on(UploadPart).first(4), fault)],
            "committed",
        )
        .await;
    }
    let lost = (
        Rule::on(CreateMultipartUpload).nth(1),
        Fault::error(503, "SlowDown"),
    );
    check(MANY, vec![lost], "committed").await;
}

#[tokio::test]
async fn an_early_refusal_is_shown_and_not_the_broken_pipe() {
    let early = Fault::RefuseEarly(Reply::Error {
        status: 403,
        code: "AccessDenied".into(),
    });
    check(
        MANY,
        vec![(Rule::on(UploadPart), early)],
        "not committed: AccessDenied",
    )
    .await;
}

#[tokio::test]
async fn a_put_whose_reply_is_lost_is_sent_again_or_unknown() {
    check(
        100,
        vec![(Rule::on(PutObject).nth(1), Fault::lose_reply())],
        "committed",
    )
    .await;
    check(
        100,
        vec![(Rule::on(PutObject), Fault::lose_reply())],
        "committed",
    )
    .await;
    check(
        100,
        vec![(Rule::on(PutObject), Fault::Refuse(Reply::Nothing))],
        "unknown: ConnectionLost",
    )
    .await;
    check(
        100,
        vec![(Rule::on(PutObject), Fault::slow_down())],
        "not committed: Busy",
    )
    .await;
    let damage = Fault::DamageRequest { at_byte: 3 };
    check(
        100,
        vec![(Rule::on(PutObject).first(2), damage)],
        "committed",
    )
    .await;
}
