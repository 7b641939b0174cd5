use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use api::{ErrorBody, ErrorCode};

use crate::auth::{FAILURES_MAX, PRESENT, Sessions, User, hash_password, too_many, verify_password};

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
    assert!(too_many("cms", before).message.starts_with("too many wrong passwords for cms: try again in "));
    sessions.failed("ann", HERE);
    let once = too_many("ann", sessions.delay("ann", HERE)).message;
    assert_eq!(once, "a wrong password was given for ann a moment ago: try again in 1 s");
    assert_eq!(sessions.delay("other", HERE), Duration::ZERO);
}

/// Whoever fills the memory of wrong passwords with names does not get to guess at one of them undisturbed.
#[test]
fn guessing_goes_on_being_slowed_when_no_more_can_be_remembered() {
    let sessions = Sessions::default();
    sessions.failed("cms", HERE);
    (1..FAILURES_MAX).for_each(|number| sessions.failed(&format!("nobody{number}"), HERE));
    sessions.failed("one too many", HERE);
    assert_eq!(sessions.delay("one too many", HERE), Duration::ZERO);
    let before = sessions.delay("cms", HERE);
    sessions.failed("cms", HERE);
    assert!(sessions.delay("cms", HERE) > before);
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

#[test]
fn whoever_is_signed_out_is_told_why() {
    let sessions = Sessions::since(Instant::now() - PRESENT);
    let user = |name: &str| User { name: name.to_owned(), administrator: true };
    let (ann, bob) = (sessions.open(user("ann"), HERE).unwrap(), sessions.open(user("bob"), HERE).unwrap());
    let notice = ErrorBody::new(ErrorCode::SingleUser, "one at a time");
    let mut stirred = sessions.stirred();
    assert_eq!(sessions.sign_out(|known| known.name != "ann", &notice), 1);
    assert!(stirred.has_changed().unwrap());
    stirred.mark_unchanged();
    assert_eq!((sessions.user(&bob), sessions.why_ended(&bob)), (None, Some(notice.clone())));
    assert_eq!((sessions.user(&ann), sessions.why_ended(&ann)), (Some(user("ann")), None));
    // One at a time, but the same one as often as wanted.
    let alone = |who: &str, holder| sessions.open_alone(user(who), HERE, &notice, holder).unwrap();
    assert_eq!(alone("bob", None), Err("ann".to_owned()));
    let again = alone("ann", None).unwrap();
    sessions.close(&ann);
    sessions.close(&again);
    // Whoever has set it keeps the place over signing out, and takes it back from whoever has come meanwhile.
    assert_eq!(alone("bob", Some("ann")), Err("ann".to_owned()));
    let bob = alone("bob", Some("eve")).unwrap();
    assert_eq!(alone("cat", Some("eve")), Err("bob".to_owned()));
    let eve = alone("eve", Some("eve")).unwrap();
    assert_eq!((sessions.user(&bob), sessions.why_ended(&bob)), (None, Some(notice.clone())));
    assert_eq!(sessions.user(&eve), Some(user("eve")));
    // It is over, which whoever was signed out learns as late as that; what others are told stays.
    let removed = ErrorBody::new(ErrorCode::NotSignedIn, "removed");
    sessions.sign_out(|known| known.name == "eve", &removed);
    let over = ErrorBody::new(ErrorCode::NotSignedIn, "it is over");
    sessions.let_in_again(&over);
    assert_eq!([bob, eve].map(|token| sessions.why_ended(&token)), [Some(over), Some(removed)]);
}

/// What was asked for before a server was started anew, it has forgotten: nobody comes in at once in the place of whoever set
/// single-user mode.
#[test]
fn the_one_place_is_kept_over_a_restart() {
    let user = |name: &str| User { name: name.to_owned(), administrator: true };
    let notice = ErrorBody::new(ErrorCode::SingleUser, "one at a time");
    let started = Sessions::default();
    let alone = |sessions: &Sessions, who: &str| sessions.open_alone(user(who), HERE, &notice, Some("ann")).unwrap();
    assert_eq!(alone(&started, "bob"), Err("ann".to_owned()));
    assert!(alone(&started, "ann").is_ok());
    let started = Sessions::since(Instant::now() - PRESENT);
    assert!(alone(&started, "bob").is_ok(), "ann has not come in all the time");
}
