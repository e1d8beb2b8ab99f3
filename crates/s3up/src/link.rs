//! What every client of ours has: a way to the server, keys, and headers for all its requests.

use std::ops::Range;
use std::sync::Arc;

use crate::call_error::CallError;
use crate::config::{ConfigError, S3Config, Timeouts};
use crate::credentials::{Keys, StaticCredentials};
use crate::headers::{self, Headers};
use crate::replies::{Success, judge};
use crate::transport::{Errand, Traits, Transport};

/// The link of one client to its server.
pub(crate) struct Link {
    transport: Arc<Transport>,
    keys: Keys,
    for_all: Headers,
    timeouts: Timeouts,
}

/// One call, ready to be signed.
#[derive(Clone)]
pub(crate) struct Call {
    pub errand: Errand,
    pub keys: StaticCredentials,
    /// To be added before it is signed.
    pub headers: Headers,
}

impl Link {
    pub fn new(config: &S3Config) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self {
            transport: Arc::new(Transport::new(config)?),
            keys: Keys::new(config)?,
            for_all: headers::of_all(config),
            timeouts: config.timeouts,
        })
    }

    pub fn endpoint(&self) -> &str {
        self.transport.endpoint()
    }

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
    pub async fn begin(&self, traits: Traits, mut headers: Headers) -> Result<Call, CallError> {
        headers.extend(self.for_all.iter().cloned());
        Ok(Call {
            errand: Errand::new(&self.transport, &self.timeouts, traits),
            keys: self.keys.now().await?,
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
            Err(error) => Err(self.keys.judge(&call.keys, error).await),
        }
    }
}

/// A range as HTTP has it, which names the last byte where we name the one behind it.
pub(crate) fn range_header(range: &Range<u64>) -> String {
    format!("bytes={}-{}", range.start, range.end.saturating_sub(1))
}
