//! The failure of an upload: what was tried, on what, why it failed, what to do, and what stands
//! in S3 now.

use std::borrow::Cow;
use std::fmt;

use crate::call_error::{CallError, RACE, ServiceError};

/// What is known of the object after an upload failed. Success, the third outcome, is a
/// [`Receipt`](crate::Receipt).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// What was being uploaded is not in S3, and will not appear there.
    NotCommitted,
    /// It may be in S3: a reply was lost, and looking did not decide it.
    Unknown,
}

/// What went wrong, for exit codes and for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No connection to the endpoint.
    Unreachable,
    /// The endpoint answers, but not with a certificate that is trusted, or not with TLS at all.
    Tls,
    /// A time limit was met.
    TimedOut,
    /// Connections broke, again and again.
    ConnectionLost,
    /// There are no credentials.
    NoCredentials,
    /// The server does not know the access key id.
    UnknownAccessKey,
    /// The secret does not match the access key id.
    SignatureMismatch,
    /// The clocks of this machine and of the server differ too much.
    ClockSkew,
    /// The session token is no longer, or not, valid.
    ExpiredToken,
    /// The keys may not do this.
    AccessDenied,
    /// The bucket is in another region; see [`Error::right_region`].
    WrongRegion,
    /// The endpoint sends requests to another host, for a while; see [`Error::redirect`].
    Redirected,
    /// There is no such bucket.
    NoSuchBucket,
    /// The bucket belongs to somebody else.
    BucketTaken,
    /// The upload was aborted by somebody else, or has expired.
    NoSuchUpload,
    /// Somebody else wrote the object at the same time.
    Conflict,
    /// Something stands at the key, and it was to be written only if nothing did
    /// ([`ObjectOptions::create_only`](crate::ObjectOptions::create_only)).
    Exists,
    /// The server asked to slow down, for longer than the retries lasted.
    Busy,
    /// The server failed, for longer than the retries lasted.
    ServerError,
    /// What answered did not answer as S3 does.
    BadReply,
    /// S3 refused for another reason; see [`Error::s3_code`].
    Rejected,
    /// What S3 stored is not what was sent.
    Damaged,
    /// A name, an option or a size that S3 does not allow; nothing was sent.
    InvalidInput,
    /// The file changed while it was uploaded.
    SourceChanged,
    /// The file cannot be read.
    SourceUnreadable,
    /// The journal of open uploads cannot be read.
    Journal,
    /// The upload had already ended.
    Ended,
    /// The caller stopped it; see [`FileUploads::stop`](crate::FileUploads::stop).
    Stopped,
    /// A defect in this program.
    Internal,
}

impl ErrorKind {
    /// Whether the same upload may succeed later, without a change to the file or to what is asked.
    pub(crate) fn may_pass(self) -> bool {
        self.is_of_all_requests()
            || matches!(
                self,
                Self::ConnectionLost | Self::Busy | Self::ServerError | Self::BadReply
            )
    }

    /// Whether any other request would fail in the same way, and after as long a wait.
    pub(crate) fn is_of_all_requests(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::Tls
                | Self::TimedOut
                | Self::NoCredentials
                | Self::UnknownAccessKey
                | Self::SignatureMismatch
                | Self::ClockSkew
                | Self::ExpiredToken
                | Self::WrongRegion
                | Self::Redirected
        )
    }
}

/// The failure of an upload or of a bucket.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    outcome: Outcome,
    /// "upload", "create the bucket".
    action: &'static str,
    /// "s3://bucket/key".
    target: String,
    endpoint: String,
    /// What the kind alone does not say.
    detail: Option<String>,
    region: Option<String>,
    redirect: Option<String>,
    resumable: bool,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// What is known of the object.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.inner.outcome
    }

    /// The bucket's own region, where S3 named it.
    #[must_use]
    pub fn right_region(&self) -> Option<&str> {
        self.inner.region.as_deref()
    }

    /// Where the endpoint sends requests, as scheme, host and port, if it does and says where.
    /// What is signed for an endpoint is never sent to another service.
    #[must_use]
    pub fn redirect(&self) -> Option<&str> {
        self.inner.redirect.as_deref()
    }

    /// S3's code, such as `AccessDenied`, if S3 gave one.
    #[must_use]
    pub fn s3_code(&self) -> Option<&str> {
        let source = self.inner.source.as_deref()?;
        source.downcast_ref::<CallError>()?.code()
    }

    /// Whether what was sent is kept, and the next upload of the same file goes on with it; see
    /// [`Uploader::resuming`](crate::Uploader::resuming).
    #[must_use]
    pub fn is_resumable(&self) -> bool {
        self.inner.resumable
    }

    /// The server that was asked.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.inner.endpoint
    }

    /// `s3://bucket/key`, or `s3://bucket`.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.inner.target
    }

    pub(crate) fn new(
        kind: ErrorKind,
        action: &'static str,
        target: String,
        endpoint: &str,
    ) -> Self {
        let inner = Inner {
            kind,
            outcome: Outcome::NotCommitted,
            action,
            target,
            endpoint: endpoint.to_owned(),
            detail: None,
            region: None,
            redirect: None,
            resumable: false,
            source: None,
        };
        Self {
            inner: Box::new(inner),
        }
    }

    pub(crate) fn call(
        action: &'static str,
        target: String,
        endpoint: &str,
        error: CallError,
    ) -> Self {
        let mut this = Self::new(kind_of(&error), action, target, endpoint);
        if let CallError::Service(service) | CallError::Redirected(service) = &error {
            this.inner.region.clone_from(&service.region);
            this.inner.redirect = service.redirect.as_deref().map(str::to_owned);
            if service.is_full() {
                this = this.with_detail("the server's disk is full; make room there");
            }
        }
        this.inner.source = Some(Box::new(error));
        this
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.inner.kind = kind;
        self
    }

    pub(crate) fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.inner.outcome = outcome;
        self
    }

    pub(crate) fn resumable(mut self) -> Self {
        self.inner.resumable = true;
        self
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.inner.detail = Some(detail.into());
        self
    }

    pub(crate) fn with_source(
        mut self,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        self.inner.source = Some(Box::new(source));
        self
    }
}

fn kind_of(error: &CallError) -> ErrorKind {
    match error {
        CallError::Connect { .. } => ErrorKind::Unreachable,
        CallError::Tls { .. } => ErrorKind::Tls,
        CallError::TimedOut { .. } => ErrorKind::TimedOut,
        CallError::Broken { .. } => ErrorKind::ConnectionLost,
        CallError::BadReply { .. } => ErrorKind::BadReply,
        CallError::Credentials { .. } => ErrorKind::NoCredentials,
        CallError::Renewal { .. } => ErrorKind::ExpiredToken,
        CallError::Request { .. } => ErrorKind::Internal,
        CallError::Service(error) | CallError::ExpiredKeys(error) => kind_of_service(error),
        CallError::Redirected(_) => ErrorKind::Redirected,
    }
}

fn kind_of_service(error: &ServiceError) -> ErrorKind {
    match error.code.as_deref().unwrap_or_default() {
        "SignatureDoesNotMatch" => ErrorKind::SignatureMismatch,
        "InvalidAccessKeyId" => ErrorKind::UnknownAccessKey,
        "RequestTimeTooSkewed" | "RequestExpired" => ErrorKind::ClockSkew,
        "RequestTimeout" => ErrorKind::TimedOut,
        "ExpiredToken" | "ExpiredTokenException" | "InvalidToken" | "TokenRefreshRequired" => {
            ErrorKind::ExpiredToken
        }
        "AccessDenied" | "AllAccessDisabled" | "AccountProblem" => ErrorKind::AccessDenied,
        "NoSuchBucket" => ErrorKind::NoSuchBucket,
        "BucketAlreadyExists" => ErrorKind::BucketTaken,
        "NoSuchUpload" => ErrorKind::NoSuchUpload,
        "PreconditionFailed" | RACE => ErrorKind::Conflict,
        "PermanentRedirect" | "IllegalLocationConstraintException" => ErrorKind::WrongRegion,
        // Within a region they are of a bucket whose name is not known everywhere yet.
        "TemporaryRedirect" | "Redirect" | "" if error.status == 307 && error.region.is_none() => {
            ErrorKind::Redirected
        }
        "TemporaryRedirect" | "Redirect" => ErrorKind::WrongRegion,
        _ if error.is_busy() => ErrorKind::Busy,
        _ if error.is_full() => ErrorKind::Rejected,
        "InternalError" | "ServiceUnavailable" => ErrorKind::ServerError,
        // The header is malformed in that it names a region which is not the bucket's. Of other
        // refusals the region is no reason: AWS names it in all of them.
        "AuthorizationHeaderMalformed" if error.region.is_some() => ErrorKind::WrongRegion,
        _ if error.region.is_some() && matches!(error.status, 301 | 307) => ErrorKind::WrongRegion,
        "" if error.region.is_some() && error.status == 400 => ErrorKind::WrongRegion,
        "" => match error.status {
            301 => ErrorKind::WrongRegion,
            401 | 403 => ErrorKind::AccessDenied,
            429 => ErrorKind::Busy,
            500.. => ErrorKind::ServerError,
            _ => ErrorKind::Rejected,
        },
        _ => ErrorKind::Rejected,
    }
}

impl Inner {
    fn problem(&self) -> Cow<'static, str> {
        let fixed = match self.kind {
            ErrorKind::Unreachable => "the endpoint cannot be reached",
            ErrorKind::Tls => "no trusted encrypted connection to the endpoint came about",
            ErrorKind::TimedOut => "the endpoint took too long",
            ErrorKind::ConnectionLost => "the connection was lost",
            ErrorKind::NoCredentials => "there are no credentials",
            ErrorKind::UnknownAccessKey => "the access key id is not known there",
            ErrorKind::SignatureMismatch => {
                "the secret access key does not match the access key id"
            }
            ErrorKind::ClockSkew => {
                "the clock of this machine and that of the server differ too much"
            }
            ErrorKind::ExpiredToken => "the session token is no longer valid",
            ErrorKind::AccessDenied => "these credentials are not allowed to do it",
            ErrorKind::WrongRegion => match &self.region {
                Some(region) => return format!("the bucket is in the region {region}").into(),
                None => "the bucket is in another region",
            },
            ErrorKind::Redirected => match &self.redirect {
                Some(target) => {
                    return format!("the endpoint sends requests for it to {target} for now")
                        .into();
                }
                None => {
                    "the endpoint sends requests for it elsewhere for now, and does not say where"
                }
            },
            ErrorKind::NoSuchBucket => "there is no such bucket",
            ErrorKind::BucketTaken => "the bucket belongs to somebody else",
            ErrorKind::NoSuchUpload => "the upload is gone: somebody aborted it, or it expired",
            ErrorKind::Conflict => "somebody else wrote the object",
            ErrorKind::Exists => {
                "an object is there already, and it was to be written only if none was"
            }
            ErrorKind::Busy => "the server asks to slow down",
            ErrorKind::ServerError => "the server failed",
            ErrorKind::BadReply => "what answered did not answer as S3 does",
            ErrorKind::Rejected => "S3 refused",
            ErrorKind::Damaged => "what S3 stored is not what was sent",
            ErrorKind::InvalidInput => "it is not allowed",
            ErrorKind::SourceChanged => "the file changed while it was read",
            ErrorKind::SourceUnreadable => "the file cannot be read",
            ErrorKind::Journal => "the journal of open uploads cannot be read",
            ErrorKind::Ended => "the upload has already ended",
            ErrorKind::Stopped => "it was stopped before its end",
            ErrorKind::Internal => "this is a defect in the program",
        };
        fixed.into()
    }

    fn advice(&self) -> Option<String> {
        Some(match self.kind {
            ErrorKind::Unreachable => "check the address, and that a server runs there".to_owned(),
            ErrorKind::Tls => "check that it speaks https there, that its certificate is for this \
                 name and not expired, and that this system trusts the authority behind it"
                .to_owned(),
            ErrorKind::TimedOut | ErrorKind::ConnectionLost => {
                "check the network and try again".to_owned()
            }
            ErrorKind::NoCredentials => {
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile".to_owned()
            }
            ErrorKind::UnknownAccessKey => {
                "check AWS_ACCESS_KEY_ID, and that it belongs to this endpoint".to_owned()
            }
            ErrorKind::SignatureMismatch => "check AWS_SECRET_ACCESS_KEY".to_owned(),
            ErrorKind::ClockSkew => "set this machine's clock".to_owned(),
            ErrorKind::ExpiredToken => "renew the temporary credentials".to_owned(),
            ErrorKind::AccessDenied => "check the policy of the user and of the bucket".to_owned(),
            ErrorKind::WrongRegion => match &self.region {
                Some(region) => format!("set AWS_REGION to {region}"),
                None => "set AWS_REGION to the bucket's region".to_owned(),
            },
            ErrorKind::Redirected => match &self.redirect {
                Some(_) => {
                    "try again in a few minutes, or, if you trust that address, set it as the \
                            endpoint"
                        .to_owned()
                }
                None => "try again in a few minutes, or set the endpoint of the bucket's region"
                    .to_owned(),
            },
            ErrorKind::NoSuchBucket => "have it made, or name one that exists".to_owned(),
            ErrorKind::BucketTaken => {
                "choose another name: bucket names are shared by all accounts".to_owned()
            }
            ErrorKind::NoSuchUpload | ErrorKind::Conflict => "start the upload again".to_owned(),
            // Not before it is known whose it is.
            ErrorKind::Exists if self.outcome == Outcome::Unknown => return None,
            ErrorKind::Exists => "leave it, or write to another key".to_owned(),
            ErrorKind::Busy => "send fewer parts at once, or try again later".to_owned(),
            ErrorKind::ServerError => "try again later".to_owned(),
            ErrorKind::BadReply => {
                "check that the address is an S3 endpoint and no proxy stands in the way".to_owned()
            }
            ErrorKind::SourceChanged => "upload it again when nothing writes to it".to_owned(),
            ErrorKind::Damaged => "upload it again, and check the store".to_owned(),
            ErrorKind::Internal => "please report it".to_owned(),
            // Where there is a detail, it says what to do.
            ErrorKind::Rejected if self.detail.is_none() => {
                "look at S3's own message for the reason".to_owned()
            }
            ErrorKind::Rejected
            | ErrorKind::InvalidInput
            | ErrorKind::SourceUnreadable
            | ErrorKind::Journal
            | ErrorKind::Ended
            | ErrorKind::Stopped => return None,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        write!(f, "cannot {} {}", inner.action, inner.target)?;
        if !inner.endpoint.is_empty() {
            write!(f, " at {}", inner.endpoint)?;
        }
        match &inner.detail {
            Some(detail) => write!(f, ": {detail}")?,
            None => write!(f, ": {}", inner.problem())?,
        }
        if let Some(advice) = inner.advice() {
            write!(f, "; {advice}")?;
        }
        if inner.resumable {
            f.write_str("; what was sent is kept, and the same upload goes on with it")?;
        }
        if inner.outcome == Outcome::Unknown {
            f.write_str(
                "; whether the object was stored is unknown, so look at it before uploading again",
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.inner.kind)
            .field("outcome", &self.inner.outcome)
            .field("message", &self.to_string())
            .field("source", &self.inner.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn shown(status: u16, code: &str, region: Option<&str>) -> String {
        let error = ServiceError {
            status,
            code: (!code.is_empty()).then(|| code.to_owned()),
            region: region.map(str::to_owned),
            ..ServiceError::default()
        };
        Error::call(
            "upload",
            "s3://b/k".into(),
            "http://127.0.0.1:9",
            error.into(),
        )
        .to_string()
    }

    #[test]
    fn errors_say_what_to_do() {
        let all = [
            shown(403, "SignatureDoesNotMatch", None),
            shown(403, "RequestTimeTooSkewed", None),
            shown(400, "AuthorizationHeaderMalformed", Some("eu-west-3")),
            shown(301, "", None),
            shown(307, "TemporaryRedirect", None),
            shown(404, "NoSuchBucket", None),
            shown(400, "InvalidPart", Some("us-east-1")),
            shown(507, "", None),
            shown(503, "RequestThrottled", None),
            Error::new(ErrorKind::Internal, "upload", "s3://b/k".into(), "").to_string(),
        ];
        expect![[r#"
            cannot upload s3://b/k at http://127.0.0.1:9: the secret access key does not match the access key id; check AWS_SECRET_ACCESS_KEY
            cannot upload s3://b/k at http://127.0.0.1:9: the clock of this machine and that of the server differ too much; set this machine's clock
            cannot upload s3://b/k at http://127.0.0.1:9: the bucket is in the region eu-west-3; set AWS_REGION to eu-west-3
            cannot upload s3://b/k at http://127.0.0.1:9: the bucket is in another region; set AWS_REGION to the bucket's region
            cannot upload s3://b/k at http://127.0.0.1:9: the endpoint sends requests for it elsewhere for now, and does not say where; try again in a few minutes, or set the endpoint of the bucket's region
            cannot upload s3://b/k at http://127.0.0.1:9: there is no such bucket; have it made, or name one that exists
            cannot upload s3://b/k at http://127.0.0.1:9: S3 refused; look at S3's own message for the reason
            cannot upload s3://b/k at http://127.0.0.1:9: the server's disk is full; make room there
            cannot upload s3://b/k at http://127.0.0.1:9: the server asks to slow down; send fewer parts at once, or try again later
            cannot upload s3://b/k: this is a defect in the program; please report it"#]]
        .assert_eq(&all.join("\n"));
    }

    #[test]
    fn the_source_is_not_repeated() {
        let error = ServiceError {
            status: 403,
            code: Some("AccessDenied".into()),
            ..ServiceError::default()
        };
        let error = Error::call("upload", "s3://b/k".into(), "http://x", error.into());
        assert!(!error.to_string().contains("AccessDenied"));
        assert_eq!(
            std::error::Error::source(&error).unwrap().to_string(),
            "S3 answered 403 AccessDenied"
        );
        assert_eq!(error.s3_code(), Some("AccessDenied"));
    }
}
