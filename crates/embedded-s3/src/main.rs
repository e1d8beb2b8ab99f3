//! Serves a folder until Ctrl-C, and prints what a client needs to know.
//!
//! `cargo run -p embedded-s3 -- FOLDER`

#![allow(clippy::print_stdout, reason = "a program talks to a person")]

use embedded_s3::{EmbeddedS3, Options};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: embedded-s3 FOLDER")?;
    let s3 = EmbeddedS3::start(Options::new(folder)).await?;
    println!("export AWS_ENDPOINT_URL_S3={}", s3.endpoint());
    println!("export AWS_ACCESS_KEY_ID={}", s3.access_key_id());
    println!("export AWS_SECRET_ACCESS_KEY={}", s3.secret_access_key());
    println!("export AWS_REGION={}", s3.region());
    tokio::signal::ctrl_c().await?;
    s3.shutdown().await;
    Ok(())
}
