//! A request's body on its way out, in small slices, so that a stall is seen where it happens.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::Notify;

use crate::payload::Payload;

/// How much is handed to the connection at once: large enough to be cheap, small enough that a
/// slow but living connection asks for the next slice well within the stall limit.
const SLICE: usize = 128 * 1024;

/// The body, with its length known in front.
pub(crate) struct SendBody {
    /// How many chunks of the payload have been begun.
    chunks: usize,
    current: Bytes,
    remaining: u64,
    activity: Arc<Activity>,
    /// Whose bytes these are, to tell it what has gone out.
    payload: Option<Payload>,
}

impl SendBody {
    pub fn whole(bytes: Bytes) -> Self {
        let remaining = bytes.len() as u64;
        Self {
            chunks: 0,
            current: bytes,
            remaining,
            activity: Activity::new(remaining == 0),
            payload: None,
        }
    }

    /// The chunks of a payload as they lie; it is told what goes out.
    pub fn of(payload: &Payload) -> Self {
        Self {
            chunks: 0,
            current: Bytes::new(),
            remaining: payload.len(),
            activity: Activity::new(payload.is_empty()),
            payload: Some(payload.clone()),
        }
    }

    pub fn activity(&self) -> Arc<Activity> {
        Arc::clone(&self.activity)
    }
}

impl Body for SendBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        while self.current.is_empty() && self.remaining > 0 {
            let begun = self.chunks;
            let payload = self.payload.as_ref();
            match payload
                .and_then(|payload| payload.chunks().get(begun))
                .cloned()
            {
                Some(bytes) => {
                    self.current = bytes;
                    self.chunks += 1;
                }
                None => {
                    let missing = format!("the body ended {} bytes early", self.remaining);
                    return Poll::Ready(Some(Err(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        missing,
                    ))));
                }
            }
        }
        if self.remaining == 0 {
            self.activity.all_sent();
            return Poll::Ready(None);
        }
        let here = self
            .current
            .len()
            .min(SLICE)
            .min(usize::try_from(self.remaining).unwrap_or(SLICE));
        let slice = self.current.split_to(here);
        self.remaining -= here as u64;
        if let Some(payload) = &self.payload {
            payload.note_sent(here as u64);
        }
        self.activity.moved();
        if self.remaining == 0 {
            self.activity.all_sent();
        }
        Poll::Ready(Some(Ok(Frame::data(slice))))
    }

    fn is_end_stream(&self) -> bool {
        self.remaining == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining)
    }
}

/// When a request last moved, and whether all of it is out.
pub(crate) struct Activity {
    began: Instant,
    last_ms: AtomicU64,
    sent: AtomicBool,
    /// Wakes the watch, whose limit is another one from then on.
    sent_now: Notify,
}

impl Activity {
    fn new(sent: bool) -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            last_ms: AtomicU64::new(0),
            sent: AtomicBool::new(sent),
            sent_now: Notify::new(),
        })
    }

    fn moved(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_ms.store(now, Ordering::Relaxed);
    }

    fn all_sent(&self) {
        self.moved();
        self.sent.store(true, Ordering::Relaxed);
        self.sent_now.notify_one();
    }

    /// Ends when the request has been silent for too long, and says what was waited for.
    pub async fn overdue(&self, stall: Duration, first_byte: Duration) -> (&'static str, Duration) {
        loop {
            let (limit, what) = if self.sent.load(Ordering::Relaxed) {
                (first_byte, "no reply")
            } else {
                (stall, "no room to send the body")
            };
            let last = self.began + Duration::from_millis(self.last_ms.load(Ordering::Relaxed));
            let due = last + limit;
            if Instant::now() >= due {
                return (what, limit);
            }
            tokio::select! {
                () = tokio::time::sleep_until(due.into()) => {}
                () = self.sent_now.notified() => {}
            }
        }
    }
}
