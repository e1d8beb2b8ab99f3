//! Headers of requests beyond what is in their address and body, the same for every client.
//!
//! They are added before a request is signed, so a client need not know them: rusoto's types are
//! of 2022.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::checksum::Checksum;
use crate::client::{Completion, NewObject};
use crate::config::S3Config;
use crate::options::{Encryption, Integrity};

/// Names in lower case, and values of printable ASCII.
pub(crate) type Headers = Vec<(&'static str, String)>;

/// Those of every request of this client.
pub(crate) fn of_all(config: &S3Config) -> Headers {
    let mut headers = Headers::new();
    if config.requester_pays {
        headers.push(("x-amz-request-payer", "requester".to_owned()));
    }
    if let Some(owner) = &config.expected_bucket_owner {
        headers.push(("x-amz-expected-bucket-owner", owner.clone()));
    }
    headers
}

/// Those that make an object what it is to be.
pub(crate) fn of_object(object: &NewObject) -> Headers {
    let mut headers = Headers::new();
    let mut push = |name, value: &str| headers.push((name, value.to_owned()));
    if let Some(class) = &object.storage_class {
        push("x-amz-storage-class", class);
    }
    match &object.encryption {
        None => {}
        Some(Encryption::S3) => push("x-amz-server-side-encryption", "AES256"),
        Some(Encryption::Kms { key_id }) => {
            push("x-amz-server-side-encryption", "aws:kms");
            if let Some(key_id) = key_id {
                push("x-amz-server-side-encryption-aws-kms-key-id", key_id);
            }
        }
    }
    if let Some(acl) = &object.acl {
        push("x-amz-acl", acl);
    }
    if !object.tags.is_empty() {
        let pair = |(name, value): (&String, &String)| format!("{}={}", query(name), query(value));
        let tags: Vec<_> = object.tags.iter().map(pair).collect();
        push("x-amz-tagging", &tags.join("&"));
    }
    headers
}

/// Those that announce how the parts of an upload are checked.
pub(crate) fn of_creation(object: &NewObject) -> Headers {
    let mut headers = of_object(object);
    if object.integrity == Integrity::Crc64Nvme {
        headers.push(("x-amz-checksum-algorithm", "CRC64NVME".to_owned()));
        headers.push(("x-amz-checksum-type", "FULL_OBJECT".to_owned()));
    }
    headers
}

/// Those that say what a body has to be.
pub(crate) fn of_body(checksum: Option<Checksum>) -> Headers {
    checksum.map(header_of).into_iter().collect()
}

/// Those of a completion.
pub(crate) fn of_completion(completion: &Completion) -> Headers {
    let mut headers = of_body(completion.checksum);
    if !headers.is_empty() {
        headers.push(("x-amz-checksum-type", "FULL_OBJECT".to_owned()));
    }
    headers.extend(of_condition(completion.create_only));
    headers
}

/// That of a write which must not replace anything.
pub(crate) fn of_condition(create_only: bool) -> Headers {
    let header = create_only.then(|| ("if-none-match", "*".to_owned()));
    header.into_iter().collect()
}

fn header_of(checksum: Checksum) -> (&'static str, String) {
    match checksum {
        Checksum::Md5(md5) => ("content-md5", BASE64.encode(md5)),
        Checksum::Crc64Nvme(crc) => ("x-amz-checksum-crc64nvme", BASE64.encode(crc.to_be_bytes())),
    }
}

/// A name or value of a tag as a query string has it.
fn query(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(headers: &Headers) -> Vec<String> {
        let line = |(name, value): &(&str, String)| format!("{name}: {value}");
        headers.iter().map(line).collect()
    }

    #[test]
    fn every_option_has_its_header() {
        let object = NewObject {
            storage_class: Some("STANDARD_IA".into()),
            encryption: Some(Encryption::Kms {
                key_id: Some("alias/lake".into()),
            }),
            acl: Some("bucket-owner-full-control".into()),
            tags: [
                ("team".to_owned(), "data & more".to_owned()),
                ("ü".to_owned(), String::new()),
            ]
            .into(),
            integrity: Integrity::Crc64Nvme,
            ..NewObject::default()
        };
        assert_eq!(
            text(&of_creation(&object)),
            [
                "x-amz-storage-class: STANDARD_IA",
                "x-amz-server-side-encryption: aws:kms",
                "x-amz-server-side-encryption-aws-kms-key-id: alias/lake",
                "x-amz-acl: bucket-owner-full-control",
                "x-amz-tagging: team=data%20%26%20more&%C3%BC=",
                "x-amz-checksum-algorithm: CRC64NVME",
                "x-amz-checksum-type: FULL_OBJECT",
            ]
        );
        assert!(of_creation(&NewObject::default()).is_empty());
    }
}
