//! kill -9 at any moment: what was acknowledged is there, and bytes and metadata belong together.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use embedded_s3::{EmbeddedS3, Options};

use crate::client::Client;
use crate::files;

const ROUNDS: u32 = 12;

/// The program over `folder`, and a client for it.
fn spawn(folder: &Path) -> (Child, Client) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_embedded-s3"))
        .arg(folder)
        .stdout(Stdio::piped())
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

/// Puts and completes objects with rising numbers until the server is gone; returns the last
/// number that was acknowledged, and the last that was sent.
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
async fn a_killed_server_leaves_old_or_new() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 1..=ROUNDS {
        let (mut child, client) = spawn(folder.path());
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
