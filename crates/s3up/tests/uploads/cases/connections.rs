//! Connections by authorities of one's own and through a proxy.

use s3up::{ConfigError, ObjectOptions, S3Config};

use super::{Client, uploader};
use crate::scene::{BUCKET, config, data};
use crate::tls_server::{answer_one, proxy_one};

async fn upload(config: &S3Config) -> Result<(), s3up::Error> {
    let object = ObjectOptions::default();
    let mut upload = uploader(config).start(BUCKET, "k", object).await?;
    upload.write(data(10)).await?;
    upload.finish().await.map(drop)
}

#[tokio::test]
async fn an_authority_that_was_given_is_trusted() {
    let (endpoint, pem, server) = answer_one();
    let mut config = config(&endpoint, "id", "secret");
    config.authorities = Some(pem);
    upload(&config).await.unwrap();
    let head = server.join().unwrap();
    assert!(head.starts_with("PUT /lake/k"), "{head}");
}

#[tokio::test]
async fn a_proxy_sees_an_address_and_no_keys() {
    let (endpoint, pem, server) = answer_one();
    let (address, proxy) = proxy_one();
    let mut config = config(&endpoint, "CANARY-ID", "CANARY-SECRET");
    config.authorities = Some(pem);
    config.proxy = Some(format!("http://user:pass@{address}").parse().unwrap());
    upload(&config).await.unwrap();
    assert!(server.join().unwrap().contains("CANARY-ID"));
    let tunnel = proxy.join().unwrap();
    let to = endpoint.trim_start_matches("https://");
    assert!(tunnel.starts_with(&format!("CONNECT {to} ")), "{tunnel}");
    // user:pass
    assert!(tunnel.contains("Basic dXNlcjpwYXNz"), "{tunnel}");
    assert!(!tunnel.contains("CANARY"), "{tunnel}");
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let mut config = config("https://s3.example.org", "id", "secret");
    config.proxy = Some(format!("http://{address}").parse().unwrap());
    let error = upload(&config).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("the proxy"), "{cause}");
}

#[tokio::test]
async fn certificates_that_are_none_are_refused() {
    let mut config = config("https://s3.example.org", "id", "secret");
    config.authorities = Some(b"no certificate".to_vec());
    let error = Client::new(&config).err().unwrap();
    assert!(matches!(error, ConfigError::Authorities { .. }), "{error}");
}
