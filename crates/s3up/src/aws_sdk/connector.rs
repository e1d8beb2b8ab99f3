//! What stands in the place of the SDK's own HTTP client, for one call.

use std::fmt;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use crate::call_error::CallError;
use crate::smithy;
use crate::transport::Errand;

/// Runs the errand of one call with the request that the SDK has signed.
#[derive(Clone)]
pub(super) struct Connector(pub Errand);

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl HttpClient for Connector {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let errand = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = smithy::request(request, errand.body());
            let request = request.map_err(|reason| CallError::Request { reason });
            errand.run(request).await;
            // What the SDK sees: an empty 200, from which it reads nothing that is used.
            HttpResponse::try_from(http::Response::new(SdkBody::empty()))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
