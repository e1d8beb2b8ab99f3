//! Credentials from where AWS's tools find them, and that none of them is ever shown.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::support::program::Program;
use crate::support::s3::S3;

/// Serves credentials as containers and EC2 get them: a token for a PUT, the name of a role, keys
/// for the rest. Keeps the request lines; ends with the process.
fn serve_keys(s3: &S3, secret: &str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let keys = format!(
        r#"{{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"{}","SecretAccessKey":"{secret}","Token":"","Expiration":"2099-01-01T00:00:00Z"}}"#,
        s3.key_id
    );
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let line = head.lines().next().unwrap_or_default().to_owned();
            let body = match &line {
                line if line.starts_with("PUT") => "a-session-of-imds",
                line if line.contains("/security-credentials/ ") => "a-role",
                _ => &keys,
            };
            kept.lock().unwrap().push(line);
            let len = body.len();
            let reply = format!(
                "HTTP/1.1 200 OK\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\n\
                 connection: close\r\ncontent-length: {len}\r\n\r\n{body}"
            );
            // The program may have gone away.
            let _ = stream.write_all(reply.as_bytes());
        }
    });
    (address, lines)
}

/// The program with no keys, and an endpoint for which it does not make any up.
#[cfg(target_os = "linux")]
fn keyless(s3: &S3) -> Program {
    // As a target, Linux takes this for this machine; by its name it is another one.
    let endpoint = s3.endpoint.replace("127.0.0.1", "0.0.0.0");
    Program::new()
        .with("S3_ENDPOINT_URL", endpoint)
        .with("S3_BUCKET_NAME", &s3.bucket)
}

const RUN: [&str; 3] = ["--rows", "10", "--allow-http"];

#[cfg(all(target_os = "linux", feature = "aws-config"))]
#[test]
fn a_container_and_a_machine_give_their_credentials() {
    let s3 = S3::embedded();
    let (service, lines) = serve_keys(&s3, &s3.secret);
    let program = keyless(&s3).with(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        format!("{service}/keys"),
    );
    program.run(RUN).ok();
    assert_eq!(
        *lines.lock().unwrap(),
        ["GET /keys HTTP/1.1"],
        "fetched once"
    );
    lines.lock().unwrap().clear();
    let program = keyless(&s3).with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &service);
    program.run(RUN).ok();
    let lines = lines.lock().unwrap();
    // IMDSv2: a session first.
    assert_eq!(lines[0], "PUT /latest/api/token HTTP/1.1", "{lines:?}");
}

#[cfg(all(target_os = "linux", feature = "aws-config"))]
#[test]
fn a_profile_may_name_a_process() {
    let s3 = S3::embedded();
    let keys = format!(
        r#"{{"Version":1,"AccessKeyId":"{}","SecretAccessKey":"{}"}}"#,
        s3.key_id, s3.secret
    );
    let program = keyless(&s3)
        .with("PATH", "/bin:/usr/bin")
        .with_file("keys.json", &keys)
        .with_file(
            "config",
            "[profile lab]\ncredential_process = cat keys.json\n",
        )
        .with("AWS_CONFIG_FILE", "config")
        .with("AWS_SHARED_CREDENTIALS_FILE", "credentials");
    program.run(RUN.iter().chain(&["--profile", "lab"])).ok();
    let said = program
        .run(RUN.iter().chain(&["--profile", "lba"]))
        .failed(5);
    assert!(
        said.error().contains("the profile `lba` gives none"),
        "{}",
        said.stderr
    );
}

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
    let refused: &[&str] = &["--rows", "10"];
    for level in ["error", "warn", "info", "debug", "trace"] {
        let said = program().with("RUST_LOG", level).run(refused);
        assert_eq!(said.code, 5, "{}", said.stderr);
        assert_discreet(level, said.stderr.as_bytes());
        assert_discreet(level, &said.stdout);
    }
    for args in [
        &["--help"][..],
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

#[cfg(target_os = "linux")]
#[test]
fn no_secret_stands_in_the_list_of_processes() {
    use crate::support::serving::Serving;

    let s3 = S3::embedded();
    let program = s3.program().with("AWS_SESSION_TOKEN", CANARIES[1]);
    let serving = Serving::start(&program, [""; 0]);
    let line = std::fs::read(format!("/proc/{}/cmdline", serving.pid())).unwrap();
    assert_discreet("the command line", &line);
    let line = String::from_utf8_lossy(&line).into_owned();
    assert!(
        line.contains("serve") && !line.contains(&s3.secret),
        "{line}"
    );
}
