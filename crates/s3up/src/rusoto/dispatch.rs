//! From a request of rusoto's to an exchange on the transport, signed on the way.

use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http::header::{HeaderName, HeaderValue};
use http::{Method, Request, Uri};
use rusoto_core::request::{DispatchSignedRequestFuture, HttpResponse};
use rusoto_core::signature::{SignedRequest, SignedRequestPayload};
use rusoto_core::{ByteStream, DispatchSignedRequest, HttpDispatchError};
use rusoto_credential::AwsCredentials;
use secrecy::ExposeSecret;

use crate::call_error::CallError;
use crate::credentials::StaticCredentials;
use crate::link::Call;
use crate::transport::SendBody;

const USER_AGENT: &str = concat!("s3up/", env!("CARGO_PKG_VERSION"));

/// The dispatcher of one call.
pub(super) struct Dispatch {
    pub call: Call,
    /// The bucket, if it is to stand in the host and not in the path.
    pub in_host: Option<String>,
}

impl DispatchSignedRequest for Dispatch {
    fn dispatch(
        &self,
        mut request: SignedRequest,
        _: Option<Duration>,
    ) -> DispatchSignedRequestFuture {
        for (name, value) in &self.call.headers {
            request.remove_header(name);
            request.add_header(name, value);
        }
        if let Some(detour) = &self.call.detour {
            request.set_hostname(Some(detour.server.authority().to_owned()));
        }
        if let Some(bucket) = &self.in_host {
            move_to_host(&mut request, bucket);
        }
        request.sign(&for_rusoto(&self.call.keys));
        let errand = self.call.errand.clone();
        let request = build(request, errand.body());
        let request = request.map_err(|reason| CallError::Request { reason });
        Box::pin(async move {
            errand.run(request).await;
            Ok::<_, HttpDispatchError>(nothing())
        })
    }
}

/// rusoto writes every bucket into the path.
fn move_to_host(request: &mut SignedRequest, bucket: &str) {
    let host = format!("{bucket}.{}", request.hostname());
    let path = request.path.strip_prefix('/').unwrap_or(&request.path);
    let Some(key) = path.strip_prefix(bucket) else {
        return;
    };
    request.path = if key.is_empty() { "/" } else { key }.to_owned();
    request.set_hostname(Some(host));
}

fn for_rusoto(keys: &StaticCredentials) -> AwsCredentials {
    let token = keys.session_token.as_ref();
    AwsCredentials::new(
        keys.access_key_id.as_str(),
        keys.secret_access_key.expose_secret(),
        token.map(|token| token.expose_secret().to_owned()),
        None,
    )
}

/// The reply that rusoto sees: an empty 200, from which it reads nothing.
fn nothing() -> HttpResponse {
    HttpResponse {
        status: Default::default(),
        body: ByteStream::new(stream::empty()),
        headers: Default::default(),
    }
}

/// The request as it was signed; `body` is that of a call which sends bytes of its own.
fn build(signed: SignedRequest, body: Option<SendBody>) -> Result<Request<SendBody>, String> {
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
    let mut request = Request::new(SendBody::whole(Bytes::new()));
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
    *request.body_mut() = match (body, signed.payload) {
        (Some(body), _) => body,
        (None, Some(SignedRequestPayload::Buffer(bytes))) => SendBody::whole(bytes),
        (None, None) => SendBody::whole(Bytes::new()),
        (None, Some(SignedRequestPayload::Stream(_))) => return Err("its body is a stream".into()),
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
        signed.sign(&AwsCredentials::new("id", "secret", None, None));
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

    #[test]
    fn a_bucket_moves_from_the_path_to_the_host() {
        for (path, expected) in [
            ("/bucket/k", "http://bucket.localhost:9/k"),
            ("/bucket//k", "http://bucket.localhost:9//k"),
            ("/bucket", "http://bucket.localhost:9/"),
            ("/bucket/", "http://bucket.localhost:9/"),
        ] {
            let region = Region::Custom {
                name: "us-east-1".into(),
                endpoint: "http://localhost:9".into(),
            };
            let mut request = SignedRequest::new("GET", "s3", &region, path);
            move_to_host(&mut request, "bucket");
            request.sign(&AwsCredentials::new("id", "secret", None, None));
            let built = build(request, None).unwrap();
            assert_eq!(built.uri().to_string(), expected);
            assert_eq!(built.headers()["host"], "bucket.localhost:9");
        }
    }
}
