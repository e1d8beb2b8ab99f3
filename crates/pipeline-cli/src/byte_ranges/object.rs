//! An object in S3, read by ranges.

use std::future::Future;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use s3up::{CallError, ObjectHead, S3Client, ServiceError};

use crate::address::S3Address;
use crate::failure::{ExitCode, Failure};

/// How long is waited before each further attempt at what may pass; about 3 s in all, because
/// somebody sits and waits.
const WAITS: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(900),
    Duration::from_millis(1800),
];

/// An object that was there when it was opened.
pub struct ObjectSource {
    client: Arc<dyn S3Client>,
    address: S3Address,
    opened: ObjectHead,
}

impl ObjectSource {
    /// Asks what stands at an address.
    ///
    /// # Errors
    ///
    /// Nothing does; S3 refuses or can't be reached.
    pub(super) async fn open(
        client: Arc<dyn S3Client>,
        address: S3Address,
    ) -> Result<Self, Failure> {
        let S3Address { bucket, key } = &address;
        let found = patiently(|| client.head_object(bucket, key)).await;
        match found {
            Ok(Some(opened)) => Ok(Self {
                client,
                address,
                opened,
            }),
            Ok(None) => Err(nothing(&*client, &address).await),
            Err(error) => {
                let error = reason(&*client, &address, error).await;
                Err(unreadable(&*client, &address, error))
            }
        }
    }

    pub(super) fn address(&self) -> &S3Address {
        &self.address
    }

    pub(super) fn bytes(&self) -> u64 {
        self.opened.size
    }

    pub(super) async fn read(&self, range: Range<u64>) -> Result<Bytes, Failure> {
        let S3Address { bucket, key } = &self.address;
        let wanted = range.end - range.start;
        let get = || async {
            let body = self
                .client
                .get_object(bucket, key, Some(range.clone()))
                .await?;
            if body.len() != wanted {
                return Ok(None);
            }
            Ok(Some(Bytes::from(body.collect().await?)))
        };
        match patiently(get).await {
            Ok(Some(bytes)) if bytes.len() as u64 == wanted => Ok(bytes),
            Ok(_) => Err(self.changed("has become shorter")),
            // A range behind its end, or no object: it was there when it was opened.
            Err(CallError::Service(error)) if matches!(error.status, 404 | 416) => {
                Err(self.changed("was replaced or removed"))
            }
            Err(error) => Err(unreadable(&*self.client, &self.address, error)),
        }
    }

    pub(super) async fn unchanged(&self) -> Result<(), Failure> {
        let S3Address { bucket, key } = &self.address;
        let found = patiently(|| self.client.head_object(bucket, key))
            .await
            .map_err(|error| unreadable(&*self.client, &self.address, error))?;
        let Some(now) = found else {
            return Err(self.changed("was removed"));
        };
        let mark = |head: &ObjectHead| (head.size, head.etag.clone(), head.version_id.clone());
        if mark(&now) == mark(&self.opened) {
            Ok(())
        } else {
            Err(self.changed("was replaced"))
        }
    }

    fn changed(&self, how: &str) -> Failure {
        let sentence = format!("`{}` {how} while it was read", self.address);
        Failure::say(ExitCode::S3, sentence).advise("Try again when nothing writes to it.")
    }
}

impl std::fmt::Debug for ObjectSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObjectSource")
            .field("address", &self.address)
            .field("opened", &self.opened)
            .finish_non_exhaustive()
    }
}

/// Makes a call again while its failure may pass.
async fn patiently<T, F>(call: impl Fn() -> F) -> Result<T, CallError>
where
    F: Future<Output = Result<T, CallError>>,
{
    for wait in WAITS {
        match call().await {
            Err(error) if error.is_transient() => {
                log::debug!("again in {} ms: {error}", wait.as_millis());
                tokio::time::sleep(wait).await;
            }
            result => return result,
        }
    }
    call().await
}

/// What is missing: the object, or its bucket.
async fn nothing(client: &dyn S3Client, address: &S3Address) -> Failure {
    let endpoint = client.endpoint();
    // If that can't be told either, the object is missing in any case.
    if let Ok(false) = client.head_bucket(&address.bucket).await {
        let sentence = format!("there is no bucket `{}` at {endpoint}", address.bucket);
        return Failure::say(ExitCode::S3, sentence)
            .advise("Check its name, and the endpoint with --endpoint.");
    }
    let sentence = format!("there is no object `{address}` at {endpoint}");
    Failure::say(ExitCode::S3, sentence).advise("Check its name: keys are exact to the letter.")
}

/// The reply to a HEAD has no room for a reason, other than the bucket's region in a header; that
/// to a GET of one byte has.
async fn reason(client: &dyn S3Client, address: &S3Address, error: CallError) -> CallError {
    match &error {
        CallError::Service(told) if told.code.is_none() && told.region.is_none() => {
            match client
                .get_object(&address.bucket, &address.key, Some(0..1))
                .await
            {
                Err(CallError::Service(more)) if more.code.is_some() => more.into(),
                _ => error,
            }
        }
        _ => error,
    }
}

fn unreadable(client: &dyn S3Client, address: &S3Address, error: CallError) -> Failure {
    let advice = advice(&error);
    let sentence = match &error {
        // These name the endpoint themselves.
        CallError::Connect { .. }
        | CallError::Tls { .. }
        | CallError::TimedOut { .. }
        | CallError::Broken { .. }
        | CallError::BadReply { .. } => format!("could not read `{address}`"),
        _ => format!("could not read `{address}` at {}", client.endpoint()),
    };
    let code = match &error {
        CallError::Request { .. } => ExitCode::Usage,
        _ => ExitCode::S3,
    };
    let failure = Failure::new(code, anyhow::Error::new(error).context(sentence));
    match advice {
        Some(advice) => failure.advise(advice),
        None => failure,
    }
}

/// What to do about a call that failed.
fn advice(error: &CallError) -> Option<String> {
    let advice = match error {
        CallError::Connect { .. } => "Check the address, and that a server runs there.",
        CallError::Tls { .. } => {
            "Check that it speaks https there, and that this system trusts its certificate."
        }
        CallError::TimedOut { .. } | CallError::Broken { .. } => "Check the network and try again.",
        CallError::BadReply { .. } => {
            "Check that the address is an S3 endpoint and no proxy stands in the way."
        }
        CallError::Credentials { .. } => {
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a --profile; what the \
             program wrote into its own S3 is read with `--endpoint embedded`."
        }
        CallError::Renewal { .. } => "Try again when their source answers, or name other ones.",
        CallError::Service(error)
        | CallError::ExpiredKeys(error)
        | CallError::Redirected(error) => return service_advice(error),
        _ => return None,
    };
    Some(advice.to_owned())
}

fn service_advice(error: &ServiceError) -> Option<String> {
    let advice = match error.code.as_deref().unwrap_or_default() {
        "SignatureDoesNotMatch" => "Check AWS_SECRET_ACCESS_KEY.",
        "InvalidAccessKeyId" => "Check AWS_ACCESS_KEY_ID, and that it belongs to this endpoint.",
        "ExpiredToken" | "ExpiredTokenException" | "InvalidToken" | "TokenRefreshRequired" => {
            "Renew the temporary credentials."
        }
        "RequestTimeTooSkewed" | "RequestExpired" => "Set this machine's clock.",
        "AccessDenied" => {
            "Reading takes the right s3:GetObject; without s3:ListBucket S3 also answers so where \
             there is no such object."
        }
        "NoSuchBucket" => "Check the bucket's name.",
        "InvalidObjectState" => "Restore it from the archive first.",
        // Within a region it is of a bucket whose name is not known everywhere yet.
        _ if error.status == 307 && error.region.is_none() => return Some(elsewhere(error)),
        "PermanentRedirect" | "TemporaryRedirect" | "AuthorizationHeaderMalformed" => {
            return Some(right_region(error));
        }
        _ if matches!(error.status, 301 | 307) => return Some(right_region(error)),
        _ if error.status >= 500 || error.status == 429 => "Try again later.",
        _ => return None,
    };
    Some(advice.to_owned())
}

fn elsewhere(error: &ServiceError) -> String {
    let later = "Try again in a few minutes";
    match &error.redirect {
        Some(target) => format!(
            "{later}. It sends requests to {target}: if you trust that, add --endpoint {target}."
        ),
        None => format!("{later}, or set the endpoint of the bucket's region with --endpoint."),
    }
}

fn right_region(error: &ServiceError) -> String {
    match &error.region {
        Some(region) => format!("The bucket is in another region: set --region {region}."),
        None => "The bucket is in another region: set --region to it.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_refusal_says_what_to_do() {
        let advice_for = |status: u16, code: &str, region: Option<&str>| {
            let error = ServiceError {
                status,
                code: (!code.is_empty()).then(|| code.to_owned()),
                region: region.map(str::to_owned),
                ..ServiceError::default()
            };
            format!(
                "{status} {code}: {}\n",
                service_advice(&error).unwrap_or_default()
            )
        };
        let all = [
            advice_for(403, "AccessDenied", None),
            advice_for(403, "ExpiredToken", None),
            advice_for(403, "RequestTimeTooSkewed", None),
            advice_for(400, "AuthorizationHeaderMalformed", Some("eu-west-1")),
            advice_for(301, "", None),
            advice_for(307, "TemporaryRedirect", Some("eu-west-1")),
            advice_for(307, "TemporaryRedirect", None),
            advice_for(403, "InvalidObjectState", None),
            advice_for(503, "SlowDown", None),
            advice_for(400, "InvalidArgument", None),
        ];
        expect![[r#"
            403 AccessDenied: Reading takes the right s3:GetObject; without s3:ListBucket S3 also answers so where there is no such object.
            403 ExpiredToken: Renew the temporary credentials.
            403 RequestTimeTooSkewed: Set this machine's clock.
            400 AuthorizationHeaderMalformed: The bucket is in another region: set --region eu-west-1.
            301 : The bucket is in another region: set --region to it.
            307 TemporaryRedirect: The bucket is in another region: set --region eu-west-1.
            307 TemporaryRedirect: Try again in a few minutes, or set the endpoint of the bucket's region with --endpoint.
            403 InvalidObjectState: Restore it from the archive first.
            503 SlowDown: Try again later.
            400 InvalidArgument: 
        "#]]
        .assert_eq(&all.concat());
    }
}
