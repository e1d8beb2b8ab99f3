//! Uploads a file and prints the receipt as JSON.
//!
//! ```text
//! cargo run -p s3up --example upload_file -- FILE s3://BUCKET/KEY [ENDPOINT]
//! ```
//!
//! Credentials and region are taken from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
//! `AWS_SESSION_TOKEN` and `AWS_REGION`, or from the shared credentials file. Without an endpoint
//! it is AWS. Without any argument a small file goes to an S3 in a temporary folder.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use s3up::{
    Credentials, Endpoint, ObjectOptions, Receipt, RusotoClient, S3Config, StaticCredentials,
    UploadOptions, Uploader,
};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [] => try_it().await,
        arguments => run(arguments, |name| std::env::var(name).ok()).await,
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

/// A file, a server and keys of its own, gone at the end.
async fn try_it() -> Result<Receipt, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "a small file")?;
    let options = embedded_s3::Options::new(folder.path().join("s3"));
    let server = embedded_s3::EmbeddedS3::start(options).await?;
    let file = file.to_str().ok_or("a temporary path in UTF-8")?;
    let arguments = [file, "s3://lake/notes.txt", &server.endpoint()].map(str::to_owned);
    let receipt = run(&arguments, |name| match name {
        "AWS_ACCESS_KEY_ID" => Some(server.access_key_id().to_owned()),
        "AWS_SECRET_ACCESS_KEY" => Some(server.secret_access_key().to_owned()),
        _ => None,
    })
    .await;
    server.shutdown().await;
    receipt
}

/// The library reads no environment; what it needs is handed in.
pub async fn run(
    arguments: &[String],
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Receipt, Box<dyn Error>> {
    let (file, target, endpoint) = match arguments {
        [file, target] => (file, target, Endpoint::Aws),
        [file, target, url] => (file, target, Endpoint::Url(url.parse()?)),
        _ => return Err("give FILE s3://BUCKET/KEY [ENDPOINT]".into()),
    };
    let (bucket, key) = target
        .strip_prefix("s3://")
        .and_then(|rest| rest.split_once('/'))
        .ok_or("the target has to look like s3://BUCKET/KEY")?;
    let keys = (
        variable("AWS_ACCESS_KEY_ID"),
        variable("AWS_SECRET_ACCESS_KEY"),
    );
    let credentials = match keys {
        (Some(id), Some(secret)) => {
            let token = variable("AWS_SESSION_TOKEN");
            Credentials::Static(StaticCredentials::new(id, secret, token))
        }
        _ => Credentials::Profile { name: None },
    };
    let region = variable("AWS_REGION").unwrap_or_else(|| "us-east-1".to_owned());
    let client = RusotoClient::new(&S3Config::new(endpoint, region, credentials))?;

    let uploader = Uploader::new(Arc::new(client), UploadOptions::default());
    uploader.ensure_bucket(bucket).await?;
    let object = ObjectOptions::default();
    Ok(uploader.upload_file(file, bucket, key, object).await?)
}
