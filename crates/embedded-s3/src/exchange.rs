//! One request and its reply: plays the fault chosen for it, and hands everything else to `s3s`.
//!
//! The fault is chosen by the [`Gatekeeper`](crate::gatekeeper::Gatekeeper), inside `s3s`, where
//! operation and key are known and the body is still unread; it meets the two ends here through
//! an [`Exchange`] that travels in the request's extensions.

use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::header::{EXPECT, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use s3s::service::S3Service;
use s3s::{Body, S3Error, S3ErrorCode};

use crate::faults::{Fault, Reply};
use crate::operation::Operation;
use crate::served::{RequestObserver, Witness};

/// How much of an unread body is taken in after an error, so that the client, still sending,
/// reads the error and not a reset.
const DRAIN_LIMIT_BYTES: u64 = 64 << 20;
/// How long that may take.
const DRAIN_LIMIT: Duration = Duration::from_secs(10);

/// Closes the connection without a reply: how a server says that a fault wanted just that.
#[derive(Debug)]
pub(crate) struct CloseConnection;

impl fmt::Display for CloseConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closed without a reply, as a fault asked")
    }
}

impl Error for CloseConnection {}

/// What the two ends of a request share.
pub(crate) struct Exchange {
    incoming: Mutex<Incoming>,
    fault: Mutex<Option<Fault>>,
    operation: OnceLock<Operation>,
    received_bytes: AtomicU64,
}

impl Exchange {
    pub(crate) fn play(&self, fault: Fault) {
        *lock(&self.fault) = Some(fault);
    }

    /// Notes what the request asks for.
    pub(crate) fn is(&self, operation: Operation) {
        // A request is one operation: there is no second note.
        let _noted = self.operation.set(operation);
    }

    /// What the request asks for, if it is signed well enough to be looked at.
    pub(crate) fn operation(&self) -> Option<Operation> {
        self.operation.get().copied()
    }

    /// Bytes of the body that have arrived.
    pub(crate) fn received_bytes(&self) -> u64 {
        self.received_bytes.load(Ordering::Relaxed)
    }

    fn fault(&self) -> Option<Fault> {
        lock(&self.fault).clone()
    }

    /// Reads and drops what is left of the body, within bounds.
    async fn drain(self: &Arc<Self>) {
        let mut body = RequestBody(Arc::clone(self));
        let limit = self.received_bytes() + DRAIN_LIMIT_BYTES;
        let drained = async {
            while self.received_bytes() < limit {
                let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
                if !matches!(frame, Some(Ok(_))) {
                    break;
                }
            }
        };
        // Too slow a client gets its reply now, at the risk of a reset.
        let _in_time = tokio::time::timeout(DRAIN_LIMIT, drained).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The body as `s3s` reads it: the bytes that arrived, less or other where a fault says so.
struct RequestBody(Arc<Exchange>);

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let exchange = &self.0;
        let frame = ready!(Pin::new(&mut *lock(&exchange.incoming)).poll_frame(cx));
        let Some(Ok(frame)) = frame else {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        };
        let Some(data) = frame.data_ref() else {
            return Poll::Ready(Some(Ok(frame)));
        };
        let len = data.len() as u64;
        let before = exchange.received_bytes.fetch_add(len, Ordering::Relaxed);
        match &*lock(&exchange.fault) {
            Some(Fault::CutRequest { after_bytes }) if before + len > *after_bytes => {
                let cut = io::Error::new(io::ErrorKind::ConnectionReset, CloseConnection);
                return Poll::Ready(Some(Err(cut.into())));
            }
            Some(Fault::DamageRequest { at_byte }) if (before..before + len).contains(at_byte) => {
                let mut damaged = BytesMut::from(&data[..]);
                let at = usize::try_from(at_byte - before).unwrap_or_default();
                if let Some(byte) = damaged.get_mut(at) {
                    *byte ^= 0x01;
                }
                return Poll::Ready(Some(Ok(Frame::data(damaged.freeze()))));
            }
            _ => {}
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        lock(&self.0.incoming).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        lock(&self.0.incoming).size_hint()
    }
}

/// A reply that ends before its time.
struct CutBody {
    inner: Body,
    left_bytes: u64,
}

impl HttpBody for CutBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.left_bytes == 0 {
            return Poll::Ready(Some(Err(CloseConnection.into())));
        }
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        Poll::Ready(frame.map(|frame| {
            Ok(frame?.map_data(|mut data| {
                data.truncate(usize::try_from(self.left_bytes).unwrap_or(usize::MAX));
                self.left_bytes -= data.len() as u64;
                data
            }))
        }))
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Answers one request, and tells the observer what it came to.
pub(crate) async fn answer(
    service: &S3Service,
    request_id: u64,
    observer: Option<&RequestObserver>,
    request: Request<Incoming>,
) -> Result<Response<Body>, CloseConnection> {
    let awaits_continue = request.headers().contains_key(EXPECT);
    let (mut head, incoming) = request.into_parts();
    let exchange = Arc::new(Exchange {
        incoming: Mutex::new(incoming),
        fault: Mutex::new(None),
        operation: OnceLock::new(),
        received_bytes: AtomicU64::new(0),
    });
    let witness = observer.map(|observer| Witness::new(observer, &head, &exchange));
    head.extensions.insert(Arc::clone(&exchange));
    let body = Body::http_body(RequestBody(Arc::clone(&exchange)));
    let reply = service
        .call(Request::from_parts(head, body))
        .await
        .map_err(|_| CloseConnection)?;

    let fault = exchange.fault();
    let early = matches!(fault, Some(Fault::RefuseEarly(_)));
    let mut reply = match fault {
        None | Some(Fault::Stall(_) | Fault::DamageRequest { .. }) => reply,
        Some(Fault::Refuse(what) | Fault::RefuseEarly(what) | Fault::ApplyThen(what)) => {
            substitute(&what)?
        }
        Some(Fault::StallReply(stall)) => {
            stall.pass().await;
            reply
        }
        Some(Fault::CutRequest { .. }) => return Err(CloseConnection),
        Some(Fault::CutReply { after_bytes }) => reply.map(|inner| {
            Body::http_body_unsync(CutBody {
                inner,
                left_bytes: after_bytes,
            })
        }),
    };
    // A client that waits for `100 Continue` has not sent its body, and will not after an error.
    let unsent = awaits_continue && exchange.received_bytes() == 0;
    if !early && !unsent {
        exchange.drain().await;
    }
    if let Ok(id) = HeaderValue::try_from(format!("{request_id:016X}")) {
        reply.headers_mut().insert("x-amz-request-id", id);
    }
    Ok(match witness {
        Some(witness) => witness.watch(reply),
        None => reply,
    })
}

/// The reply that a fault wants in place of the true one.
fn substitute(reply: &Reply) -> Result<Response<Body>, CloseConnection> {
    match reply {
        Reply::Nothing => Err(CloseConnection),
        Reply::Raw {
            status,
            headers,
            body,
        } => {
            let mut response = Response::new(Body::from(body.clone()));
            *response.status_mut() = status_code(*status);
            for (name, value) in headers {
                let name = HeaderName::try_from(name);
                if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
                    response.headers_mut().append(name, value);
                }
            }
            Ok(response)
        }
        Reply::Error { status, code } => {
            let code =
                S3ErrorCode::from_bytes(code.as_bytes()).unwrap_or(S3ErrorCode::InternalError);
            let mut error = S3Error::with_message(code, "a fault played on purpose");
            error.set_status_code(status_code(*status));
            error.to_http_response().map_err(|_| CloseConnection)
        }
    }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
