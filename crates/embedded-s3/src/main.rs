//! Serves a folder until Ctrl-C, and prints what a client needs to know.
//!
//! `cargo run -p embedded-s3 -- FOLDER`

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program talks to a person"
)]

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use embedded_s3::{EmbeddedS3, FaultShare, Operation, Options, ServedRequest};

const USAGE: &str = "\
usage: embedded-s3 FOLDER [--requests] [--fail-parts PERCENT [--seed N]]

Serves FOLDER as an S3 on a free port of 127.0.0.1 until Ctrl-C. Buckets are the
folders in it; FOLDER is created if it is not there. Prints the endpoint and a
key pair as lines that a shell takes:

  export AWS_ENDPOINT_URL_S3=http://127.0.0.1:40123

  --requests            a line for each request, on standard error
  --fail-parts PERCENT  so many of a hundred UploadPart requests fail
  --seed N              which of them; 0 if it is not given
";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let [flag] = arguments.as_slice()
        && (flag == "-h" || flag == "--help")
    {
        print!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let Some(asked) = Asked::parse(&arguments) else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    match serve(asked.options()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let causes = std::iter::successors(error.source(), |&error| error.source());
            let causes: String = causes.map(|cause| format!(": {cause}")).collect();
            eprintln!("embedded-s3: {error}{causes}");
            ExitCode::FAILURE
        }
    }
}

/// The command line.
#[derive(Default)]
struct Asked {
    folder: PathBuf,
    requests: bool,
    fail_parts_percent: Option<f64>,
    seed: Option<u64>,
}

impl Asked {
    /// `None` where it is not as the usage says.
    fn parse(arguments: &[OsString]) -> Option<Self> {
        let mut asked = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--requests") => asked.requests = true,
                Some("--fail-parts") => {
                    let percent: f64 = number(arguments.next()?)?;
                    asked.fail_parts_percent =
                        Some(percent).filter(|percent| (0.0..=100.0).contains(percent));
                    asked.fail_parts_percent?;
                }
                Some("--seed") => asked.seed = Some(number(arguments.next()?)?),
                _ if argument.as_encoded_bytes().starts_with(b"-") => return None,
                _ if asked.folder.as_os_str().is_empty() => asked.folder = argument.into(),
                _ => return None,
            }
        }
        let seeds_nothing = asked.seed.is_some() && asked.fail_parts_percent.is_none();
        (!asked.folder.as_os_str().is_empty() && !seeds_nothing).then_some(asked)
    }

    fn options(self) -> Options {
        let mut options = Options::new(self.folder);
        if let Some(percent) = self.fail_parts_percent {
            let seed = self.seed.unwrap_or_default();
            let faults = FaultShare::of(Operation::UploadPart, percent / 100.0, seed);
            options.faults = Some(Arc::new(faults));
        }
        if self.requests {
            options.observer = Some(Arc::new(tell));
        }
        options
    }
}

fn number<T: std::str::FromStr>(text: &OsStr) -> Option<T> {
    text.to_str()?.parse().ok()
}

/// Operation, status, and the bytes that came in.
fn tell(request: &ServedRequest) {
    let operation = request.operation.map_or("refused", Operation::name);
    let status = request
        .status
        .map_or("-".to_owned(), |status| status.to_string());
    // Nobody may be there to read it.
    let _told = writeln!(
        std::io::stderr(),
        "{operation} {status} {}",
        request.received_bytes
    );
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
