//! Uploads against servers: the embedded S3, which checks signatures and plays faults, and a
//! scripted socket for replies that no S3 library would send.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod example;
mod largest;
mod scene;
mod scripted_server;
#[cfg(target_os = "linux")]
mod tls_server;
mod warnings;

// The cases once for each client. The path of the outer module says that they lie beside this file.

#[path = "."]
mod rusoto {
    use s3up::RusotoClient as Client;

    #[path = "cases/mod.rs"]
    mod cases;
}

#[cfg(feature = "aws-sdk")]
#[path = "."]
mod aws_sdk {
    use s3up::AwsSdkClient as Client;

    #[path = "cases/mod.rs"]
    #[allow(
        clippy::duplicate_mod,
        reason = "every client has to pass the same cases"
    )]
    mod cases;
}
