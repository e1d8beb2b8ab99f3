//! What a request came to, for whoever keeps a log.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::Response;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use hyper::http::request;
use s3s::Body;

use crate::exchange::Exchange;
use crate::operation::Operation;

/// Is told of each request once its reply has been sent or has failed. It is called on a thread of
/// the server, so it must not wait.
pub type RequestObserver = Arc<dyn Fn(&ServedRequest) + Send + Sync>;

/// A request that has been answered, or whose client has gone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServedRequest {
    /// The HTTP method.
    pub method: String,
    /// `bucket/key`, or `bucket`, or nothing, escaped as the client sent it. Without the query,
    /// which may hold a signature.
    pub path: String,
    /// What was asked for; nothing if the request was refused before that was known.
    pub operation: Option<Operation>,
    /// The status of the reply; nothing if the connection ended without one.
    pub status: Option<u16>,
    /// Bytes of the request's body that arrived.
    pub received_bytes: u64,
    /// Bytes of the reply's body that were sent.
    pub sent_bytes: u64,
    /// From the request's head to the last byte of the reply.
    pub elapsed: Duration,
}

/// Follows one request, and reports it when it is dropped: however a request ends, with its last
/// byte or with its connection, that happens once.
pub(crate) struct Witness {
    observer: RequestObserver,
    exchange: Arc<Exchange>,
    started: Instant,
    method: String,
    path: String,
    status: Option<u16>,
    sent_bytes: u64,
}

impl Witness {
    pub(crate) fn new(
        observer: &RequestObserver,
        head: &request::Parts,
        exchange: &Arc<Exchange>,
    ) -> Self {
        let path = head.uri.path();
        Self {
            observer: Arc::clone(observer),
            exchange: Arc::clone(exchange),
            started: Instant::now(),
            method: head.method.to_string(),
            path: path.strip_prefix('/').unwrap_or(path).to_owned(),
            status: None,
            sent_bytes: 0,
        }
    }

    /// Goes along with the reply.
    pub(crate) fn watch(mut self, reply: Response<Body>) -> Response<Body> {
        self.status = Some(reply.status().as_u16());
        reply.map(|inner| {
            Body::http_body_unsync(WatchedBody {
                inner,
                witness: self,
            })
        })
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        (self.observer)(&ServedRequest {
            method: std::mem::take(&mut self.method),
            path: std::mem::take(&mut self.path),
            operation: self.exchange.operation(),
            status: self.status,
            received_bytes: self.exchange.received_bytes(),
            sent_bytes: self.sent_bytes,
            elapsed: self.started.elapsed(),
        });
    }
}

/// The reply as it is, counted.
struct WatchedBody {
    inner: Body,
    witness: Witness,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = <Body as HttpBody>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        if let Some(data) = frame
            .as_ref()
            .and_then(|frame| frame.as_ref().ok()?.data_ref())
        {
            self.witness.sent_bytes += data.len() as u64;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
