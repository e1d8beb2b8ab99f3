//! A socket that answers as it is told, for replies that no S3 would send.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What happens to one request.
pub enum Script {
    /// The body is read, then these bytes are sent.
    Answer(Vec<u8>),
    /// The body is read in slices of 64 KiB, each after a pause, then these bytes are sent.
    AnswerAtPace(Duration, Vec<u8>),
    /// The body is read, these bytes are sent, and whatever comes next on this connection is met
    /// with its end: what a client sees whose request crosses the end of an idle connection.
    AnswerOnce(Vec<u8>),
    /// These bytes are sent at once and the connection is closed, with the body unread.
    AnswerEarly(Vec<u8>),
    /// The body is read, and the connection closed.
    Close,
    /// The body is read, and nothing follows.
    Silence,
    /// Not even the body is read.
    StopReading,
}

/// A whole reply without a body.
pub fn empty(status: u16, headers: &str) -> Script {
    Script::Answer(
        format!("HTTP/1.1 {status} X\r\n{headers}content-length: 0\r\n\r\n").into_bytes(),
    )
}

/// A whole reply.
pub fn answer(status: u16, body: &str) -> Script {
    let len = body.len();
    Script::Answer(
        format!("HTTP/1.1 {status} X\r\ncontent-length: {len}\r\n\r\n{body}").into_bytes(),
    )
}

/// What begins an upload in parts, of the id `u`.
pub fn created() -> Script {
    let id = "<UploadId>u</UploadId>";
    let body = format!("<InitiateMultipartUploadResult>{id}</InitiateMultipartUploadResult>");
    answer(200, &body)
}

/// What ends one, with the ETag `e`.
pub fn completed() -> Script {
    let etag = "<ETag>e</ETag>";
    let body = format!("<CompleteMultipartUploadResult>{etag}</CompleteMultipartUploadResult>");
    answer(200, &body)
}

pub struct ScriptedServer {
    pub endpoint: String,
    pub requests: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl ScriptedServer {
    /// `script` gets the request line, such as `PUT /bucket/key HTTP/1.1`, and how many requests
    /// came before.
    pub async fn start(script: impl Fn(&str, usize) -> Script + Send + Sync + 'static) -> Self {
        let of_line =
            move |head: &str, before| script(head.lines().next().unwrap_or_default(), before);
        Self::start_with_heads(of_line).await
    }

    /// The same, with the whole head of the request in place of its line.
    pub async fn start_with_heads(
        script: impl Fn(&str, usize) -> Script + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        let script = Arc::new(script);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (script, counter) = (Arc::clone(&script), Arc::clone(&counter));
                connections.spawn(async move {
                    // The client may go away at any point, which ends its connection here.
                    let _ = serve(stream, &*script, &counter).await;
                });
            }
        });
        Self {
            endpoint,
            requests,
            task,
        }
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    script: &(impl Fn(&str, usize) -> Script + ?Sized),
    counter: &AtomicUsize,
) -> std::io::Result<()> {
    let mut read = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut read).await? == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8_lossy(&read[..end]).into_owned();
        let len = head
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            })
            .unwrap_or(0);
        let before = counter.fetch_add(1, Ordering::SeqCst);
        let script = script(&head, before);
        match script {
            Script::AnswerEarly(bytes) => {
                stream.write_all(&bytes).await?;
                return stream.flush().await;
            }
            Script::StopReading => std::future::pending().await,
            _ => {}
        }
        while read.len() < end + len {
            let mut slice = usize::MAX;
            if let Script::AnswerAtPace(pace, _) = &script {
                tokio::time::sleep(*pace).await;
                slice = 64 << 10;
            }
            let slice = slice.min(end + len - read.len()) as u64;
            if (&mut stream).take(slice).read_buf(&mut read).await? == 0 {
                return Ok(());
            }
        }
        read.drain(..end + len);
        match script {
            Script::Answer(bytes) | Script::AnswerAtPace(_, bytes) => {
                stream.write_all(&bytes).await?;
            }
            Script::AnswerOnce(bytes) => {
                stream.write_all(&bytes).await?;
                let _ended = stream.read(&mut [0]).await?;
                return Ok(());
            }
            Script::Close => return Ok(()),
            _ => std::future::pending().await,
        }
    }
}
