//! What a process leaves that is killed in the middle of an upload, and what a sweep makes of it.
//!
//! Run without arguments it is the test; run with some it is the process to be killed.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[allow(dead_code, reason = "written for the larger test, used in part here")]
#[path = "../uploads/scene.rs"]
mod scene;

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use s3up::{Journal, ObjectOptions, Uploader};

use scene::{BUCKET, PART, Scene, config, data, uploader};

const STORE: &str = "the embedded one";
const LEN: usize = 2 * PART + 7;
/// For what takes milliseconds.
const SOON: Duration = Duration::from_secs(60);

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match &arguments[1..] {
        [role, endpoint, folder, key] if role == "upload" => {
            runtime.block_on(upload(endpoint, folder.as_ref(), key));
        }
        // The harness's own arguments, such as `--nocapture`, change nothing.
        _ => runtime.block_on(async {
            tokio::time::timeout(SOON, async {
                killed_while_it_sends_parts().await;
                killed_before_it_knows_the_id().await;
            })
            .await
            .unwrap();
        }),
    }
}

fn journalled(endpoint: &str, folder: &Path) -> Uploader {
    let journal = Journal::open(folder, STORE).unwrap();
    uploader(&config(endpoint, "test-key", "test-secret")).with_journal(journal)
}

/// What the other process does.
async fn upload(endpoint: &str, folder: &Path, key: &str) {
    let uploader = journalled(endpoint, folder);
    let mut upload = uploader
        .start(BUCKET, key, ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(LEN)).await.unwrap();
    upload.finish().await.unwrap();
}

/// Another process that uploads to `key`. It is killed with the test at the latest.
struct Other(Child);

impl Other {
    fn start(scene: &Scene, folder: &Path, key: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let endpoint = scene.server.endpoint();
        command.arg("upload").arg(endpoint).arg(folder).arg(key);
        Self(command.spawn().unwrap())
    }

    /// By SIGKILL, where there is one.
    fn kill(mut self) {
        self.0.kill().unwrap();
        assert!(!self.0.wait().unwrap().success());
    }

    async fn succeeds(mut self) {
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return assert!(status.success());
            }
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, and that is well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

async fn killed_while_it_sends_parts() {
    let scene = Scene::new(FaultPlan::new()).await;
    let (dead, living) = (Gate::closed(), Gate::closed());
    for (key, gate) in [("dead", &dead), ("living", &living)] {
        let rule = Rule::on(Operation::UploadPart).key(key);
        scene
            .plan
            .add(rule, Fault::Stall(Stall::Until(gate.clone())));
    }
    let folder = tempfile::tempdir().unwrap();
    let victim = Other::start(&scene, folder.path(), "dead");
    let other = Other::start(&scene, folder.path(), "living");
    dead.arrived(1).await;
    living.arrived(1).await;
    let uploader = journalled(&scene.server.endpoint(), folder.path());
    let swept = uploader.sweep(BUCKET, SOON).await.unwrap();
    assert!(swept.aborted.is_empty() && swept.gone == 0, "{swept:?}");
    assert_eq!(scene.open_uploads().await, 2);

    victim.kill();
    assert_eq!(entries(folder.path()), 2);
    let swept = uploader.sweep(BUCKET, SOON).await.unwrap();
    let [aborted] = &swept.aborted[..] else {
        panic!("{swept:?}");
    };
    assert_eq!((&*aborted.bucket, &*aborted.key), (BUCKET, "dead"));
    assert!(swept.failed.is_empty() && swept.ambiguous.is_empty() && swept.gone == 0);
    assert_eq!(entries(folder.path()), 1);
    assert_eq!(scene.open_uploads().await, 1);
    assert_eq!(scene.object("dead").await, None);

    // The living one has noticed nothing.
    living.open();
    other.succeeds().await;
    assert_eq!(entries(folder.path()), 0);
    assert_eq!(scene.open_uploads().await, 0);
    assert!(scene.object("living").await.unwrap() == data(LEN));
}

async fn killed_before_it_knows_the_id() {
    let gate = Gate::closed();
    let hold = Fault::StallReply(Stall::Until(gate.clone()));
    let rule = Rule::on(Operation::CreateMultipartUpload).key("k");
    let scene = Scene::new(FaultPlan::new().with(rule, hold)).await;
    let folder = tempfile::tempdir().unwrap();
    let victim = Other::start(&scene, folder.path(), "k");
    gate.arrived(1).await;
    victim.kill();

    let uploader = journalled(&scene.server.endpoint(), folder.path());
    for _ in 0..2 {
        let swept = uploader.sweep(BUCKET, SOON).await.unwrap();
        let [found] = &swept.ambiguous[..] else {
            panic!("{swept:?}");
        };
        assert_eq!((&*found.bucket, &*found.key), (BUCKET, "k"));
        assert_eq!(found.uploads.len(), 1);
        assert!(swept.aborted.is_empty() && swept.failed.is_empty());
        // Perhaps it is somebody else's: it is reported, and not touched.
        assert_eq!(scene.open_uploads().await, 1);
        assert_eq!(entries(folder.path()), 1);
    }
}
