//! What changes without an event, and two servers that find it out.

use model::EventBody;
use model::event::{AgentAct, LinkReason, Skills};

use super::world::{Played, member_fields, small_pbx};
use crate::asterisk::{Notice, Output, Settings};

fn plain() -> Settings {
    Settings { username: "cms".to_owned(), ..Settings::default() }
}

fn pong(at: &str) -> String {
    format!("Response: Success\nActionID: understudy-ping\nPing: Pong\nTimestamp: {at}\n\n")
}

fn queue(name: &str, service_level_secs: u32) -> String {
    format!("Event: QueueParams\nActionID: understudy-queues\nQueue: {name}\nServiceLevel: {service_level_secs}\n\n")
}

fn listed(queue: &str, interface: &str, fields: &str) -> String {
    format!(
        "Event: QueueMember\nActionID: understudy-queues\nQueue: {queue}\nName: Alice\nLocation: {interface}\n{fields}\n"
    )
}

/// Queue 7 with its member 1001, as `small_pbx` has them.
fn as_before() -> String {
    queue("7", 20) + &listed("7", "SIP/1001", &member_fields("SIP/1001", "Status: 1\n"))
}

const COMPLETE: &str = "Event: QueueStatusComplete\nActionID: understudy-queues\n\n";

fn questions(played: &Played) -> usize {
    let is_question = |output: &&Output| matches!(output, Output::Send(bytes) if String::from_utf8_lossy(bytes).contains("QueueStatus"));
    played.outputs.iter().filter(is_question).count()
}

/// A connection made anew, which finds these lists and an event at this time.
fn reconnect(played: &mut Played, lists: &str, at: &str) {
    played.session.disconnected(LinkReason::SessionDown, &mut played.outputs);
    played.session.connected();
    played.receive("Asterisk Call Manager/9.0.0\nResponse: Success\n\nEvent: FullyBooted\nUptime: 9000\n\n");
    played.receive("Event: CoreShowChannelsComplete\nActionID: understudy-channels\n\n");
    played.receive(&(lists.to_owned() + COMPLETE));
    played.happen(at, "Tick", "");
}

#[test]
fn a_reload_is_followed_by_a_look_at_the_members() {
    let mut played = small_pbx(plain());
    played.news();
    played.happen("1000001.0", "Reload", "Module: All\nStatus: 0\n");
    assert_eq!(questions(&played), 1);
    let member = member_fields("SIP/1002", "Status: 1\n").replace("dynamic", "static");
    played.news();
    played.found(&(queue("7", 20) + &listed("7", "SIP/1002", &member)), "1000001.1");
    let told = played.news();
    assert!(told.contains("1 LoggedIn { extension: Extension(1002)"), "{told}");
    assert!(told.ends_with("1 LoggedOut { reason: None }\n"), "{told}");
}

/// Servers that each asked an hour after they connected would correct the same change in different intervals; so would those
/// one of which comes back between two full hours, in the intervals up to the next one.
#[test]
fn members_are_looked_at_when_the_pbx_passes_a_quarter_of_an_hour() {
    let mut played = small_pbx(plain());
    played.news();
    let mut asked = |at: &str| {
        played.outputs.clear();
        played.happen(at, "Tick", "");
        let asked = questions(&played);
        if asked > 0 {
            played.found(&as_before(), at);
        }
        asked
    };
    // An hour ends at 1,000,800.
    let times = ["1000799.9", "1000800.0", "1000801.0", "1000799.5", "1001300.0", "1001699.9", "1001700.1"];
    assert_eq!(times.map(&mut asked), [0, 1, 0, 0, 0, 0, 1]);
}

/// A service level and a queue come with a reload. Both servers hear that; their lists come sooner or later.
#[test]
fn changed_queues_are_told_when_both_servers_heard_of_the_reload() {
    let lists = queue("7", 30) + &queue("8", 15) + &listed("7", "SIP/1001", &member_fields("SIP/1001", "Status: 1\n"));
    let split = |split: u32, secs: u32| {
        format!(
            "1 Configured(Split {{ split: SplitId({split}), name: \"{split}\", service_level_secs: Some({secs}) }})\n"
        )
    };
    let paused = "5 Mode { split: None, mode: Aux(AuxReason(5)) }\n";
    let news = |late: bool| {
        let mut played = small_pbx(plain());
        played.news();
        played.happen("1000001.0", "Reload", "");
        if !late {
            played.found(&lists, "1000001.1");
        }
        played.member("1000005.0", "QueueMemberPause", "Status: 1\nPaused: 1\nPausedReason: 5\n");
        if late {
            // What the PBX told of the member since is newer than this list.
            played.found(&lists, "1000005.1");
        }
        played.news()
    };
    assert_eq!(news(false), split(7, 30) + &split(8, 15) + paused);
    assert_eq!(news(true), news(false));

    // Nothing new, nothing told; a queue that has gone is told on both, too.
    let mut stays = small_pbx(plain());
    let mut returns = small_pbx(plain());
    for played in [&mut stays, &mut returns] {
        played.happen("1000001.0", "Reload", "");
        played.found(&lists, "1000001.1");
        played.news();
    }
    stays.happen("1000002.0", "Reload", "");
    stays.found(&lists, "1000002.1");
    assert_eq!(stays.news(), "");
    stays.happen("1000003.0", "Reload", "");
    stays.found(&queue("7", 30), "1000003.1");
    let told = stays.news();
    assert!(told.starts_with("3 Removed(Split(SplitId(8)))\n"), "{told}");
    reconnect(&mut returns, &queue("7", 30), "1000004.0");
    let told = returns.news();
    assert!(told.contains("4 Removed(Split(SplitId(8)))\n"), "{told}");
}

/// One server passes the quarter by an event, the other one, to which the events come later, by its clock.
#[test]
fn a_quarter_of_an_hour_is_over_for_both_servers_at_once() {
    let lists = queue("7", 30) + &listed("7", "SIP/1001", &member_fields("SIP/1001", "Status: 1\n"));
    let by_event = {
        let mut played = small_pbx(plain());
        played.happen("1000799.0", "Tick", "");
        played.news();
        played.member("1000803.0", "QueueMemberPause", "Status: 1\nPaused: 1\nPausedReason: 5\n");
        played.found(&lists, "1000803.1");
        played.news()
    };
    let by_clock = {
        let mut played = small_pbx(plain());
        played.happen("1000799.0", "Tick", "");
        played.news();
        played.receive(&pong("1000803.2"));
        assert_eq!(questions(&played), 1);
        played.member("1000803.0", "QueueMemberPause", "Status: 1\nPaused: 1\nPausedReason: 5\n");
        played.found(&lists, "1000803.3");
        played.news()
    };
    assert!(by_event.starts_with("800 Configured(Split"), "{by_event}");
    assert!(by_event.ends_with("803 Mode { split: None, mode: Aux(AuxReason(5)) }\n"), "{by_event}");
    assert_eq!(by_event, by_clock);
}

/// A PBX that owes a list does not stop the events: not after some seconds, not if it refuses, not if the link is lost. But what the
/// other server finds is not known then, so it is a loss.
#[test]
fn a_list_that_does_not_come_is_a_loss() {
    let paused = "2 Mode { split: None, mode: Aux(AuxReason(5)) }\n";
    let lost = paused.to_owned() + "2 LinkDown { reason: TimedOut }\n";
    let begin = || {
        let mut played = small_pbx(plain());
        played.news();
        played.happen("1000001.0", "Reload", "");
        played.member("1000002.0", "QueueMemberPause", "Status: 1\nPaused: 1\nPausedReason: 5\n");
        assert_eq!(played.news(), "");
        played
    };
    let answer = |fields: &str| format!("Response: Error\nActionID: understudy-look-1\n{fields}\n");
    let late = |played: &mut Played| played.answer_look(&as_before(), "1000011.1");
    let ways: [&dyn Fn(&mut Played); 5] = [
        &|played| played.happen("1000011.1", "Tick", ""),
        &|played| played.receive(&pong("1000011.1")),
        &|played| played.receive(&answer("Message: Permission denied\n")),
        // The clock was to come behind the list.
        &|played| played.receive(&pong("1000002.5").replace("understudy-ping", "understudy-look-1")),
        &late,
    ];
    for way in ways {
        let mut played = begin();
        way(&mut played);
        let asked = |output: &Output| matches!(output, Output::Send(bytes) if String::from_utf8_lossy(bytes).contains("CoreShowChannels"));
        assert!(played.outputs.iter().any(asked), "what is so is asked for anew");
        assert!(played.notices().iter().any(|notice| matches!(notice, Notice::NoList { secs: 10 })));
        assert_eq!(played.news(), lost);
        // The look's own list may come still: it is not the one that was asked for then.
        played.receive(&(queue("9", 20) + COMPLETE).replace("understudy-queues", "understudy-look-1"));
        played.receive("Event: CoreShowChannelsComplete\nActionID: understudy-channels\n\n");
        played.receive(&(as_before() + COMPLETE));
        played.happen("1000012.0", "Tick", "");
        let told = played.news();
        assert!(told.starts_with("12 PumpUpBegan\n") && told.contains("mode: Available"), "{told}");
        assert!(told.contains("SplitId(7)") && !told.contains("SplitId(9)"), "{told}");
    }
    let mut played = begin();
    // A second reload meanwhile: one list for each.
    played.happen("1000003.0", "Reload", "");
    played.member("1000004.0", "QueueMemberPause", "Status: 1\nPaused: 0\n");
    played.found(&as_before(), "1000004.1");
    assert_eq!((questions(&played), played.news().as_str()), (1, paused));
    played.session.disconnected(LinkReason::SessionDown, &mut played.outputs);
    assert_eq!(played.news(), "4 Mode { split: None, mode: Available }\n4 LinkDown { reason: SessionDown }\n");
}

/// The clock that is read while a list is awaited counts, so that it seems to jump for nobody.
#[test]
fn time_passes_while_the_queues_are_looked_at() {
    let mut quiet = small_pbx(plain());
    quiet.news();
    for at in ["1000502.0", "1000803.0", "1001402.0", "1001703.0", "1002302.0"] {
        let asked = questions(&quiet);
        quiet.receive(&pong(at));
        if questions(&quiet) > asked {
            quiet.answer_look(&as_before(), at);
        }
    }
    assert_eq!((questions(&quiet), quiet.news().as_str()), (2, ""));
}

/// A server that stood still reads what has come meanwhile at once, and its list is of now. Another one's is of when it was due.
#[test]
fn a_list_of_another_time_counts_on_neither_side() {
    let mut behind = small_pbx(plain());
    behind.happen("1000799.0", "Tick", "");
    behind.news();
    behind.happen("1000800.5", "Tick", "");
    assert_eq!((questions(&behind), behind.news().as_str()), (1, ""));
    behind.happen("1000810.9", "Tick", "");
    assert_eq!(behind.news(), "800 LinkDown { reason: TimedOut }\n");
    behind.answer_look(&queue("7", 30), "1000811.0");
    assert_eq!(behind.news(), "");
}

/// A list shows what app_queue has done, and the event of it may come after the list. When it was done, only the event says.
#[test]
fn what_has_an_event_counts_when_that_says_so() {
    let entry = |fields: &str| queue("7", 20) + &listed("7", "SIP/1001", &member_fields("SIP/1001", fields));
    let event = |played: &mut Played, event: &str, fields: &str| {
        played.member("1000803.0", event, fields);
        played.happen("1000806.0", "Tick", "");
    };
    let check = |name: &str, fields: &str, before: &str, after: &str, told: &str| {
        // The list of one server is ahead of the event, that of the other one behind it; a third one hears it first.
        for list in [after, before] {
            let mut played = small_pbx(plain());
            played.happen("1000799.0", "Tick", "");
            played.news();
            played.receive(&pong("1000803.2"));
            played.answer_look(list, "1000803.2");
            event(&mut played, name, fields);
            assert_eq!(played.news(), told, "{name}");
        }
        let mut played = small_pbx(plain());
        played.happen("1000799.0", "Tick", "");
        played.news();
        played.member("1000803.0", name, fields);
        played.found(after, "1000803.1");
        assert_eq!(played.news(), told, "{name}");
    };
    let plainly = entry("Status: 1\n");
    let paused = "Status: 1\nPaused: 1\nPausedReason: 5\nLastPause: 1000803\n";
    let aux = "803 Mode { split: None, mode: Aux(AuxReason(5)) }\n";
    check("QueueMemberPause", paused, &plainly, &entry(paused), aux);
    let skills = "803 SkillsChanged { skills: [Skill { split: SplitId(7), level: 4, reserve: 0, percent: 0 }] }\n";
    let third = |text: &str| text.replace("Penalty: 0", "Penalty: 3");
    let mut played = small_pbx(plain());
    played.happen("1000799.0", "Tick", "");
    played.receive(&pong("1000803.2"));
    played.news();
    played.answer_look(&third(&plainly), "1000803.2");
    let penalty = member_fields("SIP/1001", "Status: 1\n").replace("Penalty: 0", "Penalty: 3");
    played.happen("1000803.0", "QueueMemberPenalty", &format!("Queue: 7\nInterface: SIP/1001\n{penalty}"));
    played.happen("1000806.0", "Tick", "");
    assert_eq!(played.news(), skills);
    check("QueueMemberRemoved", "Status: 1\n", &plainly, &queue("7", 20), "803 LoggedOut { reason: None }\n");
}

/// A look finds a penalty that changed without an event, though the PBX tells of the member's phone at the time. Whichever server
/// hears that before its list is sure, both count the penalty from when they looked.
#[test]
fn what_has_no_event_counts_when_the_look_was_due() {
    let third = |fields: &str| member_fields("SIP/1001", fields).replace("Penalty: 0", "Penalty: 3");
    let list = queue("7", 20) + &listed("7", "SIP/1001", &third("Status: 1\n"));
    let rings = format!("Queue: 7\nInterface: SIP/1001\n{}", third("Status: 6\n"));
    let told = |before: bool| {
        let mut played = small_pbx(plain());
        played.news();
        played.happen("1000001.0", "Reload", "");
        if !before {
            played.found(&list, "1000001.1");
        }
        played.happen("1000002.0", "QueueMemberStatus", &rings);
        if before {
            played.found(&list, "1000002.1");
        }
        played.news()
    };
    let skills = "1 SkillsChanged { skills: [Skill { split: SplitId(7), level: 4, reserve: 0, percent: 0 }] }\n";
    assert_eq!(told(false), skills);
    assert_eq!(told(true), skills);
}

/// A phone that a reload puts behind another agent's interface: who had it is in no queue.
#[test]
fn a_membership_is_one_agents() {
    let fields = |phone: &str| member_fields(phone, "Status: 1\n").replace("dynamic", "static");
    let list = |phone: &str| queue("7", 20) + &listed("7", "Local/1@agents/n", &fields(phone));
    let mut played = small_pbx(plain());
    for (at, phone) in [("1000001.0", "SIP/1002"), ("1000002.0", "SIP/1003")] {
        played.news();
        played.happen(at, "Reload", "");
        played.found(&list(phone), at);
    }
    let told = played.news();
    assert!(told.contains("2 LoggedIn { extension: Extension(1003)"), "{told}");
    assert!(told.ends_with("2 LoggedOut { reason: None }\n"), "{told}");
}

/// A reload makes static members anew: their logons are of one second then. Who stayed connected must tell the order that
/// another server finds when it comes back, for the skill that comes first bears the agent's times.
#[test]
fn skills_whose_order_changes_begin_anew() {
    let fields = |joined_at: u32| {
        let fields = member_fields("SIP/1002", "Status: 1\n").replace("dynamic", "static");
        fields.replace("999000", &joined_at.to_string())
    };
    let list = |eighth: u32, seventh: u32| {
        queue("7", 20)
            + &queue("8", 20)
            + &listed("8", "SIP/1002", &fields(eighth))
            + &listed("7", "SIP/1002", &fields(seventh))
    };
    let skills = |played: &Played| {
        let mut told: Vec<Vec<u32>> = Vec::new();
        let mut note = |skills: &Skills| told.push(skills.iter().map(|skill| skill.split.0).collect());
        for event in played.events() {
            match &event.body {
                EventBody::Agent { act: AgentAct::LoggedIn { skills, .. }, .. }
                | EventBody::Agent { act: AgentAct::Seen { skills, .. }, .. }
                | EventBody::Agent { act: AgentAct::SkillsChanged { skills }, .. } => note(skills),
                _ => {}
            }
        }
        told
    };
    let mut stays = small_pbx(plain());
    let mut returns = small_pbx(plain());
    for played in [&mut stays, &mut returns] {
        reconnect(played, &list(900_000, 900_010), "1000001.0");
        played.outputs.clear();
    }
    stays.happen("1000002.0", "Reload", "");
    stays.found(&list(1_000_002, 1_000_002), "1000002.1");
    assert_eq!(skills(&stays), [vec![7], vec![7, 8]], "the first is kept alone, the other one is younger then");
    assert!(stays.news().ends_with("2 Mode { split: None, mode: Available }\n"), "and is in the same mode");
    reconnect(&mut returns, &list(1_000_002, 1_000_002), "1000003.0");
    assert_eq!(skills(&returns), [[7, 8]]);
}

/// A name is told when it changes, and of two names the first queue's counts, whichever queue was heard of last.
#[test]
fn a_name_is_the_same_whatever_was_told_last() {
    let list = |name: &str| {
        let entry = |queue: &str| listed(queue, "SIP/1001", &member_fields("SIP/1001", "Status: 1\n"));
        queue("7", 20) + &entry("7").replace("Alice", name) + &queue("8", 20) + &entry("8").replace("Alice", "Al")
    };
    let named = |name: &str| format!("Configured(Agent {{ agent: LoginId(1001), name: \"{name}\" }})");
    let mut stays = small_pbx(plain());
    let mut returns = small_pbx(plain());
    for (played, name) in [(&mut stays, "Alice"), (&mut returns, "Alice")] {
        played.happen("1000001.0", "Reload", "");
        played.found(&list(name), "1000001.1");
        played.news();
    }
    stays.member("1000002.0", "QueueMemberStatus", "Status: 1\n");
    assert_eq!(stays.news(), "");
    stays.happen("1000003.0", "Reload", "");
    stays.found(&list("Alicia"), "1000003.1");
    assert_eq!(stays.news(), format!("3 {}\n", named("Alicia")));
    reconnect(&mut returns, &list("Alicia"), "1000004.0");
    assert!(returns.news().contains(&named("Alicia")));
}

/// One interface with another phone behind it in each queue: a call is the agent's whose phone the queue rings.
#[test]
fn a_call_is_the_agents_whose_phone_its_queue_rings() {
    let entry = |queue: &str, phone: &str| {
        let fields = member_fields(phone, "Status: 1\n").replace("dynamic", "static");
        listed(queue, "Local/1@agents/n", &fields)
    };
    let list = queue("7", 20) + &entry("7", "SIP/1002") + &queue("8", 20) + &entry("8", "SIP/1003");
    let mut played = small_pbx(plain());
    played.happen("1000001.0", "Reload", "");
    played.found(&list, "1000001.1");
    played.queue_call("1000001.1", "QueueCallerJoin", "");
    played.news();
    let rung = "Channel: SIP/trunk-00000001\nUniqueid: 999999.1\nQueue: 7\nDestUniqueid: 999999.5\n";
    played.happen("1000002.0", "AgentCalled", &format!("{rung}Interface: Local/1@agents/n\n"));
    assert_eq!(played.news(), "2 Ringing agent: LoginId(1002), delivery: Skill(SplitId(7))\n");
}
