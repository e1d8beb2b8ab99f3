//! What a process leaves that is killed in the middle of an upload, and what a sweep makes of it.
//!
//! Without arguments it is the test; with `--kills N`, as `cargo xtask faults` runs it, processes are
//! killed at random moments. Both go through all clients that are built in, or through the one of
//! `--client`. With the words of a [`Victim`] it is the process to be killed.

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

mod arguments;
#[path = "../support/client.rs"]
mod client;
mod random;

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use s3up::{Journal, ObjectOptions, Receipt, UploadOptions, Uploader};

use arguments::{Arguments, Role, Victim};
use client::Client;
use scene::{BUCKET, PART, Scene, config, data};

const STORE: &str = "the embedded one";
const LEN: usize = 2 * PART + 7;
/// Parts of a file that may be on their way when a process is killed.
const IN_FLIGHT: usize = 2;
/// Kills at random moments in each run of the tests, by each client.
const A_FEW: u64 = 10;
/// For what takes milliseconds.
const SOON: Duration = Duration::from_secs(60);

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        match Role::of_process() {
            Role::Victim(victim) => upload(victim).await,
            Role::Killer(arguments) => {
                for &client in &arguments.clients {
                    kill(&arguments, client).await;
                }
            }
        }
    });
}

async fn kill(arguments: &Arguments, client: Client) {
    if arguments.kills.is_none() {
        let chosen = async {
            killed_while_it_sends_parts(client).await;
            killed_before_it_knows_the_id(client).await;
            gone_on_with_by_another(client).await;
        };
        tokio::time::timeout(SOON, chosen).await.unwrap();
    }
    if arguments.clients.len() > 1 {
        println!("{}", client.name());
    }
    random::kill(client, arguments.kills.unwrap_or(A_FEW), arguments.seed).await;
}

async fn set_scene(client: Client, plan: FaultPlan) -> Scene {
    Scene::with(plan, |config| client.connect(config)).await
}

fn uploader(client: Client, endpoint: &str) -> Uploader {
    let config = config(endpoint, "test-key", "test-secret");
    Uploader::new(client.connect(&config), scene::options())
}

fn journalled(client: Client, endpoint: &str, folder: &Path) -> Uploader {
    let journal = Journal::open(folder, STORE).unwrap();
    uploader(client, endpoint).with_journal(journal)
}

/// What the other process does. With a file it goes on with what another process left, and tells
/// what of it.
async fn upload(victim: Victim) {
    let uploader = journalled(victim.client, &victim.endpoint, &victim.folder);
    let (key, object) = (&victim.key, ObjectOptions::default());
    match &victim.file {
        None => {
            let mut upload = uploader.start(BUCKET, key, object).await.unwrap();
            upload.write(data(LEN)).await.unwrap();
            upload.finish().await.unwrap();
        }
        Some(path) => {
            let uploader = uploader.resuming().with_options(UploadOptions {
                parts_in_flight: IN_FLIGHT,
                ..scene::options()
            });
            let receipt = uploader.upload_file(path, BUCKET, key, object).await;
            println!("{}", serde_json::to_string(&receipt.unwrap()).unwrap());
        }
    }
}

/// Another process that uploads. It is killed with the test at the latest.
struct Other(Child);

impl Other {
    fn start(victim: &Victim) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(victim.words());
        if victim.file.is_some() {
            command.stdout(Stdio::piped());
        }
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

async fn killed_while_it_sends_parts(client: Client) {
    let scene = set_scene(client, FaultPlan::new()).await;
    let (dead, living) = (Gate::closed(), Gate::closed());
    for (key, gate) in [("dead", &dead), ("living", &living)] {
        let rule = Rule::on(Operation::UploadPart).key(key);
        scene
            .plan
            .add(rule, Fault::Stall(Stall::Until(gate.clone())));
    }
    let folder = tempfile::tempdir().unwrap();
    let start = |key: &str| {
        Other::start(&Victim {
            client,
            endpoint: scene.server.endpoint(),
            folder: folder.path().to_owned(),
            key: key.to_owned(),
            file: None,
        })
    };
    let (victim, other) = (start("dead"), start("living"));
    dead.arrived(1).await;
    living.arrived(1).await;
    let uploader = journalled(client, &scene.server.endpoint(), folder.path());
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

async fn killed_before_it_knows_the_id(client: Client) {
    let gate = Gate::closed();
    let hold = Fault::StallReply(Stall::Until(gate.clone()));
    let rule = Rule::on(Operation::CreateMultipartUpload).key("k");
    let scene = set_scene(client, FaultPlan::new().with(rule, hold)).await;
    let folder = tempfile::tempdir().unwrap();
    let victim = Other::start(&Victim {
        client,
        endpoint: scene.server.endpoint(),
        folder: folder.path().to_owned(),
        key: "k".to_owned(),
        file: None,
    });
    gate.arrived(1).await;
    victim.kill();

    let uploader = journalled(client, &scene.server.endpoint(), folder.path());
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
async fn gone_on_with_by_another(client: Client) {
    const PARTS: usize = 9;
    let gate = Gate::closed();
    let hold = Fault::Stall(Stall::Until(gate.clone()));
    let seventh = Rule::on(Operation::UploadPart).part(7).nth(1);
    let scene = set_scene(client, FaultPlan::new().with(seventh, hold)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    std::fs::write(&path, data(PARTS * PART)).unwrap();
    let state = folder.path().join("state");
    let of_file = Victim {
        client,
        endpoint: scene.server.endpoint(),
        folder: state.clone(),
        key: "k".to_owned(),
        file: Some(path),
    };
    let victim = Other::start(&of_file);
    gate.arrived(1).await;
    victim.kill();
    gate.open();
    assert_eq!((scene.object("k").await, entries(&state)), (None, 1));

    let other = Other::start(&of_file);
    let receipt = tokio::task::spawn_blocking(|| other.receipt())
        .await
        .unwrap();
    assert_eq!(
        receipt.bytes_sent + receipt.bytes_resumed,
        (PARTS * PART) as u64
    );
    // Six were confirmed or on their way when the seventh came.
    let again = (6 * PART) as u64 - receipt.bytes_resumed.min((6 * PART) as u64);
    assert!(again < (IN_FLIGHT * PART) as u64, "{again}");
    assert!(scene.object("k").await.unwrap() == data(PARTS * PART));
    assert_eq!((entries(&state), scene.open_uploads().await), (0, 0));
}
