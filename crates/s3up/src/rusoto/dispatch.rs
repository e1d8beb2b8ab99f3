//! From a request that rusoto has signed to an exchange on the transport.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::stream;
use http::header::{HeaderName, HeaderValue};
use http::{Method, Request, Uri};
use rusoto_core::request::{DispatchSignedRequestFuture, HttpResponse};
use rusoto_core::signature::{SignedRequest, SignedRequestPayload};
use rusoto_core::{ByteStream, DispatchSignedRequest, HttpDispatchError};

use crate::call_error::CallError;
use crate::payload::Payload;
use crate::transport::{Limits, Reply, SendBody, Transport};

const USER_AGENT: &str = concat!("s3up/", env!("CARGO_PKG_VERSION"));

/// Where the outcome of one call is laid down, out of rusoto's sight.
pub(super) type Slot = Arc<Mutex<Option<Result<Reply, CallError>>>>;

/// The dispatcher of one call.
pub(super) struct Dispatch {
    pub transport: Arc<Transport>,
    pub limits: Limits,
    /// Leaves the body of a success as a stream.
    pub object: bool,
    /// The body that is sent as a stream, beside what rusoto holds in a buffer.
    pub payload: Option<Payload>,
    pub slot: Slot,
}

impl DispatchSignedRequest for Dispatch {
    fn dispatch(&self, signed: SignedRequest, _: Option<Duration>) -> DispatchSignedRequestFuture {
        let transport = Arc::clone(&self.transport);
        let slot = Arc::clone(&self.slot);
        let (limits, object) = (self.limits, self.object);
        let request = build(signed, self.payload.clone());
        Box::pin(async move {
            let result = match request {
                Ok(request) => transport.exchange(request, limits, object).await,
                Err(reason) => Err(CallError::Request { reason }),
            };
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            Ok::<_, HttpDispatchError>(nothing())
        })
    }
}

/// The reply that rusoto sees: an empty 200, from which it reads nothing.
fn nothing() -> HttpResponse {
    HttpResponse {
        status: Default::default(),
        body: ByteStream::new(stream::empty()),
        headers: Default::default(),
    }
}

fn build(signed: SignedRequest, payload: Option<Payload>) -> Result<Request<SendBody>, String> {
    // What is sent is, character by character, what was signed: hyper leaves a path alone.
    let mut uri = format!(
        "{}://{}{}",
        signed.scheme(),
        signed.hostname(),
        signed.canonical_path()
    );
    if !signed.canonical_query_string().is_empty() {
        uri.push('?');
        uri.push_str(signed.canonical_query_string());
    }
    let uri: Uri = uri
        .parse()
        .map_err(|error| format!("the address is not valid: {error}"))?;
    let method =
        Method::from_bytes(signed.method().as_bytes()).map_err(|error| error.to_string())?;
    let takes_body = method == Method::PUT || method == Method::POST;
    let mut request = Request::new(SendBody::whole(bytes::Bytes::new()));
    for (name, values) in signed.headers() {
        // hyper writes the length of a body itself, and a GET has none.
        if name == "content-length" && !takes_body {
            continue;
        }
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        for value in values {
            let value = HeaderValue::from_bytes(value)
                .map_err(|_| format!("the value of {name} cannot be sent"))?;
            request.headers_mut().append(name.clone(), value);
        }
    }
    request.headers_mut().insert(
        http::header::USER_AGENT,
        HeaderValue::from_static(USER_AGENT),
    );
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.body_mut() = match signed.payload {
        None => SendBody::whole(bytes::Bytes::new()),
        Some(SignedRequestPayload::Buffer(bytes)) => SendBody::whole(bytes),
        Some(SignedRequestPayload::Stream(stream)) => {
            let len = payload.as_ref().map_or(0, Payload::len);
            SendBody::stream(len, stream, payload)
        }
    };
    Ok(request)
}

#[cfg(test)]
mod tests {
    use rusoto_core::Region;

    use super::*;

    /// The address of a signed request for this key, at this endpoint.
    fn address(endpoint: &str, key: &str) -> (String, String) {
        let region = Region::Custom {
            name: "us-east-1".into(),
            endpoint: endpoint.into(),
        };
        let mut signed = SignedRequest::new("GET", "s3", &region, &format!("/bucket/{key}"));
        signed.sign(&rusoto_credential::AwsCredentials::new(
            "id", "secret", None, None,
        ));
        let canonical = signed.canonical_uri().to_owned();
        (canonical, build(signed, None).unwrap().uri().to_string())
    }

    #[test]
    fn the_path_that_is_sent_is_the_path_that_is_signed() {
        for (key, path) in [
            ("plain", "/bucket/plain"),
            ("../up", "/bucket/../up"),
            ("a//b", "/bucket/a//b"),
            ("/lead", "/bucket//lead"),
            ("50%25 a+b", "/bucket/50%2525%20a%2Bb"),
            ("ü/日?#&=*'", "/bucket/%C3%BC/%E6%97%A5%3F%23%26%3D%2A%27"),
        ] {
            let (canonical, sent) = address("http://127.0.0.1:9", key);
            assert_eq!(canonical, path);
            assert_eq!(sent, format!("http://127.0.0.1:9{path}"));
        }
        let (canonical, sent) = address("https://x.example.org/store", "k");
        assert_eq!(canonical, "/store/bucket/k");
        assert_eq!(sent, "https://x.example.org/store/bucket/k");
    }
}
