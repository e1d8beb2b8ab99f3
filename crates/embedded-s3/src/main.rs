//! Serves a folder until Ctrl-C, and prints what a client needs to know.
//!
//! `cargo run -p embedded-s3 -- FOLDER`

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program talks to a person"
)]

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use embedded_s3::{EmbeddedS3, Options};

const USAGE: &str = "\
usage: embedded-s3 FOLDER

Serves FOLDER as an S3 on a free port of 127.0.0.1 until Ctrl-C. Buckets are the
folders in it; FOLDER is created if it is not there. Prints the endpoint and a
key pair as lines that a shell takes:

  export AWS_ENDPOINT_URL_S3=http://127.0.0.1:40123
";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let folder = match arguments.as_slice() {
        [flag] if flag == "-h" || flag == "--help" => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        [folder] if !folder.as_encoded_bytes().starts_with(b"-") => folder,
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match serve(Options::new(folder)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let causes = std::iter::successors(error.source(), |&error| error.source());
            let causes: String = causes.map(|cause| format!(": {cause}")).collect();
            eprintln!("embedded-s3: {error}{causes}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: Options) -> Result<(), Box<dyn Error>> {
    let s3 = EmbeddedS3::start(options).await?;
    println!("export AWS_ENDPOINT_URL_S3={}", s3.endpoint());
    println!("export AWS_ACCESS_KEY_ID={}", s3.access_key_id());
    println!("export AWS_SECRET_ACCESS_KEY={}", s3.secret_access_key());
    println!("export AWS_REGION={}", s3.region());
    tokio::signal::ctrl_c().await?;
    s3.shutdown().await;
    Ok(())
}
