//! AWS's crates on our transport: they hand over requests and are handed replies.

#[cfg(feature = "aws-config")]
mod carrier;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use bytes::Bytes;
use http::Request;

use crate::transport::SendBody;

#[cfg(feature = "aws-config")]
pub(crate) use carrier::Carrier;

/// The request as our transport takes it. `body` is that of a call which sends bytes of its own;
/// any other is small and held whole.
pub(crate) fn request(
    request: HttpRequest,
    body: Option<SendBody>,
) -> Result<Request<SendBody>, String> {
    let request = request
        .try_into_http1x()
        .map_err(|error| error.to_string())?;
    // The length of the body, where it was signed, stays as it is: hyper writes none for a body
    // that is empty.
    let (head, held) = request.into_parts();
    let body = match body {
        Some(body) => body,
        None => {
            let bytes = held.bytes().ok_or("its body is a stream")?;
            SendBody::whole(Bytes::copy_from_slice(bytes))
        }
    };
    Ok(Request::from_parts(head, body))
}
