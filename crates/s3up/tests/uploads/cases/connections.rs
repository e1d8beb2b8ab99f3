//! Connections by authorities of one's own and through a proxy.

use s3up::{ConfigError, ObjectOptions, S3Config};

use super::{Client, client, uploader};
use crate::scene::{BUCKET, config, data};
use crate::tls_server::{HOSTS, STORED, answer_each, answer_one, proxy_each, proxy_one};

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

/// The host that S3 names for a new bucket is asked in its own name, with a signature for it.
#[tokio::test]
async fn a_redirect_of_s3_is_signed_for_its_target() {
    let redirect = "HTTP/1.1 307 X\r\nlocation: https://lake.s3-eu-west-3.amazonaws.com/k\r\n\
                    x-amz-bucket-region: eu-west-3\r\nconnection: close\r\n\
                    content-length: 0\r\n\r\n";
    let (server, pem, requests) = answer_each(&[redirect, STORED]);
    let (proxy, tunnels) = proxy_each(2, Some(server));
    let mut config = config("https://unused.example.org", "id", "secret");
    config.endpoint = s3up::Endpoint::Aws;
    config.region = "eu-west-3".into();
    config.authorities = Some(pem);
    config.proxy = Some(format!("http://{proxy}").parse().unwrap());
    upload(&config).await.unwrap();
    let asked = |heads: Vec<String>, at: usize| -> Vec<String> {
        let words = |head: &String| head.split_whitespace().nth(at).unwrap().to_owned();
        heads.iter().map(words).collect()
    };
    let tunnels = asked(tunnels.join().unwrap(), 1);
    assert_eq!(tunnels, HOSTS.map(|host| format!("{host}:443")));
    let requests = requests.join().unwrap();
    let signatures: std::collections::BTreeSet<_> = requests
        .iter()
        .map(|head| head.split("Signature=").nth(1).unwrap().lines().next())
        .collect();
    assert_eq!(signatures.len(), 2);
    for (request, host) in requests.iter().zip(HOSTS) {
        let said = format!("\r\nhost: {host}\r\n");
        assert!(request.to_ascii_lowercase().contains(&said), "{request}");
        assert!(request.contains("/eu-west-3/s3/aws4_request"), "{request}");
    }
    let paths: Vec<_> = asked(requests, 1)
        .iter()
        .map(|path| path.split('?').next().unwrap().to_owned())
        .collect();
    assert_eq!(paths, ["/lake/k", "/k"]);
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

#[tokio::test]
async fn a_bucket_stands_in_the_host_where_that_is_asked_for() {
    // A proxy leads every host to this server, so that no resolver has to know one.
    let (server, pem, requests) = answer_each(&[STORED]);
    let (proxy, tunnels) = proxy_each(1, Some(server));
    let host = HOSTS[1];
    let (bucket, endpoint) = host.split_once('.').unwrap();
    let mut config = config(&format!("https://{endpoint}"), "id", "secret");
    config.addressing = s3up::Addressing::VirtualHost;
    config.authorities = Some(pem);
    config.proxy = Some(format!("http://{proxy}").parse().unwrap());
    let request = s3up::PutObject {
        object: s3up::NewObject {
            bucket: bucket.into(),
            key: "a/b c".into(),
            ..s3up::NewObject::default()
        },
        body: data(3).into(),
        ..s3up::PutObject::default()
    };
    client(&config).put_object(request).await.unwrap();
    let tunnel = tunnels.join().unwrap().remove(0);
    assert!(
        tunnel.starts_with(&format!("CONNECT {host}:443 ")),
        "{tunnel}"
    );
    let head = requests.join().unwrap().remove(0).to_ascii_lowercase();
    assert!(head.starts_with("put /a/b%20c"), "{head}");
    assert!(head.contains(&format!("host: {host}")), "{head}");
}
