//! A small S3 client that signs (SigV4, headers) and hides nothing: what a test sees is what came
//! over the socket.

use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use embedded_s3::EmbeddedS3;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::{BodyExt as _, Full};
use hyper::{HeaderMap, Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use s3s::dto::{Timestamp, TimestampFormat};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// Signs for one server.
#[derive(Clone)]
pub struct Client {
    pub address: SocketAddr,
    pub access_key_id: String,
    pub secret_access_key: String,
    /// How much the client's clock is behind.
    pub clock_behind: Duration,
}

/// A request that is being put together.
pub struct Call<'a> {
    client: &'a Client,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Bytes,
    payload_hash: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Client {
    pub fn new(server: &EmbeddedS3) -> Self {
        Self {
            address: server
                .endpoint()
                .trim_start_matches("http://")
                .parse()
                .unwrap(),
            access_key_id: server.access_key_id().to_owned(),
            secret_access_key: server.secret_access_key().to_owned(),
            clock_behind: Duration::ZERO,
        }
    }

    /// A call on `bucket/key`, the key as it is.
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call {
            client: self,
            method,
            path: format!("/{path}"),
            query: Vec::new(),
            headers: Vec::new(),
            body: Bytes::new(),
            payload_hash: None,
        }
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub fn head(&self, path: &str) -> Call<'_> {
        self.call(Method::HEAD, path)
    }

    pub fn put(&self, path: &str) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    pub fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    pub fn delete(&self, path: &str) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// Creates an upload, and returns its id.
    pub async fn create_upload(&self, path: &str) -> String {
        let reply = self.post(path).query("uploads", "").ok().await;
        reply.field("UploadId").unwrap()
    }

    /// Uploads a part, and returns its ETag, quotes included.
    pub async fn upload_part(&self, path: &str, id: &str, number: u32, body: &Bytes) -> String {
        self.part(path, id, number, body).ok().await.header("etag")
    }

    pub fn part(&self, path: &str, id: &str, number: u32, body: &Bytes) -> Call<'_> {
        self.put(path)
            .query("partNumber", &number.to_string())
            .query("uploadId", id)
            .body(body.clone())
    }

    pub fn complete(&self, path: &str, id: &str, parts: &[(u32, &str)]) -> Call<'_> {
        let parts: String = parts
            .iter()
            .map(|(number, etag)| {
                format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>")
            })
            .collect();
        self.post(path).query("uploadId", id).body(format!(
            "<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>"
        ))
    }
}

impl Call<'_> {
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Signs the body too, instead of `UNSIGNED-PAYLOAD`.
    pub fn signed_body(mut self) -> Self {
        self.payload_hash = Some(hex(&Sha256::digest(&self.body)));
        self
    }

    /// The request line and headers, as text, for tests that write to the socket themselves.
    pub fn head_text(&self) -> String {
        let request = self.sign();
        let mut text = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri());
        for (name, value) in request.headers() {
            text += &format!("{name}: {}\r\n", value.to_str().unwrap());
        }
        text + &format!("content-length: {}\r\n\r\n", self.body.len())
    }

    /// Sends it on a connection of its own.
    pub async fn send(self) -> Result<Reply, Box<dyn Error + Send + Sync>> {
        let request = self.sign();
        let stream = TcpStream::connect(self.client.address).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let running = tokio::spawn(connection);
        let response = sender.send_request(request).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        running.abort();
        Ok(Reply {
            status: head.status,
            headers: head.headers,
            body,
        })
    }

    /// Sends it, and expects success.
    pub async fn ok(self) -> Reply {
        let reply = self.send().await.unwrap();
        assert!(reply.status.is_success(), "{reply:?}");
        reply
    }

    /// Sends it, and expects this status and S3 error code.
    pub async fn fails(self, status: u16, code: &str) -> Reply {
        let reply = self.send().await.unwrap();
        assert_eq!(reply.status, status, "{reply:?}");
        assert_eq!(reply.field("Code").as_deref(), Some(code), "{reply:?}");
        reply
    }

    fn sign(&self) -> Request<Full<Bytes>> {
        let now = Timestamp::from(SystemTime::now() - self.client.clock_behind);
        let mut text = Vec::new();
        now.format(TimestampFormat::DateTime, &mut text).unwrap();
        let time = String::from_utf8(text).unwrap();
        let time = time.split('.').next().unwrap().replace(['-', ':'], "") + "Z";
        let day = &time[..8];
        let payload = self
            .payload_hash
            .clone()
            .unwrap_or_else(|| UNSIGNED.to_owned());

        let mut headers = self.headers.clone();
        headers.push(("host".to_owned(), self.client.address.to_string()));
        headers.push(("x-amz-content-sha256".to_owned(), payload.clone()));
        headers.push(("x-amz-date".to_owned(), time.clone()));
        headers.sort();
        let canonical_headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}:{value}\n"))
            .collect();
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");

        let mut query: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name, ""), encode(value, "")))
            .collect();
        query.sort();
        let query = query.join("&");
        let path = encode(&self.path, "/");
        let method = &self.method;
        let canonical =
            format!("{method}\n{path}\n{query}\n{canonical_headers}\n{names}\n{payload}");
        let scope = format!("{day}/us-east-1/s3/aws4_request");
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{time}\n{scope}\n{}",
            hex(&Sha256::digest(canonical))
        );
        let secret = format!("AWS4{}", self.client.secret_access_key);
        let key = [day, "us-east-1", "s3", "aws4_request"]
            .iter()
            .fold(secret.into_bytes(), |key, step| hmac(&key, step));
        let signature = hex(&hmac(&key, &to_sign));
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
            self.client.access_key_id
        );

        let uri = if query.is_empty() {
            path
        } else {
            format!("{path}?{query}")
        };
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        request
            .header("authorization", authorization)
            .body(Full::new(self.body.clone()))
            .unwrap()
    }
}

impl Reply {
    /// The text of the first XML element of this name.
    pub fn field(&self, name: &str) -> Option<String> {
        self.fields(name).into_iter().next()
    }

    /// The texts of all XML elements of this name.
    pub fn fields(&self, name: &str) -> Vec<String> {
        let body = String::from_utf8_lossy(&self.body);
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        body.split(&open)
            .skip(1)
            .filter_map(|rest| Some(rest.split_once(&close)?.0.replace("&quot;", "\"")))
            .collect()
    }

    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).unwrap().to_str().unwrap().to_owned()
    }
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn encode(text: &str, keep: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ if keep.as_bytes().contains(&byte) => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
