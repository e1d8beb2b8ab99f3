//! Which fault a call meets: drawn from the schedule's seed, the call, and how often it was made.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use embedded_s3::{Call, Fault, Faults, Gate, Operation, Reply, Stall};
use tokio::sync::{mpsc, watch};

use crate::draw::Draw;
use crate::schedule::Schedule;

/// Longer than the clients under test wait.
const TOO_LONG: Duration = Duration::from_millis(600);
const A_MOMENT: Duration = Duration::from_millis(5);

/// The weather of all schedules, by their keys.
#[derive(Default)]
pub struct Weather {
    skies: Mutex<HashMap<String, Arc<Sky>>>,
}

/// That of one schedule.
pub struct Sky {
    schedule: Schedule,
    /// How often each call was made.
    made: Mutex<HashMap<(Operation, u32), u32>>,
    /// Whether no fault is played: the upload is over, or another writer is at it.
    calm: AtomicBool,
    played: AtomicU64,
    /// Requests that the server is at.
    under_way: watch::Sender<i64>,
    /// Calls that decide, until another writer has come.
    deciding: AtomicI64,
    /// Tells that another writer is to write, and opens the gate.
    intrude: mpsc::UnboundedSender<Gate>,
}

impl Weather {
    /// From here on calls on the schedule's key meet faults. Whoever listens at the channel is the
    /// other writer.
    pub fn begin(&self, schedule: &Schedule) -> (Arc<Sky>, mpsc::UnboundedReceiver<Gate>) {
        let (intrude, intruder) = mpsc::unbounded_channel();
        let sky = Arc::new(Sky {
            schedule: schedule.clone(),
            made: Mutex::default(),
            calm: AtomicBool::new(false),
            played: AtomicU64::new(0),
            under_way: watch::Sender::new(0),
            deciding: AtomicI64::new(0),
            intrude,
        });
        let mut skies = self.skies.lock().unwrap_or_else(PoisonError::into_inner);
        skies.insert(schedule.key(), Arc::clone(&sky));
        (sky, intruder)
    }

    pub fn end(&self, schedule: &Schedule) {
        let mut skies = self.skies.lock().unwrap_or_else(PoisonError::into_inner);
        skies.remove(&schedule.key());
    }

    /// A request has been answered, or its client has gone.
    pub fn served(&self, path: &str) {
        let key = path.split_once('/').map_or("", |(_, key)| key);
        if let Some(sky) = self.sky(key) {
            sky.under_way.send_modify(|count| *count -= 1);
        }
    }

    fn sky(&self, key: &str) -> Option<Arc<Sky>> {
        let skies = self.skies.lock().unwrap_or_else(PoisonError::into_inner);
        skies.get(key).cloned()
    }
}

impl Faults for Weather {
    fn next(&self, call: &Call<'_>) -> Option<Fault> {
        let sky = self.sky(call.key?)?;
        sky.under_way.send_modify(|count| *count += 1);
        let fault = sky.next(call)?;
        sky.played.fetch_add(1, SeqCst);
        Some(fault)
    }
}

impl Sky {
    /// How many faults were played.
    pub fn played(&self) -> u64 {
        self.played.load(SeqCst)
    }

    pub fn set_calm(&self, calm: bool) {
        self.calm.store(calm, SeqCst);
    }

    /// Waits until the server is at no request of this schedule: what it does later, it will not
    /// have done when the object is looked at.
    pub async fn settles(&self) {
        let mut under_way = self.under_way.subscribe();
        let settled = under_way.wait_for(|count| *count <= 0);
        // A request that never ends is a defect of the server, and would show as a wrong verdict.
        let _ = tokio::time::timeout(Duration::from_secs(5), settled).await;
    }

    fn next(&self, call: &Call<'_>) -> Option<Fault> {
        use Operation::{CompleteMultipartUpload, HeadObject, PutObject};

        if self.calm.load(SeqCst) {
            return None;
        }
        let operation = call.operation;
        if matches!(operation, CompleteMultipartUpload | HeadObject | PutObject)
            && let Some(fault) = self.intruder(operation)
        {
            return Some(fault);
        }
        let part = call.part_number.unwrap_or(0);
        let nth = {
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            let nth = made.entry((operation, part)).or_insert(0);
            *nth += 1;
            *nth
        };
        if nth > self.schedule.clears_up_after {
            return None;
        }
        let name = operation.name().bytes().fold(0, |name, byte| {
            u64::wrapping_mul(name, 31) + u64::from(byte)
        });
        let mut draw = Draw::of(&[self.schedule.seed, name, part.into(), nth.into()]);
        draw.chance(self.schedule.percent)
            .then(|| self.fault(operation, &mut draw))
    }

    /// The call waits for another writer, if it is the one at which that comes.
    fn intruder(&self, operation: Operation) -> Option<Fault> {
        let intruder = self.schedule.intruder?;
        if self.deciding.fetch_add(1, SeqCst) + 1 != i64::from(intruder.at) {
            return None;
        }
        let gate = Gate::closed();
        self.intrude.send(gate.clone()).ok()?;
        let until = Stall::Until(gate);
        Some(
            match intruder.behind && operation != Operation::HeadObject {
                true => Fault::StallReply(until),
                false => Fault::Stall(until),
            },
        )
    }

    /// A fault that this operation may meet. No server is played that lies: that says of what it
    /// has done that it was refused, or of an upload that is there that an abort found none.
    fn fault(&self, operation: Operation, draw: &mut Draw) -> Fault {
        use Operation::{CompleteMultipartUpload, PutObject, UploadPart};

        let error = |status, code| Reply::Error {
            status,
            code: std::borrow::Cow::Borrowed(code),
        };
        let any = |draw: &mut Draw| match draw.below(12) {
            0 => Fault::internal_error(),
            1 => Fault::slow_down(),
            2 => Fault::error(503, "ServiceUnavailable"),
            3 => Fault::error(400, "RequestTimeout"),
            4 => Fault::Refuse(Reply::raw(502, "<html>bad gateway</html>")),
            5 => Fault::Refuse(Reply::Nothing),
            6 => Fault::lose_reply(),
            7 => Fault::ApplyThen(error(500, "InternalError")),
            8 => Fault::ApplyThen(Reply::raw(504, "")),
            9 => Fault::CutReply {
                after_bytes: draw.below(60),
            },
            10 => Fault::StallReply(Stall::For(A_MOMENT)),
            // Time-outs take time, and refusals end an upload: few of them.
            _ => match draw.below(6) {
                0 => Fault::Stall(Stall::For(TOO_LONG)),
                1 => Fault::StallReply(Stall::For(TOO_LONG)),
                2 => Fault::error(403, "AccessDenied"),
                _ => Fault::Stall(Stall::For(A_MOMENT)),
            },
        };
        let with_body = |draw: &mut Draw| match draw.below(5) {
            0 => Fault::RefuseEarly(error(503, "SlowDown")),
            1 => Fault::CutRequest {
                after_bytes: draw.below(self.schedule.len as u64 + 1),
            },
            // Without a checksum nobody could notice.
            2 if self.schedule.checksums => Fault::DamageRequest {
                at_byte: draw.below(self.schedule.len as u64 + 1),
            },
            3 => Fault::ApplyThen(Reply::raw(200, "")),
            _ => any(draw),
        };
        let deciding = |draw: &mut Draw| match draw.below(11) {
            0 => Fault::error_in_success("InternalError"),
            1 => Fault::error_in_success("SlowDown"),
            2 => Fault::ApplyThen(error(200, "InternalError")),
            3 => Fault::error(409, "OperationAborted"),
            4 => Fault::error(412, "PreconditionFailed"),
            5 => Fault::ApplyThen(error(412, "PreconditionFailed")),
            6 => Fault::ApplyThen(Reply::raw(200, "<CompleteMultipart")),
            7 => Fault::Refuse(Reply::raw(200, "<html></html>")),
            8 => Fault::error(409, "ConditionalRequestConflict"),
            9 => Fault::ApplyThen(error(409, "ConditionalRequestConflict")),
            _ => any(draw),
        };
        match operation {
            UploadPart => match draw.chance(50) {
                true => with_body(draw),
                false => any(draw),
            },
            PutObject => match draw.below(3) {
                0 => with_body(draw),
                1 => match draw.below(4) {
                    0 => Fault::error(412, "PreconditionFailed"),
                    // As behind a proxy that repeats what it takes for harmless.
                    1 => Fault::ApplyThen(error(412, "PreconditionFailed")),
                    2 => Fault::ApplyThen(error(409, "ConditionalRequestConflict")),
                    _ => Fault::error(409, "ConditionalRequestConflict"),
                },
                _ => any(draw),
            },
            CompleteMultipartUpload => match draw.chance(60) {
                true if draw.chance(10) => Fault::error(404, "NoSuchUpload"),
                true => deciding(draw),
                false => any(draw),
            },
            _ => any(draw),
        }
    }
}
