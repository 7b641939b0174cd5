//! Real handshakes with a one-connection server: what each kind of trust accepts and refuses.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::{Address, Client, ClientError, Fingerprint, Trust};

/// A plain server that gives this answer to one request; its URL.
pub(super) fn answer_once(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request);
        let _ = stream.write_all(&answer);
    });
    url
}

/// A TLS server with a new certificate that answers every connection once: its URL, certificate and PEM.
fn tls_server() -> (String, CertificateDer<'static>, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = rustls::Stream::new(&mut connection, &mut stream);
            let mut request = [0; 4096];
            if tls.read(&mut request).is_ok_and(|read| read > 0) {
                let body = r#"{"server":"cms1","role":"primary","version":"0","acds":[]}"#;
                let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
                let _ = tls.write_all(format!("{head}{body}").as_bytes());
                let _ = tls.flush();
            }
        }
    });
    (url, certificate, made.cert.pem())
}

fn health(url: &str, trust: Trust) -> Result<api::Health, ClientError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::new(Address { url: url.to_owned(), trust })?;
    runtime.block_on(client.health(Duration::from_secs(10)))
}

#[test]
fn trust_begins_with_the_fingerprint_and_holds_on_to_it() {
    let (url, certificate, pem) = tls_server();
    let fingerprint = Fingerprint::of(&certificate);
    match health(&url, Trust::FirstUse) {
        Err(ClientError::UnknownCertificate { fingerprint: found, url: named }) => {
            assert_eq!((found, named), (fingerprint.to_string(), url.clone()));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(health(&url, Trust::Fingerprint(fingerprint)).unwrap().server, "cms1");
    let another = Fingerprint::of(b"another");
    match health(&url, Trust::Fingerprint(another)) {
        Err(ClientError::ChangedCertificate { expected, found, .. }) => {
            assert_eq!((expected, found), (another.to_string(), fingerprint.to_string()));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(health(&url, Trust::CaFile(pem.into_bytes())).unwrap().server, "cms1");
    let (_, _, foreign) = tls_server();
    let refused = health(&url, Trust::CaFile(foreign.into_bytes()));
    assert!(matches!(refused, Err(ClientError::Untrusted { .. })), "{refused:?}");
}
