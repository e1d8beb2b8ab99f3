//! A server that speaks TLS, with a certificate that it vouches for itself, and a proxy before it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};

/// Hosts of S3 for which the certificate stands, too, to whoever trusts it.
pub const HOSTS: [&str; 2] = [
    "s3.eu-west-3.amazonaws.com",
    "lake.s3-eu-west-3.amazonaws.com",
];

/// A key, and a certificate that is signed with it.
pub type Signed = (PKey<Private>, X509);

/// That of 127.0.0.1.
pub fn certificate() -> Signed {
    certificate_of("127.0.0.1")
}

/// That of another address.
pub fn certificate_of(ip: &str) -> Signed {
    let [from, until] = [0, 1].map(|days| Asn1Time::days_from_now(days).unwrap());
    signed(ip, &from, &until)
}

/// That of 127.0.0.1, which ended in 1970.
pub fn expired_certificate() -> Signed {
    let [from, until] = [0, 1].map(|second| Asn1Time::from_unix(second).unwrap());
    signed("127.0.0.1", &from, &until)
}

fn signed(ip: &str, from: &Asn1TimeRef, until: &Asn1TimeRef) -> Signed {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "127.0.0.1").unwrap();
    let name = name.build();
    let mut certificate = X509Builder::new().unwrap();
    certificate.set_version(2).unwrap();
    certificate.set_subject_name(&name).unwrap();
    certificate.set_issuer_name(&name).unwrap();
    certificate.set_pubkey(&key).unwrap();
    certificate.set_not_before(from).unwrap();
    certificate.set_not_after(until).unwrap();
    let authority = BasicConstraints::new().critical().ca().build().unwrap();
    certificate.append_extension(authority).unwrap();
    let mut names = SubjectAlternativeName::new();
    names.ip(ip);
    for host in HOSTS {
        names.dns(host);
    }
    let context = certificate.x509v3_context(None, None);
    let names = names.build(&context).unwrap();
    certificate.append_extension(names).unwrap();
    certificate.sign(&key, MessageDigest::sha256()).unwrap();
    (key, certificate.build())
}

/// What accepts TLS with such a certificate.
pub fn acceptor(key: &PKey<Private>, certificate: &X509) -> SslAcceptor {
    let mut acceptor = SslAcceptor::mozilla_intermediate(SslMethod::tls()).unwrap();
    acceptor.set_private_key(key).unwrap();
    acceptor.set_certificate(certificate).unwrap();
    acceptor.build()
}

/// Answers the first request, a small PUT, with an ETag. Gives the endpoint, the certificate in
/// PEM, and the request as it came.
pub fn answer_one() -> (String, Vec<u8>, JoinHandle<String>) {
    let (address, pem, server) = answer_each(&[STORED]);
    let one = std::thread::spawn(move || server.join().unwrap().remove(0));
    (format!("https://{address}"), pem, one)
}

/// The reply to a PUT that was stored.
pub const STORED: &str =
    "HTTP/1.1 200 OK\r\netag: \"e\"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Answers one small request a connection with these. Gives the address, the certificate in PEM,
/// and the requests as they came.
pub fn answer_each(replies: &[&'static str]) -> (SocketAddr, Vec<u8>, JoinHandle<Vec<String>>) {
    let (key, certificate) = certificate();
    let acceptor = acceptor(&key, &certificate);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let replies = replies.to_vec();
    let server = std::thread::spawn(move || {
        let answer = |reply: &str| {
            let (stream, _) = listener.accept().unwrap();
            let mut stream = acceptor.accept(stream).unwrap();
            let head = read_head(&mut stream);
            stream.write_all(reply.as_bytes()).unwrap();
            // Until the client has gone, lest its unread bytes break the connection.
            let _ = stream.read_to_end(&mut Vec::new());
            head
        };
        replies.into_iter().map(answer).collect()
    });
    (address, certificate.to_pem().unwrap(), server)
}

/// Tunnels one connection. Gives its address, and the request for the tunnel as it came.
pub fn proxy_one() -> (String, JoinHandle<String>) {
    let (address, proxy) = proxy_each(1, None);
    let one = std::thread::spawn(move || proxy.join().unwrap().remove(0));
    (address, one)
}

/// Tunnels so many connections, all of them to `far` if that is given, whatever was asked for.
/// Gives its address, and the requests for tunnels as they came.
pub fn proxy_each(
    connections: usize,
    far: Option<SocketAddr>,
) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let tunnel = move |_| {
        let (mut near, _) = listener.accept().unwrap();
        let head = read_head(&mut near);
        let to = head.split_whitespace().nth(1).unwrap();
        let far = match far {
            Some(far) => TcpStream::connect(far).unwrap(),
            None => TcpStream::connect(to).unwrap(),
        };
        near.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let (mut near_read, mut far_write) = (near.try_clone().unwrap(), far.try_clone().unwrap());
        let (mut near_write, mut far_read) = (near, far);
        std::thread::spawn(move || {
            // Either side may go away at any point, which ends the tunnel.
            let _ = std::io::copy(&mut near_read, &mut far_write);
            let _ = far_write.shutdown(std::net::Shutdown::Write);
        });
        let _ = std::io::copy(&mut far_read, &mut near_write);
        let _ = near_write.shutdown(std::net::Shutdown::Both);
        head
    };
    let proxy = std::thread::spawn(move || (0..connections).map(tunnel).collect());
    (address, proxy)
}

/// Reads byte by byte, so that nothing behind the head is taken.
fn read_head(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}
