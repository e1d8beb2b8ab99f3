//! A body on its way to the disk: streamed, digested, and checked before anybody hears of it.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use futures::StreamExt as _;
use hyper::StatusCode;
use paired_md5::Md5;
use s3s::checksum::ChecksumHasher;
use s3s::dto::StreamingBlob;
use s3s::{S3Error, S3ErrorCode, S3Result, StdError, s3_error};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::metadata::hex;
use super::{Checksums, Digests, ExpectedChecksums, disk_error};

/// Chunks between the socket and the disk. Few: every part in flight holds as many, and a slow
/// disk must slow the client down instead of filling memory.
const CHUNKS_IN_FLIGHT: usize = 4;

/// A body of up to so many bytes is taken whole before a thread writes it: one that waited for a
/// client's every chunk would take a thread for each request.
const TAKEN_WHOLE_BYTES: u64 = 64 << 10;

/// The MD5 of a body of up to so many bytes is made when it is written: the system still has the
/// file in memory. A longer one is digested as it comes.
const DIGESTED_BEHIND_BYTES: u64 = 64 << 20;

/// What the request says about its body.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) length_bytes: Option<i64>,
    /// `Content-MD5`, as sent.
    pub(crate) md5: Option<String>,
    pub(crate) checksums: ExpectedChecksums,
}

impl Expected {
    pub(crate) fn length_bytes(&self) -> Option<u64> {
        self.length_bytes
            .and_then(|length| u64::try_from(length).ok())
    }
}

/// A body that has arrived whole.
#[derive(Debug)]
pub(crate) struct Received<P> {
    pub(crate) file: File,
    /// Where the file is; held as long as it is written, such as the path that removes it.
    pub(crate) place: P,
    pub(crate) size_bytes: u64,
    pub(crate) md5: [u8; 16],
    pub(crate) checksums: Checksums,
}

impl<P> Received<P> {
    /// The ETag of an object or a part of these bytes, without quotes.
    pub(crate) fn etag(&self) -> String {
        hex(&self.md5)
    }
}

/// Streams a body into `file`, from where that stands. `place` stays with the thread that writes
/// until it has written its last byte, also when nobody waits for it any more.
///
/// # Errors
///
/// `InvalidDigest` before a byte is read; `BadDigest`, `IncompleteBody` and signature errors of
/// the body after it; `InsufficientStorage` when the disk is full.
pub(crate) async fn receive<P: AsRef<Path> + Send + 'static>(
    file: File,
    place: P,
    body: Option<StreamingBlob>,
    expected: Expected,
    digests: &Digests,
) -> S3Result<Received<P>> {
    let claimed_md5 = expected.md5.as_deref().map(parse_md5).transpose()?;
    let promised = expected.length_bytes();
    let mut received = Received {
        file,
        place,
        size_bytes: 0,
        md5: [0; 16],
        checksums: Checksums::default(),
    };
    let hasher = expected.checksums.hasher();
    let received = match body {
        Some(mut body) if promised.is_none_or(|promised| promised > TAKEN_WHOLE_BYTES) => {
            let (chunks, arriving) = mpsc::channel(CHUNKS_IN_FLIGHT);
            let arriving = Arriving(arriving);
            // Its MD5 is made of the file once it is there, together with that of another body.
            let md5 = match promised {
                Some(promised) if promised <= DIGESTED_BEHIND_BYTES => None,
                _ => Some(Md5::new()),
            };
            let begins = received.file.stream_position();
            let begins = begins.map_err(disk_error("find a place in", received.place.as_ref()))?;
            let behind = md5.is_none();
            let writer = spawn_blocking(move || write(received, arriving, promised, hasher, md5));
            let passed_on = pass_on(&mut body, chunks).await;
            let received = writer.await.map_err(S3Error::internal_error)?;
            passed_on?;
            let received = received?;
            match behind {
                true => digested(received, begins, digests).await?,
                false => received,
            }
        }
        body => {
            let chunks = match body {
                Some(body) => taken_whole(body, promised).await?,
                None => Vec::new(),
            };
            let chunks = chunks.into_iter();
            let md5 = Some(Md5::new());
            let writer = spawn_blocking(move || write(received, chunks, promised, hasher, md5));
            writer.await.map_err(S3Error::internal_error)??
        }
    };
    if promised.is_some_and(|promised| promised != received.size_bytes) {
        return Err(incomplete_body());
    }
    if claimed_md5.is_some_and(|claimed| claimed != received.md5) {
        return Err(s3_error!(
            BadDigest,
            "the body does not have the Content-MD5 that was sent with it"
        ));
    }
    expected.checksums.check(&received.checksums)?;
    Ok(received)
}

/// Hands chunks to the thread that writes them.
async fn pass_on(body: &mut StreamingBlob, chunks: mpsc::Sender<Bytes>) -> S3Result<()> {
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| body_error(&error))?;
        // The writer is gone only if the disk failed; it says so itself.
        if chunks.send(chunk).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// The chunks of a body that was promised to be short, and no more of one that is not.
async fn taken_whole(mut body: StreamingBlob, promised: Option<u64>) -> S3Result<Vec<Bytes>> {
    let mut chunks = Vec::new();
    let mut bytes = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| body_error(&error))?;
        bytes += chunk.len() as u64;
        if promised.is_some_and(|promised| bytes > promised) {
            return Err(incomplete_body());
        }
        chunks.push(chunk);
    }
    Ok(chunks)
}

/// Adds the MD5 of what has been written, from where it begins.
async fn digested<P: AsRef<Path>>(
    mut received: Received<P>,
    begins: u64,
    digests: &Digests,
) -> S3Result<Received<P>> {
    let place = received.place.as_ref().to_owned();
    let read = match received.file.seek(SeekFrom::Start(begins)) {
        Ok(_) => digests.md5_of(received.file, received.size_bytes).await,
        Err(error) => Err(error),
    };
    (received.file, received.md5) = read.map_err(disk_error("read a body back from", &place))?;
    Ok(received)
}

/// Chunks as they arrive, for a thread that waits for them.
struct Arriving(mpsc::Receiver<Bytes>);

impl Iterator for Arriving {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        self.0.blocking_recv()
    }
}

fn write<P: AsRef<Path>>(
    mut received: Received<P>,
    chunks: impl Iterator<Item = Bytes>,
    promised_bytes: Option<u64>,
    mut checksums: ChecksumHasher,
    mut md5: Option<Md5>,
) -> S3Result<Received<P>> {
    for chunk in chunks {
        received.size_bytes += chunk.len() as u64;
        // Before it is written: behind a part in its slot lies the next.
        if promised_bytes.is_some_and(|promised| received.size_bytes > promised) {
            return Err(incomplete_body());
        }
        received
            .file
            .write_all(&chunk)
            .map_err(disk_error("write a body to", received.place.as_ref()))?;
        if let Some(md5) = &mut md5 {
            md5.update(&chunk);
        }
        checksums.update(&chunk);
    }
    if let Some(md5) = md5 {
        received.md5 = md5.finish();
    }
    received.checksums = checksums.finalize();
    Ok(received)
}

/// A new file that a person may read once it is in place, where the umask lets them.
pub(crate) fn staging_file(staging: &Path) -> S3Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
        .tempfile_in(staging)
        .map_err(disk_error("create a file in", staging))
}

fn parse_md5(text: &str) -> S3Result<[u8; 16]> {
    BASE64_STANDARD
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| s3_error!(InvalidDigest, "Content-MD5 is not 16 bytes in Base64"))
}

/// Why a body could not be read. `s3s` checks the signatures of bodies but keeps the types of
/// those errors to itself: only their words tell them apart.
fn body_error(error: &StdError) -> S3Error {
    let words = error.to_string();
    log::debug!("embedded S3: a body ended early: {words}");
    if words.contains("Sha256Mismatch") {
        let code = S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into());
        let mut mismatch = S3Error::with_message(
            code,
            "the body does not have the x-amz-content-sha256 that was signed",
        );
        mismatch.set_status_code(StatusCode::BAD_REQUEST);
        mismatch
    } else if words.contains("SignatureMismatch") {
        s3_error!(
            SignatureDoesNotMatch,
            "a chunk of the body has a wrong signature"
        )
    } else {
        incomplete_body()
    }
}

fn incomplete_body() -> S3Error {
    s3_error!(
        IncompleteBody,
        "the body does not have the Content-Length that was sent with it"
    )
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_named() {
        // A device that is always full.
        let full = File::options().write(true).open("/dev/full").unwrap();
        let place = std::path::PathBuf::from("data/s3/.embedded-s3/staging/x");
        let body = StreamingBlob::from(s3s::Body::from(Bytes::from_static(b"body")));
        let digests = Digests::new();
        let failed = receive(full, place, Some(body), Expected::default(), &digests).await;
        let failed = failed.unwrap_err();
        assert_eq!(failed.code().as_str(), "InsufficientStorage");
        assert_eq!(
            failed.message(),
            Some("the disk that holds data/s3/.embedded-s3/staging is full: make room on it")
        );
    }
}
