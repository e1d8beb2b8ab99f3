//! Who may call, and which fault a call meets: the two questions `s3s` asks before the store.

use std::sync::Arc;

use async_trait::async_trait;
use hyper::header::AUTHORIZATION;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Error, S3Result, s3_error};

use crate::exchange::Exchange;
use crate::faults::{Call, Fault, Faults};
use crate::operation::Operation;

/// Knows the one key pair of this server, and its faults.
#[derive(Clone)]
pub(crate) struct Gatekeeper {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: SecretKey,
    pub(crate) faults: Option<Arc<dyn Faults>>,
}

#[async_trait]
impl S3Auth for Gatekeeper {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if access_key == self.access_key_id {
            Ok(self.secret_access_key.clone())
        } else {
            Err(s3_error!(
                InvalidAccessKeyId,
                "the access key id is not the one this server was started with"
            ))
        }
    }
}

#[async_trait]
impl S3Access for Gatekeeper {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        if context.credentials().is_none() {
            return Err(s3_error!(
                AccessDenied,
                "sign the request: anonymous access is off"
            ));
        }
        if signed_with_version_2(context) {
            // Version 2 signs neither the body nor the time of a request.
            return Err(s3_error!(
                InvalidRequest,
                "use AWS4-HMAC-SHA256: signature version 2 is not supported"
            ));
        }
        let Some(operation) = Operation::from_name(context.s3_op().name()) else {
            return Ok(());
        };
        if let Some(exchange) = context.extensions_mut().get::<Arc<Exchange>>() {
            exchange.is(operation);
        }
        let Some(faults) = &self.faults else {
            return Ok(());
        };
        let fault = faults.next(&Call {
            operation,
            bucket: context.s3_path().get_bucket_name(),
            key: context.s3_path().get_object_key(),
            part_number: query(context, "partNumber").and_then(|number| number.parse().ok()),
        });
        let Some(fault) = fault else {
            return Ok(());
        };
        if let Some(exchange) = context.extensions_mut().get::<Arc<Exchange>>() {
            exchange.play(fault.clone());
        }
        match fault {
            // The reply is put in place where the exchange ends; here the operation is kept
            // from being applied.
            Fault::Refuse(_) | Fault::RefuseEarly(_) => {
                Err(S3Error::new(s3s::S3ErrorCode::ServiceUnavailable))
            }
            Fault::Stall(stall) => {
                stall.pass().await;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn signed_with_version_2(context: &S3AccessContext<'_>) -> bool {
    let header = context.headers().get(AUTHORIZATION);
    header.is_some_and(|value| value.as_bytes().starts_with(b"AWS "))
        || query(context, "AWSAccessKeyId").is_some()
}

fn query<'a>(context: &'a S3AccessContext<'_>, name: &str) -> Option<&'a str> {
    let pairs = context.uri().query()?.split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}
