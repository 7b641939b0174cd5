use std::error::Error;
use std::io;
use std::time::Duration;

use proptest::prelude::*;

use crate::{Address, Client, ClientError, EventStream, Fingerprint, StreamEvent, TooLarge, Trust};

mod handshake;

fn events(chunks: &[&[u8]]) -> Vec<(String, Option<String>)> {
    let mut stream = EventStream::new(1000);
    let mut found = Vec::new();
    for chunk in chunks {
        stream.push(chunk).unwrap();
        while let Some(StreamEvent { data, id }) = stream.next_event() {
            found.push((String::from_utf8(data).unwrap(), id));
        }
    }
    found
}

fn check(text: &str, expect: &[(&str, Option<&str>)]) {
    let found = events(&[text.as_bytes()]);
    let expect: Vec<_> = expect.iter().map(|(data, id)| (data.to_string(), id.map(str::to_owned))).collect();
    assert_eq!(found, expect, "{text:?}");
}

#[test]
fn event_streams_are_taken_apart() {
    check("data: a\n\n", &[("a", None)]);
    check("event: sheet\nid: 7\ndata:{\"x\":1}\n\n", &[("{\"x\":1}", Some("7"))]);
    check("data: a\r\ndata: b\r\n\r\n:comment\n\ndata: c\r\r", &[("a\nb", None), ("c", None)]);
    check("id: 1\ndata: a\n\ndata: b\n\n", &[("a", Some("1")), ("b", Some("1"))]);
    check("data\n\n", &[("", None)]);
    check("data: unfinished\n", &[]);
    check("retry: 5\n\n\n\n", &[]);
}

#[test]
fn an_oversized_event_is_refused() {
    let mut stream = EventStream::new(10);
    assert_eq!(stream.push(b"data: 123\ndata: 4567"), Err(TooLarge { max_bytes: 10 }));
    assert_eq!(EventStream::new(10).push(&[b'x'; 11]), Err(TooLarge { max_bytes: 10 }));
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same_events(
        lines in prop::collection::vec("(data: ?[a-z]{0,5}|id: [0-9]{1,3}|:[a-z]{0,3}|event: x|)(\n|\r\n|\r)", 0..20),
        cuts in prop::collection::vec(0usize..100, 0..20),
    ) {
        let text = lines.concat();
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|&cut| cut <= text.len()).collect();
        cuts.extend([0, text.len()]);
        cuts.sort();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &text.as_bytes()[pair[0]..pair[1]]).collect();
        prop_assert_eq!(events(&chunks), events(&[text.as_bytes()]));
    }
}

#[test]
fn fingerprints_are_read_as_people_write_them() {
    let plain = Fingerprint::of(b"certificate");
    let text = plain.to_string();
    assert_eq!(text.len(), 64);
    let colons: Vec<String> =
        text.to_uppercase().as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into()).collect();
    assert_eq!(colons.join(":").parse(), Ok(plain));
    assert!("12ab".parse::<Fingerprint>().unwrap_err().to_string().contains("64"));
    assert!(text.replace(&text[..1], "g").parse::<Fingerprint>().is_err());
}

#[test]
fn only_sound_addresses_are_taken() {
    let refusal = |url: &str| {
        let address = Address { url: url.to_owned(), trust: Trust::FirstUse };
        Client::new(address).err().map(|error| error.to_string())
    };
    for url in
        ["https://cms1:8443", "https://cms1:8443/", "http://127.0.0.1:80", "http://[::1]:80", "http://localhost:1"]
    {
        assert_eq!(refusal(url), None, "{url}");
    }
    for (url, part) in [
        ("http://cms1:80", "this PC only"),
        ("cms1", "relative URL"),
        ("ftp://cms1", "https://"),
        ("https://cms1/path", "follow"),
        ("https://u:p@cms1", "password"),
    ] {
        assert!(refusal(url).unwrap().contains(part), "{url}: {:?}", refusal(url));
    }
    let address = Address { url: "https://cms1".to_owned(), trust: Trust::CaFile(b"nothing".to_vec()) };
    assert!(matches!(Client::new(address), Err(ClientError::Untrusted { why, .. }) if why.contains("no certificate")));
}

#[test]
fn a_server_that_is_not_there_is_unreachable_and_named() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = Client::new(Address { url: format!("http://{free}"), trust: Trust::FirstUse }).unwrap();
    let error = runtime.block_on(client.health(Duration::from_secs(5))).unwrap_err();
    assert!(matches!(&error, ClientError::Unreachable { url, .. } if url.contains(&free.to_string())), "{error:?}");
    assert!(error.source().is_none());
}

/// A server that awaits TLS answers a request without with an alert.
#[test]
fn https_is_named_where_http_was_written() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = handshake::answer_once(b"\x15\x03\x03\x00\x02\x02\x32".to_vec());
    let client = Client::new(Address { url, trust: Trust::FirstUse }).unwrap();
    let error = runtime.block_on(client.health(Duration::from_secs(5))).unwrap_err();
    assert!(error.to_string().ends_with("cannot be reached: it speaks HTTPS there: write https://"), "{error}");
}

#[test]
fn an_answer_of_something_else_is_garbled() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = handshake::answer_once(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".to_vec());
    let client = Client::new(Address { url, trust: Trust::FirstUse }).unwrap();
    let error = runtime.block_on(client.health(Duration::from_secs(5))).unwrap_err();
    assert!(matches!(error, ClientError::Garbled { .. }), "{error:?}");
}

#[test]
fn a_refusal_carries_the_servers_words() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let body = r#"{"code":"wrong_password","message":"user name or password is wrong"}"#;
    let url = handshake::answer_once(
        format!("HTTP/1.1 401 Unauthorized\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes(),
    );
    let client = Client::new(Address { url, trust: Trust::FirstUse }).unwrap();
    let error = runtime.block_on(client.login("cms", "x")).unwrap_err();
    assert_eq!(error.refusal().unwrap().code, api::ErrorCode::WrongPassword);
    assert!(!client.has_token());
}

#[test]
fn a_token_that_the_server_does_not_know_any_more_is_forgotten() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let body = r#"{"code":"not_signed_in","message":"sign in first"}"#;
    let url = handshake::answer_once(
        format!("HTTP/1.1 401 Unauthorized\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes(),
    );
    let client = Client::new(Address { url, trust: Trust::FirstUse }).unwrap();
    client.take_token("of before the server was started again".to_owned());
    assert_eq!(runtime.block_on(client.is_signed_in()), Ok(false));
    assert!(!client.has_token());
    // Nobody is there: that says nothing of the token.
    client.take_token("another".to_owned());
    assert!(runtime.block_on(client.is_signed_in()) == Ok(true) && client.has_token());
}

#[test]
fn a_certificate_problem_is_found_inside_io_errors() {
    let problem = rustls::Error::InvalidCertificate(rustls::CertificateError::Expired);
    let wrapped = io::Error::other(io::Error::other(problem));
    assert!(crate::error::is_about_certificate(&wrapped));
    assert!(!crate::error::is_about_certificate(&io::Error::other("other")));
}

#[test]
fn an_expired_certificate_is_told_with_its_date() {
    let at = |secs| rustls::pki_types::UnixTime::since_unix_epoch(Duration::from_secs(secs));
    let expired = rustls::CertificateError::ExpiredContext { time: at(1_795_766_400), not_after: at(1_767_225_600) };
    let told = crate::error::told_of_certificate(&rustls::Error::InvalidCertificate(expired));
    assert_eq!(told.as_deref(), Some("it expired on 2026-01-01T00:00:00Z"));
}
