use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::auth::{Sessions, User, hash_password, verify_password};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

#[test]
fn a_password_matches_only_its_own_hash() {
    let hash = hash_password("correct horse").unwrap();
    assert!(hash.starts_with("$argon2id$"));
    assert!(verify_password("correct horse", &hash));
    assert!(!verify_password("correct horsf", &hash));
    assert!(!verify_password("correct horse", "not a hash"));
    assert_ne!(hash, hash_password("correct horse").unwrap(), "each hash has its own salt");
    assert!(hash_password("short").is_err());
}

#[test]
fn guessing_waits_longer_each_time_and_only_where_it_happens() {
    let sessions = Sessions::default();
    let mut before = Duration::ZERO;
    for _ in 0..4 {
        sessions.failed("cms", HERE);
        let delay = sessions.delay("cms", HERE);
        assert!(delay > before);
        before = delay;
    }
    let elsewhere = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    assert_eq!(sessions.delay("cms", elsewhere), Duration::ZERO);
    assert_eq!(sessions.delay("other", HERE), Duration::ZERO);
}

#[test]
fn guesses_made_side_by_side_wait_too() {
    let sessions = Sessions::default();
    let running: Vec<_> = (0..4).map(|_| sessions.attempt("cms", HERE).ok().unwrap()).collect();
    assert!(sessions.attempt("cms", HERE).is_err());
    assert!(sessions.attempt("ann", HERE).is_ok());
    drop(running);
    assert!(sessions.attempt("cms", HERE).is_ok());
}

#[test]
fn a_token_is_good_until_it_is_closed() {
    let sessions = Sessions::default();
    let user = User { name: "ann".to_owned(), administrator: false };
    let token = sessions.open(user.clone(), HERE).unwrap();
    assert_eq!(sessions.user(&token), Some(user));
    assert_eq!(sessions.user(&token[1..]), None);
    sessions.close(&token);
    assert_eq!(sessions.user(&token), None);
}
