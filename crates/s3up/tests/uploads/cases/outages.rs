//! A server that is out of reach for a while, too slow once, or not who it says it is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use embedded_s3::{Fault, FaultPlan, Gate, Operation, Rule, Stall};
use s3up::{ErrorKind, ObjectOptions, Outcome, UploadOptions, Uploader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::{Client, set_scene, uploader};
use crate::scene::{BUCKET, MIB, PART, config, data, options};
use crate::scripted_server::{Script, ScriptedServer};
#[cfg(target_os = "linux")]
use crate::tls_server;

/// Hands connections on to a server, until it is dropped with all of them.
struct Way {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Way {
    async fn open(at: SocketAddr, to: &str) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let address = listener.local_addr().unwrap();
        let to = to.trim_start_matches("http://").to_owned();
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (mut near, _) = listener.accept().await.unwrap();
                let to = to.clone();
                connections.spawn(async move {
                    let mut far = TcpStream::connect(to).await.unwrap();
                    // Either side may go away at any point, which ends the connection.
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        Self { address, task }
    }

    async fn close(self) -> SocketAddr {
        self.task.abort();
        let _ = self.task.await;
        self.address
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_back_is_found_again() {
    let scene = set_scene(FaultPlan::new()).await;
    let server = scene.server.endpoint();
    let way = Way::open("127.0.0.1:0".parse().unwrap(), &server).await;
    let mut options = options();
    // Whoever never answered is given up at once; this server has answered by then.
    options.retry.unreachable_for = Duration::ZERO;
    options.retry.max_delay = Duration::from_millis(20);
    let attempts = options.retry.max_attempts;
    let endpoint = format!("http://{}", way.address);
    let client = Client::new(&config(&endpoint, "test-key", "test-secret")).unwrap();
    let uploader = Uploader::new(Arc::new(client), options);
    let mut upload = uploader
        .start(BUCKET, "k", ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(2 * PART)).await.unwrap();
    let progress = upload.progress();
    let address = way.close().await;
    // More than are allowed where they are counted: two parts are on their way.
    let tries = 2 * u64::from(attempts) + 4;
    let back = async {
        while progress.retries() < tries {
            tokio::task::yield_now().await;
        }
        Way::open(address, &server).await
    };
    let (sent, _way) = tokio::join!(upload.send_rest(), back);
    sent.unwrap();
    assert_eq!(upload.finish().await.unwrap().size, 2 * PART as u64);
    assert!(scene.object("k").await.unwrap() == data(2 * PART));
}

#[tokio::test]
async fn a_completion_that_takes_too_long_is_asked_for_again() {
    let stuck = Fault::Stall(Stall::Until(Gate::closed()));
    let rule = Rule::on(Operation::CompleteMultipartUpload).nth(1);
    let scene = set_scene(FaultPlan::new().with(rule, stuck)).await;
    let mut config = config(&scene.server.endpoint(), "test-key", "test-secret");
    config.timeouts.complete_first_byte = Duration::from_secs(1);
    let mut options = options();
    // As by default, the budget of a request is no longer than the limit of a completion.
    options.retry.budget = Duration::from_secs(1);
    let uploader = Uploader::new(Arc::new(Client::new(&config).unwrap()), options);
    let mut upload = uploader
        .start(BUCKET, "k", ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(PART + 1)).await.unwrap();
    upload.finish().await.unwrap();
    assert_eq!(scene.plan.calls(Operation::CompleteMultipartUpload), 2);
    assert_eq!(scene.plan.calls(Operation::AbortMultipartUpload), 0);
}

#[tokio::test]
async fn bytes_that_found_no_connection_were_not_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut upload = uploader(&config(&endpoint, "id", "secret"))
        .start(BUCKET, "k", ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(10)).await.unwrap();
    let progress = upload.progress();
    assert_eq!(
        upload.finish().await.unwrap_err().kind(),
        ErrorKind::Unreachable
    );
    assert!(progress.requests() > 1);
    assert_eq!(progress.bytes_sent(), 0);
}

/// What an upload to this https server says, which trusts these certificates, too. Only one connection is made: another attempt would
/// find the server gone.
async fn refused(
    authorities: Option<Vec<u8>>,
    serve: impl FnOnce(std::net::TcpStream) + Send + 'static,
) -> s3up::Error {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        drop(listener);
        serve(stream);
    });
    let mut config = config(&endpoint, "id", "secret");
    config.authorities = authorities;
    let mut upload = uploader(&config)
        .start(BUCKET, "k", ObjectOptions::default())
        .await
        .unwrap();
    upload.write(data(10)).await.unwrap();
    let error = upload.finish().await.unwrap_err();
    server.join().unwrap();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotCommitted);
    assert!(error.to_string().contains("certificate"), "{error}");
    error
}

/// Why a server with this certificate is refused, by one who trusts whoever signed it or not.
#[cfg(target_os = "linux")]
async fn refused_for((key, certificate): &tls_server::Signed, trusted: bool) -> String {
    let acceptor = tls_server::acceptor(key, certificate);
    let authorities = trusted.then(|| certificate.to_pem().unwrap());
    let error = refused(authorities, move |stream| {
        assert!(acceptor.accept(stream).is_err());
    })
    .await;
    std::error::Error::source(&error).unwrap().to_string()
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_named_as_such() {
    refused(None, |mut stream| {
        use std::io::{Read, Write};
        let mut hello = [0; 64];
        stream.read_exact(&mut hello).unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
        // Until the client has gone, lest its unread bytes break the connection.
        let _ = stream.read_to_end(&mut Vec::new());
    })
    .await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_named_as_such() {
    let cause = refused_for(&tls_server::certificate(), false).await;
    assert!(
        cause.contains("self-signed") || cause.contains("self signed"),
        "{cause}"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_trusted_certificate_of_another_host_is_refused() {
    let cause = refused_for(&tls_server::certificate_of("127.0.0.2"), true).await;
    assert!(cause.contains("mismatch"), "{cause}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_trusted_certificate_whose_time_is_over_is_refused() {
    let cause = refused_for(&tls_server::expired_certificate(), true).await;
    assert!(cause.contains("expired"), "{cause}");
}

/// A server that ends connections at the moment in which they are used again.
#[tokio::test]
async fn a_connection_that_ended_while_it_idled_costs_another_attempt_and_no_upload() {
    let created = "<InitiateMultipartUploadResult><UploadId>u</UploadId>\
                   </InitiateMultipartUploadResult>";
    let completed = "<CompleteMultipartUploadResult><ETag>\"e\"</ETag>\
                     </CompleteMultipartUploadResult>";
    let server = ScriptedServer::start(move |line, _| {
        let (headers, body) = match line {
            line if line.starts_with("POST") && line.contains("uploads") => ("", created),
            line if line.starts_with("POST") => ("", completed),
            line if line.starts_with("HEAD") => ("", ""),
            _ => ("etag: \"e\"\r\n", ""),
        };
        let len = body.len();
        let reply = format!("HTTP/1.1 200 X\r\n{headers}content-length: {len}\r\n\r\n{body}");
        Script::AnswerOnce(reply.into_bytes())
    })
    .await;
    let uploader = uploader(&config(&server.endpoint, "id", "secret"));
    for (len, parts) in [(10, 1), (3 * PART, 3)] {
        let object = ObjectOptions::default();
        let mut upload = uploader.start(BUCKET, "k", object).await.unwrap();
        let progress = upload.progress();
        upload.write(data(len)).await.unwrap();
        upload.finish().await.unwrap();
        assert_eq!(progress.parts_acknowledged(), parts);
        assert_eq!(progress.bytes_acknowledged(), len as u64);
    }
}

/// A mebibyte that counts itself as long as anybody holds it.
struct Counted(Vec<u8>, Arc<AtomicUsize>);

impl Counted {
    fn bytes(held: &Arc<AtomicUsize>) -> Bytes {
        held.fetch_add(1, Relaxed);
        Bytes::from_owner(Self(vec![7; MIB], Arc::clone(held)))
    }
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.fetch_sub(1, Relaxed);
    }
}

#[tokio::test]
async fn memory_stays_flat_while_a_server_stalls() {
    const PARTS: usize = 12;
    const IN_FLIGHT: usize = 3;
    let gate = Gate::closed();
    let stalled = Fault::Stall(Stall::Until(gate.clone()));
    let rule = Rule::on(Operation::UploadPart);
    let scene = set_scene(FaultPlan::new().with(rule, stalled)).await;
    let uploader = scene.uploader.clone().with_options(UploadOptions {
        parts_in_flight: IN_FLIGHT,
        ..options()
    });
    let object = ObjectOptions::default();
    let mut upload = uploader.start(BUCKET, "k", object).await.unwrap();
    let progress = upload.progress();
    let (held, most) = (Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0));
    let write = async {
        for _ in 0..PARTS * PART / MIB {
            upload.write(Counted::bytes(&held)).await.unwrap();
            most.fetch_max(held.load(Relaxed), Relaxed);
        }
        upload.finish().await.unwrap()
    };
    // Until nothing more is taken: those in flight stand still, and the next part waits for room.
    let stands_still = async {
        while scene.plan.calls(Operation::UploadPart) < IN_FLIGHT as u64 {
            tokio::task::yield_now().await;
        }
        let mut taken = 0;
        while progress.bytes_accepted() > taken {
            taken = progress.bytes_accepted();
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
        }
        assert!(taken as usize <= (IN_FLIGHT + 1) * PART, "{taken}");
        gate.open();
    };
    let (receipt, ()) = tokio::join!(write, stands_still);
    assert_eq!(receipt.size as usize, PARTS * PART);
    let bound = (IN_FLIGHT + 1) * PART / MIB + 1;
    assert!(most.load(Relaxed) <= bound, "{most:?} MiB");
    assert_eq!(held.load(Relaxed), 0);
}
