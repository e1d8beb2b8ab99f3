//! Connections: TCP without delay, TLS from the system, both within one limit of time.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_tls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::patient_io::PatientIo;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Opens connections for hyper.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: HttpsConnector<HttpConnector>,
    limit: Duration,
}

impl Connector {
    /// `limit` bounds finding the address, connecting and the TLS handshake together.
    pub fn new(limit: Duration) -> Result<Self, String> {
        let tls = hyper_tls::native_tls::TlsConnector::new().map_err(|error| error.to_string())?;
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(limit));
        http.set_keepalive(Some(Duration::from_secs(30)));
        Ok(Self {
            inner: HttpsConnector::from((http, tls.into())),
            limit,
        })
    }
}

impl Service<Uri> for Connector {
    type Response = PatientIo<MaybeHttpsStream<TokioIo<TcpStream>>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = self.inner.call(to);
        let limit = self.limit;
        Box::pin(async move {
            match tokio::time::timeout(limit, connecting).await {
                Ok(stream) => stream.map(PatientIo::new),
                Err(_) => Err(format!("no answer within {:.1} s", limit.as_secs_f64()).into()),
            }
        })
    }
}
