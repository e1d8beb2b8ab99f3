//! Asks a server whether it is up: one HTTP request over a plain socket.
//!
//! A few lines instead of an HTTP library, because loopback, `GET` and one header are all
//! that is needed, and this program should compile in seconds.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const READ_LIMIT: Duration = Duration::from_secs(10);
/// LocalStack's health report is about 1 kB.
const REPLY_LIMIT_BYTES: u64 = 256 * 1024;

/// What LocalStack says of itself.
#[derive(Debug, PartialEq, Eq)]
pub enum Health {
    /// S3 serves.
    Ready,
    /// Not yet; in its own words.
    Starting(String),
    /// S3 has failed and will not come up.
    Failed(String),
}

/// Asks the LocalStack on `port` of this machine how its S3 does.
pub fn ask(port: u16) -> Health {
    match get("127.0.0.1", port, "/_localstack/health") {
        Ok(Reply { status: 200, body }) => understand(&body),
        Ok(Reply { status, .. }) => Health::Starting(format!("it answers with HTTP {status}")),
        Err(error) => Health::Starting(format!("{error:#}")),
    }
}

fn understand(body: &str) -> Health {
    let report: Value = serde_json::from_str(body).unwrap_or_default();
    match report["services"]["s3"].as_str() {
        Some("running") => Health::Ready,
        Some(state @ ("error" | "disabled")) => {
            Health::Failed(format!("its health report says that s3 is {state:?}"))
        }
        Some(state) => Health::Starting(format!("its health report says that s3 is {state:?}")),
        None => Health::Starting("its health report does not mention s3 yet".to_owned()),
    }
}

/// Whether an S3 endpoint given by a person answers. An `https` endpoint is only connected
/// to: this program carries no TLS.
pub fn check_endpoint(url: &str) -> Result<()> {
    let Endpoint { tls, host, port } = Endpoint::parse(url)?;
    let answered = if tls {
        connect(&host, port).map(drop)
    } else {
        // Any status will do: a refusal, too, comes from a server that is up.
        get(&host, port, "/").map(drop)
    };
    answered.with_context(|| {
        format!("the endpoint in S3_ENDPOINT_URL, {url}, does not answer: start it or unset the variable")
    })
}

#[derive(Debug, PartialEq, Eq)]
struct Endpoint {
    tls: bool,
    host: String,
    port: u16,
}

impl Endpoint {
    fn parse(url: &str) -> Result<Self> {
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        let tls = match scheme {
            "http" => false,
            "https" => true,
            _ => bail!("S3_ENDPOINT_URL must begin with http:// or https://"),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            // Not repeated in the message: what stands there may be a password.
            bail!(
                "S3_ENDPOINT_URL holds a user name: give keys by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            );
        }
        let default_port = if tls { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            // The colons of a bare IPv6 address stand inside brackets.
            Some((host, port)) if !port.ends_with(']') => (
                host,
                port.parse()
                    .with_context(|| format!("no port: {port:?} in S3_ENDPOINT_URL"))?,
            ),
            _ => (authority, default_port),
        };
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        if host.is_empty() {
            bail!("S3_ENDPOINT_URL names no host");
        }
        Ok(Self { tls, host, port })
    }
}

#[derive(Debug)]
struct Reply {
    status: u16,
    body: String,
}

fn connect(host: &str, port: u16) -> Result<TcpStream> {
    let mut last = None;
    for address in (host, port)
        .to_socket_addrs()
        .context("the host's name is not known")?
    {
        match TcpStream::connect_timeout(&address, CONNECT_LIMIT) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(error) => Err(error).context("no connection"),
        None => bail!("the host's name has no address"),
    }
}

fn get(host: &str, port: u16, path: &str) -> Result<Reply> {
    let mut stream = connect(host, port)?;
    stream.set_read_timeout(Some(READ_LIMIT))?;
    stream.set_write_timeout(Some(READ_LIMIT))?;
    // HTTP/1.0, so that the reply ends with the connection and never comes in chunks. Sent in
    // one piece, because a server may answer and close before it has read a second.
    let request =
        format!("GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream
        .take(REPLY_LIMIT_BYTES)
        .read_to_end(&mut bytes)
        .context("no whole reply")?;
    parse(&String::from_utf8_lossy(&bytes))
}

fn parse(reply: &str) -> Result<Reply> {
    let status = reply
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.split(' ').nth(1))
        .and_then(|status| status.trim().parse().ok())
        .context("what answers there does not speak HTTP")?;
    let body = reply.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok(Reply {
        status,
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Answers one request with `reply`, on a port of its own.
    fn server(reply: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).unwrap();
            assert!(request[..read].starts_with(b"GET /"));
            stream.write_all(reply.as_bytes()).unwrap();
        });
        port
    }

    fn nobody() -> u16 {
        // The listener is gone at once, so nobody answers there.
        TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port()
    }

    #[test]
    fn only_running_is_ready() {
        for (body, ready) in [
            (
                r#"{"services": {"s3": "running"}, "version": "4.9.2"}"#,
                true,
            ),
            (r#"{"services": {"s3": "starting"}}"#, false),
            (r#"{"services": {"s3": "available"}}"#, false),
            (r#"{"services": {"sqs": "running"}}"#, false),
            (r#"{"s3": "running"}"#, false),
            ("<html>running</html>", false),
            ("", false),
        ] {
            assert_eq!(understand(body) == Health::Ready, ready, "{body}");
        }
        assert!(matches!(
            understand(r#"{"services": {"s3": "error"}}"#),
            Health::Failed(_)
        ));
    }

    #[test]
    fn a_server_is_asked_over_a_real_socket() {
        let ready = "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"services\": {\"s3\": \"running\"}}";
        assert_eq!(ask(server(ready)), Health::Ready);
        let Health::Starting(why) = ask(server("HTTP/1.0 503 Service Unavailable\r\n\r\n")) else {
            panic!("503 is not ready");
        };
        assert!(why.contains("503"), "{why}");
        assert!(matches!(
            ask(server("SSH-2.0-OpenSSH\r\n")),
            Health::Starting(_)
        ));
        assert!(matches!(ask(nobody()), Health::Starting(_)));
    }

    #[test]
    fn a_given_endpoint_may_refuse_but_must_answer() {
        let port = server("HTTP/1.1 403 Forbidden\r\n\r\n");
        check_endpoint(&format!("http://127.0.0.1:{port}")).unwrap();
        let error = check_endpoint(&format!("http://127.0.0.1:{}", nobody())).unwrap_err();
        assert!(error.to_string().contains("does not answer"), "{error}");
    }

    #[test]
    fn endpoints_are_taken_apart() {
        let parse = |url: &str| {
            Endpoint::parse(url)
                .map(|Endpoint { tls, host, port }| (tls, host, port))
                .ok()
        };
        for (url, tls, host, port) in [
            ("http://localhost:4566", false, "localhost", 4566),
            ("http://localhost", false, "localhost", 80),
            ("https://s3.example.com/", true, "s3.example.com", 443),
            ("http://[::1]:9000/x", false, "::1", 9000),
            ("http://[::1]", false, "::1", 80),
        ] {
            assert_eq!(parse(url), Some((tls, host.to_owned(), port)), "{url}");
        }
        for url in [
            "",
            "localhost:4566",
            "ftp://host",
            "http://",
            "http://host:port",
        ] {
            assert_eq!(parse(url), None, "{url}");
        }
    }

    #[test]
    fn a_password_in_the_endpoint_is_not_repeated() {
        let error = check_endpoint("http://me:hunter2@localhost:4566").unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}
