//! What an administrator is told, and when a link is of no use.

use super::world::{Played, capture, settings};
use crate::asterisk::{Output, Settings};

const GREETING: &str = "Asterisk Call Manager/9.0.0\n";
const LOGGED_IN: &str = "Response: Success\nActionID: understudy-login\nMessage: Authentication accepted\n\n";
const LISTS: &str = "Event: CoreShowChannelsComplete\nActionID: understudy-channels\n\n\
                     Event: QueueStatusComplete\nActionID: understudy-queues\n\n";

fn begin(settings: Settings, text: &str) -> Played {
    let mut played = Played::new(settings);
    played.session.connected();
    played.receive(GREETING);
    played.receive(text);
    played
}

fn refused(text: &str) -> String {
    let played = begin(settings(), text);
    assert!(!played.session.is_up());
    played.refusal().expect("a refusal").to_string()
}

#[test]
fn something_else_answers() {
    let mut played = Played::new(settings());
    played.session.connected();
    played.receive("SSH-2.0-OpenSSH_9.6\n");
    let text = played.refusal().unwrap().to_string();
    assert!(text.contains("SSH-2.0") && text.contains("cms.toml"), "{text}");
}

#[test]
fn a_wrong_password() {
    let text = refused("Response: Error\nActionID: understudy-login\nMessage: Authentication failed\n\n");
    assert!(
        text.contains("\"cms\"") && text.contains("Authentication failed") && text.contains("manager.conf"),
        "{text}"
    );
}

/// The other actions may be allowed, and pings be answered: nothing is collected all the same.
#[test]
fn queues_that_may_not_be_listed() {
    let denied = "Response: Error\nActionID: understudy-queues\nMessage: Permission denied\n\n";
    let text = refused(&format!("{LOGGED_IN}{denied}"));
    assert!(
        text.contains("\"cms\"") && text.contains("Permission denied") && text.contains("class `reporting`"),
        "{text}"
    );
}

#[test]
fn events_without_time() {
    let text = refused(&format!(
        "{LOGGED_IN}{LISTS}Event: QueueMemberPause\nPrivilege: agent,all\nQueue: a\nInterface: SIP/1\n\n"
    ));
    assert!(text.contains("timestampevents = yes"), "{text}");
}

#[test]
fn two_queues_with_one_number() {
    let queue = |name: &str| format!("Event: QueueParams\nActionID: understudy-queues\nQueue: {name}\n\n");
    let text = refused(&format!("{LOGGED_IN}{}{}{LISTS}", queue("7"), queue("007")));
    assert!(text.contains("\"7\"") && text.contains("\"007\"") && text.contains("split 7"), "{text}");
}

#[test]
fn the_first_words_are_the_right_ones() {
    let played = begin(settings(), LOGGED_IN);
    let sent: Vec<String> = played
        .outputs
        .iter()
        .filter_map(|output| match output {
            Output::Send(bytes) => Some(String::from_utf8(bytes.clone()).unwrap()),
            _ => None,
        })
        .collect();
    assert!(
        sent[0].contains("Action: Login\r\n")
            && sent[0].contains("Username: cms\r\n")
            && sent[0].contains("Events: on\r\n")
    );
    let actions: Vec<&str> = sent[1].lines().filter_map(|line| line.strip_prefix("Action: ")).collect();
    assert_eq!(actions, ["CoreShowChannels", "QueueStatus", "Ping"]);
}

#[test]
fn missing_classes_are_named() {
    let notices = |name: &str| {
        let mut played = Played::new(settings());
        played.connection(&capture(name), usize::MAX);
        played.notices().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let everything = notices("mixed/A");
    assert!(!everything.contains("class"), "{everything}");
    let minimal = notices("mixed/M");
    assert!(minimal.contains("class `system`") && minimal.contains("class `dialplan`"), "{minimal}");
    assert!(minimal.contains("refused CoreShowChannels"), "{minimal}");
    let filtered = notices("mixed/F");
    assert!(filtered.contains("class `dialplan`") && !filtered.contains("class `system`"), "{filtered}");
}
