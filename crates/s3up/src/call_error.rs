//! How one request ended badly: what is known, whether to try again, and whether it may have
//! taken effect all the same.

use std::num::NonZeroU32;
use std::time::Duration;

/// The failure of one request. It knows nothing of retries; see [`crate::Error`] for the failure
/// of an upload.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// No connection came about, so nothing was sent.
    #[error("cannot connect to {endpoint}: {reason}")]
    Connect {
        /// The server's URL.
        endpoint: String,
        /// What the operating system or TLS said.
        reason: String,
    },
    /// The server was reached, but no encrypted connection to it came about; nothing was sent.
    #[error("no TLS with {endpoint}: {reason}")]
    Tls {
        /// The server's URL.
        endpoint: String,
        /// What the TLS library said.
        reason: String,
    },
    /// A time limit was met.
    #[error("{endpoint}: {waited_for} for {:.1} s", after.as_secs_f64())]
    TimedOut {
        /// The server's URL.
        endpoint: String,
        /// What did not happen.
        waited_for: &'static str,
        /// The limit.
        after: Duration,
    },
    /// The connection ended before the reply did.
    #[error("the connection to {endpoint} broke: {reason}")]
    Broken {
        /// The server's URL.
        endpoint: String,
        /// What the connection said.
        reason: String,
    },
    /// S3 said no, in its own terms.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// Something answered, but not as S3 answers.
    #[error("{endpoint} answered {status}, but not as S3 does: {reason}")]
    BadReply {
        /// The server's URL.
        endpoint: String,
        /// HTTP status.
        status: u16,
        /// What is wrong with the reply.
        reason: String,
        /// How many seconds the server, or a proxy before it, asks to wait (`Retry-After`), if it does.
        retry_after_s: Option<NonZeroU32>,
    },
    /// There are no keys to sign with.
    #[error("cannot get credentials: {reason}")]
    Credentials {
        /// What the source of credentials said.
        reason: String,
    },
    /// The keys have ended, and their source, which gave them, gives no others now.
    #[error("cannot renew the credentials: {reason}")]
    Renewal {
        /// What the source of credentials said.
        reason: String,
    },
    /// S3 says that the keys have expired, and others are fetched for the next attempt.
    #[error(transparent)]
    ExpiredKeys(ServiceError),
    /// S3 sends the request to another host of the same service, where the next attempt goes.
    #[error(transparent)]
    Redirected(ServiceError),
    /// The request could not be built; nothing was sent.
    #[error("cannot build the request: {reason}")]
    Request {
        /// What stood in the way.
        reason: String,
    },
}

/// An error as S3 reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error(
    "S3 answered {status}{}{}{}",
    code.as_ref().map(|code| format!(" {code}")).unwrap_or_default(),
    message.as_ref().map(|text| format!(": {text}")).unwrap_or_default(),
    request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default()
)]
pub struct ServiceError {
    /// HTTP status. It may be 200: some failures are only told in the body.
    pub status: u16,
    /// S3's code, such as `NoSuchBucket`. Replies to HEAD carry none.
    pub code: Option<String>,
    /// S3's own words, shortened.
    pub message: Option<Box<str>>,
    /// The region that the bucket is in, where the reply names it.
    pub region: Option<String>,
    /// Where the request is to go in place of the endpoint, as scheme, host and port, where the
    /// reply names it.
    pub redirect: Option<Box<str>>,
    /// How many seconds the server asks to wait (`Retry-After`), if it does.
    pub retry_after_s: Option<NonZeroU32>,
    /// The id under which the server logged the request.
    pub request_id: Option<Box<str>>,
}

impl ServiceError {
    /// Whether S3's code is this one. Codes are compared whole: a key or a message in which one
    /// occurs decides nothing.
    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// Whether S3 asks to slow down.
    pub(crate) fn is_busy(&self) -> bool {
        self.code
            .as_deref()
            .is_some_and(|code| BUSY.contains(&code))
    }

    /// Whether another write of the same object was under way.
    pub(crate) fn is_race(&self) -> bool {
        self.is(RACE)
    }

    /// Whether there is no room for the bytes.
    pub(crate) fn is_full(&self) -> bool {
        self.status == 507 || self.is(FULL)
    }
}

/// The code of a server whose disk is full. S3 itself has none, those that run elsewhere do.
const FULL: &str = "InsufficientStorage";

/// The code of a write that met another one of the same object.
pub(crate) const RACE: &str = "ConditionalRequestConflict";

/// Codes with which S3 says: not now, and nothing was done.
const BUSY: [&str; 6] = [
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "RequestThrottled",
];

/// Codes of failures that another attempt may not meet again.
const PASSING: [&str; 8] = [
    "InternalError",
    "ServiceUnavailable",
    "RequestTimeout",
    // The bytes were damaged on the way; the same bytes are sent again.
    "BadDigest",
    "IncompleteBody",
    "OperationAborted",
    "XAmzContentSHA256Mismatch",
    "RequestTimeTooSlow",
];

impl CallError {
    /// S3's code, if S3 gave one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Service(error) | Self::ExpiredKeys(error) | Self::Redirected(error) => {
                error.code.as_deref()
            }
            _ => None,
        }
    }

    /// How long the server asks to wait, if it does.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let seconds = match self {
            Self::Service(error) => error.retry_after_s,
            Self::BadReply { retry_after_s, .. } => *retry_after_s,
            _ => None,
        };
        seconds.map(|seconds| Duration::from_secs(seconds.get().into()))
    }

    /// The same failure to connect, to another server.
    #[cfg(feature = "transport")]
    pub(crate) fn at(self, endpoint: String) -> Self {
        match self {
            Self::Connect { reason, .. } => Self::Connect { endpoint, reason },
            // Of a server to which only a redirect leads: the next attempt asks the endpoint again.
            Self::Tls { reason, .. } => Self::Connect { endpoint, reason },
            error => error,
        }
    }

    /// Whether another attempt may fare better.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. }
            | Self::TimedOut { .. }
            | Self::Broken { .. }
            | Self::Renewal { .. }
            | Self::ExpiredKeys(_)
            | Self::Redirected(_) => true,
            Self::Service(error) if error.is_full() => false,
            Self::Service(error) => match error.code.as_deref() {
                Some(code) => {
                    error.is_race()
                        || BUSY.contains(&code)
                        || PASSING.contains(&code)
                        || passing_status(error.status)
                }
                None => passing_status(error.status),
            },
            // A success that cannot be read, or a proxy's page in place of S3's error.
            Self::BadReply { status, .. } => (200..300).contains(status) || passing_status(*status),
            Self::Tls { .. } | Self::Credentials { .. } | Self::Request { .. } => false,
        }
    }

    /// Whether the server may have done what was asked although the caller has no success in
    /// hand. In doubt the answer is yes.
    #[must_use]
    pub fn may_have_taken_effect(&self) -> bool {
        match self {
            Self::Connect { .. }
            | Self::Tls { .. }
            | Self::Credentials { .. }
            | Self::Renewal { .. }
            | Self::ExpiredKeys(_)
            | Self::Redirected(_)
            | Self::Request { .. } => false,
            Self::TimedOut { .. } | Self::Broken { .. } => true,
            // The other write may be this request, sent twice by somebody on the way.
            Self::Service(error) if error.is_race() => true,
            Self::Service(error) => {
                let refused = (300..500).contains(&error.status);
                let undone = error.status != 200 && (error.is_busy() || error.is_full());
                !(refused || undone)
            }
            Self::BadReply { status, .. } => !(300..500).contains(status),
        }
    }
}

fn passing_status(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(status: u16, code: &str) -> CallError {
        let code = (!code.is_empty()).then(|| code.to_owned());
        CallError::Service(ServiceError {
            status,
            code,
            ..ServiceError::default()
        })
    }

    #[test]
    fn what_is_tried_again_and_what_may_have_happened() {
        let endpoint = || "http://x".to_owned();
        let reason = || "r".to_owned();
        for (error, transient, doubtful) in [
            (service(503, "SlowDown"), true, false),
            (service(200, "SlowDown"), true, true),
            (service(200, "InternalError"), true, true),
            (service(500, "InternalError"), true, true),
            (service(503, ""), true, true),
            (service(507, ""), false, false),
            (service(500, "InsufficientStorage"), false, false),
            (service(400, "RequestTimeout"), true, false),
            (service(400, "BadDigest"), true, false),
            (service(403, "AccessDenied"), false, false),
            (service(404, "NoSuchUpload"), false, false),
            (service(403, "SignatureDoesNotMatch"), false, false),
            (service(412, "PreconditionFailed"), false, false),
            (service(409, "ConditionalRequestConflict"), true, true),
            (
                CallError::Connect {
                    endpoint: endpoint(),
                    reason: reason(),
                },
                true,
                false,
            ),
            (
                CallError::Broken {
                    endpoint: endpoint(),
                    reason: reason(),
                },
                true,
                true,
            ),
            (
                CallError::BadReply {
                    endpoint: endpoint(),
                    status: 200,
                    reason: reason(),
                    retry_after_s: None,
                },
                true,
                true,
            ),
            (
                CallError::BadReply {
                    endpoint: endpoint(),
                    status: 403,
                    reason: reason(),
                    retry_after_s: None,
                },
                false,
                false,
            ),
            (
                CallError::BadReply {
                    endpoint: endpoint(),
                    status: 502,
                    reason: reason(),
                    retry_after_s: None,
                },
                true,
                true,
            ),
            (CallError::Credentials { reason: reason() }, false, false),
        ] {
            assert_eq!(error.is_transient(), transient, "{error}");
            assert_eq!(error.may_have_taken_effect(), doubtful, "{error}");
        }
    }

    #[test]
    fn a_key_that_spells_a_code_is_only_a_key() {
        let error = CallError::Service(ServiceError {
            status: 404,
            code: Some("NoSuchKey".into()),
            message: Some("no key SlowDown/InternalError".into()),
            ..ServiceError::default()
        });
        assert!(!error.is_transient());
    }
}
