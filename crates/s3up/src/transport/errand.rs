//! One call on its way: what it may take, what it sends, and the reply that comes back.
//!
//! The libraries above sign requests and would read replies, each in its own way. Here the reply
//! is laid aside, out of their sight, for [`crate::replies`] to judge.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Request;

use super::exchange::{Limits, Reply, Transport};
use super::send_body::SendBody;
use crate::call_error::CallError;
use crate::config::Timeouts;
use crate::payload::Payload;

/// What sets one call apart from another.
#[derive(Clone, Default)]
pub(crate) struct Traits {
    /// The body that is sent as it lies, without a copy.
    pub sends: Option<Payload>,
    /// Bytes expected back.
    pub receives: u64,
    /// Whether the body of a success is left to the caller.
    pub object: bool,
    /// The limit of the first byte, where it is another one.
    pub first_byte: Option<Duration>,
}

impl Traits {
    /// Those of a call that sends these bytes.
    pub fn sending(payload: &Payload) -> Self {
        Self {
            sends: Some(payload.clone()),
            ..Self::default()
        }
    }

    /// Those of a call that reads an object, or a range of it.
    pub fn reading(range: Option<&Range<u64>>) -> Self {
        Self {
            // An unknown length is granted the time of a large one: the stall limit still holds.
            receives: range.map_or(1 << 40, |range| range.end - range.start),
            object: true,
            ..Self::default()
        }
    }

    fn limits(&self, timeouts: &Timeouts) -> Limits {
        let sends = self.sends.as_ref().map_or(0, Payload::len);
        let first_byte = self.first_byte.unwrap_or(timeouts.first_byte);
        Limits {
            first_byte: first_byte + timeouts.draining(sends),
            stall: timeouts.stall,
            whole: timeouts.whole(sends.max(self.receives)),
        }
    }
}

/// A call that can be handed to a library, and asked for its reply afterwards.
#[derive(Clone)]
pub(crate) struct Errand {
    transport: Arc<Transport>,
    limits: Limits,
    object: bool,
    payload: Option<Payload>,
    reply: Arc<Mutex<Option<Result<Reply, CallError>>>>,
}

impl Errand {
    pub fn new(transport: &Arc<Transport>, timeouts: &Timeouts, traits: Traits) -> Self {
        Self {
            transport: Arc::clone(transport),
            limits: traits.limits(timeouts),
            object: traits.object,
            payload: traits.sends,
            reply: Arc::default(),
        }
    }

    /// The bytes to send, if the call has some of its own.
    pub fn body(&self) -> Option<SendBody> {
        self.payload.as_ref().map(SendBody::of)
    }

    /// Sends the request, or says why there is none, and keeps what comes of it.
    pub async fn run(&self, request: Result<Request<SendBody>, CallError>) {
        let outcome = match request {
            Ok(request) => {
                let exchange = self.transport.exchange(request, self.limits, self.object);
                exchange.await
            }
            Err(error) => Err(error),
        };
        *self.reply.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
    }

    /// What came of it; `None` if it was never run.
    pub fn reply(&self) -> Option<Result<Reply, CallError>> {
        let mut reply = self.reply.lock().unwrap_or_else(PoisonError::into_inner);
        reply.take()
    }
}
