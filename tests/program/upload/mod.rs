//! `upload`: what files become which objects, and what is said when some do not.

mod failing;
mod keys;
mod refused;
mod resuming;
mod stopping;
mod told;

use std::fs;

use crate::support::program::{Program, Ran};
use crate::support::s3::S3;

/// Writes files, each with its own name as its bytes.
fn files(program: &Program, names: &[&str]) {
    for name in names {
        let path = program.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }
}

/// `upload` with sources and a target in the bucket of `s3`.
fn upload(s3: &S3, program: &Program, sources: &[&str], key: &str) -> Ran {
    let target = format!("s3://{}/{key}", s3.bucket);
    let args = [&["upload"], sources, &[target.as_str(), "--json"]].concat();
    program.run(args)
}

/// The keys that files were uploaded to, with the files.
fn uploaded(ran: &Ran, s3: &S3) -> String {
    let prefix = format!("s3://{}/", s3.bucket);
    let mut lines: Vec<_> = ran
        .events()
        .iter()
        .filter(|event| event["event"] == "uploaded")
        .map(|event| {
            let target = event["target"].as_str().unwrap();
            let key = target.strip_prefix(&prefix).unwrap();
            format!("{} -> {key}\n", event["path"].as_str().unwrap())
        })
        .collect();
    lines.sort();
    lines.concat()
}

/// What a run says, without what differs from run to run.
fn said(text: &str, s3: &S3) -> String {
    text.replace(&s3.bucket, "BUCKET")
        .replace(&s3.endpoint, "ENDPOINT")
}

fn block_on(work: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().unwrap().block_on(work);
}
