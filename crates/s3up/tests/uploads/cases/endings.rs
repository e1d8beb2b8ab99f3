//! Uploads that are given up: whenever that happens, no parts stay behind.

use std::future::Future;
use std::time::Duration;

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use s3up::ErrorKind;

use super::{set_scene, start, uploader};
use crate::scene::{PART, Scene, config, data};

/// A server that never answers this request.
async fn stuck(operation: Operation) -> Scene {
    let never = Fault::Stall(Stall::Until(Gate::closed()));
    set_scene(FaultPlan::new().with(Rule::on(operation), never)).await
}

/// Runs `work` until the server has met the fault, and gives it up there.
async fn give_up<T>(scene: &Scene, work: impl Future<Output = T>) {
    let met = async {
        while scene.plan.played() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = work => panic!("the server answered what it should not"),
        () = met => {}
    }
}

#[tokio::test]
async fn the_rest_is_sent_before_anything_is_committed() {
    let scene = set_scene(FaultPlan::new()).await;
    for (len, open) in [(10, 0), (2 * PART + 7, 1)] {
        let mut upload = start(&scene.uploader, len).await;
        upload.send_rest().await.unwrap();
        upload.send_rest().await.unwrap();
        let more = upload.write(data(1)).await.unwrap_err();
        assert_eq!(more.kind(), ErrorKind::Ended);
        assert_eq!(scene.open_uploads().await, open);
        if open > 0 {
            assert_eq!(upload.progress().bytes_acknowledged(), len as u64);
            assert_eq!(scene.plan.calls(Operation::CompleteMultipartUpload), 0);
        }
        assert_eq!(upload.finish().await.unwrap().size, len as u64);
        assert!(scene.object("k").await.unwrap() == data(len));
    }
}

#[tokio::test]
async fn sending_the_rest_can_be_given_up_and_aborted() {
    let scene = stuck(Operation::UploadPart).await;
    let mut upload = start(&scene.uploader, PART + 7).await;
    give_up(&scene, upload.send_rest()).await;
    upload.abort().await.unwrap();
    assert_eq!(scene.plan.calls(Operation::AbortMultipartUpload), 1);
    assert_eq!(scene.open_uploads().await, 0);
}

#[tokio::test]
async fn a_finish_that_is_given_up_leaves_nothing_once_closed() {
    for operation in [Operation::UploadPart, Operation::CompleteMultipartUpload] {
        let scene = stuck(operation).await;
        let upload = start(&scene.uploader, PART + 7).await;
        give_up(&scene, upload.finish()).await;
        scene.uploader.close().await;
        assert_eq!(scene.open_uploads().await, 0);
        assert_eq!(scene.object("k").await, None);
    }
}

#[tokio::test]
async fn an_upload_that_outlives_its_uploader_is_aborted_all_the_same() {
    let scene = set_scene(FaultPlan::new()).await;
    let own = uploader(&config(&scene.server.endpoint(), "test-key", "test-secret"));
    let upload = start(&own, PART).await;
    drop(own);
    drop(upload);
    let gone = async {
        while scene.plan.calls(Operation::AbortMultipartUpload) == 0
            || scene.open_uploads().await > 0
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone)
        .await
        .unwrap();
}
