//! How long many small files take, against one file of as many bytes.
//!
//! ```text
//! cargo run --release -p s3up --example upload_many [-- FILES BYTES_EACH [FILES_IN_FLIGHT]]
//! ```
//!
//! Both go to an embedded S3 in this process, each three times, by turns.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use embedded_s3::{EmbeddedS3, Options};
use futures::StreamExt;
use s3up::{
    Credentials, Endpoint, FileUpload, RusotoClient, S3Config, StaticCredentials, UploadOptions,
    Uploader,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .map(|number| number.parse())
        .collect::<Result<_, _>>()?;
    let mut options = UploadOptions::default();
    let (count, size) = match numbers[..] {
        [] => (2_000, 16_000),
        [count, size] => (count, size),
        [count, size, in_flight] => {
            options.files_in_flight = in_flight;
            (count, size)
        }
        _ => return Err("give FILES BYTES_EACH [FILES_IN_FLIGHT], or nothing".into()),
    };
    let folder = tempfile::tempdir()?;
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(size).collect();
    let small = folder.path().join("small");
    std::fs::create_dir(&small)?;
    for number in 0..count {
        std::fs::write(small.join(number.to_string()), &bytes)?;
    }
    let one = folder.path().join("one");
    std::fs::write(&one, bytes.repeat(count))?;

    let server = EmbeddedS3::start(Options::new(folder.path().join("s3"))).await?;
    let keys = StaticCredentials::new(server.access_key_id(), server.secret_access_key(), None);
    let config = S3Config::new(
        Endpoint::Url(server.endpoint().parse()?),
        "us-east-1",
        Credentials::Static(keys),
    );
    let client = Arc::new(RusotoClient::new(&config)?);
    let uploader = Uploader::new(client, options);
    uploader.ensure_bucket("lake").await?;

    let mut out = std::io::stdout();
    writeln!(out, "{:>22} {:>10} {:>10}", "", "s", "MB/s")?;
    for _ in 0..3 {
        let file = FileUpload::new(&one, "lake", "one");
        report(&mut out, "1 file", upload(&uploader, [file]).await?)?;
        let files = (0..count).map(|number| {
            let path = small.join(number.to_string());
            FileUpload::new(path, "lake", format!("small/{number}"))
        });
        let name = format!("{count} files");
        report(&mut out, &name, upload(&uploader, files).await?)?;
    }
    server.shutdown().await;
    Ok(())
}

/// How many bytes arrived, and how long that took.
async fn upload(
    uploader: &Uploader,
    files: impl IntoIterator<Item = FileUpload>,
) -> Result<(u64, Duration), s3up::Error> {
    let began = Instant::now();
    let mut uploads = uploader.upload_files(files);
    let progress = uploads.progress();
    while let Some(outcome) = uploads.next().await {
        outcome.result?;
    }
    Ok((progress.bytes_acknowledged(), began.elapsed()))
}

fn report(out: &mut impl Write, name: &str, done: (u64, Duration)) -> std::io::Result<()> {
    let (bytes, took) = done;
    let seconds = took.as_secs_f64();
    let rate = bytes as f64 / 1e6 / seconds;
    writeln!(out, "{name:>22} {seconds:>10.3} {rate:>10.1}")
}
