//! The server as a client meets it: over a socket, signed, against files in a real folder.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod client;
mod faults;
mod folder;
mod identity;
mod keys;
mod kill;
mod listings;
mod multipart;
mod objects;
mod observer;
mod program;

use std::path::Path;

use client::Client;
use embedded_s3::{EmbeddedS3, Options};
use tempfile::TempDir;

/// A server over a folder of its own, with the bucket `bucket`.
struct Fixture {
    server: EmbeddedS3,
    client: Client,
    folder: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(adjust: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = Options::new(folder.path());
        adjust(&mut options);
        let server = EmbeddedS3::start(options).await.unwrap();
        let client = Client::new(&server);
        client.put("bucket").ok().await;
        Self {
            server,
            client,
            folder,
        }
    }

    fn path(&self, below: &str) -> std::path::PathBuf {
        self.folder.path().join(below)
    }
}

/// All files below, as sorted paths relative to it.
fn files(folder: &Path) -> Vec<String> {
    fn collect(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, root, found);
            } else {
                found.push(
                    path.strip_prefix(root)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned(),
                );
            }
        }
    }
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    found.sort();
    found
}
