//! Uploads standard input, whose length nobody knows, and prints the receipt as JSON.
//!
//! ```text
//! tar c docs | cargo run -p s3up --example upload_stream -- s3://BUCKET/KEY [ENDPOINT]
//! ```
//!
//! Credentials and region are taken from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
//! `AWS_SESSION_TOKEN` and `AWS_REGION`. Without an endpoint it is AWS. Without any argument a few
//! bytes of its own go to an S3 in a temporary folder.

use std::error::Error;
use std::io::{Read, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use bytes::Bytes;
use s3up::{
    Credentials, Endpoint, ObjectOptions, Receipt, RusotoClient, S3Config, StaticCredentials,
    UploadOptions, Uploader,
};

/// Read at once, on a thread that may wait: a small share of a part.
const CHUNK_BYTES: usize = 1 << 20;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [] => try_it().await,
        arguments => run(arguments, |name| std::env::var(name).ok(), std::io::stdin()).await,
    };
    let written = done.and_then(|receipt| {
        let mut json = serde_json::to_string_pretty(&receipt)?;
        json.push('\n');
        Ok(std::io::stdout().write_all(json.as_bytes())?)
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A message says what was tried and what to do; its causes say why, one each.
            let mut text = error.to_string();
            let mut cause = error.source();
            while let Some(error) = cause {
                text += &format!(": {error}");
                cause = error.source();
            }
            // Nobody may be there to read it, which changes nothing.
            let _ = writeln!(std::io::stderr(), "{text}");
            ExitCode::FAILURE
        }
    }
}

/// A stream, a server and keys of its own, gone at the end.
async fn try_it() -> Result<Receipt, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let options = embedded_s3::Options::new(folder.path().join("s3"));
    let server = embedded_s3::EmbeddedS3::start(options).await?;
    let arguments = ["s3://lake/notes.txt", &server.endpoint()].map(str::to_owned);
    let variable = |name: &str| match name {
        "AWS_ACCESS_KEY_ID" => Some(server.access_key_id().to_owned()),
        "AWS_SECRET_ACCESS_KEY" => Some(server.secret_access_key().to_owned()),
        _ => None,
    };
    let receipt = run(&arguments, variable, &b"a short stream"[..]).await;
    server.shutdown().await;
    receipt
}

/// The library reads no environment; what it needs is handed in.
pub async fn run(
    arguments: &[String],
    variable: impl Fn(&str) -> Option<String>,
    stream: impl Read + Send + 'static,
) -> Result<Receipt, Box<dyn Error>> {
    let (target, endpoint) = match arguments {
        [target] => (target, Endpoint::Aws),
        [target, url] => (target, Endpoint::Url(url.parse()?)),
        _ => return Err("give s3://BUCKET/KEY [ENDPOINT]".into()),
    };
    let (bucket, key) = target
        .strip_prefix("s3://")
        .and_then(|rest| rest.split_once('/'))
        .ok_or("the target has to look like s3://BUCKET/KEY")?;
    let key_id = variable("AWS_ACCESS_KEY_ID").ok_or("set AWS_ACCESS_KEY_ID")?;
    let secret = variable("AWS_SECRET_ACCESS_KEY").ok_or("set AWS_SECRET_ACCESS_KEY")?;
    let keys = StaticCredentials::new(key_id, secret, variable("AWS_SESSION_TOKEN"));
    let region = variable("AWS_REGION").unwrap_or_else(|| "us-east-1".to_owned());
    let config = S3Config::new(endpoint, region, Credentials::Static(keys));

    let client = RusotoClient::new(&config)?;
    let uploader = Uploader::new(Arc::new(client), UploadOptions::default());
    uploader.ensure_bucket(bucket).await?;
    let mut upload = uploader
        .start(bucket, key, ObjectOptions::default())
        .await?;
    let (home, sent) = channel();
    let mut stream = stream;
    loop {
        // Memory of what has been sent, if some has.
        let mut bytes: Vec<u8> = sent.try_recv().unwrap_or_default();
        let read = tokio::task::spawn_blocking(move || {
            bytes.clear();
            bytes.reserve_exact(CHUNK_BYTES);
            let mut chunk = stream.by_ref().take(CHUNK_BYTES as u64);
            let read = chunk.read_to_end(&mut bytes);
            read.map(|_| (stream, bytes))
        });
        let (rest, bytes) = read.await??;
        stream = rest;
        if bytes.is_empty() {
            return Ok(upload.finish().await?);
        }
        let home = home.clone();
        // Waits while enough is on its way, and with it whoever writes the stream.
        upload
            .write(Bytes::from_owner(Chunk { bytes, home }))
            .await?;
    }
}

/// Bytes on their way, whose memory goes home once they have been sent.
struct Chunk {
    bytes: Vec<u8>,
    home: Sender<Vec<u8>>,
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // Nobody is at home behind the last.
        let _ = self.home.send(std::mem::take(&mut self.bytes));
    }
}
