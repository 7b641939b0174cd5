use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use api::LinkState;

use super::{REPORT, frame, health};
use crate::network::mailbox::Mailbox;
use crate::{NoticeLevel, ReportState, Update, Which};

fn all(mailbox: &Mailbox) -> Vec<Update> {
    std::iter::from_fn(|| mailbox.take()).collect()
}

#[test]
fn the_latest_frame_wins_and_waking_happens_once() {
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    let mailbox = Mailbox::new(move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    let start = Instant::now();
    let last = frame(Which::Secondary, LinkState::Up, start);
    for update in
        [frame(Which::Primary, LinkState::Up, start), health(Which::Primary, LinkState::Up, start), last.clone()]
    {
        mailbox.put(update);
    }
    assert_eq!(woken.load(Ordering::Relaxed), 1);
    assert_eq!(all(&mailbox), [health(Which::Primary, LinkState::Up, start), last]);
    mailbox.put(health(Which::Primary, LinkState::Down, start));
    assert_eq!(woken.load(Ordering::Relaxed), 2);
}

/// Each server is asked several times a second, and nothing is drawn for an answer that changes nothing in sight.
#[test]
fn a_server_that_tells_the_same_again_wakes_nobody() {
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    let mailbox = Mailbox::new(move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    let start = Instant::now();
    let later = |secs: i64| {
        let mut update = health(Which::Primary, LinkState::Up, start);
        if let Update::Health { health, .. } = &mut update {
            health.acds[0].acd_at = health.acds[0].acd_at.map(|at| at + secs);
        }
        update
    };
    let check = |expected: usize, what: &str| assert_eq!(woken.load(Ordering::Relaxed), expected, "{what}");
    mailbox.put(later(0));
    let _ = all(&mailbox);
    mailbox.put(later(1));
    check(1, "only its clock has gone on");
    mailbox.put(Update::Notice {
        which: None,
        level: NoticeLevel::Info,
        text: "news".to_owned(),
        lasting: None,
        at: start,
    });
    check(2, "news behind what wakes nobody");
    assert_eq!(all(&mailbox).len(), 2, "what waited is there");
    mailbox.put(health(Which::Primary, LinkState::Down, start));
    check(3, "its link is down");
    let _ = all(&mailbox);
    mailbox.put(Update::Unhealthy { which: Which::Primary, why: "refused".to_owned(), at: start });
    let _ = all(&mailbox);
    mailbox.put(health(Which::Primary, LinkState::Down, start));
    check(5, "it answers again");
}

#[test]
fn trouble_that_goes_on_unseen_keeps_the_time_it_began() {
    let mailbox = Mailbox::new(|| {});
    let start = Instant::now();
    let stale = |secs, why: &str| Update::Feed {
        which: Which::Primary,
        report: REPORT,
        state: ReportState::Stale { since: start + Duration::from_secs(secs), why: why.to_owned() },
    };
    let silent = |secs| Update::Unhealthy {
        which: Which::Primary,
        why: "no answer in time".to_owned(),
        at: start + Duration::from_secs(secs),
    };
    for update in [stale(1, "cut"), silent(1), stale(2, "refused"), silent(2)] {
        mailbox.put(update);
    }
    assert_eq!(all(&mailbox), [stale(1, "refused"), silent(1)]);
    mailbox.put(frame(Which::Primary, LinkState::Up, start));
    mailbox.put(stale(5, "cut"));
    assert_eq!(all(&mailbox), [frame(Which::Primary, LinkState::Up, start), stale(5, "cut")], "new trouble after data");
}

#[test]
fn nobody_looking_does_not_fill_the_memory() {
    let mailbox = Mailbox::new(|| {});
    let at = Instant::now();
    for number in 0..5000 {
        mailbox.put(Update::Notice {
            which: None,
            level: NoticeLevel::Info,
            text: number.to_string(),
            lasting: None,
            at,
        });
        mailbox.put(frame(Which::Primary, LinkState::Up, at));
    }
    let waiting = all(&mailbox);
    assert!(waiting.len() <= 2000, "{}", waiting.len());
    assert!(matches!(waiting.last(), Some(Update::Frame { .. })));
}
