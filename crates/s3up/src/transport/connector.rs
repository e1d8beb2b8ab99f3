//! Connections: TCP without delay, through a proxy where there is one, TLS from the system, all
//! within one limit of time.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderValue, Uri};
use hyper_tls::native_tls::{Certificate, TlsConnector};
use hyper_tls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use secrecy::ExposeSecret;
use tokio::net::TcpStream;
use tower_service::Service;

use super::patient_io::PatientIo;
use crate::config::{ConfigError, S3Config};
use crate::no_proxy::NoProxy;
use crate::proxy::ProxyUrl;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Opens connections for hyper.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: HttpsConnector<Way>,
    limit: Duration,
}

impl Connector {
    /// The limit to connect bounds finding the address, connecting and the TLS handshake together.
    pub fn new(config: &S3Config) -> Result<Self, ConfigError> {
        let limit = config.timeouts.connect;
        let tls = tls(config.authorities.as_deref())?;
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(limit));
        http.set_keepalive(Some(Duration::from_secs(30)));
        let way = match &config.proxy {
            None => Way {
                http,
                tunnel: None,
                direct: NoProxy::default(),
            },
            Some(proxy) => Way {
                tunnel: Some(tunnel(http.clone(), proxy)?),
                http,
                direct: config.no_proxy.clone(),
            },
        };
        Ok(Self {
            inner: HttpsConnector::from((way, tls.into())),
            limit,
        })
    }
}

fn tls(authorities: Option<&[u8]>) -> Result<TlsConnector, ConfigError> {
    let mut builder = TlsConnector::builder();
    if let Some(pem) = authorities {
        let wrong = |reason: String| ConfigError::Authorities { reason };
        let certificates =
            Certificate::stack_from_pem(pem).map_err(|error| wrong(error.to_string()))?;
        if certificates.is_empty() {
            return Err(wrong("there is none in it".to_owned()));
        }
        for certificate in certificates {
            builder.add_root_certificate(certificate);
        }
    }
    builder.build().map_err(|error| ConfigError::Tls {
        reason: error.to_string(),
    })
}

fn tunnel(http: HttpConnector, proxy: &ProxyUrl) -> Result<Tunnel<HttpConnector>, ConfigError> {
    let wrong = |reason: String| ConfigError::Proxy { reason };
    let address: Uri = proxy
        .to_string()
        .parse()
        .map_err(|error: http::uri::InvalidUri| wrong(error.to_string()))?;
    let tunnel = Tunnel::new(address, http);
    let Some(login) = &proxy.login else {
        return Ok(tunnel);
    };
    let basic = format!("Basic {}", BASE64.encode(login.expose_secret()));
    let basic = HeaderValue::try_from(basic)
        .map_err(|_| wrong("its password cannot be sent".to_owned()))?;
    Ok(tunnel.with_auth(basic))
}

/// How a server is reached: https through the proxy, if there is one and the server is not exempt
/// from it. Plain http is of this machine, or of the services by which a machine gets its credentials.
#[derive(Clone)]
struct Way {
    http: HttpConnector,
    tunnel: Option<Tunnel<HttpConnector>>,
    /// What does not go through the tunnel.
    direct: NoProxy,
}

impl Service<Uri> for Way {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // The tunnel is ready whenever what it is made of is.
        self.http.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let secure = to.scheme() == Some(&http::uri::Scheme::HTTPS);
        let port = to.port_u16().unwrap_or(443);
        let is_direct = self.direct.exempts(to.host().unwrap_or_default(), port);
        match &mut self.tunnel {
            Some(tunnel) if secure && !is_direct => {
                let connecting = tunnel.call(to);
                Box::pin(async move {
                    connecting
                        .await
                        .map_err(|error| format!("the proxy: {}", in_full(&error)).into())
                })
            }
            _ => {
                let connecting = self.http.call(to);
                Box::pin(async move { connecting.await.map_err(Into::into) })
            }
        }
    }
}

/// An error with its causes, which each say a part of it.
fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

impl Service<Uri> for Connector {
    type Response = PatientIo<MaybeHttpsStream<TokioIo<TcpStream>>>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

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
