//! Work modes, told and implied, and what time alone brings.

use model::EventBody;
use model::event::{AgentAct, WorkMode};

use super::world::{member_fields, settings, small_pbx};
use crate::asterisk::Settings;
use crate::asterisk::numbering::call_id;

fn plain() -> Settings {
    Settings { username: "cms".to_owned(), ..Settings::default() }
}

fn pong(at: &str) -> String {
    format!("Response: Success\nActionID: understudy-ping\nPing: Pong\nTimestamp: {at}\n\n")
}

fn talk_to_the_end(played: &mut super::world::Played) {
    played.queue_call("1000001.1", "QueueCallerJoin", "");
    played.queue_call("1000001.2", "AgentCalled", "");
    played.queue_call("1000003.0", "QueueCallerLeave", "");
    played.queue_call("1000003.0", "AgentConnect", "");
    played.queue_call("1000020.9", "AgentComplete", "TalkTime: 17\nReason: caller\n");
}

#[test]
fn after_call_work_ends_when_it_is_due() {
    let mut played = small_pbx(plain());
    played.news();
    talk_to_the_end(&mut played);
    let told = played.news();
    let mode = WorkMode::Acw(Some(call_id("999999.1")));
    assert!(told.ends_with(&format!("20 Ended by: Caller\n20 Mode {{ split: None, mode: {mode:?} }}\n")), "{told}");
    played.receive(&pong("1000031.9"));
    assert_eq!(played.news(), "", "the answer to a ping may overtake events");
    played.receive(&pong("1000032.1"));
    assert_eq!(played.news(), "30 Mode { split: None, mode: Available }\n");

    let mut played = small_pbx(plain());
    talk_to_the_end(&mut played);
    played.news();
    played.happen("1000050.0", "Tick", "");
    assert_eq!(played.news(), "30 Mode { split: None, mode: Available }\n", "dated when due, not when noticed");
}

#[test]
fn aux_ends_after_call_work() {
    let mut played = small_pbx(plain());
    talk_to_the_end(&mut played);
    played.news();
    played.member("1000025.0", "QueueMemberPause", "Status: 1\nPaused: 1\nPausedReason: 5\n");
    played.member("1000040.0", "QueueMemberPause", "Status: 1\nPaused: 0\n");
    let expect = "25 Mode { split: None, mode: Aux(AuxReason(5)) }\n40 Mode { split: None, mode: Available }\n";
    assert_eq!(played.news(), expect);
}

#[test]
fn a_pause_that_changes_nothing_says_nothing() {
    let mut played = small_pbx(plain());
    played.news();
    played.member("1000001.0", "QueueMemberPause", "Status: 1\nPaused: 0\n");
    assert_eq!(played.news(), "");
    played.member("1000002.0", "QueueMemberPause", "Status: 1\nPaused: 1\nPausedReason: 5\n");
    played.news();
    played.member("1000003.0", "QueueMemberPause", "Status: 1\nPaused: 1\nPausedReason: 5\n");
    assert_eq!(played.news(), "");
}

#[test]
fn a_pause_in_one_of_two_queues_is_no_aux() {
    let mut played = small_pbx(plain());
    let second =
        format!("Queue: 8\nMemberName: Alice\nInterface: SIP/1001\n{}", member_fields("SIP/1001", "Status: 1\n"));
    played.happen("1000001.0", "QueueMemberAdded", &second);
    played.news();
    played.member("1000002.0", "QueueMemberPause", "Status: 1\nPaused: 1\nPausedReason: 5\n");
    assert_eq!(played.news(), "2 Mode { split: Some(SplitId(7)), mode: Aux(AuxReason(5)) }\n");
    played.happen("1000003.0", "QueueMemberPause", &format!("{second}Paused: 1\nPausedReason: 5\n"));
    assert_eq!(played.news(), "3 Mode { split: None, mode: Aux(AuxReason(5)) }\n");
}

#[test]
fn who_leaves_during_a_call_is_staffed_to_its_end() {
    let mut played = small_pbx(plain());
    played.queue_call("1000001.1", "QueueCallerJoin", "");
    played.queue_call("1000001.2", "AgentCalled", "");
    played.queue_call("1000003.0", "QueueCallerLeave", "");
    played.queue_call("1000003.0", "AgentConnect", "");
    played.news();
    played.member("1000005.0", "QueueMemberRemoved", "Status: 2\n");
    assert_eq!(played.news(), "");
    played.queue_call("1000009.0", "AgentComplete", "TalkTime: 6\nReason: caller\n");
    assert_eq!(played.news(), "9 Ended by: Caller\n9 LoggedOut { reason: None }\n");
}

/// As in the field, a skill goes when the call that it gave is over (MOVEPENDING), and no after-call work is its.
#[test]
fn a_skill_taken_away_during_its_call_stays_to_the_end_of_it() {
    let other = |queue: u32, event: &str, played: &mut super::world::Played, at: &str| {
        let fields = member_fields("SIP/1001", "Status: 1\n");
        played.happen(at, event, &format!("Queue: {queue}\nMemberName: Alice\nInterface: SIP/1001\n{fields}"));
    };
    let mut played = small_pbx(plain());
    other(8, "QueueMemberAdded", &mut played, "1000001.0");
    other(9, "QueueMemberAdded", &mut played, "1000001.0");
    played.queue_call("1000001.1", "QueueCallerJoin", "");
    played.queue_call("1000001.2", "AgentCalled", "");
    played.news();
    played.member("1000002.0", "QueueMemberRemoved", "Status: 6\n");
    played.queue_call("1000003.0", "QueueCallerLeave", "");
    played.queue_call("1000003.0", "AgentConnect", "");
    assert_eq!(played.news(), "3 Answered agent: LoginId(1001), delivery: Skill(SplitId(7))\n");
    let skill = |split: u32| format!("Skill {{ split: SplitId({split}), level: 1, reserve: 0, percent: 0 }}");
    other(9, "QueueMemberRemoved", &mut played, "1000004.0");
    let left = format!("4 SkillsChanged {{ skills: [{}, {}] }}\n", skill(7), skill(8));
    assert_eq!(played.news(), left, "a queue that did not give the call is left at once");
    played.queue_call("1000020.9", "AgentComplete", "TalkTime: 17\nReason: caller\n");
    assert_eq!(
        played.news(),
        format!(
            "20 Ended by: Caller\n20 Mode {{ split: None, mode: Available }}\n20 SkillsChanged {{ skills: [{}] }}\n",
            skill(8)
        )
    );
    played.happen("1000050.0", "Tick", "");
    assert_eq!(played.news(), "", "no after-call work for a queue that was left");

    // Back before the call is over: nothing was ever taken away.
    let mut played = small_pbx(plain());
    other(8, "QueueMemberAdded", &mut played, "1000001.0");
    talk_to_the_end(&mut played);
    played.news();
    played.queue_call("1000040.1", "QueueCallerJoin", "");
    played.queue_call("1000040.2", "AgentConnect", "");
    played.news();
    played.member("1000041.0", "QueueMemberRemoved", "Status: 2\n");
    played.member("1000042.0", "QueueMemberAdded", "Status: 2\n");
    assert_eq!(played.news(), "");
}

/// When the PBX says nothing more, the moment of leaving does not wait for the next event.
#[test]
fn who_left_is_gone_when_the_phone_is_idle() {
    for nudges in [vec!["1000011.0", "1000013.9", "1000600.0"], vec!["1000300.0"]] {
        let mut played = small_pbx(plain());
        played.queue_call("1000001.1", "QueueCallerJoin", "");
        played.queue_call("1000003.0", "AgentConnect", "");
        played.member("1000005.0", "QueueMemberStatus", "Status: 1\n");
        played.member("1000005.1", "QueueMemberRemoved", "Status: 1\n");
        played.news();
        for at in nudges {
            played.receive(&pong(at));
        }
        assert_eq!(played.news(), "5 AgentLeft agent: LoginId(1001)\n6 LoggedOut { reason: None }\n");
    }
}

/// The manager takes the caller away: the queue notices only when the caller hangs up.
#[test]
fn an_idle_phone_ends_the_talk() {
    let mut played = small_pbx(plain());
    played.queue_call("1000001.1", "QueueCallerJoin", "");
    played.queue_call("1000001.2", "AgentCalled", "");
    played.queue_call("1000003.0", "QueueCallerLeave", "");
    played.queue_call("1000003.0", "AgentConnect", "");
    played.news();
    played.member("1000010.0", "QueueMemberStatus", "Status: 1\n");
    assert_eq!(played.news(), "", "the end of the call may follow at once");
    played.happen("1000012.0", "Tick", "");
    assert_eq!(played.news(), "10 AgentLeft agent: LoginId(1001)\n");
    played.queue_call("1000060.0", "AgentComplete", "TalkTime: 57\nReason: caller\n");
    played.queue_call("1000060.0", "Hangup", "");
    assert!(played.news().ends_with("60 Ended by: Caller\n"));
}

#[test]
fn a_quiet_pbx_is_pumped_up_by_its_clock() {
    let mut played = super::world::Played::new(plain());
    played.session.connected();
    played.receive("Asterisk Call Manager/9.0.0\nResponse: Success\n\nEvent: FullyBooted\nUptime: 9\n\n");
    let lists = "Event: CoreShowChannelsComplete\nActionID: understudy-channels\n\n\
                 Event: QueueStatusComplete\nActionID: understudy-queues\n\n";
    played.receive(lists);
    played.receive(&pong("1000000.5"));
    assert!(!played.session.is_up(), "an event may come and date it for both servers");
    played.receive(&pong("1000006.0"));
    assert!(played.session.is_up());
    assert_eq!(played.news(), "4 PumpUpBegan\n4 PumpUpEnded\n");
}

#[test]
fn small_steps_back_are_nothing_and_large_ones_are_told() {
    let mut played = small_pbx(plain());
    played.news();
    played.happen("999998.0", "Tick", "");
    assert_eq!(played.news(), "");
    played.happen("996400.0", "Tick", "");
    assert_eq!(played.news(), "-3600 ClockChanged { before: Moment(1000000) }\n");
    played.happen("1000000.0", "Tick", "");
    assert_eq!(played.news(), "0 ClockChanged { before: Moment(996400) }\n");
}

#[test]
fn a_long_cut_is_no_change_of_the_clock() {
    let mut played = small_pbx(plain());
    played.session.disconnected(model::event::LinkReason::TimedOut, &mut played.outputs);
    assert!(played.news().ends_with("0 LinkDown { reason: TimedOut }\n"));
    played.session.connected();
    played.receive("Asterisk Call Manager/9.0.0\nResponse: Success\n\nEvent: FullyBooted\nUptime: 90000\n\n");
    played.receive("Event: CoreShowChannelsComplete\nActionID: understudy-channels\n\n");
    played.receive("Event: QueueStatusComplete\nActionID: understudy-queues\n\n");
    played.happen("1080000.0", "Tick", "");
    assert_eq!(played.news(), "80000 PumpUpBegan\n80000 PumpUpEnded\n");
}

#[test]
fn absurd_numbers_are_survived() {
    let mut played = small_pbx(plain());
    played.queue_call("1000001.1", "QueueCallerJoin", "");
    played.queue_call("1000003.0", "AgentConnect", "");
    let absurd =
        format!("Status: 1\nLastPause: {0}\nLoginTime: {0}\nLastCall: {0}\nPenalty: {1}\n", i64::MIN, u32::MAX);
    played.happen("1000004.0", "QueueMemberAdded", &format!("Queue: 8\nInterface: SIP/1009\n{absurd}"));
    played.news();
    let gone = format!("Queue: 7\nInterface: SIP/1001\nTalkTime: {}\nReason: caller\n", i64::MIN);
    played.happen("1000009.0", "AgentComplete", &gone);
    assert!(played.news().starts_with("9 Ended by: Caller\n"));
}

/// A member by configuration or by a database never logs in or out; he is there while his phone is.
#[test]
fn static_members_follow_their_phone() {
    for membership in ["static", "realtime"] {
        let mut played = small_pbx(settings());
        let bob = |status: &str| {
            let fields = member_fields("SIP/1002", status).replace("dynamic", membership);
            format!("Queue: 7\nMemberName: Bob\nInterface: SIP/1002\n{fields}")
        };
        played.news();
        played.happen("1000001.0", "QueueMemberStatus", &bob("Status: 5\n"));
        assert_eq!(played.news(), "", "{membership}");
        played.happen("1000002.0", "QueueMemberStatus", &bob("Status: 1\n"));
        assert!(played.news().contains("2 LoggedIn"));
        played.happen("1000003.0", "QueueMemberStatus", &bob("Status: 5\n"));
        assert_eq!(played.news(), "3 LoggedOut { reason: None }\n");
    }
}

/// A pump-up gives skills their age by the time of joining, so an uninterrupted link must do the same.
#[test]
fn skills_are_in_the_order_of_logon_whatever_came_first() {
    let mut played = small_pbx(plain());
    played.news();
    // Queue 7 was joined at 999000; so is queue 3, told later.
    for (at, queue, login_at) in [("1000001.0", 3, 999_000), ("1000002.0", 5, 1_000_002)] {
        let fields = member_fields("SIP/1001", "Status: 1\n").replace("999000", &login_at.to_string());
        played.happen(at, "QueueMemberAdded", &format!("Queue: {queue}\nInterface: SIP/1001\n{fields}"));
    }
    let told: Vec<Vec<u32>> = played
        .events()
        .into_iter()
        .filter_map(|event| match event.body {
            EventBody::Agent { act: AgentAct::SkillsChanged { skills }, .. } => {
                Some(skills.iter().map(|skill| skill.split.0).collect())
            }
            _ => None,
        })
        .collect();
    assert_eq!(told, [vec![3], vec![3, 7], vec![3, 7, 5]]);
}
