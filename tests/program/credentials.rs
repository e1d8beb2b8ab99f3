//! Credentials from where AWS's tools find them.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::support::program::Program;
use crate::support::s3::S3;

/// Stands for the services that give credentials; ends with the process. Keeps the heads of the
/// requests.
struct Service {
    address: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Service {
    /// Gives the keys of the server: to containers and machines, whose requests are a token for a
    /// PUT, the name of a role, and keys; to the holder of a session of SSO; and for the token of a
    /// web identity.
    fn giving_keys_of(s3: &S3) -> Self {
        let (id, secret) = (s3.key_id.clone(), s3.secret.clone());
        let keys = format!(
            r#"{{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"{id}","SecretAccessKey":"{secret}","Token":"","Expiration":"2099-01-01T00:00:00Z"}}"#
        );
        let of_sso = format!(
            r#"{{"roleCredentials":{{"accessKeyId":"{id}","secretAccessKey":"{secret}","sessionToken":"","expiration":4070908800000}}}}"#
        );
        let of_sts = format!(
            "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>\
             <AccessKeyId>{id}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>\
             <SessionToken></SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
             </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
        );
        Self::start(move |line| {
            let body = match line {
                line if line.starts_with("PUT") => "a-session-of-imds",
                line if line.contains("/security-credentials/ ") => "a-role",
                line if line.contains("/federation/credentials") => &of_sso,
                line if line.starts_with("POST") => &of_sts,
                _ => &keys,
            };
            (200, body.to_owned())
        })
    }

    /// Answers each request, of which it gets the line, with a status and a body.
    fn start(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let len = head.lines().find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                });
                // What was sent has to be read, lest the connection break with the reply in it.
                let _ = std::io::copy(
                    &mut (&mut stream).take(len.unwrap_or(0)),
                    &mut std::io::sink(),
                );
                let (status, body) = answer(head.lines().next().unwrap_or_default());
                kept.lock().unwrap().push(head);
                let len = body.len();
                let reply = format!(
                    "HTTP/1.1 {status} X\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\n\
                     connection: close\r\ncontent-length: {len}\r\n\r\n{body}"
                );
                // The program may have gone away.
                let _ = stream.write_all(reply.as_bytes());
            }
        });
        Self { address, heads }
    }

    /// The lines of the requests so far, which are forgotten.
    fn lines(&self) -> Vec<String> {
        let heads = std::mem::take(&mut *self.heads.lock().unwrap());
        let line = |head: &String| head.lines().next().unwrap_or_default().to_owned();
        heads.iter().map(line).collect()
    }
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
    let service = Service::giving_keys_of(&s3);
    let program = keyless(&s3).with(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        format!("{}/keys", service.address),
    );
    program.run(RUN).ok();
    assert_eq!(service.lines(), ["GET /keys HTTP/1.1"], "fetched once");
    let program = keyless(&s3).with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &service.address);
    program.run(RUN).ok();
    let lines = service.lines();
    // IMDSv2: a session first.
    assert_eq!(lines[0], "PUT /latest/api/token HTTP/1.1", "{lines:?}");
}

/// A session that `aws sso login` has begun, and its profile.
#[cfg(all(target_os = "linux", feature = "aws-config"))]
fn with_sso(program: Program, service: &Service, session_ends: &str) -> Program {
    // The name of the file is the SHA-1 of that of the session, `lab-session`.
    let session = ".aws/sso/cache/43ceb14c437f3e36c857ce9e3e50cc17229625ef.json";
    std::fs::create_dir_all(program.path(".aws/sso/cache")).unwrap();
    let token = format!(
        r#"{{"accessToken":"canary-of-sso","expiresAt":"{session_ends}","region":"eu-west-3","startUrl":"https://lab.awsapps.com/start"}}"#
    );
    program
        .with_file(session, &token)
        .with_file(
            ".aws/config",
            "[profile lab]\nsso_session = lab-session\nsso_account_id = 123456789012\n\
             sso_role_name = writer\n\n[sso-session lab-session]\nsso_region = eu-west-3\n\
             sso_start_url = https://lab.awsapps.com/start\n",
        )
        .with("AWS_ENDPOINT_URL_SSO", &service.address)
}

#[cfg(all(target_os = "linux", feature = "aws-config"))]
#[test]
fn a_session_of_sso_gives_credentials() {
    let s3 = S3::embedded();
    let service = Service::giving_keys_of(&s3);
    let program = with_sso(keyless(&s3), &service, "2099-01-01T00:00:00Z");
    let lab = RUN.iter().chain(&["--profile", "lab"]);
    program.run(lab.clone()).ok();
    let head = service.heads.lock().unwrap()[0].clone();
    assert!(
        head.starts_with(
            "GET /federation/credentials?role_name=writer&account_id=123456789012 HTTP/1.1"
        ),
        "{head}"
    );
    assert!(head.contains("canary-of-sso"), "{head}");
    assert_eq!(service.lines().len(), 1, "fetched once");

    let program = with_sso(keyless(&s3), &service, "2001-01-01T00:00:00Z");
    let said = program.run(lab).failed(5);
    assert!(said.error().contains("the profile `lab` gives none"));
    assert!(said.stderr.contains("expired"), "{}", said.stderr);
    assert!(!said.stderr.contains("canary"), "{}", said.stderr);
    assert!(service.lines().is_empty());
}

#[cfg(all(target_os = "linux", feature = "aws-config"))]
#[test]
fn a_web_identity_becomes_credentials() {
    let s3 = S3::embedded();
    let service = Service::giving_keys_of(&s3);
    let with_identity = |service: &Service| {
        keyless(&s3)
            .with_file("identity", "canary-of-identity")
            .with("AWS_WEB_IDENTITY_TOKEN_FILE", "identity")
            .with("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/writer")
            .with("AWS_ENDPOINT_URL_STS", &service.address)
    };
    with_identity(&service).run(RUN).ok();
    assert_eq!(service.lines(), ["POST / HTTP/1.1"], "fetched once");

    let refusing = Service::start(|_| {
        let why = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not \
                   authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error>\
                   </ErrorResponse>";
        (403, why.to_owned())
    });
    let said = with_identity(&refusing).run(RUN).failed(5);
    assert!(
        said.stderr.contains("Not authorized to perform"),
        "{}",
        said.stderr
    );
    assert!(!said.stderr.contains("canary"), "{}", said.stderr);
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
