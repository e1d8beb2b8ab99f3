//! A `BlockWriter` of one's own: blocks go in, an object in S3 comes out, and no local file
//! stands between.
//!
//! `cargo run -p pipeline-cli --example s3_direct_writer [s3://BUCKET/KEY]`
//!
//! The S3 is the one in the environment (`S3_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`,
//! `AWS_SECRET_ACCESS_KEY`); without an endpoint one is started in a folder that is gone at the
//! end.

#![allow(clippy::print_stdout, reason = "a program talks to a person")]

use std::num::NonZeroU64;
use std::sync::Arc;

use arrow::array::RecordBatch;
use blockgen::{DatasetSpec, Generator};
use blockwrite::{
    BlockWriter, ByteDrain, Error, ParquetBlockWriter, Result, RowGroupStats, WriteOptions,
    WriteStats,
};
use embedded_s3::EmbeddedS3;
use s3up::{
    Credentials, Endpoint, ObjectOptions, Receipt, RusotoClient, S3Config, StaticCredentials,
    Upload, UploadOptions, Uploader,
};
use tokio::runtime::{Handle, Runtime};

/// Writes Parquet into one object. It appears, whole, when `finish` is called; a writer that is
/// dropped before leaves nothing in the bucket.
struct S3DirectParquetWriter {
    /// Encodes; what it has finished is taken out of its drain.
    parquet: ParquetBlockWriter<ByteDrain>,
    /// Taken by `finish`.
    upload: Option<Upload>,
    receipt: Option<Receipt>,
    /// The trait is synchronous and the upload is not: calls wait here for room in flight.
    runtime: Handle,
}

impl S3DirectParquetWriter {
    fn create(runtime: Handle, uploader: &Uploader, bucket: &str, key: &str) -> Result<Self> {
        let upload = runtime.block_on(async {
            uploader.ensure_bucket(bucket).await?;
            uploader.start(bucket, key, ObjectOptions::default()).await
        });
        Ok(Self {
            parquet: ParquetBlockWriter::new(ByteDrain::default(), WriteOptions::default()),
            upload: Some(upload.map_err(other)?),
            receipt: None,
            runtime,
        })
    }

    /// The proof of what was stored, behind `finish`.
    fn receipt(&self) -> Option<&Receipt> {
        self.receipt.as_ref()
    }

    /// Hands on what is finished: memory holds a row group and the parts in flight.
    fn hand_on(&mut self) -> Result<()> {
        let upload = self.upload.as_mut().ok_or(Error::Finished)?;
        let bytes = match self.parquet.sink_mut()? {
            Some(drain) => drain.take(),
            None => return Ok(()),
        };
        self.runtime.block_on(upload.write(bytes)).map_err(other)
    }
}

impl BlockWriter for S3DirectParquetWriter {
    fn write_block(&mut self, block: &RecordBatch) -> Result<Option<RowGroupStats>> {
        let stats = self.parquet.write_block(block)?;
        self.hand_on()?;
        Ok(stats)
    }

    fn finish(&mut self) -> Result<WriteStats> {
        let stats = self.parquet.finish()?;
        self.hand_on()?;
        let upload = self.upload.take().ok_or(Error::Finished)?;
        self.receipt = Some(self.runtime.block_on(upload.finish()).map_err(other)?);
        Ok(stats)
    }
}

fn other(error: s3up::Error) -> Error {
    Error::Other(error.into())
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let target = std::env::args().nth(1);
    let target = target.as_deref().unwrap_or("s3://lake/direct.parquet");
    let (bucket, key) = target
        .strip_prefix("s3://")
        .and_then(|place| place.split_once('/'))
        .ok_or("the target is written s3://BUCKET/KEY")?;

    let runtime = Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let (config, server) = runtime.block_on(s3(folder.path()))?;
    // Parts are sent on the runtime, also while this thread encodes.
    let _inside = runtime.enter();
    let uploader = Uploader::new(
        Arc::new(RusotoClient::new(&config)?),
        UploadOptions::default(),
    );

    let people = Generator::compile(&DatasetSpec::builtin("people")?, "people", 42)?;
    let mut writer =
        S3DirectParquetWriter::create(runtime.handle().clone(), &uploader, bucket, key)?;
    let block_rows = NonZeroU64::new(10_000).ok_or("a block has rows")?;
    for block in people.blocks(0..100_000, block_rows) {
        if let Some(stats) = writer.write_block(&block?)? {
            println!("{} rows in {} bytes", stats.rows, stats.compressed_bytes);
        }
    }
    let stats = writer.finish()?;
    let receipt = writer.receipt().ok_or("a finished writer has a receipt")?;
    println!(
        "{target}: {} rows, {} row groups, {} bytes in {} parts, ETag {}",
        stats.rows,
        stats.row_groups.len(),
        receipt.size,
        receipt.parts.len(),
        receipt.etag
    );
    assert_eq!(stats.file_bytes, receipt.size);

    runtime.block_on(async {
        uploader.close().await;
        if let Some(server) = server {
            server.shutdown().await;
        }
    });
    Ok(())
}

/// The S3 of the environment, or one over `folder`.
async fn s3(
    folder: &std::path::Path,
) -> std::result::Result<(S3Config, Option<EmbeddedS3>), Box<dyn std::error::Error>> {
    let variable = |name: &str| std::env::var(name).ok();
    let (url, region, id, secret, server) = match variable("S3_ENDPOINT_URL") {
        Some(url) => (
            url,
            variable("AWS_REGION").unwrap_or_else(|| "us-east-1".to_owned()),
            variable("AWS_ACCESS_KEY_ID").ok_or("AWS_ACCESS_KEY_ID is not set")?,
            variable("AWS_SECRET_ACCESS_KEY").ok_or("AWS_SECRET_ACCESS_KEY is not set")?,
            None,
        ),
        None => {
            let server = EmbeddedS3::start(embedded_s3::Options::new(folder)).await?;
            (
                server.endpoint(),
                server.region().to_owned(),
                server.access_key_id().to_owned(),
                server.secret_access_key().to_owned(),
                Some(server),
            )
        }
    };
    let credentials = Credentials::Static(StaticCredentials::new(id, secret, None));
    let config = S3Config::new(Endpoint::Url(url.parse()?), region, credentials);
    Ok((config, server))
}
