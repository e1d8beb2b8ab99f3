//! One request and its reply, each step within its limit.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::stream;
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::Instant;

use super::connector::Connector;
use super::send_body::SendBody;
use crate::call_error::CallError;
use crate::client::ObjectBody;
use crate::config::{ConfigError, S3Config};

/// S3 closes idle connections after about 20 s; ours end well before, so that no request is sent
/// into a connection that is being closed.
const IDLE: Duration = Duration::from_secs(12);

/// No reply of S3 to an upload comes near this; a longer one is not S3's.
const MAX_REPLY: usize = 8 * 1024 * 1024;

/// The limits of one exchange.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub first_byte: Duration,
    pub stall: Duration,
    pub whole: Duration,
}

/// A reply whose status nobody has judged yet.
pub(crate) struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: ReplyBody,
}

/// A reply's body: read, or still to be read.
pub(crate) enum ReplyBody {
    /// Read to its end.
    Whole(Bytes),
    /// An object, as it arrives.
    Object(ObjectBody),
    /// Headers that say failure, and a body that broke off.
    Lost,
}

/// The connections to one server.
pub(crate) struct Transport {
    endpoint: String,
    client: Client<Connector, SendBody>,
}

impl Transport {
    pub fn new(config: &S3Config) -> Result<Self, ConfigError> {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(Connector::new(config)?);
        Ok(Self {
            endpoint: config.endpoint.url(&config.region),
            client,
        })
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Sends the request and reads the reply; with `object`, the body of a success is left to
    /// the caller as a stream under the same limits.
    pub async fn exchange(
        &self,
        request: Request<SendBody>,
        limits: Limits,
        object: bool,
    ) -> Result<Reply, CallError> {
        let deadline = Instant::now() + limits.whole;
        let exchange = self.exchange_until(request, limits, deadline, object);
        match tokio::time::timeout_at(deadline, exchange).await {
            Ok(result) => result,
            Err(_) => Err(self.timed_out("the request did not end", limits.whole)),
        }
    }

    async fn exchange_until(
        &self,
        request: Request<SendBody>,
        limits: Limits,
        deadline: Instant,
        object: bool,
    ) -> Result<Reply, CallError> {
        let is_head = request.method() == http::Method::HEAD;
        let activity = request.body().activity();
        let response = tokio::select! {
            response = self.client.request(request) => response.map_err(|error| self.broken(&error))?,
            (what, after) = activity.overdue(limits.stall, limits.first_byte) => {
                return Err(self.timed_out(what, after));
            }
        };
        let (head, body) = response.into_parts();
        let status = head.status.as_u16();
        let body = if is_head {
            ReplyBody::Whole(Bytes::new())
        } else if object && head.status.is_success() {
            ReplyBody::Object(self.stream(&head.headers, body, limits, deadline)?)
        } else {
            match self.buffer(status, body, limits.stall).await {
                Ok(bytes) => ReplyBody::Whole(bytes),
                // The status alone says more than the way its explanation got lost.
                Err(_) if status >= 400 => ReplyBody::Lost,
                Err(error) => return Err(error),
            }
        };
        Ok(Reply {
            status,
            headers: head.headers,
            body,
        })
    }

    async fn buffer(
        &self,
        status: u16,
        mut body: Incoming,
        stall: Duration,
    ) -> Result<Bytes, CallError> {
        let mut all = BytesMut::new();
        loop {
            let frame = tokio::time::timeout(stall, body.frame())
                .await
                .map_err(|_| self.timed_out("the reply stood still", stall))?;
            let Some(frame) = frame else {
                return Ok(all.freeze());
            };
            let frame = frame.map_err(|error| self.broken(&error))?;
            if let Some(data) = frame.data_ref() {
                if all.len() + data.len() > MAX_REPLY {
                    return Err(CallError::BadReply {
                        endpoint: self.endpoint.clone(),
                        status,
                        reason: format!("the body is longer than {} MiB", MAX_REPLY >> 20),
                        retry_after_s: None,
                    });
                }
                all.extend_from_slice(data);
            }
        }
    }

    fn stream(
        &self,
        headers: &HeaderMap,
        body: Incoming,
        limits: Limits,
        deadline: Instant,
    ) -> Result<ObjectBody, CallError> {
        let len = headers
            .get(http::header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .ok_or_else(|| CallError::BadReply {
                endpoint: self.endpoint.clone(),
                status: 200,
                reason: "it does not say how long the object is".to_owned(),
                retry_after_s: None,
            })?;
        let endpoint = self.endpoint.clone();
        let frames = stream::unfold(Some(body), move |body| {
            let endpoint = endpoint.clone();
            async move {
                let mut body = body?;
                loop {
                    let until = deadline.min(Instant::now() + limits.stall);
                    let frame = match tokio::time::timeout_at(until, body.frame()).await {
                        Ok(frame) => frame?,
                        Err(_) => {
                            let late = CallError::TimedOut {
                                endpoint,
                                waited_for: "the object's bytes stood still",
                                after: limits.stall,
                            };
                            return Some((Err(late), None));
                        }
                    };
                    match frame {
                        Ok(frame) => {
                            if let Ok(data) = frame.into_data() {
                                return Some((Ok(data), Some(body)));
                            }
                        }
                        Err(error) => {
                            let reason = root_cause(&error);
                            return Some((Err(CallError::Broken { endpoint, reason }), None));
                        }
                    }
                }
            }
        });
        Ok(ObjectBody::new(len, frames))
    }

    fn timed_out(&self, waited_for: &'static str, after: Duration) -> CallError {
        CallError::TimedOut {
            endpoint: self.endpoint.clone(),
            waited_for,
            after,
        }
    }

    fn broken<E: std::error::Error + 'static>(&self, error: &E) -> CallError {
        let endpoint = self.endpoint.clone();
        if let Some(reason) = tls_refusal(error) {
            return CallError::Tls { endpoint, reason };
        }
        let reason = root_cause(error);
        let any: &dyn std::any::Any = error;
        match any.downcast_ref::<hyper_util::client::legacy::Error>() {
            Some(error) if error.is_connect() => CallError::Connect { endpoint, reason },
            _ => CallError::Broken { endpoint, reason },
        }
    }
}

/// Why TLS came to nothing, unless the connection just broke under it.
fn tls_refusal(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let causes = std::iter::successors(Some(error), |cause| cause.source());
    let mut refusal = None;
    for cause in causes {
        // OpenSSL has no other word for a peer that goes away in the midst of the handshake.
        if cause.is::<std::io::Error>() || cause.to_string() == "unexpected EOF" {
            return None;
        }
        if cause.is::<hyper_tls::native_tls::Error>() {
            refusal = Some(cause.to_string());
        }
    }
    refusal
}

/// The innermost error: hyper's own layers say only "client error", "tcp connect error".
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
