use std::sync::Arc;

use rustls::{AlertDescription, ClientConnection, Error, ServerConnection};
use rustls_pki_types::ServerName;

use crate::{Fingerprint, Identity, IdentityError, connecting, listening, stranger};

/// Certificate and key, PEM.
fn made() -> (String, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["nobody".to_owned()]).unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn identity((certificate, key): &(String, String)) -> Identity {
    Identity::from_pem(certificate.as_bytes(), key.as_bytes()).unwrap()
}

/// Shakes hands without a socket; how it ended for the end that listens, and for the other one.
fn shake(
    server: (&(String, String), Option<Vec<Fingerprint>>),
    client: (Vec<Fingerprint>, Option<&(String, String)>),
) -> (Result<(), Error>, Result<(), Error>) {
    let listens = listening(identity(server.0), server.1).unwrap();
    let connects = connecting(client.0, client.1.map(identity)).unwrap();
    let mut listens = ServerConnection::new(Arc::new(listens)).unwrap();
    let name = ServerName::try_from("someone.else").unwrap();
    let mut connects = ClientConnection::new(Arc::new(connects), name).unwrap();
    let (mut heard, mut told) = (Ok(()), Ok(()));
    for _ in 0..4 {
        let mut wire = Vec::new();
        while connects.wants_write() {
            connects.write_tls(&mut wire).unwrap();
        }
        while heard.is_ok() && !wire.is_empty() {
            let read = listens.read_tls(&mut wire.as_slice()).unwrap();
            wire.drain(..read);
            heard = listens.process_new_packets().map(drop);
        }
        let mut wire = Vec::new();
        while listens.wants_write() {
            listens.write_tls(&mut wire).unwrap();
        }
        while told.is_ok() && !wire.is_empty() {
            let read = connects.read_tls(&mut wire.as_slice()).unwrap();
            wire.drain(..read);
            told = connects.process_new_packets().map(drop);
        }
    }
    if heard.is_ok() && told.is_ok() {
        assert!(!listens.is_handshaking() && !connects.is_handshaking(), "it came to an end");
        assert_eq!(listens.alpn_protocol(), None);
    }
    (heard, told)
}

#[test]
fn who_is_known_comes_in_whatever_name_and_dates_say() {
    let (server, switch, other) = (made(), made(), made());
    let fingerprint = |of: &(String, String)| identity(of).fingerprint();
    let known = || vec![fingerprint(&other), fingerprint(&server)];
    assert_eq!(shake((&server, None), (known(), None)), (Ok(()), Ok(())));
    assert_eq!(shake((&server, None), (known(), Some(&switch))), (Ok(()), Ok(())));
    let accept = || Some(vec![fingerprint(&other), fingerprint(&switch)]);
    assert_eq!(shake((&server, accept()), (known(), Some(&switch))), (Ok(()), Ok(())));
}

#[test]
fn strangers_are_refused_and_each_end_can_tell_why() {
    let (server, switch, other) = (made(), made(), made());
    let fingerprint = |of: &(String, String)| identity(of).fingerprint();
    let known = || vec![fingerprint(&server)];
    let accept = || Some(vec![fingerprint(&switch)]);

    let (heard, told) = shake((&server, accept()), (vec![fingerprint(&other)], Some(&switch)));
    let error = told.unwrap_err();
    assert_eq!(stranger(&error).map(|stranger| stranger.found), Some(fingerprint(&server)));
    assert_eq!(stranger(&error).map(|stranger| stranger.known.clone()), Some(vec![fingerprint(&other)]));
    assert_eq!(heard, Err(Error::AlertReceived(AlertDescription::CertificateUnknown)));

    let (heard, told) = shake((&server, accept()), (known(), Some(&other)));
    assert_eq!(heard.as_ref().err().and_then(stranger).map(|stranger| stranger.found), Some(fingerprint(&other)));
    assert_eq!(told, Err(Error::AlertReceived(AlertDescription::CertificateUnknown)));

    let (heard, told) = shake((&server, accept()), (known(), None));
    assert_eq!(heard, Err(Error::NoCertificatesPresented));
    assert_eq!(told, Err(Error::AlertReceived(AlertDescription::CertificateRequired)));
}

#[test]
fn files_that_are_no_identity_say_which() {
    let (mine, other) = (made(), made());
    let error = |certificate: &str, key: &str| Identity::from_pem(certificate.as_bytes(), key.as_bytes()).unwrap_err();
    assert_eq!(error(&mine.1, &mine.1), IdentityError::Certificate);
    assert_eq!(error("-----BEGIN CERTIFICATE-----\nA", &mine.1), IdentityError::Certificate);
    assert_eq!(error(&mine.0, &mine.0), IdentityError::Key);
    let mixed = || identity(&(mine.0.clone(), other.1.clone()));
    assert!(matches!(listening(mixed(), None), Err(IdentityError::Pair(_))));
    assert!(matches!(connecting(Vec::new(), Some(mixed())), Err(IdentityError::Pair(_))));
}

#[test]
fn fingerprints_are_read_as_tools_print_them() {
    let plain = Fingerprint::of(b"certificate");
    let text = plain.to_string();
    let pairs: Vec<String> =
        text.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).to_uppercase()).collect();
    assert_eq!(pairs.join(":").parse(), Ok(plain));
    assert!(text[1..].parse::<Fingerprint>().is_err() && "x".repeat(64).parse::<Fingerprint>().is_err());
}
