//! Until when a certificate is good, read out of its bytes (X.509 in DER, RFC 5280 section 4.1): two moments at a fixed place need
//! no library of their own.

use chrono::{NaiveDateTime, ParseResult};
use model::Moment;

const SEQUENCE: u8 = 0x30;
/// Tag of the version, which a certificate of the first one lacks.
const VERSION: u8 = 0xa0;
/// A year in two digits.
const UTC_TIME: u8 = 0x17;
/// A year in four digits, from 2050 on.
const GENERALIZED_TIME: u8 = 0x18;

/// First and last moment at which a certificate is good; `None` if it is no certificate.
pub fn validity(certificate: &[u8]) -> Option<(Moment, Moment)> {
    let (times, _) = sequence(issued(certificate)?.1)?;
    let (tag, from, rest) = item(times)?;
    let from = moment(tag, from)?;
    let (tag, to, _) = item(rest)?;
    Some((from, moment(tag, to)?))
}

/// Whether a certificate was issued by somebody else than whom it is about; `None` if it is no certificate.
pub fn is_of_authority(certificate: &[u8]) -> Option<bool> {
    let (issuer, rest) = issued(certificate)?;
    let (_, subject, _) = item(item(rest)?.2)?;
    Some(issuer != subject)
}

/// The issuer of a certificate, and what comes behind that: the times, and whom it is about.
fn issued(certificate: &[u8]) -> Option<(&[u8], &[u8])> {
    let (certificate, _) = sequence(certificate)?;
    let (mut rest, _) = sequence(certificate)?;
    if rest.first() == Some(&VERSION) {
        rest = item(rest)?.2;
    }
    // Serial number, algorithm.
    for _ in 0..2 {
        rest = item(rest)?.2;
    }
    let (_, issuer, rest) = item(rest)?;
    Some((issuer, rest))
}

/// Tag and content of the first item, and what comes behind it.
fn item(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (length.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

fn sequence(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (tag, content, rest) = item(bytes)?;
    (tag == SEQUENCE).then_some((content, rest))
}

fn moment(tag: u8, content: &[u8]) -> Option<Moment> {
    let text = std::str::from_utf8(content).ok()?;
    let parse = |text: &str| -> ParseResult<NaiveDateTime> { NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%SZ") };
    let parsed = match tag {
        // Two digits stand for 1950 to 2049.
        UTC_TIME if text.get(..1)? < "5" => parse(&format!("20{text}")),
        UTC_TIME => parse(&format!("19{text}")),
        GENERALIZED_TIME => parse(text),
        _ => return None,
    };
    Some(Moment(parsed.ok()?.and_utc().timestamp()))
}

#[cfg(test)]
#[path = "../tests/validity.rs"]
mod tests;
