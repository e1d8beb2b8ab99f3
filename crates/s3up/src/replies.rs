//! What a reply means. A success is only what says so in full.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::ops::Range;
use std::time::SystemTime;

use http::HeaderMap;

use crate::call_error::{CallError, ServiceError};
use crate::client::{
    CreatedUpload, ListedObject, ListedPart, ListedUpload, ObjectBody, ObjectHead, ObjectPage,
    PartPage, Stored, UploadPage,
};
use crate::endpoint::EndpointUrl;
use crate::transport::{Reply, ReplyBody};
use crate::xml::{self, Element};

/// A reply with a status of success whose body holds no error.
pub(crate) struct Success<'a> {
    endpoint: &'a str,
    status: u16,
    headers: HeaderMap,
    body: ReplyBody,
}

/// Sorts successes from failures.
pub(crate) fn judge(endpoint: &str, reply: Reply) -> Result<Success<'_>, CallError> {
    let Reply {
        status,
        headers,
        body,
    } = reply;
    if (200..300).contains(&status) {
        let success = Success {
            endpoint,
            status,
            headers,
            body,
        };
        // Any reply may turn out to be an error after S3 has sent its 200.
        if let ReplyBody::Whole(bytes) = &success.body
            && let Ok(root) = xml::parse(bytes)
            && root.name == "Error"
        {
            return Err(service_error(endpoint, status, &success.headers, &root).into());
        }
        return Ok(success);
    }
    let bytes = match body {
        ReplyBody::Whole(bytes) => bytes,
        ReplyBody::Object(_) | ReplyBody::Lost => bytes::Bytes::new(),
    };
    let reason = match xml::parse(&bytes) {
        Ok(root) if root.name == "Error" => {
            return Err(service_error(endpoint, status, &headers, &root).into());
        }
        // Replies to HEAD have no body, and a body may be lost behind its headers.
        _ if bytes.is_empty() => {
            return Err(service_error(endpoint, status, &headers, &Element::default()).into());
        }
        Ok(root) => format!("the body is a <{}>", shorten(&root.name)),
        Err(reason) => reason,
    };
    Err(CallError::BadReply {
        endpoint: endpoint.to_owned(),
        status,
        reason,
        retry_after_s: retry_after_s(&headers),
    })
}

/// Turns the 404 of a HEAD into `None`.
pub(crate) fn found<T>(reply: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(CallError::Service(error)) if error.status == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where a reply sends the request. What is no address is left out, as if it were not there.
fn redirect(endpoint: &str, status: u16, headers: &HeaderMap, root: &Element) -> Option<String> {
    if !matches!(status, 301 | 302 | 307 | 308) {
        return None;
    }
    let address = match header(headers, "location") {
        Some(location) => {
            let (scheme, rest) = location.split_once("://")?;
            let authority = rest.split(['/', '?', '#']).next()?;
            format!("{scheme}://{authority}")
        }
        // S3 writes the host alone.
        None => {
            let (scheme, _) = endpoint.split_once("://")?;
            format!("{scheme}://{}", root.text_of("Endpoint")?.trim())
        }
    };
    let address: EndpointUrl = address.parse().ok()?;
    Some(address.to_string())
}

fn service_error(endpoint: &str, status: u16, headers: &HeaderMap, root: &Element) -> ServiceError {
    let text = |name| root.text_of(name).map(|text| shorten(text.trim()));
    ServiceError {
        status,
        code: text("Code"),
        message: text("Message").map(Into::into),
        region: header(headers, "x-amz-bucket-region").or_else(|| text("Region")),
        retry_after_s: retry_after_s(headers),
        redirect: redirect(endpoint, status, headers, root).map(Into::into),
        request_id: header(headers, "x-amz-request-id")
            .or_else(|| text("RequestId"))
            .map(Into::into),
    }
}

/// How long a reply asks to wait: seconds, or a moment by the clock that dated the reply
/// ([RFC 9110, 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
fn retry_after_s(headers: &HeaderMap) -> Option<NonZeroU32> {
    let said = header(headers, "retry-after")?;
    let seconds = said.trim().parse().ok().or_else(|| {
        let wait = date(headers, "retry-after")?.duration_since(date(headers, "date")?);
        Some(wait.ok()?.as_secs())
    })?;
    NonZeroU32::new(u32::try_from(seconds).unwrap_or(u32::MAX))
}

/// A server's words, made fit for one line of a message.
fn shorten(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect()
}

fn not_s3(endpoint: &str, status: u16, reason: String) -> CallError {
    CallError::BadReply {
        endpoint: endpoint.to_owned(),
        status,
        reason,
        retry_after_s: None,
    }
}

/// A header's value. One that is not ASCII is left out, as if it were not there.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    (!value.is_empty()).then(|| value.to_owned())
}

fn date(headers: &HeaderMap, name: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(&header(headers, name)?).ok()
}

fn is_truncated(root: &Element) -> bool {
    root.text_of("IsTruncated").map(str::trim) == Some("true")
}

impl Success<'_> {
    /// A success that has nothing to say. What is no XML of S3, such as the page of a proxy that
    /// answers in its place, is no success.
    pub fn done(&self) -> Result<(), CallError> {
        let ReplyBody::Whole(bytes) = &self.body else {
            return Err(self.wrong("the body was lost"));
        };
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let root = xml::parse(bytes).map_err(|reason| self.wrong(reason))?;
        if root.name.eq_ignore_ascii_case("html") {
            return Err(self.wrong("the body is a <html>"));
        }
        Ok(())
    }

    /// The object's bytes, of the range that was asked for if one was.
    pub fn object(self, range: Option<Range<u64>>) -> Result<ObjectBody, CallError> {
        if let Some(range) = range {
            self.check_range(range)?;
        }
        match self.body {
            ReplyBody::Object(body) => Ok(body),
            ReplyBody::Whole(_) | ReplyBody::Lost => Err(CallError::Request {
                reason: "the object's body was not kept".to_owned(),
            }),
        }
    }

    /// Whether the body is that of the range that was asked for, as far as the object has it.
    fn check_range(&self, range: Range<u64>) -> Result<(), CallError> {
        let ReplyBody::Object(body) = &self.body else {
            return Err(self.wrong("the body was lost"));
        };
        let said = header(&self.headers, "content-range").unwrap_or_default();
        let bounds = said
            .strip_prefix("bytes ")
            .and_then(|said| said.split('/').next()?.split_once('-'));
        let fits = bounds.is_some_and(|(first, last)| {
            let (Ok(first), Ok(last)) = (first.parse::<u64>(), last.parse::<u64>()) else {
                return false;
            };
            first == range.start
                && last < range.end
                && last.checked_sub(first) == body.len().checked_sub(1)
        });
        if self.status == 206 && fits {
            Ok(())
        } else {
            Err(self.wrong("it is not the range that was asked for"))
        }
    }

    fn wrong(&self, reason: impl Into<String>) -> CallError {
        not_s3(self.endpoint, self.status, reason.into())
    }

    fn root(&self, name: &str) -> Result<Element, CallError> {
        let ReplyBody::Whole(bytes) = &self.body else {
            return Err(self.wrong("the body was lost"));
        };
        let root = xml::parse(bytes).map_err(|reason| self.wrong(reason))?;
        if root.name == name {
            Ok(root)
        } else {
            Err(self.wrong(format!(
                "the body is a <{}>, not a <{name}>",
                shorten(&root.name)
            )))
        }
    }

    fn need<'a>(&self, root: &'a Element, name: &str) -> Result<&'a str, CallError> {
        root.text_of(name)
            .ok_or_else(|| self.wrong(format!("there is no <{name}> in the body")))
    }

    fn number<T: std::str::FromStr>(&self, root: &Element, name: &str) -> Result<T, CallError> {
        self.need(root, name)?
            .trim()
            .parse()
            .map_err(|_| self.wrong(format!("<{name}> holds no fitting number")))
    }

    /// The ETag of what was stored, from the headers.
    pub fn etag(&self) -> Result<String, CallError> {
        header(&self.headers, "etag").ok_or_else(|| self.wrong("there is no ETag in it"))
    }

    pub fn stored(&self) -> Result<Stored, CallError> {
        Ok(Stored {
            etag: self.etag()?,
            version_id: self.version_id(),
        })
    }

    fn version_id(&self) -> Option<String> {
        header(&self.headers, "x-amz-version-id")
    }

    pub fn created(&self) -> Result<CreatedUpload, CallError> {
        let root = self.root("InitiateMultipartUploadResult")?;
        let upload_id = self.need(&root, "UploadId")?.to_owned();
        Ok(CreatedUpload {
            upload_id,
            date: date(&self.headers, "date"),
        })
    }

    pub fn completed(&self) -> Result<Stored, CallError> {
        let root = self.root("CompleteMultipartUploadResult")?;
        let etag = self.need(&root, "ETag")?.to_owned();
        Ok(Stored {
            etag,
            version_id: self.version_id(),
        })
    }

    pub fn part_page(&self) -> Result<PartPage, CallError> {
        let root = self.root("ListPartsResult")?;
        let mut page = PartPage::default();
        for part in root.all("Part") {
            page.parts.push(ListedPart {
                number: self.number(part, "PartNumber")?,
                size: self.number(part, "Size")?,
                etag: part.text_of("ETag").map(str::to_owned),
            });
        }
        if is_truncated(&root) {
            page.next = Some(self.number(&root, "NextPartNumberMarker")?);
        }
        Ok(page)
    }

    pub fn upload_page(&self) -> Result<UploadPage, CallError> {
        let root = self.root("ListMultipartUploadsResult")?;
        let mut page = UploadPage::default();
        for upload in root.all("Upload") {
            page.uploads.push(ListedUpload {
                key: self.need(upload, "Key")?.to_owned(),
                upload_id: self.need(upload, "UploadId")?.to_owned(),
                initiated: upload.text_of("Initiated").map(str::to_owned),
            });
        }
        if is_truncated(&root) {
            let key = self.need(&root, "NextKeyMarker")?.to_owned();
            page.next = Some((key, self.need(&root, "NextUploadIdMarker")?.to_owned()));
        }
        Ok(page)
    }

    pub fn object_page(&self) -> Result<ObjectPage, CallError> {
        let root = self.root("ListBucketResult")?;
        let mut page = ObjectPage::default();
        for object in root.all("Contents") {
            page.objects.push(ListedObject {
                key: self.need(object, "Key")?.to_owned(),
                size: self.number(object, "Size")?,
                etag: object.text_of("ETag").map(str::to_owned),
                last_modified: object.text_of("LastModified").map(str::to_owned),
            });
        }
        if is_truncated(&root) {
            page.next = Some(self.need(&root, "NextContinuationToken")?.to_owned());
        }
        Ok(page)
    }

    pub fn object_head(&self) -> Result<ObjectHead, CallError> {
        let size = header(&self.headers, "content-length")
            .and_then(|len| len.parse().ok())
            .ok_or_else(|| self.wrong("it does not say how long the object is"))?;
        let mut metadata = BTreeMap::new();
        for name in self.headers.keys() {
            if let Some(short) = name.as_str().strip_prefix("x-amz-meta-")
                && let Some(value) = header(&self.headers, name.as_str())
            {
                metadata.insert(short.to_owned(), value);
            }
        }
        Ok(ObjectHead {
            size,
            etag: header(&self.headers, "etag"),
            last_modified: date(&self.headers, "last-modified"),
            metadata,
            version_id: self.version_id(),
            content_type: header(&self.headers, "content-type"),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        let body = ReplyBody::Whole(bytes::Bytes::copy_from_slice(body.as_bytes()));
        Reply {
            status,
            headers: HeaderMap::new(),
            body,
        }
    }

    fn complete(status: u16, body: &str) -> String {
        let outcome =
            judge("http://x", reply(status, body)).and_then(|success| success.completed());
        match outcome {
            Ok(stored) => format!("ok {}", stored.etag),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn only_a_success_in_full_is_one() {
        let whole =
            "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>";
        assert_eq!(complete(200, whole), "ok \"e\"");
        for (status, body, expected) in [
            (
                200,
                "",
                "http://x answered 200, but not as S3 does: the body is empty",
            ),
            (
                200,
                &whole[..60],
                "http://x answered 200, but not as S3 does: ",
            ),
            (
                200,
                "<html></html>",
                "http://x answered 200, but not as S3 does: the body is a <html>, not a <CompleteMultipartUploadResult>",
            ),
            (
                200,
                "<CompleteMultipartUploadResult/>",
                "http://x answered 200, but not as S3 does: there is no <ETag> in the body",
            ),
            (
                200,
                "<Error><Code>InternalError</Code><Message>again</Message></Error>",
                "S3 answered 200 InternalError: again",
            ),
            (
                403,
                "<Error><Code>AccessDenied</Code></Error>",
                "S3 answered 403 AccessDenied",
            ),
            (403, "", "S3 answered 403"),
            (
                502,
                "<html></html>",
                "http://x answered 502, but not as S3 does: the body is a <html>",
            ),
            (
                301,
                "moved",
                "http://x answered 301, but not as S3 does: the body is not XML",
            ),
        ] {
            let seen = complete(status, body);
            assert!(seen.starts_with(expected), "{seen}");
        }
    }

    #[test]
    fn a_server_may_say_how_long_to_wait() {
        for (said, seconds) in [
            ("7", Some(7)),
            ("18446744073709551615", Some(u32::MAX)),
            ("0", None),
            ("-1", None),
            ("1.5", None),
            ("Mon, 23 Nov 2026 00:00:09 GMT", Some(9)),
            ("Sun, 22 Nov 2026 23:59:59 GMT", None),
            ("soon", None),
        ] {
            // By S3, by a proxy that stands before it, and by either in a reply to HEAD.
            for body in ["<Error><Code>SlowDown</Code></Error>", "<html></html>", ""] {
                let mut reply = reply(503, body);
                for (name, value) in [
                    ("retry-after", said),
                    ("date", "Mon, 23 Nov 2026 00:00:00 GMT"),
                ] {
                    let value = http::HeaderValue::from_static(value);
                    reply.headers.insert(name, value);
                }
                let error = judge("http://x", reply).err().unwrap();
                assert_eq!(
                    error.retry_after(),
                    seconds.map(|seconds| Duration::from_secs(seconds.into())),
                    "{said} {body}"
                );
            }
        }
        // Without the clock that it is a moment of, a moment says nothing.
        let mut undated = reply(503, "");
        let moment = http::HeaderValue::from_static("Mon, 23 Nov 2026 00:00:09 GMT");
        undated.headers.insert("retry-after", moment);
        let error = judge("http://x", undated).err().unwrap();
        assert_eq!(error.retry_after(), None);
    }

    #[test]
    fn numbers_that_are_none_are_errors() {
        let body = "<ListPartsResult><Part><PartNumber>x</PartNumber><Size>1</Size></Part></ListPartsResult>";
        let success = judge("http://x", reply(200, body)).unwrap();
        assert!(success.part_page().is_err());
    }

    #[test]
    fn an_empty_success_may_not_be_a_web_page() {
        for (body, done) in [
            ("", true),
            (" \n", true),
            ("<CreateBucketResult/>", true),
            ("<html></html>", false),
            ("<!DOCTYPE html><HTML></HTML>", false),
            ("welcome", false),
        ] {
            let success = judge("http://x", reply(200, body)).unwrap();
            assert_eq!(success.done().is_ok(), done, "{body}");
        }
    }

    #[test]
    fn only_the_range_that_was_asked_for_is_taken() {
        for (status, said, len, fits) in [
            (206, "bytes 10-19/1000", 10, true),
            // The object ends before the range does.
            (206, "bytes 10-14/15", 5, true),
            (200, "bytes 10-19/1000", 10, false),
            (206, "", 10, false),
            (206, "bytes 0-9/1000", 10, false),
            (206, "bytes 10-29/1000", 20, false),
            (206, "bytes 10-19/1000", 9, false),
            (206, "bytes 19-10/1000", 10, false),
            (206, "pages 10-19/1000", 10, false),
        ] {
            let mut reply = reply(status, "");
            reply.body = ReplyBody::Object(ObjectBody::new(len, futures::stream::empty()));
            let said_header = http::HeaderValue::from_static(said);
            reply.headers.insert("content-range", said_header);
            let success = judge("http://x", reply).unwrap();
            assert_eq!(success.check_range(10..20).is_ok(), fits, "{status} {said}");
        }
    }

    #[test]
    fn a_key_keeps_its_white_space() {
        let body = "<ListMultipartUploadsResult><IsTruncated> false </IsTruncated><Upload>\
                    <Key> k </Key><UploadId>u</UploadId></Upload></ListMultipartUploadsResult>";
        let success = judge("http://x", reply(200, body)).unwrap();
        assert_eq!(success.upload_page().unwrap().uploads[0].key, " k ");
    }

    #[test]
    fn a_header_that_is_not_ascii_is_left_out() {
        let mut reply = reply(200, "");
        reply
            .headers
            .insert("etag", http::HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        reply
            .headers
            .insert("content-length", http::HeaderValue::from_static("7"));
        let success = judge("http://x", reply).unwrap();
        assert!(success.etag().is_err());
        assert_eq!(success.object_head().unwrap().etag, None);
    }
}
