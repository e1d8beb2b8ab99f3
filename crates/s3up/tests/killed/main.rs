//! What a process leaves that is killed in the middle of an upload, and what a sweep makes of it.
//!
//! Run without arguments it is the test; with `--kills N --seed S`, as `cargo xtask faults` runs it,
//! processes are killed at random moments. Otherwise it is the process to be killed.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![allow(
    clippy::print_stdout,
    reason = "a program of its own, whose figures are wanted"
)]

#[allow(dead_code, reason = "written for the larger test, used in part here")]
#[path = "../uploads/scene.rs"]
mod scene;

#[allow(dead_code, reason = "written for the schedules, used in part here")]
#[path = "../schedules/draw.rs"]
mod draw;
mod random;

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use s3up::{Journal, ObjectOptions, Receipt, Uploader};

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
        [role, endpoint, folder, key, path] if role == "upload-file" => {
            runtime.block_on(upload_file(endpoint, folder.as_ref(), key, path.as_ref()));
        }
        [kills, number, seed, of] if kills == "--kills" && seed == "--seed" => {
            let (number, seed) = (number.parse().unwrap(), of.parse().unwrap());
            runtime.block_on(random::kill(number, seed));
        }
        // The harness's own arguments, such as `--nocapture`, change nothing.
        _ => runtime.block_on(async {
            tokio::time::timeout(SOON, async {
                killed_while_it_sends_parts().await;
                killed_before_it_knows_the_id().await;
                gone_on_with_by_another().await;
            })
            .await
            .unwrap();
            random::kill(10, 1).await;
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

/// The same for a file: it goes on with what another process left, and tells what of it.
async fn upload_file(endpoint: &str, folder: &Path, key: &str, path: &Path) {
    let uploader = journalled(endpoint, folder).resuming();
    let object = ObjectOptions::default();
    let receipt = uploader.upload_file(path, BUCKET, key, object).await;
    println!("{}", serde_json::to_string(&receipt.unwrap()).unwrap());
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

    fn start_file(endpoint: &str, folder: &Path, key: &str, path: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("upload-file").arg(endpoint).arg(folder);
        command.arg(key).arg(path).stdout(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    /// What it tells when it is done.
    fn receipt(mut self) -> Receipt {
        let mut told = String::new();
        let mut out = self.0.stdout.take().unwrap();
        out.read_to_string(&mut told).unwrap();
        assert!(self.0.wait().unwrap().success(), "{told}");
        serde_json::from_str(&told).unwrap()
    }

    /// By SIGKILL, where there is one.
    fn kill(mut self) {
        self.0.kill().unwrap();
        assert!(!self.0.wait().unwrap().success());
    }

    /// The same of one that may have ended.
    fn kill_if_alive(mut self) {
        let _ = self.0.kill();
        self.0.wait().unwrap();
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

/// Parts that were on their way may be sent once more, and others are not.
async fn gone_on_with_by_another() {
    const PARTS: usize = 9;
    let in_flight = scene::options().parts_in_flight;
    let gate = Gate::closed();
    let hold = Fault::Stall(Stall::Until(gate.clone()));
    let seventh = Rule::on(Operation::UploadPart).part(7).nth(1);
    let scene = Scene::new(FaultPlan::new().with(seventh, hold)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    std::fs::write(&path, data(PARTS * PART)).unwrap();
    let state = folder.path().join("state");
    let endpoint = scene.server.endpoint();
    let victim = Other::start_file(&endpoint, &state, "k", &path);
    gate.arrived(1).await;
    victim.kill();
    gate.open();
    assert_eq!((scene.object("k").await, entries(&state)), (None, 1));

    let other = Other::start_file(&endpoint, &state, "k", &path);
    let receipt = tokio::task::spawn_blocking(|| other.receipt())
        .await
        .unwrap();
    assert_eq!(
        receipt.bytes_sent + receipt.bytes_resumed,
        (PARTS * PART) as u64
    );
    // Six were confirmed or on their way when the seventh came.
    let again = (6 * PART) as u64 - receipt.bytes_resumed.min((6 * PART) as u64);
    assert!(again < 2 * (in_flight * PART) as u64, "{again}");
    assert!(scene.object("k").await.unwrap() == data(PARTS * PART));
    assert_eq!((entries(&state), scene.open_uploads().await), (0, 0));
}
