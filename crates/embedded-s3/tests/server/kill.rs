//! kill -9 at any moment: what was acknowledged is there, and bytes and metadata belong together.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use embedded_s3::{EmbeddedS3, Options};

use crate::client::{Call, Client};
use crate::files;

const ROUNDS: u32 = 12;

/// The program over `folder`, and a client for it.
pub fn spawn(folder: &Path, flags: &[&str]) -> (Child, Client) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_embedded-s3"))
        .arg(folder)
        .args(flags)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said: HashMap<String, String> = lines
        .take(4)
        .map(|line| {
            let line = line.unwrap();
            let (name, value) = line
                .strip_prefix("export ")
                .unwrap()
                .split_once('=')
                .unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect();
    let client = Client {
        address: said["AWS_ENDPOINT_URL_S3"]
            .trim_start_matches("http://")
            .parse()
            .unwrap(),
        access_key_id: said["AWS_ACCESS_KEY_ID"].clone(),
        secret_access_key: said["AWS_SECRET_ACCESS_KEY"].clone(),
        clock_behind: Duration::ZERO,
    };
    (child, client)
}

/// Puts objects with rising numbers until the server is gone; returns the last number that was
/// acknowledged, and the last that was sent.
async fn write(client: Client, from: u32) -> (u32, u32) {
    let mut acknowledged = from;
    for number in from + 1.. {
        let text = number.to_string();
        let put = client
            .put("bucket/k")
            .set("x-amz-meta-number", &text)
            .body(text.clone());
        match put.send().await {
            Ok(reply) if reply.status == 200 => acknowledged = number,
            _ => return (acknowledged, number),
        }
    }
    unreachable!("a round is shorter than that");
}

#[tokio::test]
async fn a_server_killed_while_it_puts_leaves_old_or_new() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 1..=ROUNDS {
        let (mut child, client) = spawn(folder.path(), &[]);
        if round == 1 {
            client.put("bucket").ok().await;
            client
                .put("bucket/k")
                .set("x-amz-meta-number", "0")
                .body("0")
                .ok()
                .await;
        }
        let writing = tokio::spawn(write(client, acknowledged));
        tokio::time::sleep(Duration::from_millis(u64::from(7 * round))).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let (least, most) = writing.await.unwrap();

        let server = EmbeddedS3::start(Options::new(folder.path()))
            .await
            .unwrap();
        let found = Client::new(&server).get("bucket/k").ok().await;
        let number: u32 = String::from_utf8_lossy(&found.body).parse().unwrap();
        assert!((least..=most).contains(&number), "{least} {number} {most}");
        assert_eq!(found.header("x-amz-meta-number"), number.to_string());
        assert_eq!(files(&folder.path().join(".embedded-s3/metadata")).len(), 1);
        server.shutdown().await;
        acknowledged = number;
    }
}

/// An upload of object `number` with all its parts, and nothing left to do but to complete it.
struct Upload {
    number: u32,
    id: String,
    etags: [String; 2],
}

impl Upload {
    async fn new(client: &Client, number: u32) -> Self {
        let reply = client
            .post("bucket/k")
            .query("uploads", "")
            .set("x-amz-meta-number", &number.to_string());
        let id = reply.ok().await.field("UploadId").unwrap();
        let [one, two] = bodies(number);
        // In their order both parts have a slot in what becomes the object; otherwise the second
        // is copied there by the completion.
        let etags = if number.is_multiple_of(2) {
            let first = client.upload_part("bucket/k", &id, 1, &one).await;
            [first, client.upload_part("bucket/k", &id, 2, &two).await]
        } else {
            let second = client.upload_part("bucket/k", &id, 2, &two).await;
            [client.upload_part("bucket/k", &id, 1, &one).await, second]
        };
        Self { number, id, etags }
    }

    fn complete<'a>(&self, client: &'a Client) -> Call<'a> {
        let [one, two] = &self.etags;
        client.complete("bucket/k", &self.id, &[(1, one), (2, two)])
    }

    /// Completes it on a task of its own; whether that was acknowledged.
    fn complete_apart(&self, client: &Client) -> tokio::task::JoinHandle<bool> {
        let client = client.clone();
        let (id, [one, two]) = (self.id.clone(), self.etags.clone());
        tokio::spawn(async move {
            let named = [(1, one.as_str()), (2, two.as_str())];
            let reply = client.complete("bucket/k", &id, &named).send().await;
            reply.is_ok_and(|reply| reply.status == 200)
        })
    }
}

fn bodies(number: u32) -> [Bytes; 2] {
    let byte = number.to_le_bytes()[0];
    [vec![byte; 5 << 20].into(), vec![!byte; 1000].into()]
}

/// The number of the object, which is whole.
async fn whole_object(client: &Client) -> u32 {
    let found = client.get("bucket/k").ok().await;
    let number = found.header("x-amz-meta-number").parse().unwrap();
    assert!(found.body == bodies(number).concat(), "object {number}");
    number
}

#[tokio::test]
async fn a_server_killed_while_it_completes_leaves_old_or_new() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        let (mut child, client) = spawn(folder.path(), &[]);
        if round == 0 {
            client.put("bucket").ok().await;
        }
        // Nobody completes this one.
        let other = Upload::new(&client, 2 * ROUNDS).await;
        let old = Upload::new(&client, 2 * round).await;
        let new = Upload::new(&client, 2 * round + 1).await;
        let started = Instant::now();
        old.complete(&client).ok().await;
        let moment = started.elapsed() * (round + 1) / ROUNDS;
        // The moments of the kills are spread over the time that a completion takes.
        let completing = new.complete_apart(&client);
        tokio::time::sleep(moment).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let acknowledged = completing.await.unwrap();

        let server = EmbeddedS3::start(Options::new(folder.path()))
            .await
            .unwrap();
        let client = Client::new(&server);
        let completed = match whole_object(&client).await {
            number if number == new.number => true,
            number => {
                assert_eq!(number, old.number);
                false
            }
        };
        assert!(completed || !acknowledged);

        // Open is what was not completed, with all its parts.
        let listed = client.get("bucket").query("uploads", "").ok().await;
        let mut open = listed.fields("UploadId");
        open.sort();
        let mut expected = vec![other.id.clone()];
        expected.extend((!completed).then(|| new.id.clone()));
        expected.sort();
        assert_eq!(open, expected);
        if !completed {
            let parts = client.get("bucket/k").query("uploadId", &new.id);
            assert_eq!(parts.ok().await.fields("ETag"), new.etags);
            new.complete(&client).ok().await;
            assert_eq!(whole_object(&client).await, new.number);
        }
        client
            .delete("bucket/k")
            .query("uploadId", &other.id)
            .ok()
            .await;
        server.shutdown().await;
        let private = folder.path().join(".embedded-s3");
        assert!(files(&private.join("uploads")).is_empty());
        assert!(files(&private.join("staging")).is_empty());
        assert_eq!(files(&private.join("metadata")).len(), 1);
    }
}
