//! Until when a certificate is good, of certificates that were made for it.

use model::Moment;

use super::{is_of_authority, validity};

fn certificate(from: (i32, u8, u8), to: (i32, u8, u8)) -> Vec<u8> {
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
    params.not_after = rcgen::date_time_ymd(to.0, to.1, to.2);
    params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().der().to_vec()
}

fn midnight(date: &str) -> Moment {
    let date: chrono::NaiveDate = date.parse().unwrap();
    Moment(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp())
}

#[test]
fn both_ways_to_write_a_year_are_read() {
    let check = |from, to, first: &str, last: &str| {
        assert_eq!(validity(&certificate(from, to)), Some((midnight(first), midnight(last))));
    };
    check((1999, 12, 31), (2024, 2, 29), "1999-12-31", "2024-02-29");
    check((2025, 1, 1), (2049, 12, 31), "2025-01-01", "2049-12-31");
    check((2026, 11, 27), (2050, 1, 1), "2026-11-27", "2050-01-01");
}

#[test]
fn what_is_no_certificate_has_no_end() {
    let whole = certificate((2025, 1, 1), (2035, 1, 1));
    assert_eq!(validity(b"no certificate"), None);
    assert_eq!(validity(&whole[..40]), None);
    assert_eq!(validity(&[]), None);
}

#[test]
fn who_issued_it_is_read() {
    let own = certificate((2025, 1, 1), (2035, 1, 1));
    assert_eq!(is_of_authority(&own), Some(false));
    let named = |name: &str| {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params
    };
    let authority = rcgen::KeyPair::generate().unwrap();
    let issuer = rcgen::Issuer::new(named("an authority"), authority);
    let issued = named("a server").signed_by(&rcgen::KeyPair::generate().unwrap(), &issuer).unwrap();
    assert_eq!(is_of_authority(issued.der()), Some(true));
    assert_eq!(is_of_authority(b"no certificate"), None);
}
