//! What every client of ours has: a way to the server, keys, and headers for all its requests.

use std::ops::Range;
use std::sync::Arc;

use crate::call_error::CallError;
use crate::config::{ConfigError, S3Config, Timeouts};
use crate::credentials::{Keys, StaticCredentials};
use crate::detour::{Detour, Detours};
use crate::headers::{self, Headers};
use crate::replies::{Success, judge};
use crate::transport::{Errand, Traits, Transport};

/// The link of one client to its server.
pub(crate) struct Link {
    transport: Arc<Transport>,
    keys: Keys,
    detours: Detours,
    region: String,
    for_all: Headers,
    timeouts: Timeouts,
}

/// One call, ready to be signed.
#[derive(Clone)]
pub(crate) struct Call {
    pub errand: Errand,
    pub keys: StaticCredentials,
    pub bucket: String,
    /// Where it goes, if not to the endpoint.
    pub detour: Option<Detour>,
    /// To be added before it is signed.
    pub headers: Headers,
}

impl Link {
    pub fn new(config: &S3Config) -> Result<Self, ConfigError> {
        config.validate()?;
        let transport = Transport::new(config)?;
        Ok(Self {
            detours: Detours::new(transport.endpoint()),
            region: config.region.clone(),
            transport: Arc::new(transport),
            keys: Keys::new(config)?,
            for_all: headers::of_all(config),
            timeouts: config.timeouts,
        })
    }

    pub fn endpoint(&self) -> &str {
        self.transport.endpoint()
    }

    #[cfg(feature = "rusoto")]
    pub fn is_https(&self) -> bool {
        self.endpoint().starts_with("https:")
    }

    /// The traits of a completion, for which a server may take its time.
    pub fn completing(&self) -> Traits {
        Traits {
            first_byte: Some(self.timeouts.complete_first_byte),
            ..Traits::default()
        }
    }

    /// Gets keys for a call.
    pub async fn begin(
        &self,
        bucket: &str,
        traits: Traits,
        mut headers: Headers,
    ) -> Result<Call, CallError> {
        headers.extend(self.for_all.iter().cloned());
        Ok(Call {
            errand: Errand::new(&self.transport, &self.timeouts, traits),
            keys: self.keys.now().await?,
            bucket: bucket.to_owned(),
            detour: self.detours.of(bucket),
            headers,
        })
    }

    /// What came of a call that was handed to a library.
    pub async fn end(&self, call: &Call) -> Result<Success<'_>, CallError> {
        let judged = match call.errand.reply() {
            Some(reply) => reply.and_then(|reply| judge(self.endpoint(), reply)),
            // Its own texts are not shown, as nobody has looked at what they may quote.
            None => Err(CallError::Request {
                reason: "the signer gave up".to_owned(),
            }),
        };
        match judged {
            Ok(success) => Ok(success),
            Err(error) => {
                let error = self.keys.judge(&call.keys, error);
                Err(self.judge_way(call, error))
            }
        }
    }

    /// What a failure means for the way that the bucket's requests take.
    fn judge_way(&self, call: &Call, error: CallError) -> CallError {
        match error {
            CallError::Service(mut error) if error.status == 307 => {
                // The region is then no reason.
                error.region.take_if(|region| *region == self.region);
                let target = error.redirect.as_deref().filter(|_| error.region.is_none());
                if target.is_some_and(|target| self.detours.take(&call.bucket, target)) {
                    CallError::Redirected(error)
                } else {
                    CallError::Service(error)
                }
            }
            CallError::Connect { .. } | CallError::Tls { .. } => match &call.detour {
                None => error,
                Some(detour) => {
                    self.detours.forget(&call.bucket);
                    error.at(detour.server.to_string())
                }
            },
            error => error,
        }
    }
}

/// A range as HTTP has it, which names the last byte where we name the one behind it.
pub(crate) fn range_header(range: &Range<u64>) -> String {
    format!("bytes={}-{}", range.start, range.end.saturating_sub(1))
}
