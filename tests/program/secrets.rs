//! No secret is ever shown: not in logs, errors, help or the list of processes.

use crate::support::program::Program;
use crate::support::s3::S3;

/// Everything that the program is told and must not tell.
const CANARIES: [&str; 4] = [
    "canary-secret-4711",
    "canary-token-4711",
    "canary-password-4711",
    "canary%2Dpassword",
];

fn assert_discreet(what: &str, said: &[u8]) {
    let said = String::from_utf8_lossy(said);
    for canary in CANARIES {
        assert!(!said.contains(canary), "{what}: {said}");
    }
}

/// The clients that are built in.
const CLIENTS: &[&str] = if cfg!(feature = "aws-sdk") {
    &["rusoto", "aws-sdk"]
} else {
    &["rusoto"]
};

#[test]
fn no_secret_is_shown_at_any_level_by_any_command() {
    let s3 = S3::embedded();
    let program = || {
        Program::new()
            .with("S3_ENDPOINT_URL", &s3.endpoint)
            .with("S3_BUCKET_NAME", &s3.bucket)
            .with("AWS_ACCESS_KEY_ID", &s3.key_id)
            .with("AWS_SECRET_ACCESS_KEY", CANARIES[0])
            .with("AWS_SESSION_TOKEN", CANARIES[1])
            .with(
                "HTTPS_PROXY",
                format!("http://me:{}@127.0.0.1:9", CANARIES[2]),
            )
            .with(
                "https_proxy",
                format!("http://me:{}@127.0.0.1:9", CANARIES[3]),
            )
            .with("RUST_BACKTRACE", "1")
    };
    for client in CLIENTS {
        for level in ["error", "warn", "info", "debug", "trace"] {
            let refused = ["--rows", "10", "--s3-client", client];
            let said = program().with("RUST_LOG", level).run(refused);
            assert_eq!(said.code, 5, "{}", said.stderr);
            assert_discreet(level, said.stderr.as_bytes());
            assert_discreet(level, &said.stdout);
        }
    }
    for args in [
        &["--help"][..],
        &["-h"],
        &["help"],
        &["run", "--help"],
        &["upload", "--help"],
        &["verify", "--help"],
        &["serve", "--help"],
        &["inspect", "--help"],
        &["head", "--help"],
        &["spec", "--help"],
        &["config", "--help"],
        &["man"],
        &["completions", "bash"],
        &["config"],
        &["config", "--json"],
        &["--dry-run"],
        &["--json", "--rows", "10"],
        &["-v", "--rows", "10"],
        &[
            "inspect",
            "s3://lake/k",
            "--endpoint",
            "https://s3.example.org",
        ],
        &["upload", "absent", "s3://lake/"],
        &["--storage-class", "CANARY"],
    ] {
        let said = program().with("RUST_LOG", "trace").run(args);
        assert_discreet(&args.join(" "), said.stderr.as_bytes());
        assert_discreet(&args.join(" "), &said.stdout);
    }
}

/// What succeeds tells no more than what fails, with either client.
#[test]
fn no_secret_is_shown_by_what_succeeds() {
    let s3 = S3::embedded();
    for client in CLIENTS {
        let program = s3
            .program()
            .with("AWS_SESSION_TOKEN", CANARIES[1])
            .with("RUST_LOG", "trace");
        let said = program
            .run(["--rows", "10", "--json", "--s3-client", client])
            .ok();
        assert_discreet(client, said.stderr.as_bytes());
        assert_discreet(client, &said.stdout);
        let shown = said.stderr + &String::from_utf8_lossy(&said.stdout);
        assert!(!shown.contains(&s3.secret), "{shown}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_secret_stands_in_the_list_of_processes() {
    use crate::support::program::{terminate, until};
    use crate::support::serving::Serving;

    let s3 = S3::embedded();
    let program = s3.program().with("AWS_SESSION_TOKEN", CANARIES[1]);
    let assert_hidden = |pid: u32, command: &str| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap();
        assert_discreet("the command line", &line);
        let line = String::from_utf8_lossy(&line).into_owned();
        assert!(
            line.contains(command) && !line.contains(&s3.secret),
            "{line}"
        );
    };
    let serving = Serving::start(&program, [""; 0]);
    assert_hidden(serving.pid(), "serve");

    let mut run = program.start(["run", "-v", "--rows", "100_000_000", "--block-size", "1MiB"]);
    until(&mut run, "block 2/");
    assert_hidden(run.id(), "run");
    terminate(&run);
    assert_eq!(run.wait().unwrap().code(), Some(130));
}
