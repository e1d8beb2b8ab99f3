//! The HTTP client of `aws-config`: requests for credentials, replies read to their end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use crate::call_error::CallError;
use crate::config::{ConfigError, S3Config};
use crate::transport::{Limits, Reply, ReplyBody, Transport};

/// A source of credentials that takes longer than this for one reply is given up.
const LIMIT: Duration = Duration::from_secs(20);

/// Carries requests over a transport of their own.
#[derive(Clone)]
pub(crate) struct Carrier {
    transport: Arc<Transport>,
    limit: Duration,
}

impl Carrier {
    /// By the same authorities and the same proxy as requests to S3, but to other hosts, each of
    /// which may be exempt from the proxy.
    pub fn of_credentials(config: &S3Config) -> Result<Self, ConfigError> {
        Ok(Self {
            transport: Arc::new(Transport::new(config)?),
            limit: LIMIT,
        })
    }
}

impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Carrier")
    }
}

impl HttpClient for Carrier {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        // Both limits together bound a request: an address where nobody is must not be waited for.
        let limit = match (settings.connect_timeout(), settings.read_timeout()) {
            (Some(connect), Some(read)) => connect + read,
            _ => LIMIT,
        };
        SharedHttpConnector::new(Self {
            limit: limit.min(LIMIT),
            ..self.clone()
        })
    }
}

impl HttpConnector for Carrier {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let request = super::request(request, None)
                .map_err(|reason| ConnectorError::user(reason.into()))?;
            // These addresses are not the endpoint's: errors are told by what failed alone.
            let limits = Limits {
                first_byte: this.limit,
                stall: this.limit,
                whole: this.limit,
            };
            let exchange = this.transport.exchange(request, limits, false).await;
            exchange.map_err(failure).and_then(response)
        })
    }
}

/// Without the address: it would be that of S3, which was not asked.
fn failure(error: CallError) -> ConnectorError {
    match error {
        CallError::TimedOut {
            waited_for, after, ..
        } => {
            let reason = format!("{waited_for} for {:.1} s", after.as_secs_f64());
            ConnectorError::timeout(reason.into())
        }
        CallError::Connect { reason, .. }
        | CallError::Tls { reason, .. }
        | CallError::Broken { reason, .. } => ConnectorError::io(reason.into()),
        other => ConnectorError::other(other.into(), None),
    }
}

fn response(reply: Reply) -> Result<HttpResponse, ConnectorError> {
    let unreadable = |reason: String| ConnectorError::other(reason.into(), None);
    let body = match reply.body {
        ReplyBody::Whole(bytes) => SdkBody::from(bytes),
        ReplyBody::Object(_) | ReplyBody::Lost => SdkBody::empty(),
    };
    let mut response = http::Response::new(body);
    *response.status_mut() =
        http::StatusCode::from_u16(reply.status).map_err(|error| unreadable(error.to_string()))?;
    *response.headers_mut() = reply.headers;
    HttpResponse::try_from(response).map_err(|error| unreadable(error.to_string()))
}
